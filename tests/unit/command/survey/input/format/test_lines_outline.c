/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/lines_outline.h"

#include "tests/unit/command/survey/input/taken.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <xxhash.h>

#define A       "MAMCAQc="
#define A_DER   "\x30\x03\x02\x01\x07"
#define B       "MAMCAQg="
#define B_DER   "\x30\x03\x02\x01\x08"
#define PRE_DER "\x30\x03\x02\x01\x09"

enum { DER = 5 };

/* The outline that a text should have. */
static uint8_t wanted[4096];
static size_t wanted_size;

static void want(const void *bytes, size_t n)
{
    memcpy(wanted + wanted_size, bytes, n);
    wanted_size += n;
}

static void want_text(const void *bytes, size_t n)
{
    const uint8_t size[] = {n & 0xff, (n >> 8) & 0xff, 0, 0};
    want(size, sizeof size);
    want(bytes, n);
}

static void want_kind(char kind, uint8_t issuers)
{
    const uint8_t octets[] = {(uint8_t)kind, issuers};
    want(octets, sizeof octets);
}

/* XXH3-128 of a leaf_input and, of a precertificate, its size and itself. */
static void want_quickly(const made *leaf_input, const made *precertificate)
{
    static made both;
    XXH128_canonical_t octets;
    both.n = 0;
    put(&both, leaf_input->bytes, leaf_input->n);
    put(&both, precertificate->bytes, precertificate->n);
    XXH128_canonicalFromHash(&octets, XXH3_128bits(both.bytes, both.n));
    want(octets.digest, sizeof octets.digest);
}

static void want_issuer(const char *der)
{
    uint8_t digest[RS_SHA256_SIZE];
    rs_sha256_digest(rs_bytes_make(der, DER), digest);
    want(digest, sizeof digest);
}

static void want_line(const char *line)
{
    want_kind('t', 0);
    want_text(line, strlen(line));
}

static void digest_of_text(const char *text, uint8_t digest[RS_SHA256_SIZE])
{
    static rs_issuer_ids issuers;
    rs_striped_sha256 *hash = rs_striped_sha256_new(RS_STRIPED_SHA256_BEST);
    CU_ASSERT_PTR_NOT_NULL_FATAL(hash);
    rs_bytes exact = exact_copy(rs_bytes_of_string(text));
    uint8_t *spoilt = malloc(exact.n > 0 ? exact.n : 1);
    size_t packed, others;
    CU_ASSERT_PTR_NOT_NULL_FATAL(spoilt);
    memcpy(spoilt, exact.n > 0 ? exact.p : spoilt, exact.n);
    rs_striped_sha256_begin(hash);
    others = rs_lines_outline_hash(hash, &issuers, spoilt, exact.n, &packed);
    CU_ASSERT(packed <= others && others <= exact.n);
    CU_ASSERT(rs_bytes_equal(rs_bytes_make(spoilt + others, exact.n - others),
                             rs_bytes_skip(exact, others)));
    free(spoilt);
    CU_ASSERT_TRUE(rs_striped_sha256_final(hash, digest));
    exact_free(exact);
    rs_striped_sha256_free(hash);
    rs_issuer_ids_clear(&issuers);
}

/* Whether the text has the outline, which is empty afterwards. */
static bool has_outline(const char *text)
{
    uint8_t got[RS_SHA256_SIZE], good[RS_SHA256_SIZE];
    rs_striped_sha256 *hash = rs_striped_sha256_new(RS_STRIPED_SHA256_OPENSSL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(hash);
    rs_striped_sha256_begin(hash);
    rs_striped_sha256_update(hash, rs_bytes_make(wanted, wanted_size));
    CU_ASSERT_TRUE(rs_striped_sha256_final(hash, good));
    rs_striped_sha256_free(hash);
    wanted_size = 0;
    digest_of_text(text, got);
    return memcmp(got, good, sizeof got) == 0;
}

static void chains_have_their_leaf_and_digests_of_issuers(void)
{
    want_kind('c', 0);
    want_text(A_DER, DER);
    want_kind('c', 3);
    want_text(B_DER, DER);
    want_issuer(A_DER);
    want_issuer(B_DER);
    want_issuer(A_DER);
    CU_ASSERT_TRUE(has_outline("{\"chain\":[\"" A "\"]}\n"
                               "{\"chain\": [\"" B "\", \"" A "\", \"" B "\", \"" A "\"]}"));
}

/* Also one that is plain but for what its base64 stands for. */
static void other_lines_are_as_they_are(void)
{
    static const char *const lines[] = {
        "\n",
        "{\"chain\":[\"" A "\"],\"x\":1}\n",
        "{\"leaf_input\":\"" A "\",\"extra_data\":\"\"}\r\n",
        "{\"chain\":[\"MAMCAQc=",
    };
    char text[256] = "";
    for (size_t i = 0; i < ROWS(lines); i++) {
        want_line(lines[i]);
        strcat(text, lines[i]);
    }
    CU_ASSERT_TRUE(has_outline(text));
    CU_ASSERT_TRUE(has_outline(""));
}

static void entries_of_logs_have_all_but_their_issuers(void)
{
    static made leaf, extra, chain, precertificate;
    char leaf_text[256], extra_text[128], text[512];
    for (int is_tbs = 0; is_tbs < 2; is_tbs++) {
        leaf.n = extra.n = chain.n = precertificate.n = 0;
        put_number(&leaf, 2, 0);
        put_log_entry(&leaf, is_tbs, A_DER, DER);
        if (is_tbs)
            put_vector(&precertificate, 3, PRE_DER, DER);
        put(&extra, precertificate.bytes, precertificate.n);
        put_vector(&chain, 3, B_DER, DER);
        put_vector(&chain, 3, A_DER, DER);
        put_vector(&extra, 3, chain.bytes, chain.n);
        want_kind('l', 2);
        want_quickly(&leaf, &precertificate);
        want_issuer(B_DER);
        want_issuer(A_DER);
        snprintf(text, sizeof text, "{\"leaf_input\":\"%s\",\"extra_data\":\"%s\"}\n",
                 in_base64(&leaf, leaf_text), in_base64(&extra, extra_text));
        CU_ASSERT_TRUE(has_outline(text));
    }
}

static void what_lines_say_is_told_apart(void)
{
    static const char *const texts[] = {
        "{\"chain\":[\"" A "\"]}\n",
        "{\"chain\":[\"" B "\"]}\n",
        "{\"chain\":[\"" A "\",\"" B "\"]}\n",
        "{\"chain\":[\"" A "\",\"" A "\"]}\n",
        "{\"chain\":[\"" A "\",\"" A "\",\"" B "\"]}\n",
        "{\"chain\":[\"" A "\",\"\"]}\n",
        "{\"chain\":[\"" A "\",\"AAAA\"]}\n",
        "{\"chain\":[\"" A "\"]}\n{\"chain\":[\"" A "\"]}\n",
        "{\"chain\":[\"" A "\"]}\n\n",
        "{\"chain\":[\"" A "\"]} \n",
        "{\"chain\":[\"" B "\"]} \n",
        "",
    };
    uint8_t digests[ROWS(texts)][RS_SHA256_SIZE];
    for (size_t i = 0; i < ROWS(texts); i++) {
        digest_of_text(texts[i], digests[i]);
        for (size_t j = 0; j < i; j++)
            CHECK_ROW(memcmp(digests[i], digests[j], RS_SHA256_SIZE) != 0, texts[i]);
    }
}

static CU_TestInfo tests[] = {
    {"chains_have_their_leaf_and_digests_of_issuers",
     chains_have_their_leaf_and_digests_of_issuers},
    {"other_lines_are_as_they_are", other_lines_are_as_they_are},
    {"entries_of_logs_have_all_but_their_issuers", entries_of_logs_have_all_but_their_issuers},
    {"what_lines_say_is_told_apart", what_lines_say_is_told_apart},
    CU_TEST_INFO_NULL,
};

RS_SUITE("lines_outline", tests)
