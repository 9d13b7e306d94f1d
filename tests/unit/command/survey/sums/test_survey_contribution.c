/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/sums/contribution.h"

#include "tests/unit/command/survey/stand_in.h"
#include "tests/unit/suite.h"

static void fill(rs_counts *counts)
{
    CU_ASSERT(stand_in_count(counts, 1, "a.com b.co.uk", 1700000000));
    CU_ASSERT(stand_in_count(counts, 2, "c.co.uk d.co.uk e.uk", -5));
    CU_ASSERT(stand_in_count(counts, 2, "e.uk", INT64_C(253402300799)));
    CU_ASSERT(rs_counts_reject(counts, RS_BYTES_OF_LITERAL("no-names"), 300));
    CU_ASSERT(rs_counts_reject(counts, RS_BYTES_OF_LITERAL("issuer-unknown"), 1));
}

static void assert_same(const rs_counts *a, const rs_counts *b)
{
    CU_ASSERT_FATAL(a->row_count == b->row_count && a->reason_count == b->reason_count);
    for (size_t i = 0; i < a->row_count; i++) {
        const rs_counts_row *one = &a->rows[i], *other = &b->rows[i];
        CU_ASSERT(memcmp(&one->sum, &other->sum, sizeof one->sum) == 0);
        CU_ASSERT(one->suffix_length == other->suffix_length &&
                  one->tld_length == other->tld_length);
        CU_ASSERT(rs_bytes_equal(rs_bytes_make(one->name, one->name_length),
                                 rs_bytes_make(other->name, other->name_length)));
        const rs_counts_issuer *by = &a->issuers[one->issuer], *too = &b->issuers[other->issuer];
        CU_ASSERT(rs_bytes_equal(by->reference, too->reference));
        CU_ASSERT(by->certificates == too->certificates);
    }
    for (size_t i = 0; i < a->reason_count; i++)
        CU_ASSERT(strcmp(a->reasons[i].word, b->reasons[i].word) == 0 &&
                  a->reasons[i].count == b->reasons[i].count);
    CU_ASSERT(a->certificates == b->certificates);
}

static void read_back_the_same(void)
{
    rs_counts one, other;
    rs_counts_init(&one);
    rs_counts_init(&other);
    fill(&one);
    rs_bytes written = rs_contribution_write(&one);
    CU_ASSERT_FATAL(written.p != NULL);
    CU_ASSERT(rs_contribution_read(written, &other) == RS_CONTRIBUTION_ADDED);
    assert_same(&one, &other);
    rs_bytes again = rs_contribution_write(&other);
    CU_ASSERT(rs_bytes_equal(written, again));
    free((void *)again.p);
    free((void *)written.p);
    rs_counts_clear(&one);
    rs_counts_clear(&other);
}

static void of_nothing(void)
{
    rs_counts one, other;
    rs_counts_init(&one);
    rs_counts_init(&other);
    rs_bytes written = rs_contribution_write(&one);
    CU_ASSERT(rs_contribution_read(written, &other) == RS_CONTRIBUTION_ADDED);
    assert_same(&one, &other);
    free((void *)written.p);
}

static void added_up(void)
{
    rs_counts one, twice;
    rs_counts_init(&one);
    rs_counts_init(&twice);
    fill(&one);
    rs_bytes written = rs_contribution_write(&one);
    CU_ASSERT(rs_contribution_read(written, &twice) == RS_CONTRIBUTION_ADDED);
    CU_ASSERT(rs_contribution_read(written, &twice) == RS_CONTRIBUTION_ADDED);
    CU_ASSERT(twice.row_count == one.row_count && twice.certificates == 6);
    CU_ASSERT(twice.rows[4].sum.certificates == 4 && twice.rows[4].sum.tld_certificates == 2);
    CU_ASSERT(twice.rows[4].sum.first == -5);
    CU_ASSERT(twice.rows[4].sum.last == INT64_C(253402300799));
    CU_ASSERT(twice.reasons[0].count == 600);
    free((void *)written.p);
    rs_counts_clear(&one);
    rs_counts_clear(&twice);
}

/* Every start of it is refused, and no changed byte does harm. */
static void damage_is_bounded(void)
{
    rs_counts one, other;
    rs_counts_init(&one);
    rs_counts_init(&other);
    fill(&one);
    rs_bytes written = rs_contribution_write(&one);
    for (size_t n = 0; n < written.n; n++) {
        uint8_t *copy = malloc(n + 1); /* of its own, so that a sanitizer sees reads past it */
        memcpy(copy, written.p, n);
        CU_ASSERT(rs_contribution_read(rs_bytes_make(copy, n), &other) ==
                  RS_CONTRIBUTION_MALFORMED);
        free(copy);
    }
    uint8_t *longer = malloc(written.n + 1);
    memcpy(longer, written.p, written.n);
    longer[written.n] = 0;
    CU_ASSERT(rs_contribution_read(rs_bytes_make(longer, written.n + 1), &other) ==
              RS_CONTRIBUTION_MALFORMED);
    for (size_t i = 0; i < written.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            longer[i] ^= (uint8_t)(1 << bit);
            rs_counts_reset(&other);
            (void)rs_contribution_read(rs_bytes_make(longer, written.n), &other);
            for (size_t k = 0; k < other.row_count; k++)
                CU_ASSERT(other.rows[k].sum.first <= other.rows[k].sum.last);
            longer[i] ^= (uint8_t)(1 << bit);
        }
    free(longer);
    free((void *)written.p);
    rs_counts_clear(&one);
    rs_counts_clear(&other);
}

static void refuses(const char *why, const uint8_t *bytes, size_t size)
{
    rs_counts counts;
    rs_counts_init(&counts);
    CU_ASSERT(rs_contribution_read(rs_bytes_make(bytes, size), &counts) ==
              RS_CONTRIBUTION_MALFORMED);
    if (rs_contribution_read(rs_bytes_make(bytes, size), &counts) != RS_CONTRIBUTION_MALFORMED)
        puts(why);
    rs_counts_clear(&counts);
}

static void nonsense_is_refused(void)
{
    /* version, reasons, issuers, an issuer and its certificates, rows, a row */
    static const uint8_t good[] = {1, 0, 1,   2,   'C', 'A', 1, 1, 0, 3,
                                   1, 1, 'a', '.', 'b', 1,   1, 1, 2, 0};
    static const struct {
        const char *why;
        size_t at;
        uint8_t value;
    } changes[] = {
        {"version", 0, 2},
        {"issuer without certificates", 6, 0},
        {"issuer", 8, 1},
        {"suffix longer than name", 10, 4},
        {"tld longer than suffix", 11, 2},
        {"no tld", 11, 0},
        {"control character", 12, 27},
        {"beyond ASCII", 12, 0xc0},
        {"no certificate", 15, 0},
        {"more in suffix", 16, 2},
        {"more in tld", 17, 2},
    };
    rs_counts counts;
    rs_counts_init(&counts);
    CU_ASSERT(rs_contribution_read(rs_bytes_make(good, sizeof good), &counts) ==
              RS_CONTRIBUTION_ADDED);
    rs_counts_clear(&counts);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        uint8_t bad[sizeof good];
        memcpy(bad, good, sizeof good);
        bad[changes[i].at] = changes[i].value;
        refuses(changes[i].why, bad, sizeof bad);
    }
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"read_back_the_same", read_back_the_same},
        {"of_nothing", of_nothing},
        {"added_up", added_up},
        {"damage_is_bounded", damage_is_bounded},
        {"nonsense_is_refused", nonsense_is_refused},
        CU_TEST_INFO_NULL,
    };
    return rs_suite_run("survey_contribution", tests);
}
