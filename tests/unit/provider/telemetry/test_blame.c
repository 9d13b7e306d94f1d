/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/blame.h"

#include "tests/unit/chains.h"
#include "tests/unit/suite.h"
#include "tests/unit/syslog_double.h"

/* A chain checked under a list, and what it is to blame for. */
static test_list list;
static rs_settings settings;
static rs_sink sink;
static rs_tally *tally;
static rs_blame blame;

static void collect(const char *source, const char *alt_name, rs_names names, rs_mode mode)
{
    rs_chain_report report;
    list_of_chain_open(&list, source);
    X509 *leaf = new_leaf(alt_name);
    STACK_OF(X509) *chain = CHAIN(leaf, lower, upper, root);
    rs_chain_check check = {
        .openssl = rs_openssl_linked(), .image = &list.image, .mode = mode, .now = 1800000000};
    log_reset();
    rs_settings_init(&settings);
    rs_sink_init(&sink, &settings);
    sink.tells_names = names == RS_NAMES_FULL;
    tally = rs_tally_new(&sink);
    blame.count = 0;
    rs_chain_check_run(&check, chain, NULL, &report);
    rs_blame_collect(&blame, tally, &check, chain, NULL, &report, RS_PEER_CLIENT);
    sk_X509_free(chain);
    X509_free(leaf);
    list_close(&list);
}

static void each_violation_once(void)
{
    collect("root $root\n permit corp.example\n",
            "DNS:a.evil.tld,DNS:b.evil.tld,DNS:www.corp.example,DNS:other.tld,IP:192.0.2.1",
            RS_NAMES_SUFFIX, RS_MODE_ENFORCE);
    CU_ASSERT(blame.count == 3);
    const rs_reported_violation *first = &blame.items[0].violation;
    CU_ASSERT(first->suffix_size == 8 && memcmp(first->suffix, "evil.tld", 8) == 0);
    CU_ASSERT(!first->has_name && first->peer == RS_PEER_CLIENT && first->depth == 0);
    CU_ASSERT(first->root.kind == RS_REPORTED_SPKI && first->root.mode == RS_MODE_ENFORCE);
    rs_blame_tell(&blame, RS_TELEMETRY_DENIED, RS_SIGNATURES_VALID);
    CU_ASSERT(log_count == 3 && log_lines_with("192.0.2.0/24") == 1);
    CU_ASSERT(log_lines_with("a.evil.tld") == 0);
    rs_tally_free(tally);
}

static void full_names(void)
{
    collect("root $root\n permit corp.example\n", "DNS:a.evil.tld", RS_NAMES_FULL, RS_MODE_ENFORCE);
    rs_blame_tell(&blame, RS_TELEMETRY_DENIED, RS_SIGNATURES_VALID);
    CU_ASSERT(log_count == 1 && log_lines_with("\"name\":\"a.evil.tld\"") == 1);
    rs_tally_free(tally);
}

/* What is told of a chain that was denied is what denied it, and the other way round. */
static void by_mode(void)
{
    collect("root $root\n permit x\n mode test\nroot $upper\n permit y\n", "DNS:evil.tld",
            RS_NAMES_SUFFIX, RS_MODE_ENFORCE);
    rs_blame_tell(&blame, RS_TELEMETRY_DENIED, RS_SIGNATURES_VALID);
    unsigned denied = log_count;
    CU_ASSERT(denied > 0 && log_lines_with("\"mode\":\"enforce\"") == denied);
    log_reset();
    rs_blame_tell(&blame, RS_TELEMETRY_WOULD_DENY, RS_SIGNATURES_VALID);
    CU_ASSERT(log_count > 0 && log_lines_with("\"mode\":\"test\"") == log_count);
    rs_tally_free(tally);
}

static void chain_as_a_whole(void)
{
    rs_chain_report report;
    list_of_chain_open(&list, "root $root\n permit *\n");
    STACK_OF(X509) *chain = made(sk_X509_new_null());
    rs_chain_check check = {.openssl = rs_openssl_linked(), .image = &list.image};
    log_reset();
    rs_settings_init(&settings);
    rs_sink_init(&sink, &settings);
    tally = rs_tally_new(&sink);
    for (int test = 0; test <= 1; test++) {
        check.mode = test ? RS_MODE_TEST : RS_MODE_ENFORCE;
        blame.count = 0;
        rs_chain_check_run(&check, chain, NULL, &report);
        rs_blame_collect(&blame, tally, &check, chain, NULL, &report, RS_PEER_UNKNOWN);
        CU_ASSERT(blame.count == 1);
        CU_ASSERT(blame.items[0].violation.root.kind == RS_REPORTED_NONE);
        CU_ASSERT(blame.items[0].violation.root.mode == check.mode);
        CU_ASSERT(blame.items[0].violation.reason == RS_REASON_CHAIN_LENGTH);
    }
    rs_tally_free(tally);
    sk_X509_free(chain);
    list_close(&list);
}

/* More than there is room for; those that are like one that is there need none. */
static void the_rest_counts_as_dropped(void)
{
    char names[1000] = "DNS:a.evil0.tld";
    for (int i = 0; i < RS_BLAME_MAX + 5; i++) {
        char name[40];
        snprintf(name, sizeof name, ",DNS:www.evil%d.tld", i % (RS_BLAME_MAX + 3));
        strcat(names, name);
    }
    collect("root $root\n permit corp.example\n", names, RS_NAMES_SUFFIX, RS_MODE_ENFORCE);
    CU_ASSERT(blame.count == RS_BLAME_MAX);
    CU_ASSERT(sink.dropped == 3);
    rs_tally_free(tally);
}

/* Makes the authorities first, and frees them last. */
static void authorities(void)
{
    make_authorities();
}

static void no_authorities(void)
{
    free_authorities();
}

static CU_TestInfo tests[] = {
    {"authorities", authorities},
    {"each violation once", each_violation_once},
    {"full names", full_names},
    {"by mode", by_mode},
    {"chain as a whole", chain_as_a_whole},
    {"the rest counts as dropped", the_rest_counts_as_dropped},
    {"no authorities", no_authorities},
    CU_TEST_INFO_NULL,
};

RS_SUITE("blame", tests)
