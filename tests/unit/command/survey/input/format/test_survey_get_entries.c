/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/get_entries.h"

#include "tests/unit/command/survey/input/taken.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define LEAF    "\x30\x03\x02\x01\x07"
#define PRE     "\x30\x03\x02\x01\x09"
#define ISSUER  "\x30\x03\x02\x01\x0a"
#define NOT_DER "\x31\x03\x02\x01\x0a"

static made leaf, extra, chain;
static taken t;

static const char *decoded(void)
{
    rs_bytes one = exact_copy(made_bytes(&leaf)), other = exact_copy(made_bytes(&extra));
    rs_survey_sink sink = taken_sink(&t);
    CU_ASSERT(rs_get_entries_decode(one, other, &sink));
    exact_free(other);
    exact_free(one);
    return t.text;
}

static void make_leaf(bool is_tbs)
{
    leaf.n = extra.n = chain.n = 0;
    put_number(&leaf, 2, 0);
    put_log_entry(&leaf, is_tbs, LEAF, sizeof LEAF - 1);
    if (is_tbs)
        put_vector(&extra, 3, PRE, sizeof PRE - 1);
}

static void put_chain(void)
{
    put_vector(&extra, 3, chain.bytes, chain.n);
}

static void entries_of_both_types_are_taken(void)
{
    make_leaf(false);
    put_chain();
    CU_ASSERT_STRING_EQUAL(decoded(), "3003020107l ");
    make_leaf(true);
    put_vector(&chain, 3, ISSUER, 5);
    put_vector(&chain, 3, PRE, 5);
    put_chain();
    CU_ASSERT_STRING_EQUAL(decoded(), "3003020107tl=3003020109kab<300302010a<3003020109 ");
}

static void an_issuer_that_is_not_der_is_left_out(void)
{
    make_leaf(false);
    put_vector(&chain, 3, NOT_DER, 5);
    put_vector(&chain, 3, ISSUER, 5);
    put_chain();
    CU_ASSERT_STRING_EQUAL(decoded(), "!not-der 3003020107l<300302010a ");
}

static void another_version_or_type_is_refused(void)
{
    for (size_t at = 0; at < 2; at++) {
        make_leaf(false);
        put_chain();
        leaf.bytes[at] = 1;
        CU_ASSERT_STRING_EQUAL(decoded(), "!entry-type ");
    }
    make_leaf(false);
    leaf.bytes[11] = 7;
    CU_ASSERT_STRING_EQUAL(decoded(), "!entry-type ");
}

static void each_part_is_all_there_is(void)
{
    make_leaf(true);
    put_chain();
    size_t leaf_size = leaf.n, extra_size = extra.n;
    for (leaf.n = 0; leaf.n < leaf_size; leaf.n++)
        CU_ASSERT_STRING_EQUAL(decoded(), "!truncated ");
    put_number(&leaf, 1, 0);
    CU_ASSERT_STRING_EQUAL(decoded(), "!length ");
    leaf.n = leaf_size;
    for (extra.n = 0; extra.n < extra_size; extra.n++)
        CU_ASSERT_STRING_EQUAL(decoded(), "!length ");
    put_number(&extra, 1, 0);
    CU_ASSERT_STRING_EQUAL(decoded(), "!length ");
    /* An issuer that is longer than the chain. */
    make_leaf(false);
    put_number(&chain, 3, 6);
    put(&chain, ISSUER, 5);
    put_chain();
    CU_ASSERT_STRING_EQUAL(decoded(), "!length ");
}

static void a_chain_has_64_certificates_at_most(void)
{
    for (int count = 64; count <= 65; count++) {
        make_leaf(false);
        for (int i = 0; i < count; i++)
            put_vector(&chain, 3, ISSUER, 5);
        put_chain();
        decoded();
        CU_ASSERT(t.entries == (count == 64) && t.rejections == (count == 65));
    }
    CU_ASSERT_STRING_EQUAL(t.text, "!too-many ");
}

static CU_TestInfo tests[] = {
    {"entries_of_both_types_are_taken", entries_of_both_types_are_taken},
    {"an_issuer_that_is_not_der_is_left_out", an_issuer_that_is_not_der_is_left_out},
    {"another_version_or_type_is_refused", another_version_or_type_is_refused},
    {"each_part_is_all_there_is", each_part_is_all_there_is},
    {"a_chain_has_64_certificates_at_most", a_chain_has_64_certificates_at_most},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_get_entries", tests)
