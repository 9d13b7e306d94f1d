/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/summary.h"

#include "command/base/growing_array.h"
#include "command/base/json.h"
#include "command/base/text.h"

#include <stdio.h>
#include <stdlib.h>

static const char roots_query[] =
    "WITH issued AS (SELECT root, sum(certificates) AS certificates FROM reaches"
    " JOIN issuer ON issuer.id = reaches.issuer GROUP BY root)"
    " SELECT lower(hex(root.key)) AS key, label, count(*) AS others, max(suffix = 'com'),"
    " issued.certificates FROM tally JOIN root ON root.id = tally.root"
    " JOIN issued ON issued.root = root.id GROUP BY root.id ORDER BY others DESC, label, key";
static const char tlds_query[] = "SELECT suffix, '', count(*) AS others, 0, 0 FROM tally"
                                 " GROUP BY suffix ORDER BY others DESC, suffix";
static const char totals_query[] = "SELECT (SELECT count FROM total WHERE name = 'certificates'),"
                                   " (SELECT sum(certificates) FROM issuer"
                                   " WHERE id NOT IN (SELECT issuer FROM reaches))";

static const char *text_of(rs_arena *arena, sqlite3_stmt *query, int column)
{
    const void *text = sqlite3_column_text(query, column);
    return rs_text_printable(arena,
                             rs_bytes_make(text, (size_t)sqlite3_column_bytes(query, column)));
}

static void append(rs_summary_lines *l, rs_summary_line one)
{
    l->all = rs_growing_array(l->all, l->count, sizeof *l->all);
    l->all[l->count++] = one;
}

static bool read_lines(rs_survey_store *store, const char *text, rs_arena *arena,
                       rs_summary_lines *into)
{
    sqlite3_stmt *query = rs_survey_store_query(store, text);
    if (query == NULL)
        return false;
    while (sqlite3_step(query) == SQLITE_ROW)
        append(into, (rs_summary_line){.name = text_of(arena, query, 0),
                                       .label = text_of(arena, query, 1),
                                       .others = sqlite3_column_int64(query, 2),
                                       .has_com = sqlite3_column_int(query, 3) != 0,
                                       .certificates = sqlite3_column_int64(query, 4)});
    return sqlite3_finalize(query) == SQLITE_OK || rs_survey_store_failed(store);
}

static bool read_totals(rs_survey_store *store, rs_summary *s)
{
    sqlite3_stmt *query = rs_survey_store_query(store, totals_query);
    if (query == NULL)
        return false;
    if (sqlite3_step(query) == SQLITE_ROW) {
        s->certificates = sqlite3_column_int64(query, 0);
        s->without_root = sqlite3_column_int64(query, 1);
    }
    return sqlite3_finalize(query) == SQLITE_OK || rs_survey_store_failed(store);
}

bool rs_summary_read(rs_survey_store *store, rs_summary *s)
{
    *s = (rs_summary){0};
    if (!rs_suffix_tally(store, RS_SURVEY_LEVEL_TLD, RS_SUFFIX_TALLY_DOMAINS) ||
        !rs_suffix_tally_domains(store, &s->domains) ||
        !read_lines(store, roots_query, &s->arena, &s->roots) ||
        !read_lines(store, tlds_query, &s->arena, &s->tlds) || !read_totals(store, s))
        return false;
    for (size_t i = 0; i < s->roots.count; i++) {
        s->few += s->roots.all[i].others < RS_SURVEY_FEW_TLDS;
        s->never_com += !s->roots.all[i].has_com;
    }
    return true;
}

void rs_summary_json(const rs_summary *s)
{
    json_t *answer = json_object(), *roots = json_array(), *tlds = json_array();
    rs_json_set(answer, "certificates", json_integer(s->certificates));
    rs_json_set(answer, "certificates_without_root", json_integer(s->without_root));
    rs_json_set(answer, "domains", json_integer(s->domains));
    rs_json_set(answer, "roots", json_integer((json_int_t)s->roots.count));
    rs_json_set(answer, "roots_below_11_tlds", json_integer((json_int_t)s->few));
    rs_json_set(answer, "roots_never_com", json_integer((json_int_t)s->never_com));
    for (size_t i = 0; i < s->roots.count; i++) {
        const rs_summary_line *root = &s->roots.all[i];
        rs_json_append(roots,
                       json_pack("{s:o, s:s, s:I, s:I, s:b}", "root",
                                 json_sprintf("spki-sha256:%s", root->name), "label", root->label,
                                 "certificates", (json_int_t)root->certificates, "tlds",
                                 (json_int_t)root->others, "com", (int)root->has_com));
    }
    for (size_t i = 0; i < s->tlds.count; i++)
        rs_json_append(tlds, json_pack("{s:s, s:I}", "tld", s->tlds.all[i].name, "roots",
                                       (json_int_t)s->tlds.all[i].others));
    rs_json_set(answer, "tlds_per_root", roots);
    rs_json_set(answer, "roots_per_tld", tlds);
    rs_json_print(answer);
}

static void print_share(const char *what, size_t part, size_t whole)
{
    printf("%-44s %6zu  (%.0f %%)\n", what, part,
           whole == 0 ? 0.0 : 100.0 * (double)part / (double)whole);
}

int64_t rs_summary_median(const rs_summary_lines *l)
{
    return l->count == 0 ? 0 : l->all[l->count / 2].others;
}

void rs_summary_text(rs_summary *s)
{
    printf("%-44s %6s\n", "Certificates", rs_text_number(&s->arena, (size_t)s->certificates));
    print_share("  that reach no known root", (size_t)s->without_root, (size_t)s->certificates);
    printf("%-44s %6s\n", "Registrable domains", rs_text_number(&s->arena, (size_t)s->domains));
    printf("%-44s %6zu\n", "Roots that they reach", s->roots.count);
    print_share("  for fewer than 11 top-level domains", s->few, s->roots.count);
    print_share("  never for com", s->never_com, s->roots.count);
    printf("%-44s %6lld\n", "Top-level domains of a root, median",
           (long long)rs_summary_median(&s->roots));
    printf("%-44s %6lld\n", "Roots of a top-level domain, median",
           (long long)rs_summary_median(&s->tlds));
    puts("\nTLDS  CERTIFICATES  ROOT");
    for (size_t i = 0; i < s->roots.count; i++)
        printf("%4lld  %12lld  %.8s %s\n", (long long)s->roots.all[i].others,
               (long long)s->roots.all[i].certificates, s->roots.all[i].name,
               s->roots.all[i].label);
    puts("\nROOTS  TOP-LEVEL DOMAIN");
    for (size_t i = 0; i < s->tlds.count; i++)
        printf("%5lld  %s\n", (long long)s->tlds.all[i].others, s->tlds.all[i].name);
}

void rs_summary_clear(rs_summary *s)
{
    free(s->roots.all);
    free(s->tlds.all);
    rs_arena_clear(&s->arena);
}
