/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/ip_address.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static bool address_is(const rs_ip_address *address, rs_bytes octets)
{
    return rs_bytes_equal(rs_bytes_make(address->octets, address->length), octets);
}

static void from_octets_by_size(void)
{
    static const struct {
        const char *name;
        rs_bytes octets, expected;
    } rows[] = {
        {"IPv4", LITERAL("\xc0\0\x02\x01"), LITERAL("\xc0\0\x02\x01")},
        {"IPv6", LITERAL("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"),
         LITERAL("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01")},
        {"mapped", LITERAL("\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\x01\x02\x03"),
         LITERAL("\x0a\x01\x02\x03")},
        {"compatible", LITERAL("\0\0\0\0\0\0\0\0\0\0\0\0\x0a\x01\x02\x03"),
         LITERAL("\0\0\0\0\0\0\0\0\0\0\0\0\x0a\x01\x02\x03")},
        {"not quite mapped, first", LITERAL("\x01\0\0\0\0\0\0\0\0\0\xff\xff\x0a\x01\x02\x03"),
         LITERAL("\x01\0\0\0\0\0\0\0\0\0\xff\xff\x0a\x01\x02\x03")},
        {"not quite mapped, last", LITERAL("\0\0\0\0\0\0\0\0\0\0\xff\xfe\x0a\x01\x02\x03"),
         LITERAL("\0\0\0\0\0\0\0\0\0\0\xff\xfe\x0a\x01\x02\x03")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].octets);
        rs_ip_address address;
        CHECK_ROW(rs_ip_address_from_octets(exact, &address), rows[i].name);
        CHECK_ROW(address_is(&address, rows[i].expected), rows[i].name);
        exact_free(exact);
    }
}

static void from_octets_of_another_size(void)
{
    static const uint8_t octets[32] = {0};
    for (size_t n = 0; n <= sizeof octets; n++) {
        rs_ip_address address;
        bool good = rs_ip_address_from_octets(rs_bytes_make(octets, n), &address);
        CU_ASSERT_EQUAL(good, n == 4 || n == 16);
    }
}

static void from_text_of_good_addresses(void)
{
    static const struct {
        const char *text;
        rs_bytes octets;
    } rows[] = {
        {"0.0.0.0", LITERAL("\0\0\0\0")},
        {"192.0.2.1", LITERAL("\xc0\0\x02\x01")},
        {"255.255.255.255", LITERAL("\xff\xff\xff\xff")},
        {"::", LITERAL("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
        {"::1", LITERAL("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01")},
        {"1::", LITERAL("\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
        {"2001:db8::1", LITERAL("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01")},
        {"2001:DB8::A", LITERAL("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x0a")},
        {"1:2:3:4:5:6:7:8", LITERAL("\0\x01\0\x02\0\x03\0\x04\0\x05\0\x06\0\x07\0\x08")},
        {"0001:0002:3:4:5:6:7:ffff", LITERAL("\0\x01\0\x02\0\x03\0\x04\0\x05\0\x06\0\x07\xff\xff")},
        {"1:2:3:4:5:6:7::", LITERAL("\0\x01\0\x02\0\x03\0\x04\0\x05\0\x06\0\x07\0\0")},
        {"::2:3:4:5:6:7:8", LITERAL("\0\0\0\x02\0\x03\0\x04\0\x05\0\x06\0\x07\0\x08")},
        {"1:2:3::5:6:7:8", LITERAL("\0\x01\0\x02\0\x03\0\0\0\x05\0\x06\0\x07\0\x08")},
        {"::ffff:192.0.2.1", LITERAL("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x01")},
        {"::192.0.2.1", LITERAL("\0\0\0\0\0\0\0\0\0\0\0\0\xc0\0\x02\x01")},
        {"64:ff9b::1.2.3.4", LITERAL("\0\x64\xff\x9b\0\0\0\0\0\0\0\0\x01\x02\x03\x04")},
        {"1:2:3:4:5:6:1.2.3.4", LITERAL("\0\x01\0\x02\0\x03\0\x04\0\x05\0\x06\x01\x02\x03\x04")},
        {"1::6:1.2.3.4", LITERAL("\0\x01\0\0\0\0\0\0\0\0\0\x06\x01\x02\x03\x04")},
        {"1:2:3:4:5::1.2.3.4", LITERAL("\0\x01\0\x02\0\x03\0\x04\0\x05\0\0\x01\x02\x03\x04")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rs_bytes_of_string(rows[i].text));
        rs_ip_address address;
        CHECK_ROW(rs_ip_address_from_text(exact, &address), rows[i].text);
        CHECK_ROW(address_is(&address, rows[i].octets), rows[i].text);
        exact_free(exact);
    }
}

static void from_text_of_bad_addresses(void)
{
    static const rs_bytes rows[] = {
        LITERAL(""),
        LITERAL(" "),
        LITERAL("localhost"),
        LITERAL("1"),
        LITERAL("."),
        LITERAL("1.2.3"),
        LITERAL("1.2.3."),
        LITERAL("1.2.3.4."),
        LITERAL(".1.2.3.4"),
        LITERAL("1..3.4"),
        LITERAL("1.2.3.4.5"),
        LITERAL("01.2.3.4"),
        LITERAL("1.2.3.04"),
        LITERAL("1.2.3.00"),
        LITERAL("1.2.3.256"),
        LITERAL("1.2.3.1000"),
        LITERAL("1.2.3.99999999999"),
        LITERAL("4294967297.2.3.4"),
        LITERAL("0x1.2.3.4"),
        LITERAL("1.2.3.a"),
        LITERAL("1.2.3.-1"),
        LITERAL("1.2.3.+1"),
        LITERAL(" 1.2.3.4"),
        LITERAL("1.2.3.4 "),
        LITERAL("1.2.3.4\0"),
        LITERAL("1,2,3,4"),
        LITERAL("3232235521"),
        LITERAL(":"),
        LITERAL(":::"),
        LITERAL("::::"),
        LITERAL(":1"),
        LITERAL("1:"),
        LITERAL("::1:"),
        LITERAL(":1::"),
        LITERAL("1::2::3"),
        LITERAL("::1::"),
        LITERAL("1:::2"),
        LITERAL("1:2:3:4:5:6:7"),
        LITERAL("1:2:3:4:5:6:7:8:9"),
        LITERAL("1:2:3:4:5:6:7:8:"),
        LITERAL("1:2:3:4:5:6:7:8::"),
        LITERAL("::1:2:3:4:5:6:7:8"),
        LITERAL("1:2:3:4::5:6:7:8"),
        LITERAL("00001::"),
        LITERAL("12345::"),
        LITERAL("g::"),
        LITERAL("::g"),
        LITERAL("1::g"),
        LITERAL("fe80::1%eth0"),
        LITERAL("::1%1"),
        LITERAL("[::1]"),
        LITERAL("::1/128"),
        LITERAL(" ::1"),
        LITERAL("::1 "),
        LITERAL("::1\0"),
        LITERAL("::1.2.3"),
        LITERAL("::1.2.3.4.5"),
        LITERAL("::01.2.3.4"),
        LITERAL("::1.2.3.256"),
        LITERAL("1.2.3.4::"),
        LITERAL("::1.2.3.4:1"),
        LITERAL("1.2.3.4:1::"),
        LITERAL("1:2:3:4:5:6:7:1.2.3.4"),
        LITERAL("1:2:3:4:5:1.2.3.4"),
        LITERAL("1:2:3:4:5:6::1.2.3.4"),
        LITERAL("::1:2:3:4:5:6:1.2.3.4"),
        LITERAL("::\xef\xbc\x91"),
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i]);
        rs_ip_address address = {.length = 99};
        CHECK_ROW(!rs_ip_address_from_text(exact, &address), (const char *)rows[i].p);
        CHECK_ROW(address.length == 99, (const char *)rows[i].p);
        exact_free(exact);
    }
}

/* RFC 5952, sections 4 and 5. */
static void to_text_of_addresses(void)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"0.0.0.0", "0.0.0.0"},
        {"192.0.2.10", "192.0.2.10"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"},
        {"1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"},
        {"2001:0DB8::00A0:1000", "2001:db8::a0:1000"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"0:0:1:0:0:0:0:0", "0:0:1::"},
        {"0:0:0:1:0:0:0:2", "::1:0:0:0:2"},
        {"1:0:0:2:3:4:0:0", "1::2:3:4:0:0"},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
        {"::ffff:0:0", "::ffff:0.0.0.0"},
        {"::192.0.2.1", "::c000:201"},
        {"::fffe:192.0.2.1", "::fffe:c000:201"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_ip_address address;
        char text[RS_IP_TEXT_SIZE];
        CHECK_ROW(rs_ip_address_from_text(rs_bytes_of_string(rows[i].text), &address),
                  rows[i].text);
        memset(text, '?', sizeof text);
        rs_ip_address_to_text(&address, text);
        CHECK_ROW(strcmp(text, rows[i].expected) == 0, rows[i].text);
    }
}

/* Every pattern of zero and other groups comes back as it was, and in no more space. */
static void to_text_and_back(void)
{
    for (unsigned pattern = 0; pattern < 256; pattern++) {
        rs_ip_address address = {.length = 16}, back;
        for (unsigned group = 0; group < 8; group++) {
            if (pattern >> group & 1)
                address.octets[2 * group + group % 2] = (uint8_t)(0x10 + pattern % 0xe0);
        }
        char *text = malloc(RS_IP_TEXT_SIZE);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        rs_ip_address_to_text(&address, text);
        CHECK_ROW(rs_ip_address_from_text(rs_bytes_of_string(text), &back), text);
        CHECK_ROW(address_is(&back, rs_bytes_make(address.octets, 16)), text);
        free(text);
    }
}

static void unmapped_from_text(void)
{
    static const uint8_t ip4[] = {10, 1, 2, 3}, loopback[16] = {[15] = 1};
    rs_ip_address address;
    CU_ASSERT(rs_ip_address_from_text_unmapped(rs_bytes_of_string("::ffff:10.1.2.3"), &address));
    CU_ASSERT(address_is(&address, rs_bytes_make(ip4, sizeof ip4)));
    CU_ASSERT(rs_ip_address_from_text_unmapped(rs_bytes_of_string("10.1.2.3"), &address));
    CU_ASSERT(address_is(&address, rs_bytes_make(ip4, sizeof ip4)));
    CU_ASSERT(rs_ip_address_from_text_unmapped(rs_bytes_of_string("::1"), &address));
    CU_ASSERT(address_is(&address, rs_bytes_make(loopback, sizeof loopback)));
    CU_ASSERT_FALSE(rs_ip_address_from_text_unmapped(rs_bytes_of_string("10.1.2"), &address));
}

static CU_TestInfo tests[] = {
    {"from octets by size", from_octets_by_size},
    {"from octets of another size", from_octets_of_another_size},
    {"from text of good addresses", from_text_of_good_addresses},
    {"from text of bad addresses", from_text_of_bad_addresses},
    {"unmapped from text", unmapped_from_text},
    {"to text of addresses", to_text_of_addresses},
    {"to text and back", to_text_and_back},
    CU_TEST_INFO_NULL,
};

RS_SUITE("ip_address", tests)
