/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/scope.h"

#include "tests/unit/certificate_parts.h"
#include "tests/unit/suite.h"

/* What `each` was told. */
typedef struct heard {
    rs_finding findings[32];
    size_t count;
} heard;

static void hear(void *arg, const rs_finding *finding)
{
    heard *h = arg;
    h->findings[h->count++] = *finding;
}

#define SRV_NAME LITERAL("\xa0\x15\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x07\xa0\x09\x16\x07_imap.x")

/* A SAN with every type of name and a subject with every type of attribute. */
static rs_certificate certificate_of_all(void)
{
    rs_bytes srv = SRV_NAME;
    rs_bytes list = join(dns("a"), text_element(RS_DER_CONTEXT(RS_GENERAL_NAME_IP), "1234"));
    list = join(list, text_element(RS_DER_CONTEXT(RS_GENERAL_NAME_EMAIL), "m@b"));
    list = join(list, text_element(RS_DER_CONTEXT(RS_GENERAL_NAME_URI), "x://c"));
    list = join(list, srv);
    list = join(list, element(RS_DER_CONTEXT_CONSTRUCTED(RS_GENERAL_NAME_DIRECTORY),
                              subject_of(common_name("in a SAN"))));
    list = join(list, text_element(RS_DER_CONTEXT_CONSTRUCTED(RS_GENERAL_NAME_X400), ""));
    list = join(list, text_element(RS_DER_CONTEXT_CONSTRUCTED(RS_GENERAL_NAME_EDI_PARTY), ""));
    list = join(list, text_element(RS_DER_CONTEXT(RS_GENERAL_NAME_REGISTERED_ID), "*"));
    rs_bytes rdns = rdn((rs_bytes)OID_O, text_element(RS_DER_UTF8_STRING, "Acme"));
    rdns = join(rdns, rdn((rs_bytes)OID_OU, text_element(RS_DER_UTF8_STRING, "evil.com")));
    rdns = join(rdns, rdn((rs_bytes)OID_EMAIL, text_element(RS_DER_IA5_STRING, "m@d")));
    rdns = join(rdns, common_name("e.f"));
    rdns = join(rdns, common_name("g.h"));
    return (rs_certificate){.subject = subject_of(rdns), .subject_alt_name = names(list)};
}

static const rs_form all_forms[] = {
    RS_FORM_DNS,          RS_FORM_IP,        RS_FORM_EMAIL,     RS_FORM_URI,       RS_FORM_SRV,
    RS_FORM_DIRNAME,      RS_FORM_EXTENSION, RS_FORM_EXTENSION, RS_FORM_EXTENSION, RS_FORM_DIRNAME,
    RS_FORM_ORGANIZATION, RS_FORM_EMAIL,     RS_FORM_CN,        RS_FORM_CN,
};

static void each_name_in_order(void)
{
    test_stanza s;
    stanza_open(&s, "exclude g.h");
    rs_certificate certificate = certificate_of_all();
    heard h = {0};
    rs_finding worst;
    CU_ASSERT_EQUAL(rs_scope_check(&s.stanza, &certificate, hear, &h, &worst), RS_DENIED);
    CU_ASSERT_EQUAL_FATAL(h.count, ROWS(all_forms));
    for (size_t i = 0; i < h.count; i++) {
        CU_ASSERT_EQUAL(h.findings[i].form, all_forms[i]);
        bool last = i == h.count - 1;
        CU_ASSERT_EQUAL(h.findings[i].verdict, last ? RS_DENIED : RS_PERMITTED);
        CU_ASSERT((h.findings[i].reason == RS_REASON_IGNORED) == (i >= 6 && i <= 8));
    }
    CU_ASSERT_EQUAL(worst.form, RS_FORM_CN);
    CU_ASSERT(rs_bytes_equal(worst.name, rs_bytes_of_string("g.h")));
    rs_arena_clear(&arena);
    stanza_close(&s);
}

/* Without `each` the first name that is not permitted ends it; with it, the worst is told. */
static void worst_of_several(void)
{
    test_stanza s;
    stanza_open(&s, "permit corp.example");
    rs_certificate certificate = certificate_of("also.evil.com");
    certificate.subject_alt_name =
        names(join(dns("corp.example"), join(dns("evil.com"), join(dns("a..b"), dns("c..d")))));
    rs_finding worst;
    CU_ASSERT_EQUAL(rs_scope_check(&s.stanza, &certificate, NULL, NULL, &worst), RS_DENIED);
    CU_ASSERT(rs_bytes_equal(worst.name, rs_bytes_of_string("evil.com")));
    heard h = {0};
    CU_ASSERT_EQUAL(rs_scope_check(&s.stanza, &certificate, hear, &h, &worst), RS_MALFORMED);
    CU_ASSERT(rs_bytes_equal(worst.name, rs_bytes_of_string("a..b")));
    CU_ASSERT_EQUAL(h.count, 6);
    rs_arena_clear(&arena);
    stanza_close(&s);
}

static void nothing_to_judge(void)
{
    rs_certificate certificate = certificate_of("");
    rs_finding worst = worst_of("permit corp.example", &certificate);
    CU_ASSERT_EQUAL(worst.verdict, RS_PERMITTED);
    CU_ASSERT_EQUAL(worst.reason, RS_REASON_UNRESTRICTED);
    rs_arena_clear(&arena);
}

static void malformed_alt_names(void)
{
    rs_bytes nothing = NOTHING;
    rs_extension good = names(dns("corp.example"));
    const struct {
        const char *row;
        rs_extension alt_name;
        rs_reason reason;
    } rows[] = {
        {"twice", {good.value, 2}, RS_REASON_DUPLICATE},
        {"three times", {good.value, 3}, RS_REASON_DUPLICATE},
        {"nothing", once(nothing), RS_REASON_UNDECODABLE},
        {"no name", names(nothing), RS_REASON_UNDECODABLE},
        {"not a sequence", once(dns("corp.example")), RS_REASON_UNDECODABLE},
        {"bytes after", once(join(good.value, dns("x"))), RS_REASON_UNDECODABLE},
        {"cut off", once(rs_bytes_make(good.value.p, good.value.n - 1)), RS_REASON_UNDECODABLE},
        {"unknown tag", names(text_element(RS_DER_CONTEXT(9), "x")), RS_REASON_UNDECODABLE},
        {"bad second name", names(join(dns("corp.example"), text_element(RS_DER_IA5_STRING, "x"))),
         RS_REASON_UNDECODABLE},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_certificate certificate = certificate_of("");
        certificate.subject_alt_name = rows[i].alt_name;
        rs_finding worst = worst_of("permit corp.example", &certificate);
        CHECK_ROW(worst.verdict == RS_MALFORMED && worst.reason == rows[i].reason, rows[i].row);
        CHECK_ROW(worst.form == RS_FORM_EXTENSION, rows[i].row);
        CHECK_ROW(rs_bytes_equal(worst.name, rows[i].alt_name.value), rows[i].row);
    }
    rs_arena_clear(&arena);
}

/* A stanza that denies no name at all reads no extension. */
static void unread_extensions(void)
{
    rs_bytes nothing = NOTHING;
    rs_certificate certificate = certificate_of("");
    certificate.subject_alt_name = (rs_extension){nothing, 2};
    certificate.extended_key_usage = once(nothing);
    certificate.basic_constraints = once(nothing);
    CU_ASSERT(
        is_worst("permit *\npermit ip:*", &certificate, RS_FORM_EXTENSION, RS_REASON_UNRESTRICTED));
    CU_ASSERT_EQUAL(worst_of("permit *", &certificate).verdict, RS_MALFORMED);
    CU_ASSERT_EQUAL(worst_of("organization x", &certificate).verdict, RS_MALFORMED);
    CU_ASSERT_EQUAL(worst_of("permit *\npermit ip:*\nexclude cn:x", &certificate).verdict,
                    RS_MALFORMED);
    certificate.subject = nothing;
    CU_ASSERT_EQUAL(worst_of("permit *\npermit ip:*", &certificate).verdict, RS_PERMITTED);
    rs_arena_clear(&arena);
}

/* All that is wrong is told, one after another. */
static void each_hears_of_malformed_use(void)
{
    test_stanza s;
    stanza_open(&s, "permit *");
    rs_bytes nothing = NOTHING;
    rs_certificate certificate = certificate_of("corp.example");
    certificate.extended_key_usage = (rs_extension){nothing, 2};
    certificate.basic_constraints = (rs_extension){nothing, 2};
    certificate.subject_alt_name = once(nothing);
    static const rs_reason reasons[] = {RS_REASON_DUPLICATE,   RS_REASON_UNDECODABLE,
                                        RS_REASON_DUPLICATE,   RS_REASON_UNDECODABLE,
                                        RS_REASON_UNDECODABLE, RS_REASON_UNRESTRICTED};
    heard h = {0};
    CU_ASSERT_EQUAL(rs_scope_check(&s.stanza, &certificate, hear, &h, NULL), RS_MALFORMED);
    CU_ASSERT_FATAL(h.count >= ROWS(reasons));
    for (size_t i = 0; i < ROWS(reasons); i++)
        CU_ASSERT_EQUAL(h.findings[i].reason, reasons[i]);
    rs_arena_clear(&arena);
    stanza_close(&s);
}

/* A bare word in the subject counts whatever the SAN has. */
static void bare_word_beside_alt_names(void)
{
    rs_bytes mailbox = text_element(RS_DER_CONTEXT(RS_GENERAL_NAME_EMAIL), "m@corp.example");
    rs_certificate certificate = certificate_of("localhost");
    certificate.subject_alt_name = names(mailbox);
    CU_ASSERT(is_worst("permit corp.example", &certificate, RS_FORM_CN, RS_REASON_NOT_PERMITTED));
    certificate.subject_alt_name = names(join(dns("corp.example"), mailbox));
    CU_ASSERT(is_worst("permit corp.example", &certificate, RS_FORM_CN, RS_REASON_NOT_PERMITTED));
    rs_arena_clear(&arena);
}

static void subjects(void)
{
    rs_bytes nothing = NOTHING;
    rs_bytes good = common_name("corp.example");
    rs_bytes bmp_email = LITERAL("\0a\0@\0b");
    rs_bytes wide = {(const uint8_t[800]){[1] = 1, [3] = 1}, 800};
    const struct {
        const char *row;
        rs_bytes subject;
        rs_form form;
        rs_reason reason;
    } rows[] = {
        {"nothing", nothing, RS_FORM_EXTENSION, RS_REASON_UNDECODABLE},
        {"not a sequence", good, RS_FORM_EXTENSION, RS_REASON_UNDECODABLE},
        {"bad second RDN", subject_of(join(good, dns("x"))), RS_FORM_EXTENSION,
         RS_REASON_UNDECODABLE},
        {"second CN", subject_of(join(good, common_name("*.evil.com"))), RS_FORM_CN,
         RS_REASON_NOT_PERMITTED},
        {"first CN", subject_of(join(common_name("*.evil.com"), good)), RS_FORM_CN,
         RS_REASON_NOT_PERMITTED},
        {"e-mail", subject_of(rdn((rs_bytes)OID_EMAIL, text_element(RS_DER_IA5_STRING, "a@b"))),
         RS_FORM_EMAIL, RS_REASON_NOT_PERMITTED},
        {"e-mail, UTF-8",
         subject_of(rdn((rs_bytes)OID_EMAIL, text_element(RS_DER_UTF8_STRING, "\xc3\xa4@b"))),
         RS_FORM_EMAIL, RS_REASON_BAD_CHARACTER},
        {"e-mail, bits",
         subject_of(rdn((rs_bytes)OID_EMAIL, text_element(RS_DER_BIT_STRING, "a@b"))), RS_FORM_CN,
         RS_REASON_UNDECODABLE},
        {"e-mail, BMP", subject_of(rdn((rs_bytes)OID_EMAIL, element(RS_DER_BMP_STRING, bmp_email))),
         RS_FORM_EMAIL, RS_REASON_NOT_PERMITTED},
        {"e-mail, long", subject_of(rdn((rs_bytes)OID_EMAIL, element(RS_DER_BMP_STRING, wide))),
         RS_FORM_CN, RS_REASON_UNDECODABLE},
        {"e-mail without @",
         subject_of(rdn((rs_bytes)OID_EMAIL, text_element(RS_DER_IA5_STRING, "evil.com"))),
         RS_FORM_CN, RS_REASON_NOT_PERMITTED},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_certificate certificate = {.subject = rows[i].subject};
        CHECK_ROW(is_worst("permit corp.example", &certificate, rows[i].form, rows[i].reason),
                  rows[i].row);
    }
    rs_arena_clear(&arena);
}

/* An attribute's finding has it as it stands, and no view of a buffer that is gone. */
static void email_attribute_is_told_as_it_stands(void)
{
    rs_bytes email = LITERAL("\0a\0@\0b");
    rs_certificate certificate = {
        .subject = subject_of(rdn((rs_bytes)OID_EMAIL, element(RS_DER_BMP_STRING, email)))};
    rs_finding worst = worst_of("exclude b", &certificate);
    CU_ASSERT_EQUAL(worst.reason, RS_REASON_EXCLUDED);
    CU_ASSERT(rs_bytes_equal(worst.name, email));
    CU_ASSERT_EQUAL(worst.rule.n, 0);
    rs_arena_clear(&arena);
}

static void restricted_subjects(void)
{
    rs_bytes acme = rdn((rs_bytes)OID_O, text_element(RS_DER_UTF8_STRING, "Acme"));
    rs_certificate certificate = {.subject = subject_of(acme)};
    CU_ASSERT_EQUAL(worst_of("organization Acme", &certificate).verdict, RS_PERMITTED);
    CU_ASSERT(is_worst("organization Other", &certificate, RS_FORM_ORGANIZATION,
                       RS_REASON_NOT_PERMITTED));
    CU_ASSERT(
        is_worst("permit dirname:O=Other", &certificate, RS_FORM_DIRNAME, RS_REASON_NOT_PERMITTED));
    CU_ASSERT_EQUAL(worst_of("permit dirname:O=Acme", &certificate).verdict, RS_PERMITTED);
    rs_certificate empty = certificate_of("");
    CU_ASSERT_EQUAL(worst_of("organization Other", &empty).verdict, RS_PERMITTED);
    CU_ASSERT_EQUAL(worst_of("permit dirname:O=Other", &empty).verdict, RS_PERMITTED);
    rs_arena_clear(&arena);
}

static void references(void)
{
    static const struct {
        rs_reference_kind kind;
        const char *text;
        rs_form form;
        rs_reason reason;
    } rows[] = {
        {RS_REFERENCE_HOST, "www.corp.example", RS_FORM_DNS, RS_REASON_PERMITTED},
        {RS_REFERENCE_HOST, "10.0.0.1", RS_FORM_DNS, RS_REASON_PERMITTED},
        {RS_REFERENCE_HOST, "a@corp.example", RS_FORM_DNS, RS_REASON_BAD_CHARACTER},
        {RS_REFERENCE_IP, "10.0.0.1", RS_FORM_IP, RS_REASON_PERMITTED},
        {RS_REFERENCE_IP, "www.corp.example", RS_FORM_IP, RS_REASON_UNDECODABLE},
        {RS_REFERENCE_EMAIL, "a@corp.example", RS_FORM_EMAIL, RS_REASON_PERMITTED},
        {RS_REFERENCE_EMAIL, "www.corp.example", RS_FORM_EMAIL, RS_REASON_BAD_MAILBOX},
        {RS_REFERENCE_EMAIL, "j\xc3\xb6@corp.example", RS_FORM_EMAIL, RS_REASON_PERMITTED},
        {RS_REFERENCE_EMAIL, "j\xc3\xb6@x\xc3\xb6.corp.example", RS_FORM_EMAIL,
         RS_REASON_PERMITTED},
        {RS_REFERENCE_EMAIL, "j\xc3\xb6@evil.example", RS_FORM_EMAIL, RS_REASON_NOT_PERMITTED},
        {RS_REFERENCE_EMAIL, "j\xf6@corp.example", RS_FORM_EMAIL, RS_REASON_BAD_CHARACTER},
        {(rs_reference_kind)3, "www.corp.example", 0, RS_REASON_UNDECODABLE},
    };
    test_stanza s;
    stanza_open(&s, "permit corp.example\npermit ip:10.0.0.0/8");
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes text = rs_bytes_of_string(rows[i].text);
        rs_finding finding = rs_scope_check_reference(&s.stanza, rows[i].kind, text);
        CHECK_ROW(finding.form == rows[i].form && finding.reason == rows[i].reason, rows[i].text);
        CHECK_ROW(finding.verdict == rs_reason_verdict(rows[i].reason), rows[i].text);
        CHECK_ROW(finding.name.p == text.p, rows[i].text);
    }
    stanza_close(&s);
}

static CU_TestInfo tests[] = {
    {"each name in order", each_name_in_order},
    {"worst of several", worst_of_several},
    {"nothing to judge", nothing_to_judge},
    {"malformed alt names", malformed_alt_names},
    {"unread extensions", unread_extensions},
    {"each hears of malformed use", each_hears_of_malformed_use},
    {"bare word beside alt names", bare_word_beside_alt_names},
    {"subjects", subjects},
    {"e-mail attribute is told as it stands", email_attribute_is_told_as_it_stands},
    {"restricted subjects", restricted_subjects},
    {"references", references},
    CU_TEST_INFO_NULL,
};

RS_SUITE("scope", tests)
