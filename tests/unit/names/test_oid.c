/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/oid.h"

#include "tests/unit/suite.h"

static void oid_is_read(void)
{
    static const struct {
        const char *text;
        size_t length;
        uint8_t content[24];
    } cases[] = {
        {"0.0", 1, {0}},
        {"0.39", 1, {39}},
        {"1.0", 1, {40}},
        {"1.39", 1, {79}},
        {"2.0", 1, {80}},
        {"2.47", 1, {127}},
        {"2.48", 2, {0x81, 0x00}},
        {"2.999.3", 3, {0x88, 0x37, 0x03}},
        {"1.2.0.127.128", 5, {0x2a, 0, 127, 0x81, 0x00}},
        {"1.3.6.1.4.1.311.20.2.3", 10, {0x2b, 6, 1, 4, 1, 0x82, 0x37, 20, 2, 3}},
        {"1.2.840.113549.1.9.1", 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1}},
        /* 2.25 and the highest UUID, 2^128 - 1. */
        {"2.25.340282366920938463463374607431768211455",
         20,
         {0x69, 0x83, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t out[24];
        size_t length = 0;
        rs_bytes text = rs_bytes_of_string(cases[i].text);
        CU_ASSERT(rs_oid_from_text(text, out, sizeof out, &length));
        CU_ASSERT_EQUAL(length, cases[i].length);
        CU_ASSERT_EQUAL(memcmp(out, cases[i].content, cases[i].length), 0);
        /* It needs the room it takes, and no more. */
        CU_ASSERT(rs_oid_from_text(text, out, cases[i].length, &length));
        CU_ASSERT_FALSE(rs_oid_from_text(text, out, cases[i].length - 1, &length));
    }
}

static void oid_is_refused(void)
{
    static const char *const cases[] = {
        "",
        "1",
        "1.",
        ".1",
        "1..2",
        "1.2.",
        "1.2..3",
        "3.1",
        "10.1",
        "99999.1",
        "0.40",
        "1.40",
        "1.128",
        "01.2",
        "1.02",
        "1.2.00",
        "1.2.03",
        "1.2.x",
        "1.2 ",
        "1.-2",
        "x",
        "a.b",
        "1,2",
        /* 40 digits. */
        "1.2.1000000000000000000000000000000000000000",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t out[64];
        size_t length;
        CU_ASSERT_FALSE(rs_oid_from_text(rs_bytes_of_string(cases[i]), out, sizeof out, &length));
    }
    uint8_t out[64];
    size_t length;
    rs_bytes digits = rs_bytes_of_string("2.999999999999999999999999999999999999999");
    CU_ASSERT(rs_oid_from_text(digits, out, sizeof out, &length));
    CU_ASSERT_EQUAL(length, 19);
}

static CU_TestInfo tests[] = {
    {"oid_is_read", oid_is_read},
    {"oid_is_refused", oid_is_refused},
    CU_TEST_INFO_NULL,
};

RS_SUITE("oid", tests)
