/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies under load: threads that check, threads that reload, and somebody who replaces,
 * copies over, cuts, damages and deletes the list all the while.
 */
#include "provider/policy.c"

#include "tests/unit/policy_lists.h"
#include "tests/unit/suite.h"

#include <sys/wait.h>

enum { READERS = 6, RELOADERS = 2, LISTS = 7, FORKS = 50 };

/* With a sanitizer each turn takes ten times as long, and more on a busy machine. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { CHANGES = 1000 };
#else
enum { CHANGES = 4000 };
#endif

static scratch_path path;
static rs_bytes lists[LISTS];
static rs_policy *policy;
static atomic_bool finished;

static void start(void)
{
    path = scratch("threads.rsl");
    for (unsigned n = 0; n < LISTS; n++)
        lists[n] = numbered_list(n);
    scratch_write(path.text, lists[0]);
    rs_settings settings = settings_for(path.text);
    settings.telemetry = RS_SINK_OFF;
    policy = rs_policy_load(&settings);
    CU_ASSERT_PTR_NOT_NULL_FATAL(policy);
    atomic_store(&finished, false);
}

static void end(void)
{
    policies_forget();
    for (unsigned n = 0; n < LISTS; n++)
        exact_free(lists[n]);
}

/* Is it one of the lists, byte for byte? */
static bool is_one_of_the_lists(const rs_generation *generation)
{
    for (unsigned n = 0; n < LISTS; n++)
        if (rs_bytes_equal(generation->image.file, lists[n]))
            return is_whole(generation);
    return false;
}

/* Uses the cache as a check does: what it says must fit the list that it belongs to. */
static bool uses_cache(rs_generation *generation, unsigned turn)
{
    uint8_t bytes[8] = {(uint8_t)(turn % 16)};
    rs_key key = {.part = {{.p = bytes, .n = sizeof bytes}}};
    rs_listed_as expected = {.by_spki = generation->image.root_count, .by_certificate = turn % 16};
    rs_listed_as found;
    if (rs_key_cache_find(&generation->cache, &key, &found))
        return found.by_spki == expected.by_spki && found.by_certificate == expected.by_certificate;
    rs_key_cache_insert(&generation->cache, &key, expected);
    return true;
}

/* Or those who only look would keep the one who changes from a machine with few processors. */
static void let_others_run(unsigned turn)
{
    const struct timespec moment = {.tv_nsec = 100000};
    if (turn % 4 == 0)
        nanosleep(&moment, NULL);
}

typedef struct tally {
    unsigned good, bad;
} tally;

static void *read_lists(void *arg)
{
    tally *t = arg;
    for (unsigned turn = 0; !atomic_load(&finished); turn++) {
        rs_generation *generation = rs_live_list_acquire(rs_policy_list(policy));
        bool good = generation != NULL && is_one_of_the_lists(generation) &&
                    uses_cache(generation, turn) && is_one_of_the_lists(generation);
        rs_live_list_release(generation);
        if (good)
            t->good++;
        else
            t->bad++;
        let_others_run(turn);
    }
    return NULL;
}

static void *reload_lists(void *arg)
{
    tally *t = arg;
    for (unsigned turn = 0; !atomic_load(&finished); turn++) {
        if (rs_policy_reload(policy) == RS_LIST_OK)
            t->good++;
        else
            t->bad++;
        let_others_run(turn);
    }
    return NULL;
}

static void change_list(unsigned turn)
{
    rs_bytes list = lists[turn % LISTS];
    switch (turn % 5) {
    case 0: /* as `rootscope compile` does */
        scratch_replace(path.text, list);
        break;
    case 1: /* as cp does */
        scratch_write(path.text, list);
        break;
    case 2:
        scratch_write(path.text, rs_bytes_make(list.p, list.n / 2));
        break;
    case 3:
        remove(path.text);
        break;
    default:
        scratch_write(path.text, rs_bytes_of_string("not a list"));
        break;
    }
}

/* Only this thread asserts. */
static void readers_always_have_a_whole_list(void)
{
    pthread_t threads[READERS + RELOADERS];
    tally tallies[READERS + RELOADERS] = {{0}};
    start();
    for (unsigned i = 0; i < READERS + RELOADERS; i++)
        CU_ASSERT_FATAL(pthread_create(&threads[i], NULL, i < READERS ? read_lists : reload_lists,
                                       &tallies[i]) == 0);
    for (unsigned turn = 0; turn < CHANGES; turn++)
        change_list(turn);
    atomic_store(&finished, true);
    unsigned reloads = 0, refusals = 0;
    for (unsigned i = 0; i < READERS + RELOADERS; i++) {
        pthread_join(threads[i], NULL);
        if (i < READERS)
            CU_ASSERT(tallies[i].bad == 0 && tallies[i].good > 0);
        reloads += i < READERS ? 0 : tallies[i].good;
        refusals += i < READERS ? 0 : tallies[i].bad;
    }
    CU_ASSERT(reloads > 0 && refusals > 0);
    CU_ASSERT(policy->list.generations[0].readers == 0 && policy->list.generations[1].readers == 0);
    scratch_replace(path.text, lists[5]);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 5));
    end();
}

/* Whatever the threads of the parent are at, each child can check and reload. */
__attribute__((unused)) static void children_of_a_busy_parent_can_reload(void)
{
    pthread_t threads[READERS];
    tally tallies[READERS] = {{0}};
    start();
    for (unsigned i = 0; i < READERS; i++)
        CU_ASSERT_FATAL(
            pthread_create(&threads[i], NULL, i % 2 ? read_lists : reload_lists, &tallies[i]) == 0);
    for (unsigned turn = 0; turn < FORKS; turn++) {
        scratch_replace(path.text, lists[turn % LISTS]);
        pid_t child = fork();
        if (child == 0)
            _exit(rs_policy_reload(policy) == RS_LIST_OK && in_force(policy, turn % LISTS) ? 0 : 1);
        int status = -1;
        CU_ASSERT(waitpid(child, &status, 0) == child && status == 0);
    }
    atomic_store(&finished, true);
    for (unsigned i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    end();
}

static CU_TestInfo tests[] = {
    {"readers always have a whole list", readers_always_have_a_whole_list},
#if !defined(__SANITIZE_ADDRESS__)
    /* Its allocator may hold a lock at a fork beside threads, and the child would wait for ever. */
    {"children of a busy parent can reload", children_of_a_busy_parent_can_reload},
#endif
    CU_TEST_INFO_NULL,
};

RS_SUITE("policy_threads", tests)
