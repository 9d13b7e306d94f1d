/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/general_names.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

/* An id-on-dnsSRV otherName of "_imap.x", and the two parts that are read from it. */
#define SRV_OID   "\x2b\x06\x01\x05\x05\x07\x08\x07"
#define SRV_VALUE "\x16\x07_imap.x"
#define SRV       "\xa0\x15\x06\x08" SRV_OID "\xa0\x09" SRV_VALUE

/* CN=x */
#define NAME "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"

static void next_of_every_type(void)
{
    static const struct {
        const char *name;
        rs_bytes element;
        rs_general_name_type type;
        rs_bytes value, type_id;
    } rows[] = {
        {"other", LITERAL(SRV), RS_GENERAL_NAME_OTHER, LITERAL(SRV_VALUE), LITERAL(SRV_OID)},
        {"email",
         LITERAL("\x81\x05"
                 "a@b.c"),
         RS_GENERAL_NAME_EMAIL,
         LITERAL("a@b.c"),
         {0}},
        {"dns", LITERAL("\x82\x03x.y"), RS_GENERAL_NAME_DNS, LITERAL("x.y"), {0}},
        {"dns, empty", LITERAL("\x82\x00"), RS_GENERAL_NAME_DNS, LITERAL(""), {0}},
        {"dns with NUL", LITERAL("\x82\x03x\0y"), RS_GENERAL_NAME_DNS, LITERAL("x\0y"), {0}},
        {"x400", LITERAL("\xa3\x02\x30\x00"), RS_GENERAL_NAME_X400, LITERAL("\x30\x00"), {0}},
        {"directory", LITERAL("\xa4\x0e" NAME), RS_GENERAL_NAME_DIRECTORY, LITERAL(NAME), {0}},
        {"empty directory",
         LITERAL("\xa4\x02\x30\x00"),
         RS_GENERAL_NAME_DIRECTORY,
         LITERAL("\x30\x00"),
         {0}},
        {"edi party",
         LITERAL("\xa5\x02\xa1\x00"),
         RS_GENERAL_NAME_EDI_PARTY,
         LITERAL("\xa1\x00"),
         {0}},
        {"uri", LITERAL("\x86\x05h://x"), RS_GENERAL_NAME_URI, LITERAL("h://x"), {0}},
        {"ip",
         LITERAL("\x87\x04\x0a\x00\x00\x01"),
         RS_GENERAL_NAME_IP,
         LITERAL("\x0a\x00\x00\x01"),
         {0}},
        {"ip of another size", LITERAL("\x87\x01\x0a"), RS_GENERAL_NAME_IP, LITERAL("\x0a"), {0}},
        {"registered id",
         LITERAL("\x88\x02\x2a\x03"),
         RS_GENERAL_NAME_REGISTERED_ID,
         LITERAL("\x2a\x03"),
         {0}},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].element);
        rs_general_names names = {exact};
        rs_general_name name;
        CHECK_ROW(rs_general_names_next(&names, &name) == RS_NEXT_ITEM, rows[i].name);
        CHECK_ROW(name.type == rows[i].type, rows[i].name);
        CHECK_ROW(rs_bytes_equal(name.value, rows[i].value), rows[i].name);
        CHECK_ROW(rs_bytes_equal(name.type_id, rows[i].type_id), rows[i].name);
        CHECK_ROW(rs_general_names_next(&names, &name) == RS_NEXT_END, rows[i].name);
        CHECK_ROW(rs_general_names_next(&names, &name) == RS_NEXT_END, rows[i].name);
        exact_free(exact);
    }
}

static void next_of_malformed_names(void)
{
    static const struct {
        const char *name;
        rs_bytes element;
    } rows[] = {
        {"not DER", LITERAL("\x82")},
        {"cut off", LITERAL("\x82\x04x.y")},
        {"constructed dns", LITERAL("\xa2\x02\x16\x00")},
        {"constructed email", LITERAL("\xa1\x00")},
        {"constructed uri", LITERAL("\xa6\x00")},
        {"constructed ip", LITERAL("\xa7\x00")},
        {"constructed registered id", LITERAL("\xa8\x00")},
        {"primitive other", LITERAL("\x80\x00")},
        {"primitive x400", LITERAL("\x83\x00")},
        {"primitive directory", LITERAL("\x84\x02\x30\x00")},
        {"primitive edi party", LITERAL("\x85\x00")},
        {"context tag 9", LITERAL("\x89\x00")},
        {"context tag 9, constructed", LITERAL("\xa9\x00")},
        {"universal tag", LITERAL("\x16\x01x")},
        {"application tag", LITERAL("\x42\x01x")},
        {"private tag", LITERAL("\xc2\x01x")},
        {"directory, empty", LITERAL("\xa4\x00")},
        {"directory without its sequence", LITERAL("\xa4\x02\x31\x00")},
        {"directory and more", LITERAL("\xa4\x04\x30\x00\x30\x00")},
        {"other, empty", LITERAL("\xa0\x00")},
        {"other without a value", LITERAL("\xa0\x03\x06\x01\x2a")},
        {"other without a type", LITERAL("\xa0\x04\xa0\x02\x0c\x00")},
        {"other with a wrong type", LITERAL("\xa0\x07\x0d\x01\x2a\xa0\x02\x0c\x00")},
        {"other, value tagged [1]", LITERAL("\xa0\x07\x06\x01\x2a\xa1\x02\x0c\x00")},
        {"other, value implicit", LITERAL("\xa0\x05\x06\x01\x2a\x80\x00")},
        {"other, value empty", LITERAL("\xa0\x05\x06\x01\x2a\xa0\x00")},
        {"other, two values", LITERAL("\xa0\x09\x06\x01\x2a\xa0\x04\x0c\x00\x0c\x00")},
        {"other, value not DER", LITERAL("\xa0\x07\x06\x01\x2a\xa0\x02\x0c\x01")},
        {"other and more", LITERAL("\xa0\x09\x06\x01\x2a\xa0\x02\x0c\x00\x05\x00")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].element);
        rs_general_names names = {exact};
        rs_general_name name;
        CHECK_ROW(rs_general_names_next(&names, &name) == RS_NEXT_MALFORMED, rows[i].name);
        CHECK_ROW(rs_general_names_next(&names, &name) == RS_NEXT_MALFORMED, rows[i].name);
        exact_free(exact);
    }
}

static void init_of_extensions(void)
{
    static const struct {
        const char *name;
        rs_bytes extension;
        bool good;
    } rows[] = {
        {"one name", LITERAL("\x30\x03\x82\x01x"), true},
        {"content is looked at later", LITERAL("\x30\x01\x00"), true},
        {"nothing", LITERAL(""), false},
        {"no names", LITERAL("\x30\x00"), false},
        {"set", LITERAL("\x31\x03\x82\x01x"), false},
        {"bytes after", LITERAL("\x30\x03\x82\x01x\x00"), false},
        {"cut off", LITERAL("\x30\x04\x82\x01x"), false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].extension);
        rs_general_names names;
        CHECK_ROW(rs_general_names_init(&names, exact) == rows[i].good, rows[i].name);
        exact_free(exact);
    }
}

static void names_in_order_up_to_a_bad_one(void)
{
    rs_bytes extension = LITERAL("\x30\x0b\x82\x01x\x87\x01y\x81\x01z\x82\x01");
    rs_general_names names;
    rs_general_name name;
    CU_ASSERT_TRUE_FATAL(rs_general_names_init(&names, extension));
    static const rs_general_name_type types[] = {RS_GENERAL_NAME_DNS, RS_GENERAL_NAME_IP,
                                                 RS_GENERAL_NAME_EMAIL};
    for (size_t i = 0; i < ROWS(types); i++) {
        CU_ASSERT_EQUAL(rs_general_names_next(&names, &name), RS_NEXT_ITEM);
        CU_ASSERT_EQUAL(name.type, types[i]);
        CU_ASSERT(name.value.n == 1 && name.value.p[0] == "xyz"[i]);
    }
    CU_ASSERT_EQUAL(rs_general_names_next(&names, &name), RS_NEXT_MALFORMED);
}

static CU_TestInfo tests[] = {
    {"next of every type", next_of_every_type},
    {"next of malformed names", next_of_malformed_names},
    {"init of extensions", init_of_extensions},
    {"names in order up to a bad one", names_in_order_up_to_a_bad_one},
    CU_TEST_INFO_NULL,
};

RS_SUITE("general_names", tests)
