/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source itself is compiled in, so that each test starts without policies.
 */
#include "provider/policy.c"

#include "tests/unit/policy_lists.h"
#include "tests/unit/suite.h"
#include "tests/unit/syslog_double.h"

#include <sys/wait.h>

static scratch_path path;

static rs_policy *start_with(unsigned n)
{
    policies_forget();
    log_reset();
    path = scratch("policy.rsl");
    put_list(path.text, n);
    rs_settings settings = settings_for(path.text);
    rs_policy *policy = rs_policy_load(&settings);
    CU_ASSERT_PTR_NOT_NULL_FATAL(policy);
    CU_ASSERT(in_force(policy, n));
    return policy;
}

static void load_equal_and_different_settings(void)
{
    rs_policy *first = start_with(1);
    rs_settings settings = settings_for(path.text);
    CU_ASSERT(rs_policy_load(&settings) == first);
    settings.refresh++;
    rs_policy *second = rs_policy_load(&settings);
    CU_ASSERT(second != first && in_force(second, 1));
    CU_ASSERT(rs_policy_settings(second)->refresh == settings.refresh);
    CU_ASSERT(rs_policy_at(0) == first && rs_policy_at(1) == second);
    CU_ASSERT(rs_policy_at(2) == NULL && rs_policy_at(RS_POLICY_MAX) == NULL);
    CU_ASSERT(log_count == 0 && !rs_policy_overflowed());
}

static void nothing_is_read_where_nothing_is_checked(void)
{
    start_with(1);
    rs_settings off = settings_for(path.text), bad = settings_for(path.text);
    off.mode = RS_MODE_OFF;
    bad.problem = "bad settings";
    rs_policy *policy = rs_policy_load(&off);
    CU_ASSERT_PTR_NOT_NULL_FATAL(policy);
    CU_ASSERT_PTR_NULL(rs_live_list_acquire(rs_policy_list(policy)));
    policy = rs_policy_load(&bad);
    CU_ASSERT_PTR_NOT_NULL_FATAL(policy);
    CU_ASSERT_PTR_NULL(rs_live_list_acquire(rs_policy_list(policy)));
    rs_live_list_release(NULL);
}

static void more_policies_than_can_be_kept(void)
{
    start_with(1);
    rs_settings settings = settings_for(path.text);
    for (unsigned i = 1; i < RS_POLICY_MAX; i++) {
        settings.refresh = i;
        CU_ASSERT(rs_policy_load(&settings) == rs_policy_at(i));
    }
    CU_ASSERT(rs_policy_load(&settings) == rs_policy_at(RS_POLICY_MAX - 1));
    CU_ASSERT(!rs_policy_overflowed());
    /* What never denies does not begin to for want of room. */
    settings.mode = RS_MODE_TEST;
    CU_ASSERT_PTR_NULL(rs_policy_load(&settings));
    CU_ASSERT(!rs_policy_overflowed());
    settings.mode = RS_MODE_ENFORCE;
    settings.refresh = 1000;
    CU_ASSERT_PTR_NULL(rs_policy_load(&settings));
    CU_ASSERT(rs_policy_overflowed());
}

static void enforced_if_any_policy_is(void)
{
    start_with(1);
    policies_forget();
    rs_settings settings = settings_for(path.text);
    CU_ASSERT(!rs_policy_any_enforces());
    settings.mode = RS_MODE_OFF;
    rs_policy_load(&settings);
    settings.mode = RS_MODE_TEST;
    rs_policy_load(&settings);
    CU_ASSERT(!rs_policy_any_enforces());
    settings.mode = RS_MODE_ENFORCE;
    rs_policy_load(&settings);
    CU_ASSERT(rs_policy_any_enforces() && !rs_policy_overflowed());
    policies_forget();
    atomic_store(&overflowed, true);
    CU_ASSERT(rs_policy_any_enforces());
}

static void missing_list_is_told_once_and_taken_when_it_comes(void)
{
    start_with(1);
    remove(path.text);
    policies_forget();
    rs_settings settings = settings_for(path.text);
    rs_policy *policy = rs_policy_load(&settings);
    CU_ASSERT_PTR_NOT_NULL_FATAL(policy);
    CU_ASSERT_PTR_NULL(rs_live_list_acquire(rs_policy_list(policy)));
    CU_ASSERT(rs_live_list_problem(rs_policy_list(policy)) == RS_LIST_MISSING);
    CU_ASSERT(log_count == 1 && strstr(log_text, "everything-is-denied") != NULL);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_MISSING && log_count == 1);
    CU_ASSERT_FATAL(mkdir(path.text, 0755) == 0);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_NOT_A_FILE && log_count == 2);
    rmdir(path.text);
    put_list(path.text, 2);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK && log_count == 2);
    CU_ASSERT(rs_live_list_problem(rs_policy_list(policy)) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 2));
}

static void newer_list_is_taken(void)
{
    rs_policy *policy = start_with(1);
    for (unsigned n = 2; n < 6; n++) {
        put_list(path.text, n);
        CU_ASSERT(in_force(policy, n - 1));
        CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
        CU_ASSERT(in_force(policy, n));
        /* The one before is gone at once, since nobody reads it. */
        CU_ASSERT(policy->list.generations[policy->list.current == 0].bytes == NULL);
    }
}

static void unchanged_list_is_not_read_again(void)
{
    rs_policy *policy = start_with(1);
    scratch_age(path.text);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    uint8_t *bytes = policy->list.generations[policy->list.current].bytes;
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(policy->list.generations[policy->list.current].bytes == bytes);
    CU_ASSERT_FATAL(chmod(path.text, 0600) == 0);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(policy->list.generations[policy->list.current].bytes != bytes);
}

/* Refused, told once, and the one in force stays; then the file is good again. */
static void bad_list_leaves_the_last_good_one(void)
{
    static const struct {
        const char *name;
        rs_list_problem problem;
    } rows[] = {
        {"vanished", RS_LIST_MISSING},    {"empty", RS_LIST_BAD_IMAGE},
        {"cut", RS_LIST_BAD_IMAGE},       {"text", RS_LIST_BAD_IMAGE},
        {"writable", RS_LIST_WRITABLE},   {"directory", RS_LIST_NOT_A_FILE},
        {"too large", RS_LIST_TOO_LARGE},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_policy *policy = start_with(1);
        remove(path.text);
        if (i == 5)
            CU_ASSERT_FATAL(mkdir(path.text, 0755) == 0);
        if (i == 1 || i == 6)
            scratch_write(path.text, rs_bytes_of_string(""));
        if (i == 2 || i == 4)
            put_list(path.text, 2);
        if (i == 2)
            CU_ASSERT_FATAL(truncate(path.text, 64) == 0);
        if (i == 3)
            scratch_write(path.text, rs_bytes_of_string("default\n    permit *\n"));
        if (i == 4)
            CU_ASSERT_FATAL(chmod(path.text, 0664) == 0);
        if (i == 6)
            CU_ASSERT_FATAL(truncate(path.text, (off_t)RS_IMAGE_SIZE_MAX + 1) == 0);
        for (int again = 0; again < 2; again++) {
            CHECK_ROW(rs_policy_reload(policy) == rows[i].problem, rows[i].name);
            CHECK_ROW(rs_live_list_problem(rs_policy_list(policy)) == rows[i].problem,
                      rows[i].name);
            CHECK_ROW(in_force(policy, 1), rows[i].name);
            CHECK_ROW(log_count == 1, rows[i].name);
            CHECK_ROW(strstr(log_text, "\"consequence\":\"older-list-stays\"") != NULL,
                      rows[i].name);
        }
        remove(path.text);
        put_list(path.text, 3);
        CHECK_ROW(rs_policy_reload(policy) == RS_LIST_OK, rows[i].name);
        CHECK_ROW(in_force(policy, 3), rows[i].name);
    }
}

static void list_of_another_owner_is_refused(void)
{
    rs_policy *policy = start_with(1);
    put_list(path.text, 2);
    if (chown(path.text, geteuid() + 1, (gid_t)-1) != 0) {
        fprintf(stderr, "skipped: only root can give a file away\n");
        return;
    }
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OWNER);
    CU_ASSERT(in_force(policy, 1));
    /* The owner of the first list counts, also after several. */
    put_list(path.text, 3);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    put_list(path.text, 4);
    CU_ASSERT(chown(path.text, geteuid() + 1, (gid_t)-1) == 0);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OWNER);
    CU_ASSERT(in_force(policy, 3));
}

static void refresh_when_it_is_due(void)
{
    rs_policy *policy = start_with(1);
    int64_t refresh = rs_policy_settings(policy)->refresh, now = rs_clock_monotonic();
    put_list(path.text, 2);
    rs_policy_refresh(policy, now);
    rs_policy_refresh(policy, now + refresh - 2);
    CU_ASSERT(in_force(policy, 1));
    rs_policy_refresh(policy, now + refresh);
    CU_ASSERT(in_force(policy, 2));
    put_list(path.text, 3);
    rs_policy_refresh(policy, now + 2 * refresh - 1);
    CU_ASSERT(in_force(policy, 2));
    rs_policy_refresh(policy, now + 2 * refresh);
    CU_ASSERT(in_force(policy, 3));
}

static void refresh_never(void)
{
    start_with(1);
    rs_settings settings = settings_for(path.text);
    settings.refresh = 0;
    rs_policy *policy = rs_policy_load(&settings);
    CU_ASSERT_PTR_NOT_NULL_FATAL(policy);
    put_list(path.text, 2);
    rs_policy_refresh(policy, INT64_MAX / 2);
    CU_ASSERT(in_force(policy, 1));
}

/* At most two generations: a reader that never ends holds further ones up, and loses nothing. */
static void stalled_reader_keeps_its_generation(void)
{
    rs_policy *policy = start_with(1);
    rs_generation *stalled = rs_live_list_acquire(rs_policy_list(policy));
    put_list(path.text, 2);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 2));
    CU_ASSERT(is_whole(stalled) && stalled->image.stanza_count == 2);
    put_list(path.text, 3);
    for (int i = 0; i < 3; i++)
        CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 2));
    CU_ASSERT(is_whole(stalled) && stalled->image.stanza_count == 2);
    rs_live_list_release(stalled);
    CU_ASSERT(stalled->bytes != NULL);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 3));
}

/* A reader of the list in force does not hold the next one up. */
static void reader_in_force_survives_the_swap(void)
{
    rs_policy *policy = start_with(1);
    rs_generation *reader = rs_live_list_acquire(rs_policy_list(policy));
    put_list(path.text, 2);
    scratch_age(path.text);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 2) && is_whole(reader));
    rs_live_list_release(reader);
    /* Freed by the next look, although nothing is new. */
    CU_ASSERT(reader->bytes != NULL);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(reader->bytes == NULL);
}

static void reload_under_way_is_left_alone(void)
{
    rs_policy *policy = start_with(1);
    put_list(path.text, 2);
    atomic_store(&policy->list.reloading, true);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 1));
    atomic_store(&policy->list.reloading, false);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 2));
}

static bool takes(rs_policy *policy, unsigned n)
{
    put_list(path.text, n);
    return rs_policy_reload(policy) == RS_LIST_OK && in_force(policy, n);
}

/* Another thread reads both generations, and a third one reloads: the child has none of them. */
static void child_of_fork_can_reload(void)
{
    rs_policy *policy = start_with(1);
    rs_generation *older = rs_live_list_acquire(rs_policy_list(policy));
    put_list(path.text, 2);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    rs_generation *newer = rs_live_list_acquire(rs_policy_list(policy));
    atomic_store(&policy->list.reloading, true);
    pid_t child = fork();
    if (child == 0)
        _exit(takes(policy, 3) && takes(policy, 4) && takes(policy, 5) ? 0 : 1);
    int status = -1;
    CU_ASSERT(waitpid(child, &status, 0) == child && status == 0);
    CU_ASSERT(is_whole(older) && is_whole(newer));
    CU_ASSERT(atomic_load(&older->readers) == 1 && atomic_load(&newer->readers) == 1);
    atomic_store(&policy->list.reloading, false);
    rs_live_list_release(older);
    rs_live_list_release(newer);
}

/* A signal handler forks within a check, with which the child then goes on. */
static void child_of_fork_within_a_check_can_reload(void)
{
    rs_policy *policy = start_with(1);
    rs_generation *held = rs_live_list_acquire(rs_policy_list(policy));
    pid_t child = fork();
    if (child == 0) {
        rs_live_list_release(held);
        _exit(takes(policy, 2) && takes(policy, 3) && takes(policy, 4) ? 0 : 1);
    }
    int status = -1;
    CU_ASSERT(waitpid(child, &status, 0) == child && status == 0);
    CU_ASSERT(atomic_load(&held->readers) == 1);
    rs_live_list_release(held);
}

static void *reload_cancelled(void *policy)
{
    pthread_cancel(pthread_self());
    rs_policy_reload(policy);
    pthread_testcancel();
    return NULL;
}

static void cancelled_thread_ends_its_reload(void)
{
    pthread_t thread;
    void *result = NULL;
    rs_policy *policy = start_with(1);
    put_list(path.text, 2);
    CU_ASSERT_FATAL(pthread_create(&thread, NULL, reload_cancelled, policy) == 0);
    pthread_join(thread, &result);
    CU_ASSERT(result == PTHREAD_CANCELED);
    CU_ASSERT(in_force(policy, 2));
    put_list(path.text, 3);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 3));
}

static void *load_in_thread(void *settings)
{
    return rs_policy_load(settings);
}

static void threads_that_load_the_same_share_it(void)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    start_with(1);
    for (int round = 0; round < 20; round++) {
        policies_forget();
        rs_settings settings = settings_for(path.text);
        for (int i = 0; i < THREADS; i++)
            CU_ASSERT_FATAL(pthread_create(&threads[i], NULL, load_in_thread, &settings) == 0);
        for (int i = 0; i < THREADS; i++) {
            void *policy = NULL;
            pthread_join(threads[i], &policy);
            CU_ASSERT(policy != NULL && policy == rs_policy_at(0));
        }
        CU_ASSERT_PTR_NULL(rs_policy_at(1));
    }
}

/* An entry had no memory for its settings: whatever they are, none of its chains may pass. */
static void settings_without_memory_deny(void)
{
    policies_forget();
    CU_ASSERT(!rs_policy_any_enforces());
    CU_ASSERT_PTR_NULL(rs_policy_load(NULL));
    CU_ASSERT(rs_policy_overflowed() && rs_policy_any_enforces());
}

static void end(void)
{
    policies_forget();
    CU_ASSERT_PTR_NULL(rs_policy_at(0));
}

static CU_TestInfo tests[] = {
    {"load equal and different settings", load_equal_and_different_settings},
    {"nothing is read where nothing is checked", nothing_is_read_where_nothing_is_checked},
    {"more policies than can be kept", more_policies_than_can_be_kept},
    {"enforced if any policy is", enforced_if_any_policy_is},
    {"settings without memory deny", settings_without_memory_deny},
    {"missing list is told once and taken when it comes",
     missing_list_is_told_once_and_taken_when_it_comes},
    {"newer list is taken", newer_list_is_taken},
    {"unchanged list is not read again", unchanged_list_is_not_read_again},
    {"bad list leaves the last good one", bad_list_leaves_the_last_good_one},
    {"list of another owner is refused", list_of_another_owner_is_refused},
    {"refresh when it is due", refresh_when_it_is_due},
    {"refresh never", refresh_never},
    {"stalled reader keeps its generation", stalled_reader_keeps_its_generation},
    {"reader in force survives the swap", reader_in_force_survives_the_swap},
    {"reload under way is left alone", reload_under_way_is_left_alone},
    {"child of fork can reload", child_of_fork_can_reload},
    {"child of fork within a check can reload", child_of_fork_within_a_check_can_reload},
    {"cancelled thread ends its reload", cancelled_thread_ends_its_reload},
    {"threads that load the same share it", threads_that_load_the_same_share_it},
    {"end", end},
    CU_TEST_INFO_NULL,
};

RS_SUITE("policy", tests)
