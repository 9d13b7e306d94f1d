/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of telemetry: read into totals. What is read stays within its limits and the sums add up.
 */
#include "command/telemetry/saturated.h"
#include "command/telemetry/totals.h"
#include "tests/fuzz/fuzz.h"

static void check_text(rs_bytes text, size_t most)
{
    static volatile uint8_t sink;
    CHECK(text.n <= most);
    for (size_t i = 0; i < text.n; i++)
        sink = text.p[i];
    (void)sink;
}

static void check_line(const rs_telemetry_line *line)
{
    check_text(line->program, RS_TELEMETRY_TEXT_MAX);
    check_text(line->root, RS_TELEMETRY_TEXT_MAX);
    check_text(line->label, RS_TELEMETRY_TEXT_MAX);
    check_text(line->form, RS_TELEMETRY_WORD_MAX);
    check_text(line->reason, RS_TELEMETRY_WORD_MAX);
    check_text(line->suffix, RS_TELEMETRY_TEXT_MAX);
    check_text(line->name, RS_TELEMETRY_TEXT_MAX);
    check_text(line->kind, RS_TELEMETRY_WORD_MAX);
    check_text(line->problem, RS_TELEMETRY_TEXT_MAX);
    check_text(line->list, RS_TELEMETRY_TEXT_MAX);
    check_text(line->object, RS_TELEMETRY_TEXT_MAX);
    check_text(line->consequence, RS_TELEMETRY_WORD_MAX);
    CHECK(line->time >= 0);
    CHECK(line->count <= RS_TELEMETRY_NUMBER_MAX && line->checked <= RS_TELEMETRY_NUMBER_MAX);
    CHECK(line->mode == RS_MODE_ENFORCE || line->mode == RS_MODE_TEST);
}

static void check_totals(const rs_totals *totals)
{
    for (size_t i = 0; i < totals->root_count; i++) {
        const rs_totals_root *root = &totals->roots[i];
        const rs_totals_row **rows = rs_totals_sorted_rows(totals, root);
        uint64_t verified = root->others.verified, unverified = root->others.unverified;
        for (size_t k = 0; k < root->row_count; k++) {
            verified = rs_saturated_sum(verified, rows[k]->count.verified);
            unverified = rs_saturated_sum(unverified, rows[k]->count.unverified);
        }
        CHECK(verified == root->count.verified && unverified == root->count.unverified);
        CHECK(root->seen.first <= root->seen.last);
        free(rows);
    }
}

/* Each line in memory of its own, with the padding that must be there. */
static void take_line(rs_telemetry_parser *parser, rs_bytes text, rs_totals *totals)
{
    rs_telemetry_line line;
    uint8_t *copy = calloc(1, text.n + RS_TELEMETRY_PADDING);
    CHECK(copy != NULL);
    if (text.n > 0)
        memcpy(copy, text.p, text.n);
    if (rs_telemetry_parse(parser, rs_bytes_make(copy, text.n), &line) == RS_TELEMETRY_OK) {
        check_line(&line);
        rs_totals_add(totals, &line);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static rs_telemetry_parser *parser;
    if (parser == NULL)
        parser = rs_telemetry_parser_new();
    CHECK(parser != NULL);
    rs_totals totals = {0};
    rs_bytes rest = rs_bytes_make(data, size);
    while (rest.n > 0) {
        const uint8_t *newline = memchr(rest.p, '\n', rest.n);
        size_t n = newline == NULL ? rest.n : (size_t)(newline - rest.p);
        take_line(parser, rs_bytes_make(rest.p, n), &totals);
        rest = rs_bytes_skip(rest, newline == NULL ? n : n + 1);
    }
    check_totals(&totals);
    rs_totals_clear(&totals);
    return 0;
}
