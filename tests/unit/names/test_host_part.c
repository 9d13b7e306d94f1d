/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/host_part.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

/* A text, and the host that it names; or, without one, the reason why it names none. */
typedef struct part_row {
    rs_bytes text;
    const char *host;
    rs_reason reason;
} part_row;

static void check_parts(const part_row *rows, size_t count, rs_form form)
{
    for (size_t i = 0; i < count; i++) {
        const char *row = (const char *)rows[i].text.p;
        rs_bytes exact = exact_copy(rows[i].text);
        rs_host_part part;
        rs_reason why = RS_REASON_PERMITTED;
        CHECK_ROW(rs_host_part_of(form, exact, &part, &why) == (rows[i].host != NULL), row);
        if (rows[i].host == NULL) {
            CHECK_ROW(why == rows[i].reason, row);
        } else {
            CHECK_ROW(rs_bytes_equal(part.host, rs_bytes_of_string(rows[i].host)), row);
            CHECK_ROW(part.host.p >= exact.p && part.host.p + part.host.n <= exact.p + exact.n,
                      row);
        }
        exact_free(exact);
    }
}

static void mailboxes(void)
{
    static const struct {
        rs_bytes text;
        const char *local, *host;
        rs_reason reason;
    } rows[] = {
        {LITERAL("a@b.example"), "a", "b.example", RS_REASON_PERMITTED},
        {LITERAL("Jo.O'Neil+x@B.Example"), "Jo.O'Neil+x", "B.Example", RS_REASON_PERMITTED},
        {LITERAL("a@"), "a", "", RS_REASON_PERMITTED},
        {LITERAL("a@[192.0.2.1]"), "a", "[192.0.2.1]", RS_REASON_PERMITTED},
        {LITERAL("j\xc3\xbcrgen@b.example"), "j\xc3\xbcrgen", "b.example", RS_REASON_PERMITTED},
        {LITERAL("a@b\xc3\xbc.example"), "a", "b\xc3\xbc.example", RS_REASON_PERMITTED},
        {LITERAL(""), NULL, NULL, RS_REASON_EMPTY_NAME},
        {LITERAL("b.example"), NULL, NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("@b.example"), NULL, NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("@"), NULL, NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("a@b@c"), NULL, NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("a@@c"), NULL, NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("a@c@"), NULL, NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("\"a\"@b"), NULL, NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("a\"@b"), NULL, NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("a b@c"), NULL, NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("a b@c"), NULL, NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("a@b\0"), NULL, NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("a\0@b"), NULL, NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("a\x7f@b"), NULL, NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("a@b\n"), NULL, NULL, RS_REASON_BAD_CHARACTER},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *row = (const char *)rows[i].text.p;
        rs_bytes exact = exact_copy(rows[i].text);
        rs_host_part part;
        rs_reason why = RS_REASON_PERMITTED;
        CHECK_ROW(rs_host_part_of(RS_FORM_EMAIL, exact, &part, &why) == (rows[i].host != NULL),
                  row);
        CHECK_ROW(why == rows[i].reason, row);
        if (rows[i].host != NULL) {
            CHECK_ROW(rs_bytes_equal(part.local, rs_bytes_of_string(rows[i].local)), row);
            CHECK_ROW(rs_bytes_equal(part.host, rs_bytes_of_string(rows[i].host)), row);
        }
        exact_free(exact);
    }
}

/* A row for each form: the host of a name, and whether a wildcard is one. */
static void hosts_of_names(void)
{
    static const struct {
        rs_form form;
        const char *name, *host;
        rs_reason reason;
    } rows[] = {
        {RS_FORM_DNS, "Www.Corp.Example.", "www.corp.example", RS_REASON_PERMITTED},
        {RS_FORM_DNS, "*.corp.example", "corp.example", RS_REASON_PERMITTED},
        {RS_FORM_CN, "*.corp.example", "corp.example", RS_REASON_PERMITTED},
        {RS_FORM_CN, "bob@Corp.example", "corp.example", RS_REASON_PERMITTED},
        {RS_FORM_CN, "a@b@corp.example", NULL, RS_REASON_BAD_MAILBOX},
        {RS_FORM_KRB5, "CORP.EXAMPLE", "corp.example", RS_REASON_PERMITTED},
        {RS_FORM_KRB5, "*.EXAMPLE", NULL, RS_REASON_WILDCARD},
        {RS_FORM_KRB5, "C=US/O=Corp", NULL, RS_REASON_BAD_CHARACTER},
        {RS_FORM_NAI, "corp.example", "corp.example", RS_REASON_PERMITTED},
        {RS_FORM_NAI, "*.corp.example", "corp.example", RS_REASON_PERMITTED},
        {RS_FORM_NAI, "joe@corp.example", NULL, RS_REASON_BAD_CHARACTER},
        {RS_FORM_EMAIL, "a@Corp.example", "corp.example", RS_REASON_PERMITTED},
        {RS_FORM_EMAIL, "a@b\xc3\xbc.example", "b\xc3\xbc.example", RS_REASON_PERMITTED},
        {RS_FORM_EMAIL, "a@*.example", NULL, RS_REASON_WILDCARD},
        {RS_FORM_URI, "x://Corp.example/", "corp.example", RS_REASON_PERMITTED},
        {RS_FORM_URI, "x://*.example/", NULL, RS_REASON_WILDCARD},
        {RS_FORM_URI, "x://b..example/", NULL, RS_REASON_EMPTY_LABEL},
        {RS_FORM_SRV, "_x.corp.example", "corp.example", RS_REASON_PERMITTED},
        {RS_FORM_SRV, "_x.*.example", NULL, RS_REASON_WILDCARD},
        {RS_FORM_XMPP, "corp.example", "corp.example", RS_REASON_PERMITTED},
        {RS_FORM_XMPP, "*.example", NULL, RS_REASON_WILDCARD},
        {RS_FORM_UPN, "a@CORP.EXAMPLE", "corp.example", RS_REASON_PERMITTED},
        {RS_FORM_UPN, "a@*.example", NULL, RS_REASON_WILDCARD},
        {RS_FORM_UPN, "a@b\xc3\xbc.example", NULL, RS_REASON_BAD_CHARACTER},
        {RS_FORM_IP, "corp.example", NULL, RS_REASON_IGNORED},
        {RS_FORM_DIRNAME, "corp.example", NULL, RS_REASON_IGNORED},
        {RS_FORM_EXTENSION, "corp.example", NULL, RS_REASON_IGNORED},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_host_part part;
        rs_host_name host;
        rs_reason why = RS_REASON_PERMITTED;
        bool found =
            rs_host_of_name(rows[i].form, rs_bytes_of_string(rows[i].name), &part, &host, &why);
        CHECK_ROW(found == (rows[i].host != NULL), rows[i].name);
        CHECK_ROW(why == rows[i].reason, rows[i].name);
        if (found)
            CHECK_ROW(rs_bytes_equal(rs_host_name_bytes(&host), rs_bytes_of_string(rows[i].host)),
                      rows[i].name);
    }
}

static void uris_with_a_host(void)
{
    static const part_row rows[] = {
        {LITERAL("https://h.example"), "h.example", 0},
        {LITERAL("https://H.Example/"), "H.Example", 0},
        {LITERAL("https://h.example/a/b@c:d"), "h.example", 0},
        {LITERAL("https://h.example?q@r"), "h.example", 0},
        {LITERAL("https://h.example#f@g"), "h.example", 0},
        {LITERAL("https://h.example:443/"), "h.example", 0},
        {LITERAL("https://h.example:/"), "h.example", 0},
        {LITERAL("https://user@h.example"), "h.example", 0},
        {LITERAL("https://user:secret@h.example:8443/"), "h.example", 0},
        {LITERAL("https://@h.example"), "h.example", 0},
        {LITERAL("https://good.example@h.example"), "h.example", 0},
        {LITERAL("https://good.example:80@h.example"), "h.example", 0},
        {LITERAL("https://h.example/%2e%2e"), "h.example", 0},
        {LITERAL("https://192.0.2.1/"), "192.0.2.1", 0},
        {LITERAL("https://*.h.example/"), "*.h.example", 0},
        {LITERAL("spiffe://trust.example/workload"), "trust.example", 0},
        {LITERAL("a+1-2.b://h.example"), "h.example", 0},
        {LITERAL("x://h"), "h", 0},
        {LITERAL("sip:h.example"), "h.example", 0},
        {LITERAL("SIP:h.example"), "h.example", 0},
        {LITERAL("sips:bob@h.example"), "h.example", 0},
        {LITERAL("sip:bob@h.example:5061;transport=tls"), "h.example", 0},
        {LITERAL("sip:h.example?subject=x"), "h.example", 0},
        {LITERAL("sip://h.example"), "h.example", 0},
    };
    check_parts(rows, ROWS(rows), RS_FORM_URI);
}

static void uris_without_a_host(void)
{
    static const part_row rows[] = {
        {LITERAL("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), NULL, RS_REASON_IGNORED},
        {LITERAL("tag:example.com,2005:x"), NULL, RS_REASON_IGNORED},
        {LITERAL("mailto:a@b.example"), NULL, RS_REASON_IGNORED},
        {LITERAL("x:"), NULL, RS_REASON_IGNORED},
        {LITERAL("urn:a\\b"), NULL, RS_REASON_IGNORED},
        {LITERAL("urn:PLC1:Acme OPC Server"), NULL, RS_REASON_IGNORED},
        {LITERAL("urn:\xc3\xbc\0"), NULL, RS_REASON_IGNORED},
        {LITERAL("x:/h.example"), NULL, RS_REASON_IGNORED},
        {LITERAL("sipx:h.example"), NULL, RS_REASON_IGNORED},
        {LITERAL("si:h.example"), NULL, RS_REASON_IGNORED},
    };
    check_parts(rows, ROWS(rows), RS_FORM_URI);
}

static void malformed_uris(void)
{
    static const part_row rows[] = {
        {LITERAL(""), NULL, RS_REASON_EMPTY_NAME},
        {LITERAL("https://"), NULL, RS_REASON_EMPTY_NAME},
        {LITERAL("https:///path"), NULL, RS_REASON_EMPTY_NAME},
        {LITERAL("https://user@"), NULL, RS_REASON_EMPTY_NAME},
        {LITERAL("https://:443"), NULL, RS_REASON_EMPTY_NAME},
        {LITERAL("sip:"), NULL, RS_REASON_EMPTY_NAME},
        {LITERAL("sip:;x"), NULL, RS_REASON_EMPTY_NAME},
        {LITERAL("https://h.example/ x"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("https://h.example\t"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("https://h.example\0.evil"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("https://h\xc3\xbc.example"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("https://h.example/\x80"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("//h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("://h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("1a://h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("+a://h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("a_b://h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("https:h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("https:/h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("HTTP:h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("ws:h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("wss:h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("ftp:h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("file:/x"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("https:\\\\h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("https://h.example\\@evil.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("https://[2001:db8::1]/"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("https://u@[::1]/"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("https://h%2eexample/"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("https://u%40evil.example@h.example/"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("https://a@b@h.example/"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("https://h.example:x/"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("https://h.example:1:2/"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("sip:good.example;x@evil.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("sip:good.example?x@evil.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("sip:a@good.example;x=@evil.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("sip:a@b@h.example"), NULL, RS_REASON_BAD_AUTHORITY},
        {LITERAL("sip:[::1]"), NULL, RS_REASON_BAD_AUTHORITY},
    };
    check_parts(rows, ROWS(rows), RS_FORM_URI);
}

static void service_names(void)
{
    static const part_row rows[] = {
        {LITERAL("_imap.h.example"), "h.example", 0},
        {LITERAL("_xmpp-client.h"), "h", 0},
        {LITERAL("_a._tcp.h.example"), "_tcp.h.example", 0},
        {LITERAL("_a."), "", 0},
        {LITERAL(""), NULL, RS_REASON_EMPTY_NAME},
        {LITERAL("imap.h.example"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("_imap"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("_"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("_.h.example"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("_im\0ap.h.example"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("_*.h.example"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("_evil@x.h.example"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("_im ap.h.example"), NULL, RS_REASON_BAD_CHARACTER},
    };
    check_parts(rows, ROWS(rows), RS_FORM_SRV);
}

static void jabber_addresses(void)
{
    static const part_row rows[] = {
        {LITERAL("h.example"), "h.example", 0},
        {LITERAL("bob@h.example"), "h.example", 0},
        {LITERAL("h.example/phone"), "h.example", 0},
        {LITERAL("bob@h.example/phone"), "h.example", 0},
        {LITERAL("h.example/a@good.example"), "h.example", 0},
        {LITERAL("bob@h.example/a/b@c"), "h.example", 0},
        {LITERAL("/phone"), "", 0},
        {LITERAL(""), NULL, RS_REASON_EMPTY_NAME},
        {LITERAL("bob@h.example\0"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("h.example/\0"), NULL, RS_REASON_BAD_CHARACTER},
        {LITERAL("@h.example"), NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("a@b@h.example"), NULL, RS_REASON_BAD_MAILBOX},
    };
    check_parts(rows, ROWS(rows), RS_FORM_XMPP);
}

static void principal_names(void)
{
    static const part_row rows[] = {
        {LITERAL("bob@h.example"), "h.example", 0},
        {LITERAL("svc a@h.example"), "h.example", 0},
        {LITERAL("bob@"), "", 0},
        {LITERAL(""), NULL, RS_REASON_EMPTY_NAME},
        {LITERAL("bob"), NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("@h.example"), NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("a@b@h.example"), NULL, RS_REASON_BAD_MAILBOX},
        {LITERAL("bob@h.example\0"), NULL, RS_REASON_BAD_CHARACTER},
    };
    check_parts(rows, ROWS(rows), RS_FORM_UPN);
}

static CU_TestInfo tests[] = {
    {"mailboxes", mailboxes},
    {"hosts of names", hosts_of_names},
    {"URIs with a host", uris_with_a_host},
    {"URIs without a host", uris_without_a_host},
    {"malformed URIs", malformed_uris},
    {"service names", service_names},
    {"Jabber addresses", jabber_addresses},
    {"principal names", principal_names},
    CU_TEST_INFO_NULL,
};

RS_SUITE("host_part", tests)
