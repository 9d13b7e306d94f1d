/* SPDX-License-Identifier: Apache-2.0 */
/* The source itself is compiled in, so that it can run out of memory. */
#include <stdbool.h>
#include <stdlib.h>

static bool no_memory;

#define ROOTSCOPE_LIST "/var/lib/rootscope/permitted.rsl"
#define malloc(size)   (no_memory ? NULL : malloc(size))
#include "provider/settings.c"
#undef malloc

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static rs_settings settings_with(const char *key, const char *value)
{
    rs_settings settings;
    rs_settings_init(&settings);
    rs_settings_set(&settings, key, value);
    return settings;
}

static void defaults(void)
{
    rs_settings settings;
    memset(&settings, 0xff, sizeof settings);
    rs_settings_init(&settings);
    CU_ASSERT(settings.list[0] == '/');
    CU_ASSERT(strcmp(settings.list + strlen(settings.list) - 4, ".rsl") == 0);
    CU_ASSERT(settings.mode == RS_MODE_ENFORCE);
    CU_ASSERT(!settings.allow_without_list);
    CU_ASSERT(settings.refresh == 300);
    CU_ASSERT(settings.telemetry == RS_SINK_SYSLOG);
    CU_ASSERT(!settings.full_names);
    CU_ASSERT_PTR_NULL(settings.problem);
}

static void known_keys_are_exactly_these(void)
{
    static const char *const expected[] = {"list",    "mode",      "on_list_error",
                                           "refresh", "telemetry", "telemetry_names"};
    for (size_t i = 0; i < ROWS(expected); i++) {
        CU_ASSERT_PTR_NOT_NULL_FATAL(rs_settings_key(i));
        CHECK_ROW(strcmp(rs_settings_key(i), expected[i]) == 0, expected[i]);
    }
    CU_ASSERT_PTR_NULL(rs_settings_key(ROWS(expected)));
}

static void mode_of_each_word(void)
{
    CU_ASSERT(settings_with("mode", "enforce").mode == RS_MODE_ENFORCE);
    CU_ASSERT(settings_with("mode", "test").mode == RS_MODE_TEST);
    CU_ASSERT(settings_with("mode", "off").mode == RS_MODE_OFF);
    CU_ASSERT_PTR_NULL(settings_with("mode", "enforce").problem);
    CU_ASSERT_PTR_NULL(settings_with("mode", "test").problem);
    CU_ASSERT_PTR_NULL(settings_with("mode", "off").problem);
}

static void on_list_error_of_each_word(void)
{
    rs_settings settings = settings_with("on_list_error", "allow");
    CU_ASSERT(settings.allow_without_list);
    CU_ASSERT_PTR_NULL(settings.problem);
    rs_settings_set(&settings, "on_list_error", "deny");
    CU_ASSERT(!settings.allow_without_list);
    CU_ASSERT_PTR_NULL(settings.problem);
}

static void telemetry_of_each_word(void)
{
    rs_settings settings = settings_with("telemetry", "off");
    CU_ASSERT(settings.telemetry == RS_SINK_OFF);
    CU_ASSERT_PTR_NULL(settings.problem);
    rs_settings_set(&settings, "telemetry", "syslog");
    CU_ASSERT(settings.telemetry == RS_SINK_SYSLOG);
    CU_ASSERT_PTR_NULL(settings.problem);
}

static void telemetry_file_of_an_absolute_path(void)
{
    rs_settings settings = settings_with("telemetry", "file:/var/log/rootscope.log");
    CU_ASSERT(settings.telemetry == RS_SINK_FILE);
    CU_ASSERT_STRING_EQUAL(settings.telemetry_file, "/var/log/rootscope.log");
    CU_ASSERT_PTR_NULL(settings.problem);
    rs_settings_set(&settings, "telemetry", "file:/a");
    CU_ASSERT_STRING_EQUAL(settings.telemetry_file, "/a");
    rs_settings_set(&settings, "telemetry", "off");
    CU_ASSERT(settings.telemetry == RS_SINK_OFF);
    CU_ASSERT_PTR_NULL(settings.problem);
    rs_settings never_a_file = settings_with("telemetry", "off");
    CU_ASSERT(rs_settings_equal(&settings, &never_a_file));
}

static void telemetry_file_path_up_to_its_limit(void)
{
    char value[5 + RS_PATH_MAX + 1] = "file:/";
    memset(value + 6, 'x', RS_PATH_MAX - 1);
    CU_ASSERT(strlen(value) == 5 + RS_PATH_MAX);
    rs_settings settings = settings_with("telemetry", value);
    CU_ASSERT_PTR_NOT_NULL(settings.problem);
    CU_ASSERT(settings.telemetry == RS_SINK_SYSLOG);
    value[5 + RS_PATH_MAX - 1] = '\0';
    settings = settings_with("telemetry", value);
    CU_ASSERT_PTR_NULL(settings.problem);
    CU_ASSERT_STRING_EQUAL(settings.telemetry_file, value + 5);
}

static void telemetry_names_of_each_word(void)
{
    rs_settings settings = settings_with("telemetry_names", "full");
    CU_ASSERT(settings.full_names);
    CU_ASSERT_PTR_NULL(settings.problem);
    rs_settings_set(&settings, "telemetry_names", "suffix");
    CU_ASSERT(!settings.full_names);
    CU_ASSERT_PTR_NULL(settings.problem);
}

static void refresh_of_numbers(void)
{
    static const struct {
        const char *value;
        int64_t seconds;
    } rows[] = {
        {"0", 0}, {"1", 1}, {"300", 300}, {"007", 7}, {"2592000", 2592000},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_settings settings = settings_with("refresh", rows[i].value);
        CHECK_ROW(settings.refresh == rows[i].seconds, rows[i].value);
        CHECK_ROW(settings.problem == NULL, rows[i].value);
    }
}

static void wrong_values_change_nothing_but_problem(void)
{
    static const struct {
        const char *key, *value, *problem;
    } rows[] = {
        {"mode", "", "mode must be"},
        {"mode", "ENFORCE", "mode must be"},
        {"mode", "off ", "mode must be"},
        {"mode", "tes", "mode must be"},
        {"mode", NULL, "a key has no value"},
        {"on_list_error", "", "on_list_error must be"},
        {"on_list_error", "allowed", "on_list_error must be"},
        {"refresh", "", "refresh is not a number"},
        {"refresh", "-1", "refresh is not a number"},
        {"refresh", "+1", "refresh is not a number"},
        {"refresh", "300s", "refresh is not a number"},
        {"refresh", " 300", "refresh is not a number"},
        {"refresh", "2592001", "refresh is not a number"},
        {"refresh", "18446744073709551617", "refresh is not a number"},
        {"telemetry", "", "telemetry must be"},
        {"telemetry", "on", "telemetry must be"},
        {"telemetry", "Syslog", "telemetry must be"},
        {"telemetry", "file", "telemetry must be"},
        {"telemetry", "/var/log/rootscope.log", "telemetry must be"},
        {"telemetry", "File:/var/log/rootscope.log", "telemetry must be"},
        {"telemetry", "file:", "telemetry = file: is not"},
        {"telemetry", "file: /var/log/rootscope.log", "telemetry = file: is not"},
        {"telemetry", "file:rootscope.log", "telemetry = file: is not"},
        {"telemetry", NULL, "a key has no value"},
        {"telemetry_names", "", "telemetry_names must be"},
        {"telemetry_names", "Full", "telemetry_names must be"},
        {"telemetry_names", "suffixes", "telemetry_names must be"},
        {"telemetry_names", NULL, "a key has no value"},
        {"list", "", "list is not an absolute path"},
        {"list", "permitted.rsl", "list is not an absolute path"},
        {"list", NULL, "a key has no value"},
        {"", "", "unknown key"},
        {"Mode", "off", "unknown key"},
        {"modes", "off", "unknown key"},
        {"mod", "off", "unknown key"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_settings settings = settings_with(rows[i].key, rows[i].value), defaulted;
        rs_settings_init(&defaulted);
        CHECK_ROW(settings.problem != NULL &&
                      strncmp(settings.problem, rows[i].problem, strlen(rows[i].problem)) == 0,
                  rows[i].key);
        defaulted.problem = settings.problem;
        CHECK_ROW(rs_settings_equal(&settings, &defaulted), rows[i].key);
    }
}

static void first_problem_stays(void)
{
    rs_settings settings = settings_with("mode", "on");
    const char *first = settings.problem;
    rs_settings_set(&settings, "refresh", "soon");
    CU_ASSERT(settings.problem == first);
    rs_settings_set(&settings, "mode", "off");
    CU_ASSERT(settings.problem == first);
    CU_ASSERT(settings.mode == RS_MODE_OFF);
}

static void list_path_up_to_its_limit(void)
{
    char path[RS_PATH_MAX + 1];
    memset(path, 'x', sizeof path);
    path[0] = '/';
    path[RS_PATH_MAX] = '\0';
    CU_ASSERT_PTR_NOT_NULL(settings_with("list", path).problem);
    path[RS_PATH_MAX - 1] = '\0';
    rs_settings settings = settings_with("list", path);
    CU_ASSERT_PTR_NULL(settings.problem);
    CU_ASSERT(strcmp(settings.list, path) == 0);
    rs_settings_set(&settings, "list", "/a");
    CU_ASSERT(strcmp(settings.list, "/a") == 0);
}

static void equal_only_if_every_key_is(void)
{
    static const struct {
        const char *key, *value;
    } rows[] = {
        {"list", "/elsewhere"},      {"mode", "test"},     {"on_list_error", "allow"},
        {"refresh", "299"},          {"telemetry", "off"}, {"telemetry", "file:/a"},
        {"telemetry_names", "full"}, {"unheard", "of"},
    };
    rs_settings defaulted;
    rs_settings_init(&defaulted);
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_settings a = settings_with(rows[i].key, rows[i].value);
        rs_settings b = settings_with(rows[i].key, rows[i].value);
        CHECK_ROW(rs_settings_equal(&a, &b), rows[i].key);
        CHECK_ROW(!rs_settings_equal(&a, &defaulted), rows[i].key);
    }
    rs_settings a = settings_with("telemetry", "file:/a");
    rs_settings b = settings_with("telemetry", "file:/b");
    CU_ASSERT(!rs_settings_equal(&a, &b));
}

static void copies_are_equal(void)
{
    static const char *const rows[][2] = {
        {"list", "/elsewhere"},      {"mode", "test"},     {"on_list_error", "allow"},
        {"refresh", "299"},          {"telemetry", "off"}, {"telemetry", "file:/a"},
        {"telemetry_names", "full"}, {"unheard", "of"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_settings from = settings_with(rows[i][0], rows[i][1]), to;
        memset(&to, 0xff, sizeof to);
        rs_settings_copy(&to, &from);
        CHECK_ROW(rs_settings_equal(&to, &from), rows[i][0]);
    }
}

/* One at a time is had without memory; what it says is not lost. */
static void without_memory(void)
{
    rs_settings *first = rs_settings_new();
    no_memory = true;
    rs_settings *second = rs_settings_new();
    CU_ASSERT(first != NULL && second != NULL && first != second);
    rs_settings_set(second, "mode", "test");
    CU_ASSERT(second->mode == RS_MODE_TEST && second->problem == NULL);
    CU_ASSERT_PTR_NULL(rs_settings_new());
    rs_settings_free(second);
    second = rs_settings_new();
    CU_ASSERT(second != NULL && second->mode == RS_MODE_ENFORCE);
    no_memory = false;
    rs_settings_free(second);
    rs_settings_free(first);
    rs_settings_free(NULL);
}

static CU_TestInfo tests[] = {
    {"defaults", defaults},
    {"known keys are exactly these", known_keys_are_exactly_these},
    {"mode of each word", mode_of_each_word},
    {"on_list_error of each word", on_list_error_of_each_word},
    {"telemetry of each word", telemetry_of_each_word},
    {"telemetry file of an absolute path", telemetry_file_of_an_absolute_path},
    {"telemetry file path up to its limit", telemetry_file_path_up_to_its_limit},
    {"telemetry_names of each word", telemetry_names_of_each_word},
    {"refresh of numbers", refresh_of_numbers},
    {"copies are equal", copies_are_equal},
    {"wrong values change nothing but problem", wrong_values_change_nothing_but_problem},
    {"first problem stays", first_problem_stays},
    {"list path up to its limit", list_path_up_to_its_limit},
    {"equal only if every key is", equal_only_if_every_key_is},
    {"without memory", without_memory},
    CU_TEST_INFO_NULL,
};

RS_SUITE("settings", tests)
