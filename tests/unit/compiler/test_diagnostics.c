/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/arena_double.h"
#include "tests/unit/diagnosed.h"
#include "tests/unit/suite.h"

static void add_keeps_copies(void)
{
    rs_diagnostics all = {.items = NULL};
    char file[] = "a.list";
    rs_diagnostics_add(&all, RS_ERROR, file, 1, 2, "bad %s; expected %d", "word", 7);
    rs_diagnostics_add(&all, RS_WARNING, file, 3, 0, "odd");
    file[0] = 'b';
    rs_diagnostics_add(&all, RS_NOTE, file, 0, 0, "done");
    CU_ASSERT_EQUAL(all.count, 3);
    CU_ASSERT_EQUAL(all.errors, 1);
    CU_ASSERT_FALSE(all.incomplete);
    CU_ASSERT_STRING_EQUAL(all.items[0].file, "a.list");
    CU_ASSERT_PTR_EQUAL(all.items[0].file, all.items[1].file);
    CU_ASSERT_STRING_EQUAL(all.items[2].file, "b.list");
    CU_ASSERT_STRING_EQUAL(diagnosed(&all),
                           "1:2: bad word; expected 7\nwarning 3:0: odd\nnote 0:0: done\n");
    rs_diagnostics_clear(&all);
    CU_ASSERT_EQUAL(all.count, 0);
    CU_ASSERT_EQUAL(all.errors, 0);
    CU_ASSERT_PTR_NULL(all.items);
}

static void add_counts_what_it_drops(void)
{
    rs_diagnostics all = {.items = NULL};
    for (int i = 0; i < RS_DIAGNOSTICS_MAX; i++)
        rs_diagnostics_add(&all, RS_ERROR, "f", 1, 1, "%d", i);
    CU_ASSERT_FALSE(all.incomplete);
    rs_diagnostics_add(&all, RS_ERROR, "f", 1, 1, "one more");
    CU_ASSERT_TRUE(all.incomplete);
    CU_ASSERT_EQUAL(all.count, RS_DIAGNOSTICS_MAX);
    CU_ASSERT_EQUAL(all.errors, RS_DIAGNOSTICS_MAX + 1);
    CU_ASSERT_STRING_EQUAL(all.items[RS_DIAGNOSTICS_MAX - 1].text, "999");
    rs_diagnostics_clear(&all);
}

/* The table, the file's name and the text are taken in this order. */
static void add_without_memory_counts(void)
{
    for (size_t budget = 0; budget < 3; budget++) {
        rs_diagnostics all = {.items = NULL};
        arena_budget = budget;
        rs_diagnostics_add(&all, RS_ERROR, "f", 1, 1, "lost");
        arena_budget = SIZE_MAX;
        CU_ASSERT_EQUAL(all.count, 0);
        CU_ASSERT_EQUAL(all.errors, 1);
        CU_ASSERT_TRUE(all.incomplete);
        rs_diagnostics_clear(&all);
    }
}

static void place_moves_by_the_offset(void)
{
    rs_diagnostics all = {.items = NULL};
    rs_place place = {.diagnostics = &all, .file = "f", .line = 4, .column = 10};
    rs_place_error(&place, 3, "%s", "a");
    rs_place_warning(&place, 0, "%s", "b");
    place.fixed = true;
    rs_place_error(&place, 3, "%s", "c");
    CU_ASSERT_STRING_EQUAL(diagnosed(&all), "4:13: a\nwarning 4:10: b\n4:10: c\n");
    CU_ASSERT_EQUAL(all.errors, 2);
    rs_diagnostics_clear(&all);
}

static void severity_has_a_word(void)
{
    CU_ASSERT_STRING_EQUAL(rs_severity_word(RS_ERROR), "error");
    CU_ASSERT_STRING_EQUAL(rs_severity_word(RS_WARNING), "warning");
    CU_ASSERT_STRING_EQUAL(rs_severity_word(RS_NOTE), "note");
}

static void quote_escapes(void)
{
    static const struct {
        const char *text;
        const char *quoted;
    } cases[] = {
        {"", ""},
        {"corp.example", "corp.example"},
        {"a\tb\x7f", "a\\x09b\\x7f"},
        {"\x1b[31m", "\\x1b[31m"},
        {"b\xc3\xbc", "b\xc3\xbc"},
        {"\xc3", "\\xc3"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"\xf0\x9f\x92\xa9!", "\xf0\x9f\x92\xa9!"},
        {"say \"x\"", "say \"x\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CU_ASSERT_STRING_EQUAL(rs_quote(rs_bytes_of_string(cases[i].text)).text, cases[i].quoted);
    CU_ASSERT_STRING_EQUAL(rs_quote(rs_bytes_make("a\0b", 3)).text, "a\\x00b");
}

static void quote_shortens(void)
{
    uint8_t text[300];
    rs_quoted quoted;
    memset(text, 'a', sizeof text);
    size_t longest = sizeof quoted.text - sizeof "...";
    quoted = rs_quote(rs_bytes_make(text, longest));
    CU_ASSERT_EQUAL(strlen(quoted.text), longest);
    quoted = rs_quote(rs_bytes_make(text, longest + 1));
    CU_ASSERT_EQUAL(strlen(quoted.text), longest + 3);
    CU_ASSERT_STRING_EQUAL(quoted.text + longest, "...");
    memset(text, 0, sizeof text);
    quoted = rs_quote(rs_bytes_make(text, sizeof text));
    CU_ASSERT_EQUAL(strlen(quoted.text), longest / 4 * 4 + 3);
}

static CU_TestInfo tests[] = {
    {"add_keeps_copies", add_keeps_copies},
    {"add_counts_what_it_drops", add_counts_what_it_drops},
    {"add_without_memory_counts", add_without_memory_counts},
    {"place_moves_by_the_offset", place_moves_by_the_offset},
    {"severity_has_a_word", severity_has_a_word},
    {"quote_escapes", quote_escapes},
    {"quote_shortens", quote_shortens},
    CU_TEST_INFO_NULL,
};

RS_SUITE("diagnostics", tests)
