/* SPDX-License-Identifier: Apache-2.0 */
/* otherName, directoryName and organizationName: part of name_check. */
#include "lib/chain/name_check.h"
#include "lib/names/der.h"

#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

#define OID_SRV    "\x2b\x06\x01\x05\x05\x07\x08\x07"
#define OID_XMPP   "\x2b\x06\x01\x05\x05\x07\x08\x05"
#define OID_UPN    "\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03"
#define OID_PKINIT "\x2b\x06\x01\x05\x02\x02"
#define OID_NAI    "\x2b\x06\x01\x05\x05\x07\x08\x08"
#define OID_1_2_3  "\x2a\x03"

static const char corp[] = "permit corp.example";
static const char hole[] = "permit *\nexclude corp.example";

/* The text of a value of a host-bearing type; the finding's name is that text. */
typedef struct text_row {
    const char *rules, *text;
    rs_reason reason;
    const char *rule;
} text_row;

static void check_texts(const text_row *rows, size_t count, rs_form form, rs_bytes type_id,
                        uint8_t tag)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t buffer[120] = {tag, (uint8_t)strlen(rows[i].text)};
        memcpy(buffer + 2, rows[i].text, buffer[1]);
        rs_bytes value = exact_copy(rs_bytes_make(buffer, 2 + (size_t)buffer[1]));
        rs_general_name name = {.type = RS_GENERAL_NAME_OTHER, .value = value, .type_id = type_id};
        test_stanza s;
        stanza_open(&s, rows[i].rules);
        rs_finding finding = rs_check_other_name(&s.stanza, &name);
        check_finding(&finding, form, rows[i].reason, rs_bytes_skip(value, 2), rows[i].rule,
                      rows[i].rules);
        stanza_close(&s);
        exact_free(value);
    }
}

static void service_names(void)
{
    static const text_row rows[] = {
        {corp, "_imap.corp.example", RS_REASON_PERMITTED, "corp.example"},
        {corp, "_imap.www.Corp.Example", RS_REASON_PERMITTED, "Corp.Example"},
        {corp, "_imap.evil.example", RS_REASON_NOT_PERMITTED, ""},
        {hole, "_imap.corp.example", RS_REASON_EXCLUDED, "corp.example"},
        {"permit srv:corp.example", "_imap.corp.example", RS_REASON_PERMITTED, "corp.example"},
        {"permit dns:corp.example", "_imap.corp.example", RS_REASON_NOT_PERMITTED, ""},
        {"exclude dns:corp.example", "_imap.corp.example", RS_REASON_UNRESTRICTED, ""},
        {corp, "corp.example", RS_REASON_BAD_CHARACTER, ""},
        {corp, "_imap.*.corp.example", RS_REASON_WILDCARD, ""},
        {corp, "_imap.192.0.2.1", RS_REASON_ADDRESS_TEXT, ""},
        {corp, "_imap.", RS_REASON_EMPTY_NAME, ""},
        {corp, "", RS_REASON_EMPTY_NAME, ""},
    };
    check_texts(rows, ROWS(rows), RS_FORM_SRV, (rs_bytes)LITERAL(OID_SRV), RS_DER_IA5_STRING);
}

static void jabber_addresses(void)
{
    static const text_row rows[] = {
        {corp, "corp.example", RS_REASON_PERMITTED, "corp.example"},
        {corp, "bob@im.corp.example/phone", RS_REASON_PERMITTED, "corp.example"},
        {corp, "bob@corp.example@evil.example", RS_REASON_BAD_MAILBOX, ""},
        {corp, "evil.example/bob@corp.example", RS_REASON_NOT_PERMITTED, ""},
        {hole, "bob@corp.example", RS_REASON_EXCLUDED, "corp.example"},
        {"permit xmpp:corp.example", "corp.example", RS_REASON_PERMITTED, "corp.example"},
        {"permit srv:corp.example", "corp.example", RS_REASON_NOT_PERMITTED, ""},
        {"permit *\nexclude x", "*.corp.example", RS_REASON_WILDCARD, ""},
        {"permit *\nexclude x", "b\xc3\xbc.example", RS_REASON_BAD_CHARACTER, ""},
    };
    check_texts(rows, ROWS(rows), RS_FORM_XMPP, (rs_bytes)LITERAL(OID_XMPP), RS_DER_UTF8_STRING);
}

static void principal_names(void)
{
    static const text_row rows[] = {
        {corp, "bob@corp.example", RS_REASON_PERMITTED, "corp.example"},
        {corp, "bob@ad.CORP.EXAMPLE", RS_REASON_PERMITTED, "CORP.EXAMPLE"},
        {corp, "bob@evil.example", RS_REASON_NOT_PERMITTED, ""},
        {corp, "bob", RS_REASON_BAD_MAILBOX, ""},
        {hole, "bob@corp.example", RS_REASON_EXCLUDED, "corp.example"},
        {"permit upn:corp.example", "bob@corp.example", RS_REASON_PERMITTED, "corp.example"},
        {"permit email:corp.example", "bob@corp.example", RS_REASON_NOT_PERMITTED, ""},
        {"permit *\nexclude x", "bob@*", RS_REASON_WILDCARD, ""},
    };
    check_texts(rows, ROWS(rows), RS_FORM_UPN, (rs_bytes)LITERAL(OID_UPN), RS_DER_UTF8_STRING);
}

/* KRB5PrincipalName of a realm of 12 bytes and the principal `a`. */
#define PRINCIPAL(realm)                                                                           \
    LITERAL("\x30\x21\xa0\x0e\x1b\x0c" realm "\xa1\x0f\x30\x0d\xa0\x03\x02\x01\x01"                \
            "\xa1\x06\x30\x04\x1b\x02"                                                             \
            "ad")

static void kerberos_principals(void)
{
    static const struct {
        const char *rules;
        rs_bytes value;
        rs_reason reason;
    } rows[] = {
        {corp, PRINCIPAL("CORP.EXAMPLE"), RS_REASON_PERMITTED},
        {corp, PRINCIPAL("EVIL.EXAMPLE"), RS_REASON_NOT_PERMITTED},
        {corp, PRINCIPAL("C=US/O=Corp."), RS_REASON_BAD_CHARACTER},
        {"permit krb5:corp.example", PRINCIPAL("CORP.EXAMPLE"), RS_REASON_PERMITTED},
        {"permit upn:corp.example", PRINCIPAL("CORP.EXAMPLE"), RS_REASON_NOT_PERMITTED},
        {"exclude corp.example", PRINCIPAL("CORP.EXAMPLE"), RS_REASON_EXCLUDED},
        {"exclude x", PRINCIPAL("CORP.EXAMPLE"), RS_REASON_UNRESTRICTED},
        {"exclude dns:x", PRINCIPAL("C=US/O=Corp."), RS_REASON_UNRESTRICTED},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        test_stanza s;
        stanza_open(&s, rows[i].rules);
        rs_general_name name = {
            .type = RS_GENERAL_NAME_OTHER, .value = rows[i].value, .type_id = LITERAL(OID_PKINIT)};
        rs_finding finding = rs_check_other_name(&s.stanza, &name);
        CHECK_ROW(finding.form == RS_FORM_KRB5 && finding.reason == rows[i].reason, rows[i].rules);
        CHECK_ROW(finding.name.n == 12, rows[i].rules);
        stanza_close(&s);
    }
}

static void radius_realms(void)
{
    static const text_row rows[] = {
        {corp, "corp.example", RS_REASON_PERMITTED, "corp.example"},
        {corp, "*.corp.example", RS_REASON_PERMITTED, "corp.example"},
        {corp, "evil.example", RS_REASON_NOT_PERMITTED, ""},
        {hole, "*.corp.example", RS_REASON_EXCLUDED, "corp.example"},
        {"permit nai:corp.example", "corp.example", RS_REASON_PERMITTED, "corp.example"},
        {"permit dns:corp.example", "corp.example", RS_REASON_NOT_PERMITTED, ""},
        {corp, "b\xc3\xbc.corp.example", RS_REASON_BAD_CHARACTER, ""},
    };
    check_texts(rows, ROWS(rows), RS_FORM_NAI, (rs_bytes)LITERAL(OID_NAI), RS_DER_UTF8_STRING);
}

/* Values that are not what their type demands. */
static void undecodable_values(void)
{
    static const struct {
        const char *row;
        rs_form form;
        rs_bytes type_id, value;
    } rows[] = {
        {"SRV as UTF8String", RS_FORM_SRV, LITERAL(OID_SRV), LITERAL("\x0c\x04_a.b")},
        {"SRV not ASCII", RS_FORM_SRV, LITERAL(OID_SRV), LITERAL("\x16\x04_a.\xfc")},
        {"XMPP as IA5String", RS_FORM_XMPP, LITERAL(OID_XMPP), LITERAL("\x16\x01x")},
        {"UPN of bad UTF-8", RS_FORM_UPN, LITERAL(OID_UPN), LITERAL("\x0c\x03\x80@b")},
        {"UPN cut off", RS_FORM_UPN, LITERAL(OID_UPN), LITERAL("\x0c\x04x@b")},
        {"UPN with bytes after", RS_FORM_UPN, LITERAL(OID_UPN), LITERAL("\x0c\x03x@b\x05\x00")},
        {"nothing", RS_FORM_UPN, LITERAL(OID_UPN), LITERAL("")},
        {"realm alone", RS_FORM_KRB5, LITERAL(OID_PKINIT), LITERAL("\x1b\x01X")},
        {"NAI as IA5String", RS_FORM_NAI, LITERAL(OID_NAI), LITERAL("\x16\x01x")},
    };
    test_stanza s;
    stanza_open(&s, "permit *\nexclude x");
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes value = exact_copy(rows[i].value);
        rs_general_name name = {
            .type = RS_GENERAL_NAME_OTHER, .value = value, .type_id = rows[i].type_id};
        rs_finding finding = rs_check_other_name(&s.stanza, &name);
        check_finding(&finding, rows[i].form, RS_REASON_UNDECODABLE, value, "", rows[i].row);
        exact_free(value);
    }
    stanza_close(&s);
}

static rs_finding check_type(const rs_stanza *stanza, rs_bytes type_id)
{
    rs_general_name name = {
        .type = RS_GENERAL_NAME_OTHER, .value = LITERAL("\x05\x00"), .type_id = type_id};
    return rs_check_other_name(stanza, &name);
}

static void other_types(void)
{
    static const name_row rows[] = {
        {corp, LITERAL(OID_1_2_3), RS_REASON_UNRESTRICTED, ""},
        {"permit othername:1.2.3", LITERAL(OID_1_2_3), RS_REASON_PERMITTED, ""},
        {"permit othername:1.2.4", LITERAL(OID_1_2_3), RS_REASON_NOT_PERMITTED, ""},
        {"exclude othername:1.2.3", LITERAL(OID_1_2_3), RS_REASON_EXCLUDED, ""},
        {"exclude othername:1.2.4", LITERAL(OID_1_2_3), RS_REASON_UNRESTRICTED, ""},
        {"permit othername:1.2.3\nexclude othername:1.2.3", LITERAL(OID_1_2_3), RS_REASON_EXCLUDED,
         ""},
        /* One byte more or less than a type that bears a host. */
        {"permit othername:1.2.3", LITERAL(OID_UPN "\x01"), RS_REASON_NOT_PERMITTED, ""},
        {"permit othername:1.2.3", LITERAL("\x2b\x06\x01\x05\x05\x07\x08"), RS_REASON_NOT_PERMITTED,
         ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_OTHERNAME, check_type);
}

/* Attributes of a Name, each an RDN of its own. */
#define C_DE                                                                                       \
    "\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02"                                                 \
    "DE"
#define O_ACME                                                                                     \
    "\x31\x0d\x30\x0b\x06\x03\x55\x04\x0a\x0c\x04"                                                 \
    "Acme"
#define O_ACME_SPELT "\x31\x10\x30\x0e\x06\x03\x55\x04\x0a\x13\x07 ACME  "
#define OU_X         "\x31\x0a\x30\x08\x06\x03\x55\x04\x0b\x0c\x01x"

static void directory_names(void)
{
    static const char acme[] = "permit dirname:O=Acme,C=DE";
    static const name_row rows[] = {
        {corp, LITERAL("\x30\x0f" O_ACME), RS_REASON_UNRESTRICTED, ""},
        {acme, LITERAL("\x30\x00"), RS_REASON_IGNORED, ""},
        {acme, LITERAL("\x30\x1c" C_DE O_ACME), RS_REASON_PERMITTED, ""},
        {acme, LITERAL("\x30\x28" C_DE O_ACME OU_X), RS_REASON_PERMITTED, ""},
        {acme, LITERAL("\x30\x1f" C_DE O_ACME_SPELT), RS_REASON_PERMITTED, ""},
        {acme, LITERAL("\x30\x0d" C_DE), RS_REASON_NOT_PERMITTED, ""},
        {acme, LITERAL("\x30\x1c" O_ACME C_DE), RS_REASON_NOT_PERMITTED, ""},
        {acme, LITERAL("\x30\x19" C_DE OU_X), RS_REASON_NOT_PERMITTED, ""},
        {"permit dirname:C=DE\nexclude dirname:O=Acme,C=DE", LITERAL("\x30\x1c" C_DE O_ACME),
         RS_REASON_EXCLUDED, ""},
        {"permit dirname:C=DE\nexclude dirname:O=Acme,C=DE", LITERAL("\x30\x19" C_DE OU_X),
         RS_REASON_PERMITTED, ""},
        {"exclude dirname:O=Acme", LITERAL("\x30\x0f" O_ACME), RS_REASON_EXCLUDED, ""},
        {"exclude dirname:O=Acme", LITERAL("\x30\x0d" C_DE), RS_REASON_UNRESTRICTED, ""},
        {"exclude dirname:C=DE", LITERAL("\x30\x1c" C_DE O_ACME), RS_REASON_EXCLUDED, ""},
        {corp, LITERAL(""), RS_REASON_UNRESTRICTED, ""},
        {acme, LITERAL(""), RS_REASON_UNDECODABLE, ""},
        {acme, LITERAL("\x31\x00"), RS_REASON_UNDECODABLE, ""},
        {acme, LITERAL("\x30\x00\x00"), RS_REASON_UNDECODABLE, ""},
        {acme, LITERAL("\x30\x02\x31\x00"), RS_REASON_UNDECODABLE, ""},
        {"exclude dirname:O=Acme", LITERAL("\x30\x02\x31\x00"), RS_REASON_UNDECODABLE, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_DIRNAME, rs_check_directory_name);
}

static void organizations(void)
{
    static const char acme[] = "organization \"Acme  Inc\"\norganization M\xc3\xbcller";
    static const struct {
        const char *rules;
        uint8_t tag;
        rs_bytes value;
        rs_reason reason;
    } rows[] = {
        {corp, RS_DER_UTF8_STRING, LITERAL("Evil"), RS_REASON_UNRESTRICTED},
        {corp, RS_DER_OCTET_STRING, LITERAL("Evil"), RS_REASON_UNRESTRICTED},
        {acme, RS_DER_UTF8_STRING, LITERAL("Acme Inc"), RS_REASON_PERMITTED},
        {acme, RS_DER_PRINTABLE_STRING, LITERAL(" ACME   inc "), RS_REASON_PERMITTED},
        {acme, RS_DER_BMP_STRING, LITERAL("\0A\0c\0m\0e\0 \0I\0n\0c"), RS_REASON_PERMITTED},
        {acme, RS_DER_TELETEX_STRING, LITERAL("M\xfcller"), RS_REASON_PERMITTED},
        {acme, RS_DER_UTF8_STRING, LITERAL("Acme"), RS_REASON_NOT_PERMITTED},
        {acme, RS_DER_UTF8_STRING, LITERAL("Acme Inc x"), RS_REASON_NOT_PERMITTED},
        {acme, RS_DER_UTF8_STRING, LITERAL(""), RS_REASON_NOT_PERMITTED},
        {acme, RS_DER_OCTET_STRING, LITERAL("Acme Inc"), RS_REASON_UNDECODABLE},
        {acme, RS_DER_UTF8_STRING, LITERAL("M\xfcller"), RS_REASON_UNDECODABLE},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        test_stanza s;
        stanza_open(&s, rows[i].rules);
        rs_bytes value = exact_copy(rows[i].value);
        rs_finding finding = rs_check_organization(&s.stanza, rows[i].tag, value);
        check_finding(&finding, RS_FORM_ORGANIZATION, rows[i].reason, value, "", rows[i].rules);
        exact_free(value);
        stanza_close(&s);
    }
}

static CU_TestInfo tests[] = {
    {"service names", service_names},     {"Jabber addresses", jabber_addresses},
    {"principal names", principal_names}, {"Kerberos principals", kerberos_principals},
    {"RADIUS realms", radius_realms},     {"undecodable values", undecodable_values},
    {"other types", other_types},         {"directory names", directory_names},
    {"organizations", organizations},     CU_TEST_INFO_NULL,
};

RS_SUITE("other_name", tests)
