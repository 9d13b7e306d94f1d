/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/suite.h"

#include "command/survey/ca/ca_files.h"
#include "command/survey/ca/xz.h"
#include "tests/unit/command/survey/survey_pki.h"
#include "tests/unit/scratch.h"

#include <lzma.h>
#include <openssl/pem.h>

static EVP_PKEY *key;
static char pem[8192]; /* of two CAs with a leaf between them */
static rs_bytes one;   /* the first CA */

static void append(char *text, size_t size, wanted w)
{
    X509 *certificate = new_x509(&w);
    BIO *out = made(BIO_new(BIO_s_mem()));
    char *data;
    done(PEM_write_bio_X509(out, certificate));
    long n = BIO_get_mem_data(out, &data);
    size_t used = strlen(text);
    if (used + (size_t)n >= size)
        abort();
    memcpy(text + used, data, (size_t)n);
    text[used + (size_t)n] = '\0';
    BIO_free(out);
    X509_free(certificate);
}

/* What a file adds: "added known not-CA unparsable"; "no": an error. */
static const char *read_as(rs_bytes content)
{
    static char text[64];
    scratch_path path = scratch("cas");
    rs_ca_files_count count = {0};
    rs_ca_pool *pool = made(rs_ca_pool_new());
    scratch_write(path.text, content);
    fflush(stderr);
    int saved = dup(STDERR_FILENO), quiet = open("/dev/null", O_WRONLY);
    dup2(quiet, STDERR_FILENO);
    bool good = rs_ca_files_add(pool, path.text, RS_CA_GIVEN, &count);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(quiet);
    snprintf(text, sizeof text, "%zu %zu %zu %zu", count.added, count.known, count.not_ca,
             count.unparsable);
    rs_ca_pool_free(pool);
    return good ? text : "no";
}

static const char *read_text(const char *text)
{
    return read_as(rs_bytes_of_string(text));
}

static void all_forms_are_read(void)
{
    char text[3 * sizeof pem];
    CU_ASSERT_STRING_EQUAL(read_text(pem), "2 0 1 0");
    CU_ASSERT_STRING_EQUAL(read_as(one), "1 0 0 0");
    snprintf(text, sizeof text, "# CAs, of today\n%s%s", pem, pem);
    CU_ASSERT_STRING_EQUAL(read_text(text), "2 2 2 0");
    snprintf(text, sizeof text, "\"Name, of it\",\"PEM Info\"\n\"a \"\"b\"\"\",\"'%s'\"\n", pem);
    CU_ASSERT_STRING_EQUAL(read_text(text), "2 0 1 0");
    snprintf(text, sizeof text, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n%s",
             pem);
    CU_ASSERT_STRING_EQUAL(read_text(text), "2 0 1 1");
    CU_ASSERT_STRING_EQUAL(read_text("name,hash\n1,2\n"), "no");
    CU_ASSERT_STRING_EQUAL(read_text(""), "no");
    CU_ASSERT_STRING_EQUAL(read_text("0"), "no");
}

static rs_bytes compressed(rs_bytes content, uint8_t *out, size_t size)
{
    size_t n = 0;
    done(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, content.p, content.n, out, &n, size) ==
         LZMA_OK);
    return rs_bytes_make(out, n);
}

static void xz_is_expanded(void)
{
    uint8_t out[16384], *expanded;
    size_t size;
    rs_bytes all = compressed(rs_bytes_of_string(pem), out, sizeof out);
    CU_ASSERT_STRING_EQUAL(read_as(all), "2 0 1 0");
    CU_ASSERT_STRING_EQUAL(read_as(rs_bytes_make(all.p, all.n - 1)), "no");
    out[all.n / 2] ^= 1;
    CU_ASSERT_STRING_EQUAL(read_as(all), "no");
    uint8_t *zeros = calloc(1, 4 << 20);
    all = compressed(rs_bytes_make(zeros, 4 << 20), out, sizeof out);
    CU_ASSERT_PTR_NULL(rs_xz_expand(all, 4 << 20, &expanded, &size));
    CU_ASSERT_EQUAL(size, 4 << 20);
    CU_ASSERT_EQUAL(memcmp(expanded, zeros, size), 0);
    free(expanded);
    CU_ASSERT_PTR_NOT_NULL(rs_xz_expand(all, (4 << 20) - 1, &expanded, &size));
    free(zeros);
}

static void roots_are_trusted(void)
{
    scratch_path path = scratch("roots");
    rs_ca_files_count count = {0};
    rs_arena arena = {0};
    const char *read;
    rs_ca_pool *pool = made(rs_ca_pool_new());
    scratch_write(path.text, rs_bytes_of_string(pem));
    CU_ASSERT_TRUE(rs_ca_files_add_roots(pool, path.text, &arena, &read, &count));
    CU_ASSERT_PTR_EQUAL(read, path.text);
    CU_ASSERT_EQUAL(rs_ca_pool_count(pool).roots, 3); /* the user trusts the leaf, too */
    rs_ca_pool_free(pool);
    rs_arena_clear(&arena);
}

static CU_TestInfo tests[] = {
    {"all forms are read", all_forms_are_read},
    {"xz is expanded", xz_is_expanded},
    {"roots are trusted", roots_are_trusted},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    key = new_key();
    append(pem, sizeof pem, (wanted){.subject = "a", .key = key, .is_ca = true});
    append(pem, sizeof pem, (wanted){.subject = "leaf", .key = key});
    append(pem, sizeof pem, (wanted){.subject = "b", .key = key, .is_ca = true});
    one = new_der((wanted){.subject = "a", .key = key, .is_ca = true});
    int status = rs_suite_run("CA files", tests);
    der_free(one);
    EVP_PKEY_free(key);
    return status;
}
