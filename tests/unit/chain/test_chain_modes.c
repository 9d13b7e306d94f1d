/* SPDX-License-Identifier: Apache-2.0 */
/* Modes, reference identities, observers, the cache, and what fails: part of chain. */
#include "lib/chain/chain.h"

#include "tests/unit/chains.h"
#include "tests/unit/suite.h"

#define OK        X509_V_OK
#define PERMITTED X509_V_ERR_PERMITTED_VIOLATION
#define SYNTAX    X509_V_ERR_UNSUPPORTED_NAME_SYNTAX

enum { NOW = 1800000000 }; /* 2027-01-15 */

typedef struct fixture {
    test_list list;
    rs_openssl_table openssl;
    rs_chain_check check;
    STACK_OF(X509) * chain;
    X509 *leaf;
    rs_chain_report report;
} fixture;

/* A leaf with this SAN below lower, upper and root, and a list. */
static void setup(fixture *f, const char *source, const char *alt_name)
{
    memset(f, 0, sizeof *f);
    list_of_chain_open(&f->list, source);
    f->openssl = *rs_openssl_linked();
    f->check = (rs_chain_check){
        .openssl = &f->openssl, .image = &f->list.image, .now = NOW, .expected_uncopied = true};
    f->leaf = new_leaf(alt_name);
    f->chain = CHAIN(f->leaf, lower, upper, root);
}

static void teardown(fixture *f)
{
    sk_X509_free(f->chain);
    X509_free(f->leaf);
    list_close(&f->list);
}

static void run_check(fixture *f, X509_VERIFY_PARAM *expected)
{
    rs_chain_check_run(&f->check, f->chain, expected, &f->report);
}

/* Each root once, with its mode and whether it was violated; one that is off is left out. */
static void what_was_applied(void)
{
    static const struct {
        const char *source;
        unsigned count;
        struct {
            rs_mode mode;
            bool violated;
        } applied[2];
    } rows[] = {
        {"root $root\n permit corp.example\n", 1, {{RS_MODE_ENFORCE, true}}},
        {"root $root\n permit evil.com\n permit corp.example\n", 1, {{RS_MODE_ENFORCE, false}}},
        {"root $root\n permit corp.example\n mode test\n", 1, {{RS_MODE_TEST, true}}},
        {"root $root\n permit corp.example\n mode off\n", 0, {{RS_MODE_OFF, false}}},
        {"default\n permit x\n", 1, {{RS_MODE_ENFORCE, true}}},
        {"default\n permit *\n", 1, {{RS_MODE_ENFORCE, false}}},
        {"root $upper\n permit *\n mode test\nroot $root\n permit x\n",
         2,
         {{RS_MODE_TEST, false}, {RS_MODE_ENFORCE, true}}},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        fixture f;
        setup(&f, rows[i].source, "DNS:evil.com");
        memset(&f.report, 0xff, sizeof f.report);
        run_check(&f, NULL);
        CHECK_ROW(f.report.applied_count == rows[i].count, rows[i].source);
        for (unsigned j = 0; j < rows[i].count; j++) {
            const rs_applied *applied = &f.report.applied[j];
            CHECK_ROW(applied->mode == rows[i].applied[j].mode, rows[i].source);
            CHECK_ROW(applied->violated == rows[i].applied[j].violated, rows[i].source);
            CHECK_ROW((applied->root == RS_NO_ROOT) == (rows[i].source[0] == 'd'), rows[i].source);
        }
        teardown(&f);
    }
}

/* A root that stands in several places, and more certificates of it than there is room for. */
static void root_is_applied_once(void)
{
    fixture f;
    setup(&f, "root $root\n permit corp.example\n", "DNS:evil.com");
    for (unsigned i = 0; i < RS_APPLIED_MAX; i++)
        done(sk_X509_push(f.chain, root) > 0);
    run_check(&f, NULL);
    CU_ASSERT(f.report.applied_count == 1 && f.report.applied[0].violated);
    teardown(&f);
}

/* The weakest of the configuration's, the list's and the stanza's mode holds. */
static void modes(void)
{
    static const struct {
        rs_mode mode;
        const char *source;
        unsigned denied, observed;
    } rows[] = {
        {RS_MODE_ENFORCE, "root $root\n permit x\n", 2, 0},
        {RS_MODE_TEST, "root $root\n permit x\n", 0, 2},
        {RS_MODE_OFF, "root $root\n permit x\n", 0, 0},
        {RS_MODE_ENFORCE, "mode test\nroot $root\n permit x\n", 0, 2},
        {RS_MODE_ENFORCE, "mode off\nroot $root\n permit x\n", 0, 0},
        {RS_MODE_TEST, "mode off\nroot $root\n permit x\n", 0, 0},
        {RS_MODE_ENFORCE, "root $root\n permit x\n mode test\n", 0, 2},
        {RS_MODE_ENFORCE, "root $root\n permit x\n mode off\n", 0, 0},
        {RS_MODE_TEST, "root $root\n permit x\n mode enforce\n", 0, 2},
        {RS_MODE_OFF, "root $root\n permit x\n mode enforce\n", 0, 0},
        {RS_MODE_ENFORCE, "mode test\nroot $root\n permit x\n mode off\n", 0, 0},
        {RS_MODE_ENFORCE, "mode test until 2027-01-15\nroot $root\n permit x\n", 2, 0},
        {RS_MODE_ENFORCE, "mode test until 2027-01-16\nroot $root\n permit x\n", 0, 2},
        {RS_MODE_ENFORCE, "root $root\n permit x\n mode test until 2027-01-15\n", 2, 0},
        {RS_MODE_ENFORCE, "root $root\n permit x\n mode test until 2027-01-16\n", 0, 2},
        {RS_MODE_ENFORCE, "default\n permit x\n mode test\n", 0, 2},
        /* A stanza that is off is listed all the same: the default does not apply. */
        {RS_MODE_ENFORCE, "root $root\n permit x\n mode off\ndefault\n permit x\n", 0, 0},
        /* Any that enforces denies, whatever the others. */
        {RS_MODE_ENFORCE, "root $root\n permit x\nroot $upper\n permit x\n mode test\n", 2, 2},
        {RS_MODE_ENFORCE, "root $root\n permit x\nroot $upper\n permit x\n mode off\n", 2, 0},
        {RS_MODE_ENFORCE, "root $upper\n permit x\nroot $root\n permit x\n mode test\n", 2, 2},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        fixture f;
        setup(&f, rows[i].source, "DNS:evil.com");
        f.check.mode = rows[i].mode;
        run_check(&f, NULL);
        CHECK_ROW(f.report.denied_count == rows[i].denied, rows[i].source);
        CHECK_ROW(f.report.observed_count == rows[i].observed, rows[i].source);
        CHECK_ROW((f.report.error[0] != X509_V_OK) == (rows[i].denied > 0), rows[i].source);
        CHECK_ROW(rows[i].observed == 0 || f.report.observed.depth == 0, rows[i].source);
        teardown(&f);
    }
}

static void test_ends_at_midnight(void)
{
    enum { MIDNIGHT = NOW - NOW % 86400 };
    for (int late = 0; late <= 1; late++) {
        fixture f;
        setup(&f, "mode test until 2027-01-15\nroot $root\n permit x\n", "DNS:evil.com");
        f.check.now = MIDNIGHT - 1 + late;
        run_check(&f, NULL);
        CU_ASSERT((f.report.denied_count > 0) == (late == 1));
        CU_ASSERT((f.report.observed_count > 0) == (late == 0));
        teardown(&f);
    }
}

/* What is observed is told as what is denied would be: the lowest depth's. */
static void observed_violation_of_lowest_depth(void)
{
    fixture f;
    setup(&f,
          "mode test\nroot $upper\n exclude lower.corp.example\nroot $root\n exclude evil.com\n",
          "DNS:evil.com");
    run_check(&f, NULL);
    CU_ASSERT_EQUAL(f.report.observed_count, 2);
    CU_ASSERT_EQUAL(f.report.observed.depth, 0);
    CU_ASSERT(rs_bytes_equal(f.report.observed.finding.name, rs_bytes_of_string("evil.com")));
    teardown(&f);
}

static X509_VERIFY_PARAM *new_expected(const char *host, const char *other_host, const char *email,
                                       const char *ip)
{
    X509_VERIFY_PARAM *expected = made(X509_VERIFY_PARAM_new());
    if (host != NULL)
        done(X509_VERIFY_PARAM_set1_host(expected, host, 0));
    if (other_host != NULL)
        done(X509_VERIFY_PARAM_add1_host(expected, other_host, 0));
    if (email != NULL)
        done(X509_VERIFY_PARAM_set1_email(expected, email, 0));
    if (ip != NULL)
        done(X509_VERIFY_PARAM_set1_ip_asc(expected, ip));
    return expected;
}

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

/* What an observer was told, as text. */
static char told[2048];

static void tell_stanza(void *arg, int depth, uint32_t root_index, uint32_t stanza, rs_mode mode)
{
    size_t n = strlen(told);
    (void)arg;
    snprintf(told + n, sizeof told - n, "[%d %s %u %s]", depth,
             root_index == RS_NO_ROOT ? "default" : "root", (unsigned)stanza, rs_mode_word(mode));
}

static void tell_finding(void *arg, int depth, bool reference, const rs_finding *finding)
{
    size_t n = strlen(told);
    (void)arg;
    if (finding->reason == RS_REASON_UNRESTRICTED || finding->reason == RS_REASON_IGNORED)
        return;
    snprintf(told + n, sizeof told - n, "(%d%s %s %.*s %s)", depth, reference ? " ref" : "",
             rs_form_word(finding->form), (int)finding->name.n, (const char *)finding->name.p,
             rs_reason_word(finding->reason));
}

static void check_told(const char *source, const rs_chain_observer *observer, const char *expected)
{
    fixture f;
    X509_VERIFY_PARAM *parameters = new_expected("www.corp.example", NULL, NULL, NULL);
    setup(&f, source, "DNS:evil.com,DNS:www.corp.example");
    f.check.observer = observer;
    told[0] = 0;
    run_check(&f, parameters);
    CU_ASSERT_STRING_EQUAL(told, expected);
    if (strcmp(told, expected) != 0)
        fprintf(stderr, "told: %s\n", told);
    X509_VERIFY_PARAM_free(parameters);
    teardown(&f);
}

static void observers(void)
{
    static const char source[] = "root $root\n permit corp.example\n";
    static const rs_chain_observer all = {.stanza = tell_stanza, .finding = tell_finding};
    static const rs_chain_observer stanzas = {.stanza = tell_stanza};
    static const rs_chain_observer findings = {.finding = tell_finding};
    static const rs_chain_observer nothing = {0};
    static const char names[] = "(0 dns evil.com not-permitted)(0 dns www.corp.example permitted)"
                                "(1 dns lower.corp.example permitted)"
                                "(0 ref dns www.corp.example permitted)";
    char both[sizeof names + 20];
    snprintf(both, sizeof both, "[3 root 0 enforce]%s", names);
    check_told(source, &all, both);
    check_told(source, &findings, names);
    check_told(source, &stanzas, "[3 root 0 enforce]");
    check_told(source, &nothing, "");
    check_told("root $root\n permit x\n mode off\n", &all, "[3 root 0 off]");
    check_told("default\n permit x\n mode off\n", &all, "[-1 default 0 off]");
    check_told("mode test\nroot $root\nroot $lower\n mode off\n permit x\n", &all,
               "[1 root 0 off][3 root 0 off]");
}

static void first_or_worst(void)
{
    fixture f;
    setup(&f, "root $root\n permit corp.example\n", "DNS:evil.com,DNS:a..b");
    run_check(&f, NULL);
    CU_ASSERT_EQUAL(f.report.error[0], PERMITTED); /* the first name decides */
    static const rs_chain_observer findings = {.finding = tell_finding};
    f.check.observer = &findings;
    run_check(&f, NULL);
    CU_ASSERT_EQUAL(f.report.error[0], SYNTAX); /* the worst */
    teardown(&f);
}

/* Accepted once, the keys of the CAs are known, and the report says when more could be. */
static void remembered_chain(void)
{
    fixture f;
    rs_key_cache cache = {.bytes = 0};
    setup(&f, "root $root\n permit corp.example\n", "DNS:www.corp.example");
    f.check.cache = &cache;
    run_check(&f, NULL);
    CU_ASSERT_TRUE(f.report.uncached);
    CU_ASSERT_EQUAL(f.report.denied_count, 0);
    rs_chain_remember(&f.check, f.chain, NULL);
    size_t bytes = cache.bytes;
    CU_ASSERT(bytes > 0);
    run_check(&f, NULL);
    CU_ASSERT_FALSE(f.report.uncached);
    CU_ASSERT_TRUE(f.report.listed);
    unsigned keys = 0;
    for (size_t i = 0; i < RS_KEY_CACHE_SLOTS; i++)
        keys += cache.slots[i] != NULL;
    CU_ASSERT_EQUAL(keys, 3); /* not the leaf's */
    rs_chain_remember(&f.check, f.chain, NULL);
    CU_ASSERT_EQUAL(cache.bytes, bytes);
    rs_key_cache_clear(&cache);
    teardown(&f);
}

static int no_encoding(const X509_PUBKEY *public_key, unsigned char **out)
{
    (void)public_key, (void)out;
    return -1;
}

/* What a check found is remembered without another look, unless it was of another list. */
static void remembered_as_learnt(void)
{
    for (unsigned other = 0; other <= 1; other++) {
        fixture f;
        rs_key_cache cache = {.bytes = 0};
        setup(&f, "root $root\n permit corp.example\n", "DNS:www.corp.example");
        f.check.cache = &cache;
        run_check(&f, NULL);
        CU_ASSERT_EQUAL(f.report.learnt.count, 3);
        f.report.learnt.image += other;
        f.openssl.i2d_X509_PUBKEY = no_encoding;
        rs_chain_remember(&f.check, f.chain, &f.report.learnt);
        f.openssl.i2d_X509_PUBKEY = rs_openssl_linked()->i2d_X509_PUBKEY;
        run_check(&f, NULL);
        CU_ASSERT(f.report.listed && f.report.uncached == (other == 1));
        rs_key_cache_clear(&cache);
        teardown(&f);
    }
}

static void remembered_chain_of_one(void)
{
    fixture f;
    rs_key_cache cache = {.bytes = 0};
    setup(&f, "root $root\n permit *\n", "DNS:www.corp.example");
    sk_X509_free(f.chain);
    f.chain = CHAIN(root);
    f.check.cache = &cache;
    rs_chain_remember(&f.check, f.chain, NULL);
    run_check(&f, NULL);
    CU_ASSERT(f.report.listed && !f.report.uncached);
    rs_key_cache_clear(&cache);
    teardown(&f);
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
    {"what was applied", what_was_applied},
    {"root is applied once", root_is_applied_once},
    {"modes", modes},
    {"test ends at midnight", test_ends_at_midnight},
    {"observed violation of lowest depth", observed_violation_of_lowest_depth},
    {"reference identities", reference_identities},
    {"reference address that nothing meets", reference_address_that_nothing_meets},
    {"reference identities of OpenSSL 4", reference_identities_of_openssl_4},
    {"usage where a peer is expected", usage_where_a_peer_is_expected},
    {"reference identity beside a bad name", reference_identity_beside_a_bad_name},
    {"observers", observers},
    {"first or worst", first_or_worst},
    {"remembered chain", remembered_chain},
    {"remembered as learnt", remembered_as_learnt},
    {"remembered chain of one", remembered_chain_of_one},
    {"a key that cannot be encoded", a_key_that_cannot_be_encoded},
    {"a subject that cannot be had", a_subject_that_cannot_be_had},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    make_authorities();
    int status = rs_suite_run("chain_modes", tests);
    free_authorities();
    return status;
}
