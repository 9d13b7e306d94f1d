/* SPDX-License-Identifier: Apache-2.0 */
/* E-mail addresses: part of name_check. */
#include "lib/chain/name_check.h"

#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

#define LOCAL_51  "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxy"
#define LOCAL_255 LOCAL_51 LOCAL_51 LOCAL_51 LOCAL_51 LOCAL_51

static const char corp[] = "permit corp.example";
static const char alice[] = "permit email:alice@corp.example";
static const char not_bob[] = "permit corp.example\nexclude email:Bob@corp.example";
static const char all[] = "permit *\nexclude never.example";

static void mailboxes_by_host(void)
{
    static const name_row rows[] = {
        {corp, LITERAL("alice@corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("alice@mail.Corp.Example"), RS_REASON_PERMITTED, "Corp.Example"},
        {corp, LITERAL("alice@evil.example"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("corp.example@evil.example"), RS_REASON_NOT_PERMITTED, ""},
        {"permit email:corp.example", LITERAL("a@corp.example"), RS_REASON_PERMITTED,
         "corp.example"},
        {"permit email:corp.example", LITERAL("a@mail.corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {"permit email:.corp.example", LITERAL("a@mail.corp.example"), RS_REASON_PERMITTED,
         "corp.example"},
        {"permit email:.corp.example", LITERAL("a@corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {"permit email:*", LITERAL("a@corp.example"), RS_REASON_PERMITTED, ""},
        {"permit dns:corp.example", LITERAL("a@corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {"exclude corp.example", LITERAL("a@corp.example"), RS_REASON_EXCLUDED, "corp.example"},
        {"exclude corp.example", LITERAL("a@good.example"), RS_REASON_UNRESTRICTED, ""},
        {"", LITERAL("a@good.example"), RS_REASON_UNRESTRICTED, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_EMAIL, rs_check_email);
}

static void mailboxes_by_local_part(void)
{
    static const name_row rows[] = {
        {alice, LITERAL("alice@corp.example"), RS_REASON_PERMITTED, ""},
        {alice, LITERAL("alice@CORP.example"), RS_REASON_PERMITTED, ""},
        {alice, LITERAL("alice@corp.example."), RS_REASON_PERMITTED, ""},
        {alice, LITERAL("Alice@corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {alice, LITERAL("malice@corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {alice, LITERAL("alice@mail.corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {"permit email:Alice@corp.example", LITERAL("Alice@corp.example"), RS_REASON_PERMITTED, ""},
        {"permit email:Alice@corp.example", LITERAL("alice@corp.example"), RS_REASON_NOT_PERMITTED,
         ""},
        {not_bob, LITERAL("Bob@corp.example"), RS_REASON_EXCLUDED, ""},
        {not_bob, LITERAL("bob@corp.example"), RS_REASON_EXCLUDED, ""},
        {not_bob, LITERAL("BOB@CORP.EXAMPLE"), RS_REASON_EXCLUDED, ""},
        {not_bob, LITERAL("bobby@corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {"permit email:bob@corp.example\nexclude email:bob@corp.example",
         LITERAL("bob@corp.example"), RS_REASON_EXCLUDED, ""},
        {"permit email:bob@corp.example\nexclude corp.example", LITERAL("bob@corp.example"),
         RS_REASON_EXCLUDED, "corp.example"},
        {"exclude email:bob@corp.example", LITERAL("al@corp.example"), RS_REASON_UNRESTRICTED, ""},
        {corp, LITERAL(LOCAL_255 "a@corp.example"), RS_REASON_PERMITTED, "corp.example"},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_EMAIL, rs_check_email);
}

/* Denied even where every name is permitted. */
static void malformed_mailboxes(void)
{
    static const name_row rows[] = {
        {all, LITERAL(""), RS_REASON_EMPTY_NAME, ""},
        {all, LITERAL("corp.example"), RS_REASON_BAD_MAILBOX, ""},
        {all, LITERAL("a@b@corp.example"), RS_REASON_BAD_MAILBOX, ""},
        {all, LITERAL("\"a\"@corp.example"), RS_REASON_BAD_MAILBOX, ""},
        {all, LITERAL("a@corp.example\0"), RS_REASON_BAD_CHARACTER, ""},
        {all, LITERAL("\xc3\xa4@corp.example"), RS_REASON_BAD_CHARACTER, ""},
        {all, LITERAL("a@*.corp.example"), RS_REASON_WILDCARD, ""},
        {all, LITERAL("a@"), RS_REASON_EMPTY_NAME, ""},
        {all, LITERAL("a@.corp.example"), RS_REASON_EMPTY_LABEL, ""},
        {all, LITERAL("a@192.0.2.1"), RS_REASON_ADDRESS_TEXT, ""},
        {all, LITERAL("a@[192.0.2.1]"), RS_REASON_BAD_CHARACTER, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_EMAIL, rs_check_email);
}

#define SMTP_UTF8 "\x2b\x06\x01\x05\x05\x07\x08\x09"

static rs_finding check_smtp_utf8(const rs_stanza *stanza, rs_bytes value)
{
    rs_general_name name = {
        .type = RS_GENERAL_NAME_OTHER, .value = value, .type_id = LITERAL(SMTP_UTF8)};
    return rs_check_other_name(stanza, &name);
}

static rs_finding check_unicode_mailbox(const rs_stanza *stanza, rs_bytes mailbox)
{
    uint8_t value[256] = {0x0c, (uint8_t)mailbox.n};
    memcpy(value + 2, mailbox.p, mailbox.n);
    rs_finding finding = check_smtp_utf8(stanza, rs_bytes_make(value, 2 + mailbox.n));
    CU_ASSERT(finding.name.p == value + 2 && finding.name.n == mailbox.n);
    if (finding.rule.n > 0)
        finding.rule.p = mailbox.p + (finding.rule.p - finding.name.p);
    finding.name = mailbox;
    return finding;
}

/* b\u00fccher, which stands for xn--bcher-kva, and other spellings of it */
#define BUECHER                                                                                    \
    "b\xc3\xbc"                                                                                    \
    "cher"
#define UPPER                                                                                      \
    "b\xc3\x9c"                                                                                    \
    "cher"
#define NFD                                                                                        \
    "bu\xcc\x88"                                                                                   \
    "cher"
#define STOP "\xe3\x80\x82" /* an ideographic full stop */
#define RF   "\xd1\x80\xd1\x84"
#define L60  "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh"

static const char books[] = "permit email:xn--bcher-kva.example";
static const char not_books[] = "permit *\nexclude " BUECHER ".example";
static const char no_clerk[] = "permit *\nexclude email:clerk@" BUECHER ".example";
static const char mixed[] = "permit *\nexclude xn--bcher-kva.xn--p1ai";

/* The list has both spellings of a host, and what it does not have may be a sloppy one. */
static void hosts_in_u_labels(void)
{
    static const name_row rows[] = {
        {books, LITERAL("a@" BUECHER ".example"), RS_REASON_PERMITTED, BUECHER ".example"},
        {books, LITERAL("a@" BUECHER ".EXAMPLE."), RS_REASON_PERMITTED, BUECHER ".EXAMPLE"},
        {books, LITERAL("a@XN--bcher-kva.example"), RS_REASON_PERMITTED, "XN--bcher-kva.example"},
        {books, LITERAL("a@www." BUECHER ".example"), RS_REASON_NOT_PERMITTED, ""},
        {books, LITERAL("a@" UPPER ".example"), RS_REASON_NOT_PERMITTED, ""},
        {books, LITERAL("a@" NFD ".example"), RS_REASON_NOT_PERMITTED, ""},
        {"permit " BUECHER ".example", LITERAL("a@x." BUECHER ".example"), RS_REASON_PERMITTED,
         BUECHER ".example"},
        {"permit .xn--bcher-kva.example", LITERAL("a@" BUECHER ".example"), RS_REASON_NOT_PERMITTED,
         ""},
        {"permit uri:xn--bcher-kva.example", LITERAL("a@" BUECHER ".example"),
         RS_REASON_NOT_PERMITTED, ""},
        {"permit example", LITERAL("a@" UPPER ".example"), RS_REASON_PERMITTED, "example"},
        {all, LITERAL("a@\xc3\xbc.de"), RS_REASON_PERMITTED, ""},
        {not_books, LITERAL("a@" BUECHER ".example"), RS_REASON_EXCLUDED, BUECHER ".example"},
        {not_books, LITERAL("a@x." BUECHER ".example"), RS_REASON_EXCLUDED, BUECHER ".example"},
        {not_books, LITERAL("a@" UPPER ".example"), RS_REASON_EXCLUDED, ""},
        {not_books, LITERAL("a@x." NFD ".example"), RS_REASON_EXCLUDED, ""},
        {not_books, LITERAL("a@" BUECHER STOP "example"), RS_REASON_EXCLUDED, ""},
        {not_books, LITERAL("a@xbcher.example"), RS_REASON_PERMITTED, ""},
        {not_books, LITERAL("a@" UPPER ".x.example"), RS_REASON_PERMITTED, ""},
        {not_books, LITERAL("a@" UPPER ".test"), RS_REASON_PERMITTED, ""},
        {not_books, LITERAL("a@x." RF), RS_REASON_EXCLUDED, ""},
        {"exclude " BUECHER ".example", LITERAL("a@" UPPER ".example"), RS_REASON_EXCLUDED, ""},
        {mixed, LITERAL("a@" BUECHER "." RF), RS_REASON_EXCLUDED, BUECHER "." RF},
        {mixed, LITERAL("a@" BUECHER ".xn--p1ai"), RS_REASON_BAD_CHARACTER, ""},
        {mixed, LITERAL("a@xn--bcher-kva." RF), RS_REASON_BAD_CHARACTER, ""},
        {mixed, LITERAL("a@good." RF), RS_REASON_PERMITTED, ""},
        {all, LITERAL("a@*." RF), RS_REASON_WILDCARD, ""},
        {all, LITERAL("a@" RF "..example"), RS_REASON_EMPTY_LABEL, ""},
        {all, LITERAL("a@" RF "!"), RS_REASON_BAD_CHARACTER, ""},
        {"permit *",
         LITERAL("a@" L60 "\xc3\xbc"
                 "x"),
         RS_REASON_PERMITTED, ""},
        {all,
         LITERAL("a@" L60 "\xc3\xbc"
                 "xy"),
         RS_REASON_LONG_LABEL, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_EMAIL, check_unicode_mailbox);
}

static void mailboxes_in_u_labels(void)
{
    static const name_row rows[] = {
        {"permit email:clerk@" BUECHER ".example", LITERAL("clerk@" BUECHER ".example"),
         RS_REASON_PERMITTED, ""},
        {"permit email:clerk@" BUECHER ".example", LITERAL("clerk@xn--bcher-kva.example"),
         RS_REASON_PERMITTED, ""},
        {"permit email:clerk@" BUECHER ".example", LITERAL("boss@" BUECHER ".example"),
         RS_REASON_NOT_PERMITTED, ""},
        {"permit email:clerk@" BUECHER ".example\nexclude hr.example\nexclude email:a@x.example",
         LITERAL("clerk@" BUECHER ".example"), RS_REASON_PERMITTED, ""},
        {"permit email:clerk@" BUECHER ".example\nexclude example",
         LITERAL("clerk@" BUECHER ".example"), RS_REASON_EXCLUDED, "example"},
        {no_clerk, LITERAL("Clerk@" BUECHER ".example"), RS_REASON_EXCLUDED, ""},
        {no_clerk, LITERAL("clerk@xn--bcher-kva.example"), RS_REASON_EXCLUDED, ""},
        {no_clerk, LITERAL("clerk@" UPPER ".example"), RS_REASON_EXCLUDED, ""},
        {no_clerk, LITERAL("clerk@good.example"), RS_REASON_PERMITTED, ""},
        {"permit " BUECHER ".example\nexclude email:clerk@" BUECHER ".example",
         LITERAL("boss@" BUECHER ".example"), RS_REASON_PERMITTED, BUECHER ".example"},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_EMAIL, check_unicode_mailbox);
}

/* The value of a SmtpUTF8Mailbox: its UTF8String; the finding's name is what is in it. */
static void internationalised_mailboxes(void)
{
    static const struct {
        const char *rules;
        rs_bytes value;
        rs_reason reason;
        size_t header; /* bytes before the finding's name */
    } rows[] = {
        {corp, LITERAL("\x0c\x14j\xc3\xbcrgen@corp.example"), RS_REASON_PERMITTED, 2},
        {corp, LITERAL("\x0c\x14j\xc3\xbcrgen@evil.example"), RS_REASON_NOT_PERMITTED, 2},
        {"permit email:j\xc3\xbcrgen@corp.example", LITERAL("\x0c\x14j\xc3\xbcrgen@corp.example"),
         RS_REASON_PERMITTED, 2},
        {"permit *\nexclude email:j\xc3\xbcrgen@corp.example",
         LITERAL("\x0c\x14J\xc3\xbcRGEN@corp.example"), RS_REASON_EXCLUDED, 2},
        {all,
         LITERAL("\x0c\x05"
                 "a@b@c"),
         RS_REASON_BAD_MAILBOX, 2},
        {all, LITERAL("\x0c\x00"), RS_REASON_EMPTY_NAME, 2},
        {all,
         LITERAL("\x16\x03"
                 "a@b"),
         RS_REASON_UNDECODABLE, 0},
        {all, LITERAL("\x0c\x03\xfc@b"), RS_REASON_UNDECODABLE, 0},
        {all,
         LITERAL("\x0c\x04"
                 "a@b"),
         RS_REASON_UNDECODABLE, 0},
        {all,
         LITERAL("\x0c\x03"
                 "a@bc"),
         RS_REASON_UNDECODABLE, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        test_stanza s;
        stanza_open(&s, rows[i].rules);
        rs_bytes value = exact_copy(rows[i].value);
        rs_finding finding = check_smtp_utf8(&s.stanza, value);
        finding.rule = rs_bytes_make(NULL, 0);
        check_finding(&finding, RS_FORM_EMAIL, rows[i].reason, rs_bytes_skip(value, rows[i].header),
                      "", rows[i].rules);
        exact_free(value);
        stanza_close(&s);
    }
}

static CU_TestInfo tests[] = {
    {"mailboxes by host", mailboxes_by_host},
    {"mailboxes by local part", mailboxes_by_local_part},
    {"malformed mailboxes", malformed_mailboxes},
    {"internationalised mailboxes", internationalised_mailboxes},
    {"hosts in U-labels", hosts_in_u_labels},
    {"mailboxes in U-labels", mailboxes_in_u_labels},
    CU_TEST_INFO_NULL,
};

RS_SUITE("mailbox", tests)
