/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies when something fails, or forks, at every single step of a load or a reload. The
 * sources are compiled in, and what they ask of the system goes through here.
 */
#include "tests/unit/suite.h"
#include "tests/unit/syslog_double.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What happens at the step after `steps_left` more. */
typedef enum incident { NOTHING, FAIL, FORK, CALL } incident;
static incident planned;
static long steps_left;
static bool happened;

static void (*in_child)(void);
static void (*in_between)(void);

/* Is this the step that fails? A fork happens here, and its child does not come back. */
static bool step(void)
{
    if (planned == NOTHING || steps_left-- > 0)
        return false;
    incident now = planned;
    planned = NOTHING;
    happened = true;
    if (now == CALL)
        in_between();
    if (now != FORK)
        return now == FAIL;
    pid_t child = fork();
    if (child == 0)
        in_child();
    int status = -1;
    CU_ASSERT(waitpid(child, &status, 0) == child && status == 0);
    return false;
}

/* With a system call a signal may come first, or it may do less than asked. */
static enum { WHOLE, BYTE_BY_BYTE, INTERRUPTED, SHRUNK } reads;
static bool was_interrupted;

static ssize_t read_as_planned(int fd, void *bytes, size_t size)
{
    if (step()) {
        errno = EIO;
        return -1;
    }
    if (reads == SHRUNK)
        return 0;
    was_interrupted = reads == INTERRUPTED && !was_interrupted;
    if (was_interrupted) {
        errno = EINTR;
        return -1;
    }
    return read(fd, bytes, reads == WHOLE || size == 0 ? size : 1);
}

static void *malloc_as_planned(size_t size)
{
    void *taken = malloc(size);
    if (!step())
        return taken;
    free(taken);
    return NULL;
}

/* The step is after it: what was freed must be out of the reach of a child. */
static void free_as_planned(void *taken)
{
    free(taken);
    if (planned == FORK && taken != NULL)
        step();
}

/* What another thread does when a reader has seen which list is in force, and not more. */
static void (*meanwhile)(void);

static void before_counting_in(void)
{
    void (*now)(void) = meanwhile;
    meanwhile = NULL;
    if (now != NULL)
        now();
}

static int fail_with(int error)
{
    errno = error;
    return -1;
}

#define malloc(size)        malloc_as_planned(size)
#define calloc(count, size) (step() ? NULL : calloc(count, size))
#define free(p)             free_as_planned(p)
#define open(path, flags)   (step() ? fail_with(EMFILE) : open(path, flags))
#define stat(path, status)  (step() ? fail_with(EACCES) : stat(path, status))
#define fstat(fd, status)   (step() ? fail_with(EIO) : fstat(fd, status))
#define read(fd, p, n)      read_as_planned(fd, p, n)
#include "lib/chain/key_cache.c"
#include "provider/list_file.c"
#undef atomic_fetch_add
#define atomic_fetch_add(p, n)                                                                     \
    (before_counting_in(), atomic_fetch_add_explicit(p, n, memory_order_seq_cst))
#include "provider/live_list.c"
#include "provider/policy.c"
#undef read
#undef fstat
#undef stat
#undef open
#undef free
#undef calloc
#undef malloc

#include "tests/unit/policy_lists.h"

static scratch_path path;
static rs_policy *policy;

static void plan(incident what, long after)
{
    planned = what;
    steps_left = after;
    happened = false;
}

static rs_policy *load(void)
{
    rs_settings settings = settings_for(path.text);
    return rs_policy_load(&settings);
}

/* The policy with list 1 in force, and list 2 to come. */
static void start(void)
{
    plan(NOTHING, 0);
    reads = WHOLE;
    policies_forget();
    log_reset();
    path = scratch("faults.rsl");
    put_list(path.text, 1);
    policy = load();
    CU_ASSERT_FATAL(policy != NULL && in_force(policy, 1));
    put_list(path.text, 2);
}

enum { STEPS_MAX = 100 };

static void load_in_which_each_step_fails(void)
{
    long n = 0;
    start();
    for (happened = true; happened && n < STEPS_MAX; n++) {
        policies_forget();
        log_reset();
        plan(FAIL, n);
        policy = load();
        planned = NOTHING;
        CU_ASSERT_FATAL(policy != NULL && !rs_policy_overflowed());
        if (rs_live_list_problem(rs_policy_list(policy)) != RS_LIST_OK) {
            CU_ASSERT(happened && rs_live_list_acquire(rs_policy_list(policy)) == NULL &&
                      log_count == 1);
            CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
            CU_ASSERT(in_force(policy, 2));
        } else {
            CU_ASSERT(in_force(policy, 2));
        }
    }
    CU_ASSERT(!happened && n > 4);
}

/* One policy has a place for that, and gives it back; with a second one everything is denied. */
static void load_without_memory(void)
{
    start();
    rs_settings other = settings_for(path.text);
    other.refresh++;
    for (int round = 0; round < 2; round++) {
        policies_forget();
        plan(FAIL, 0);
        policy = load();
        CU_ASSERT(happened && policy != NULL && in_force(policy, 2) && !rs_policy_overflowed());
        plan(FAIL, 0);
        CU_ASSERT(rs_policy_load(&other) == NULL && rs_policy_overflowed());
    }
    planned = NOTHING;
}

static void reload_in_which_each_step_fails(void)
{
    long n = 0;
    for (happened = true; happened && n < STEPS_MAX; n++) {
        start();
        plan(FAIL, n);
        rs_list_problem problem = rs_policy_reload(policy);
        planned = NOTHING;
        CU_ASSERT(problem == rs_live_list_problem(rs_policy_list(policy)));
        CU_ASSERT(in_force(policy, problem == RS_LIST_OK ? 2 : 1));
        CU_ASSERT(log_count == (problem == RS_LIST_OK ? 0 : 1));
        CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
        CU_ASSERT(in_force(policy, 2));
    }
    CU_ASSERT(!happened && n > 4);
}

static void load_the_same(void)
{
    load();
}

/* Another thread has loaded the same meanwhile: the first one is kept. */
static void load_in_which_another_is_faster(void)
{
    long n = 0;
    start();
    in_between = load_the_same;
    for (happened = true; happened && n < STEPS_MAX; n++) {
        policies_forget();
        plan(CALL, n);
        policy = load();
        planned = NOTHING;
        CU_ASSERT(policy != NULL && policy == rs_policy_at(0) && rs_policy_at(1) == NULL);
        CU_ASSERT(in_force(policy, 2));
    }
    CU_ASSERT(!happened && n > 4);
}

static void load_another(void)
{
    rs_settings settings = settings_for(path.text);
    settings.refresh = 1;
    rs_policy_load(&settings);
}

/* Another thread has loaded something else meanwhile: both are kept. */
static void load_while_another_takes_the_place(void)
{
    start();
    in_between = load_another;
    policies_forget();
    plan(CALL, 0);
    policy = load();
    CU_ASSERT(happened && policy != NULL && policy == rs_policy_at(1));
    CU_ASSERT(rs_policy_settings(rs_policy_at(0))->refresh == 1);
    CU_ASSERT(in_force(policy, 2) && in_force(rs_policy_at(0), 2));
}

/* The child has the older list or the newer one whole, and can reload. */
static void check_child(void)
{
    bool good = in_force(policy, 1) || in_force(policy, 2);
    good = good && rs_policy_reload(policy) == RS_LIST_OK && in_force(policy, 2);
    put_list(path.text, 3);
    good = good && rs_policy_reload(policy) == RS_LIST_OK && in_force(policy, 3);
    put_list(path.text, 4);
    good = good && rs_policy_reload(policy) == RS_LIST_OK && in_force(policy, 4);
    put_list(path.text, 2);
    _exit(good ? 0 : 1);
}

static void remember_some_key(void)
{
    static const uint8_t byte = 7;
    rs_key key = {.part = {{.p = &byte, .n = 1}}};
    rs_generation *generation = rs_live_list_acquire(rs_policy_list(policy));
    rs_key_cache_insert(&generation->cache, &key, (rs_listed_as){0, 0});
    rs_live_list_release(generation);
}

/* As if another thread forked while this one is at each step. */
static void reload_in_which_each_step_forks(void)
{
    long n = 0;
    in_child = check_child;
    for (happened = true; happened && n < STEPS_MAX; n++) {
        start();
        remember_some_key();
        plan(FORK, n);
        CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
        planned = NOTHING;
        CU_ASSERT(in_force(policy, 2));
    }
    CU_ASSERT(!happened && n > 4);
}

static void take_list_2(void)
{
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 2));
}

static void take_lists_2_and_3(void)
{
    take_list_2();
    put_list(path.text, 3);
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
}

static void reader_that_comes_too_late_takes_the_newer_list(void)
{
    start();
    meanwhile = take_list_2;
    CU_ASSERT(in_force(policy, 2));
    /* The second time, its generation is in force again, with another list. */
    start();
    meanwhile = take_lists_2_and_3;
    CU_ASSERT(in_force(policy, 3));
    CU_ASSERT(policy->list.generations[0].readers == 0 && policy->list.generations[1].readers == 0);
}

static void reads_that_do_less_than_asked(void)
{
    start();
    reads = BYTE_BY_BYTE;
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 2));
    start();
    reads = INTERRUPTED;
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_OK);
    CU_ASSERT(in_force(policy, 2));
    start();
    reads = SHRUNK;
    CU_ASSERT(rs_policy_reload(policy) == RS_LIST_BAD_IMAGE);
    CU_ASSERT(in_force(policy, 1));
    reads = WHOLE;
}

static void cache_without_memory_remembers_nothing(void)
{
    static const uint8_t byte = 7;
    rs_key key = {.part = {{.p = &byte, .n = 1}}};
    rs_listed_as found;
    start();
    rs_generation *generation = rs_live_list_acquire(rs_policy_list(policy));
    plan(FAIL, 0);
    rs_key_cache_insert(&generation->cache, &key, (rs_listed_as){3, 4});
    CU_ASSERT(happened);
    CU_ASSERT(!rs_key_cache_find(&generation->cache, &key, &found));
    CU_ASSERT(generation->cache.bytes == 0);
    rs_key_cache_insert(&generation->cache, &key, (rs_listed_as){3, 4});
    CU_ASSERT(rs_key_cache_find(&generation->cache, &key, &found) && found.by_spki == 3);
    rs_live_list_release(generation);
}

static void end(void)
{
    policies_forget();
    CU_ASSERT_PTR_NULL(rs_policy_at(0));
}

static CU_TestInfo tests[] = {
    {"load in which each step fails", load_in_which_each_step_fails},
    {"load without memory", load_without_memory},
    {"load in which another is faster", load_in_which_another_is_faster},
    {"load while another takes the place", load_while_another_takes_the_place},
    {"reload in which each step fails", reload_in_which_each_step_fails},
    {"reload in which each step forks", reload_in_which_each_step_forks},
    {"reader that comes too late takes the newer list",
     reader_that_comes_too_late_takes_the_newer_list},
    {"reads that do less than asked", reads_that_do_less_than_asked},
    {"cache without memory remembers nothing", cache_without_memory_remembers_nothing},
    {"end", end},
    CU_TEST_INFO_NULL,
};

RS_SUITE("policy_faults", tests)
