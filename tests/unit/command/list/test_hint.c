/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/hint.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static void a_command_leads_to_its_target(void)
{
    static const struct {
        rs_change_target target;
        const char *options, *of_compile; /* NULL: the same */
    } rows[] = {
        {{.quiet = true}, "", NULL},
        {{.shipped = ROOTSCOPE_SOURCES_SHIPPED,
          .local = ROOTSCOPE_SOURCES_LOCAL,
          .output = ROOTSCOPE_LIST},
         "",
         NULL},
        {{.output = "a b.rsl"}, " --output 'a b.rsl'", NULL},
        {{.local = "/l", .output = ROOTSCOPE_LIST}, " --local /l --output " ROOTSCOPE_LIST, NULL},
        {{.shipped = "s", .local = "it's", .output = "o"},
         " --shipped s --local 'it'\\''s' --output o",
         NULL},
        {{.no_output = true}, " --no-compile", ""},
        {{.shipped = "s", .no_output = true},
         " --shipped s --no-compile",
         " --shipped s --output FILE"},
        {{.dry_run = true, .quiet = true}, "", NULL},
    };
    rs_arena arena = {0};
    for (size_t i = 0; i < ROWS(rows); i++) {
        char name[20], wanted[200];
        snprintf(name, sizeof name, "row %zu", i);
        snprintf(wanted, sizeof wanted, "rootscope permit%s", rows[i].options);
        CHECK_ROW(strcmp(rs_hint_command(&arena, &rows[i].target, "permit"), wanted) == 0, name);
        snprintf(wanted, sizeof wanted, "rootscope compile%s",
                 rows[i].of_compile == NULL ? rows[i].options : rows[i].of_compile);
        CHECK_ROW(strcmp(rs_hint_compile(&arena, &rows[i].target), wanted) == 0, name);
    }
    const rs_change_target elsewhere = {.local = "l", .output = "o"};
    CU_ASSERT_STRING_EQUAL(rs_hint_check(&arena, &elsewhere),
                           "rootscope compile --check --local l");
    rs_arena_clear(&arena);
}

static void the_sources_of_another_list_are_unknown(void)
{
    static const struct {
        const char *list, *shipped, *local, *expected;
    } rows[] = {
        {ROOTSCOPE_LIST, NULL, NULL, "rootscope add"},
        {"x.rsl", NULL, NULL, "rootscope add --shipped DIR --local DIR --output x.rsl"},
        {"x.rsl", NULL, "l", "rootscope add --shipped DIR --local l --output x.rsl"},
        {"x.rsl", ROOTSCOPE_SOURCES_SHIPPED, ROOTSCOPE_SOURCES_LOCAL,
         "rootscope add --output x.rsl"},
    };
    rs_arena arena = {0};
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_change_target target = rs_hint_target(rows[i].list, rows[i].shipped, rows[i].local);
        CHECK_ROW(strcmp(rs_hint_command(&arena, &target, "add"), rows[i].expected) == 0,
                  rows[i].expected);
    }
    rs_arena_clear(&arena);
}

static CU_TestInfo tests[] = {
    {"a_command_leads_to_its_target", a_command_leads_to_its_target},
    {"the_sources_of_another_list_are_unknown", the_sources_of_another_list_are_unknown},
    CU_TEST_INFO_NULL,
};

RS_SUITE("hint", tests)
