/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/saturated.h"
#include "command/telemetry/totals.h"

#include "tests/unit/suite.h"
#include "tests/unit/telemetry_lines.h"

#include <stdio.h>

static bool is(rs_bytes text, const char *expected)
{
    return rs_bytes_equal(text, rs_bytes_of_string(expected));
}

static void nothing_is_nothing(void)
{
    rs_totals totals = {0};
    const rs_totals_root **roots = rs_totals_sorted_roots(&totals);
    const rs_totals_problem **problems = rs_totals_sorted_problems(&totals);
    CU_ASSERT(totals.root_count == 0 && roots != NULL && problems != NULL);
    free(roots);
    free(problems);
    rs_totals_clear(&totals);
}

static void checks_are_summed_by_root(void)
{
    rs_totals totals = {0};
    rs_telemetry_line lines[] = {checks_line(ROOT_A, 5, 0), checks_line(ROOT_B, 1, 2),
                                 checks_line(ROOT_A, 7, 1)};
    lines[2].unverified = 4;
    lines[2].dropped = 9;
    for (size_t i = 0; i < 3; i++)
        rs_totals_add(&totals, &lines[i]);
    CU_ASSERT_FATAL(totals.root_count == 2);
    CU_ASSERT(is(totals.roots[0].name, ROOT_A) && is(totals.roots[1].name, ROOT_B));
    CU_ASSERT(totals.roots[0].checked == 13 && totals.roots[0].permitted == 12);
    CU_ASSERT(totals.roots[0].violated == 1 && totals.roots[0].unverified == 4);
    CU_ASSERT(totals.roots[1].checked == 3 && totals.roots[1].violated == 2);
    CU_ASSERT(totals.added == 3 && totals.dropped == 9 && totals.row_count == 0);
    rs_totals_clear(&totals);
    CU_ASSERT(totals.root_count == 0 && totals.roots == NULL);
}

static void violations_are_summed_by_verdict(void)
{
    rs_totals totals = {0};
    static const rs_telemetry_verdict verdicts[] = {RS_TELEMETRY_DENIED, RS_TELEMETRY_OVERRIDDEN,
                                                    RS_TELEMETRY_WOULD_DENY};
    for (uint64_t i = 0; i < 3; i++) {
        rs_telemetry_line line = violation_line(ROOT_A, "evil.example", i + 1);
        line.verdict = verdicts[i];
        rs_totals_add(&totals, &line);
        line.verified = false;
        line.count = 10;
        rs_totals_add(&totals, &line);
    }
    CU_ASSERT_FATAL(totals.row_count == 1);
    const rs_totals_violations *count = &totals.rows[0].count;
    CU_ASSERT(count->denied == 1 && count->overridden == 2 && count->would_deny == 3);
    CU_ASSERT(count->verified == 6 && count->unverified == 30);
    CU_ASSERT(memcmp(count, &totals.roots[0].count, sizeof *count) == 0);
    CU_ASSERT(totals.unverified_row_count == 0);
    rs_totals_clear(&totals);
}

static void rows_differ_by_root_form_suffix_and_reason(void)
{
    rs_totals totals = {0};
    rs_telemetry_line lines[] = {
        violation_line(ROOT_A, "a", 1), violation_line(ROOT_B, "a", 1),
        violation_line(ROOT_A, "b", 1), violation_line(ROOT_A, "a", 1),
        violation_line(ROOT_A, "a", 1),
    };
    lines[3].form = rs_bytes_of_string("email");
    lines[4].reason = rs_bytes_of_string("excluded");
    for (int twice = 0; twice < 2; twice++)
        for (size_t i = 0; i < 5; i++)
            rs_totals_add(&totals, &lines[i]);
    CU_ASSERT_FATAL(totals.row_count == 5);
    for (size_t i = 0; i < 5; i++)
        CU_ASSERT(totals.rows[i].count.verified == 2);
    CU_ASSERT(totals.roots[0].row_count == 4 && totals.roots[1].row_count == 1);
    rs_totals_clear(&totals);
}

static void latest_line_says_label_and_mode(void)
{
    rs_totals totals = {0};
    rs_telemetry_line line = checks_line(ROOT_A, 1, 0);
    line.label = rs_bytes_of_string("Old");
    rs_totals_add(&totals, &line);
    line.time = 3000;
    line.label = rs_bytes_of_string("A new label");
    line.mode = RS_MODE_ENFORCE;
    rs_totals_add(&totals, &line);
    line.time = 2000;
    line.label = rs_bytes_of_string("Late");
    line.mode = RS_MODE_TEST;
    rs_totals_add(&totals, &line);
    line.time = 4000;
    line.label = rs_bytes_of_string("");
    line.mode = RS_MODE_ENFORCE;
    rs_totals_add(&totals, &line);
    CU_ASSERT(is(totals.roots[0].label, "A new label"));
    CU_ASSERT(totals.roots[0].mode == RS_MODE_ENFORCE);
    CU_ASSERT(totals.roots[0].seen.first == 1000 && totals.roots[0].seen.last == 4000);
    CU_ASSERT(totals.seen.first == 1000 && totals.seen.last == 4000);
    rs_totals_clear(&totals);
}

static void example_name_is_the_first(void)
{
    rs_totals totals = {0};
    rs_telemetry_line line = violation_line(ROOT_A, "evil.example", 1);
    rs_totals_add(&totals, &line);
    CU_ASSERT(totals.rows[0].name.n == 0);
    line.name = rs_bytes_of_string("www.evil.example");
    rs_totals_add(&totals, &line);
    line.name = rs_bytes_of_string("other.evil.example");
    rs_totals_add(&totals, &line);
    CU_ASSERT(is(totals.rows[0].name, "www.evil.example"));
    rs_totals_clear(&totals);
}

static void programs_of_each_root(void)
{
    rs_totals totals = {0};
    rs_telemetry_line lines[] = {checks_line(ROOT_A, 5, 2), violation_line(ROOT_A, "x", 3),
                                 checks_line(ROOT_A, 8, 0), checks_line(ROOT_B, 1, 0)};
    lines[2].program = rs_bytes_of_string("wget");
    for (size_t i = 0; i < 4; i++)
        rs_totals_add(&totals, &lines[i]);
    lines[1].verified = false;
    rs_totals_add(&totals, &lines[1]);
    CU_ASSERT_FATAL(totals.roots[0].program_count == 2 && totals.roots[1].program_count == 1);
    const rs_totals_program **programs = rs_totals_sorted_programs(&totals, &totals.roots[0]);
    CU_ASSERT(is(programs[0]->name, "curl") && programs[0]->checked == 7);
    CU_ASSERT(programs[0]->violated == 2 && programs[0]->told == 3);
    CU_ASSERT(is(programs[1]->name, "wget") && programs[1]->checked == 8);
    free(programs);
    rs_totals_clear(&totals);
}

static void problems_by_what_they_are(void)
{
    rs_totals totals = {0};
    rs_telemetry_line line = {.event = RS_TELEMETRY_PROBLEM,
                              .time = 1000,
                              .program = rs_bytes_of_string("curl"),
                              .kind = rs_bytes_of_string("list-refused"),
                              .problem = rs_bytes_of_string("is no list"),
                              .list = rs_bytes_of_string("/b")};
    rs_totals_add(&totals, &line);
    line.time = 2000;
    rs_totals_add(&totals, &line);
    line.list = rs_bytes_of_string("/a");
    rs_totals_add(&totals, &line);
    line.kind = rs_bytes_of_string("unguarded");
    line.list = rs_bytes_of_string("");
    line.object = rs_bytes_of_string("/o");
    rs_totals_add(&totals, &line);
    CU_ASSERT_FATAL(totals.problem_count == 3);
    CU_ASSERT(totals.root_count == 0);
    const rs_totals_problem **problems = rs_totals_sorted_problems(&totals);
    CU_ASSERT(is(problems[0]->path, "/b") && problems[0]->count == 2);
    CU_ASSERT(problems[0]->seen.first == 1000 && problems[0]->seen.last == 2000);
    CU_ASSERT(is(problems[1]->path, "/a") && is(problems[2]->path, "/o"));
    free(problems);
    rs_totals_clear(&totals);
}

static void most_comes_first(void)
{
    rs_totals totals = {0};
    rs_telemetry_line lines[] = {
        violation_line(ROOT_B, "c", 1), violation_line(ROOT_A, "b", 2),
        violation_line(ROOT_A, "a", 2), violation_line(ROOT_A, "d", 9),
        violation_line(ROOT_A, "e", 1),
    };
    lines[4].verified = false;
    for (size_t i = 0; i < 5; i++)
        rs_totals_add(&totals, &lines[i]);
    const rs_totals_root **roots = rs_totals_sorted_roots(&totals);
    CU_ASSERT(is(roots[0]->name, ROOT_A) && is(roots[1]->name, ROOT_B));
    const rs_totals_row **rows = rs_totals_sorted_rows(&totals, roots[0]);
    CU_ASSERT(is(rows[0]->suffix, "d") && is(rows[1]->suffix, "a"));
    CU_ASSERT(is(rows[2]->suffix, "b") && is(rows[3]->suffix, "e"));
    free(rows);
    free(roots);
    rs_totals_clear(&totals);
}

static void sums_do_not_wrap(void)
{
    rs_totals totals = {0};
    rs_telemetry_line line = violation_line(ROOT_A, "x", RS_TELEMETRY_NUMBER_MAX);
    for (int i = 0; i < 2000; i++)
        rs_totals_add(&totals, &line);
    CU_ASSERT(totals.rows[0].count.verified == INT64_MAX);
    CU_ASSERT(rs_saturated_sum(INT64_MAX, 1) == INT64_MAX);
    CU_ASSERT(rs_saturated_sum(UINT64_MAX, UINT64_MAX) == INT64_MAX);
    CU_ASSERT(rs_saturated_sum(2, 3) == 5);
    rs_totals_clear(&totals);
}

static void violated_is_what_says_more(void)
{
    rs_totals totals = {0};
    rs_telemetry_line lines[] = {violation_line(ROOT_A, "x", 2), violation_line(ROOT_A, "y", 4),
                                 violation_line(ROOT_A, "x", 3), violation_line(ROOT_A, "z", 99),
                                 checks_line(ROOT_A, 1, 6)};
    lines[3].verified = false;
    for (size_t i = 0; i < 4; i++)
        rs_totals_add(&totals, &lines[i]);
    /* x and y may be in the same chains */
    CU_ASSERT(rs_totals_violated(&totals.roots[0]) == 5);
    rs_totals_add(&totals, &lines[4]);
    CU_ASSERT(rs_totals_violated(&totals.roots[0]) == 6);
    rs_totals_clear(&totals);
}

static void rows_have_a_limit(void)
{
    rs_totals totals = {0};
    char text[32];
    rs_telemetry_line line = violation_line(ROOT_A, "", 2);
    for (int verified = 0; verified <= 1; verified++) {
        line.verified = verified != 0;
        for (size_t i = 0; i < RS_TOTALS_ROWS_MAX + 10; i++) {
            int n = snprintf(text, sizeof text, "%d-%zu", verified, i);
            line.suffix = rs_bytes_make(text, (size_t)n);
            rs_totals_add(&totals, &line);
        }
    }
    CU_ASSERT(totals.row_count == RS_TOTALS_ROWS_MAX);
    CU_ASSERT(totals.unverified_row_count == RS_TOTALS_UNVERIFIED_ROWS_MAX);
    const rs_totals_root *root = &totals.roots[0];
    CU_ASSERT(root->count.verified == 2 * (RS_TOTALS_ROWS_MAX + 10));
    CU_ASSERT(root->others.unverified ==
              2 * (RS_TOTALS_ROWS_MAX + 10 - RS_TOTALS_UNVERIFIED_ROWS_MAX));
    CU_ASSERT(root->others.verified == 2 * (RS_TOTALS_UNVERIFIED_ROWS_MAX + 10));
    rs_totals_clear(&totals);
}

static void roots_have_a_limit(void)
{
    rs_totals totals = {0};
    rs_telemetry_line line = violation_line("", "x", 1);
    char text[32];
    for (size_t i = 0; i < RS_TOTALS_ROOTS_MAX + 5; i++) {
        int n = snprintf(text, sizeof text, "root-%zu", i);
        line.root = rs_bytes_make(text, (size_t)n);
        rs_totals_add(&totals, &line);
    }
    CU_ASSERT(totals.root_count == RS_TOTALS_ROOTS_MAX);
    CU_ASSERT(totals.other_root_lines == 5 && totals.other_roots.would_deny == 5);
    rs_totals_clear(&totals);
}

static void programs_have_a_limit(void)
{
    rs_totals totals = {0};
    char root[32], program[32];
    rs_telemetry_line line = checks_line("", 1, 0);
    for (size_t i = 0; i < 100; i++)
        for (size_t k = 0; k < RS_TOTALS_ROOT_PROGRAMS_MAX + 2; k++) {
            line.root = rs_bytes_make(root, (size_t)snprintf(root, sizeof root, "r%zu", i));
            line.program =
                rs_bytes_make(program, (size_t)snprintf(program, sizeof program, "p%zu", k));
            rs_totals_add(&totals, &line);
        }
    CU_ASSERT(totals.program_count == RS_TOTALS_PROGRAMS_MAX);
    CU_ASSERT(totals.roots[0].program_count == RS_TOTALS_ROOT_PROGRAMS_MAX);
    CU_ASSERT(totals.roots[0].other_programs == 2);
    CU_ASSERT(totals.roots[99].other_programs == RS_TOTALS_ROOT_PROGRAMS_MAX + 2);
    CU_ASSERT(totals.roots[99].checked == RS_TOTALS_ROOT_PROGRAMS_MAX + 2);
    rs_totals_clear(&totals);
}

static void problems_have_a_limit(void)
{
    rs_totals totals = {0};
    char text[32];
    rs_telemetry_line line = {.event = RS_TELEMETRY_PROBLEM, .kind = rs_bytes_of_string("k")};
    for (size_t i = 0; i < RS_TOTALS_PROBLEMS_MAX + 3; i++) {
        int n = snprintf(text, sizeof text, "%zu", i);
        line.problem = rs_bytes_make(text, (size_t)n);
        rs_totals_add(&totals, &line);
    }
    CU_ASSERT(totals.problem_count == RS_TOTALS_PROBLEMS_MAX && totals.other_problems == 3);
    rs_totals_clear(&totals);
}

static CU_TestInfo tests[] = {
    {"nothing_is_nothing", nothing_is_nothing},
    {"checks_are_summed_by_root", checks_are_summed_by_root},
    {"violations_are_summed_by_verdict", violations_are_summed_by_verdict},
    {"rows_differ_by_root_form_suffix_and_reason", rows_differ_by_root_form_suffix_and_reason},
    {"latest_line_says_label_and_mode", latest_line_says_label_and_mode},
    {"example_name_is_the_first", example_name_is_the_first},
    {"programs_of_each_root", programs_of_each_root},
    {"problems_by_what_they_are", problems_by_what_they_are},
    {"most_comes_first", most_comes_first},
    {"sums_do_not_wrap", sums_do_not_wrap},
    {"violated_is_what_says_more", violated_is_what_says_more},
    {"rows_have_a_limit", rows_have_a_limit},
    {"roots_have_a_limit", roots_have_a_limit},
    {"programs_have_a_limit", programs_have_a_limit},
    {"problems_have_a_limit", problems_have_a_limit},
    CU_TEST_INFO_NULL,
};

RS_SUITE("totals", tests)
