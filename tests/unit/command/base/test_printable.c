/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/printable.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static void only_printable_characters_stay(void)
{
    static const struct {
        rs_bytes text;
        const char *printable;
    } rows[] = {
        {LITERAL(""), ""},
        {LITERAL("a \\ ~"), "a \\ ~"},
        {LITERAL("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x92"),
         "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x92"},
        {LITERAL("\x1b[2J\t\r\n\x7f"), "\\x1b[2J\\x09\\x0d\\x0a\\x7f"},
        {LITERAL("a\0b"), "a\\x00b"},
        {LITERAL("\xc2\x85\xc2\x9b"), "\\xc2\\x85\\xc2\\x9b"}, /* C1: NEL, CSI */
        {LITERAL("\xe2\x80\xae|\xe2\x81\xa6"),                 /* right to left */
         "\\xe2\\x80\\xae|\\xe2\\x81\\xa6"},
        {LITERAL("\xe2\x80\xa8\xef\xbb\xbf\xc2\xad"), /* line end, invisible ones */
         "\\xe2\\x80\\xa8\\xef\\xbb\\xbf\\xc2\\xad"},
        {LITERAL("\xff\xc3"), "\\xff\\xc3"},                            /* not UTF-8, or cut */
        {LITERAL("\xc0\x9b\xed\xa0\x80"), "\\xc0\\x9b\\xed\\xa0\\x80"}, /* too long; surrogate */
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes text = exact_copy(rows[i].text);
        char *out = malloc(RS_PRINTABLE_SIZE(text.n));
        CU_ASSERT_PTR_NOT_NULL_FATAL(out);
        rs_printable_write(text, out);
        CHECK_ROW(strcmp(out, rows[i].printable) == 0, rows[i].printable);
        free(out);
        exact_free(text);
    }
}

static CU_TestInfo tests[] = {
    {"only_printable_characters_stay", only_printable_characters_stay},
    CU_TEST_INFO_NULL,
};

RS_SUITE("printable", tests)
