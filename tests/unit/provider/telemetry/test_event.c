/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/event.c"

#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"
#include "tests/unit/syslog_double.h"

#include <errno.h>
#include <stdio.h>

/* A key of 32 bytes 00 01 … 1f, and a certificate likewise. */
#define HASH "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static rs_sink sink;

static void start(void)
{
    log_reset();
    rs_sink_init(&sink, &(rs_sink_config){.kind = RS_SINK_SYSLOG});
}

/* What follows the keys that every line has; "" if it does not start as every line does. */
static const char *own_keys(const char *event)
{
    char head[100], program[100];
    int size = snprintf(head, sizeof head, "{\"rootscope\":1,\"event\":\"%s\",\"time\":\"", event);
    int more = snprintf(program, sizeof program,
                        "Z\",\"program\":\"%s\",\"pid\":", program_invocation_short_name);
    const char *pid = strstr(log_text, program);
    if (strncmp(log_text, head, (size_t)size) != 0 || pid == NULL)
        return "";
    return strchr(pid + more, ',') + 1;
}

static rs_reported_violation some_violation(void)
{
    rs_reported_violation violation = {.verdict = RS_TELEMETRY_DENIED,
                                       .signatures = RS_SIGNATURES_VALID,
                                       .peer = RS_PEER_SERVER,
                                       .form = RS_FORM_DNS,
                                       .reason = RS_REASON_NOT_PERMITTED,
                                       .suffix_size = 7,
                                       .suffix = "example"};
    rs_reported_root_init_none(&violation.root, RS_MODE_ENFORCE);
    violation.root.kind = RS_REPORTED_DEFAULT;
    return violation;
}

static void violation_of_the_default(void)
{
    start();
    rs_reported_violation violation = some_violation();
    CU_ASSERT(rs_event_violation(&sink, &violation, 3));
    CU_ASSERT_STRING_EQUAL(
        own_keys("violation"),
        "\"root\":\"default\",\"label\":\"\",\"mode\":\"enforce\",\"verdict\":\"denied\","
        "\"depth\":0,\"form\":\"dns\",\"reason\":\"not-permitted\",\"error\":47,"
        "\"suffix\":\"example\",\"signatures\":\"valid\",\"peer\":\"server\",\"count\":3}");
    CU_ASSERT(log_severity == RS_SYSLOG_WARNING && log_count == 1);
}

static void each_word(void)
{
    static const char *const outcomes[] = {"denied", "overridden", "would-deny"};
    static const char *const signatures[] = {"unknown", "valid", "invalid"};
    static const char *const peers[] = {"unknown", "server", "client"};
    for (unsigned i = 0; i < 3; i++) {
        char expected[100];
        start();
        rs_reported_violation violation = some_violation();
        violation.verdict = (rs_telemetry_verdict)i;
        violation.signatures = (rs_signatures)i;
        violation.peer = (rs_peer)i;
        CU_ASSERT(rs_event_violation(&sink, &violation, 1));
        snprintf(expected, sizeof expected, "\"verdict\":\"%s\",", outcomes[i]);
        CHECK_ROW(strstr(log_text, expected) != NULL, expected);
        snprintf(expected, sizeof expected, "\"signatures\":\"%s\",\"peer\":\"%s\",", signatures[i],
                 peers[i]);
        CHECK_ROW(strstr(log_text, expected) != NULL, expected);
    }
}

static void violation_with_a_name(void)
{
    start();
    rs_reported_violation violation = some_violation();
    rs_reported_root_init_none(&violation.root, RS_MODE_TEST);
    violation.reference = violation.has_name = true;
    violation.depth = 2;
    violation.reason = RS_REASON_EXCLUDED;
    violation.name_size = 4;
    memcpy(violation.name, "a\"\n\xff", 4);
    CU_ASSERT(rs_event_violation(&sink, &violation, UINT64_MAX));
    CU_ASSERT_STRING_EQUAL(
        own_keys("violation"),
        "\"root\":\"none\",\"label\":\"\",\"mode\":\"test\",\"verdict\":\"denied\","
        "\"depth\":2,\"form\":\"dns\",\"reason\":\"excluded\",\"error\":48,\"reference\":true,"
        "\"suffix\":\"example\",\"signatures\":\"valid\",\"peer\":\"server\","
        "\"count\":18446744073709551615,\"name\":\"a\\\"\\u000a\\\\xff\"}");
}

/* The image with roots by key and by certificate, both of the hash above. */
static void roots_of_a_list(void)
{
    static const struct {
        uint32_t root;
        const char *expected;
    } rows[] = {
        {0, "\"root\":\"spki-sha256:" HASH "\",\"label\":\"Corp Root\",\"mode\":\"test\","},
        {1, "\"root\":\"cert-sha256:" HASH "\",\"label\":\"\\u00dcbel\",\"mode\":\"test\","},
        {RS_NO_ROOT, "\"root\":\"default\",\"label\":\"\",\"mode\":\"test\","},
    };
    rs_image image;
    rs_bytes bytes = compiled("root spki-sha256:" HASH " \"Corp Root\"\n    permit corp.example\n"
                              "root cert-sha256:" HASH " \"Übel\"\n    exclude evil.example\n");
    CU_ASSERT_FATAL(rs_image_open(bytes, &image) == RS_IMAGE_OK);
    for (size_t i = 0; i < ROWS(rows); i++) {
        start();
        rs_reported_violation violation = some_violation();
        memset(&violation.root, 0xff, sizeof violation.root);
        rs_reported_root_init(&violation.root, &image, rows[i].root, RS_MODE_TEST);
        CU_ASSERT(rs_event_violation(&sink, &violation, 1));
        CHECK_ROW(strncmp(own_keys("violation"), rows[i].expected, strlen(rows[i].expected)) == 0,
                  rows[i].expected);
    }
    exact_free(bytes);
}

/* At a character's border: two bytes each, after one that makes it odd. */
static void long_label_is_cut(void)
{
    char text[400] = "root spki-sha256:" HASH " \"a";
    rs_image image;
    rs_reported_root root;
    for (size_t i = 0; i < 100; i++)
        strcat(text, "\xc3\x9c");
    strcat(text, "\"\n    permit corp.example\n");
    rs_bytes bytes = compiled(text);
    CU_ASSERT_FATAL(rs_image_open(bytes, &image) == RS_IMAGE_OK);
    rs_reported_root_init(&root, &image, 0, RS_MODE_ENFORCE);
    CU_ASSERT(root.label_size == RS_REPORTED_LABEL_MAX - 1);
    exact_free(bytes);
}

static void longest_violation_is_whole(void)
{
    start();
    rs_reported_violation violation = some_violation();
    violation.root.kind = RS_REPORTED_CERTIFICATE;
    violation.root.label_size = RS_REPORTED_LABEL_MAX;
    memset(violation.root.label, '\1', RS_REPORTED_LABEL_MAX);
    violation.suffix_size = RS_HOST_NAME_MAX;
    memset(violation.suffix, '\1', RS_HOST_NAME_MAX);
    violation.has_name = violation.reference = true;
    violation.name_size = RS_REPORTED_NAME_MAX;
    memset(violation.name, '\1', RS_REPORTED_NAME_MAX);
    violation.depth = RS_CHAIN_MAX - 1;
    violation.form = RS_FORM_ORGANIZATION;
    violation.reason = RS_REASON_EXCLUDED_BELOW;
    rs_sink_drop(&sink, UINT64_MAX);
    CU_ASSERT(rs_event_violation(&sink, &violation, UINT64_MAX));
    static const char count[] = "\",\"signatures\":\"valid\",\"peer\":\"server\","
                                "\"count\":18446744073709551615,\"name\":\"";
    static const char end[] = "...\",\"dropped\":18446744073709551615}";
    CU_ASSERT(strlen(log_text) > sizeof end && strlen(log_text) <= RS_JSON_LINE_MAX);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, count));
    CU_ASSERT_STRING_EQUAL(log_text + strlen(log_text) - strlen(end), end);
}

static void checks(void)
{
    start();
    rs_reported_root root;
    rs_reported_root_init_none(&root, RS_MODE_TEST);
    root.kind = RS_REPORTED_DEFAULT;
    CU_ASSERT(rs_event_checks(
        &sink, &root, &(rs_reported_checks){.permitted = 5, .violated = 2, .unverified = 9}));
    CU_ASSERT_STRING_EQUAL(own_keys("checks"),
                           "\"root\":\"default\",\"label\":\"\",\"mode\":\"test\",\"checked\":7,"
                           "\"permitted\":5,\"violated\":2,\"unverified\":9}");
    CU_ASSERT(log_severity == RS_SYSLOG_NOTICE);
    log_gone = true;
    CU_ASSERT_FALSE(rs_event_checks(&sink, &root, &(rs_reported_checks){.permitted = 1}));
}

static void list_problem(void)
{
    start();
    rs_event_list_problem(&sink, "/some/list", "is missing", RS_OLDER_LIST_STAYS);
    CU_ASSERT_STRING_EQUAL(own_keys("problem"),
                           "\"kind\":\"list-refused\",\"problem\":\"is missing\","
                           "\"list\":\"/some/list\",\"consequence\":\"older-list-stays\"}");
    CU_ASSERT(log_severity == RS_SYSLOG_ERROR);
}

static void settings_problem(void)
{
    start();
    rs_event_settings_problem(&sink, "refresh is not a number", RS_EVERYTHING_IS_DENIED);
    CU_ASSERT_STRING_EQUAL(own_keys("problem"),
                           "\"kind\":\"settings-refused\",\"problem\":\"refresh is not a number\","
                           "\"consequence\":\"everything-is-denied\"}");
    rs_event_settings_problem(&sink, "refresh is not a number", RS_NOTHING_IS_CHECKED);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"consequence\":\"nothing-is-checked\"}"));
}

static void no_policy(void)
{
    static const char expected[] = "\"kind\":\"no-policy\",\"problem\":\"no list\","
                                   "\"consequence\":\"everything-is-denied\"}";
    start();
    rs_event_no_policy(&sink, "no list");
    CU_ASSERT_STRING_EQUAL(own_keys("problem"), expected);
    start();
    rs_event_no_policy(NULL, "no list");
    CU_ASSERT_STRING_EQUAL(own_keys("problem"), expected);
}

static void unguarded_copy(void)
{
    start();
    rs_event_unguarded("/usr/lib/_rust.abi3.so", "it hides its functions");
    CU_ASSERT_STRING_EQUAL(own_keys("problem"),
                           "\"kind\":\"unguarded\",\"problem\":\"it hides its functions\","
                           "\"object\":\"/usr/lib/_rust.abi3.so\"}");
    CU_ASSERT(log_severity == RS_SYSLOG_ERROR);
}

/* A problem that is not admitted is lost, and known to be. */
static void problems_are_limited(void)
{
    start();
    log_budget = 0;
    rs_event_list_problem(&sink, "/some/list", "is missing", RS_NOTHING_IS_CHECKED);
    rs_event_settings_problem(&sink, "some", RS_EVERYTHING_IS_DENIED);
    rs_event_unguarded("x", "y");
    CU_ASSERT(log_count == 0 && log_refused == 3);
    log_budget = 1;
    rs_event_settings_problem(&sink, "some", RS_EVERYTHING_IS_DENIED);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, ",\"dropped\":2}"));
}

/*
 * The process's own sink: what was lost before a fork, and a thread that the child does not have.
 */
static void fork_of_the_process(void)
{
    static const char no_loss[] = "\"object\":\"x\"}";
    start();
    log_budget = 0;
    rs_event_unguarded("x", "y");
    log_budget = 2;
    rs_event_after_fork();
    rs_event_unguarded("x", "y");
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, no_loss));
    atomic_store(&process_state, BEING_MADE);
    rs_event_unguarded("x", "y");
    CU_ASSERT(log_count == 1);
    rs_event_after_fork();
    rs_event_unguarded("x", "y");
    CU_ASSERT(log_count == 2);
}

static void nothing_is_said_when_off(void)
{
    start();
    rs_sink_init(&sink, &(rs_sink_config){.kind = RS_SINK_OFF});
    rs_event_list_problem(&sink, "/some/list", "is missing", RS_NOTHING_IS_CHECKED);
    rs_event_settings_problem(&sink, "some", RS_EVERYTHING_IS_DENIED);
    rs_event_no_policy(&sink, "z");
    CU_ASSERT(log_count == 0 && log_budget == UINT_MAX);
}

static CU_TestInfo tests[] = {
    {"violation of the default", violation_of_the_default},
    {"each word", each_word},
    {"violation with a name", violation_with_a_name},
    {"roots of a list", roots_of_a_list},
    {"long label is cut", long_label_is_cut},
    {"longest violation is whole", longest_violation_is_whole},
    {"checks", checks},
    {"list problem", list_problem},
    {"settings problem", settings_problem},
    {"no policy", no_policy},
    {"unguarded copy", unguarded_copy},
    {"fork of the process", fork_of_the_process},
    {"problems are limited", problems_are_limited},
    {"nothing is said when off", nothing_is_said_when_off},
    CU_TEST_INFO_NULL,
};

RS_SUITE("event", tests)
