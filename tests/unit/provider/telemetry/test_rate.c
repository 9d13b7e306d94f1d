/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source itself is compiled in, with the clock under the test's control.
 */
#include "tests/unit/suite.h"

#include <pthread.h>
#include <time.h>

static struct timespec test_time;

static int set_clock(clockid_t clock, struct timespec *now)
{
    if (clock != CLOCK_MONOTONIC_COARSE) /* the one that needs no system call */
        abort();
    *now = test_time;
    return 0;
}

#define clock_gettime set_clock
#include "provider/telemetry/rate.c"
#undef clock_gettime

enum { BURST = 20, INTERVAL_MS = 3000 };

static void set_time(long seconds, long milliseconds)
{
    test_time = (struct timespec){.tv_sec = seconds, .tv_nsec = milliseconds * 1000000};
}

static unsigned admitted_of(rs_rate *rate, unsigned asked)
{
    unsigned admitted = 0;
    while (asked-- > 0)
        admitted += rs_rate_admits(rate);
    return admitted;
}

static void burst_then_one_in_an_interval(void)
{
    rs_rate rate;
    rs_rate_init(&rate, BURST, INTERVAL_MS);
    set_time(0, 0); /* as at the start of a machine */
    CU_ASSERT(admitted_of(&rate, 100) == BURST);
    set_time(2, 999);
    CU_ASSERT(admitted_of(&rate, 10) == 0);
    set_time(3, 0);
    CU_ASSERT(admitted_of(&rate, 10) == 1);
    set_time(9, 0);
    CU_ASSERT(admitted_of(&rate, 10) == 2);
    for (long second = 12; second < 120; second += 3) {
        set_time(second, 0);
        CU_ASSERT(admitted_of(&rate, 2) == 1);
    }
}

static void silence_gives_the_burst_back_but_no_more(void)
{
    rs_rate rate;
    rs_rate_init(&rate, BURST, INTERVAL_MS);
    set_time(100000, 0);
    CU_ASSERT(admitted_of(&rate, 100) == BURST);
    set_time(100000 + 60, 0);
    CU_ASSERT(admitted_of(&rate, 100) == BURST);
    set_time(100060 + 30, 0);
    CU_ASSERT(admitted_of(&rate, 100) == BURST / 2);
    set_time(1000000, 0);
    CU_ASSERT(admitted_of(&rate, 100) == BURST);
}

static void burst_of_one(void)
{
    rs_rate rate;
    rs_rate_init(&rate, 1, 100);
    set_time(5, 0);
    CU_ASSERT(admitted_of(&rate, 10) == 1);
    set_time(5, 99);
    CU_ASSERT(admitted_of(&rate, 10) == 0);
    set_time(5, 100);
    CU_ASSERT(admitted_of(&rate, 10) == 1);
}

static void rates_are_apart(void)
{
    rs_rate a, b;
    rs_rate_init(&a, 1, 1000);
    rs_rate_init(&b, 2, 1000);
    set_time(5, 0);
    CU_ASSERT(admitted_of(&a, 10) == 1);
    CU_ASSERT(admitted_of(&b, 10) == 2);
}

enum { THREADS = 8, BURST_OF_THREADS = 1000 };

typedef struct asker {
    pthread_t thread;
    rs_rate *rate;
    unsigned admitted;
} asker;

static void *ask(void *argument)
{
    asker *a = argument;
    a->admitted = admitted_of(a->rate, BURST_OF_THREADS);
    return NULL;
}

static void threads_share_the_burst(void)
{
    rs_rate rate;
    asker askers[THREADS];
    unsigned admitted = 0;
    set_time(5, 0);
    rs_rate_init(&rate, BURST_OF_THREADS, 100);
    for (unsigned i = 0; i < THREADS; i++) {
        askers[i] = (asker){.rate = &rate};
        CU_ASSERT_FATAL(pthread_create(&askers[i].thread, NULL, ask, &askers[i]) == 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(askers[i].thread, NULL);
        admitted += askers[i].admitted;
    }
    CU_ASSERT(admitted == BURST_OF_THREADS);
}

static CU_TestInfo tests[] = {
    {"burst then one in an interval", burst_then_one_in_an_interval},
    {"silence gives the burst back but no more", silence_gives_the_burst_back_but_no_more},
    {"burst of one", burst_of_one},
    {"rates are apart", rates_are_apart},
    {"threads share the burst", threads_share_the_burst},
    CU_TEST_INFO_NULL,
};

RS_SUITE("rate", tests)
