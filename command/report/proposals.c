/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/proposals.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/hint.h"
#include "command/report/in_force.h"
#include "command/report/phrases.h"

enum { LINES_SHOWN = 20, TEXT_SHOWN = 128 /* bytes */ };

/* What the list has in force needs no line. */
static void drop_permitted(const rs_report *report, const rs_totals_root *root, rs_proposals *made)
{
    size_t kept = 0;
    for (size_t i = 0; i < made->count; i++)
        if (!rs_report_is_permitted_now(report, root, made->items[i].row))
            made->items[kept++] = made->items[i];
    made->count = kept;
    kept = 0;
    for (size_t i = 0; i < made->unproposed_count; i++) {
        const rs_totals_row *row = made->unproposed[i].row;
        if (row == NULL || !rs_report_is_permitted_now(report, root, row))
            made->unproposed[kept++] = made->unproposed[i];
    }
    made->unproposed_count = kept;
}

rs_proposals rs_report_proposals_of(rs_arena *arena, const rs_report *report,
                                    const rs_totals_root *root)
{
    rs_proposals made = {.count = 0};
    if (rs_report_readiness_of(report, root) != RS_READINESS_VIOLATIONS)
        return made;
    made = rs_proposals_of(arena, report->psl, report->totals, root, report->any_user);
    drop_permitted(report, root, &made);
    return made;
}

const char *rs_report_proposals_command(rs_arena *arena, const rs_report *report,
                                        const rs_totals_root *root, const rs_proposal *proposal)
{
    return rs_text_format(arena, "%s %s %s", rs_hint_command(arena, &report->target, "permit"),
                          rs_report_root_word(arena, root->name),
                          rs_text_shell(arena, proposal->rule));
}

const char *rs_report_proposals_remark(rs_arena *arena, const rs_proposal *proposal)
{
    bool is_known = proposal->writers.count > 0, is_example = proposal->example_of.n > 0;
    if (!is_known && !is_example)
        return "";
    return rs_text_format(
        arena, "  # %s%s%s%s%s", is_known ? "reported by " : "",
        is_known ? rs_writers_text(arena, &proposal->writers) : "",
        is_known && is_example ? "; " : "", is_example ? "an example of the names below " : "",
        is_example ? rs_text_excerpt(arena, proposal->example_of, TEXT_SHOWN) : "");
}

static size_t shown_of(const rs_report *report, size_t count)
{
    return report->all || count <= LINES_SHOWN ? count : LINES_SHOWN;
}

static void print_rest(rs_printer *out, size_t rest)
{
    if (rest > 0)
        rs_printer_line(out, RS_PLAIN,
                        rs_text_format(&out->arena, "  and %s more; --all shows them",
                                       rs_printer_counted(out, rest, "line")));
}

static const char *unproposed_text(rs_arena *arena, const rs_unproposed *u)
{
    if (u->row == NULL)
        return u->why;
    return rs_text_format(
        arena, "%s %s %s: %s", rs_text_excerpt(arena, u->row->form, TEXT_SHOWN),
        u->row->suffix.n == 0 ? "(no suffix)" : rs_text_excerpt(arena, u->row->suffix, TEXT_SHOWN),
        rs_text_excerpt(arena, u->row->reason, TEXT_SHOWN), u->why);
}

void rs_report_proposals_print(rs_printer *out, const rs_report *report, const rs_totals_root *root)
{
    rs_arena arena = {0};
    rs_proposals made = rs_report_proposals_of(&arena, report, root);
    size_t shown = shown_of(report, made.count);
    if (made.count > 0)
        rs_printer_line(out, RS_PLAIN, "  to permit them:");
    for (size_t i = 0; i < shown; i++)
        rs_printer_command(rs_text_format(
            &arena, "    %s%s", rs_report_proposals_command(&arena, report, root, &made.items[i]),
            rs_report_proposals_remark(&arena, &made.items[i])));
    print_rest(out, made.count - shown);
    shown = shown_of(report, made.unproposed_count);
    if (made.unproposed_count > 0)
        rs_printer_line(out, RS_PLAIN, "  violations that need a decision:");
    for (size_t i = 0; i < shown; i++)
        rs_printer_line(out, RS_PLAIN,
                        rs_text_format(&arena, "  %11s  %s",
                                       rs_text_number(&arena, made.unproposed[i].chains),
                                       unproposed_text(&arena, &made.unproposed[i])));
    print_rest(out, made.unproposed_count - shown);
    rs_arena_clear(&arena);
}

static void set_text(rs_arena *arena, json_t *object, const char *key, rs_bytes text)
{
    rs_json_set(object, key, json_string(rs_text_printable(arena, text)));
}

static json_t *unproposed_as_json(rs_arena *arena, const rs_unproposed *u)
{
    const rs_bytes empty = rs_bytes_make(NULL, 0);
    json_t *object = rs_message_need(json_object());
    set_text(arena, object, "form", u->row == NULL ? empty : u->row->form);
    set_text(arena, object, "suffix", u->row == NULL ? empty : u->row->suffix);
    set_text(arena, object, "reason", u->row == NULL ? empty : u->row->reason);
    rs_json_set(object, "chains", json_integer((json_int_t)u->chains));
    rs_json_set(object, "why", json_string(u->why));
    return object;
}

static json_t *users_as_json(const rs_writers *writers)
{
    json_t *users = rs_message_need(json_array());
    for (uint8_t i = 0; i < writers->count; i++)
        rs_json_append(users, json_integer(writers->users[i]));
    return users;
}

void rs_report_proposals_json(json_t *object, const rs_report *report, const rs_totals_root *root)
{
    rs_arena arena = {0};
    rs_proposals made = rs_report_proposals_of(&arena, report, root);
    json_t *proposals = rs_message_need(json_array());
    for (size_t i = 0; i < made.count; i++) {
        json_t *proposal = rs_message_need(json_object());
        rs_json_set(proposal, "permit", json_string(made.items[i].rule));
        rs_json_set(proposal, "command",
                    json_string(rs_report_proposals_command(&arena, report, root, &made.items[i])));
        rs_json_set(proposal, "chains", json_integer((json_int_t)made.items[i].chains));
        if (made.items[i].example_of.n > 0)
            set_text(&arena, proposal, "example_of", made.items[i].example_of);
        rs_json_set(proposal, "reported_by", users_as_json(&made.items[i].writers));
        rs_json_set(proposal, "unknown_users", json_boolean(made.items[i].writers.has_unknown));
        rs_json_append(proposals, proposal);
    }
    json_t *unproposed = rs_message_need(json_array());
    for (size_t i = 0; i < made.unproposed_count; i++)
        rs_json_append(unproposed, unproposed_as_json(&arena, &made.unproposed[i]));
    rs_json_set(object, "proposals", proposals);
    rs_json_set(object, "unproposed", unproposed);
    rs_arena_clear(&arena);
}
