/* SPDX-License-Identifier: Apache-2.0 */
/* The source itself is compiled in, so that it can run out of memory. */
#include <stdbool.h>
#include <stdlib.h>

static bool no_memory;

#define malloc(size) (no_memory ? NULL : malloc(size))
#include "provider/telemetry/blame.c"
#undef malloc

#include "tests/unit/chains.h"
#include "tests/unit/suite.h"
#include "tests/unit/syslog_double.h"

static rs_sink sink;
static rs_tally *tally;

static void start(bool full_names)
{
    log_reset();
    rs_sink_init(&sink, &(rs_sink_config){.kind = RS_SINK_SYSLOG});
    sink.tells_names = full_names;
    tally = rs_tally_new(&sink);
}

/* What is told of a leaf with these names below the authorities, under a list. */
static void tell(const char *source, const char *alt_name, rs_telemetry_verdict verdict)
{
    test_list list;
    list_of_chain_open(&list, source);
    X509 *leaf = new_leaf(alt_name);
    STACK_OF(X509) *chain = CHAIN(leaf, lower, upper, root);
    rs_chain_check check = {.openssl = rs_openssl_linked(),
                            .image = &list.image,
                            .mode = RS_MODE_ENFORCE,
                            .now = 1800000000};
    rs_blame blame = {RS_PEER_CLIENT, verdict, RS_SIGNATURES_VALID};
    rs_blame_tell(&blame, tally, &check, chain, NULL);
    sk_X509_free(chain);
    X509_free(leaf);
    list_close(&list);
}

static void each_violation_once(void)
{
    start(false);
    tell("root $root\n permit corp.example\n",
         "DNS:a.evil.tld,DNS:b.evil.tld,DNS:www.corp.example,DNS:other.tld,IP:192.0.2.1",
         RS_TELEMETRY_DENIED);
    CU_ASSERT(log_count == 3);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_lines[0], "\"mode\":\"enforce\",\"verdict\":\"denied\","
                                                "\"depth\":0,\"form\":\"dns\","));
    CU_ASSERT_PTR_NOT_NULL(strstr(log_lines[0], "\"suffix\":\"evil.tld\",\"signatures\":\"valid\","
                                                "\"peer\":\"client\",\"count\":1}"));
    CU_ASSERT(log_lines_with("\"root\":\"spki-sha256:") == 3);
    CU_ASSERT(log_lines_with("192.0.2.0/24") == 1 && log_lines_with("a.evil.tld") == 0);
    rs_tally_free(tally);
}

static void full_names(void)
{
    start(true);
    tell("root $root\n permit corp.example\n", "DNS:a.evil.tld", RS_TELEMETRY_DENIED);
    CU_ASSERT(log_count == 1 && log_lines_with("\"name\":\"a.evil.tld\"") == 1);
    rs_tally_free(tally);
}

/* What is told of a chain that was denied is what denied it, and the other way round. */
static void by_mode(void)
{
    static const char source[] = "root $root\n permit x\n mode test\nroot $upper\n permit y\n";
    start(false);
    tell(source, "DNS:evil.tld", RS_TELEMETRY_DENIED);
    unsigned denied = log_count;
    CU_ASSERT(denied > 0 && log_lines_with("\"mode\":\"enforce\"") == denied);
    log_reset();
    tell(source, "DNS:evil.tld", RS_TELEMETRY_WOULD_DENY);
    CU_ASSERT(log_count > 0 && log_lines_with("\"mode\":\"test\"") == log_count);
    rs_tally_free(tally);
}

static void chain_as_a_whole(void)
{
    test_list list;
    list_of_chain_open(&list, "root $root\n permit *\n");
    STACK_OF(X509) *chain = made(sk_X509_new_null());
    for (int test = 0; test <= 1; test++) {
        rs_chain_check check = {.openssl = rs_openssl_linked(),
                                .image = &list.image,
                                .mode = test ? RS_MODE_TEST : RS_MODE_ENFORCE};
        rs_blame blame = {.verdict = test ? RS_TELEMETRY_WOULD_DENY : RS_TELEMETRY_DENIED};
        start(false);
        rs_blame_tell(&blame, tally, &check, chain, NULL);
        CU_ASSERT(log_count == 1);
        CU_ASSERT(log_lines_with(test ? "\"mode\":\"test\"" : "\"mode\":\"enforce\"") == 1);
        CU_ASSERT(log_lines_with("\"root\":\"none\"") == 1);
        CU_ASSERT(log_lines_with("\"reason\":\"chain-length\"") == 1);
        rs_tally_free(tally);
    }
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
    start(false);
    tell("root $root\n permit corp.example\n", names, RS_TELEMETRY_DENIED);
    CU_ASSERT(log_count == RS_BLAME_MAX && log_lines_with("\"dropped\":3}") == 1);
    rs_tally_free(tally);
}

/* As after a newer list came in between the verdict and the telling. */
static void violation_that_is_gone_counts_as_dropped(void)
{
    start(false);
    tell("root $root\n permit corp.example\n", "DNS:www.corp.example", RS_TELEMETRY_DENIED);
    CU_ASSERT(log_count == 0 && sink.dropped == 1);
    rs_tally_free(tally);
}

static void without_memory_it_counts_as_dropped(void)
{
    start(false);
    no_memory = true;
    tell("root $root\n permit corp.example\n", "DNS:a.evil.tld", RS_TELEMETRY_DENIED);
    no_memory = false;
    CU_ASSERT(log_count == 0 && sink.dropped == 1);
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
    {"violation that is gone counts as dropped", violation_that_is_gone_counts_as_dropped},
    {"without memory it counts as dropped", without_memory_it_counts_as_dropped},
    {"no authorities", no_authorities},
    CU_TEST_INFO_NULL,
};

RS_SUITE("blame", tests)
