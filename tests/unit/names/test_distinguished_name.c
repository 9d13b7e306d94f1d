/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/distinguished_name.h"

#include "lib/names/der.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define CN_OID    "\x06\x03\x55\x04\x03"
#define CN_X      "\x30\x08" CN_OID "\x0c\x01x"
#define O_Y       "\x30\x08\x06\x03\x55\x04\x0a\x13\x01y"
#define EMAIL_OID "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"
#define EMAIL_Z   "\x30\x0e\x06\x09" EMAIL_OID "\x16\x01z"

/* Attributes of an RDN that none of the readers knows. */
#define BITS "\x30\x09\x06\x03\x55\x04\x2d\x03\x02\x00\xff"

static void next_of_attributes_in_order(void)
{
    /* O=y, then CN=x + emailAddress=z, then attributes that are no strings. */
    rs_bytes der =
        exact_copy((rs_bytes)LITERAL("\x30\x52\x31\x0a" O_Y "\x31\x1a" CN_X EMAIL_Z "\x31\x28" BITS
                                     "\x30\x09\x06\x03\x55\x04\x2d\x30\x02\x05\x00"
                                     "\x30\x07\x06\x03\x55\x04\x2d\x31\x00"
                                     "\x30\x07\x06\x03\x55\x04\x2d\xa0\x00"));
    static const struct {
        rs_attribute_type type;
        uint8_t tag;
        rs_bytes oid, value;
    } rows[] = {
        {RS_ATTRIBUTE_ORGANIZATION, 0x13, LITERAL("\x55\x04\x0a"), LITERAL("y")},
        {RS_ATTRIBUTE_COMMON_NAME, 0x0c, LITERAL("\x55\x04\x03"), LITERAL("x")},
        {RS_ATTRIBUTE_EMAIL_ADDRESS, 0x16, LITERAL(EMAIL_OID), LITERAL("z")},
        {RS_ATTRIBUTE_OTHER, 0x03, LITERAL("\x55\x04\x2d"), LITERAL("\x00\xff")},
        {RS_ATTRIBUTE_OTHER, 0x30, LITERAL("\x55\x04\x2d"), LITERAL("\x05\x00")},
        {RS_ATTRIBUTE_OTHER, 0x31, LITERAL("\x55\x04\x2d"), LITERAL("")},
        {RS_ATTRIBUTE_OTHER, 0xa0, LITERAL("\x55\x04\x2d"), LITERAL("")},
    };
    rs_distinguished_name name;
    rs_attribute attribute;
    CU_ASSERT_TRUE_FATAL(rs_distinguished_name_init(&name, der));
    for (size_t i = 0; i < ROWS(rows); i++) {
        CU_ASSERT_EQUAL_FATAL(rs_distinguished_name_next(&name, &attribute), RS_NEXT_ITEM);
        CU_ASSERT_EQUAL(attribute.type, rows[i].type);
        CU_ASSERT_EQUAL(attribute.string_tag, rows[i].tag);
        CU_ASSERT(rs_bytes_equal(attribute.oid, rows[i].oid));
        CU_ASSERT(rs_bytes_equal(attribute.value, rows[i].value));
    }
    CU_ASSERT_EQUAL(rs_distinguished_name_next(&name, &attribute), RS_NEXT_END);
    CU_ASSERT_EQUAL(rs_distinguished_name_next(&name, &attribute), RS_NEXT_END);
    exact_free(der);
}

static void init_of_encodings(void)
{
    static const struct {
        const char *name;
        rs_bytes der;
        bool good;
    } rows[] = {
        {"empty name", LITERAL("\x30\x00"), true},
        {"content is looked at later", LITERAL("\x30\x01\x00"), true},
        {"nothing", LITERAL(""), false},
        {"set", LITERAL("\x31\x00"), false},
        {"bytes after", LITERAL("\x30\x00\x00"), false},
        {"cut off", LITERAL("\x30\x01"), false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].der);
        rs_distinguished_name name;
        CHECK_ROW(rs_distinguished_name_init(&name, exact) == rows[i].good, rows[i].name);
        exact_free(exact);
    }
}

/* The content of the Name's SEQUENCE. */
static void next_of_malformed_names(void)
{
    static const struct {
        const char *name;
        rs_bytes rdns;
    } rows[] = {
        {"not DER", LITERAL("\x31")},
        {"not a set", LITERAL("\x30\x0a" CN_X)},
        {"empty set", LITERAL("\x31\x00")},
        {"set cut off", LITERAL("\x31\x0b" CN_X)},
        {"attribute not a sequence", LITERAL("\x31\x0a\x31\x08" CN_OID "\x0c\x01x")},
        {"attribute cut off", LITERAL("\x31\x0a\x30\x09" CN_OID "\x0c\x01x")},
        {"attribute empty", LITERAL("\x31\x02\x30\x00")},
        {"no type", LITERAL("\x31\x05\x30\x03\x0c\x01x")},
        {"type not an OID", LITERAL("\x31\x0a\x30\x08\x04\x03\x55\x04\x03\x0c\x01x")},
        {"no value", LITERAL("\x31\x07\x30\x05" CN_OID)},
        {"value cut off", LITERAL("\x31\x0a\x30\x08" CN_OID "\x0c\x02x")},
        {"string in pieces", LITERAL("\x31\x0c\x30\x0a" CN_OID "\x2c\x03\x0c\x01x")},
        {"empty string in pieces", LITERAL("\x31\x09\x30\x07" CN_OID "\x36\x00")},
        {"two values", LITERAL("\x31\x0c\x30\x0a" CN_OID "\x0c\x01x\x05\x00")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].rdns);
        rs_distinguished_name name = {.rdns = exact};
        rs_attribute attribute;
        CHECK_ROW(rs_distinguished_name_next(&name, &attribute) == RS_NEXT_MALFORMED, rows[i].name);
        CHECK_ROW(rs_distinguished_name_next(&name, &attribute) == RS_NEXT_MALFORMED, rows[i].name);
        exact_free(exact);
    }
}

static void next_stops_at_the_first_bad_attribute(void)
{
    rs_bytes der = LITERAL("\x30\x18\x31\x0a" CN_X "\x31\x0a\x30\x08" CN_OID "\x0c\x02x");
    rs_distinguished_name name;
    rs_attribute attribute;
    CU_ASSERT_TRUE_FATAL(rs_distinguished_name_init(&name, der));
    CU_ASSERT_EQUAL(rs_distinguished_name_next(&name, &attribute), RS_NEXT_ITEM);
    CU_ASSERT_EQUAL(rs_distinguished_name_next(&name, &attribute), RS_NEXT_MALFORMED);
    CU_ASSERT_EQUAL(rs_distinguished_name_next(&name, &attribute), RS_NEXT_MALFORMED);
}

/* The canonical form of a DER, in memory of exactly `size` bytes; false is an empty view. */
static rs_bytes canonical_in(rs_bytes der, size_t size)
{
    uint8_t *out = malloc(size);
    size_t length = 0;
    if (out == NULL)
        abort();
    if (!rs_distinguished_name_canonical(der, out, size, &length)) {
        free(out);
        return rs_bytes_make(NULL, 0);
    }
    return rs_bytes_make(out, length);
}

static void canonical_of_names(void)
{
    static const struct {
        const char *name;
        rs_bytes der, canonical;
    } rows[] = {
        {"empty name", LITERAL("\x30\x00"), LITERAL("")},
        {"already canonical", LITERAL("\x30\x0c\x31\x0a" CN_X), LITERAL("\x31\x0a" CN_X)},
        {"another string type", LITERAL("\x30\x0c\x31\x0a" O_Y),
         LITERAL("\x31\x0a\x30\x08\x06\x03\x55\x04\x0a\x0c\x01y")},
        {"folded", LITERAL("\x30\x10\x31\x0e\x30\x0c" CN_OID "\x0c\x05 A  B"),
         LITERAL("\x31\x0c\x30\x0a" CN_OID "\x0c\x03"
                 "a b")},
        {"folded to nothing", LITERAL("\x30\x0d\x31\x0b\x30\x09" CN_OID "\x0c\x02  "),
         LITERAL("\x31\x09\x30\x07" CN_OID "\x0c\x00")},
        {"NumericString as it is", LITERAL("\x30\x0f\x31\x0d\x30\x0b" CN_OID "\x12\x04 1  "),
         LITERAL("\x31\x0d\x30\x0b" CN_OID "\x12\x04 1  ")},
        {"no string as it is", LITERAL("\x30\x0d\x31\x0b" BITS), LITERAL("\x31\x0b" BITS)},
        {"sorted once folded",
         LITERAL("\x30\x16\x31\x14\x30\x08" CN_OID "\x0c\x01"
                 "B"
                 "\x30\x08" CN_OID "\x0c\x01"
                 "a"),
         LITERAL("\x31\x14\x30\x08" CN_OID "\x0c\x01"
                 "a"
                 "\x30\x08" CN_OID "\x0c\x01"
                 "b")},
        {"RDNs not sorted",
         LITERAL("\x30\x18\x31\x0a" CN_X "\x31\x0a\x30\x08" CN_OID "\x0c\x01"
                 "a"),
         LITERAL("\x31\x0a" CN_X "\x31\x0a\x30\x08" CN_OID "\x0c\x01"
                 "a")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes der = exact_copy(rows[i].der);
        rs_bytes canonical = canonical_in(der, 64);
        CHECK_ROW(canonical.p != NULL, rows[i].name);
        CHECK_ROW(rs_bytes_equal(canonical, rows[i].canonical), rows[i].name);
        exact_free(canonical);
        exact_free(der);
    }
}

static void canonical_in_too_little_room(void)
{
    rs_bytes der = LITERAL("\x30\x33\x31\x0a\x30\x08\x06\x03\x55\x04\x0a\x0c\x01y\x31\x18\x30\x0e"
                           "\x06\x09" EMAIL_OID "\x0c\x01z\x30\x06\x06\x01\x2a\x0c\x01x"
                           "\x31\x0b" BITS);
    size_t enough = der.n - 2;
    for (size_t size = 0; size < enough; size++)
        CU_ASSERT_PTR_NULL(canonical_in(der, size).p);
    rs_bytes canonical = canonical_in(der, enough);
    CU_ASSERT_EQUAL(canonical.n, enough);
    exact_free(canonical);
}

static void canonical_of_malformed_names(void)
{
    rs_bytes der = LITERAL("\x30\x26\x31\x0a" O_Y "\x31\x18\x30\x0e\x06\x09" EMAIL_OID
                           "\x16\x01z\x30\x06\x06\x01\x2a\x0c\x01x");
    rs_bytes canonical = canonical_in(der, 64);
    CU_ASSERT_PTR_NOT_NULL(canonical.p);
    exact_free(canonical);
    for (size_t n = 0; n < der.n; n++) {
        rs_bytes cut = exact_copy(rs_bytes_make(der.p, n));
        CU_ASSERT_PTR_NULL(canonical_in(cut, 64).p);
        exact_free(cut);
    }
    static const rs_bytes rows[] = {
        LITERAL("\x30\x02\x31\x00"),
        LITERAL("\x30\x0e\x31\x0a" CN_X "\x31\x00"),
        LITERAL("\x30\x0c\x31\x0a\x30\x08" CN_OID "\x0c\x01\xff"),
        LITERAL("\x30\x0c\x31\x0a\x30\x08" CN_OID "\x1e\x01x"),
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        CU_ASSERT_PTR_NULL(canonical_in(rows[i], 64).p);
}

static void rdns_one_after_another(void)
{
    rs_bytes der = LITERAL("\x30\x19\x31\x0a" CN_X "\x31\x0b" BITS);
    rs_distinguished_name name;
    uint8_t out[64];
    size_t length = 0;
    CU_ASSERT_TRUE_FATAL(rs_distinguished_name_init(&name, der));
    CU_ASSERT_EQUAL(rs_distinguished_name_next_rdn(&name, out, 11, &length), RS_NEXT_MALFORMED);
    CU_ASSERT_EQUAL(rs_distinguished_name_next_rdn(&name, out, 12, &length), RS_NEXT_ITEM);
    CU_ASSERT_EQUAL(length, 12);
    CU_ASSERT_EQUAL(rs_distinguished_name_next_rdn(&name, out, sizeof out, &length), RS_NEXT_ITEM);
    CU_ASSERT_EQUAL(length, 13);
    CU_ASSERT_EQUAL(rs_distinguished_name_next_rdn(&name, out, sizeof out, &length), RS_NEXT_END);
}

static CU_TestInfo tests[] = {
    {"next of attributes in order", next_of_attributes_in_order},
    {"init of encodings", init_of_encodings},
    {"next of malformed names", next_of_malformed_names},
    {"next stops at the first bad attribute", next_stops_at_the_first_bad_attribute},
    {"canonical of names", canonical_of_names},
    {"canonical in too little room", canonical_in_too_little_room},
    {"canonical of malformed names", canonical_of_malformed_names},
    {"RDNs one after another", rdns_one_after_another},
    CU_TEST_INFO_NULL,
};

RS_SUITE("distinguished_name", tests)
