/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names that a program expects of its peer: the reference identities of a verification.
 */
#include "tests/unit/chain/checked_chain.h"

static void reference_identities(void)
{
    static const char source[] =
        "root $root\n permit corp.example\n permit ip:10.0.0.0/8\n exclude ip:10.1.0.0/16\n";
    static const struct {
        const char *row, *host, *other_host, *email, *ip;
        int error;
    } rows[] = {
        {"none", NULL, NULL, NULL, NULL, X509_V_OK},
        {"host", "www.corp.example", NULL, NULL, NULL, X509_V_OK},
        {"host, outside", "evil.com", NULL, NULL, NULL, PERMITTED},
        {"second host, outside", "www.corp.example", "evil.com", NULL, NULL, PERMITTED},
        {"first host, outside", "evil.com", "www.corp.example", NULL, NULL, PERMITTED},
        {"any host below", ".corp.example", NULL, NULL, NULL, X509_V_OK},
        {"any host below, outside", ".example", NULL, NULL, NULL, PERMITTED},
        {"malformed host", "a..corp.example", NULL, NULL, NULL, SYNTAX},
        {"e-mail", NULL, NULL, "a@corp.example", NULL, X509_V_OK},
        {"e-mail, outside", NULL, NULL, "a@evil.com", NULL, PERMITTED},
        {"IP", NULL, NULL, NULL, "10.0.0.1", X509_V_OK},
        {"IP, outside", NULL, NULL, NULL, "192.0.2.1", PERMITTED},
        {"IP, excluded", NULL, NULL, NULL, "10.1.0.1", X509_V_ERR_EXCLUDED_VIOLATION},
        {"IPv6, outside", NULL, NULL, NULL, "2001:db8::1", PERMITTED},
        {"all", "www.corp.example", "corp.example", "a@corp.example", "10.0.0.1", X509_V_OK},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        fixture f;
        setup(&f, source, "DNS:www.corp.example,IP:10.0.0.1");
        X509_VERIFY_PARAM *expected =
            new_expected(rows[i].host, rows[i].other_host, rows[i].email, rows[i].ip);
        run_check(&f, expected);
        X509_VERIFY_PARAM_free(expected);
        CHECK_ROW(f.report.error[0] == rows[i].error, rows[i].row);
        CHECK_ROW(f.report.denied_count == (rows[i].error != X509_V_OK), rows[i].row);
        CHECK_ROW(f.report.denied_count == 0 || f.report.denied.reference, rows[i].row);
        /* The parameters are gone: what is told must not refer to them. */
        CHECK_ROW(f.report.denied.finding.name.n == 0, rows[i].row);
        CHECK_ROW(f.report.denied.finding.rule.n == 0, rows[i].row);
        teardown(&f);
    }
}

/* A leaf without an address meets no expected one. To ask for it would cost much: nobody does. */
static void reference_address_that_nothing_meets(void)
{
    fixture f;
    setup(&f, "root $root\n permit corp.example\n", "DNS:www.corp.example");
    f.openssl.X509_VERIFY_PARAM_get1_ip_asc = NULL;
    X509_VERIFY_PARAM *expected = new_expected("www.corp.example", NULL, NULL, "192.0.2.1");
    run_check(&f, expected);
    X509_VERIFY_PARAM_free(expected);
    CU_ASSERT_EQUAL(f.report.denied_count, 0);
    teardown(&f);
}

static unsigned int version_four(void)
{
    return 4;
}

/* Without an end, they cannot be read; the address can, and so can what nobody copied. */
static void reference_identities_of_openssl_4(void)
{
    fixture f;
    setup(&f, "root $root\n permit corp.example\n permit ip:10.0.0.0/8\n",
          "DNS:www.corp.example,IP:10.0.0.1");
    f.openssl.OPENSSL_version_major = version_four;
    f.check.expected_uncopied = false;
    X509_VERIFY_PARAM *expected = new_expected("evil.com", NULL, "a@evil.com", NULL);
    run_check(&f, expected);
    CU_ASSERT_EQUAL(f.report.denied_count, 0);
    f.check.expected_uncopied = true;
    run_check(&f, expected);
    CU_ASSERT_EQUAL(f.report.denied_count, 1);
    X509_VERIFY_PARAM_free(expected);

    f.check.expected_uncopied = false;
    expected = new_expected(NULL, NULL, NULL, "192.0.2.1");
    run_check(&f, expected);
    CU_ASSERT_EQUAL(f.report.denied_count, 1);
    X509_VERIFY_PARAM_free(expected);
    teardown(&f);
}

/* A usage without TLS exempts the common name only where no peer is expected; OpenSSL 4 tells. */
static void usage_where_a_peer_is_expected(void)
{
    static const struct {
        const char *host, *email, *ip;
        int error;
    } rows[] = {
        {NULL, NULL, NULL, OK},
        {"corp.example", NULL, NULL, PERMITTED},
        {NULL, "a@corp.example", NULL, PERMITTED},
        {NULL, NULL, "10.0.0.1", PERMITTED},
    };
    fixture f;
    setup(&f, "root $root\n permit corp.example\n permit ip:10.0.0.0/8\n", "DNS:corp.example");
    X509 *leaf = new_certificate(&(wanted_certificate){.cn = "evil.com",
                                                       .key = key,
                                                       .issuer = lower,
                                                       .issuer_key = lower_key,
                                                       .alt_name = "IP:10.0.0.1",
                                                       .usage = "codeSigning"});
    sk_X509_set(f.chain, 0, leaf);
    for (size_t i = 0; i < 2 * ROWS(rows); i++) {
        const char *row = rows[i / 2].host;
        X509_VERIFY_PARAM *expected =
            new_expected(rows[i / 2].host, NULL, rows[i / 2].email, rows[i / 2].ip);
        f.check.expected_uncopied = i % 2 == 0;
        if (i % 2 == 1)
            f.openssl.OPENSSL_version_major = version_four;
        run_check(&f, expected);
        CHECK_ROW(f.report.error[0] == rows[i / 2].error, row == NULL ? "no host" : row);
        X509_VERIFY_PARAM_free(expected);
    }
    X509_free(leaf);
    teardown(&f);
}

/* The certificate's own violation comes first, and stays what is told. */
static void reference_identity_beside_a_bad_name(void)
{
    fixture f;
    setup(&f, "root $root\n permit corp.example\n", "DNS:evil.com");
    X509_VERIFY_PARAM *expected = new_expected("a..b", NULL, NULL, NULL);
    run_check(&f, expected);
    X509_VERIFY_PARAM_free(expected);
    CU_ASSERT_EQUAL(f.report.error[0], PERMITTED);
    CU_ASSERT_EQUAL(f.report.denied_count, 1);
    CU_ASSERT_FALSE(f.report.denied.reference);
    teardown(&f);
}

static CU_TestInfo tests[] = {
    {"reference identities", reference_identities},
    {"reference address that nothing meets", reference_address_that_nothing_meets},
    {"reference identities of OpenSSL 4", reference_identities_of_openssl_4},
    {"usage where a peer is expected", usage_where_a_peer_is_expected},
    {"reference identity beside a bad name", reference_identity_beside_a_bad_name},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_with_authorities("chain_expected", tests);
}
