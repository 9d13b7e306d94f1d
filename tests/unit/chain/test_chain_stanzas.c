/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which stanzas apply to a chain, and which of its certificates they bind.
 */
#include "tests/unit/chain/checked_chain.h"

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

static CU_TestInfo tests[] = {
    {"which stanza applies", which_stanza_applies},
    {"stanza is applied once", stanza_is_applied_once},
    {"which certificates are bound", which_certificates_are_bound},
    {"self-issued end entity", self_issued_end_entity},
    {"roots above the chain", roots_above_the_chain},
    {"many roots in one chain", many_roots_in_one_chain},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_with_authorities("chain_stanzas", tests);
}
