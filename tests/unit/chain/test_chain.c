/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/chain.h"

#include "tests/unit/chain/checked_chain.h"

static unsigned verified;

static int counted_verify(X509 *certificate, EVP_PKEY *pkey)
{
    verified++;
    return X509_verify(certificate, pkey);
}

/*
 * Of a chain with many names the signatures are looked at, from the top: a forged one costs
 * little.
 */
static void many_names(void)
{
    enum { MANY = 400 };
    static char alt_name[MANY * 32];
    size_t n = 0;
    for (int i = 0; i < MANY; i++)
        n += (size_t)snprintf(alt_name + n, sizeof alt_name - n, "%sDNS:www.corp.example",
                              i == 0 ? "" : ",");
    X509 *leaf = new_leaf(alt_name);
    X509 *forged = new_certificate(&(wanted_certificate){
        .cn = "Some Leaf", .key = key, .issuer = lower, .issuer_key = key, .alt_name = alt_name});
    X509 *few = new_certificate(
        &(wanted_certificate){.cn = "Some Leaf", .key = key, .issuer = lower, .issuer_key = key});
    rs_openssl_table openssl = *rs_openssl_linked();
    openssl.X509_verify = counted_verify;
    const struct {
        const char *source;
        STACK_OF(X509) * chain;
        int errors[4];
        unsigned verified;
    } rows[] = {
        {"root $root\n permit corp.example\n", CHAIN(leaf, lower, upper, root), {OK}, 3},
        {"root $root\n permit x\n", CHAIN(leaf, lower, upper, root), {PERMITTED, PERMITTED}, 3},
        /* Once, however many stanzas there are. */
        {"root $root\n permit *\nroot $upper\n permit *\n",
         CHAIN(leaf, lower, upper, root),
         {OK},
         3},
        {"root $root\n permit corp.example\n",
         CHAIN(forged, lower, upper, root),
         {X509_V_ERR_CERT_SIGNATURE_FAILURE},
         3},
        {"root $root\n permit x\n",
         CHAIN(forged, lower, root),
         {OK, X509_V_ERR_CERT_SIGNATURE_FAILURE},
         1},
        {"default\n permit *\n", CHAIN(leaf, upper), {X509_V_ERR_CERT_SIGNATURE_FAILURE}, 1},
        {"default\n permit x\n mode test\n", CHAIN(leaf, upper), {OK}, 1},
        {"root $root\n permit corp.example\n", CHAIN(few, lower, upper, root), {OK}, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        test_list list;
        rs_chain_report report;
        list_of_chain_open(&list, rows[i].source);
        rs_chain_check check = check_of(&list);
        check.openssl = &openssl;
        verified = 0;
        rs_chain_check_run(&check, rows[i].chain, NULL, &report);
        const int *errors = rows[i].errors;
        CHECK_ROW(has_errors(&report, errors[0], errors[1], errors[2], errors[3]), rows[i].source);
        CHECK_ROW(verified == rows[i].verified, rows[i].source);
        list_close(&list);
        sk_X509_free(rows[i].chain);
    }
    X509_free(leaf);
    X509_free(forged);
    X509_free(few);
}

static void common_names_of_authorities(void)
{
    X509 *leaf = new_leaf("DNS:www.corp.example");
    X509 *peer = new_certificate(&(wanted_certificate){.cn = "peer.evil",
                                                       .key = key,
                                                       .issuer = lower,
                                                       .issuer_key = lower_key,
                                                       .constraints = CA});
    X509 *no_ca = new_certificate(&(wanted_certificate){.cn = "no-ca.evil",
                                                        .key = key,
                                                        .issuer = upper,
                                                        .issuer_key = upper_key,
                                                        .constraints = "CA:FALSE"});
    static const char source[] = "root $root\n permit corp.example\n";
    rs_chain_report report = report_of(source, CHAIN(leaf, lower, upper, root));
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    report = report_of(source, CHAIN(peer, lower, upper, root));
    CU_ASSERT(has_errors(&report, PERMITTED, OK, OK, OK));
    report = report_of(source, CHAIN(leaf, no_ca, upper, root));
    CU_ASSERT(has_errors(&report, OK, PERMITTED, OK, OK));
    X509_free(leaf);
    X509_free(peer);
    X509_free(no_ca);
}

/* What stands alone is checked itself, listed or not. */
static void chains_of_one(void)
{
    static const struct {
        const char *row, *source;
        int error;
    } rows[] = {
        {"listed by key", "root $root\n permit corp.example\n", PERMITTED},
        {"listed by certificate", "root @root\n permit corp.example\n", PERMITTED},
        {"listed, inside", "root $root\n permit root.evil\n", OK},
        {"default", "default\n permit corp.example\n", PERMITTED},
        {"default, inside", "default\n permit root.evil\n", OK},
        {"free", "root $upper\n permit corp.example\n", OK},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_chain_report report = report_of(rows[i].source, CHAIN(root));
        CHECK_ROW(has_errors(&report, rows[i].error, OK, OK, OK), rows[i].row);
        CHECK_ROW(report.length == 1, rows[i].row);
    }
    /* A leaf with the listed key does not make the stanza apply to a chain of several. */
    rs_chain_report report = report_of("root $lower\n permit x\n", CHAIN(lower, upper, root));
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    CU_ASSERT_FALSE(report.listed);
}

static void chains_of_none_and_of_many(void)
{
    rs_chain_report report = report_of("default\n permit x\n", chain_of((X509 *[]){NULL}));
    CU_ASSERT(has_errors(&report, SYNTAX, OK, OK, OK));
    CU_ASSERT_EQUAL(report.length, 0);
    X509 *leaf = new_leaf("DNS:evil.com");
    STACK_OF(X509) *chain = CHAIN(leaf);
    while (sk_X509_num(chain) < RS_CHAIN_MAX)
        done(sk_X509_push(chain, root) > 0);
    report = report_of("root $root\n permit *\n", sk_X509_dup(chain));
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    CU_ASSERT_TRUE(report.listed);
    done(sk_X509_push(chain, root) > 0);
    report = report_of("mode off\nroot $root\n permit *\n", sk_X509_dup(chain));
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    report = report_of("root $root\n permit *\n mode off\n", sk_X509_dup(chain));
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    report = report_of("root $root\n permit *\n mode test\n", sk_X509_dup(chain));
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    CU_ASSERT_EQUAL(report.observed_count, 1);
    report = report_of("root $root\n permit *\n mode test\nroot $upper\n permit *\n",
                       sk_X509_dup(chain));
    CU_ASSERT(has_errors(&report, SYNTAX, OK, OK, OK));
    report = report_of("mode test\nroot $root\n permit *\n", sk_X509_dup(chain));
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    CU_ASSERT_EQUAL(report.observed_count, 1);
    report = report_of("root $root\n permit *\n", chain);
    CU_ASSERT(has_errors(&report, SYNTAX, OK, OK, OK));
    CU_ASSERT_EQUAL(report.length, RS_CHAIN_MAX + 1);
    CU_ASSERT_EQUAL(report.denied.finding.reason, RS_REASON_CHAIN_LENGTH);
    CU_ASSERT_EQUAL(report.denied.root, RS_NO_ROOT);
    CU_ASSERT_EQUAL(report.denied.stanza, RS_NO_STANZA);
    X509_free(leaf);
}

static void the_violation_tells_whose_it_is(void)
{
    X509 *leaf = new_leaf("DNS:www.corp.example,DNS:evil.com");
    STACK_OF(X509) *chain = CHAIN(leaf, lower, upper, root);
    test_list list;
    rs_chain_report report;
    list_of_chain_open(&list,
                       "root $lower\n permit *\nroot $root \"The Root\"\n permit corp.example\n");
    rs_chain_check check = check_of(&list);
    rs_chain_check_run(&check, chain, NULL, &report);
    CU_ASSERT_EQUAL_FATAL(report.denied_count, 1);
    CU_ASSERT_FALSE(report.denied.reference);
    rs_root told = rs_image_root(&list.image, report.denied.root);
    CU_ASSERT(rs_bytes_equal(told.label, rs_bytes_of_string("The Root")));
    CU_ASSERT_EQUAL(told.stanza, report.denied.stanza);
    CU_ASSERT_EQUAL(report.denied.finding.form, RS_FORM_DNS);
    CU_ASSERT_EQUAL(report.denied.finding.reason, RS_REASON_NOT_PERMITTED);
    CU_ASSERT(rs_bytes_equal(report.denied.finding.name, rs_bytes_of_string("evil.com")));
    list_close(&list);
    sk_X509_free(chain);
    X509_free(leaf);
}

static void extensions_are_counted_and_read(void)
{
    X509 *leaf = new_leaf("DNS:www.corp.example");
    X509_EXTENSION *again = made(X509_EXTENSION_dup(X509_get_ext(leaf, 0)));
    done(X509_add_ext(leaf, again, -1));
    rs_chain_report report = report_of("root $root\n permit *\n", CHAIN(leaf, lower, upper, root));
    CU_ASSERT(has_errors(&report, SYNTAX, OK, OK, OK));
    CU_ASSERT_EQUAL(report.denied.finding.reason, RS_REASON_DUPLICATE);
    X509_EXTENSION_free(again);
    X509_free(leaf);
    /* A key usage that lets the commonName be ignored, and then one that does not. */
    wanted_certificate wanted = {.cn = "evil.com",
                                 .key = key,
                                 .issuer = lower,
                                 .issuer_key = lower_key,
                                 .usage = "codeSigning"};
    leaf = new_certificate(&wanted);
    report = report_of("root $root\n permit corp.example\n", CHAIN(leaf, lower, upper, root));
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    X509_free(leaf);
    wanted.usage = "codeSigning,clientAuth";
    leaf = new_certificate(&wanted);
    report = report_of("root $root\n permit corp.example\n", CHAIN(leaf, lower, upper, root));
    CU_ASSERT(has_errors(&report, PERMITTED, OK, OK, OK));
    X509_free(leaf);
}

/* Extensions of an arc beside 2.5.29 whose OID ends alike are not taken for those that count. */
static void other_extensions_are_left_alone(void)
{
    static const char *const oids[] = {"2.5.28.17", "2.4.29.17", "2.5.29.17.1", "2.5.29.18"};
    X509 *leaf = new_leaf("DNS:www.corp.example");
    for (size_t i = 0; i < ROWS(oids); i++) {
        ASN1_OBJECT *oid = made(OBJ_txt2obj(oids[i], 1));
        ASN1_OCTET_STRING *data = made(ASN1_OCTET_STRING_new());
        done(ASN1_OCTET_STRING_set(data, (const uint8_t *)"x", 1));
        X509_EXTENSION *extension = made(X509_EXTENSION_create_by_OBJ(NULL, oid, 0, data));
        done(X509_add_ext(leaf, extension, -1));
        X509_EXTENSION_free(extension);
        ASN1_OCTET_STRING_free(data);
        ASN1_OBJECT_free(oid);
    }
    rs_chain_report report =
        report_of("root $root\n permit corp.example\n", CHAIN(leaf, lower, upper, root));
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    X509_free(leaf);
}

static void errors_of_reasons(void)
{
    for (rs_reason reason = 0; reason < RS_REASONS; reason++) {
        int expected = rs_reason_verdict(reason) == RS_PERMITTED ? OK : SYNTAX;
        if (reason == RS_REASON_NOT_PERMITTED)
            expected = PERMITTED;
        if (reason == RS_REASON_EXCLUDED || reason == RS_REASON_EXCLUDED_BELOW)
            expected = EXCLUDED;
        if (reason == RS_REASON_SIGNATURE)
            expected = X509_V_ERR_CERT_SIGNATURE_FAILURE;
        CHECK_ROW(rs_reason_error(reason) == expected, rs_reason_word(reason));
    }
    CU_ASSERT_EQUAL(rs_reason_error(RS_REASONS), SYNTAX);
}

/* A CA that cannot be looked up may be any root: denied, unless nothing is enforced. */
static void a_key_that_cannot_be_encoded(void)
{
    static const struct {
        const char *source;
        rs_mode mode;
        unsigned denied, observed;
    } rows[] = {
        {"root $root\n permit *\n", RS_MODE_ENFORCE, 3, 0},
        {"root $root\n permit *\n", RS_MODE_TEST, 0, 3},
        {"root $root\n permit *\n", RS_MODE_OFF, 0, 0},
        {"mode test\nroot $root\n permit *\n", RS_MODE_ENFORCE, 0, 3},
        {"default\n permit *\n", RS_MODE_ENFORCE, 0, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        fixture f;
        setup(&f, rows[i].source, "DNS:www.corp.example");
        f.openssl.i2d_X509_PUBKEY = no_encoding;
        f.check.mode = rows[i].mode;
        run_check(&f, NULL);
        CHECK_ROW(f.report.denied_count == rows[i].denied, rows[i].source);
        CHECK_ROW(f.report.observed_count == rows[i].observed, rows[i].source);
        CHECK_ROW(f.report.error[0] == X509_V_OK, rows[i].source);
        CHECK_ROW((f.report.error[1] == SYNTAX) == (rows[i].denied > 0), rows[i].source);
        teardown(&f);
    }
}

static int no_der(const X509_NAME *name, const unsigned char **der, size_t *size)
{
    (void)name, (void)der, (void)size;
    return 0;
}

static const X509_NAME *no_name(const X509 *certificate)
{
    (void)certificate;
    return NULL;
}

/* A subject that cannot be had is malformed, and does not make a certificate self-issued. */
static void a_subject_that_cannot_be_had(void)
{
    fixture f;
    setup(&f, "root $root\n permit *\n", "DNS:www.corp.example");
    f.openssl.X509_NAME_get0_der = no_der;
    run_check(&f, NULL);
    CU_ASSERT(f.report.denied_count == 3 && f.report.error[2] == SYNTAX);
    f.openssl = *rs_openssl_linked();
    f.openssl.X509_get_subject_name = no_name;
    f.openssl.X509_get_issuer_name = no_name;
    run_check(&f, NULL);
    CU_ASSERT(f.report.denied_count == 3 && f.report.error[2] == SYNTAX);
    CU_ASSERT_EQUAL(f.report.denied.finding.reason, RS_REASON_UNDECODABLE);
    teardown(&f);
}

static CU_TestInfo tests[] = {
    {"many names", many_names},
    {"common names of authorities", common_names_of_authorities},
    {"chains of one", chains_of_one},
    {"chains of none and of many", chains_of_none_and_of_many},
    {"the violation tells whose it is", the_violation_tells_whose_it_is},
    {"extensions are counted and read", extensions_are_counted_and_read},
    {"other extensions are left alone", other_extensions_are_left_alone},
    {"errors of reasons", errors_of_reasons},
    {"a key that cannot be encoded", a_key_that_cannot_be_encoded},
    {"a subject that cannot be had", a_subject_that_cannot_be_had},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_with_authorities("chain", tests);
}
