/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/proposal.h"

#include "lib/compiler/host_rule.h"
#include "lib/compiler/ip_rule.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

/* A violation line of a root, as a row of a table has it. */
typedef struct told {
    rs_bytes form, suffix, reason;
} told;

static void add_example(rs_totals *totals, told row, rs_bytes name, uint64_t count, bool verified)
{
    rs_telemetry_line line = {.event = RS_TELEMETRY_VIOLATION,
                              .program = rs_bytes_of_string("curl"),
                              .root = rs_bytes_of_string("default"),
                              .mode = RS_MODE_TEST,
                              .verdict = RS_TELEMETRY_WOULD_DENY,
                              .verified = verified,
                              .form = row.form,
                              .suffix = row.suffix,
                              .reason = row.reason,
                              .name = name,
                              .count = count};
    rs_totals_add(totals, &line);
}

static void add(rs_totals *totals, told row, uint64_t count, bool verified)
{
    add_example(totals, row, rs_bytes_make(NULL, 0), count, verified);
}

/*
 * All that is proposed, "3 dns:evil.example;" and so on, for an example with an exclamation mark.
 */
static const char *proposed(rs_totals *totals, const psl_ctx_t *psl, size_t *unproposed)
{
    static char text[4096];
    rs_arena arena = {0};
    rs_proposals made = rs_proposals_of(&arena, psl, totals, &totals->roots[0], false);
    size_t n = 0;
    text[0] = '\0';
    for (size_t i = 0; i < made.count && n < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%u %s%s", i == 0 ? "" : "; ",
                              (unsigned)made.items[i].chains, made.items[i].rule,
                              made.items[i].example_of.n > 0 ? "!" : "");
    *unproposed = made.unproposed_count;
    for (size_t i = 0; i < made.unproposed_count; i++)
        CU_ASSERT_PTR_NOT_NULL(made.unproposed[i].why);
    rs_arena_clear(&arena);
    return text;
}

#define NOT_PERMITTED LITERAL("not-permitted")

static void of_each_form(void)
{
    static const struct {
        told told;
        const char *expected; /* empty: it needs a person */
    } rows[] = {
        {{LITERAL("dns"), LITERAL("evil.example"), NOT_PERMITTED}, "3 dns:evil.example"},
        {{LITERAL("cn"), LITERAL("evil.example"), NOT_PERMITTED}, "3 dns:evil.example"},
        {{LITERAL("srv"), LITERAL("a.evil.example"), NOT_PERMITTED}, "3 srv:a.evil.example"},
        {{LITERAL("xmpp"), LITERAL("evil.example"), NOT_PERMITTED}, "3 xmpp:evil.example"},
        {{LITERAL("upn"), LITERAL("evil.example"), NOT_PERMITTED}, "3 upn:evil.example"},
        {{LITERAL("email"), LITERAL("evil.example"), NOT_PERMITTED},
         "3 email:.evil.example; 3 email:evil.example"},
        {{LITERAL("uri"), LITERAL("evil.example"), NOT_PERMITTED},
         "3 uri:.evil.example; 3 uri:evil.example"},
        {{LITERAL("dns"), LITERAL("EVIL.example"), NOT_PERMITTED}, "3 dns:evil.example"},
        {{LITERAL("email"),
          LITERAL("b\xc3\xbc"
                  "cher.example"),
          NOT_PERMITTED},
         "3 email:.xn--bcher-kva.example; 3 email:xn--bcher-kva.example"},
        {{LITERAL("ip"), LITERAL("192.0.2.7"), NOT_PERMITTED}, "3 ip:192.0.2.7"},
        {{LITERAL("ip"), LITERAL("2001:DB8::0:1"), NOT_PERMITTED}, "3 ip:2001:db8::1"},
        {{LITERAL("ip"), LITERAL("::ffff:192.0.2.7"), NOT_PERMITTED}, "3 ip:192.0.2.7"},
        {{LITERAL("cn"), LITERAL("192.0.2.7"), NOT_PERMITTED}, "3 ip:192.0.2.7"},
        /* a role, or the end of a host */
        {{LITERAL("cn"), LITERAL("admin"), NOT_PERMITTED}, "3 cn:admin"},
        /* public suffixes */
        {{LITERAL("dns"), LITERAL("co.uk"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("com"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("localhost"), NOT_PERMITTED}, ""},
        {{LITERAL("email"), LITERAL("uk"), NOT_PERMITTED}, ""},
        /* not told well enough */
        {{LITERAL("ip"), LITERAL("192.0.2.0/24"), NOT_PERMITTED}, ""},
        {{LITERAL("ip"), LITERAL("2001:db8::/48"), NOT_PERMITTED}, ""},
        {{LITERAL("cn"), LITERAL("192.0.2.0/24"), NOT_PERMITTED}, ""},
        {{LITERAL("ip"), LITERAL("evil.example"), NOT_PERMITTED}, ""},
        {{LITERAL("ip"), LITERAL("*"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL(""), NOT_PERMITTED}, ""},
        {{LITERAL("dirname"), LITERAL(""), NOT_PERMITTED}, ""},
        {{LITERAL("organization"), LITERAL("evil.example"), NOT_PERMITTED}, ""},
        {{LITERAL("othername"), LITERAL("1.2.3"), NOT_PERMITTED}, ""},
        {{LITERAL("extension"), LITERAL("evil.example"), NOT_PERMITTED}, ""},
        {{LITERAL("later"), LITERAL("evil.example"), NOT_PERMITTED}, ""},
        {{LITERAL(""), LITERAL("evil.example"), NOT_PERMITTED}, ""},
        /* not for want of a line */
        {{LITERAL("dns"), LITERAL("evil.example"), LITERAL("excluded")}, ""},
        {{LITERAL("dns"), LITERAL("evil.example"), LITERAL("excluded-below")}, ""},
        {{LITERAL("dns"), LITERAL("evil.example"), LITERAL("bad-character")}, ""},
        {{LITERAL("dns"), LITERAL("evil.example"), LITERAL("")}, ""},
        /* hostile */
        {{LITERAL("dns"), LITERAL("*"), NOT_PERMITTED}, ""},
        {{LITERAL("email"), LITERAL("*"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("*.example"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL(".example"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("."), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("evil.example."), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("a..b"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("a.example\n    permit *"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("a.example\0.b"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("a b"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("\"a\""), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("a#b"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("a\xff"), NOT_PERMITTED}, ""},
        {{LITERAL("email"), LITERAL("a@evil.example"), NOT_PERMITTED}, ""},
        {{LITERAL("dns"), LITERAL("ip:192.0.2.7"), NOT_PERMITTED}, ""},
        {{LITERAL("cn"), LITERAL("John Smith"), NOT_PERMITTED}, ""},
    };
    psl_ctx_t *psl = psl_latest(NULL);
    CU_ASSERT_PTR_NOT_NULL(psl);
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_totals totals = {0};
        size_t unproposed;
        add(&totals, rows[i].told, 3, true);
        const char *got = proposed(&totals, psl, &unproposed);
        CHECK_ROW(strcmp(got, rows[i].expected) == 0, got);
        CHECK_ROW(unproposed == (rows[i].expected[0] == '\0'), rows[i].expected);
        rs_totals_clear(&totals);
    }
    psl_free(psl);
}

/* Below public suffixes and words, by the example. */
static void of_examples(void)
{
    static const struct {
        const char *form, *suffix, *name, *expected;
    } rows[] = {
        {"cn", "admin", "Admin", "3 cn:admin"},
        {"cn", "admin", "a.b.admin", "3 dns:b.admin!"},
        {"dns", "co.uk", "WWW.a.Evil.co.uk", "3 dns:evil.co.uk!"},
        {"dns", "uk", "www.evil.co.uk", "3 dns:evil.co.uk!"},
        {"dns", "co.uk", "*.evil.co.uk", "3 dns:evil.co.uk!"},
        {"cn", "co.uk", "evil.co.uk", "3 dns:evil.co.uk!"},
        {"email", "co.uk", "a@mx.evil.co.uk", "3 email:.evil.co.uk!; 3 email:evil.co.uk!"},
        {"dns", "co.uk", "co.uk", ""},
        {"dns", "co.uk", "*.co.uk", ""},
        {"dns", "uk", "co.uk", ""},
        {"dns", "co.uk", "evil.example", ""},
        {"dns", "co.uk", "evilco.uk", ""},
        {"dns", "co.uk", "a b.co.uk", ""},
    };
    psl_ctx_t *psl = psl_latest(NULL);
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_totals totals = {0};
        size_t unproposed;
        told row = {rs_bytes_of_string(rows[i].form), rs_bytes_of_string(rows[i].suffix),
                    NOT_PERMITTED};
        add_example(&totals, row, rs_bytes_of_string(rows[i].name), 3, true);
        const char *got = proposed(&totals, psl, &unproposed);
        CHECK_ROW(strcmp(got, rows[i].expected) == 0, rows[i].name);
        CHECK_ROW(unproposed == (rows[i].expected[0] == '\0'), rows[i].name);
        rs_totals_clear(&totals);
    }
    psl_free(psl);
}

static void of_several_rows(void)
{
    static const told dns = {LITERAL("dns"), LITERAL("b.example"), NOT_PERMITTED},
                      cn = {LITERAL("cn"), LITERAL("b.example"), NOT_PERMITTED},
                      other = {LITERAL("dns"), LITERAL("a.example"), NOT_PERMITTED},
                      forged = {LITERAL("dns"), LITERAL("forged.example"), NOT_PERMITTED};
    rs_totals totals = {0};
    size_t unproposed;
    psl_ctx_t *psl = psl_latest(NULL);
    add(&totals, forged, 1000, false);
    CU_ASSERT_STRING_EQUAL(proposed(&totals, psl, &unproposed), "");
    add(&totals, dns, 2, true);
    add(&totals, other, 3, true);
    add(&totals, cn, 2, true);
    CU_ASSERT_STRING_EQUAL(proposed(&totals, psl, &unproposed), "4 dns:b.example; 3 dns:a.example");
    CU_ASSERT_EQUAL(unproposed, 0);
    totals.roots[0].others.verified = 1;
    proposed(&totals, psl, &unproposed);
    CU_ASSERT_EQUAL(unproposed, 1);
    /* Who does not know public suffixes takes all for such. */
    CU_ASSERT_STRING_EQUAL(proposed(&totals, NULL, &unproposed), "");
    psl_free(psl);
    rs_totals_clear(&totals);
}

static CU_TestInfo tests[] = {
    {"of_each_form", of_each_form},
    {"of_examples", of_examples},
    {"of_several_rows", of_several_rows},
    CU_TEST_INFO_NULL,
};

RS_SUITE("proposal", tests)
