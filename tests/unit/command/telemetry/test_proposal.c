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

static void add(rs_totals *totals, told row, uint64_t count, bool verified)
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
                              .count = count};
    rs_totals_add(totals, &line);
}

/*
 * All that is proposed, "3 dns:evil.example;" and so on, a public suffix with an exclamation mark.
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
                              made.items[i].public_suffix ? "!" : "");
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
        {{LITERAL("cn"), LITERAL("admin"), NOT_PERMITTED}, "3 cn:admin; 3 dns:admin!"},
        /* public suffixes */
        {{LITERAL("dns"), LITERAL("co.uk"), NOT_PERMITTED}, "3 dns:co.uk!"},
        {{LITERAL("dns"), LITERAL("com"), NOT_PERMITTED}, "3 dns:com!"},
        {{LITERAL("dns"), LITERAL("localhost"), NOT_PERMITTED}, "3 dns:localhost!"},
        {{LITERAL("email"), LITERAL("uk"), NOT_PERMITTED}, "3 email:.uk!; 3 email:uk!"},
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
    CU_ASSERT_STRING_EQUAL(proposed(&totals, NULL, &unproposed),
                           "4 dns:b.example!; 3 dns:a.example!");
    psl_free(psl);
    rs_totals_clear(&totals);
}

/* The rule that a text makes, its value in `value`. */
static rs_rule rule_of(const char *text, uint8_t *value)
{
    rs_diagnostics wrong = {0};
    rs_place place = {.diagnostics = &wrong, .file = "", .line = 1, .column = 1};
    rs_rule rules[2] = {{.kind = RS_RULE_SUFFIX, .polarity = RS_PERMIT, .forms = 1 << RS_FORM_DNS}};
    bool good;
    if (strncmp(text, "ip:", 3) == 0) {
        rules[0] = (rs_rule){.kind = RS_RULE_IP};
        good = rs_ip_rule_read(&place, rs_bytes_of_string(text + 3), rules, value) == 1;
    } else {
        good = rs_host_rule_read(&place, rs_bytes_of_string(text), rules, value);
    }
    CU_ASSERT(good);
    rs_diagnostics_clear(&wrong);
    return rules[0];
}

static void a_rule_may_permit_it_already(void)
{
    static const struct {
        const char *suffix, *rule;
        bool within;
    } rows[] = {
        {"a.example", "a.example", true},
        {"a.example", "example", true},
        {"a.example", "*", true},
        {"a.example", ".example", true},
        {"a.example", ".a.example", false},
        {"a.example", "b.a.example", false},
        {"ba.example", "a.example", false},
        {"a.example", "b.example", false},
        {"192.0.2.7", "ip:192.0.2.0/24", true},
        {"192.0.2.7", "ip:192.0.2.7", true},
        {"192.0.2.7", "ip:192.0.2.8", false},
        {"192.0.2.7", "ip:192.0.3.0/24", false},
        {"192.0.2.7", "ip:::/0", false},
        {"192.0.2.7", "*", false},
        {"a.example", "ip:192.0.2.7", false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint8_t value[RS_RULE_VALUE_MAX];
        rs_arena arena = {0};
        rs_totals totals = {0};
        told row = {LITERAL("cn"), rs_bytes_of_string(rows[i].suffix), NOT_PERMITTED};
        add(&totals, row, 1, true);
        rs_rule rule = rule_of(rows[i].rule, value);
        rs_proposals made = rs_proposals_of(&arena, NULL, &totals, &totals.roots[0], false);
        CU_ASSERT_EQUAL(made.count, 1);
        CHECK_ROW(rs_proposal_is_within(&made.items[0], &rule) == rows[i].within, rows[i].rule);
        if (rule.kind == RS_RULE_SUFFIX) {
            rule.forms = 1 << RS_FORM_EMAIL;
            CU_ASSERT_FALSE(rs_proposal_is_within(&made.items[0], &rule));
        }
        rs_totals_clear(&totals);
        rs_arena_clear(&arena);
    }
}

static CU_TestInfo tests[] = {
    {"of_each_form", of_each_form},
    {"of_several_rows", of_several_rows},
    {"a_rule_may_permit_it_already", a_rule_may_permit_it_already},
    CU_TEST_INFO_NULL,
};

RS_SUITE("proposal", tests)
