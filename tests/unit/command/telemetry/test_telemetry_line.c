/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/line.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <stdio.h>

#define HEAD            "{\"rootscope\":1,\"event\":\""
#define COMMON          "\",\"time\":\"2026-11-22T00:12:34Z\",\"program\":\"curl\",\"pid\":123,"
#define VIOLATION_START HEAD "violation" COMMON "\"root\":\"default\",\"label\":\"\","
#define VIOLATION_MIDDLE                                                                           \
    "\"mode\":\"test\",\"verdict\":\"would-deny\",\"depth\":0,\"form\":\"dns\","                   \
    "\"reason\":\"not-permitted\",\"error\":47,"
#define VIOLATION_END "\"signatures\":\"valid\",\"peer\":\"server\",\"count\":3}"
#define VIOLATION     VIOLATION_START VIOLATION_MIDDLE "\"suffix\":\"evil.example\"," VIOLATION_END
#define CHECKS_START  HEAD "checks" COMMON "\"root\":\"none\",\"label\":\"R\",\"mode\":\"enforce\","
#define CHECKS        CHECKS_START "\"checked\":7,\"permitted\":5,\"violated\":2,\"unverified\":1}"
#define PROBLEM                                                                                    \
    HEAD "problem" COMMON "\"kind\":\"list-refused\",\"problem\":\"is no list\","                  \
         "\"list\":\"/x.rsl\",\"consequence\":\"older-list-stays\"}"

static rs_telemetry_parser *parser;

/* Parses a copy with the padding that must be there and nothing else behind it. */
static rs_telemetry_status parse_bytes(rs_bytes text, rs_telemetry_line *line)
{
    static uint8_t *copy; /* views into it live until the next line */
    free(copy);
    copy = malloc(text.n + RS_TELEMETRY_PADDING);
    if (copy == NULL)
        abort();
    memcpy(copy, text.p, text.n);
    memset(copy + text.n, '"', RS_TELEMETRY_PADDING);
    return rs_telemetry_parse(parser, rs_bytes_make(copy, text.n), line);
}

static rs_telemetry_status parse(const char *text, rs_telemetry_line *line)
{
    return parse_bytes(rs_bytes_of_string(text), line);
}

static bool is(rs_bytes text, const char *expected)
{
    return rs_bytes_equal(text, rs_bytes_of_string(expected));
}

static void violation_says_all(void)
{
    rs_telemetry_line line;
    CU_ASSERT_FATAL(parse(VIOLATION, &line) == RS_TELEMETRY_OK);
    CU_ASSERT(line.event == RS_TELEMETRY_VIOLATION);
    CU_ASSERT(line.time == 1795306354);
    CU_ASSERT(is(line.program, "curl") && is(line.root, "default") && is(line.label, ""));
    CU_ASSERT(line.mode == RS_MODE_TEST && line.verdict == RS_TELEMETRY_WOULD_DENY);
    CU_ASSERT(is(line.form, "dns") && is(line.reason, "not-permitted"));
    CU_ASSERT(is(line.suffix, "evil.example") && line.name.n == 0);
    CU_ASSERT(line.verified && line.count == 3 && line.dropped == 0 && line.checked == 0);
}

static void checks_say_all(void)
{
    rs_telemetry_line line;
    CU_ASSERT_FATAL(parse(CHECKS, &line) == RS_TELEMETRY_OK);
    CU_ASSERT(line.event == RS_TELEMETRY_CHECKS && line.mode == RS_MODE_ENFORCE);
    CU_ASSERT(is(line.root, "none") && is(line.label, "R"));
    CU_ASSERT(line.checked == 7 && line.permitted == 5 && line.violated == 2);
    CU_ASSERT(line.unverified == 1 && line.count == 0);
}

static void problem_says_all(void)
{
    rs_telemetry_line line;
    CU_ASSERT_FATAL(parse(PROBLEM, &line) == RS_TELEMETRY_OK);
    CU_ASSERT(line.event == RS_TELEMETRY_PROBLEM);
    CU_ASSERT(is(line.kind, "list-refused") && is(line.problem, "is no list"));
    CU_ASSERT(is(line.list, "/x.rsl") && is(line.consequence, "older-list-stays"));
    CU_ASSERT(line.object.n == 0);
}

static void texts_are_unescaped(void)
{
    rs_telemetry_line line;
    CU_ASSERT_FATAL(parse(VIOLATION_START VIOLATION_MIDDLE
                          "\"suffix\":\"a\\u00fc\\ud83d\\ude00\\\\x1b\\\"\","
                          "\"name\":\"\\u0000b\" , " VIOLATION_END,
                          &line) == RS_TELEMETRY_OK);
    CU_ASSERT(is(line.suffix, "a\xc3\xbc\xf0\x9f\x98\x80\\x1b\""));
    CU_ASSERT(line.name.n == 2 && memcmp(line.name.p, "\0b", 2) == 0);
}

static void words_of_each_kind(void)
{
    static const struct {
        const char *verdict, *signatures;
        rs_telemetry_status status;
        rs_telemetry_verdict expected;
        bool verified;
    } rows[] = {
        {"denied", "valid", RS_TELEMETRY_OK, RS_TELEMETRY_DENIED, true},
        {"overridden", "invalid", RS_TELEMETRY_OK, RS_TELEMETRY_OVERRIDDEN, false},
        {"would-deny", "unknown", RS_TELEMETRY_OK, RS_TELEMETRY_WOULD_DENY, false},
        {"Denied", "valid", RS_TELEMETRY_MALFORMED, 0, false},
        {"denied", "", RS_TELEMETRY_MALFORMED, 0, false},
        {"", "valid", RS_TELEMETRY_MALFORMED, 0, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 VIOLATION_START "\"mode\":\"enforce\",\"form\":\"ip\",\"reason\":\"excluded\","
                                 "\"suffix\":\"\",\"verdict\":\"%s\",\"signatures\":\"%s\","
                                 "\"count\":1}",
                 rows[i].verdict, rows[i].signatures);
        rs_telemetry_line line;
        rs_telemetry_status status = parse(text, &line);
        CHECK_ROW(status == rows[i].status, text);
        if (status == RS_TELEMETRY_OK)
            CHECK_ROW(line.verdict == rows[i].expected && line.verified == rows[i].verified, text);
    }
}

static void event_starts_at_its_last_start(void)
{
    static const char *const before[] = {
        "<84>1 2026-11-22T00:12:34.000000Z - rootscope 9 violation - ",
        "<84>rootscope[9]: ",
        "Nov 22 00:12:34 host rootscope[9]: ",
        "{\"rootscope\":1,\"event\":\"viol",
        "{\"rootscope\":1,\"event\":\"violation\",\"suffix\":\"a",
        CHECKS,
        "{{{\"{\"rootscope\":",
        "\x1b[31m\xff\xfe ",
    };
    for (size_t i = 0; i < ROWS(before); i++) {
        char text[2048];
        snprintf(text, sizeof text, "%s%s \t\r", before[i], VIOLATION);
        rs_telemetry_line line;
        CHECK_ROW(parse(text, &line) == RS_TELEMETRY_OK, before[i]);
        CHECK_ROW(line.event == RS_TELEMETRY_VIOLATION && line.count == 3, before[i]);
    }
}

/* What a logger appends, as rsyslog's SysSock.Annotate does, changes nothing. */
static void event_ends_with_its_object(void)
{
    static const char *const after[] = {
        " @[_PID=9 _UID=0 _COMM=\"curl\" _EXE=\"/usr/bin/curl\"]",
        " @[_CMDLINE=\"it's } \\\"",
        " x",
        "}",
        "{}",
        ",\"count\":4}",
        " \xff\x01\"",
    };
    static const char *const middle[] = {"\"suffix\":\"}]\\\"}\",", "\"suffix\":\"\",\"x\":[{}],"};
    for (size_t i = 0; i < ROWS(after); i++) {
        for (size_t k = 0; k < ROWS(middle); k++) {
            char text[2048];
            snprintf(text, sizeof text, "%s%s%s%s", VIOLATION_START VIOLATION_MIDDLE, middle[k],
                     VIOLATION_END, after[i]);
            rs_telemetry_line line;
            CHECK_ROW(parse(text, &line) == RS_TELEMETRY_OK && line.count == 3, text);
            CHECK_ROW(is(line.suffix, k == 0 ? "}]\"}" : ""), text);
        }
    }
}

static void lines_by_what_becomes_of_them(void)
{
    static const struct {
        const char *text;
        rs_telemetry_status status;
    } rows[] = {
        {"", RS_TELEMETRY_FOREIGN},
        {"{}", RS_TELEMETRY_FOREIGN},
        {"{\"rootscope\"", RS_TELEMETRY_FOREIGN},
        {"{ \"rootscope\":1}", RS_TELEMETRY_FOREIGN},
        {"sshd[1]: session {opened}", RS_TELEMETRY_FOREIGN},
        {"{\"rootscope\":", RS_TELEMETRY_MALFORMED},
        {"{\"rootscope\":1", RS_TELEMETRY_MALFORMED},
        {"{\"rootscope\":1}", RS_TELEMETRY_MALFORMED},
        {"{\"rootscope\":\"1\"}", RS_TELEMETRY_MALFORMED},
        {"{\"rootscope\":2,\"event\":5}", RS_TELEMETRY_UNKNOWN},
        {"{\"rootscope\":0}", RS_TELEMETRY_UNKNOWN},
        {HEAD "party" COMMON "\"root\":5}", RS_TELEMETRY_UNKNOWN},
        {HEAD "checks\"} @[_PID=1]", RS_TELEMETRY_MALFORMED},
        /* what is not known is passed over, however deep */
        {CHECKS_START "\"later\":[[[[[[[[[[[[[[[[[[[[{\"a\":null}]]]]]]]]]]]]]]]]]]]],"
                      "\"checked\":0,\"permitted\":0,\"violated\":0,\"unverified\":0}",
         RS_TELEMETRY_OK},
        /* a key too few, twice, of a wrong type */
        {CHECKS_START "\"checked\":0,\"permitted\":0,\"violated\":0}", RS_TELEMETRY_MALFORMED},
        {CHECKS_START "\"checked\":0,\"checked\":0,\"permitted\":0,\"violated\":0,"
                      "\"unverified\":0}",
         RS_TELEMETRY_MALFORMED},
        {CHECKS_START "\"checked\":-1,\"permitted\":0,\"violated\":0,\"unverified\":0}",
         RS_TELEMETRY_MALFORMED},
        {CHECKS_START "\"checked\":0.5,\"permitted\":0,\"violated\":0,\"unverified\":0}",
         RS_TELEMETRY_MALFORMED},
        {CHECKS_START "\"checked\":\"1\",\"permitted\":0,\"violated\":0,\"unverified\":0}",
         RS_TELEMETRY_MALFORMED},
        {CHECKS_START "\"checked\":[1],\"permitted\":0,\"violated\":0,\"unverified\":0}",
         RS_TELEMETRY_MALFORMED},
        {CHECKS_START "\"checked\":9007199254740991,\"permitted\":0,\"violated\":0,"
                      "\"unverified\":0}",
         RS_TELEMETRY_OK},
        {CHECKS_START "\"checked\":9007199254740992,\"permitted\":0,\"violated\":0,"
                      "\"unverified\":0}",
         RS_TELEMETRY_MALFORMED},
        {CHECKS_START "\"checked\":99999999999999999999999999,\"permitted\":0,\"violated\":0,"
                      "\"unverified\":0}",
         RS_TELEMETRY_MALFORMED},
        {VIOLATION_START VIOLATION_MIDDLE "\"suffix\":5," VIOLATION_END, RS_TELEMETRY_MALFORMED},
        {VIOLATION_START VIOLATION_MIDDLE "\"suffix\":null," VIOLATION_END, RS_TELEMETRY_MALFORMED},
        {VIOLATION_START VIOLATION_MIDDLE "\"suffix\":{}," VIOLATION_END, RS_TELEMETRY_MALFORMED},
        {VIOLATION_START VIOLATION_MIDDLE "\"suffix\":\"\\ud83d\"," VIOLATION_END,
         RS_TELEMETRY_MALFORMED},
        {VIOLATION_START VIOLATION_MIDDLE "\"suffix\":\"\\q\"," VIOLATION_END,
         RS_TELEMETRY_MALFORMED},
        {VIOLATION_START VIOLATION_MIDDLE "\"suffix\":\"\xff\"," VIOLATION_END,
         RS_TELEMETRY_MALFORMED},
        {VIOLATION_START VIOLATION_MIDDLE "\"suffix\":\"\x1b[2J\"," VIOLATION_END,
         RS_TELEMETRY_MALFORMED},
        {VIOLATION_START VIOLATION_MIDDLE "\"suffix\":\"a" VIOLATION_END, RS_TELEMETRY_MALFORMED},
        {VIOLATION_START VIOLATION_MIDDLE "\"suffix\":\"a\"b," VIOLATION_END,
         RS_TELEMETRY_MALFORMED},
        /* other words */
        {HEAD "problem" COMMON "\"kind\":\"\",\"problem\":\"x\"}", RS_TELEMETRY_MALFORMED},
        {HEAD "checks\",\"time\":\"2026-11-31T00:00:00Z\",\"program\":\"\",\"root\":\"none\","
              "\"mode\":\"test\",\"checked\":0,\"permitted\":0,\"violated\":0,\"unverified\":0}",
         RS_TELEMETRY_MALFORMED},
        {HEAD "checks" COMMON "\"root\":\"none\",\"mode\":\"off\",\"checked\":0,\"permitted\":0,"
              "\"violated\":0,\"unverified\":0}",
         RS_TELEMETRY_MALFORMED},
        {HEAD "checks" COMMON "\"root\":\"\",\"mode\":\"test\",\"checked\":0,\"permitted\":0,"
              "\"violated\":0,\"unverified\":0}",
         RS_TELEMETRY_MALFORMED},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_telemetry_line line;
        CHECK_ROW(parse(rows[i].text, &line) == rows[i].status, rows[i].text);
    }
}

/* Every proper start of a line is torn, and every line after it is read. */
static void torn_lines_are_malformed(void)
{
    static const char *const whole[] = {VIOLATION, CHECKS, PROBLEM};
    for (size_t i = 0; i < ROWS(whole); i++) {
        size_t n = strlen(whole[i]);
        rs_telemetry_line line;
        for (size_t length = sizeof "{\"rootscope\":" - 1; length < n; length++)
            CHECK_ROW(parse_bytes(rs_bytes_make(whole[i], length), &line) == RS_TELEMETRY_MALFORMED,
                      whole[i]);
        CHECK_ROW(parse(whole[i], &line) == RS_TELEMETRY_OK, whole[i]);
    }
}

static void texts_have_a_limit(void)
{
    char suffix[RS_TELEMETRY_TEXT_MAX + 2], text[2048];
    rs_telemetry_line line;
    for (int over = 0; over <= 1; over++) {
        memset(suffix, 'a', sizeof suffix);
        suffix[RS_TELEMETRY_TEXT_MAX + over] = '\0';
        snprintf(text, sizeof text, VIOLATION_START VIOLATION_MIDDLE "\"suffix\":\"%s\",%s", suffix,
                 VIOLATION_END);
        CU_ASSERT(parse(text, &line) == (over ? RS_TELEMETRY_MALFORMED : RS_TELEMETRY_OK));
    }
}

static void lines_have_a_limit(void)
{
    static char text[RS_TELEMETRY_LINE_MAX + 2];
    rs_telemetry_line line;
    for (size_t size = RS_TELEMETRY_LINE_MAX; size <= RS_TELEMETRY_LINE_MAX + 1; size++) {
        memset(text, ' ', sizeof text);
        memcpy(text, CHECKS, strlen(CHECKS));
        CU_ASSERT(parse_bytes(rs_bytes_make(text, size), &line) ==
                  (size > RS_TELEMETRY_LINE_MAX ? RS_TELEMETRY_MALFORMED : RS_TELEMETRY_OK));
    }
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"violation_says_all", violation_says_all},
        {"checks_say_all", checks_say_all},
        {"problem_says_all", problem_says_all},
        {"texts_are_unescaped", texts_are_unescaped},
        {"words_of_each_kind", words_of_each_kind},
        {"event_starts_at_its_last_start", event_starts_at_its_last_start},
        {"event_ends_with_its_object", event_ends_with_its_object},
        {"lines_by_what_becomes_of_them", lines_by_what_becomes_of_them},
        {"torn_lines_are_malformed", torn_lines_are_malformed},
        {"texts_have_a_limit", texts_have_a_limit},
        {"lines_have_a_limit", lines_have_a_limit},
        CU_TEST_INFO_NULL,
    };
    parser = rs_telemetry_parser_new();
    if (parser == NULL)
        return EXIT_FAILURE;
    int status = rs_suite_run("telemetry_line", tests);
    rs_telemetry_parser_free(parser);
    return status;
}
