/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/suite.h"

#include "command/survey/names/names.h"
#include "tests/unit/command/survey/survey_pki.h"
#include "tests/unit/scratch.h"

static EVP_PKEY *key;
static rs_suffixes *suffixes;

/* What a certificate names: its domains with a `|` before the suffix, then the numbers. */
static const char *named(const char *cn, const char *alt_name)
{
    static char text[1024];
    rs_survey_names names = {0};
    rs_survey_certificate parts;
    rs_bytes der = new_der((wanted){.subject = cn, .key = key, .alt_name = alt_name});
    CU_ASSERT_TRUE_FATAL(rs_survey_certificate_read(der, false, &parts));
    CU_ASSERT_EQUAL(rs_survey_names_read(&names, suffixes, &parts), RS_SURVEY_NAMES_READ);
    size_t n = 0;
    for (size_t i = 0; i < names.count; i++) {
        const rs_survey_domain *d = &names.domains[i];
        int before = (int)(d->name.n - d->suffix_length);
        n += (size_t)snprintf(text + n, sizeof text - n, "%.*s|%.*s ", before,
                              (const char *)d->name.p, (int)d->suffix_length,
                              (const char *)d->name.p + before);
    }
    snprintf(text + n, sizeof text - n, "%u %u %u %u", names.addresses, names.words,
             names.unsuffixed, names.malformed);
    rs_survey_names_clear(&names);
    der_free(der);
    return text;
}

static void names_become_domains(void)
{
    static const struct {
        const char *cn, *alt_name, *expected;
    } rows[] = {
        {"x", "DNS:www.example.com,DNS:example.com", "example.|com 0 0 0 0"},
        {"x", "DNS:b.com,DNS:a.b.com,DNS:a.com,DNS:b.com", "a.|com b.|com 0 0 0 0"},
        {"x", "DNS:*.EXAMPLE.Com,DNS:example.com.", "example.|com 0 0 0 0"},
        {"x", "DNS:*.co.uk", "|co.uk 0 0 0 0"},
        {"x", "DNS:ample.com,DNS:example.com", "ample.|com example.|com 0 0 0 0"},
        {"x", "DNS:uk,DNS:a.uk,DNS:b.a.uk", "a.|uk |uk 0 0 0 0"},
        {"x", "DNS:x.s4.example.com,DNS:y.s4.example.com,DNS:a.s3.example.com",
         "a.|s3.example.com example.|com 0 0 0 0"},
        {"x", "DNS:x.example.com,DNS:b.a.s3.example.com,DNS:a.s3.example.com",
         "a.|s3.example.com example.|com 0 0 0 0"},
        {"x", "IP:192.0.2.1,IP:2001:db8::1,DNS:192.0.2.2", "3 0 0 0"},
        {"x", "DNS:localhost,DNS:db.internal,DNS:*", "0 1 1 1"},
        {"x", "DNS:a..com,DNS:a b.com", "0 0 0 2"},
        {"x", "email:me@mail.example.com", "example.|com 0 0 0 0"},
        {"x", "email:me@[192.0.2.1],email:none", "0 0 0 2"},
        {"x", "URI:https://www.example.org/x,URI:urn:x", "example.|org 0 0 0 0"},
        {"x", "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:me@corp.example.com", "example.|com 0 0 0 0"},
        /* the common name alone, and only where there is no subjectAltName */
        {"www.example.com", NULL, "example.|com 0 0 0 0"},
        {"www.example.com", "IP:192.0.2.1", "1 0 0 0"},
        {"Example Root 2024", NULL, "0 0 0 0"},
        {"192.0.2.1", NULL, "1 0 0 0"},
        {"localhost", NULL, "0 1 0 0"},
        {"me@example.com", NULL, "example.|com 0 0 0 0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = named(rows[i].cn, rows[i].alt_name);
        if (strcmp(got, rows[i].expected) != 0)
            printf("\n    %s: %s instead of %s", rows[i].alt_name, got, rows[i].expected);
        CU_ASSERT_STRING_EQUAL(got, rows[i].expected);
    }
}

/* A subjectAltName of so many names, which differ or not; as a bare value. */
static rs_bytes many_names(uint8_t **memory, size_t count, bool differ)
{
    enum { SIZE = 16 };
    uint8_t *p = *memory = malloc(5 + SIZE * count);
    size_t length = SIZE * count;
    memcpy(p, "\x30\x83", 2);
    p[2] = (uint8_t)(length >> 16), p[3] = (uint8_t)(length >> 8), p[4] = (uint8_t)length;
    for (size_t i = 0; i < count; i++) {
        char name[2 * SIZE];
        snprintf(name, sizeof name,
                 "\x82\x0e"
                 "a%08zu.com.",
                 differ ? (i * 7919) % count : 0);
        memcpy(p + 5 + SIZE * i, name, SIZE);
    }
    return rs_bytes_make(p, 5 + length);
}

static void many_are_sorted_and_unique(void)
{
    uint8_t *memory;
    rs_survey_names names = {0};
    static const uint8_t empty[] = {0x30, 0};
    rs_survey_certificate parts = {.has_alt_names = true,
                                   .subject = rs_bytes_make(empty, sizeof empty)};
    parts.alt_names = many_names(&memory, 10000, true);
    CU_ASSERT_EQUAL(rs_survey_names_read(&names, suffixes, &parts), RS_SURVEY_NAMES_READ);
    CU_ASSERT_EQUAL(names.count, 10000);
    for (size_t i = 1; i < names.count; i++)
        CU_ASSERT_TRUE(rs_bytes_compare(names.domains[i - 1].name, names.domains[i].name) < 0);
    free(memory);
    parts.alt_names = many_names(&memory, 10000, false);
    CU_ASSERT_EQUAL(rs_survey_names_read(&names, suffixes, &parts), RS_SURVEY_NAMES_READ);
    CU_ASSERT_EQUAL(names.count, 1);
    free(memory);
    parts.alt_names = many_names(&memory, RS_SURVEY_NAMES_MAX + 1, true);
    CU_ASSERT_EQUAL(rs_survey_names_read(&names, suffixes, &parts), RS_SURVEY_NAMES_TOO_MANY);
    CU_ASSERT_EQUAL(names.count, 0);
    free(memory);
    rs_survey_names_clear(&names);
}

static void damaged_names_count_nothing(void)
{
    static const uint8_t subject[] = {0x30, 0};
    static const uint8_t bad[] = "\x30\x09\x82\x05"
                                 "a.com"
                                 "\x82\x05";
    rs_survey_names names = {0};
    rs_survey_certificate parts = {.has_alt_names = true,
                                   .subject = rs_bytes_make(subject, sizeof subject),
                                   .alt_names = rs_bytes_make(bad, sizeof bad - 1)};
    CU_ASSERT_EQUAL(rs_survey_names_read(&names, suffixes, &parts), RS_SURVEY_NAMES_UNPARSABLE);
    CU_ASSERT_EQUAL(names.count, 0);
    parts.has_alt_names = false;
    parts.subject = rs_bytes_make(bad, 4);
    CU_ASSERT_EQUAL(rs_survey_names_read(&names, suffixes, &parts), RS_SURVEY_NAMES_UNPARSABLE);
    rs_survey_names_clear(&names);
}

/* Of a subject beside alternative names, e-mail addresses count, and all of it has to decode. */
static void subjects_are_read_beside_names(void)
{
#define CN "\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03x.y"
#define ORG                                                                                        \
    "\x30\x0c\x06\x03\x55\x04\x03\x0c\x05"                                                         \
    "b.org"
#define EMAIL "\x30\x15\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01\x16\x08me@m.org"
    static const char alt_names[] = "\x30\x07\x82\x05"
                                    "a.com";
    const struct {
        rs_bytes subject;
        rs_survey_names_result result;
        size_t domains;
    } rows[] = {
        {RS_BYTES_OF_LITERAL("\x30\x00"), RS_SURVEY_NAMES_READ, 1},
        {RS_BYTES_OF_LITERAL("\x30\x1c" CN CN), RS_SURVEY_NAMES_READ, 1},
        {RS_BYTES_OF_LITERAL("\x30\x27" CN "\x31\x17" EMAIL), RS_SURVEY_NAMES_READ, 2},
        {RS_BYTES_OF_LITERAL("\x30\x35" CN "\x31\x17" EMAIL CN), RS_SURVEY_NAMES_READ, 2},
        {RS_BYTES_OF_LITERAL("\x30\x1e\x31\x1c" ORG ORG), RS_SURVEY_NAMES_READ, 1},
        {RS_BYTES_OF_LITERAL("\x30\x10" CN "\x31\x00"), RS_SURVEY_NAMES_UNPARSABLE, 0},
        {RS_BYTES_OF_LITERAL("\x30\x0f" CN "\x31"), RS_SURVEY_NAMES_UNPARSABLE, 0},
        {RS_BYTES_OF_LITERAL("\x30\x0d" CN), RS_SURVEY_NAMES_UNPARSABLE, 0},
    };
    rs_survey_names names = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_survey_certificate parts = {
            .has_alt_names = true,
            .alt_names = rs_bytes_make(alt_names, sizeof alt_names - 1),
            .subject = rows[i].subject,
        };
        CU_ASSERT_EQUAL(rs_survey_names_read(&names, suffixes, &parts), rows[i].result);
        CU_ASSERT_EQUAL(names.count, rows[i].domains);
    }
    rs_survey_names_clear(&names);
}

static CU_TestInfo tests[] = {
    {"names become domains", names_become_domains},
    {"many names are sorted and unique", many_are_sorted_and_unique},
    {"damaged names count nothing", damaged_names_count_nothing},
    {"subjects are read beside names", subjects_are_read_beside_names},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    scratch_path path = scratch("list.dat");
    scratch_write(path.text, rs_bytes_of_string("com\norg\nuk\nco.uk\ns3.example.com\n"));
    suffixes = rs_suffixes_new(path.text);
    key = new_key();
    int status = rs_suite_run("survey names", tests);
    EVP_PKEY_free(key);
    rs_suffixes_free(suffixes);
    return status;
}
