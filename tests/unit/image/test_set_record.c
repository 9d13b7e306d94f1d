/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/little_endian.h"
#include "lib/image/set_record.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static void record_is_read_as_laid_out(void)
{
    uint8_t bytes[RS_SET_RECORD_SIZE];
    for (unsigned i = 0; i < 7; i++)
        rs_le32_put(bytes + 4 * i, i + 1);
    rs_set_record record = rs_set_record_read(bytes);
    CU_ASSERT(record.kind == RS_SET_SUFFIXES && record.offset == 2 && record.size == 3);
    CU_ASSERT(record.count == 4 && record.seed == 5 && record.root_rules == 6);
    CU_ASSERT(record.labels == 7);
}

static const struct {
    const char *name;
    rs_set_record record; /* the offset is set by the test */
    const char *bytes;    /* as many as record.size */
    bool good;
} checks[] = {
    {"suffixes", {RS_SET_SUFFIXES, 0, 13, 0, 7, 3, 0}, "\0\0\0\0\5\0\0\0\3\0com", true},
    {"suffixes, most labels",
     {RS_SET_SUFFIXES, 0, 13, 0, 7, 3, 127},
     "\0\0\0\0\5\0\0\0\3\0com",
     true},
    {"suffixes, too many labels",
     {RS_SET_SUFFIXES, 0, 13, 0, 7, 3, 128},
     "\0\0\0\0\5\0\0\0\3\0com",
     false},
    {"suffixes, labels over a byte",
     {RS_SET_SUFFIXES, 0, 13, 0, 7, 3, 256},
     "\0\0\0\0\5\0\0\0\3\0com",
     false},
    {"suffixes, unknown root rules",
     {RS_SET_SUFFIXES, 0, 13, 0, 7, 32, 0},
     "\0\0\0\0\5\0\0\0\3\0com",
     false},
    {"suffixes, root rules over a byte",
     {RS_SET_SUFFIXES, 0, 13, 0, 7, 256, 0},
     "\0\0\0\0\5\0\0\0\3\0com",
     false},
    {"suffixes, mask too large",
     {RS_SET_SUFFIXES, 0, 13, 1, 0, 0, 0},
     "\0\0\0\0\5\0\0\0\3\0com",
     false},
    {"suffixes, mask far too large",
     {RS_SET_SUFFIXES, 0, 13, UINT32_MAX, 0, 0, 0},
     "\0\0\0\0\5\0\0\0\3\0com",
     false},
    {"suffixes, a table alone", {RS_SET_SUFFIXES, 0, 8, 0, 0, 1, 0}, "\0\0\0\0\0\0\0\0", false},
    {"suffixes, starts late",
     {RS_SET_SUFFIXES, 0, 13, 0, 7, 3, 0},
     "\1\0\0\0\5\0\0\0\3\0com",
     false},
    {"suffixes, ends early",
     {RS_SET_SUFFIXES, 0, 13, 0, 7, 3, 0},
     "\0\0\0\0\4\0\0\0\3\0com",
     false},
    {"suffixes, bad entry", {RS_SET_SUFFIXES, 0, 13, 0, 0, 0, 0}, "\0\0\0\0\5\0\0\0\4\0com", false},
    {"suffixes, shorter than a table", {RS_SET_SUFFIXES, 0, 3, 0, 0, 0, 0}, "\0\0\0", false},
    {"root rules", {RS_SET_SUFFIXES, 0, 0, 0, 0, 2, 0}, "", true},
    {"no rules", {RS_SET_SUFFIXES, 0, 0, 0, 0, 0, 0}, "", false},
    {"root rules and a mask", {RS_SET_SUFFIXES, 0, 0, 1, 0, 2, 0}, "", false},
    {"root rules and a seed", {RS_SET_SUFFIXES, 0, 0, 0, 1, 2, 0}, "", false},
    {"root rules and labels", {RS_SET_SUFFIXES, 0, 0, 0, 0, 2, 1}, "", false},
    {"strings", {RS_SET_STRINGS, 0, 9, 1, 0, 0, 0}, "\0\0\0\0\1\0\0\0a", true},
    {"strings, none", {RS_SET_STRINGS, 0, 0, 0, 0, 0, 0}, "", false},
    {"strings, count too large", {RS_SET_STRINGS, 0, 9, 2, 0, 0, 0}, "\0\0\0\0\1\0\0\0a", false},
    {"strings, count far too large",
     {RS_SET_STRINGS, 0, 9, 0x20000001, 0, 0, 0},
     "\0\0\0\0\1\0\0\0a",
     false},
    {"strings, byte left", {RS_SET_STRINGS, 0, 10, 1, 0, 0, 0}, "\0\0\0\0\1\0\0\0ab", false},
    {"strings, a seed", {RS_SET_STRINGS, 0, 9, 1, 1, 0, 0}, "\0\0\0\0\1\0\0\0a", false},
    {"strings, labels", {RS_SET_STRINGS, 0, 9, 1, 0, 0, 1}, "\0\0\0\0\1\0\0\0a", false},
    {"strings, root rules", {RS_SET_STRINGS, 0, 9, 1, 0, 1, 0}, "\0\0\0\0\1\0\0\0a", false},
    {"IPv4", {RS_SET_RANGES4, 0, 8, 1, 0, 0, 0}, "\12\0\0\0\12\377\377\377", true},
    {"IPv4, none", {RS_SET_RANGES4, 0, 0, 0, 0, 0, 0}, "", false},
    {"IPv4, reversed", {RS_SET_RANGES4, 0, 8, 1, 0, 0, 0}, "\12\377\0\0\12\0\0\0", false},
    {"IPv4, count too large",
     {RS_SET_RANGES4, 0, 8, 2, 0, 0, 0},
     "\12\0\0\0\12\377\377\377",
     false},
    {"IPv4, count wraps",
     {RS_SET_RANGES4, 0, 8, 0x20000001, 0, 0, 0},
     "\12\0\0\0\12\377\377\377",
     false},
    {"IPv4, byte left", {RS_SET_RANGES4, 0, 9, 1, 0, 0, 0}, "\12\0\0\0\12\377\377\377", false},
    {"IPv6",
     {RS_SET_RANGES16, 0, 32, 1, 0, 0, 0},
     "123456789012345\1"
     "123456789012345\2",
     true},
    {"IPv6, reversed",
     {RS_SET_RANGES16, 0, 32, 1, 0, 0, 0},
     "123456789012345\2"
     "123456789012345\1",
     false},
    {"IPv6, half", {RS_SET_RANGES16, 0, 16, 1, 0, 0, 0}, "123456789012345\1", false},
    {"no kind", {(rs_set_kind)0, 0, 8, 1, 0, 0, 0}, "\12\0\0\0\12\377\377\377", false},
    {"unknown kind", {(rs_set_kind)5, 0, 8, 1, 0, 0, 0}, "\12\0\0\0\12\377\377\377", false},
};

static void check_knows_each_kind(void)
{
    for (size_t i = 0; i < ROWS(checks); i++) {
        rs_set_record record = checks[i].record;
        uint8_t file[40] = {0};
        record.offset = (uint32_t)(sizeof file - record.size);
        memcpy(file + record.offset, checks[i].bytes, record.size);
        rs_bytes exact = exact_copy(rs_bytes_make(file, sizeof file));
        CHECK_ROW(rs_set_record_check(&record, exact.p, true) == checks[i].good, checks[i].name);
        /* Not whole, it leaves what is in a bucket to the look-up, and nothing else. */
        bool is_left = strcmp(checks[i].name, "suffixes, bad entry") == 0;
        CHECK_ROW(rs_set_record_check(&record, exact.p, false) == (checks[i].good || is_left),
                  checks[i].name);
        exact_free(exact);
    }
}

static void views_are_of_the_set(void)
{
    static const uint8_t file[64];
    rs_set_record record = {RS_SET_SUFFIXES, 4, 30, 3, 7, 9, 2};
    rs_suffix_set suffixes = rs_set_record_suffixes(&record, file);
    CU_ASSERT(suffixes.buckets == file + 4 && suffixes.entries == file + 24);
    CU_ASSERT(suffixes.mask == 3 && suffixes.seed == 7 && suffixes.root_rules == 9);
    CU_ASSERT(suffixes.labels == 2);
    record.size = 0;
    suffixes = rs_set_record_suffixes(&record, file);
    CU_ASSERT(suffixes.buckets == NULL && suffixes.mask == 0 && suffixes.root_rules == 9);
    record = (rs_set_record){RS_SET_STRINGS, 8, 30, 2, 0, 0, 0};
    rs_string_set strings = rs_set_record_strings(&record, file);
    CU_ASSERT(strings.index == file + 8 && strings.bytes == file + 24 && strings.count == 2);
    record.kind = RS_SET_RANGES4;
    rs_range_set ranges = rs_set_record_ranges(&record, file);
    CU_ASSERT(ranges.ranges == file + 8 && ranges.count == 2 && ranges.width == 4);
    record.kind = RS_SET_RANGES16;
    CU_ASSERT_EQUAL(rs_set_record_ranges(&record, file).width, 16);
}

static CU_TestInfo tests[] = {
    {"a record is read as laid out", record_is_read_as_laid_out},
    {"check knows each kind", check_knows_each_kind},
    {"views are of the set", views_are_of_the_set},
    CU_TEST_INFO_NULL,
};

RS_SUITE("set_record", tests)
