/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/certificate.h"

#include "tests/unit/chains.h"

#include <openssl/err.h>

static void parts(void)
{
    const rs_openssl_table *ssl = rs_openssl_linked();
    X509 *leaf = new_certificate(&(wanted_certificate){.cn = "a",
                                                       .key = key,
                                                       .usage = "serverAuth",
                                                       .constraints = "CA:FALSE",
                                                       .alt_name = "DNS:a"});
    rs_certificate read;
    rs_certificate_read(ssl, leaf, 0, &read);
    CU_ASSERT_FALSE(read.is_issuer);
    CU_ASSERT(read.subject_alt_name.count == 1 && read.subject_alt_name.value.n == 5);
    CU_ASSERT(read.extended_key_usage.count == 1 && read.extended_key_usage.value.n == 12);
    CU_ASSERT(read.basic_constraints.count == 1 && read.basic_constraints.value.n == 2);
    CU_ASSERT(read.subject.n > 2 && read.subject.p[0] == 0x30);
    rs_certificate_read(ssl, root, 1, &read);
    CU_ASSERT(read.is_issuer && read.subject_alt_name.count == 0);
    X509_free(leaf);
}

static void whose_name_is_its_issuers(void)
{
    const rs_openssl_table *ssl = rs_openssl_linked();
    X509 *end_entity =
        new_certificate(&(wanted_certificate){.cn = "upper.evil", .key = key, .issuer = upper});
    CU_ASSERT(rs_certificate_is_self_issued_ca(ssl, root));
    CU_ASSERT(rs_certificate_is_self_issued_ca(ssl, rolled));
    CU_ASSERT_FALSE(rs_certificate_is_self_issued_ca(ssl, upper));
    CU_ASSERT_FALSE(rs_certificate_is_self_issued_ca(ssl, end_entity));
    CU_ASSERT(rs_certificate_is_self_signed(ssl, root));
    CU_ASSERT_FALSE(rs_certificate_is_self_signed(ssl, upper));
    X509_free(end_entity);
}

static int no_der(const X509_NAME *name, const unsigned char **der, size_t *size)
{
    (void)name, (void)der, (void)size;
    return 0;
}

/* Two names that cannot be had are not the same name. */
static void names_that_cannot_be_had(void)
{
    rs_openssl_table openssl = *rs_openssl_linked();
    openssl.X509_NAME_get0_der = no_der;
    CU_ASSERT_FALSE(rs_certificate_is_self_issued_ca(&openssl, rolled));
    rs_certificate read;
    rs_certificate_read(&openssl, rolled, 1, &read);
    CU_ASSERT_EQUAL(read.subject.n, 0);
}

static void signatures(void)
{
    const rs_openssl_table *ssl = rs_openssl_linked();
    CU_ASSERT(rs_certificate_is_signed_by(ssl, upper, root));
    ERR_clear_error();
    CU_ASSERT_FALSE(rs_certificate_is_signed_by(ssl, upper, rolled));
    CU_ASSERT_EQUAL(ERR_peek_error(), 0);
    X509 *keyless = made(X509_new());
    CU_ASSERT_FALSE(rs_certificate_is_signed_by(ssl, upper, keyless));
    CU_ASSERT_EQUAL(ERR_peek_error(), 0);
    X509_free(keyless);
}

static void encodings(void)
{
    const rs_openssl_table *ssl = rs_openssl_linked();
    unsigned char *der = NULL;
    int size = i2d_X509(root, &der);
    rs_bytes whole = rs_encoding_of_certificate(ssl, root), spki = rs_encoding_of_key(ssl, root);
    CU_ASSERT(rs_bytes_equal(whole, rs_bytes_make(der, (size_t)size)));
    CU_ASSERT_EQUAL(spki.n, 91); /* a key on P-256 */
    rs_encoding_free(ssl, whole);
    rs_encoding_free(ssl, spki);
    rs_encoding_free(ssl, rs_bytes_make(NULL, 0));
    OPENSSL_free(der);
    X509 *empty = made(X509_new());
    CU_ASSERT_EQUAL(rs_encoding_of_certificate(ssl, empty).n, 0);
    CU_ASSERT_EQUAL(rs_encoding_of_key(ssl, empty).n, 0);
    X509_free(empty);
}

static CU_TestInfo tests[] = {
    {"parts", parts},
    {"whose name is its issuer's", whose_name_is_its_issuers},
    {"names that cannot be had", names_that_cannot_be_had},
    {"signatures", signatures},
    {"encodings", encodings},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_with_authorities("certificate", tests);
}
