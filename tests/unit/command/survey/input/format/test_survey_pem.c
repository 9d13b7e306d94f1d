/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/pem.h"

#include "tests/unit/command/survey/input/taken.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <openssl/evp.h>

enum { SUBJECT = 35, SIZE = 65 };

/*
 * A certificate; issuer and subject are a letter each. Of a CA, unless the subject is in upper
 * case.
 */
static void put_certificate(made *m, char issuer, char subject)
{
    const char is_ca = subject >= 'A' && subject <= 'Z' ? 0 : 1;
    put(m, "\x30\x3f\x30\x37\x02\x01\x01\x30\x00\x30\x03\x04\x01", 13);
    put(m, &issuer, 1);
    put(m,
        "\x30\x0f\x17\x0d"
        "240101000000Z"
        "\x30\x03\x04\x01",
        21);
    put(m, &subject, 1);
    put(m, "\x30\x00\xa3\x13\x30\x11\x30\x0f\x06\x03\x55\x1d\x13", 13);
    put(m, "\x01\x01\xff\x04\x05\x30\x03\x01\x01", 9);
    put(m, &is_ca, 1);
    put(m, "\x30\x00\x03\x02\x00\x01", 6);
}

static void put_text(made *m, const char *text)
{
    put(m, text, strlen(text));
}

static void put_block(made *m, const char *label, char issuer, char subject)
{
    static made der;
    unsigned char text[128];
    der.n = 0;
    put_certificate(&der, issuer, subject);
    EVP_EncodeBlock(text, der.bytes, SIZE);
    put_text(m, "-----BEGIN ");
    put_text(m, label);
    put_text(m, "-----\n");
    put(m, text, 16);
    put_text(m, "\r\n \t");
    put_text(m, (const char *)text + 16);
    put_text(m, "\n-----END ");
    put_text(m, label);
    put_text(m, "-----\n");
}

/* The subjects' letters, a `<` before each issuer, a space behind each chain; and rejections. */
static const char *letters(taken *t)
{
    static char out[4096];
    char *at = out;
    for (const char *p = t->text; *p != '\0';) {
        if (*p == '3' && strlen(p) >= 2 * SIZE) {
            const char *subject = p + 2 * SUBJECT;
            *at++ = (char)strtol((char[]){subject[0], subject[1], 0}, NULL, 16);
            p += 2 * SIZE;
        } else {
            *at++ = *p++;
        }
    }
    *at = '\0';
    return out;
}

static const char *decoded_pem(const made *m)
{
    static taken t;
    rs_bytes copy = exact_copy(made_bytes(m));
    rs_survey_sink sink = taken_sink(&t);
    CU_ASSERT(rs_pem_decode((uint8_t *)(uintptr_t)copy.p, copy.n, &sink));
    exact_free(copy);
    return letters(&t);
}

static const char *decoded_der(const made *m)
{
    static taken t;
    rs_bytes copy = exact_copy(made_bytes(m));
    rs_survey_sink sink = taken_sink(&t);
    CU_ASSERT(rs_der_file_decode(copy, &sink));
    exact_free(copy);
    return letters(&t);
}

static made m;

static void chains_are_joined_by_their_names(void)
{
    static const struct {
        const char *pairs; /* issuer and subject of each */
        const char *expected;
    } rows[] = {
        {"", ""},
        {"ba", "a "},
        {"bacb", "a<b "},
        {"bacbcc", "a<b<c "},
        {"bacbccbdcb", "a<b<c d<b "},
        {"ccbacb", "c a<b "}, /* a root, and a chain that does not reach it */
        {"aaaa", "a a "},     /* what issued itself has nobody above it */
        {"cbba", "b a "},     /* upside down */
        {"BacB", "a B "},     /* a leaf, although it has the name of a CA */
        {"bBcb", "B<b "},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        m.n = 0;
        for (const char *p = rows[i].pairs; *p != '\0'; p += 2)
            put_block(&m, "CERTIFICATE", p[0], p[1]);
        CHECK_ROW(strcmp(decoded_pem(&m), rows[i].expected) == 0, rows[i].pairs);
        m.n = 0;
        for (const char *p = rows[i].pairs; *p != '\0'; p += 2)
            put_certificate(&m, p[0], p[1]);
        CHECK_ROW(strcmp(decoded_der(&m), rows[i].expected) == 0, rows[i].pairs);
    }
}

static void a_chain_has_64_certificates_at_most(void)
{
    m.n = 0;
    for (char c = 0; c < 65; c++)
        put_certificate(&m, (char)(c + 1), c);
    static taken t;
    rs_survey_sink sink = taken_sink(&t);
    CU_ASSERT(rs_der_file_decode(made_bytes(&m), &sink));
    CU_ASSERT(t.entries == 2 && t.rejections == 0);
}

static void other_blocks_and_text_are_passed_over(void)
{
    m.n = 0;
    put_text(&m, "Subject: a\n");
    put_block(&m, "PRIVATE KEY", 'x', 'x');
    put_block(&m, "X509 CERTIFICATE", 'z', 'a');
    put_text(&m, "# more ----- text -----\n");
    put_block(&m, "CERTIFICATE REQUEST", 'x', 'x');
    put_block(&m, "TRUSTED CERTIFICATE", 'z', 'b');
    CU_ASSERT_STRING_EQUAL(decoded_pem(&m), "a b ");
}

static void a_damaged_block_is_one_less(void)
{
    m.n = 0;
    put_text(&m, "-----BEGIN CERTIFICATE-----\nMAMCAQc\n-----END CERTIFICATE-----\n");
    put_text(&m, "-----BEGIN CERTIFICATE-----\nMQMCAQc=\n-----END CERTIFICATE-----\n");
    put_text(&m, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
    put_text(&m, "-----BEGIN CERTIFICATE-----\nMAMCAQc=\n");
    put_block(&m, "CERTIFICATE", 'z', 'a');
    put_text(&m, "-----BEGIN CERTIFICATE-----\nMAMCAQc=\n");
    CU_ASSERT_STRING_EQUAL(decoded_pem(&m),
                           "!not-base64 !not-der !not-der !truncated !truncated a ");
    for (size_t cut = 1; cut < 64; cut++) {
        m.n = 0;
        put_block(&m, "CERTIFICATE", 'z', 'a');
        m.n -= cut;
        const char *expected = cut <= 17 ? "a " : "!truncated ";
        CU_ASSERT_STRING_EQUAL(decoded_pem(&m), expected);
    }
}

/* AddressSanitizer looks at all that memmem may look at, so that its time is not linear. */
#ifdef __SANITIZE_ADDRESS__
enum { BEGINNINGS_SIZE = 1 << 20 };
#else
enum { BEGINNINGS_SIZE = 16 << 20 };
#endif

/* Each is searched once: this would take minutes otherwise. */
static void beginnings_without_an_end_take_linear_time(void)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----\n";
    size_t n = BEGINNINGS_SIZE;
    uint8_t *text = malloc(n);
    static taken t;
    if (text == NULL)
        abort();
    for (size_t i = 0; i < n; i++)
        text[i] = (uint8_t)begin[i % (sizeof begin - 1)];
    rs_survey_sink sink = taken_sink(&t);
    CU_ASSERT(rs_pem_decode(text, n, &sink));
    CU_ASSERT(t.entries == 0 && t.rejections == n / (sizeof begin - 1));
    free(text);
}

static void der_is_whole(void)
{
    m.n = 0;
    put_certificate(&m, 'z', 'a');
    put_certificate(&m, 'z', 'b');
    m.n--;
    CU_ASSERT_STRING_EQUAL(decoded_der(&m), "a !not-der ");
}

static CU_TestInfo tests[] = {
    {"chains_are_joined_by_their_names", chains_are_joined_by_their_names},
    {"a_chain_has_64_certificates_at_most", a_chain_has_64_certificates_at_most},
    {"other_blocks_and_text_are_passed_over", other_blocks_and_text_are_passed_over},
    {"a_damaged_block_is_one_less", a_damaged_block_is_one_less},
    {"beginnings_without_an_end_take_linear_time", beginnings_without_an_end_take_linear_time},
    {"der_is_whole", der_is_whole},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_pem", tests)
