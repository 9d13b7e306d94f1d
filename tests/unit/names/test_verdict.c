/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/verdict.h"

#include "lib/base/ascii.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static bool is_word(const char *word)
{
    for (const char *c = word; *c != '\0'; c++) {
        if (!rs_ascii_is_label((uint8_t)*c) || rs_ascii_is_upper((uint8_t)*c) || *c == '_')
            return false;
    }
    return *word != '\0';
}

static void verdict_of_each_reason(void)
{
    static const rs_verdict expected[] = {
        [RS_REASON_PERMITTED] = RS_PERMITTED,     [RS_REASON_UNRESTRICTED] = RS_PERMITTED,
        [RS_REASON_IGNORED] = RS_PERMITTED,       [RS_REASON_NOT_PERMITTED] = RS_DENIED,
        [RS_REASON_EXCLUDED] = RS_DENIED,         [RS_REASON_EXCLUDED_BELOW] = RS_DENIED,
        [RS_REASON_EMPTY_NAME] = RS_MALFORMED,    [RS_REASON_EMPTY_LABEL] = RS_MALFORMED,
        [RS_REASON_LONG_LABEL] = RS_MALFORMED,    [RS_REASON_LONG_NAME] = RS_MALFORMED,
        [RS_REASON_BAD_CHARACTER] = RS_MALFORMED, [RS_REASON_ADDRESS_TEXT] = RS_MALFORMED,
        [RS_REASON_WILDCARD] = RS_MALFORMED,      [RS_REASON_ADDRESS_SIZE] = RS_MALFORMED,
        [RS_REASON_BAD_MAILBOX] = RS_MALFORMED,   [RS_REASON_BAD_AUTHORITY] = RS_MALFORMED,
        [RS_REASON_UNDECODABLE] = RS_MALFORMED,   [RS_REASON_DUPLICATE] = RS_MALFORMED,
        [RS_REASON_CHAIN_LENGTH] = RS_MALFORMED,  [RS_REASON_CHAIN_ROOTS] = RS_MALFORMED,
        [RS_REASON_SIGNATURE] = RS_MALFORMED,
    };
    CU_ASSERT_EQUAL(ROWS(expected), RS_REASONS);
    for (unsigned i = 0; i < RS_REASONS; i++)
        CHECK_ROW(rs_reason_verdict((rs_reason)i) == expected[i], rs_reason_word((rs_reason)i));
}

static void worst_verdict_is_the_smallest(void)
{
    CU_ASSERT(RS_MALFORMED < RS_DENIED && RS_DENIED < RS_PERMITTED);
    rs_finding zeroed = {0};
    CU_ASSERT(zeroed.verdict == RS_MALFORMED);
}

static void reason_words_and_texts_are_distinct(void)
{
    for (unsigned i = 0; i < RS_REASONS; i++) {
        const char *word = rs_reason_word((rs_reason)i), *text = rs_reason_text((rs_reason)i);
        CU_ASSERT_PTR_NOT_NULL_FATAL(word);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        CHECK_ROW(is_word(word), word);
        CHECK_ROW(strlen(text) > 0 && strchr(text, '\n') == NULL, word);
        for (unsigned j = 0; j < i; j++) {
            CHECK_ROW(strcmp(word, rs_reason_word((rs_reason)j)) != 0, word);
            CHECK_ROW(strcmp(text, rs_reason_text((rs_reason)j)) != 0, word);
        }
    }
}

/* The words are part of the JSON and event formats. */
static void reason_words_are_fixed(void)
{
    static const struct {
        rs_reason reason;
        const char *word;
    } rows[] = {
        {RS_REASON_PERMITTED, "permitted"},
        {RS_REASON_UNRESTRICTED, "unrestricted"},
        {RS_REASON_IGNORED, "ignored"},
        {RS_REASON_NOT_PERMITTED, "not-permitted"},
        {RS_REASON_EXCLUDED, "excluded"},
        {RS_REASON_EXCLUDED_BELOW, "excluded-below"},
        {RS_REASON_EMPTY_NAME, "empty-name"},
        {RS_REASON_EMPTY_LABEL, "empty-label"},
        {RS_REASON_LONG_LABEL, "long-label"},
        {RS_REASON_LONG_NAME, "long-name"},
        {RS_REASON_BAD_CHARACTER, "bad-character"},
        {RS_REASON_ADDRESS_TEXT, "address-text"},
        {RS_REASON_WILDCARD, "wildcard"},
        {RS_REASON_ADDRESS_SIZE, "address-size"},
        {RS_REASON_BAD_MAILBOX, "bad-mailbox"},
        {RS_REASON_BAD_AUTHORITY, "bad-authority"},
        {RS_REASON_UNDECODABLE, "undecodable"},
        {RS_REASON_DUPLICATE, "duplicate"},
        {RS_REASON_CHAIN_LENGTH, "chain-length"},
        {RS_REASON_CHAIN_ROOTS, "chain-roots"},
        {RS_REASON_SIGNATURE, "signature"},
    };
    CU_ASSERT_EQUAL(ROWS(rows), RS_REASONS);
    for (size_t i = 0; i < ROWS(rows); i++)
        CHECK_ROW(strcmp(rs_reason_word(rows[i].reason), rows[i].word) == 0, rows[i].word);
    CU_ASSERT_STRING_EQUAL(rs_reason_text(RS_REASON_NOT_PERMITTED), "outside the permitted names");
}

static void numbers_that_are_no_reason(void)
{
    static const int numbers[] = {RS_REASONS, RS_REASONS + 1, 1000, -1};
    for (size_t i = 0; i < ROWS(numbers); i++) {
        CU_ASSERT_EQUAL(rs_reason_verdict((rs_reason)numbers[i]), RS_MALFORMED);
        CU_ASSERT_STRING_EQUAL(rs_reason_word((rs_reason)numbers[i]), "unknown");
        CU_ASSERT_STRING_EQUAL(rs_reason_text((rs_reason)numbers[i]), "unknown reason");
    }
}

static CU_TestInfo tests[] = {
    {"verdict of each reason", verdict_of_each_reason},
    {"worst verdict is the smallest", worst_verdict_is_the_smallest},
    {"reason words and texts are distinct", reason_words_and_texts_are_distinct},
    {"reason words are fixed", reason_words_are_fixed},
    {"numbers that are no reason", numbers_that_are_no_reason},
    CU_TEST_INFO_NULL,
};

RS_SUITE("verdict", tests)
