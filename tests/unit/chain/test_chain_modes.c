/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modes, what is told of the stanzas that applied, and observers.
 */
#include "tests/unit/chain/checked_chain.h"

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

static CU_TestInfo tests[] = {
    {"what was applied", what_was_applied},
    {"root is applied once", root_is_applied_once},
    {"modes", modes},
    {"test ends at midnight", test_ends_at_midnight},
    {"observed violation of lowest depth", observed_violation_of_lowest_depth},
    {"observers", observers},
    {"first or worst", first_or_worst},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_with_authorities("chain_modes", tests);
}
