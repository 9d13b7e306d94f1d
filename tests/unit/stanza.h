/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists from their source text, and tables of names that are judged under the rules of a stanza.
 */
#ifndef RS_TEST_STANZA_H
#define RS_TEST_STANZA_H

#include "lib/compiler/image_writer.h"
#include "lib/compiler/list_merge.h"
#include "lib/compiler/source.h"
#include "lib/names/verdict.h"
#include "tests/unit/rows.h"

#include <stdio.h>

/* The key of the root that stanza_open lists. */
#define STANZA_ROOT                                                                                \
    "root spki-sha256:0000000000000000000000000000000000000000000000000000000000000000\n"

typedef struct test_list {
    uint8_t *bytes;
    rs_image image;
} test_list;

/* Compiles a source; a mistake in it is one of the test, which ends. */
static inline void list_open(test_list *list, const char *text)
{
    rs_diagnostics diagnostics = {0};
    rs_source source = {.file = "test.list", .text = rs_bytes_of_string(text)};
    rs_list parsed = {0}, merged = {0};
    rs_list *all[] = {&parsed};
    size_t size;
    if (!rs_source_parse(&source, &parsed, &diagnostics) || diagnostics.errors > 0 ||
        !rs_list_merge(all, 1, &merged, &diagnostics) || diagnostics.errors > 0 ||
        rs_image_write(&merged, &list->bytes, &size) != RS_WRITE_OK ||
        rs_image_open(rs_bytes_make(list->bytes, size), &list->image) != RS_IMAGE_OK) {
        const char *why = diagnostics.count > 0 ? diagnostics.items[0].text : "cannot be compiled";
        fprintf(stderr, "%s\nin the list\n%s", why, text);
        abort();
    }
    rs_list_free(&merged);
    rs_list_free(&parsed);
    rs_diagnostics_clear(&diagnostics);
}

static inline void list_close(test_list *list)
{
    free(list->bytes);
}

/* A list of one stanza; `rules` are lines without the last line feed, NULL or "" for none. */
typedef struct test_stanza {
    test_list list;
    rs_stanza stanza;
} test_stanza;

static inline void stanza_open(test_stanza *s, const char *rules)
{
    char text[8192];
    /* Without a rule at all there would be no stanza: this one says nothing about any name. */
    bool none = rules == NULL || *rules == 0;
    int n = snprintf(text, sizeof text, "%s%s\n", STANZA_ROOT,
                     none ? "exclude othername:1.2.3.4.5.6.7.8.9" : rules);
    if (n < 0 || (size_t)n >= sizeof text)
        abort();
    list_open(&s->list, text);
    rs_image_stanza(&s->list.image, 0, &s->stanza);
}

static inline void stanza_close(test_stanza *s)
{
    list_close(&s->list);
}

/* A name under some rules, why it gets its verdict, and the deciding rule ("": none). */
typedef struct name_row {
    const char *rules;
    rs_bytes name;
    rs_reason reason;
    const char *rule;
} name_row;

/* Whether a finding is as expected, its name all of `name`, and its rule within that. */
static inline void check_finding(const rs_finding *finding, rs_form form, rs_reason reason,
                                 rs_bytes name, const char *rule, const char *rules)
{
    char row[512];
    snprintf(row, sizeof row, "%.200s: %.*s: %s (%s)", rules == NULL ? "" : rules,
             (int)(name.n < 200 ? name.n : 200), name.n > 0 ? (const char *)name.p : "",
             rs_reason_word(finding->reason), rs_reason_word(reason));
    CHECK_ROW(finding->reason == reason, row);
    CHECK_ROW(finding->verdict == rs_reason_verdict(reason), row);
    CHECK_ROW(finding->form == form, row);
    CHECK_ROW(finding->name.p == name.p && finding->name.n == name.n, row);
    CHECK_ROW(rs_bytes_equal(finding->rule, rs_bytes_of_string(rule)), row);
    CHECK_ROW(finding->rule.n == 0 || (finding->rule.p >= name.p &&
                                       finding->rule.p + finding->rule.n <= name.p + name.n),
              row);
}

typedef rs_finding check_name_fn(const rs_stanza *stanza, rs_bytes name);

static inline void check_name_rows(const name_row *rows, size_t count, rs_form form,
                                   check_name_fn *check)
{
    for (size_t i = 0; i < count; i++) {
        test_stanza s;
        stanza_open(&s, rows[i].rules);
        rs_bytes name = exact_copy(rows[i].name);
        rs_finding finding = check(&s.stanza, name);
        check_finding(&finding, form, rows[i].reason, name, rows[i].rule, rows[i].rules);
        exact_free(name);
        stanza_close(&s);
    }
}

#endif
