/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of telemetry: read into totals. What is read stays within its limits and the sums add up. A
 * line that is spelt in another way says the same.
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

static bool is_same(const rs_telemetry_line *a, const rs_telemetry_line *b)
{
    return a->event == b->event && a->time == b->time && a->has_writer == b->has_writer &&
           a->writer == b->writer && a->dropped == b->dropped && a->mode == b->mode &&
           a->verdict == b->verdict && a->verified == b->verified && a->count == b->count &&
           a->checked == b->checked && a->permitted == b->permitted && a->violated == b->violated &&
           a->unverified == b->unverified && rs_bytes_equal(a->program, b->program) &&
           rs_bytes_equal(a->root, b->root) && rs_bytes_equal(a->label, b->label) &&
           rs_bytes_equal(a->form, b->form) && rs_bytes_equal(a->reason, b->reason) &&
           rs_bytes_equal(a->suffix, b->suffix) && rs_bytes_equal(a->name, b->name) &&
           rs_bytes_equal(a->kind, b->kind) && rs_bytes_equal(a->problem, b->problem) &&
           rs_bytes_equal(a->list, b->list) && rs_bytes_equal(a->object, b->object) &&
           rs_bytes_equal(a->consequence, b->consequence);
}

/* A line in memory of its own, with the padding that must be there. */
static rs_bytes line_new(size_t size)
{
    uint8_t *line = calloc(1, size + RS_TELEMETRY_PADDING);
    CHECK(line != NULL);
    return rs_bytes_make(line, size);
}

/* The same with a blank behind what each event starts with: that is JSON, but not plain. */
static rs_bytes with_blanks(rs_bytes text)
{
    static const char start[] = RS_TELEMETRY_START;
    const size_t n = sizeof start - 1;
    size_t size = 0;
    rs_bytes out = line_new(text.n + text.n / n);
    uint8_t *bytes = (uint8_t *)(uintptr_t)out.p;
    for (size_t i = 0; i < text.n; i++) {
        bytes[size++] = text.p[i];
        if (i + 1 >= n && memcmp(text.p + i + 1 - n, start, n) == 0)
            bytes[size++] = ' ';
    }
    return rs_bytes_make(bytes, size);
}

static void line_free(rs_bytes line)
{
    free((void *)(uintptr_t)line.p);
}

static void take_line(rs_telemetry_parser *parser, rs_telemetry_parser *other, rs_bytes text,
                      rs_totals *totals)
{
    rs_telemetry_line line, again;
    rs_bytes copy = line_new(text.n), blank = with_blanks(text);
    if (text.n > 0)
        memcpy((void *)(uintptr_t)copy.p, text.p, text.n);
    rs_telemetry_status status = rs_telemetry_parse(parser, copy, &line);
    if (blank.n <= RS_TELEMETRY_LINE_MAX)
        CHECK(rs_telemetry_parse(other, blank, &again) == status);
    if (status == RS_TELEMETRY_OK) {
        CHECK(blank.n > RS_TELEMETRY_LINE_MAX || is_same(&line, &again));
        check_line(&line);
        rs_totals_add(totals, &line);
    }
    line_free(copy);
    line_free(blank);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static rs_telemetry_parser *parser, *other;
    if (parser == NULL) {
        parser = rs_telemetry_parser_new();
        other = rs_telemetry_parser_new();
    }
    CHECK(parser != NULL && other != NULL);
    rs_totals totals = {0};
    rs_bytes rest = rs_bytes_make(data, size);
    while (rest.n > 0) {
        const uint8_t *newline = memchr(rest.p, '\n', rest.n);
        size_t n = newline == NULL ? rest.n : (size_t)(newline - rest.p);
        take_line(parser, other, rs_bytes_make(rest.p, n), &totals);
        rest = rs_bytes_skip(rest, newline == NULL ? n : n + 1);
    }
    check_totals(&totals);
    rs_totals_clear(&totals);
    return 0;
}
