/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/rfc4514.h"

#include "lib/names/der.h"
#include "tests/unit/diagnosed.h"
#include "tests/unit/suite.h"

enum { OUT_SIZE = 8192 };

/* Of an allocation that ends where the text does. */
static bool read_text(rs_bytes text, uint8_t *out, size_t size, size_t *length,
                      rs_diagnostics *diagnostics)
{
    rs_place place = {.diagnostics = diagnostics, .file = "f", .line = 1, .column = 1};
    uint8_t *exact = malloc(text.n == 0 ? 1 : text.n);
    CU_ASSERT_PTR_NOT_NULL_FATAL(exact);
    memcpy(exact, text.p, text.n);
    bool good = rs_rfc4514_read(&place, rs_bytes_make(exact, text.n), out, size, length);
    free(exact);
    return good;
}

#define STRING(s)                                                                                  \
    {                                                                                              \
        (const uint8_t *)(s), sizeof(s) - 1                                                        \
    }

/* Canonical RDNs of one attribute 2.5.4.x whose value, in lower case, has these lengths. */
#define RDN(x, n, n_7, n_9, value) "\x31" n_9 "\x30" n_7 "\x06\x03\x55\x04" x "\x0c" n value
#define CN4(value)                 RDN("\x03", "\x04", "\x0b", "\x0d", value)
#define O4(value)                  RDN("\x0a", "\x04", "\x0b", "\x0d", value)
#define C2(value)                  RDN("\x06", "\x02", "\x09", "\x0b", value)
#define CN3(value)                 RDN("\x03", "\x03", "\x0a", "\x0c", value)
#define CN1(value)                 RDN("\x03", "\x01", "\x08", "\x0a", value)

static void names_are_read_in_reverse(void)
{
    static const struct {
        const char *text;
        rs_bytes canonical;
    } cases[] = {
        {"CN=Jane", STRING(CN4("jane"))},
        {"CN=Jane,O=Acme,C=US", STRING(C2("us") O4("acme") CN4("jane"))},
        {"cn=JANE, o = Acme , c=us", STRING(C2("us") O4("acme") CN4("jane"))},
        {"  CN=  Jane  ", STRING(CN4("jane"))},
        {"CN=a   b", STRING(CN3("a b"))},
        {"CN=\\ a\\ ", STRING(CN1("a"))},
        /* Escapes. */
        {"CN=a\\,b", STRING(CN3("a,b"))},
        {"CN=a\\+b", STRING(CN3("a+b"))},
        {"CN=a\\\"b", STRING(CN3("a\"b"))},
        {"CN=a\\\\b", STRING(CN3("a\\b"))},
        {"CN=a\\<b", STRING(CN3("a<b"))},
        {"CN=a\\>b", STRING(CN3("a>b"))},
        {"CN=a\\;b", STRING(CN3("a;b"))},
        {"CN=a\\=b", STRING(CN3("a=b"))},
        {"CN=a=b", STRING(CN3("a=b"))},
        {"CN=a#b", STRING(CN3("a#b"))},
        {"CN=\\#ab", STRING(CN3("#ab"))},
        {"CN=a\\2Cb", STRING(CN3("a,b"))},
        {"CN=b\\c3\\bC", STRING(CN3("b\xc3\xbc"))},
        {"CN=b\xc3\xbc", STRING(CN3("b\xc3\xbc"))},
        /* Other types, by keyword and by number. */
        {"OU=abcd", STRING(RDN("\x0b", "\x04", "\x0b", "\x0d", "abcd"))},
        {"L=abcd", STRING(RDN("\x07", "\x04", "\x0b", "\x0d", "abcd"))},
        {"ST=abcd", STRING(RDN("\x08", "\x04", "\x0b", "\x0d", "abcd"))},
        {"street=abcd", STRING(RDN("\x09", "\x04", "\x0b", "\x0d", "abcd"))},
        {"serialNumber=1234", STRING(RDN("\x05", "\x04", "\x0b", "\x0d", "1234"))},
        {"2.5.4.3=Jane", STRING(CN4("jane"))},
        {"DC=x",
         STRING("\x31\x11\x30\x0f\x06\x0a\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19\x0c\x01x")},
        {"UID=x",
         STRING("\x31\x11\x30\x0f\x06\x0a\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01\x0c\x01x")},
        {"EMAILADDRESS=A@x",
         STRING("\x31\x12\x30\x10\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01\x0c\x03"
                "a@x")},
        /* Values in hexadecimal: a string is folded, anything else stays. */
        {"CN=#0c044A616e65", STRING(CN4("jane"))},
        {"2.5.4.3=#13044a414E45 , O=Acme", STRING(O4("acme") CN4("jane"))},
        {"1.2.3=#0500", STRING("\x31\x08\x30\x06\x06\x02\x2a\x03\x05\x00")},
        {"1.2.3=#02010a+CN=x",
         STRING(
             "\x31\x13\x30\x07\x06\x02\x2a\x03\x02\x01\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x")},
        /* An RDN's attributes in any order. */
        {"CN=x+1.2.3=#02010a",
         STRING(
             "\x31\x13\x30\x07\x06\x02\x2a\x03\x02\x01\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x")},
        {"CN=x + OU=y,O=Acme", STRING(O4("acme") "\x31\x14\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"
                                                 "\x30\x08\x06\x03\x55\x04\x0b\x0c\x01y")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        uint8_t out[OUT_SIZE];
        size_t length = 0;
        rs_bytes text = rs_bytes_of_string(cases[i].text);
        CU_ASSERT(read_text(text, out, sizeof out, &length, &diagnostics));
        CU_ASSERT(rs_bytes_equal(rs_bytes_make(out, length), cases[i].canonical));
        CU_ASSERT(diagnosed_as(&diagnostics, ""));
        rs_diagnostics_clear(&diagnostics);
    }
}

static void errors_are_reported(void)
{
    static const struct {
        rs_bytes text;
        const char *errors;
    } cases[] = {
        {STRING(""), "1:1: \"\" in a distinguished name; expected TYPE=VALUE\n"},
        {STRING("*"), "1:1: \"*\" in a distinguished name; expected TYPE=VALUE\n"},
        {STRING("CN"), "1:1: \"CN\" in a distinguished name;\n"},
        {STRING("=x"), "1:1: \"=x\" in a distinguished name;\n"},
        {STRING("CN=x,"), "1:6: \"\" in a distinguished name;\n"},
        {STRING("CN=x,,O=y"), "1:6: \",O=y\" in a distinguished name;\n"},
        {STRING("CN=x+"), "1:6: \"\" in a distinguished name;\n"},
        {STRING("CN=x/O=y,z"), "1:10: \"z\" in a distinguished name;\n"},
        {STRING("\0=x"), "1:1: \"\\x00=x\" in a distinguished name;\n"},
        {STRING("GN=x"), "1:1: unknown attribute type \"GN\"; expected C, O, OU, CN, L, ST,\n"},
        {STRING("CN=x,Com=x"), "1:6: unknown attribute type \"Com\";\n"},
        {STRING("1=x"), "1:1: unknown attribute type \"1\";\n"},
        {STRING("1.2.=x"), "1:1: unknown attribute type \"1.2.\";\n"},
        {STRING("OID.2.5.4.3=x"), "1:1: unknown attribute type \"OID.2.5.4.3\";\n"},
        {STRING("CN="), "1:4: empty value, or a NUL,\n"},
        {STRING("CN=  "), "1:6: empty value, or a NUL,\n"},
        {STRING("CN=\\ "), "1:4: empty value, or a NUL,\n"},
        {STRING("CN=,O=x"), "1:4: empty value, or a NUL,\n"},
        {STRING("CN=a\\00b"), "1:4: empty value, or a NUL,\n"},
        {STRING("CN=a;b"), "1:5: ; in a distinguished name; write \\;\n"},
        {STRING("CN=\"a\""), "1:4: \" in a distinguished name; write \\\"\n"},
        {STRING("CN=<a"), "1:4: < in a distinguished name; write \\<\n"},
        {STRING("CN=a>"), "1:5: > in a distinguished name; write \\>\n"},
        {STRING("CN=a\\"), "1:4: bad escape in \"a\\\"; expected \\ before\n"},
        {STRING("CN=a\\x"), "1:4: bad escape in \"a\\x\";\n"},
        {STRING("CN=a\\4"), "1:4: bad escape in \"a\\4\";\n"},
        {STRING("CN=a\\4g"), "1:4: bad escape in \"a\\4g\";\n"},
        {STRING("CN=a\\c3"), "1:4: \"a\\c3\" is not UTF-8\n"},
        {STRING("C=\xc3\xbc"), "1:3: \"\xc3\xbc\" is not ASCII\n"},
        {STRING("serialNumber=\xc3\xbc"), "1:14: \"\xc3\xbc\" is not ASCII\n"},
        {STRING("emailAddress=\xc3\xbc@x"), "1:14: \"\xc3\xbc@x\" is not ASCII\n"},
        {STRING("DC=\\ff"), "1:4: \"\\ff\" is not ASCII\n"},
        {STRING("CN=#"), "1:4: \"#\" is not a DER value; expected # and one\n"},
        {STRING("CN=#0"), "1:4: \"#0\" is not a DER value;\n"},
        {STRING("CN=#0c"), "1:4: \"#0c\" is not a DER value;\n"},
        {STRING("CN=#0c02aa"), "1:4: \"#0c02aa\" is not a DER value;\n"},
        {STRING("CN=#0c0141ff"), "1:4: \"#0c0141ff\" is not a DER value;\n"},
        {STRING("CN=#0c0141x"), "1:4: \"#0c0141x\" is not a DER value;\n"},
        {STRING("CN=#0c0141 0"), "1:4: \"#0c0141 0\" is not a DER value;\n"},
        {STRING("CN=#0c8101aa"), "1:4: \"#0c8101aa\" is not a DER value;\n"},
        /* A UTF8String that is none. */
        {STRING("CN=#0c01ff"), "1:1: distinguished name too long, or a value of it does not\n"},
        {STRING("C=US,O=Acme,CN=Jane"),
         "warning 1:1: the country comes first; RFC 4514 writes it last\n"},
        {STRING("c =US,CN=Jane"), "warning 1:1: the country comes first;\n"},
        {STRING("C=US"), ""},
        {STRING("CN=x,C=US"), ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        uint8_t out[OUT_SIZE];
        size_t length;
        bool good = cases[i].errors[0] == 0 || cases[i].errors[0] == 'w';
        CU_ASSERT_EQUAL(read_text(cases[i].text, out, sizeof out, &length, &diagnostics), good);
        CU_ASSERT(diagnosed_as(&diagnostics, cases[i].errors));
        rs_diagnostics_clear(&diagnostics);
    }
}

/* The text `unit` over and over, `n` bytes of it, after `start`. */
static rs_bytes repeated(const char *start, const char *unit, size_t n)
{
    static char text[64 * 1024];
    size_t at = strlen(start);
    memcpy(text, start, at);
    for (size_t i = 0; i < n; i++)
        text[at + i] = unit[i % strlen(unit)];
    return rs_bytes_make(text, at + n);
}

static void sizes_are_bounded(void)
{
    static const char too_long[] = "1:1: distinguished name too long,\n";
    static const struct {
        const char *start, *unit;
        size_t n, size;
        const char *errors;
    } cases[] = {
        /* `out` has room for the value before it is folded and then for the name, or not. */
        {"CN=", "a", 4, 15, ""},
        {"CN=", "a", 4, 14, too_long},
        /* Values. */
        {"CN=", "a", 751, OUT_SIZE, ""},
        {"CN=", "a", 752, OUT_SIZE, too_long},
        {"CN=", "a", 4097, OUT_SIZE, too_long},
        {"CN=#0c820ffd", "61", 2 * 4093, OUT_SIZE, "1:4: \"#0c820ffd6161\n"},
        /* Lengths of one, two and three bytes. */
        {"CN=", "a", 127, OUT_SIZE, ""},
        {"CN=", "a", 128, OUT_SIZE, ""},
        {"CN=", "a", 255, OUT_SIZE, ""},
        {"CN=", "a", 256, OUT_SIZE, ""},
        /* Attributes of an RDN. */
        {"CN=x", "+CN=x", 15 * 5, OUT_SIZE, ""},
        {"CN=x", "+CN=x", 16 * 5, OUT_SIZE, too_long},
        /* The whole name. */
        {"CN=x", ",CN=x", 681 * 5, OUT_SIZE, ""},
        {"CN=x", ",CN=x", 682 * 5, OUT_SIZE, too_long},
        {"CN=x", ",CN=x", 1365 * 5, 64 * 1024, "1:1: distinguished name too long; expected\n"},
        {"CN=x", ",CN=x", 5000 * 5, OUT_SIZE, "1:1: distinguished name too long; expected\n"},
        /* Leave each prepend of an attribute without room, in turn. */
        {"DC=x", ",DC=x", 1000 * 5, OUT_SIZE, "1:1: distinguished name too long; expected\n"},
        {"UID=xx", ",UID=xx", 900 * 7, OUT_SIZE, "1:1: distinguished name too long; expected\n"},
    };
    static uint8_t out[64 * 1024];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        size_t length = 0;
        rs_bytes text = repeated(cases[i].start, cases[i].unit, cases[i].n);
        CU_ASSERT_EQUAL(read_text(text, out, cases[i].size, &length, &diagnostics),
                        cases[i].errors[0] == 0);
        CU_ASSERT(length <= cases[i].size);
        CU_ASSERT(diagnosed_as(&diagnostics, cases[i].errors));
        rs_diagnostics_clear(&diagnostics);
    }
}

static void wrapping_needs_room_too(void)
{
    static uint8_t out[64 * 1024];
    /* Whatever the size of the first value, a name of about 16 KiB fits or is refused. */
    for (size_t n = 1; n < 64; n++) {
        for (size_t rdns = 1355; rdns <= 1366; rdns++) {
            rs_diagnostics diagnostics = {.items = NULL};
            char start[80] = "OU=";
            size_t length;
            memset(start + 3, 'a', n);
            rs_bytes text = repeated(start, ",CN=x", rdns * 5);
            /* The DER is that of the canonical form, and a SEQUENCE around it. */
            size_t der = 11 + n + rdns * 12 + 4;
            bool fits = read_text(text, out, sizeof out, &length, &diagnostics);
            CU_ASSERT_EQUAL(fits, der <= 16 * 1024);
            CU_ASSERT_EQUAL(diagnostics.errors, fits ? 0 : 1);
            rs_diagnostics_clear(&diagnostics);
        }
    }
}

static void keywords_are_found(void)
{
    static const struct {
        rs_bytes oid;
        const char *word;
        uint8_t tag;
    } rows[] = {
        {STRING("\x55\x04\x06"), "C", RS_DER_PRINTABLE_STRING},
        {STRING("\x55\x04\x03"), "CN", RS_DER_UTF8_STRING},
        {STRING("\x55\x04\x05"), "serialNumber", RS_DER_PRINTABLE_STRING},
        {STRING("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"), "DC", RS_DER_IA5_STRING},
        {STRING("\x55\x04\x2a"), NULL, 0},
        {STRING("\x55\x04"), NULL, 0},
        {STRING("\x55\x04\x03\x01"), NULL, 0},
        {STRING(""), NULL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *word = NULL;
        uint8_t tag = 0;
        CU_ASSERT_EQUAL(rs_rfc4514_keyword(rows[i].oid, &word, &tag), rows[i].word != NULL);
        if (rows[i].word != NULL && word != NULL)
            CU_ASSERT_STRING_EQUAL(word, rows[i].word);
        CU_ASSERT_EQUAL(tag, rows[i].tag);
    }
}

static CU_TestInfo tests[] = {
    {"keywords_are_found", keywords_are_found},
    {"names_are_read_in_reverse", names_are_read_in_reverse},
    {"errors_are_reported", errors_are_reported},
    {"sizes_are_bounded", sizes_are_bounded},
    {"wrapping_needs_room_too", wrapping_needs_room_too},
    CU_TEST_INFO_NULL,
};

RS_SUITE("rfc4514", tests)
