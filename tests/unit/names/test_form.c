/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/form.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static void words(void)
{
    static const char *const expected[RS_FORMS] = {
        "dns", "email", "uri", "srv",     "xmpp",         "upn",       "krb5",
        "nai", "ip",    "cn",  "dirname", "organization", "othername", "extension"};
    for (unsigned form = 0; form < RS_FORMS; form++)
        CHECK_ROW(strcmp(rs_form_word((rs_form)form), expected[form]) == 0, expected[form]);
    CU_ASSERT_STRING_EQUAL(rs_form_word(RS_FORMS), "unknown");
}

static void facts(void)
{
    static const rs_form_set exact = 1u << RS_FORM_EMAIL | 1u << RS_FORM_URI;
    static const rs_form_set wildcards = 1u << RS_FORM_DNS | 1u << RS_FORM_NAI;
    for (unsigned form = 0; form < RS_HOST_FORMS; form++) {
        const char *word = rs_form_word((rs_form)form);
        CHECK_ROW((RS_ALL_HOST_FORMS >> form & 1) == 1, word);
        CHECK_ROW((rs_form_rule_cover((rs_form)form) == RS_RULE_COVERS_SELF) ==
                      ((exact >> form & 1) != 0),
                  word);
        CHECK_ROW(rs_form_has_wildcards((rs_form)form) == ((wildcards >> form & 1) != 0), word);
    }
    CU_ASSERT_EQUAL(RS_ALL_HOST_FORMS >> RS_HOST_FORMS, 0);
    CU_ASSERT(rs_form_has_wildcards(RS_FORM_CN));
    CU_ASSERT_FALSE(rs_form_has_wildcards(RS_FORMS));
    CU_ASSERT_EQUAL(rs_form_rule_cover(RS_FORMS), RS_RULE_COVERS_SELF);
}

static CU_TestInfo tests[] = {
    {"words", words},
    {"facts", facts},
    CU_TEST_INFO_NULL,
};

RS_SUITE("form", tests)
