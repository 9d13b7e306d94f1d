/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/rule_cover.h"

#include "lib/compiler/host_rule.h"
#include "lib/compiler/ip_rule.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

/* The rule that a text makes, its value in `value`. */
static rs_rule rule_of(const char *text, uint8_t *value)
{
    rs_diagnostics wrong = {0};
    rs_place place = {.diagnostics = &wrong, .file = "", .line = 1, .column = 1};
    rs_rule rules[2] = {{.kind = RS_RULE_SUFFIX, .forms = 1 << RS_FORM_DNS}};
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

static void a_rule_covers_a_narrower_one(void)
{
    static const struct {
        const char *narrow, *wide;
        bool covers;
    } rows[] = {
        {"a.example", "a.example", true},
        {"a.example", "example", true},
        {"a.example", "*", true},
        {"a.example", ".example", true},
        {"a.example", ".a.example", false},
        {"a.example", "b.a.example", false},
        {"ba.example", "a.example", false},
        {"a.example", "b.example", false},
        {"ip:192.0.2.7", "ip:192.0.2.0/24", true},
        {"ip:192.0.2.7", "ip:192.0.2.7", true},
        {"ip:192.0.2.7", "ip:192.0.2.8", false},
        {"ip:192.0.2.7", "ip:192.0.3.0/24", false},
        {"ip:192.0.2.7", "ip:::/0", false},
        {"ip:192.0.2.7", "*", false},
        {"a.example", "ip:192.0.2.7", false},
        {".a.example", ".a.example", true},
        {".a.example", "a.example", true},
        {".a.example", "x.a.example", false},
        {"ip:192.0.2.0/24", "ip:192.0.2.0/25", false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint8_t wide_value[RS_RULE_VALUE_MAX], narrow_value[RS_RULE_VALUE_MAX];
        rs_rule wide = rule_of(rows[i].wide, wide_value);
        rs_rule narrow = rule_of(rows[i].narrow, narrow_value);
        CHECK_ROW(rs_rule_covers(&wide, &narrow) == rows[i].covers, rows[i].wide);
        if (wide.kind == RS_RULE_SUFFIX) {
            wide.forms = 1 << RS_FORM_EMAIL;
            CU_ASSERT_FALSE(rs_rule_covers(&wide, &narrow));
            wide.forms |= 1 << RS_FORM_DNS;
            CHECK_ROW(rs_rule_covers(&wide, &narrow) == rows[i].covers, rows[i].wide);
        }
    }
}

static CU_TestInfo tests[] = {
    {"a_rule_covers_a_narrower_one", a_rule_covers_a_narrower_one},
    CU_TEST_INFO_NULL,
};

RS_SUITE("rule_cover", tests)
