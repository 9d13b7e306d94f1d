/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/chain.h"

#include "tests/unit/chains.h"
#include "tests/unit/suite.h"

#define OK        X509_V_OK
#define PERMITTED X509_V_ERR_PERMITTED_VIOLATION
#define EXCLUDED  X509_V_ERR_EXCLUDED_VIOLATION
#define SYNTAX    X509_V_ERR_UNSUPPORTED_NAME_SYNTAX

static rs_chain_check check_of(const test_list *list)
{
    return (rs_chain_check){.openssl = rs_openssl_linked(), .image = &list->image};
}

/* Runs a check on a chain of the leaf and the CAs above it; frees the chain. */
static rs_chain_report report_of(const char *source, STACK_OF(X509) * chain)
{
    test_list list;
    rs_chain_report report;
    list_of_chain_open(&list, source);
    rs_chain_check check = check_of(&list);
    rs_chain_check_run(&check, chain, NULL, &report);
    list_close(&list);
    sk_X509_free(chain);
    return report;
}

static bool has_errors(const rs_chain_report *report, int e0, int e1, int e2, int e3)
{
    const int expected[] = {e0, e1, e2, e3};
    unsigned count = 0;
    for (int i = 0; i < RS_CHAIN_MAX; i++) {
        if (report->error[i] != (i < 4 ? expected[i] : OK))
            return false;
        count += report->error[i] != OK;
    }
    return report->denied_count == count;
}

/* The leaf's SAN, the list, and what the leaf gets for it in the chain leaf, lower, upper, root. */
static void which_stanza_applies(void)
{
    static const struct {
        const char *row, *alt_name, *source;
        int error;
        bool listed;
    } rows[] = {
        {"root by key", "DNS:evil.com", "root $root\n permit corp.example\n", PERMITTED, true},
        {"root by certificate", "DNS:evil.com", "root @root\n permit corp.example\n", PERMITTED,
         true},
        {"intermediate", "DNS:evil.com", "root $upper\n permit corp.example\n", PERMITTED, true},
        {"lowest intermediate", "DNS:evil.com", "root $lower\n permit corp.example\n", PERMITTED,
         true},
        {"inside", "DNS:www.corp.example", "root $root\n permit corp.example\n", OK, true},
        {"excluded", "DNS:evil.com", "root $root\n exclude evil.com\n", EXCLUDED, true},
        {"malformed", "DNS:a..b", "root $root\n permit corp.example\n", SYNTAX, true},
        {"unread", "DNS:a..b", "root $root\n permit *\n", OK, true},
        {"no root of the chain", "DNS:evil.com",
         "root spki-sha256:"
         "0000000000000000000000000000000000000000000000000000000000000000\n permit x\n",
         OK, false},
        {"default", "DNS:evil.com", "default\n permit corp.example\n", PERMITTED, false},
        {"default, inside", "DNS:corp.example", "default\n permit corp.example\n", OK, false},
        {"not the default", "DNS:evil.com", "root $root\n permit *\ndefault\n permit x\n", OK,
         true},
        {"all must permit: lower", "DNS:evil.com",
         "root $root\n permit *\nroot $lower\n permit corp.example\n", PERMITTED, true},
        {"all must permit: root", "DNS:evil.com",
         "root $root\n permit corp.example\nroot $lower\n permit *\n", PERMITTED, true},
        {"all must permit: by key", "DNS:evil.com",
         "root $root\n permit corp.example\nroot @root\n permit *\n", PERMITTED, true},
        {"all must permit: by certificate", "DNS:evil.com",
         "root $root\n permit *\nroot @root\n permit corp.example\n", PERMITTED, true},
        {"all permit", "DNS:corp.example",
         "root $root\n permit *\nroot @root\n permit corp.example\nroot $upper\n permit *\n", OK,
         true},
        {"one body, both hashes", "DNS:evil.com", "root $root\nroot @upper\n permit corp.example\n",
         PERMITTED, true},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        X509 *leaf = new_leaf(rows[i].alt_name);
        rs_chain_report report = report_of(rows[i].source, CHAIN(leaf, lower, upper, root));
        CHECK_ROW(has_errors(&report, rows[i].error, OK, OK, OK), rows[i].row);
        CHECK_ROW(report.length == 4 && report.listed == rows[i].listed, rows[i].row);
        CHECK_ROW(report.observed_count == 0 && !report.uncached, rows[i].row);
        X509_free(leaf);
    }
}

static unsigned applied_count;
static int applied_depth;

static void note_stanza(void *arg, int depth, uint32_t index, uint32_t stanza, rs_mode mode)
{
    (void)arg, (void)index, (void)stanza, (void)mode;
    applied_count++;
    applied_depth = depth;
}

/* Anybody can make a chain in which a root's key occurs again and again: it costs no more. */
static void stanza_is_applied_once(void)
{
    static const char *const sources[] = {"root $root\n exclude lower.corp.example\n",
                                          "root @root\n exclude lower.corp.example\n",
                                          "root $root\nroot @root\n exclude lower.corp.example\n"};
    const rs_chain_observer observer = {.stanza = note_stanza};
    for (size_t i = 0; i < ROWS(sources); i++) {
        test_list list;
        rs_chain_report report;
        X509 *leaf = new_leaf("DNS:www.corp.example");
        STACK_OF(X509) *chain = CHAIN(leaf, root, root, lower, root, root, upper);
        list_of_chain_open(&list, sources[i]);
        rs_chain_check check = check_of(&list);
        check.observer = &observer;
        applied_count = 0;
        rs_chain_check_run(&check, chain, NULL, &report);
        CHECK_ROW(applied_count == 1 && applied_depth == 5, sources[i]);
        CHECK_ROW(has_errors(&report, OK, OK, OK, EXCLUDED), sources[i]);
        list_close(&list);
        sk_X509_free(chain);
        X509_free(leaf);
    }
}

/* The certificates that a stanza binds: those below the CA that it is for, and no others. */
static void which_certificates_are_bound(void)
{
    X509 *leaf = new_leaf("DNS:www.corp.example");
    X509 *bad = new_leaf("DNS:evil.com");
    rs_chain_report report;
    report =
        report_of("root $root\n exclude lower.corp.example\n", CHAIN(leaf, lower, upper, root));
    CU_ASSERT(has_errors(&report, OK, EXCLUDED, OK, OK));
    CU_ASSERT_EQUAL(report.denied.depth, 1);
    report =
        report_of("root $upper\n exclude lower.corp.example\n", CHAIN(leaf, lower, upper, root));
    CU_ASSERT(has_errors(&report, OK, EXCLUDED, OK, OK));
    report =
        report_of("root $lower\n exclude lower.corp.example\n", CHAIN(leaf, lower, upper, root));
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    report = report_of("default\n exclude lower.corp.example\n", CHAIN(leaf, lower, upper, root));
    CU_ASSERT(has_errors(&report, OK, EXCLUDED, OK, OK));
    report = report_of("default\n exclude lower.corp.example\n", CHAIN(leaf, lower, upper));
    CU_ASSERT(has_errors(&report, OK, EXCLUDED, OK, OK));
    /* Above the leaf, a certificate that its own name issued is skipped, whatever it says. */
    report = report_of("root $root\n exclude rolled.evil\n", CHAIN(leaf, rolled, upper, root));
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    report = report_of("root $root\n exclude rolled.evil\n", CHAIN(rolled, upper, root));
    CU_ASSERT(has_errors(&report, EXCLUDED, OK, OK, OK));
    /* Each violating certificate is reported, and the lowest is told of. */
    report = report_of("root $root\n exclude corp.example\n exclude evil.com\n",
                       CHAIN(bad, lower, upper, root));
    CU_ASSERT(has_errors(&report, EXCLUDED, EXCLUDED, OK, OK));
    CU_ASSERT_EQUAL(report.denied.depth, 0);
    /* Also if the one further up was found first. */
    report = report_of("root $lower\n permit *\nroot $upper\n exclude lower.corp.example\n"
                       "root $root\n exclude evil.com\n",
                       CHAIN(bad, lower, upper, root));
    CU_ASSERT(has_errors(&report, EXCLUDED, EXCLUDED, OK, OK));
    CU_ASSERT_EQUAL(report.denied.depth, 0);
    X509_free(leaf);
    X509_free(bad);
}

/*
 * The end entity above a proxy certificate may have its issuer's name. It is no CA, and not
 * skipped.
 */
static void self_issued_end_entity(void)
{
    X509 *entity = new_certificate(&(wanted_certificate){.cn = "upper.evil",
                                                         .key = rolled_key,
                                                         .issuer = upper,
                                                         .issuer_key = upper_key,
                                                         .alt_name = "DNS:entity.evil"});
    X509 *proxy = new_certificate(&(wanted_certificate){
        .cn = "Proxy", .key = key, .issuer = entity, .issuer_key = rolled_key});
    rs_chain_report report =
        report_of("root $root\n exclude entity.evil\n", CHAIN(proxy, entity, upper, root));
    CU_ASSERT(has_errors(&report, OK, EXCLUDED, OK, OK));
    report = report_of("root $root\n exclude cn:upper.evil\n", CHAIN(proxy, entity, upper, root));
    CU_ASSERT(has_errors(&report, OK, EXCLUDED, OK, OK));
    X509_free(entity);
    X509_free(proxy);
}

/* A chain that ends below certificates of the trust store, which are listed or not. */
static rs_chain_report report_below(const char *source, STACK_OF(X509) * chain,
                                    rs_store_issuers above)
{
    test_list list;
    rs_chain_report report;
    list_of_chain_open(&list, source);
    rs_chain_check check = check_of(&list);
    const rs_chain_observer observer = {.stanza = note_stanza};
    check.observer = &observer;
    check.above = &above;
    applied_count = 0;
    rs_chain_check_run(&check, chain, NULL, &report);
    list_close(&list);
    sk_X509_free(chain);
    return report;
}

static void roots_above_the_chain(void)
{
    const rs_store_issuers one = {.count = 1, .items = {root}},
                           several = {.count = 2, .items = {upper, root}},
                           unknown = {.incomplete = true};
    X509 *leaf = new_leaf("DNS:evil.com");
    rs_chain_report report =
        report_below("root $root\n permit corp.example\n", CHAIN(leaf, lower, upper), one);
    CU_ASSERT(has_errors(&report, PERMITTED, OK, OK, OK));
    CU_ASSERT(report.listed && applied_count == 1 && applied_depth == 3);
    report = report_below("root @root\n permit corp.example\n", CHAIN(leaf, lower, upper), one);
    CU_ASSERT(has_errors(&report, PERMITTED, OK, OK, OK));
    /* It binds all of the chain, its top included, and keeps the default away. */
    report = report_below("root $root\n exclude lower.corp.example\ndefault\n permit x\n",
                          CHAIN(leaf, lower), one);
    CU_ASSERT(has_errors(&report, OK, EXCLUDED, OK, OK));
    /* A leaf that is trusted itself. */
    report = report_below("root $lower\n permit corp.example\n", CHAIN(leaf),
                          (rs_store_issuers){.count = 1, .items = {lower}});
    CU_ASSERT(has_errors(&report, PERMITTED, OK, OK, OK));
    /* All must permit, whichever is above and whichever in the chain. */
    report = report_below("root $root\n permit *\nroot $upper\n permit corp.example\n",
                          CHAIN(leaf, lower), several);
    CU_ASSERT(has_errors(&report, PERMITTED, OK, OK, OK));
    report = report_below("root $root\n permit corp.example\nroot $lower\n permit *\n",
                          CHAIN(leaf, lower), several);
    CU_ASSERT(has_errors(&report, PERMITTED, OK, OK, OK));
    report = report_below("root $root\n permit *\n", CHAIN(leaf, lower), several);
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    /* None of them is listed: the default holds. */
    report = report_below("root spki-sha256:"
                          "0000000000000000000000000000000000000000000000000000000000000000\n"
                          " permit *\ndefault\n permit x\n",
                          CHAIN(leaf, lower), several);
    CU_ASSERT(has_errors(&report, PERMITTED, OK, OK, OK));
    /* Nobody can say what is above: denied at the top, where there are roots to look for. */
    report = report_below("root $root\n permit *\n", CHAIN(leaf, lower, upper), unknown);
    CU_ASSERT(has_errors(&report, OK, OK, SYNTAX, OK));
    CU_ASSERT_EQUAL(report.denied.finding.reason, RS_REASON_CHAIN_ROOTS);
    report = report_below("default\n permit *\n", CHAIN(leaf, lower, upper), unknown);
    CU_ASSERT(has_errors(&report, OK, OK, OK, OK));
    X509_free(leaf);
}

/* More different roots than an honest chain has: malformed, and no name is looked at. */
static void many_roots_in_one_chain(void)
{
    X509 *leaf = new_leaf("DNS:evil.com");
    X509 *anchors[RS_LISTED_ROOTS_MAX + 1];
    EVP_PKEY *pairs[ROWS(anchors)];
    char source[4096];
    size_t n = 0;
    for (size_t i = 0; i < ROWS(anchors); i++) {
        pairs[i] = new_key();
        anchors[i] =
            new_certificate(&(wanted_certificate){.cn = "A", .key = pairs[i], .constraints = CA});
        n += (size_t)snprintf(source + n, sizeof source - n, "root spki-sha256:%s\n permit *\n",
                              hashes_of(anchors[i]).spki);
    }
    for (size_t count = RS_LISTED_ROOTS_MAX; count <= ROWS(anchors); count++) {
        STACK_OF(X509) *chain = CHAIN(leaf);
        for (size_t i = 0; i < 2 * count; i++)
            done(sk_X509_push(chain, anchors[i % count]) > 0);
        rs_chain_report report = report_below(source, chain, (rs_store_issuers){.count = 0});
        bool too_many = count > RS_LISTED_ROOTS_MAX;
        CU_ASSERT(has_errors(&report, too_many ? SYNTAX : OK, OK, OK, OK));
        CU_ASSERT_EQUAL(applied_count, too_many ? 0 : count);
        CU_ASSERT_EQUAL(report.applied_count, applied_count);
        CU_ASSERT(!too_many || report.denied.finding.reason == RS_REASON_CHAIN_ROOTS);
    }
    for (size_t i = 0; i < ROWS(anchors); i++) {
        X509_free(anchors[i]);
        EVP_PKEY_free(pairs[i]);
    }
    X509_free(leaf);
}

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

static CU_TestInfo tests[] = {
    {"which stanza applies", which_stanza_applies},
    {"stanza is applied once", stanza_is_applied_once},
    {"which certificates are bound", which_certificates_are_bound},
    {"self-issued end entity", self_issued_end_entity},
    {"roots above the chain", roots_above_the_chain},
    {"many roots in one chain", many_roots_in_one_chain},
    {"many names", many_names},
    {"common names of authorities", common_names_of_authorities},
    {"chains of one", chains_of_one},
    {"chains of none and of many", chains_of_none_and_of_many},
    {"the violation tells whose it is", the_violation_tells_whose_it_is},
    {"extensions are counted and read", extensions_are_counted_and_read},
    {"other extensions are left alone", other_extensions_are_left_alone},
    {"errors of reasons", errors_of_reasons},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    make_authorities();
    int status = rs_suite_run("chain", tests);
    free_authorities();
    return status;
}
