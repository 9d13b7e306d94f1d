/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/in_force.h"
#include "command/report/view.h"

#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/report/proposals.h"
#include "lib/base/utc.h"

#include <stdlib.h>

static void set_number(json_t *object, const char *key, uint64_t number)
{
    rs_json_set(object, key, json_integer((json_int_t)number));
}

/* The arena keeps the printable texts of so many objects; a block for each would cost more. */
enum { OBJECTS_AT_ONCE = 256 };

static void set_text(rs_arena *arena, json_t *object, const char *key, rs_bytes text)
{
    rs_json_set(object, key, json_string(rs_text_printable(arena, text)));
}

static void append(rs_arena *arena, json_t *array, json_t *object)
{
    rs_json_append(array, object);
    if (json_array_size(array) % OBJECTS_AT_ONCE == 0)
        rs_arena_clear(arena);
}

static void set_span(json_t *object, const rs_totals_span *span)
{
    char first[RS_UTC_TEXT_SIZE], last[RS_UTC_TEXT_SIZE];
    rs_utc_text(span->first, first);
    rs_utc_text(span->last, last);
    rs_json_set(object, "first", json_string(first));
    rs_json_set(object, "last", json_string(last));
}

static void set_violations(json_t *object, const rs_totals_violations *count)
{
    set_number(object, "verified", count->verified);
    set_number(object, "denied", count->denied);
    set_number(object, "overridden", count->overridden);
    set_number(object, "would_deny", count->would_deny);
    set_number(object, "unverified", count->unverified);
}

static json_t *violations_as_json(const rs_totals_violations *count)
{
    json_t *object = rs_message_need(json_object());
    set_violations(object, count);
    return object;
}

static json_t *row_as_json(rs_arena *arena, const rs_report *report, const rs_totals_root *root,
                           const rs_totals_row *row)
{
    json_t *object = rs_message_need(json_object());
    set_text(arena, object, "form", row->form);
    set_text(arena, object, "suffix", row->suffix);
    set_text(arena, object, "reason", row->reason);
    if (row->name.n > 0)
        set_text(arena, object, "name", row->name);
    set_violations(object, &row->count);
    set_span(object, &row->seen);
    rs_json_set(object, "permitted_now",
                json_boolean(rs_report_is_permitted_now(report, root, row)));
    return object;
}

static json_t *rows_as_json(rs_arena *arena, const rs_report *report, const rs_totals_root *root)
{
    json_t *array = rs_message_need(json_array());
    const rs_totals_row **rows = rs_totals_sorted_rows(report->totals, root);
    for (size_t i = 0; i < root->row_count; i++)
        append(arena, array, row_as_json(arena, report, root, rows[i]));
    free(rows);
    return array;
}

static json_t *programs_as_json(rs_arena *arena, const rs_report *report,
                                const rs_totals_root *root)
{
    json_t *array = rs_message_need(json_array());
    const rs_totals_program **programs = rs_totals_sorted_programs(report->totals, root);
    for (size_t i = 0; i < root->program_count; i++) {
        json_t *object = rs_message_need(json_object());
        set_text(arena, object, "program", programs[i]->name);
        set_number(object, "checked", programs[i]->checked);
        set_number(object, "violated", programs[i]->violated);
        set_number(object, "told", programs[i]->told);
        append(arena, array, object);
    }
    free(programs);
    return array;
}

static json_t *root_as_json(rs_arena *arena, const rs_report *report, const rs_totals_root *root)
{
    json_t *object = rs_message_need(json_object());
    set_text(arena, object, "root", root->name);
    set_text(arena, object, "label", root->label);
    rs_json_set(object, "mode", json_string(rs_mode_word(root->mode)));
    rs_readiness readiness = rs_report_readiness_of(report, root);
    rs_json_set(object, "readiness", json_string(rs_readiness_word(readiness)));
    set_number(object, "checked", root->checked);
    set_number(object, "permitted", root->permitted);
    set_number(object, "violated", root->violated);
    set_number(object, "unverified", root->unverified);
    double rate = root->checked == 0 ? 0 : (double)root->violated / (double)root->checked;
    rs_json_set(object, "rate", root->checked == 0 ? json_null() : json_real(rate));
    set_span(object, &root->seen);
    rs_json_set(object, "violations", violations_as_json(&root->count));
    rs_json_set(object, "suffixes", rows_as_json(arena, report, root));
    rs_json_set(object, "other_suffixes", violations_as_json(&root->others));
    rs_report_proposals_json(object, report, root);
    rs_json_set(object, "programs", programs_as_json(arena, report, root));
    set_number(object, "other_program_lines", root->other_programs);
    return object;
}

static json_t *problems_as_json(rs_arena *arena, const rs_totals *totals)
{
    json_t *array = rs_message_need(json_array());
    const rs_totals_problem **problems = rs_totals_sorted_problems(totals);
    for (size_t i = 0; i < totals->problem_count; i++) {
        const rs_totals_problem *problem = problems[i];
        json_t *object = rs_message_need(json_object());
        set_text(arena, object, "kind", problem->kind);
        set_text(arena, object, "problem", problem->text);
        set_text(arena, object, "path", problem->path);
        set_text(arena, object, "consequence", problem->consequence);
        set_text(arena, object, "program", problem->program);
        set_number(object, "count", problem->count);
        set_span(object, &problem->seen);
        append(arena, array, object);
    }
    free(problems);
    return array;
}

static json_t *lines_as_json(const rs_totals *totals)
{
    json_t *object = rs_message_need(json_object());
    set_number(object, "events", totals->added);
    set_number(object, "outside", totals->outside);
    set_number(object, "foreign", totals->foreign);
    set_number(object, "malformed", totals->malformed);
    set_number(object, "unknown", totals->unknown);
    return object;
}

void rs_report_json(const rs_report *report)
{
    const rs_totals *totals = report->totals;
    rs_arena arena = {0};
    json_t *top = rs_message_need(json_object());
    rs_json_set(top, "lines", lines_as_json(totals));
    set_number(top, "dropped", totals->dropped);
    set_number(top, "min_checks", report->min_checks);
    if (totals->added > 0)
        set_span(top, &totals->seen);
    json_t *roots = rs_message_need(json_array());
    for (size_t i = 0; i < report->root_count; i++)
        append(&arena, roots, root_as_json(&arena, report, report->roots[i]));
    rs_json_set(top, "roots", roots);
    rs_json_set(top, "other_roots", violations_as_json(&totals->other_roots));
    set_number(top, "other_root_lines", totals->other_root_lines);
    rs_json_set(top, "problems", problems_as_json(&arena, totals));
    set_number(top, "other_problems", totals->other_problems);
    rs_arena_clear(&arena);
    if (report->one_line)
        rs_json_print_line(top);
    else
        rs_json_print(top);
}
