/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy counts and tells: part of policy, whose source is compiled in. */
#include "provider/policy.c"

#include "tests/unit/policy_lists.h"
#include "tests/unit/suite.h"
#include "tests/unit/syslog_double.h"

#include <sys/wait.h>
#include <unistd.h>

static scratch_path path;

/* No policies, and a list at the path. */
static void start_with(unsigned n)
{
    policies_forget();
    log_reset();
    path = scratch("telemetry.rsl");
    put_list(path.text, n);
}

/* Counts nothing and tells nothing if telemetry is off, or nothing is looked at. */
static void telemetry_of_a_policy(void)
{
    static const struct {
        rs_mode mode;
        rs_sink_kind telemetry;
        bool counts;
    } rows[] = {
        {RS_MODE_ENFORCE, RS_SINK_SYSLOG, true}, {RS_MODE_TEST, RS_SINK_SYSLOG, true},
        {RS_MODE_OFF, RS_SINK_SYSLOG, false},    {RS_MODE_ENFORCE, RS_SINK_OFF, false},
        {RS_MODE_TEST, RS_SINK_OFF, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        start_with(1);
        rs_settings settings = settings_for(path.text);
        settings.mode = rows[i].mode;
        settings.telemetry = rows[i].telemetry;
        settings.problem = "some";
        rs_policy *policy = rs_policy_load(&settings);
        CU_ASSERT_PTR_NOT_NULL_FATAL(policy);
        CU_ASSERT((rs_policy_tally(policy) != NULL) == rows[i].counts);
        CU_ASSERT(rs_sink_is_on(rs_policy_sink(policy)) == rows[i].counts);
        CU_ASSERT(log_lines_with("\"kind\":\"settings-refused\"") == rows[i].counts);
        CU_ASSERT(rs_policy_load(&settings) == policy && log_count == rows[i].counts);
    }
}

/* What a missing list, and settings that are wrong, lead to. */
static void consequences(void)
{
    static const struct {
        rs_mode mode;
        bool allow, in_force, good;
        const char *word;
    } rows[] = {
        {RS_MODE_ENFORCE, false, false, true, "everything-is-denied"},
        {RS_MODE_ENFORCE, false, true, true, "older-list-stays"},
        {RS_MODE_ENFORCE, true, false, true, "nothing-is-checked"},
        {RS_MODE_TEST, false, false, true, "nothing-is-checked"},
        {RS_MODE_TEST, false, true, true, "older-list-stays"},
        {RS_MODE_ENFORCE, true, false, false, "everything-is-denied"},
        {RS_MODE_TEST, false, false, false, "nothing-is-checked"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char expected[60];
        start_with(1);
        if (!rows[i].in_force)
            unlink(path.text);
        rs_settings settings = settings_for(path.text);
        settings.mode = rows[i].mode;
        settings.allow_without_list = rows[i].allow;
        settings.problem = rows[i].good ? NULL : "some";
        rs_policy *policy = rs_policy_load(&settings);
        CU_ASSERT_PTR_NOT_NULL_FATAL(policy);
        if (rows[i].in_force) {
            unlink(path.text);
            CU_ASSERT(rs_policy_reload(policy) == RS_LIST_MISSING);
        }
        snprintf(expected, sizeof expected, "\"consequence\":\"%s\"}", rows[i].word);
        CHECK_ROW(log_count == 1 && log_lines_with(expected) == 1, rows[i].word);
    }
}

static void count_three_chains(rs_policy *policy)
{
    rs_tally_place place;
    rs_generation *generation = rs_live_list_acquire(rs_policy_list(policy));
    CU_ASSERT_FATAL(rs_tally_find_root(rs_policy_tally(policy), &generation->image, RS_NO_ROOT,
                                       RS_MODE_TEST, &place));
    rs_live_list_release(generation);
    for (int i = 0; i < 3; i++)
        rs_tally_count(rs_policy_tally(policy), place, RS_TALLY_PERMITTED);
}

/* Also where the list is never looked at again. */
static void what_is_pending_is_told_at_a_refresh(void)
{
    for (int64_t refresh = 0; refresh <= 60; refresh += 60) {
        start_with(1);
        rs_settings settings = settings_for(path.text);
        settings.refresh = refresh;
        rs_policy *policy = rs_policy_load(&settings);
        CU_ASSERT_PTR_NOT_NULL_FATAL(policy);
        count_three_chains(policy);
        CU_ASSERT(log_count == 2);
        rs_policy_refresh(policy, rs_clock_monotonic());
        CU_ASSERT(log_count == 2);
        rs_policy_refresh(policy, rs_clock_monotonic() + 301);
        CU_ASSERT(log_count == 3);
    }
}

static void child_of_fork_tells_nothing_of_the_parent(void)
{
    start_with(1);
    rs_settings settings = settings_for(path.text);
    rs_policy *policy = rs_policy_load(&settings);
    CU_ASSERT_PTR_NOT_NULL_FATAL(policy);
    count_three_chains(policy);
    rs_sink_drop(rs_policy_sink(policy), 1);
    pid_t child = fork();
    if (child == 0) {
        rs_policy_refresh(policy, rs_clock_monotonic() + 301);
        unsigned told = log_count;
        count_three_chains(policy);
        _exit(told == 2 && log_lines_with("\"dropped\"") == 0 ? 0 : 1);
    }
    int status;
    CU_ASSERT(waitpid(child, &status, 0) == child && status == 0);
    rs_policy_refresh(policy, rs_clock_monotonic() + 301);
    CU_ASSERT(log_count == 3 && log_lines_with("\"dropped\":1}") == 1);
}

/* Of a policy, and of none. */
static void denials_are_due_at_powers_of_two(void)
{
    static const unsigned long long due[] = {1, 2, 4, 8, 16, 32, 64};
    start_with(1);
    rs_settings settings = settings_for(path.text);
    rs_policy *policy = rs_policy_load(&settings);
    size_t next = 0;
    for (unsigned long long n = 1; n <= 100; n++) {
        bool expected = next < ROWS(due) && due[next] == n;
        next += expected;
        CU_ASSERT(rs_policy_denial_is_due(policy) == expected);
        CU_ASSERT(rs_policy_denial_is_due(NULL) == expected);
    }
}

/* Frees what the last test left. */
static void end(void)
{
    policies_forget();
    CU_ASSERT(rs_policy_at(0) == NULL);
}

static CU_TestInfo tests[] = {
    {"telemetry of a policy", telemetry_of_a_policy},
    {"consequences", consequences},
    {"what is pending is told at a refresh", what_is_pending_is_told_at_a_refresh},
    {"child of fork tells nothing of the parent", child_of_fork_tells_nothing_of_the_parent},
    {"denials are due at powers of two", denials_are_due_at_powers_of_two},
    {"end", end},
    CU_TEST_INFO_NULL,
};

RS_SUITE("policy_telemetry", tests)
