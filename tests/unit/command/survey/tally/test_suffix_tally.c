/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/tally/suffix_tally.h"

#include "tests/unit/command/survey/stand_in.h"
#include "tests/unit/command/survey/store_number.h"
#include "tests/unit/random.h"

enum { ISSUERS = 9, ROOTS = 5, NAMES = 40 };

static void add_certificates(rs_survey_store *store)
{
    static const char *const ends[] = {"com", "co.uk", "uk", "org"};
    rs_counts counts;
    rs_counts_init(&counts);
    for (int i = 0; i < 60; i++) {
        char names[80];
        snprintf(names, sizeof names, "n%u.%s m%u.%s", random_below(NAMES), ends[random_below(4)],
                 random_below(NAMES), ends[random_below(4)]);
        CU_ASSERT(stand_in_count(&counts, (uint8_t)random_below(ISSUERS), names,
                                 (int64_t)random_below(1000)));
    }
    CU_ASSERT(rs_survey_store_begin(store) && rs_survey_store_add_counts(store, &counts) &&
              rs_survey_store_commit(store));
    rs_counts_clear(&counts);
}

/* Some issuers reach several roots, some none, and some the same. */
static void add_reaches(rs_survey_store *store)
{
    CU_ASSERT(rs_survey_store_begin(store));
    for (uint8_t issuer = 0; issuer < ISSUERS; issuer++)
        for (uint8_t root = 0; root < ROOTS; root++)
            if (random_below(3) == 0)
                CU_ASSERT(rs_survey_store_add_reach(store, stand_in_issuer(issuer),
                                                    stand_in_issuer((uint8_t)(100 + root)).p,
                                                    "Root"));
    CU_ASSERT(rs_survey_store_commit(store));
}

static rs_survey_store *make(void)
{
    rs_survey_store *store = rs_survey_store_open_hidden();
    CU_ASSERT_FATAL(store != NULL);
    for (int batch = 0; batch < 3; batch++)
        add_certificates(store);
    add_reaches(store);
    return store;
}

/* How many rows one of the two has and the other has not; both have some. */
static int64_t differences(rs_survey_store *store, const char *view)
{
    static const char tally[] = "SELECT lower(hex(key)), label, suffix, domains, certificates,"
                                " first, last FROM tally JOIN root ON root.id = tally.root";
    char own[200], text[1000];
    snprintf(own, sizeof own,
             "SELECT root, label, suffix, domains, certificates, first, last FROM %s", view);
    snprintf(text, sizeof text,
             "SELECT (SELECT count(*) FROM (%s EXCEPT %s)) + (SELECT count(*) FROM (%s EXCEPT %s))"
             " + ((SELECT count(*) FROM tally) = 0)",
             tally, own, own, tally);
    return store_number(store, text);
}

static void is_what_the_views_say(void)
{
    random_start();
    static const char *const views[] = {
        [RS_SURVEY_LEVEL_TLD] = "by_tld",
        [RS_SURVEY_LEVEL_PUBLIC_SUFFIX] = "by_public_suffix",
        [RS_SURVEY_LEVEL_REGISTRABLE] = "by_registrable",
    };
    static const uint64_t domains_of_a_pass[] = {1, 50, RS_SUFFIX_TALLY_DOMAINS};
    for (int world = 0; world < 4; world++)
        for (int level = 0; level < RS_SURVEY_LEVELS; level++)
            for (size_t i = 0; i < sizeof domains_of_a_pass / sizeof *domains_of_a_pass; i++) {
                rs_survey_store *store = make();
                CU_ASSERT_FATAL(
                    rs_suffix_tally(store, (rs_survey_level)level, domains_of_a_pass[i]));
                CU_ASSERT_EQUAL(differences(store, views[level]), 0);
                rs_survey_store_close(store);
            }
}

static void all_domains_are_counted_once(void)
{
    for (int world = 0; world < 5; world++) {
        rs_survey_store *store = make();
        int64_t domains;
        CU_ASSERT_FATAL(rs_suffix_tally(store, RS_SURVEY_LEVEL_TLD, 30));
        CU_ASSERT(rs_suffix_tally_domains(store, &domains));
        CU_ASSERT(domains > 0);
        CU_ASSERT_EQUAL(domains, store_number(store, "SELECT count(DISTINCT domain) FROM part"));
        rs_survey_store_close(store);
    }
}

static void an_empty_store_has_no_rows(void)
{
    rs_survey_store *store = rs_survey_store_open_hidden();
    int64_t domains = 1;
    CU_ASSERT_FATAL(store != NULL);
    CU_ASSERT_FATAL(rs_suffix_tally(store, RS_SURVEY_LEVEL_TLD, RS_SUFFIX_TALLY_DOMAINS));
    CU_ASSERT_EQUAL(store_number(store, "SELECT count(*) FROM tally"), 0);
    CU_ASSERT(rs_suffix_tally_domains(store, &domains) && domains == 0);
    rs_survey_store_close(store);
}

/* A store may be anybody's. */
static void rows_that_no_survey_writes_are_refused(void)
{
    static const char *const rows[] = {
        "INSERT INTO pack VALUES (1, 4, 4, 1, 1, 1, 0, '{\"com\": 5}')",
        "INSERT INTO pack VALUES (1, 0, 0, 1, 1, 1, 0, '{\"a.com\": 5}')",
        "INSERT INTO pack VALUES (1, -3, -3, 1, 1, 1, 0, '{\"a.com\": 5}')",
        "INSERT INTO pack VALUES (1, 3, 3, 1, 1, 1, 0, '{\"\": 5}')",
        "INSERT INTO pack VALUES (1, 3, 3, 1, 1, 1, 0, 'no JSON')",
        "INSERT INTO pack VALUES (1, 1, 1, 1, 1, 9223372036854775807, 0, '{\"a.x\":5,\"b.x\":5}')",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_survey_store *store = make();
        sqlite3_stmt *query = rs_survey_store_query(store, rows[i]);
        CU_ASSERT_FATAL(query != NULL && sqlite3_step(query) == SQLITE_DONE);
        sqlite3_finalize(query);
        CU_ASSERT_FALSE(rs_suffix_tally(store, RS_SURVEY_LEVEL_TLD, RS_SUFFIX_TALLY_DOMAINS));
        rs_survey_store_close(store);
    }
}

static CU_TestInfo tests[] = {
    {"is_what_the_views_say", is_what_the_views_say},
    {"all_domains_are_counted_once", all_domains_are_counted_once},
    {"an_empty_store_has_no_rows", an_empty_store_has_no_rows},
    {"rows_that_no_survey_writes_are_refused", rows_that_no_survey_writes_are_refused},
    CU_TEST_INFO_NULL,
};

RS_SUITE("suffix_tally", tests)
