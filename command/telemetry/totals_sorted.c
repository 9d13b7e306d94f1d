/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/telemetry/totals.h"

#include <stdlib.h>

/* More comes first. */
static int by_number(uint64_t a, uint64_t b)
{
    return (a < b) - (a > b);
}

static int by_root(const void *a, const void *b)
{
    const rs_totals_root *one = *(const rs_totals_root *const *)a;
    const rs_totals_root *two = *(const rs_totals_root *const *)b;
    int order = by_number(rs_totals_violated(one), rs_totals_violated(two));
    return order != 0 ? order : rs_bytes_compare(one->name, two->name);
}

static int by_row(const void *a, const void *b)
{
    const rs_totals_row *one = *(const rs_totals_row *const *)a;
    const rs_totals_row *two = *(const rs_totals_row *const *)b;
    int order = by_number(one->count.verified, two->count.verified);
    if (order == 0)
        order = by_number(one->count.unverified, two->count.unverified);
    if (order == 0)
        order = rs_bytes_compare(one->form, two->form);
    if (order == 0)
        order = rs_bytes_compare(one->suffix, two->suffix);
    return order != 0 ? order : rs_bytes_compare(one->reason, two->reason);
}

static int by_program(const void *a, const void *b)
{
    const rs_totals_program *one = *(const rs_totals_program *const *)a;
    const rs_totals_program *two = *(const rs_totals_program *const *)b;
    int order = by_number(one->violated, two->violated);
    if (order == 0)
        order = by_number(one->told, two->told);
    if (order == 0)
        order = by_number(one->checked, two->checked);
    return order != 0 ? order : rs_bytes_compare(one->name, two->name);
}

static int by_problem(const void *a, const void *b)
{
    const rs_totals_problem *one = *(const rs_totals_problem *const *)a;
    const rs_totals_problem *two = *(const rs_totals_problem *const *)b;
    int order = rs_bytes_compare(one->kind, two->kind);
    if (order == 0)
        order = by_number(one->count, two->count);
    if (order == 0)
        order = rs_bytes_compare(one->text, two->text);
    return order != 0 ? order : rs_bytes_compare(one->path, two->path);
}

/* Room for `count` pointers, and one more, so that there is always something to free. */
static void *pointers_new(size_t count)
{
    return rs_message_need(calloc(count + 1, sizeof(void *)));
}

const rs_totals_root **rs_totals_sorted_roots(const rs_totals *totals)
{
    const rs_totals_root **sorted = pointers_new(totals->root_count);
    for (size_t i = 0; i < totals->root_count; i++)
        sorted[i] = &totals->roots[i];
    qsort(sorted, totals->root_count, sizeof *sorted, by_root);
    return sorted;
}

const rs_totals_row **rs_totals_sorted_rows(const rs_totals *totals, const rs_totals_root *root)
{
    const rs_totals_row **sorted = pointers_new(root->row_count);
    size_t count = 0;
    for (uint32_t i = root->first_row; i != RS_TOTALS_END; i = totals->rows[i].next)
        sorted[count++] = &totals->rows[i];
    qsort(sorted, count, sizeof *sorted, by_row);
    return sorted;
}

const rs_totals_program **rs_totals_sorted_programs(const rs_totals *totals,
                                                    const rs_totals_root *root)
{
    const rs_totals_program **sorted = pointers_new(root->program_count);
    size_t count = 0;
    for (uint32_t i = root->first_program; i != RS_TOTALS_END; i = totals->programs[i].next)
        sorted[count++] = &totals->programs[i];
    qsort(sorted, count, sizeof *sorted, by_program);
    return sorted;
}

const rs_totals_problem **rs_totals_sorted_problems(const rs_totals *totals)
{
    const rs_totals_problem **sorted = pointers_new(totals->problem_count);
    for (size_t i = 0; i < totals->problem_count; i++)
        sorted[i] = &totals->problems[i];
    qsort(sorted, totals->problem_count, sizeof *sorted, by_problem);
    return sorted;
}
