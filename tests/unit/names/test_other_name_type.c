/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/other_name_type.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define PKINIT  "\x2b\6\1\5\2\2"
#define REALM   "\x1b\1X"
#define PKIX_ON "\x2b\6\1\5\5\7\x8"

static void types_and_their_forms(void)
{
    static const struct {
        rs_bytes oid;
        rs_form form; /* RS_FORM_OTHERNAME: of a type that bears no host */
    } rows[] = {
        {LITERAL(PKIX_ON "\x9"), RS_FORM_EMAIL},
        {LITERAL(PKIX_ON "\x7"), RS_FORM_SRV},
        {LITERAL(PKIX_ON "\x5"), RS_FORM_XMPP},
        {LITERAL("\x2b\6\1\4\1\x82\x37\x14\2\3"), RS_FORM_UPN},
        {LITERAL("\x2b\6\1\5\2\2"), RS_FORM_KRB5},
        {LITERAL(PKIX_ON "\x8"), RS_FORM_NAI},
        {LITERAL(PKIX_ON "\x4"), RS_FORM_OTHERNAME},
        {LITERAL(PKIX_ON "\x7\1"), RS_FORM_OTHERNAME},
        {LITERAL(PKIX_ON), RS_FORM_OTHERNAME},
        {LITERAL(""), RS_FORM_OTHERNAME},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        const rs_other_name_type *type = rs_other_name_type_of(rows[i].oid);
        rs_form form = type == NULL ? RS_FORM_OTHERNAME : rs_other_name_form(type);
        CHECK_ROW(form == rows[i].form, rs_form_word(rows[i].form));
    }
}

static void texts_of_values(void)
{
    static const struct {
        const char *oid;
        rs_bytes value;
        const char *text; /* NULL: the value is not of its type */
    } rows[] = {
        {PKIX_ON "\x9", LITERAL("\x0c\4a@\xc3\xbc"), "a@\xc3\xbc"},
        {PKIX_ON "\x9", LITERAL("\x0c\3a@\xfc"), NULL},
        {PKIX_ON "\x9", LITERAL("\x16\3a@b"), NULL},
        {PKIX_ON "\x9", LITERAL("\x0c\3a@b\0"), NULL},
        {PKIX_ON "\x9", LITERAL("\x0c\4a@b"), NULL},
        {PKIX_ON "\x7", LITERAL("\x16\4_a.b"), "_a.b"},
        {PKIX_ON "\x7", LITERAL("\x16\4_\xc3\xbc."), NULL},
        {PKIX_ON "\x7", LITERAL("\x0c\4_a.b"), NULL},
        {PKIX_ON "\x5", LITERAL("\x0c\0"), ""},
        {PKIX_ON "\x8", LITERAL("\x0c\3*.b"), "*.b"},
        {PKINIT, LITERAL("\x30\x09\xa0\3" REALM "\xa1\2\x30\0"), "X"},
        {PKINIT, LITERAL("\x30\x05\xa0\3" REALM), NULL},
        {PKINIT, LITERAL("\x30\x09\xa0\3" REALM "\xa2\2\x30\0"), NULL},
        {PKINIT, LITERAL("\x30\x0b\xa0\3" REALM "\xa1\2\x30\0\5\0"), NULL},
        {PKINIT, LITERAL("\x30\x09\xa0\3\x0c\1X\xa1\2\x30\0"), NULL},
        {PKINIT, LITERAL("\x30\x09\xa0\3\x1b\1\xfc\xa1\2\x30\0"), NULL},
        {PKINIT, LITERAL("\x0c\1X"), NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes value = exact_copy(rows[i].value), text = {0};
        const rs_other_name_type *type = rs_other_name_type_of(rs_bytes_of_string(rows[i].oid));
        CU_ASSERT_PTR_NOT_NULL_FATAL(type);
        CHECK_ROW(rs_other_name_text(type, value, &text) == (rows[i].text != NULL), rows[i].oid);
        if (rows[i].text != NULL)
            CHECK_ROW(rs_bytes_equal(text, rs_bytes_of_string(rows[i].text)), rows[i].text);
        exact_free(value);
    }
}

static CU_TestInfo tests[] = {
    {"types and their forms", types_and_their_forms},
    {"texts of values", texts_of_values},
    CU_TEST_INFO_NULL,
};

RS_SUITE("other_name_type", tests)
