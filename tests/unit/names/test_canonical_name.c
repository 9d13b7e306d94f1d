/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical form of distinguished names, against that of OpenSSL.
 */
#include "lib/names/distinguished_name.h"

#include "lib/names/der.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <openssl/sha.h>
#include <openssl/x509.h>

/* The DER of an OpenSSL name, in memory of exactly its size; exact_free it. */
static rs_bytes der_of(const X509_NAME *name)
{
    uint8_t *der = NULL;
    int n = i2d_X509_NAME(name, &der);
    CU_ASSERT_TRUE_FATAL(n > 0);
    rs_bytes exact = exact_copy(rs_bytes_make(der, (size_t)n));
    OPENSSL_free(der);
    return exact;
}

/* One attribute, of lengths around those at which a header takes one octet more. */
static void canonical_of_long_values(void)
{
    static const size_t lengths[] = {113, 114, 117, 118, 119, 120, 127, 128, 255, 256, 743};
    for (size_t i = 0; i < ROWS(lengths); i++) {
        uint8_t *text = malloc(lengths[i]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        memset(text, 'a', lengths[i]);
        X509_NAME *name = X509_NAME_new();
        CU_ASSERT_TRUE_FATAL(X509_NAME_add_entry_by_NID(name, NID_dnQualifier, V_ASN1_UTF8STRING,
                                                        text, (int)lengths[i], -1, 0));
        rs_bytes der = der_of(name), content;
        CU_ASSERT_TRUE_FATAL(rs_der_only(der, RS_DER_SEQUENCE, &content));
        uint8_t *out = malloc(content.n);
        CU_ASSERT_PTR_NOT_NULL_FATAL(out);
        size_t length = 0;
        CU_ASSERT(rs_distinguished_name_canonical(der, out, content.n, &length));
        CU_ASSERT(rs_bytes_equal(rs_bytes_make(out, length), content));
        CU_ASSERT_FALSE(rs_distinguished_name_canonical(der, out, content.n - 1, &length));
        free(out);
        exact_free(der);
        X509_NAME_free(name);
        free(text);
    }
}

/* Two RDNs of the same attributes: the bound is for each of them. */
static void canonical_of_crowded_rdns(void)
{
    for (size_t count = 1; count <= RS_RDN_ATTRIBUTES_MAX + 1; count++) {
        X509_NAME *name = X509_NAME_new();
        for (size_t i = 0; i < 2 * count; i++) {
            uint8_t letter = (uint8_t)('a' + i % count);
            int set = i % count == 0 ? 0 : -1;
            CU_ASSERT(X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING, &letter,
                                                 1, -1, set));
        }
        rs_bytes der = der_of(name);
        uint8_t out[1024];
        size_t length;
        CU_ASSERT_EQUAL(rs_distinguished_name_canonical(der, out, sizeof out, &length),
                        count <= RS_RDN_ATTRIBUTES_MAX);
        exact_free(der);
        X509_NAME_free(name);
    }
}

/* A small generator of numbers, the same on every machine. */
static unsigned any_below(uint32_t *state, unsigned bound)
{
    *state = *state * 1664525 + 1013904223;
    return (*state >> 16) % bound;
}

/* Few letters, cases, spaces and types, so that many pairs are equal once folded. */
static void any_entry_add(X509_NAME *name, uint32_t *state, int set)
{
    static const char *const texts[] = {"a", "A", " a", "a ",      "b",     "B\t",     "a b",
                                        "",  " ", "ab", "A  \n b", "\fa B", " a\r\vB "};
    static const int types[] = {V_ASN1_UTF8STRING,     V_ASN1_PRINTABLESTRING, V_ASN1_IA5STRING,
                                V_ASN1_T61STRING,      V_ASN1_BMPSTRING,       V_ASN1_NUMERICSTRING,
                                V_ASN1_UNIVERSALSTRING};
    static const char *const fields[] = {"CN", "O"};
    const char *text = texts[any_below(state, ROWS(texts))];
    int type = types[any_below(state, ROWS(types))];
    size_t width = type == V_ASN1_BMPSTRING ? 2 : type == V_ASN1_UNIVERSALSTRING ? 4 : 1;
    uint8_t bytes[64] = {0};
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        bytes[i * width + width - 1] = (uint8_t)text[i];
    CU_ASSERT_TRUE_FATAL(X509_NAME_add_entry_by_txt(name, fields[any_below(state, ROWS(fields))],
                                                    type, bytes, (int)(n * width), -1, set));
}

typedef struct sample {
    X509_NAME *name;
    uint8_t canonical[512];
    size_t length;
} sample;

static void sample_make(sample *s, uint32_t *state)
{
    s->name = X509_NAME_new();
    CU_ASSERT_PTR_NOT_NULL_FATAL(s->name);
    for (unsigned i = 1 + any_below(state, 3); i > 0; i--)
        any_entry_add(s->name, state, any_below(state, 2) == 0 ? 0 : -1);
    rs_bytes der = der_of(s->name);
    CU_ASSERT_TRUE_FATAL(
        rs_distinguished_name_canonical(der, s->canonical, sizeof s->canonical, &s->length));
    exact_free(der);
}

static bool same_to_us(const sample *a, const sample *b)
{
    return rs_bytes_equal(rs_bytes_make(a->canonical, a->length),
                          rs_bytes_make(b->canonical, b->length));
}

/* OpenSSL's hash of a name is the start of SHA-1 over its own canonical form, byte for byte. */
static bool hash_agrees(const sample *s)
{
    uint8_t digest[SHA_DIGEST_LENGTH];
    int good = 0;
    unsigned long hash = X509_NAME_hash_ex(s->name, NULL, NULL, &good);
    SHA1(s->canonical, s->length, digest);
    return good && hash == ((unsigned long)digest[0] | (unsigned long)digest[1] << 8 |
                            (unsigned long)digest[2] << 16 | (unsigned long)digest[3] << 24);
}

static void canonical_agrees_with_openssl(void)
{
    enum { SAMPLES = 400 };
    sample *samples = calloc(SAMPLES, sizeof *samples);
    CU_ASSERT_PTR_NOT_NULL_FATAL(samples);
    uint32_t state = 20240229;
    unsigned equal = 0, disagree = 0;
    for (size_t i = 0; i < SAMPLES; i++) {
        sample_make(&samples[i], &state);
        CU_ASSERT(hash_agrees(&samples[i]));
        for (size_t j = 0; j < i; j++) {
            bool same = X509_NAME_cmp(samples[i].name, samples[j].name) == 0;
            equal += same;
            disagree += same != same_to_us(&samples[i], &samples[j]);
        }
    }
    CU_ASSERT_EQUAL(disagree, 0);
    CU_ASSERT(equal > 100);
    for (size_t i = 0; i < SAMPLES; i++)
        X509_NAME_free(samples[i].name);
    free(samples);
}

static CU_TestInfo tests[] = {
    {"canonical of long values", canonical_of_long_values},
    {"canonical of crowded rdns", canonical_of_crowded_rdns},
    {"canonical agrees with OpenSSL", canonical_agrees_with_openssl},
    CU_TEST_INFO_NULL,
};

RS_SUITE("canonical_name", tests)
