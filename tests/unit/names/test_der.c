/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/der.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define FILL_16  "0123456789abcdef"
#define FILL_128 FILL_16 FILL_16 FILL_16 FILL_16 FILL_16 FILL_16 FILL_16 FILL_16

static void next_of_good_elements(void)
{
    static const struct {
        const char *name;
        rs_bytes encoding;
        uint8_t tag;
        size_t header, content;
    } rows[] = {
        {"NULL", LITERAL("\x05\x00"), 0x05, 2, 0},
        {"one byte", LITERAL("\x04\x01\xff"), 0x04, 2, 1},
        {"highest low tag number", LITERAL("\x9e\x01\x00"), 0x9e, 2, 1},
        {"something after", LITERAL("\x02\x01\x05\x02\x01"), 0x02, 2, 1},
        {"longest short length", {(const uint8_t *)"\x04\x7f" FILL_128, 129}, 0x04, 2, 127},
        {"shortest long length", LITERAL("\x04\x81\x80" FILL_128), 0x04, 3, 128},
        {"two length octets", LITERAL("\x30\x82\x01\x00" FILL_128 FILL_128), 0x30, 4, 256},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].encoding), rest = exact;
        rs_der element = {0};
        size_t size = rows[i].header + rows[i].content;
        CHECK_ROW(rs_der_next(&rest, &element), rows[i].name);
        CHECK_ROW(element.tag == rows[i].tag, rows[i].name);
        CHECK_ROW(element.whole.p == exact.p && element.whole.n == size, rows[i].name);
        CHECK_ROW(element.value.p == exact.p + rows[i].header, rows[i].name);
        CHECK_ROW(element.value.n == rows[i].content, rows[i].name);
        CHECK_ROW(rest.p == exact.p + size && rest.n == exact.n - size, rows[i].name);
        exact_free(exact);
    }
}

static void next_of_long_lengths(void)
{
    static const struct {
        const char *name;
        uint8_t header[6];
        size_t header_size, content;
    } rows[] = {
        {"three length octets", {0x04, 0x83, 0x01, 0x00, 0x00}, 5, 0x10000},
        {"four length octets", {0x04, 0x84, 0x01, 0x00, 0x00, 0x00}, 6, 0x1000000},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        size_t size = rows[i].header_size + rows[i].content;
        uint8_t *encoding = calloc(1, size);
        CU_ASSERT_PTR_NOT_NULL_FATAL(encoding);
        memcpy(encoding, rows[i].header, rows[i].header_size);
        rs_bytes rest = rs_bytes_make(encoding, size);
        rs_der element = {0};
        CHECK_ROW(rs_der_next(&rest, &element) && rest.n == 0, rows[i].name);
        CHECK_ROW(element.value.n == rows[i].content, rows[i].name);
        rest = rs_bytes_make(encoding, size - 1);
        CHECK_ROW(!rs_der_next(&rest, &element), rows[i].name);
        free(encoding);
    }
}

static void next_of_bad_elements(void)
{
    static const struct {
        const char *name;
        rs_bytes encoding;
    } rows[] = {
        {"nothing", LITERAL("")},
        {"identifier only", LITERAL("\x30")},
        {"content missing", LITERAL("\x04\x01")},
        {"content short", LITERAL("\x04\x05"
                                  "abcd")},
        {"high tag number, universal", LITERAL("\x1f\x01\x00")},
        {"high tag number, context", LITERAL("\xbf\x01\x00")},
        {"indefinite length", LITERAL("\x30\x80\x00\x00")},
        {"indefinite length, not ended", LITERAL("\x30\x80")},
        {"indefinite length as 128", LITERAL("\x30\x80" FILL_128)},
        {"reserved length", LITERAL("\x04\xff\x01\x00")},
        {"long form of 0", LITERAL("\x04\x81\x00")},
        {"long form of 127", {(const uint8_t *)"\x04\x81\x7f" FILL_128, 130}},
        {"leading zero in length", LITERAL("\x04\x82\x00\x80" FILL_128)},
        {"length octet missing", LITERAL("\x04\x81")},
        {"second length octet missing", LITERAL("\x04\x82\x01")},
        {"long content short by one", {(const uint8_t *)"\x04\x81\x80" FILL_128, 130}},
        {"five length octets", LITERAL("\x04\x85\x01\x00\x00\x00\x00")},
        {"longest length", LITERAL("\x04\x84\xff\xff\xff\xff" FILL_16)},
        {"length that wraps around", LITERAL("\x04\x88\xff\xff\xff\xff\xff\xff\xff\xff" FILL_16)},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].encoding), rest = exact;
        rs_der element = {.tag = 0x55};
        CHECK_ROW(!rs_der_next(&rest, &element), rows[i].name);
        CHECK_ROW(rest.p == exact.p && rest.n == exact.n, rows[i].name);
        CHECK_ROW(element.tag == 0x55 && element.value.p == NULL, rows[i].name);
        exact_free(exact);
    }
    rs_bytes none = {0};
    rs_der element;
    CU_ASSERT_FALSE(rs_der_next(&none, &element));
}

static void next_walks_siblings(void)
{
    rs_bytes rest = LITERAL("\x02\x01\x07\x05\x00\x0c\x02hi");
    rs_der element;
    CU_ASSERT(rs_der_next(&rest, &element) && element.tag == RS_DER_INTEGER);
    CU_ASSERT(rs_der_next(&rest, &element) && element.tag == 0x05);
    CU_ASSERT(rs_der_next(&rest, &element) && element.tag == RS_DER_UTF8_STRING);
    CU_ASSERT(rs_bytes_equal(element.value, rs_bytes_of_string("hi")));
    CU_ASSERT_FALSE(rs_der_next(&rest, &element));
}

static void expect_of_a_tag(void)
{
    rs_bytes start = LITERAL("\x30\x00\x31\x00"), rest = start;
    rs_der element = {.tag = 0x55};
    CU_ASSERT_FALSE(rs_der_expect(&rest, RS_DER_SET, &element));
    CU_ASSERT(rest.p == start.p && rest.n == start.n && element.tag == 0x55);
    CU_ASSERT(rs_der_expect(&rest, RS_DER_SEQUENCE, &element));
    CU_ASSERT(rs_der_expect(&rest, RS_DER_SET, &element));
    CU_ASSERT(element.tag == RS_DER_SET && rest.n == 0);
    CU_ASSERT_FALSE(rs_der_expect(&rest, RS_DER_SET, &element));
    rs_bytes bad = LITERAL("\x30\x01");
    CU_ASSERT_FALSE(rs_der_expect(&bad, RS_DER_SEQUENCE, &element));
}

static void only_of_one_element(void)
{
    static const struct {
        const char *name;
        rs_bytes encoding;
        bool good;
    } rows[] = {
        {"one", LITERAL("\x30\x02\x05\x00"), true},
        {"empty", LITERAL("\x30\x00"), true},
        {"nothing", LITERAL(""), false},
        {"another tag", LITERAL("\x31\x02\x05\x00"), false},
        {"primitive", LITERAL("\x10\x02\x05\x00"), false},
        {"a byte after", LITERAL("\x30\x02\x05\x00\x00"), false},
        {"two", LITERAL("\x30\x00\x30\x00"), false},
        {"short", LITERAL("\x30\x03\x05\x00"), false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].encoding);
        rs_bytes content = {0};
        CHECK_ROW(rs_der_only(exact, RS_DER_SEQUENCE, &content) == rows[i].good, rows[i].name);
        if (rows[i].good)
            CHECK_ROW(rs_bytes_equal(content, rs_bytes_skip(exact, 2)), rows[i].name);
        else
            CHECK_ROW(content.p == NULL, rows[i].name);
        exact_free(exact);
    }
}

static void header_of_lengths(void)
{
    static const struct {
        size_t length;
        rs_bytes header;
    } rows[] = {
        {0, LITERAL("\x30\x00")},
        {0x7f, LITERAL("\x30\x7f")},
        {0x80, LITERAL("\x30\x81\x80")},
        {0xff, LITERAL("\x30\x81\xff")},
        {0x100, LITERAL("\x30\x82\x01\x00")},
        {0xffff, LITERAL("\x30\x82\xff\xff")},
        {0x10000, LITERAL("\x30\x83\x01\x00\x00")},
        {0xffffffff, LITERAL("\x30\x84\xff\xff\xff\xff")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint8_t header[RS_DER_HEADER_MAX];
        size_t n = rs_der_header_put(RS_DER_SEQUENCE, rows[i].length, header);
        CU_ASSERT(rs_bytes_equal(rs_bytes_make(header, n), rows[i].header));
    }
}

static CU_TestInfo tests[] = {
    {"next of good elements", next_of_good_elements},
    {"next of long lengths", next_of_long_lengths},
    {"next of bad elements", next_of_bad_elements},
    {"next walks siblings", next_walks_siblings},
    {"expect of a tag", expect_of_a_tag},
    {"only of one element", only_of_one_element},
    {"header of lengths", header_of_lengths},
    CU_TEST_INFO_NULL,
};

RS_SUITE("der", tests)
