/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/hashes.h"
#include "command/survey/store/merge.h"
#include "command/survey/store/packs.h"

#include "tests/unit/command/survey/stand_in.h"
#include "tests/unit/suite.h"

#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/test_survey_store.XXXXXX";
static char path[200];

/* The path of a store in the folder of this run. */
static const char *at(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* A certificate: an issuer, its domains, and when it began to be valid. */
typedef struct made {
    uint8_t issuer;
    const char *domains;
    int64_t not_before;
} made;

/* Units 0 to 4. Unit 3 has the same as unit 0, and another digest. */
static const made units[][3] = {
    {{1, "a.com b.co.uk", 100}, {1, "a.com c.com", 50}},
    {{1, "a.com", 300}, {2, "d.org", 1}, {2, "e.co.uk f.co.uk g.uk", 2}},
    {{3, "a.com", 7}},
    {{1, "a.com b.co.uk", 100}, {1, "a.com c.com", 50}},
    {{0, NULL, 0}},
};
enum { UNITS = sizeof units / sizeof *units };

static rs_bytes contribution_of(unsigned unit)
{
    rs_contribution all;
    rs_contribution_init(&all);
    for (size_t i = 0; i < 3 && units[unit][i].domains != NULL; i++)
        CU_ASSERT(stand_in_add(&all, units[unit][i].issuer, units[unit][i].domains,
                               units[unit][i].not_before));
    CU_ASSERT(rs_contribution_reject(&all, RS_BYTES_OF_LITERAL("no-names"), unit));
    rs_bytes written = rs_contribution_write(&all);
    rs_contribution_clear(&all);
    return written;
}

static void add(rs_survey_store *store, unsigned unit, rs_survey_store_added expected)
{
    uint8_t digest[RS_SHA256_SIZE] = {(uint8_t)(unit + 1)};
    rs_bytes contribution = contribution_of(unit);
    rs_counts counts;
    rs_counts_init(&counts);
    CU_ASSERT(rs_survey_store_begin(store));
    CU_ASSERT(rs_survey_store_add_tile(store, digest));
    CU_ASSERT(rs_survey_store_add_unit(store, digest, contribution) == expected);
    if (expected == RS_SURVEY_STORE_ADDED) {
        CU_ASSERT(rs_contribution_read(contribution, &counts) == RS_CONTRIBUTION_ADDED);
        CU_ASSERT(rs_survey_store_add_counts(store, &counts));
    }
    CU_ASSERT(rs_survey_store_commit(store));
    rs_counts_clear(&counts);
    free((void *)contribution.p);
}

static void add_reaches(rs_survey_store *store)
{
    CU_ASSERT(rs_survey_store_begin(store));
    CU_ASSERT(rs_survey_store_add_reach(store, stand_in_issuer(1), stand_in_issuer(101).p, "One"));
    CU_ASSERT(rs_survey_store_add_reach(store, stand_in_issuer(2), stand_in_issuer(101).p, "Eins"));
    CU_ASSERT(rs_survey_store_add_reach(store, stand_in_issuer(3), stand_in_issuer(101).p, "One"));
    CU_ASSERT(rs_survey_store_add_reach(store, stand_in_issuer(3), stand_in_issuer(102).p, "Two"));
    CU_ASSERT(rs_survey_store_commit(store));
}

/* A store with these units, in this order. */
static rs_survey_store *make(const char *name, const char *which)
{
    rs_survey_store *store = rs_survey_store_open(at(name));
    CU_ASSERT_FATAL(store != NULL);
    for (; *which != '\0'; which++)
        add(store, (unsigned)(*which - '0'), RS_SURVEY_STORE_ADDED);
    add_reaches(store);
    return store;
}

/* All that a store says, in an order of its own: one text. */
static const char *content(rs_survey_store *store)
{
    static char text[2][8192];
    static int turn;
    static const char *const queries[] = {
        "SELECT 'c', * FROM by_registrable ORDER BY 2, 4",
        "SELECT 's', * FROM by_public_suffix ORDER BY 2, 4",
        "SELECT 't', * FROM by_tld ORDER BY 2, 4",
        "SELECT 'u', hex(digest), hex(contribution) FROM unit ORDER BY digest",
        "SELECT 't', hex(hash) FROM tile ORDER BY hash",
        "SELECT 'n', * FROM total ORDER BY name",
        "SELECT 'i', hex(reference) FROM issuer ORDER BY reference",
        "SELECT 'a', hex(sha256), is_root FROM ca ORDER BY sha256",
        "SELECT 'e', * FROM setting ORDER BY name",
    };
    char *out = text[turn ^= 1];
    size_t used = 0;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        sqlite3_stmt *query = rs_survey_store_query(store, queries[i]);
        CU_ASSERT_FATAL(query != NULL);
        while (sqlite3_step(query) == SQLITE_ROW) {
            for (int k = 0; k < sqlite3_column_count(query); k++)
                used += (size_t)snprintf(out + used, sizeof text[0] - used, "%s ",
                                         (const char *)sqlite3_column_text(query, k));
            used += (size_t)snprintf(out + used, sizeof text[0] - used, "\n");
        }
        sqlite3_finalize(query);
    }
    CU_ASSERT_FATAL(used + 1 < sizeof text[0]);
    return out;
}

static void has_row(rs_survey_store *store, const char *view, const char *expected)
{
    char text[300], row[300] = "";
    snprintf(text, sizeof text,
             "SELECT label||' '||suffix||' '||domains||' '||certificates||' '||first||' '||last"
             " AS row FROM %s WHERE row = '%s'",
             view, expected);
    sqlite3_stmt *query = rs_survey_store_query(store, text);
    CU_ASSERT_FATAL(query != NULL);
    if (sqlite3_step(query) == SQLITE_ROW)
        snprintf(row, sizeof row, "%s", (const char *)sqlite3_column_text(query, 0));
    CU_ASSERT_STRING_EQUAL(row, expected);
    sqlite3_finalize(query);
}

static void views_give_each_level(void)
{
    rs_survey_store *store = make("levels", "012");
    has_row(store, "by_registrable", "Eins a.com 1 4 7 300");
    has_row(store, "by_registrable", "Two a.com 1 1 7 7");
    has_row(store, "by_registrable", "Eins g.uk 1 1 2 2");
    has_row(store, "by_public_suffix", "Eins com 2 4 7 300");
    has_row(store, "by_public_suffix", "Eins co.uk 3 2 2 100");
    has_row(store, "by_public_suffix", "Eins uk 1 1 2 2");
    has_row(store, "by_tld", "Eins uk 4 2 2 100");
    has_row(store, "by_tld", "Eins com 2 4 7 300");
    has_row(store, "by_tld", "Eins org 1 1 1 1");
    has_row(store, "by_tld", "Two com 1 1 7 7");
    rs_survey_store_close(store);
}

static void a_unit_counts_once(void)
{
    rs_survey_store *store = make("once", "03");
    has_row(store, "by_registrable", "Eins a.com 1 4 50 100");
    const char *before = content(store);
    add(store, 0, RS_SURVEY_STORE_KNOWN);
    CU_ASSERT_STRING_EQUAL(content(store), before);
    rs_survey_store_close(store);
    store = rs_survey_store_open(at("once"));
    CU_ASSERT_FATAL(store != NULL);
    add(store, 3, RS_SURVEY_STORE_KNOWN);
    CU_ASSERT_STRING_EQUAL(content(store), before);
    rs_survey_hashes digests = {0};
    CU_ASSERT(rs_survey_hashes_load(&digests, store, "SELECT digest FROM unit ORDER BY 1"));
    CU_ASSERT(digests.count == 2 && digests.items[0][0] == 1 && digests.items[1][0] == 4);
    CU_ASSERT(rs_survey_hashes_have(&digests, digests.items[1]));
    rs_survey_hashes_clear(&digests);
    rs_survey_store_close(store);
}

/* Merges stores with these units into a new one and compares it with that of all units. */
static void merge_is_same(const char *const *parts, size_t count)
{
    char name[40];
    static int number;
    rs_survey_store *all = make("all", ""), *into;
    for (unsigned i = 0; i < UNITS; i++)
        add(all, i, RS_SURVEY_STORE_ADDED);
    snprintf(name, sizeof name, "into-%d", ++number);
    CU_ASSERT_FATAL((into = rs_survey_store_open(at(name))) != NULL);
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "part-%d-%zu", number, i);
        rs_survey_store *part = make(name, parts[i]);
        CU_ASSERT(rs_survey_merge(into, part));
        rs_survey_store_close(part);
    }
    CU_ASSERT_STRING_EQUAL(content(into), content(all));
    rs_survey_store_close(into);
    rs_survey_store_close(all);
    CU_ASSERT(unlink(at("all")) == 0);
}

static void merges_in_any_order_are_the_same(void)
{
    static const char *const apart[] = {"01", "23", "4"}, *const back[] = {"4", "32", "10"},
                             *const overlapping[] = {"012", "124", "0123"},
                             *const again[] = {"01234", "01234"}, *const empty[] = {"", "43210"};
    merge_is_same(apart, 3);
    merge_is_same(back, 3);
    merge_is_same(overlapping, 3);
    merge_is_same(again, 2);
    merge_is_same(empty, 2);
}

/* (a + b) + c is a + (b + c). */
static void merges_are_associative(void)
{
    rs_survey_store *a = make("a", "01"), *b = make("b", "12"), *c = make("c", "23");
    rs_survey_store *b2 = make("b2", "12");
    CU_ASSERT(rs_survey_merge(b, c) && rs_survey_merge(a, b));
    rs_survey_store *a2 = make("a2", "01");
    CU_ASSERT(rs_survey_merge(a2, b2) && rs_survey_merge(a2, c));
    CU_ASSERT_STRING_EQUAL(content(a), content(a2));
    rs_survey_store *all[] = {a, b, c, a2, b2};
    for (size_t i = 0; i < 5; i++)
        rs_survey_store_close(all[i]);
}

static void certificates_are_kept(void)
{
    rs_survey_store *one = make("kept", "0"), *other = make("kept2", "2");
    CU_ASSERT(rs_survey_store_add_ca(one, RS_BYTES_OF_LITERAL("certificate"), false));
    CU_ASSERT(rs_survey_store_add_ca(other, RS_BYTES_OF_LITERAL("certificate"), true));
    CU_ASSERT(rs_survey_merge(other, one));
    CU_ASSERT(rs_survey_merge(one, other));
    CU_ASSERT_STRING_EQUAL(content(one), content(other));
    rs_survey_store_close(one);
    rs_survey_store_close(other);
}

static void add_names(rs_counts *counts, const char *form, int count, int64_t not_before)
{
    char name[40];
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, form, i);
        CU_ASSERT_FATAL(stand_in_count(counts, 1, name, not_before + i));
    }
}

static void has_number(rs_survey_store *store, const char *text, int64_t expected)
{
    sqlite3_stmt *query = rs_survey_store_query(store, text);
    CU_ASSERT_FATAL(query != NULL && sqlite3_step(query) == SQLITE_ROW);
    CU_ASSERT_EQUAL(sqlite3_column_int64(query, 0), expected);
    sqlite3_finalize(query);
}

/* The rows that are alike are packed, and come out as they were. */
static void rows_are_packed(void)
{
    enum { MANY = 2 * RS_PACK_DOMAINS_MAX + 1 };
    rs_survey_store *store = make("packed", "");
    rs_counts counts;
    rs_counts_init(&counts);
    add_names(&counts, "n%d.com", MANY, 1000);
    add_names(&counts, "n%d.co.uk", 10, -5);
    CU_ASSERT(stand_in_count(&counts, 1, "n0.co.uk n1.co.uk", 20));
    CU_ASSERT(stand_in_count(&counts, 1, "n8.co.uk", 100));
    CU_ASSERT(stand_in_count(&counts, 1, "n9.co.uk", 100));
    CU_ASSERT(rs_survey_store_begin(store) && rs_survey_store_add_counts(store, &counts) &&
              rs_survey_store_commit(store));
    rs_counts_clear(&counts);
    has_number(store, "SELECT count(*) FROM pack", 3 + 1 + 4);
    has_number(store,
               "SELECT max(n) FROM (SELECT count(*) AS n FROM pack, json_each(domains)"
               " GROUP BY pack.rowid)",
               RS_PACK_DOMAINS_MAX);
    has_number(store, "SELECT count(*) FROM part", MANY + 10);
    has_number(store,
               "SELECT count(*) FROM part WHERE tld_length = 3 AND suffix_length = 3 AND"
               " certificates = 1 AND first = last AND"
               " domain = 'n' || (first - 1000) || '.com'",
               MANY);
    has_row(store, "by_registrable", "Eins n7.co.uk 1 1 2 2");
    has_row(store, "by_registrable", "Eins n8.co.uk 1 2 3 100");
    has_row(store, "by_registrable", "Eins n9.co.uk 1 2 4 100");
    has_row(store, "by_registrable", "Eins n0.co.uk 1 2 -5 20");
    has_row(store, "by_registrable", "Eins n1.co.uk 1 2 -4 20");
    has_row(store, "by_tld", "Eins uk 10 13 -5 100");
    rs_survey_store_close(store);
}

static void other_settings_do_not_mix(void)
{
    rs_survey_store *one = make("since", "0"), *other = make("since2", "1");
    CU_ASSERT(rs_survey_store_set(one, "since", "1"));
    CU_ASSERT(rs_survey_store_set(one, "since", "1") && !rs_survey_store_set(one, "since", "2"));
    CU_ASSERT(rs_survey_store_set(other, "since", "2"));
    const char *before = content(one);
    CU_ASSERT(!rs_survey_merge(one, other));
    CU_ASSERT_STRING_EQUAL(content(one), before);
    rs_survey_store_close(one);
    rs_survey_store_close(other);
}

static void merge_of_a_damaged_store_changes_nothing(void)
{
    rs_survey_store *one = make("whole", "0"), *other = make("damaged", "12");
    const char *before = content(one);
    static const char *const damages[] = {
        "UPDATE unit SET contribution = x'01' WHERE digest >= x'03'",
        "UPDATE unit SET digest = x'03' WHERE digest >= x'03'",
    };
    for (size_t i = 0; i < 2; i++) {
        sqlite3_stmt *query = rs_survey_store_query(other, damages[i]);
        CU_ASSERT(sqlite3_step(query) == SQLITE_DONE);
        sqlite3_finalize(query);
        CU_ASSERT(!rs_survey_merge(one, other));
        CU_ASSERT_STRING_EQUAL(content(one), before);
    }
    rs_survey_store_close(one);
    rs_survey_store_close(other);
}

/* A process that ends within a transaction leaves what was there before. */
static void killed_leaves_whole_units(void)
{
    rs_survey_store *store = make("killed", "01");
    const char *before = content(store);
    rs_survey_store_close(store);
    pid_t child = fork();
    if (child == 0) {
        store = rs_survey_store_open(at("killed"));
        rs_bytes contribution = contribution_of(2);
        uint8_t digest[RS_SHA256_SIZE] = {3};
        sqlite3_finalize(rs_survey_store_query(store, "PRAGMA cache_size = 1"));
        bool good = rs_survey_store_begin(store) &&
                    rs_survey_store_add_unit(store, digest, contribution) != RS_SURVEY_STORE_FAILED;
        kill(getpid(), good ? SIGKILL : SIGTERM);
    }
    int status;
    CU_ASSERT(waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGKILL);
    store = rs_survey_store_open(at("killed"));
    CU_ASSERT_FATAL(store != NULL);
    CU_ASSERT_STRING_EQUAL(content(store), before);
    rs_survey_store_close(store);
}

/* Whoever writes to it has to wait, so that all that is read is of one moment. */
static void a_store_that_is_read_stays_as_it_is(void)
{
    static const char change[] = "DELETE FROM root";
    sqlite3 *other = NULL;
    rs_survey_store_close(make("read", "012"));
    rs_survey_store *store = rs_survey_store_open_to_read(at("read"));
    CU_ASSERT_FATAL(store != NULL && sqlite3_open(at("read"), &other) == SQLITE_OK);
    has_row(store, "by_tld", "Two com 1 1 7 7");
    CU_ASSERT(sqlite3_exec(other, change, NULL, NULL, NULL) == SQLITE_BUSY);
    has_row(store, "by_tld", "Two com 1 1 7 7");
    rs_survey_store_close(store);
    CU_ASSERT(sqlite3_exec(other, change, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(other);
}

static void other_files_are_refused(void)
{
    CU_ASSERT(rs_survey_store_open_to_read(at("missing")) == NULL);
    CU_ASSERT(access(at("missing"), F_OK) != 0);
    FILE *file = fopen(at("text"), "w");
    fputs("no database, but a file of some length that SQLite has to refuse\n", file);
    fclose(file);
    CU_ASSERT(rs_survey_store_open(at("text")) == NULL);
    rs_survey_store *store = make("other", "0");
    sqlite3_finalize(rs_survey_store_query(store, "SELECT 1"));
    sqlite3_stmt *query = rs_survey_store_query(store, "PRAGMA user_version = 1");
    CU_ASSERT(sqlite3_step(query) == SQLITE_DONE);
    sqlite3_finalize(query);
    rs_survey_store_close(store);
    CU_ASSERT(rs_survey_store_open(at("other")) == NULL);
}

static void remove_folder(void)
{
    char text[250];
    snprintf(text, sizeof text, "rm -rf '%s'", folder);
    CU_ASSERT(system(text) == 0);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"views_give_each_level", views_give_each_level},
        {"a_unit_counts_once", a_unit_counts_once},
        {"merges_in_any_order_are_the_same", merges_in_any_order_are_the_same},
        {"merges_are_associative", merges_are_associative},
        {"certificates_are_kept", certificates_are_kept},
        {"rows_are_packed", rows_are_packed},
        {"a_store_that_is_read_stays_as_it_is", a_store_that_is_read_stays_as_it_is},
        {"other_settings_do_not_mix", other_settings_do_not_mix},
        {"merge_of_a_damaged_store_changes_nothing", merge_of_a_damaged_store_changes_nothing},
        {"killed_leaves_whole_units", killed_leaves_whole_units},
        {"other_files_are_refused", other_files_are_refused},
        {"remove_folder", remove_folder},
        CU_TEST_INFO_NULL,
    };
    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    return rs_suite_run("survey_store", tests);
}
