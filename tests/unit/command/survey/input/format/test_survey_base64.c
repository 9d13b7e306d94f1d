/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/base64.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <openssl/evp.h>

enum { LONGEST = 200, GUARD = 64 };

/* Decodes in the middle of memory that must not change. */
static bool decode(const uint8_t *text, size_t n, uint8_t *out, size_t *size)
{
    uint8_t memory[2 * GUARD + 2 * LONGEST];
    memset(memory, 0x5a, sizeof memory);
    memcpy(memory + GUARD, text, n);
    *size = n;
    bool good = rs_base64_decode(memory + GUARD, size);
    for (size_t i = 0; i < GUARD; i++)
        CU_ASSERT(memory[i] == 0x5a && memory[GUARD + n + i] == 0x5a);
    if (good)
        memcpy(out, memory + GUARD, *size);
    return good;
}

static size_t encode(uint8_t *text, size_t n)
{
    uint8_t bytes[LONGEST] = {0};
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(i * 151 + n * 7 + (i >> 3));
    return (size_t)EVP_EncodeBlock(text, bytes, (int)n);
}

static void all_lengths_are_what_openssl_encoded(void)
{
    for (size_t n = 0; n <= LONGEST / 2; n++) {
        uint8_t text[2 * LONGEST], out[2 * LONGEST];
        size_t length = encode(text, n), size;
        CU_ASSERT_FATAL(decode(text, length, out, &size));
        CU_ASSERT(size == n);
        for (size_t i = 0; i < n; i++)
            CU_ASSERT(out[i] == (uint8_t)(i * 151 + n * 7 + (i >> 3)));
    }
}

static void every_other_character_is_refused_everywhere(void)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t text[2 * LONGEST], out[2 * LONGEST];
    size_t length = encode(text, 75), size;
    for (size_t at = 0; at < length; at++) {
        uint8_t before = text[at];
        for (int c = 0; c < 256; c++) {
            text[at] = (uint8_t)c;
            bool known = c != 0 && strchr(alphabet, c) != NULL;
            /* An `=` at the end is padding, and the bits before it are not zero. */
            if (decode(text, length, out, &size) != known)
                CU_FAIL("a character");
        }
        text[at] = before;
    }
}

static void nothing_is_nothing(void)
{
    size_t size = 0;
    CU_ASSERT(rs_base64_decode(NULL, &size) && size == 0);
}

static void padding_is_whole(void)
{
    static const struct {
        const char *text;
        const char *bytes; /* NULL: refused */
    } rows[] = {
        {"", ""},           {"TQ==", "M"},   {"TWE=", "Ma"},   {"TWFu", "Man"},    {"T", NULL},
        {"TQ", NULL},       {"TQ=", NULL},   {"TWE", NULL},    {"====", NULL},     {"T===", NULL},
        {"TQ=a", NULL},     {"TR==", NULL},  {"TWF=", NULL},   {"TQ==TWFu", NULL}, {"TWFu=", NULL},
        {"TWFu====", NULL}, {"TW Fu", NULL}, {"TWFu\n", NULL}, {"TW-_", NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint8_t out[16];
        size_t size;
        bool good = decode((const uint8_t *)rows[i].text, strlen(rows[i].text), out, &size);
        CHECK_ROW(good == (rows[i].bytes != NULL), rows[i].text);
        if (good)
            CHECK_ROW(rs_bytes_equal(rs_bytes_make(out, size), rs_bytes_of_string(rows[i].bytes)),
                      rows[i].text);
    }
}

/* The front of a text ends before the first group that has another character. */
static void a_start_is_whole_groups(void)
{
    uint8_t text[2 * LONGEST], out[2 * LONGEST];
    size_t length = encode(text, 75), decoded;
    for (size_t at = 0; at < length; at++) {
        uint8_t before = text[at];
        text[at] = '"';
        CU_ASSERT_EQUAL(rs_base64_decode_start(text, length, out, &decoded), at / 4 * 4);
        CU_ASSERT_EQUAL(decoded, at / 4 * 3);
        for (size_t i = 0; i < decoded; i++)
            CU_ASSERT(out[i] == (uint8_t)(i * 151 + 75 * 7 + (i >> 3)));
        text[at] = before;
    }
    static const struct {
        const char *text;
        size_t taken, decoded;
    } rows[] = {
        {"", 0, 0},         {"\"", 0, 0},       {"TQ==\"", 4, 1},
        {"TWE=TWFu", 4, 2}, {"TWFuTQ==", 8, 4}, {"TWFuTR==\"", 4, 3},
        {"TWFu=", 4, 3},    {"TWFuTQ=", 4, 3},  {"TWFuT===\"", 4, 3},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        size_t taken = rs_base64_decode_start((const uint8_t *)rows[i].text, strlen(rows[i].text),
                                              out, &decoded);
        CHECK_ROW(taken == rows[i].taken && decoded == rows[i].decoded, rows[i].text);
    }
}

static CU_TestInfo tests[] = {
    {"all_lengths_are_what_openssl_encoded", all_lengths_are_what_openssl_encoded},
    {"every_other_character_is_refused_everywhere", every_other_character_is_refused_everywhere},
    {"nothing_is_nothing", nothing_is_nothing},
    {"padding_is_whole", padding_is_whole},
    {"a_start_is_whole_groups", a_start_is_whole_groups},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_base64", tests)
