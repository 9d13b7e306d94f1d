/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/reported_name.h"

#include "lib/chain/common_name.h"
#include "lib/chain/name_check.h"
#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <stdio.h>

static rs_bytes file;
static rs_stanza stanza;

static void use(const char *rules)
{
    char text[600];
    rs_image image;
    snprintf(text, sizeof text, "default\n%s", rules);
    file = compiled(text);
    CU_ASSERT_FATAL(rs_image_open(file, &image) == RS_IMAGE_OK);
    rs_image_stanza(&image, 0, &stanza);
}

static bool is_told(const rs_reported_violation *reported, const char *suffix, const char *name)
{
    return rs_bytes_equal(rs_bytes_make(reported->suffix, reported->suffix_size),
                          rs_bytes_of_string(suffix)) &&
           reported->has_name == (name != NULL) &&
           (name == NULL || rs_bytes_equal(rs_bytes_make(reported->name, reported->name_size),
                                           rs_bytes_of_string(name)));
}

static rs_finding outside(rs_form form, rs_bytes name)
{
    return (rs_finding){
        .verdict = RS_DENIED, .form = form, .reason = RS_REASON_NOT_PERMITTED, .name = name};
}

#define TEXT(s)                                                                                    \
    {                                                                                              \
        (const uint8_t *)(s), sizeof(s) - 1                                                        \
    }

/* Of a stanza whose longest suffixes have 3 labels (DNS), 2 (e-mail) and none (URI, by `*`). */
static const char *const rules = "permit dns:lab.corp.example\npermit dns:x\n"
                                 "permit email:.corp.example\nexclude uri:a.b.c.d\n"
                                 "permit srv:x\npermit xmpp:x.y\npermit upn:x.y\n";

static void suffixes_are_as_long_as_the_stanzas(void)
{
    static const struct {
        rs_form form;
        rs_bytes name;
        const char *suffix, *full;
    } rows[] = {
        {RS_FORM_DNS, TEXT("a.b.c.evil.tld"), "c.evil.tld", "c.evil.tld"},
        {RS_FORM_DNS, TEXT("A.B.C.EVIL.Tld."), "c.evil.tld", "c.evil.tld"},
        {RS_FORM_DNS, TEXT("*.evil.tld"), "evil.tld", "evil.tld"},
        {RS_FORM_DNS, TEXT(".b.evil.tld"), "b.evil.tld", "b.evil.tld"},
        {RS_FORM_DNS, TEXT("tld"), "tld", "tld"},
        {RS_FORM_CN, TEXT("a.b.c.evil.tld"), "c.evil.tld", "c.evil.tld"},
        {RS_FORM_CN, TEXT("a.evil.tld\0"), "a.evil.tld", "a.evil.tld"},
        {RS_FORM_CN, TEXT("Alice Smith"), "", "alice smith"},
        {RS_FORM_EMAIL, TEXT("alice@a.evil.tld"), "evil.tld", "evil.tld"},
        {RS_FORM_EMAIL, TEXT("alice@a.\xc3\xbc.tld"), "\xc3\xbc.tld", "\xc3\xbc.tld"},
        {RS_FORM_EMAIL, TEXT("alice"), "", ""},
        {RS_FORM_URI, TEXT("https://u@www.evil.tld:1/secret"), "tld", "tld"},
        {RS_FORM_SRV, TEXT("_imap.www.evil.tld"), "tld", "tld"},
        {RS_FORM_XMPP, TEXT("me@www.evil.tld/home"), "evil.tld", "evil.tld"},
        {RS_FORM_UPN, TEXT("me@www.evil.tld"), "evil.tld", "evil.tld"},
        {RS_FORM_IP, TEXT("\xc0\x00\x02\x63"), "192.0.2.0/24", "192.0.2.99"},
        {RS_FORM_IP, TEXT("192.0.2.99"), "192.0.2.0/24", "192.0.2.99"},
        {RS_FORM_IP, TEXT("2001:db8:1:2::3"), "2001:db8:1::/48", "2001:db8:1:2::3"},
        {RS_FORM_DNS, TEXT("192.0.2.99"), "192.0.2.0/24", "192.0.2.99"},
        {RS_FORM_CN, TEXT("::ffff:192.0.2.99"), "192.0.2.0/24", "192.0.2.99"},
        {RS_FORM_ORGANIZATION, TEXT("Evil Corp"), "", "evil corp"},
        {RS_FORM_DIRNAME, TEXT("0\0"), "", ""},
        {RS_FORM_OTHERNAME, TEXT("\x2a"), "", ""},
    };
    use(rules);
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_reported_violation reported = {.reference = false};
        rs_finding finding = outside(rows[i].form, rows[i].name);
        rs_reported_name_set(&reported, &stanza, &finding, false);
        CHECK_ROW(is_told(&reported, rows[i].suffix, NULL), rows[i].suffix);
        rs_reported_name_set(&reported, &stanza, &finding, true);
        CHECK_ROW(reported.has_name && reported.suffix_size == strlen(rows[i].full) &&
                      memcmp(reported.suffix, rows[i].full, reported.suffix_size) == 0,
                  rows[i].full);
    }
    exact_free(file);
}

/* Of which 4 or 16 characters are no octets, as those in a certificate are. */
static void expected_addresses_are_text(void)
{
    static const struct {
        rs_bytes text;
        const char *suffix;
    } rows[] = {
        {TEXT("192.0.2.99"), "192.0.2.0/24"},
        {TEXT("fd:0:0:0:0:0:0:1"), "fd::/48"},
        {TEXT("1::2"), "1::/48"},
    };
    use(rules);
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_reported_violation reported = {.reference = true};
        rs_finding finding = outside(RS_FORM_IP, rows[i].text);
        rs_reported_name_set(&reported, &stanza, &finding, false);
        CHECK_ROW(is_told(&reported, rows[i].suffix, NULL), rows[i].suffix);
    }
    exact_free(file);
}

/* As the check of names finds it. */
static void exclude_rule_that_decided(void)
{
    static const struct {
        rs_bytes name;
        const char *suffix;
    } rows[] = {
        {TEXT("a.b.HR.corp.example"), "hr.corp.example"},
        {TEXT("*.corp.example"), "corp.example"},
        {TEXT("a.b.other.example"), "example"},
    };
    use("permit corp\nexclude hr.corp.example\n");
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_reported_violation reported = {.reference = false};
        rs_finding finding = rs_check_dns(&stanza, rows[i].name);
        rs_reported_name_set(&reported, &stanza, &finding, false);
        CHECK_ROW(is_told(&reported, rows[i].suffix, NULL), rows[i].suffix);
    }
    exact_free(file);
}

static void common_name_that_a_rule_excludes_is_no_host(void)
{
    static const rs_bytes name = TEXT("alice");
    use("permit corp.example\nexclude cn:alice\n");
    rs_reported_violation reported = {.reference = false};
    rs_finding finding = rs_check_common_name(&stanza, 0x0c, name, (rs_common_name_use){0});
    CU_ASSERT_FATAL(finding.reason == RS_REASON_EXCLUDED);
    rs_reported_name_set(&reported, &stanza, &finding, false);
    CU_ASSERT(is_told(&reported, "", NULL));
    exact_free(file);
}

static void malformed_name_has_no_suffix(void)
{
    use(rules);
    rs_reported_violation reported = {.reference = false};
    rs_finding finding = rs_check_dns(&stanza, rs_bytes_of_string("a..evil.tld"));
    rs_reported_name_set(&reported, &stanza, &finding, false);
    CU_ASSERT(is_told(&reported, "", NULL));
    rs_reported_name_set(&reported, &stanza, &finding, true);
    CU_ASSERT(is_told(&reported, "", "a..evil.tld"));
    exact_free(file);
}

static void long_names_are_cut(void)
{
    char name[2 * RS_REPORTED_NAME_MAX];
    use(rules);
    memset(name, 'a', sizeof name);
    rs_reported_violation reported = {.reference = false};
    rs_finding finding = outside(RS_FORM_ORGANIZATION, rs_bytes_make(name, sizeof name));
    rs_reported_name_set(&reported, &stanza, &finding, true);
    CU_ASSERT(reported.name_size == RS_REPORTED_NAME_MAX &&
              reported.suffix_size == RS_HOST_NAME_MAX);
    exact_free(file);
}

static CU_TestInfo tests[] = {
    {"suffixes are as long as the stanza's", suffixes_are_as_long_as_the_stanzas},
    {"expected addresses are text", expected_addresses_are_text},
    {"exclude rule that decided", exclude_rule_that_decided},
    {"common name that a rule excludes is no host", common_name_that_a_rule_excludes_is_no_host},
    {"malformed name has no suffix", malformed_name_has_no_suffix},
    {"long names are cut", long_names_are_cut},
    CU_TEST_INFO_NULL,
};

RS_SUITE("told_name", tests)
