/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/totals.h"

#include "command/base/message.h"
#include "command/telemetry/saturated.h"
#include "lib/base/hash.h"

#include <stdlib.h>
#include <sys/random.h>

enum { FIRST_COUNT = 64, PROBES_MAX = 256 };

/* What finds a root, a row, a program or a problem. */
typedef struct item_key {
    uint32_t root; /* index; RS_TOTALS_END for problems and roots */
    rs_bytes words[3];
    uint32_t hash;
} item_key;

/* The array with room for one more element; its capacity is the next power of two. */
static void *with_room(void *array, size_t count, size_t size)
{
    if (count == 0)
        return rs_message_need(calloc(FIRST_COUNT, size));
    if (count < FIRST_COUNT || (count & (count - 1)) != 0)
        return array;
    return rs_message_need(reallocarray(array, 2 * count, size));
}

static rs_bytes keep(rs_totals *totals, rs_bytes text)
{
    if (text.n == 0)
        return rs_bytes_make(NULL, 0);
    rs_bytes copy = rs_arena_copy(&totals->arena, text);
    rs_message_need((void *)(uintptr_t)copy.p);
    return copy;
}

/* Copies the words next to each other: reading one brings the others into the cache. */
static void keep_words(rs_totals *totals, item_key *key)
{
    size_t size = key->words[0].n + key->words[1].n + key->words[2].n;
    uint8_t *place = rs_message_need(rs_arena_take(&totals->arena, size));
    for (size_t i = 0; i < sizeof key->words / sizeof *key->words; i++) {
        if (key->words[i].n > 0)
            memcpy(place, key->words[i].p, key->words[i].n);
        key->words[i].p = place;
        place += key->words[i].n;
    }
}

static void extend(rs_totals_span *span, int64_t time)
{
    bool unset = span->first == 0 && span->last == 0;
    if (unset || time < span->first)
        span->first = time;
    if (unset || time > span->last)
        span->last = time;
}

/*
 * A key that is looked up in a table soon. Most of the cost of a line is waiting for memory: the
 * place in the table is asked for at once.
 */
static item_key key_for(const rs_totals *totals, const rs_hash_index *table, item_key key)
{
    uint64_t hash = rs_hash_step(totals->seed, key.root);
    for (size_t i = 0; i < sizeof key.words / sizeof *key.words; i++)
        hash = rs_hash_bytes(hash, key.words[i]);
    key.hash = rs_hash_finish(hash);
    rs_hash_index_prefetch(table, key.hash);
    return key;
}

/* Enters a new element. False if the table has no place for it. */
static bool enter(rs_hash_index *table, uint32_t hash, uint32_t index)
{
    rs_hash_index_added added = rs_hash_index_add(table, hash, index);
    if (added == RS_HASH_INDEX_NO_MEMORY)
        rs_message_need(NULL);
    return added == RS_HASH_INDEX_ADDED;
}

static void count_violations(rs_totals_violations *sum, const rs_telemetry_line *line)
{
    if (!line->verified) {
        sum->unverified = rs_saturated_sum(sum->unverified, line->count);
        return;
    }
    uint64_t *part = line->verdict == RS_TELEMETRY_DENIED       ? &sum->denied
                     : line->verdict == RS_TELEMETRY_OVERRIDDEN ? &sum->overridden
                                                                : &sum->would_deny;
    *part = rs_saturated_sum(*part, line->count);
    sum->verified = rs_saturated_sum(sum->verified, line->count);
}

static bool is_root(const void *array, uint32_t index, const void *key)
{
    const rs_totals_root *roots = array;
    return rs_bytes_equal(roots[index].name, ((const item_key *)key)->words[0]);
}

/* Index of the root that a line is about, entered if it is new; RS_TOTALS_END: it does not fit. */
static uint32_t root_of_line(rs_totals *totals, const rs_telemetry_line *line)
{
    uint32_t recent = totals->recent_root;
    if (recent < totals->root_count && rs_bytes_equal(totals->roots[recent].name, line->root))
        return recent;
    item_key key = key_for(totals, &totals->root_table,
                           (item_key){.root = RS_TOTALS_END, .words = {line->root}});
    uint32_t found =
        rs_hash_index_find(&totals->root_table, key.hash, is_root, totals->roots, &key);
    if (found != RS_HASH_INDEX_NONE)
        return totals->recent_root = found;
    uint32_t index = (uint32_t)totals->root_count;
    if (index == RS_TOTALS_ROOTS_MAX || !enter(&totals->root_table, key.hash, index))
        return RS_TOTALS_END;
    totals->roots = with_room(totals->roots, index, sizeof *totals->roots);
    totals->roots[index] = (rs_totals_root){
        .name = keep(totals, line->root),
        .first_row = RS_TOTALS_END,
        .first_program = RS_TOTALS_END,
        .recent_program = RS_TOTALS_END,
    };
    totals->root_count++;
    return totals->recent_root = index;
}

/* The label can change with each line, so each root has one place for it. */
static void set_label(rs_totals *totals, rs_totals_root *root, rs_bytes label)
{
    if (label.n == 0 || rs_bytes_equal(root->label, label))
        return;
    uint8_t *place = (uint8_t *)(uintptr_t)root->label.p;
    if (place == NULL)
        place = rs_message_need(rs_arena_take(&totals->arena, RS_TELEMETRY_TEXT_MAX));
    size_t n = label.n < RS_TELEMETRY_TEXT_MAX ? label.n : RS_TELEMETRY_TEXT_MAX;
    memcpy(place, label.p, n);
    root->label = rs_bytes_make(place, n);
}

static bool is_program(const void *array, uint32_t index, const void *key)
{
    const rs_totals_program *program = (const rs_totals_program *)array + index;
    const item_key *wanted = key;
    return program->root == wanted->root && rs_bytes_equal(program->name, wanted->words[0]);
}

/* As root_of_line. */
static uint32_t program_of_key(rs_totals *totals, const item_key *key)
{
    rs_totals_root *root = &totals->roots[key->root];
    if (root->recent_program != RS_TOTALS_END &&
        is_program(totals->programs, root->recent_program, key))
        return root->recent_program;
    uint32_t found =
        rs_hash_index_find(&totals->program_table, key->hash, is_program, totals->programs, key);
    if (found != RS_HASH_INDEX_NONE)
        return root->recent_program = found;
    uint32_t index = (uint32_t)totals->program_count;
    if (index == RS_TOTALS_PROGRAMS_MAX || root->program_count == RS_TOTALS_ROOT_PROGRAMS_MAX ||
        !enter(&totals->program_table, key->hash, index))
        return RS_TOTALS_END;
    totals->programs = with_room(totals->programs, index, sizeof *totals->programs);
    totals->programs[index] = (rs_totals_program){
        .name = keep(totals, key->words[0]), .root = key->root, .next = root->first_program};
    root->first_program = index;
    root->program_count++;
    totals->program_count++;
    return root->recent_program = index;
}

static void add_program(rs_totals *totals, const item_key *key, const rs_telemetry_line *line)
{
    uint32_t index = program_of_key(totals, key);
    if (index == RS_TOTALS_END) {
        totals->roots[key->root].other_programs++;
        return;
    }
    rs_totals_program *program = &totals->programs[index];
    program->checked = rs_saturated_sum(program->checked, line->checked);
    program->violated = rs_saturated_sum(program->violated, line->violated);
    if (line->verified)
        program->told = rs_saturated_sum(program->told, line->count);
}

static bool is_row(const void *array, uint32_t index, const void *key)
{
    const rs_totals_row *row = (const rs_totals_row *)array + index;
    const item_key *wanted = key;
    return row->root == wanted->root && rs_bytes_equal(row->suffix, wanted->words[0]) &&
           rs_bytes_equal(row->form, wanted->words[1]) &&
           rs_bytes_equal(row->reason, wanted->words[2]);
}

static bool has_room_for_row(const rs_totals *totals, bool verified)
{
    return totals->row_count < RS_TOTALS_ROWS_MAX &&
           (verified || totals->unverified_row_count < RS_TOTALS_UNVERIFIED_ROWS_MAX);
}

/* As root_of_line. */
static uint32_t row_of_key(rs_totals *totals, const item_key *key, bool verified)
{
    uint32_t found = rs_hash_index_find(&totals->row_table, key->hash, is_row, totals->rows, key);
    if (found != RS_HASH_INDEX_NONE)
        return found;
    uint32_t index = (uint32_t)totals->row_count;
    if (!has_room_for_row(totals, verified) || !enter(&totals->row_table, key->hash, index))
        return RS_TOTALS_END;
    rs_totals_root *root = &totals->roots[key->root];
    item_key kept = *key;
    totals->rows = with_room(totals->rows, index, sizeof *totals->rows);
    keep_words(totals, &kept);
    totals->rows[index] = (rs_totals_row){.suffix = kept.words[0],
                                          .form = kept.words[1],
                                          .reason = kept.words[2],
                                          .root = kept.root,
                                          .next = root->first_row};
    root->first_row = index;
    root->row_count++;
    totals->row_count++;
    totals->unverified_row_count += !verified;
    return index;
}

static void add_writer(rs_writers *writers, const rs_telemetry_line *line)
{
    if (line->has_writer)
        rs_writers_add_user(writers, line->writer);
    else
        rs_writers_add_unknown(writers);
}

static void add_violation(rs_totals *totals, const item_key *key, const rs_telemetry_line *line)
{
    uint32_t root = key->root;
    count_violations(&totals->roots[root].count, line);
    if (line->verified)
        rs_timeline_add(&totals->roots[root].timeline, line->time, line->count);
    uint32_t index = row_of_key(totals, key, line->verified);
    if (index == RS_TOTALS_END) {
        rs_totals_root *without_row = &totals->roots[root];
        count_violations(&without_row->others, line);
        if (line->verified && line->count > without_row->most_verified)
            without_row->most_verified = line->count;
        return;
    }
    rs_totals_row *row = &totals->rows[index];
    count_violations(&row->count, line);
    if (line->verified)
        add_writer(&row->writers, line);
    if (row->count.verified > totals->roots[root].most_verified)
        totals->roots[root].most_verified = row->count.verified;
    extend(&row->seen, line->time);
    if (row->name.n == 0)
        row->name = keep(totals, line->name);
}

static void add_checks(rs_totals_root *root, const rs_telemetry_line *line)
{
    root->checked = rs_saturated_sum(root->checked, line->checked);
    root->permitted = rs_saturated_sum(root->permitted, line->permitted);
    root->violated = rs_saturated_sum(root->violated, line->violated);
    root->unverified = rs_saturated_sum(root->unverified, line->unverified);
}

static void add_to_root(rs_totals *totals, const rs_telemetry_line *line)
{
    uint32_t index = root_of_line(totals, line);
    if (index == RS_TOTALS_END) {
        totals->other_root_lines++;
        if (line->event == RS_TELEMETRY_VIOLATION)
            count_violations(&totals->other_roots, line);
        return;
    }
    rs_totals_root *root = &totals->roots[index];
    if (line->time >= root->seen.last) {
        root->mode = line->mode;
        set_label(totals, root, line->label);
    }
    extend(&root->seen, line->time);
    bool violates = line->event == RS_TELEMETRY_VIOLATION;
    item_key program = key_for(totals, &totals->program_table,
                               (item_key){.root = index, .words = {line->program}});
    item_key row = {.root = index, .words = {line->suffix, line->form, line->reason}};
    if (violates)
        row = key_for(totals, &totals->row_table, row);
    add_program(totals, &program, line);
    if (violates)
        add_violation(totals, &row, line);
    else
        add_checks(&totals->roots[index], line);
}

static bool is_problem(const void *array, uint32_t index, const void *key)
{
    const rs_totals_problem *problem = (const rs_totals_problem *)array + index;
    const item_key *wanted = key;
    return rs_bytes_equal(problem->kind, wanted->words[0]) &&
           rs_bytes_equal(problem->text, wanted->words[1]) &&
           rs_bytes_equal(problem->path, wanted->words[2]);
}

static void add_problem(rs_totals *totals, const rs_telemetry_line *line)
{
    rs_bytes path = line->list.n > 0 ? line->list : line->object;
    item_key key =
        key_for(totals, &totals->problem_table,
                (item_key){.root = RS_TOTALS_END, .words = {line->kind, line->problem, path}});
    uint32_t index =
        rs_hash_index_find(&totals->problem_table, key.hash, is_problem, totals->problems, &key);
    if (index == RS_HASH_INDEX_NONE) {
        index = (uint32_t)totals->problem_count;
        if (index == RS_TOTALS_PROBLEMS_MAX || !enter(&totals->problem_table, key.hash, index)) {
            totals->other_problems++;
            return;
        }
        totals->problems = with_room(totals->problems, index, sizeof *totals->problems);
        totals->problems[index] = (rs_totals_problem){
            .kind = keep(totals, line->kind),
            .text = keep(totals, line->problem),
            .path = keep(totals, path),
            .consequence = keep(totals, line->consequence),
            .program = keep(totals, line->program),
        };
        totals->problem_count++;
    }
    totals->problems[index].count++;
    extend(&totals->problems[index].seen, line->time);
}

/*
 * The seed is drawn so that nobody can choose names that push others out of the tables. Without a
 * random number the bounds hold all the same.
 */
static void start(rs_totals *totals)
{
    if (getrandom(&totals->seed, sizeof totals->seed, GRND_NONBLOCK) != sizeof totals->seed)
        totals->seed = 0;
    totals->root_table.probes_max = PROBES_MAX;
    totals->row_table.probes_max = PROBES_MAX;
    totals->program_table.probes_max = PROBES_MAX;
    totals->problem_table.probes_max = PROBES_MAX;
}

void rs_totals_add(rs_totals *totals, const rs_telemetry_line *line)
{
    if (totals->added == 0)
        start(totals);
    totals->added++;
    totals->dropped = rs_saturated_sum(totals->dropped, line->dropped);
    extend(&totals->seen, line->time);
    if (line->event == RS_TELEMETRY_PROBLEM)
        add_problem(totals, line);
    else
        add_to_root(totals, line);
}

void rs_totals_clear(rs_totals *totals)
{
    free(totals->roots);
    free(totals->rows);
    free(totals->programs);
    free(totals->problems);
    rs_hash_index_clear(&totals->root_table);
    rs_hash_index_clear(&totals->row_table);
    rs_hash_index_clear(&totals->program_table);
    rs_hash_index_clear(&totals->problem_table);
    rs_arena_clear(&totals->arena);
    *totals = (rs_totals){0};
}

uint64_t rs_totals_violated(const rs_totals_root *root)
{
    return root->violated > root->most_verified ? root->violated : root->most_verified;
}
