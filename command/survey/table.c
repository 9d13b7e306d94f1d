/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/table.h"

#include "command/base/json.h"
#include "command/base/text.h"
#include "lib/base/utc.h"

#include <stdio.h>

static const char rows_query[] =
    "SELECT lower(hex(root.key)) AS key, label, suffix, domains, certificates, first, last"
    " FROM tally JOIN root ON root.id = tally.root ORDER BY label, key, suffix";

static const struct {
    const char *word, *widths;
} levels[] = {
#define LEVEL(word, length, table)                                                                 \
    {                                                                                              \
        word, "SELECT (SELECT max(length(label)) FROM root), (SELECT max(" length ") FROM " table  \
              " WHERE issuer IN (SELECT issuer FROM reaches))"                                     \
    }
    [RS_SURVEY_LEVEL_TLD] = LEVEL("tld", "tld_length", "pack"),
    [RS_SURVEY_LEVEL_PUBLIC_SUFFIX] = LEVEL("public-suffix", "suffix_length", "pack"),
    [RS_SURVEY_LEVEL_REGISTRABLE] = LEVEL("registrable", "length(domain)", "part"),
};

const char *rs_survey_level_take(void *into, const char *value)
{
    for (int i = 0; i < RS_SURVEY_LEVELS; i++)
        if (strcmp(value, levels[i].word) == 0) {
            *(rs_survey_level *)into = (rs_survey_level)i;
            return NULL;
        }
    return "tld, public-suffix or registrable";
}

/* A row of a view. Texts are fit for a terminal, whoever wrote the store. */
typedef struct row {
    const char *root, *label, *suffix;
    int64_t domains, certificates;
    char first[RS_UTC_DAY_SIZE], last[RS_UTC_DAY_SIZE];
} row;

typedef struct table {
    rs_survey_form form;
    int label_width, suffix_width;
    uint64_t printed;
} table;

static const char *text_of(rs_arena *arena, sqlite3_stmt *query, int column)
{
    const void *text = sqlite3_column_text(query, column);
    return rs_text_printable(arena,
                             rs_bytes_make(text, (size_t)sqlite3_column_bytes(query, column)));
}

static row read_row(rs_arena *arena, sqlite3_stmt *query)
{
    row r = {.root = text_of(arena, query, 0),
             .label = text_of(arena, query, 1),
             .suffix = text_of(arena, query, 2),
             .domains = sqlite3_column_int64(query, 3),
             .certificates = sqlite3_column_int64(query, 4)};
    rs_utc_day_text(sqlite3_column_int64(query, 5), r.first);
    rs_utc_day_text(sqlite3_column_int64(query, 6), r.last);
    return r;
}

static void print_json_row(const row *r, bool is_first)
{
    json_t *object = json_object();
    rs_json_set(object, "root", json_sprintf("spki-sha256:%s", r->root));
    rs_json_set(object, "label", json_string(r->label));
    rs_json_set(object, "suffix", json_string(r->suffix));
    rs_json_set(object, "domains", json_integer(r->domains));
    rs_json_set(object, "certificates", json_integer(r->certificates));
    rs_json_set(object, "first", json_string(r->first));
    rs_json_set(object, "last", json_string(r->last));
    fputs(is_first ? "\n  " : ",\n  ", stdout);
    json_dumpf(object, stdout, JSON_COMPACT);
    json_decref(object);
}

static void print_row(table *t, const row *r)
{
    long long domains = r->domains, certificates = r->certificates;
    if (t->form == RS_SURVEY_FORM_JSON)
        print_json_row(r, t->printed == 0);
    else if (t->form == RS_SURVEY_FORM_TSV)
        printf("spki-sha256:%s\t%s\t%lld\t%lld\t%s\t%s\t%s\n", r->root, r->suffix, domains,
               certificates, r->first, r->last, r->label);
    else
        printf("%-*s  %.8s  %-*s  %9lld  %12lld  %s  %s\n", t->label_width, r->label, r->root,
               t->suffix_width, r->suffix, domains, certificates, r->first, r->last);
    t->printed++;
}

static void print_head(const table *t)
{
    if (t->form == RS_SURVEY_FORM_JSON)
        putchar('[');
    else if (t->form == RS_SURVEY_FORM_TSV)
        puts("root\tsuffix\tdomains\tcertificates\tfirst\tlast\tlabel");
    else
        printf("%-*s  %-8s  %-*s  %9s  %12s  %-10s  %s\n", t->label_width, "ROOT", "KEY",
               t->suffix_width, "SUFFIX", "DOMAINS", "CERTIFICATES", "FIRST", "LAST");
}

static int width_of(sqlite3_stmt *query, int column, int least)
{
    enum { MOST = 255 }; /* whatever the store says */
    int width = sqlite3_column_int(query, column);
    return width < least ? least : width < MOST ? width : MOST;
}

/* The columns of the text are as wide as their longest word. */
static bool measure(rs_survey_store *store, rs_survey_level level, table *t)
{
    enum { LABEL_MIN = 4, SUFFIX_MIN = 6 };
    sqlite3_stmt *query = rs_survey_store_query(store, levels[level].widths);
    if (query == NULL)
        return false;
    if (sqlite3_step(query) == SQLITE_ROW) {
        t->label_width = width_of(query, 0, LABEL_MIN);
        t->suffix_width = width_of(query, 1, SUFFIX_MIN);
    }
    return sqlite3_finalize(query) == SQLITE_OK || rs_survey_store_failed(store);
}

bool rs_survey_table_print(rs_survey_store *store, rs_survey_level level, rs_survey_form form)
{
    table t = {.form = form};
    if (!rs_suffix_tally(store, level, RS_SUFFIX_TALLY_DOMAINS) ||
        (form == RS_SURVEY_FORM_TEXT && !measure(store, level, &t)))
        return false;
    sqlite3_stmt *query = rs_survey_store_query(store, rows_query);
    if (query == NULL)
        return false;
    print_head(&t);
    while (sqlite3_step(query) == SQLITE_ROW) {
        rs_arena arena = {0};
        row r = read_row(&arena, query);
        print_row(&t, &r);
        rs_arena_clear(&arena);
    }
    if (form == RS_SURVEY_FORM_JSON)
        puts(t.printed == 0 ? "]" : "\n]");
    return sqlite3_finalize(query) == SQLITE_OK || rs_survey_store_failed(store);
}
