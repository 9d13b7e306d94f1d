/* SPDX-License-Identifier: Apache-2.0 */
#include "event.h"

#include "rows.h"
#include "scratch.h"
#include "suite.h"
#include "syslog_double.h"

#include <errno.h>

/* The name of the program, in every line. */
static void be_called(const char *name)
{
    static char kept[1024];
    memcpy(kept, name, strlen(name) + 1);
    program_invocation_short_name = kept;
}

static rs_violation violation_of(const char *name)
{
    return (rs_violation){.depth = 2,
                          .root = RS_NO_ROOT,
                          .stanza = 0,
                          .finding = {.verdict = RS_DENIED,
                                      .form = RS_FORM_DNS,
                                      .reason = RS_REASON_NOT_PERMITTED,
                                      .name = rs_bytes_of_string(name)}};
}

/* The line for a violation, as it is sent. */
static const char *line_of(rs_event_outcome outcome, const rs_image *image,
                           const rs_violation *violation, rs_signatures signatures)
{
    rs_event event;
    rs_event_of_violation(&event, outcome, image, violation);
    rs_event_send(&event, signatures);
    return log_text;
}

static void violation_of_the_default(void)
{
    rs_violation violation = violation_of("evil.example");
    log_reset();
    be_called("curl");
    CU_ASSERT_STRING_EQUAL(
        line_of(RS_EVENT_DENIED, NULL, &violation, RS_SIGNATURES_VALID),
        "denied program=\"curl\" root=default depth=2 form=dns name=\"evil.example\" "
        "reason=not-permitted error=47 signatures=valid");
    CU_ASSERT(log_severity == RS_SYSLOG_WARNING && log_count == 1);
}

static void violation_of_no_stanza(void)
{
    rs_violation violation = violation_of("");
    violation.stanza = RS_NO_STANZA;
    violation.finding.form = RS_FORM_EXTENSION;
    violation.finding.reason = RS_REASON_CHAIN_LENGTH;
    log_reset();
    be_called("curl");
    CU_ASSERT_STRING_EQUAL(line_of(RS_EVENT_OBSERVED, NULL, &violation, RS_SIGNATURES_UNKNOWN),
                           "would-deny program=\"curl\" root=none depth=2 form=extension name=\"\" "
                           "reason=chain-length error=53 signatures=unknown");
}

/* A key of 32 bytes 00 01 … 1f, and a certificate likewise. */
#define HASH "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static void violation_of_a_root(void)
{
    rs_image image;
    rs_bytes bytes = compiled("root spki-sha256:" HASH " \"Corp Root\"\n    permit corp.example\n"
                              "root cert-sha256:" HASH " \"Übel\"\n    exclude evil.example\n");
    CU_ASSERT_FATAL(rs_image_open(bytes, &image) == RS_IMAGE_OK);
    rs_violation violation = violation_of("evil.example");
    log_reset();
    be_called("curl");
    violation.root = 0;
    CU_ASSERT_PTR_NOT_NULL(strstr(line_of(RS_EVENT_DENIED, &image, &violation, RS_SIGNATURES_VALID),
                                  "\" root=\"Corp Root\" spki-sha256=" HASH " depth=2"));
    violation.root = 1;
    violation.reference = true;
    violation.finding.reason = RS_REASON_EXCLUDED;
    CU_ASSERT_PTR_NOT_NULL(
        strstr(line_of(RS_EVENT_DENIED, &image, &violation, RS_SIGNATURES_INVALID),
               "\" root=\"\\xc3\\x9cbel\" cert-sha256=" HASH " depth=2 form=dns "
               "reference=\"evil.example\" reason=excluded error=48 signatures=invalid"));
    exact_free(bytes);
}

static void values_are_escaped(void)
{
    rs_violation violation = violation_of("");
    violation.finding.name = rs_bytes_make("a\"b\\c\n\0\x1f \x7e\x7f\x80\xff", 13);
    log_reset();
    be_called("p \"x\" y=\n");
    const char *line = line_of(RS_EVENT_DENIED, NULL, &violation, RS_SIGNATURES_VALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(line, " program=\"p \\x22x\\x22 y=\\x0a\" root="));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(line, " name=\"a\\x22b\\x5cc\\x0a\\x00\\x1f ~\\x7f\\x80\\xff\" reason="));
}

/* Of each value, what lies between its quotes. */
static void values_are_cut(void)
{
    static const struct {
        size_t size, shown;
        char character;
    } rows[] = {
        {299, 299, 'a'}, {300, 300, 'a'}, {301, 300, 'a'},  {5000, 300, 'a'},
        {75, 300, '\n'}, {76, 300, '\n'}, {5000, 300, '"'},
    };
    static char name[5001];
    log_reset();
    be_called("curl");
    for (size_t i = 0; i < ROWS(rows); i++) {
        memset(name, rows[i].character, rows[i].size);
        name[rows[i].size] = '\0';
        rs_violation violation = violation_of(name);
        const char *line = line_of(RS_EVENT_DENIED, NULL, &violation, RS_SIGNATURES_VALID);
        const char *from = strstr(line, " name=\"");
        CU_ASSERT_PTR_NOT_NULL_FATAL(from);
        from += strlen(" name=\"");
        const char *to = strchr(from, '"');
        CU_ASSERT_PTR_NOT_NULL_FATAL(to);
        CU_ASSERT((size_t)(to - from) == rows[i].shown);
        size_t whole = rows[i].character == 'a' ? 300 : 75;
        const char *rest = rows[i].size > whole ? "\"... reason=not-permitted error=47 "
                                                : "\" reason=not-permitted error=47 ";
        CU_ASSERT(strncmp(to, rest, strlen(rest)) == 0);
    }
}

/* The longest line there can be still ends as every other. */
static void longest_line_is_whole(void)
{
    static char text[6000];
    char name[1001];
    rs_image image;
    size_t n = (size_t)snprintf(text, sizeof text, "root spki-sha256:" HASH " \"");
    for (size_t i = 0; i < 1000; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "\xc3\x9c");
    snprintf(text + n, sizeof text - n, "\"\n    permit corp.example\n");
    rs_bytes bytes = compiled(text);
    CU_ASSERT_FATAL(rs_image_open(bytes, &image) == RS_IMAGE_OK);
    memset(name, '\\', 1000);
    name[1000] = '\0';
    rs_violation violation = violation_of(name);
    violation.depth = RS_CHAIN_MAX - 1;
    violation.root = 0;
    violation.reference = true;
    violation.finding.form = RS_FORM_ORGANIZATION;
    violation.finding.reason = RS_REASON_EXCLUDED_BELOW;
    log_reset();
    log_suppressed = UINT_MAX;
    be_called(name);
    const char *line = line_of(RS_EVENT_OBSERVED, &image, &violation, RS_SIGNATURES_UNKNOWN);
    const char end[] = "\"... reason=excluded-below error=48 signatures=unknown "
                       "suppressed=4294967295";
    CU_ASSERT(strlen(line) > sizeof end);
    CU_ASSERT_STRING_EQUAL(line + strlen(line) - strlen(end), end);
    CU_ASSERT(strlen(line) <= RS_SYSLOG_MAX);
    exact_free(bytes);
}

static void missing_policy(void)
{
    rs_event event;
    log_reset();
    log_suppressed = 3;
    be_called("curl");
    rs_event_of_missing_policy(&event, "no list could be loaded");
    rs_event_send(&event, RS_SIGNATURES_INVALID);
    CU_ASSERT_STRING_EQUAL(log_text, "denied program=\"curl\" reason=\"no list could be loaded\" "
                                     "signatures=invalid suppressed=3");
    CU_ASSERT(log_suppressed == 0);
}

static void list_problems(void)
{
    static const struct {
        rs_mode mode;
        bool allow, in_force;
        const char *consequence;
    } rows[] = {
        {RS_MODE_ENFORCE, false, false, "consequence=everything-is-denied"},
        {RS_MODE_ENFORCE, false, true, "consequence=older-list-stays"},
        {RS_MODE_ENFORCE, true, false, "consequence=nothing-is-checked"},
        {RS_MODE_TEST, false, false, "consequence=nothing-is-checked"},
        {RS_MODE_TEST, false, true, "consequence=older-list-stays"},
    };
    be_called("curl");
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_settings settings;
        char expected[RS_PATH_MAX + 200];
        rs_settings_init(&settings);
        settings.mode = rows[i].mode;
        settings.allow_without_list = rows[i].allow;
        snprintf(expected, sizeof expected,
                 "list-refused program=\"curl\" list=\"%s\" problem=\"is missing\" %s",
                 settings.list, rows[i].consequence);
        log_reset();
        rs_event_list_problem(&settings, RS_LIST_MISSING, rows[i].in_force);
        CHECK_ROW(strcmp(log_text, expected) == 0, rows[i].consequence);
        CU_ASSERT(log_severity == RS_SYSLOG_ERROR);
    }
}

static void settings_problems(void)
{
    rs_settings settings;
    rs_settings_init(&settings);
    rs_settings_set(&settings, "refresh", "soon");
    log_reset();
    be_called("curl");
    rs_event_settings_problem(&settings);
    CU_ASSERT_STRING_EQUAL(log_text, "settings-refused program=\"curl\" problem=\"refresh is not a "
                                     "number of seconds from 0 to 2592000\" "
                                     "consequence=everything-is-denied");
    settings.mode = RS_MODE_TEST;
    rs_event_settings_problem(&settings);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, " consequence=nothing-is-checked"));
}

static void unguarded_copy(void)
{
    log_reset();
    be_called("python3");
    rs_event_unguarded("/usr/lib/_rust.abi3.so", "it hides its functions");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(log_text, "unguarded program=\"python3\" object=\"/usr/lib/_rust.abi3.so\""));
    CU_ASSERT(log_severity == RS_SYSLOG_ERROR);
}

static void nothing_is_said_when_off_or_not_admitted(void)
{
    rs_settings settings;
    rs_settings_init(&settings);
    settings.problem = "some";
    log_reset();
    log_budget = 0;
    rs_event_list_problem(&settings, RS_LIST_MISSING, false);
    rs_event_settings_problem(&settings);
    rs_event_unguarded("x", "y");
    CU_ASSERT(log_count == 0);
    log_reset();
    settings.telemetry = RS_TELEMETRY_OFF;
    rs_event_list_problem(&settings, RS_LIST_MISSING, false);
    rs_event_settings_problem(&settings);
    CU_ASSERT(log_count == 0 && log_budget == UINT_MAX);
}

static CU_TestInfo tests[] = {
    {"violation of the default", violation_of_the_default},
    {"violation of no stanza", violation_of_no_stanza},
    {"violation of a root", violation_of_a_root},
    {"values are escaped", values_are_escaped},
    {"values are cut", values_are_cut},
    {"longest line is whole", longest_line_is_whole},
    {"missing policy", missing_policy},
    {"list problems", list_problems},
    {"settings problems", settings_problems},
    {"unguarded copy", unguarded_copy},
    {"nothing is said when off or not admitted", nothing_is_said_when_off_or_not_admitted},
    CU_TEST_INFO_NULL,
};

RS_SUITE("event", tests)
