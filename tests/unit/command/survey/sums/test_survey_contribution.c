/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/sums/contribution.h"

#include "tests/unit/command/survey/stand_in.h"
#include "tests/unit/suite.h"

static void fill(rs_contribution *made)
{
    CU_ASSERT(stand_in_add(made, 1, "a.com b.co.uk", 1700000000));
    CU_ASSERT(stand_in_add(made, 2, "c.co.uk d.co.uk e.uk", -5));
    CU_ASSERT(stand_in_add(made, 2, "e.uk", INT64_C(253402300799)));
    CU_ASSERT(stand_in_add(made, 3, "", 1)); /* without a domain it does not count */
    CU_ASSERT(rs_contribution_reject(made, RS_BYTES_OF_LITERAL("no-names"), 300));
    CU_ASSERT(rs_contribution_reject(made, RS_BYTES_OF_LITERAL("issuer-unknown"), 1));
}

/* The same, counted without a contribution between. */
static void fill_counts(rs_counts *counts)
{
    CU_ASSERT(stand_in_count(counts, 1, "a.com b.co.uk", 1700000000));
    CU_ASSERT(stand_in_count(counts, 2, "c.co.uk d.co.uk e.uk", -5));
    CU_ASSERT(stand_in_count(counts, 2, "e.uk", INT64_C(253402300799)));
    CU_ASSERT(rs_counts_reject(counts, RS_BYTES_OF_LITERAL("no-names"), 300));
    CU_ASSERT(rs_counts_reject(counts, RS_BYTES_OF_LITERAL("issuer-unknown"), 1));
}

/* What `fill` makes, written; the caller frees it. */
static rs_bytes filled(void)
{
    rs_contribution made;
    rs_contribution_init(&made);
    fill(&made);
    rs_bytes written = rs_contribution_write(&made);
    CU_ASSERT_FATAL(written.p != NULL);
    rs_contribution_clear(&made);
    return written;
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

static void counts_the_same(void)
{
    rs_counts one, other;
    rs_counts_init(&one);
    rs_counts_init(&other);
    fill_counts(&one);
    rs_bytes written = filled();
    CU_ASSERT(rs_contribution_read(written, &other) == RS_CONTRIBUTION_ADDED);
    assert_same(&one, &other);
    free((void *)written.p);
    rs_counts_clear(&one);
    rs_counts_clear(&other);
}

static void of_nothing(void)
{
    rs_contribution made;
    rs_counts counts;
    rs_contribution_init(&made);
    rs_counts_init(&counts);
    rs_bytes written = rs_contribution_write(&made);
    CU_ASSERT(rs_contribution_read(written, &counts) == RS_CONTRIBUTION_ADDED);
    CU_ASSERT(counts.row_count == 0 && counts.issuer_count == 0 && counts.certificates == 0);
    free((void *)written.p);
    rs_contribution_clear(&made);
    rs_counts_clear(&counts);
}

static void reset_forgets_all(void)
{
    rs_contribution made;
    rs_contribution_init(&made);
    CU_ASSERT(stand_in_add(&made, 9, "z.com", 77));
    CU_ASSERT(rs_contribution_reject(&made, RS_BYTES_OF_LITERAL("other"), 1));
    rs_contribution_reset(&made);
    CU_ASSERT(rs_contribution_size(&made) == 0);
    fill(&made);
    rs_bytes again = rs_contribution_write(&made), written = filled();
    CU_ASSERT(rs_bytes_equal(again, written));
    free((void *)again.p);
    free((void *)written.p);
    rs_contribution_clear(&made);
}

static void added_up(void)
{
    rs_counts twice;
    rs_counts_init(&twice);
    rs_bytes written = filled();
    CU_ASSERT(rs_contribution_read(written, &twice) == RS_CONTRIBUTION_ADDED);
    CU_ASSERT(rs_contribution_read(written, &twice) == RS_CONTRIBUTION_ADDED);
    CU_ASSERT(twice.row_count == 5 && twice.certificates == 6);
    CU_ASSERT(twice.rows[4].sum.certificates == 4 && twice.rows[4].sum.tld_certificates == 2);
    CU_ASSERT(twice.rows[4].sum.first == -5);
    CU_ASSERT(twice.rows[4].sum.last == INT64_C(253402300799));
    CU_ASSERT(twice.reasons[0].count == 600);
    free((void *)written.p);
    rs_counts_clear(&twice);
}

/* Every start of it is refused, and no changed byte does harm. */
static void damage_is_bounded(void)
{
    rs_counts counts;
    rs_counts_init(&counts);
    rs_bytes written = filled();
    for (size_t n = 0; n < written.n; n++) {
        uint8_t *copy = malloc(n + 1); /* of its own, so that a sanitizer sees reads past it */
        memcpy(copy, written.p, n);
        CU_ASSERT(rs_contribution_read(rs_bytes_make(copy, n), &counts) ==
                  RS_CONTRIBUTION_MALFORMED);
        rs_counts_reset(&counts);
        free(copy);
    }
    uint8_t *longer = malloc(written.n + 1);
    memcpy(longer, written.p, written.n);
    longer[written.n] = 0;
    CU_ASSERT(rs_contribution_read(rs_bytes_make(longer, written.n + 1), &counts) ==
              RS_CONTRIBUTION_MALFORMED);
    for (size_t i = 0; i < written.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            longer[i] ^= (uint8_t)(1 << bit);
            rs_counts_reset(&counts);
            (void)rs_contribution_read(rs_bytes_make(longer, written.n), &counts);
            for (size_t k = 0; k < counts.row_count; k++)
                CU_ASSERT(counts.rows[k].sum.first <= counts.rows[k].sum.last &&
                          counts.rows[k].sum.certificates > 0);
            longer[i] ^= (uint8_t)(1 << bit);
        }
    free(longer);
    free((void *)written.p);
    rs_counts_clear(&counts);
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
    /* version, reasons, issuers, an issuer, certificates, one with two domains */
    static const uint8_t good[] = {1, 0, 1,   2,   'C', 'A', 1, 0, 4,   2,   3,
                                   1, 1, 'a', '.', 'b', 3,   1, 1, 'b', '.', 'b'};
    static const struct {
        const char *why;
        size_t at;
        uint8_t value;
    } changes[] = {
        {"version", 0, 2},
        {"issuer", 7, 1},
        {"no domain", 9, 0},
        {"fewer domains", 9, 1},
        {"suffix longer than name", 11, 4},
        {"tld longer than suffix", 12, 2},
        {"no tld", 12, 0},
        {"control character", 13, 27},
        {"beyond ASCII", 13, 0xc0},
        {"the same domain twice", 19, 'a'},
        {"domains in no order", 13, 'c'},
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

/* Sums of strangers' contributions neither overflow nor count as certificates. */
static void reasons_are_bounded(void)
{
    static const uint8_t many[] = {1, 1, 1, 'a', 0x80, 0x80, 0x80, 0x80, 0x04, 0, 0};
    static const uint8_t more[] = {1, 1, 1, 'a', 0x81, 0x80, 0x80, 0x80, 0x04, 0, 0};
    static const uint8_t counted[] = "\x01\x01\x0c" RS_COUNTS_COUNTED "\x01\x00";
    rs_counts counts;
    rs_counts_init(&counts);
    CU_ASSERT(rs_contribution_read(rs_bytes_make(many, sizeof many), &counts) ==
              RS_CONTRIBUTION_ADDED);
    CU_ASSERT(counts.reasons[0].count == UINT64_C(1) << 30);
    rs_counts_clear(&counts);
    refuses("more than certificates of a unit", more, sizeof more);
    refuses("the word of what counts", counted, sizeof counted);
}

/* The sums of times that no certificate has do not overflow. */
static void times_are_bounded(void)
{
    static const int64_t most = INT64_C(1) << 40;
    static const int64_t times[] = {-most, most, -most - 1, most + 1, INT64_MIN, INT64_MAX};
    rs_counts counts;
    rs_counts_init(&counts);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        rs_contribution made;
        rs_contribution_init(&made);
        CU_ASSERT(stand_in_add(&made, 1, "a.com", times[i]));
        rs_bytes written = rs_contribution_write(&made);
        CU_ASSERT((rs_contribution_read(written, &counts) == RS_CONTRIBUTION_ADDED) == (i < 2));
        rs_counts_reset(&counts);
        free((void *)written.p);
        rs_contribution_clear(&made);
    }
    rs_counts_clear(&counts);
}

/* Any byte at any place of a name, whatever its length: what JSON would escape is refused. */
static void names_are_plain(void)
{
    uint8_t text[20];
    rs_counts counts;
    rs_counts_init(&counts);
    for (size_t i = 0; i < sizeof text * 256 * sizeof text; i++) {
        size_t n = 1 + i % sizeof text, at = i / sizeof text % sizeof text;
        uint8_t byte = (uint8_t)(i / (sizeof text * sizeof text));
        rs_contribution made;
        if (at >= n)
            continue;
        memset(text, i % 2 == 0 ? '!' : '~', sizeof text);
        text[at] = byte;
        rs_survey_domain domain = {rs_bytes_make(text, n), 1, 1};
        rs_contribution_init(&made);
        CU_ASSERT_FATAL(rs_contribution_add(&made, stand_in_issuer(1), &domain, 1, 0));
        rs_bytes written = rs_contribution_write(&made);
        bool is_plain = byte > ' ' && byte <= '~' && byte != '"' && byte != '\\';
        CU_ASSERT_FATAL((rs_contribution_read(written, &counts) == RS_CONTRIBUTION_ADDED) ==
                        is_plain);
        rs_counts_reset(&counts);
        free((void *)written.p);
        rs_contribution_clear(&made);
    }
    rs_counts_clear(&counts);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"counts_the_same", counts_the_same},         {"of_nothing", of_nothing},
        {"reset_forgets_all", reset_forgets_all},     {"added_up", added_up},
        {"damage_is_bounded", damage_is_bounded},     {"nonsense_is_refused", nonsense_is_refused},
        {"reasons_are_bounded", reasons_are_bounded}, {"times_are_bounded", times_are_bounded},
        {"names_are_plain", names_are_plain},         CU_TEST_INFO_NULL,
    };
    return rs_suite_run("survey_contribution", tests);
}
