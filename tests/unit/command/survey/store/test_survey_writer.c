/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/writer.h"

#include "tests/unit/command/survey/stand_in.h"
#include "tests/unit/command/survey/store_number.h"

#include <pthread.h>
#include <unistd.h>

static char folder[] = "/tmp/test_survey_writer.XXXXXX";
static char path[100];

static rs_survey_store *open_new(void)
{
    snprintf(path, sizeof path, "%s/store", folder);
    unlink(path);
    rs_survey_store *store = rs_survey_store_open(path);
    CU_ASSERT_FATAL(store != NULL);
    return store;
}

/* A unit with a domain of its own and one that all have. */
static bool put(rs_survey_writer *writer, int unit)
{
    char names[80];
    /* The odd ones are tiles of a log. */
    rs_unit_id id = {{(uint8_t)unit, (uint8_t)(unit >> 8)}, {unit % 2 == 1 ? (uint8_t)unit : 0}};
    rs_contribution made;
    rs_contribution_init(&made);
    snprintf(names, sizeof names, "all.com domain-%d.org", unit);
    CU_ASSERT(stand_in_add(&made, 1, names, unit));
    rs_bytes written = rs_contribution_write(&made);
    rs_contribution_clear(&made);
    return rs_survey_writer_put(writer, &id, written);
}

static void nothing_is_written_too_early(void)
{
    rs_survey_store *store = open_new();
    rs_survey_writer *writer = rs_survey_writer_new(store, 3600, NULL, NULL);
    uint64_t added;
    CU_ASSERT(put(writer, 1) && put(writer, 2));
    CU_ASSERT(store_number(store, "SELECT count(*) FROM unit") == 0);
    CU_ASSERT(rs_survey_writer_finish(writer, &added) && added == 2);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM unit") == 2);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM tile WHERE substr(hash, 1, 1) = x'01'") ==
              1);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM tile") == 1);
    CU_ASSERT(put(writer, 3));
    rs_survey_writer_free(writer);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM unit") == 2);
    rs_survey_store_close(store);
}

static void a_full_batch_is_written(void)
{
    rs_survey_store *store = open_new();
    rs_survey_writer *writer = rs_survey_writer_new(store, 3600, NULL, NULL);
    for (int i = 0; i < 3; i++) {
        rs_unit_id id = {{(uint8_t)i}, {0}};
        rs_contribution made;
        rs_contribution_init(&made);
        for (int k = 0; k < 100000; k++) {
            char name[40];
            snprintf(name, sizeof name, "domain-%d-%d.example", i, k);
            rs_survey_domain domain = stand_in_domain(name);
            if (!rs_contribution_add(&made, stand_in_issuer(1), &domain, 1, k))
                CU_FAIL("no memory");
        }
        rs_bytes written = rs_contribution_write(&made);
        CU_ASSERT(written.n < RS_SURVEY_BATCH && 2 * written.n > RS_SURVEY_BATCH);
        rs_contribution_clear(&made);
        CU_ASSERT(rs_survey_writer_put(writer, &id, written));
    }
    CU_ASSERT(store_number(store, "SELECT count(*) FROM unit") == 2);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM part") == 200000);
    rs_survey_writer_free(writer);
    rs_survey_store_close(store);
}

/* Sums of a batch are added in parts, each once, but in one transaction. */
static void sums_are_added_in_parts(void)
{
    enum { MANY = RS_SURVEY_SUMS + 10 };
    rs_survey_store *store = open_new();
    rs_survey_writer *writer = rs_survey_writer_new(store, 3600, NULL, NULL);
    uint64_t added;
    for (int i = 0; i < MANY; i++)
        CU_ASSERT_FATAL(put(writer, i));
    CU_ASSERT(store_number(store, "SELECT count(*) FROM unit") == 0);
    CU_ASSERT(rs_survey_writer_finish(writer, &added) && added == MANY);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM part WHERE domain = 'all.com'") == 2);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM part") == MANY + 2);
    CU_ASSERT(store_number(
                  store, "SELECT certificates FROM observation WHERE domain = 'all.com'") == MANY);
    CU_ASSERT(store_number(store, "SELECT count FROM total WHERE name = 'certificates'") == MANY);
    CU_ASSERT(store_number(store, "SELECT certificates FROM issuer") == MANY);
    rs_survey_writer_free(writer);
    rs_survey_store_close(store);
}

enum { THREADS = 4, UNITS = 400 };

static void *put_all(void *writer)
{
    for (int i = 0; i < UNITS; i++)
        if (!put(writer, i))
            return writer;
    return NULL;
}

/* Every thread brings the same units: each is added once. */
static void threads_bring_the_same(void)
{
    rs_survey_store *store = open_new();
    rs_survey_writer *writer = rs_survey_writer_new(store, 3600, NULL, NULL);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        CU_ASSERT_FATAL(pthread_create(&threads[i], NULL, put_all, writer) == 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        CU_ASSERT(pthread_join(threads[i], &failed) == 0 && failed == NULL);
    }
    uint64_t added;
    CU_ASSERT(rs_survey_writer_finish(writer, &added) && added == UNITS);
    rs_survey_writer_free(writer);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM unit") == UNITS);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM observation") == UNITS + 1);
    CU_ASSERT(store_number(
                  store, "SELECT certificates FROM observation WHERE domain = 'all.com'") == UNITS);
    CU_ASSERT(store_number(store, "SELECT count FROM total WHERE name = 'certificates'") == UNITS);
    rs_survey_store_close(store);
}

static bool prepare(void *context, rs_survey_store *store)
{
    return rs_survey_store_add_ca(store, RS_BYTES_OF_LITERAL("certificate"), false) &&
           *(bool *)context;
}

static void a_batch_that_fails_leaves_nothing(void)
{
    rs_survey_store *store = open_new();
    bool good = false;
    rs_survey_writer *writer = rs_survey_writer_new(store, 3600, prepare, &good);
    uint64_t added;
    CU_ASSERT(put(writer, 1) && !rs_survey_writer_finish(writer, &added) && added == 0);
    CU_ASSERT(!put(writer, 2));
    good = true;
    CU_ASSERT(!rs_survey_writer_finish(writer, &added) && added == 0);
    rs_survey_writer_free(writer);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM unit") == 0);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM ca") == 0);
    writer = rs_survey_writer_new(store, 3600, prepare, &good);
    CU_ASSERT(put(writer, 1) && rs_survey_writer_finish(writer, &added) && added == 1);
    rs_survey_writer_free(writer);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM unit") == 1);
    CU_ASSERT(store_number(store, "SELECT count(*) FROM ca") == 1);
    rs_survey_store_close(store);
}

static void remove_folder(void)
{
    CU_ASSERT(unlink(path) == 0 && rmdir(folder) == 0);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"nothing_is_written_too_early", nothing_is_written_too_early},
        {"a_full_batch_is_written", a_full_batch_is_written},
        {"sums_are_added_in_parts", sums_are_added_in_parts},
        {"threads_bring_the_same", threads_bring_the_same},
        {"a_batch_that_fails_leaves_nothing", a_batch_that_fails_leaves_nothing},
        {"remove_folder", remove_folder},
        CU_TEST_INFO_NULL,
    };
    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    return rs_suite_run("survey_writer", tests);
}
