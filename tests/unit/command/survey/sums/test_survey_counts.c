/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/sums/counts.h"

#include "tests/unit/command/survey/stand_in.h"
#include "tests/unit/suite.h"

static rs_counts counts;

static const rs_counts_sum *sum_of(uint8_t issuer, const char *name)
{
    for (size_t i = 0; i < counts.row_count; i++) {
        const rs_counts_row *row = &counts.rows[i];
        if (counts.issuers[row->issuer].reference.p[0] == issuer &&
            rs_bytes_equal(rs_bytes_make(row->name, row->name_length), rs_bytes_of_string(name)))
            return &row->sum;
    }
    static const rs_counts_sum none;
    return &none;
}

static bool is(const rs_counts_sum *sum, uint64_t certificates, uint64_t in_suffix, uint64_t in_tld)
{
    return sum->certificates == certificates && sum->suffix_certificates == in_suffix &&
           sum->tld_certificates == in_tld;
}

static void each_domain_counts(void)
{
    rs_counts_init(&counts);
    CU_ASSERT(stand_in_count(&counts, 1, "a.com b.org", 200));
    CU_ASSERT(stand_in_count(&counts, 1, "a.com", 100));
    CU_ASSERT(stand_in_count(&counts, 1, "a.com", 150));
    CU_ASSERT(is(sum_of(1, "a.com"), 3, 3, 3) && is(sum_of(1, "b.org"), 1, 1, 1));
    CU_ASSERT(sum_of(1, "a.com")->first == 100 && sum_of(1, "a.com")->last == 200);
    CU_ASSERT(sum_of(1, "b.org")->first == 200 && sum_of(1, "b.org")->last == 200);
    CU_ASSERT(counts.certificates == 3);
    rs_counts_clear(&counts);
}

static void issuers_are_kept_apart(void)
{
    rs_counts_init(&counts);
    CU_ASSERT(stand_in_count(&counts, 1, "a.com", 1));
    CU_ASSERT(stand_in_count(&counts, 2, "a.com", 2));
    CU_ASSERT(stand_in_count(&counts, 2, "a.com b.com", 2));
    CU_ASSERT(counts.row_count == 3 && counts.issuer_count == 2 && counts.suffix_count == 1);
    CU_ASSERT(counts.issuers[0].certificates == 1 && counts.issuers[1].certificates == 2);
    CU_ASSERT(is(sum_of(1, "a.com"), 1, 1, 1) && is(sum_of(2, "a.com"), 2, 2, 2));
    rs_counts_clear(&counts);
}

/* A certificate counts once below com, uk and co.uk, however many of its domains are there. */
static void once_below_each_suffix(void)
{
    rs_counts_init(&counts);
    CU_ASSERT(stand_in_count(&counts, 1, "a.com b.com c.com", 1));
    CU_ASSERT(is(sum_of(1, "a.com"), 1, 1, 1));
    CU_ASSERT(is(sum_of(1, "b.com"), 1, 0, 0) && is(sum_of(1, "c.com"), 1, 0, 0));
    CU_ASSERT(stand_in_count(&counts, 1, "d.co.uk e.uk f.co.uk g.uk", 1));
    CU_ASSERT(is(sum_of(1, "d.co.uk"), 1, 1, 1) && is(sum_of(1, "e.uk"), 1, 1, 0));
    CU_ASSERT(is(sum_of(1, "f.co.uk"), 1, 0, 0) && is(sum_of(1, "g.uk"), 1, 0, 0));
    CU_ASSERT(stand_in_count(&counts, 1, "e.uk", 1) && is(sum_of(1, "e.uk"), 2, 2, 1));
    rs_counts_clear(&counts);
}

/* Two versions of the list of public suffixes: no order of the two changes a sum. */
static void suffixes_of_a_domain_are_kept_apart(void)
{
    rs_bytes name = RS_BYTES_OF_LITERAL("b.co.uk");
    rs_survey_domain before = {name, 2, 2}, now = {name, 5, 2};
    rs_counts_init(&counts);
    rs_counts_begin(&counts, rs_counts_issuer_index(&counts, stand_in_issuer(1)), 1);
    CU_ASSERT(rs_counts_add(&counts, &before) == RS_COUNTS_ADDED);
    for (int i = 0; i < 2; i++) {
        rs_counts_begin(&counts, counts.issuer, 1);
        CU_ASSERT(rs_counts_add(&counts, &now) == RS_COUNTS_ADDED);
    }
    CU_ASSERT_FATAL(counts.row_count == 2 && counts.suffix_count == 2);
    CU_ASSERT(counts.rows[0].suffix_length == 2 && is(&counts.rows[0].sum, 1, 1, 1));
    CU_ASSERT(counts.rows[1].suffix_length == 5 && is(&counts.rows[1].sum, 2, 2, 2));
    rs_counts_clear(&counts);
}

static void reset_forgets_all(void)
{
    rs_counts_init(&counts);
    CU_ASSERT(stand_in_count(&counts, 1, "a.com b.com", 1));
    CU_ASSERT(rs_counts_reject(&counts, RS_BYTES_OF_LITERAL("no-names"), 2));
    rs_counts_reset(&counts);
    CU_ASSERT(counts.row_count == 0 && counts.reason_count == 0 && counts.certificates == 0);
    CU_ASSERT(stand_in_count(&counts, 2, "b.com a.com", 7));
    CU_ASSERT(counts.row_count == 2 && counts.issuer_count == 1 && counts.suffix_count == 1);
    CU_ASSERT(is(sum_of(2, "b.com"), 1, 1, 1) && is(sum_of(2, "a.com"), 1, 0, 0));
    rs_counts_clear(&counts);
}

static void many_rows_are_found_again(void)
{
    rs_counts_init(&counts);
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 70000; i++) {
            char name[32];
            snprintf(name, sizeof name, "domain-%d.example%d", i, i % 100);
            CU_ASSERT_FATAL(stand_in_count(&counts, (uint8_t)(i % 7), name, i));
        }
    CU_ASSERT(counts.row_count == 70000 && counts.issuer_count == 7 && counts.suffix_count == 100);
    for (size_t i = 0; i < counts.row_count; i++)
        CU_ASSERT_FATAL(is(&counts.rows[i].sum, 3, 3, 3));
    CU_ASSERT(rs_counts_size(&counts) > 70000 * sizeof(rs_counts_row));
    rs_counts_reset(&counts);
    CU_ASSERT(counts.row_count == 0 && stand_in_count(&counts, 1, "a.com", 1));
    CU_ASSERT(is(sum_of(1, "a.com"), 1, 1, 1));
    rs_counts_clear(&counts);
    CU_ASSERT(rs_counts_size(&counts) == 0);
}

static void reasons_are_summed_and_bounded(void)
{
    rs_counts_init(&counts);
    CU_ASSERT(rs_counts_reject(&counts, RS_BYTES_OF_LITERAL("a"), 2));
    CU_ASSERT(rs_counts_reject(&counts, RS_BYTES_OF_LITERAL("a"), 3));
    CU_ASSERT(counts.reason_count == 1 && counts.reasons[0].count == 5);
    CU_ASSERT(!rs_counts_reject(&counts, RS_BYTES_OF_LITERAL(""), 1));
    CU_ASSERT(!rs_counts_reject(&counts, RS_BYTES_OF_LITERAL("\xff"), 1));
    for (char word[] = "b0"; word[1] < '0' + RS_COUNTS_REASONS_MAX - 1; word[1]++)
        CU_ASSERT(rs_counts_reject(&counts, rs_bytes_of_string(word), 1));
    CU_ASSERT(!rs_counts_reject(&counts, RS_BYTES_OF_LITERAL("one more"), 1));
    CU_ASSERT(rs_counts_reject(&counts, RS_BYTES_OF_LITERAL("a"), 1));
    rs_counts_clear(&counts);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"each_domain_counts", each_domain_counts},
        {"issuers_are_kept_apart", issuers_are_kept_apart},
        {"once_below_each_suffix", once_below_each_suffix},
        {"suffixes_of_a_domain_are_kept_apart", suffixes_of_a_domain_are_kept_apart},
        {"reset_forgets_all", reset_forgets_all},
        {"many_rows_are_found_again", many_rows_are_found_again},
        {"reasons_are_summed_and_bounded", reasons_are_summed_and_bounded},
        CU_TEST_INFO_NULL,
    };
    return rs_suite_run("survey_counts", tests);
}
