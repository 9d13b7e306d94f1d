/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/totals.h"

#include "command/base/growing_array.h"
#include "command/telemetry/saturated.h"
#include "lib/base/hash.h"

#include <sys/random.h>

enum { PROBES_MAX = 256 };

/* What a line says of an element of a table. */
typedef struct item {
    rs_bytes words[RS_TOTALS_WORDS];
    size_t word_count;
    rs_totals_key key;
    uint32_t hash; /* of the key */
} item;

static rs_bytes keep(rs_totals *totals, rs_bytes text)
{
    if (text.n == 0)
        return rs_bytes_make(NULL, 0);
    rs_bytes copy = rs_arena_copy(&totals->arena, text);
    rs_message_need((void *)(uintptr_t)copy.p);
    return copy;
}

static void extend(rs_totals_span *span, int64_t time)
{
    bool unset = span->first == 0 && span->last == 0;
    if (unset || time < span->first)
        span->first = time;
    if (unset || time > span->last)
        span->last = time;
}

static uint32_t hash_of_key(uint64_t seed, const rs_totals_key *key)
{
    uint64_t hash = rs_hash_fold(seed ^ (key->root | (uint64_t)key->words[0] << 32));
    return rs_hash_finish(rs_hash_fold(hash ^ (key->words[1] | (uint64_t)key->words[2] << 32)));
}

/*
 * Completes an item that is looked up soon. Most of the cost of a line is waiting for memory: the
 * place in the table is asked for at once. A text that is new has no number, so no key is equal.
 */
static void prepare(rs_totals_index *index, item *wanted)
{
    for (size_t i = 0; i < wanted->word_count; i++)
        wanted->key.words[i] = rs_texts_find(&index->words[i], wanted->words[i]);
    wanted->hash = hash_of_key(index->words->seed, &wanted->key);
    rs_hash_index_prefetch(&index->table, wanted->hash);
}

/*
 * Enters a new element, and makes the item's words the copies that are kept. False if it has no
 * place.
 */
static bool enter(rs_totals *totals, rs_totals_index *index, item *new, size_t number)
{
    for (size_t i = 0; i < new->word_count; i++) {
        uint32_t word = rs_texts_enter(&index->words[i], &totals->arena, new->words[i]);
        if (word == RS_TEXTS_NONE)
            return false;
        new->key.words[i] = word;
        new->words[i] = index->words[i].items[word];
    }
    new->hash = hash_of_key(index->words->seed, &new->key);
    rs_hash_index_added added = rs_hash_index_add(&index->table, new->hash, (uint32_t)number);
    if (added == RS_HASH_INDEX_NO_MEMORY)
        rs_message_need(NULL);
    return added == RS_HASH_INDEX_ADDED;
}

static bool is_key(const rs_totals_key *key, const void *wanted)
{
    return memcmp(key, &((const item *)wanted)->key, sizeof *key) == 0;
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

/* Index of the root that a line is about, entered if it is new; RS_TOTALS_END: it does not fit. */
static uint32_t root_of_line(rs_totals *totals, const rs_telemetry_line *line)
{
    uint32_t index = rs_texts_enter(&totals->root_names, &totals->arena, line->root);
    if (index == RS_TEXTS_NONE)
        return RS_TOTALS_END;
    if (index < totals->root_count)
        return index;
    totals->roots = rs_growing_array(totals->roots, index, sizeof *totals->roots);
    totals->roots[index] = (rs_totals_root){.name = totals->root_names.items[index],
                                            .first_row = RS_TOTALS_END,
                                            .first_program = RS_TOTALS_END};
    totals->root_count++;
    return index;
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

static bool is_program(const void *array, uint32_t index, const void *wanted)
{
    return is_key(&((const rs_totals_program *)array)[index].key, wanted);
}

/* As root_of_line. */
static uint32_t program_of_item(rs_totals *totals, item *wanted)
{
    uint32_t found = rs_hash_index_find(&totals->program_index.table, wanted->hash, is_program,
                                        totals->programs, wanted);
    if (found != RS_HASH_INDEX_NONE)
        return found;
    rs_totals_root *root = &totals->roots[wanted->key.root];
    uint32_t index = (uint32_t)totals->program_count;
    if (index == RS_TOTALS_PROGRAMS_MAX || root->program_count == RS_TOTALS_ROOT_PROGRAMS_MAX ||
        !enter(totals, &totals->program_index, wanted, index))
        return RS_TOTALS_END;
    totals->programs = rs_growing_array(totals->programs, index, sizeof *totals->programs);
    totals->programs[index] = (rs_totals_program){
        .key = wanted->key, .name = wanted->words[0], .next = root->first_program};
    root->first_program = index;
    root->program_count++;
    totals->program_count++;
    return index;
}

static void add_program(rs_totals *totals, item *wanted, const rs_telemetry_line *line)
{
    uint32_t index = program_of_item(totals, wanted);
    if (index == RS_TOTALS_END) {
        totals->roots[wanted->key.root].other_programs++;
        return;
    }
    rs_totals_program *program = &totals->programs[index];
    program->checked = rs_saturated_sum(program->checked, line->checked);
    program->violated = rs_saturated_sum(program->violated, line->violated);
    if (line->verified)
        program->told = rs_saturated_sum(program->told, line->count);
}

static bool is_row(const void *array, uint32_t index, const void *wanted)
{
    return is_key(&((const rs_totals_row *)array)[index].key, wanted);
}

static bool has_room_for_row(const rs_totals *totals, bool verified)
{
    return totals->row_count < RS_TOTALS_ROWS_MAX &&
           (verified || totals->unverified_row_count < RS_TOTALS_UNVERIFIED_ROWS_MAX);
}

/* As root_of_line. */
static uint32_t row_of_item(rs_totals *totals, item *wanted, bool verified)
{
    uint32_t found =
        rs_hash_index_find(&totals->row_index.table, wanted->hash, is_row, totals->rows, wanted);
    if (found != RS_HASH_INDEX_NONE)
        return found;
    uint32_t index = (uint32_t)totals->row_count;
    if (!has_room_for_row(totals, verified) || !enter(totals, &totals->row_index, wanted, index))
        return RS_TOTALS_END;
    rs_totals_root *root = &totals->roots[wanted->key.root];
    totals->rows = rs_growing_array(totals->rows, index, sizeof *totals->rows);
    totals->rows[index] = (rs_totals_row){.key = wanted->key,
                                          .suffix = wanted->words[0],
                                          .form = wanted->words[1],
                                          .reason = wanted->words[2],
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

static void add_violation(rs_totals *totals, item *wanted, const rs_telemetry_line *line)
{
    uint32_t root = wanted->key.root;
    count_violations(&totals->roots[root].count, line);
    if (line->verified)
        rs_timeline_add(&totals->roots[root].timeline, line->time, line->count);
    uint32_t index = row_of_item(totals, wanted, line->verified);
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
    item program = {.key.root = index, .words = {line->program}, .word_count = 1};
    item row = {
        .key.root = index, .words = {line->suffix, line->form, line->reason}, .word_count = 3};
    prepare(&totals->program_index, &program);
    if (violates)
        prepare(&totals->row_index, &row);
    add_program(totals, &program, line);
    if (violates)
        add_violation(totals, &row, line);
    else
        add_checks(&totals->roots[index], line);
}

static bool is_problem(const void *array, uint32_t index, const void *wanted)
{
    return is_key(&((const rs_totals_problem *)array)[index].key, wanted);
}

/* As root_of_line. */
static uint32_t problem_of_line(rs_totals *totals, const rs_telemetry_line *line)
{
    rs_bytes path = line->list.n > 0 ? line->list : line->object;
    item wanted = {
        .key.root = RS_TOTALS_END, .words = {line->kind, line->problem, path}, .word_count = 3};
    prepare(&totals->problem_index, &wanted);
    uint32_t found = rs_hash_index_find(&totals->problem_index.table, wanted.hash, is_problem,
                                        totals->problems, &wanted);
    if (found != RS_HASH_INDEX_NONE)
        return found;
    uint32_t index = (uint32_t)totals->problem_count;
    if (index == RS_TOTALS_PROBLEMS_MAX || !enter(totals, &totals->problem_index, &wanted, index))
        return RS_TOTALS_END;
    totals->problems = rs_growing_array(totals->problems, index, sizeof *totals->problems);
    totals->problems[index] = (rs_totals_problem){
        .key = wanted.key,
        .kind = wanted.words[0],
        .text = wanted.words[1],
        .path = wanted.words[2],
        .consequence = keep(totals, line->consequence),
        .program = keep(totals, line->program),
    };
    totals->problem_count++;
    return index;
}

static void add_problem(rs_totals *totals, const rs_telemetry_line *line)
{
    uint32_t index = problem_of_line(totals, line);
    if (index == RS_TOTALS_END) {
        totals->other_problems++;
        return;
    }
    totals->problems[index].count++;
    extend(&totals->problems[index].seen, line->time);
}

static void start_index(rs_totals_index *index, uint32_t most, uint64_t seed)
{
    index->table.probes_max = PROBES_MAX;
    for (size_t i = 0; i < RS_TOTALS_WORDS; i++)
        index->words[i] = (rs_texts){.most = most, .seed = seed, .table.probes_max = PROBES_MAX};
}

/*
 * The seed is drawn so that nobody can choose names that push others out of the tables. Without a
 * random number the bounds hold all the same.
 */
static void start(rs_totals *totals)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = 0;
    totals->root_names =
        (rs_texts){.most = RS_TOTALS_ROOTS_MAX, .seed = seed, .table.probes_max = PROBES_MAX};
    start_index(&totals->row_index, RS_TOTALS_ROWS_MAX, seed);
    start_index(&totals->program_index, RS_TOTALS_PROGRAMS_MAX, seed);
    start_index(&totals->problem_index, RS_TOTALS_PROBLEMS_MAX, seed);
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

static void clear_index(rs_totals_index *index)
{
    for (size_t i = 0; i < RS_TOTALS_WORDS; i++)
        rs_texts_clear(&index->words[i]);
    rs_hash_index_clear(&index->table);
}

void rs_totals_clear(rs_totals *totals)
{
    free(totals->roots);
    free(totals->rows);
    free(totals->programs);
    free(totals->problems);
    rs_texts_clear(&totals->root_names);
    clear_index(&totals->row_index);
    clear_index(&totals->program_index);
    clear_index(&totals->problem_index);
    rs_arena_clear(&totals->arena);
    *totals = (rs_totals){0};
}

uint64_t rs_totals_violated(const rs_totals_root *root)
{
    return root->violated > root->most_verified ? root->violated : root->most_verified;
}
