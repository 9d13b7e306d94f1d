/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/text_diff.h"

#include "tests/unit/random.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static const char *diff(rs_arena *arena, const char *old, const char *new)
{
    return rs_text_diff(arena, rs_bytes_of_string(old), rs_bytes_of_string(new));
}

static void hunks_are_those_of_a_diff(void)
{
    static const struct {
        const char *old, *new, *hunks;
    } rows[] = {
        {"", "", ""},
        {"a\n", "a\n", ""},
        {"", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"},
        {"a\n", "", "@@ -1,1 +0,0 @@\n-a\n"},
        {"a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
        {"a\nb\nc\n", "b\nc\nd\n", "@@ -1,3 +1,3 @@\n-a\n b\n c\n+d\n"},
        {"1\n2\n3\n4\n5\n6\n7\n", "x\n1\n2\n3\n4\n5\n6\n7\ny\n",
         "@@ -1,3 +1,4 @@\n+x\n 1\n 2\n 3\n@@ -5,3 +6,4 @@\n 5\n 6\n 7\n+y\n"},
        {"1\n2\n3\n4\n5\n6\n", "x\n1\n2\n3\n4\n5\n6\ny\n",
         "@@ -1,6 +1,8 @@\n+x\n 1\n 2\n 3\n 4\n 5\n 6\n+y\n"},
        {"0\n1\n2\n3\n4\n", "0\n1\n2\n3\n", "@@ -2,4 +2,3 @@\n 1\n 2\n 3\n-4\n"},
        {"a\nb", "a\nb\n", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"},
        {"a\nb", "x\nb", "@@ -1,2 +1,2 @@\n-a\n+x\n b\n\\ No newline at end of file\n"},
    };
    rs_arena arena = {0};
    for (size_t i = 0; i < ROWS(rows); i++)
        CHECK_ROW(strcmp(diff(&arena, rows[i].old, rows[i].new), rows[i].hunks) == 0,
                  rows[i].hunks);
    rs_arena_clear(&arena);
}

/* More changes than are looked for: still right, though not short. */
static void different_texts_are_one_hunk(void)
{
    enum { LINES = 3000 };
    static char old[2 * LINES + 1], new[2 * LINES + 1];
    rs_arena arena = {0};
    for (size_t i = 0; i < LINES; i++) {
        memcpy(old + 2 * i, "a\n", 2);
        memcpy(new + 2 * i, "b\n", 2);
    }
    const char *hunks = diff(&arena, old, new);
    CU_ASSERT(strncmp(hunks, "@@ -1,3000 +1,3000 @@\n-a\n", 25) == 0);
    CU_ASSERT_EQUAL(strlen(hunks), 22 + 2 * 3 * LINES);
    rs_arena_clear(&arena);
}

/* Follows a diff: the new text that it makes of the old one, which has lines of two bytes. */
static void apply(const char *hunks, const char *old, char *out)
{
    size_t at = 0, line = 0, from, lines;
    for (; *hunks != '\0'; hunks = strchr(hunks, '\n') + 1) {
        if (sscanf(hunks, "@@ -%zu,%zu", &from, &lines) == 2) {
            line = from - (lines > 0);
            memcpy(out, old + at, 2 * line - at);
            out += 2 * line - at;
            at = 2 * line;
            continue;
        }
        if (hunks[0] != '+') {
            CU_ASSERT(memcmp(hunks + 1, old + at, 2) == 0);
            at += 2;
        }
        if (hunks[0] != '-') {
            memcpy(out, hunks + 1, 2);
            out += 2;
        }
    }
    strcpy(out, old + at);
}

static void a_diff_leads_to_the_new_text(void)
{
    random_start();
    for (int round = 0; round < 2000; round++) {
        char texts[2][2 * 24 + 1], made[4 * 24 + 1];
        rs_arena arena = {0};
        for (int side = 0; side < 2; side++) {
            size_t lines = random_below(25);
            for (size_t i = 0; i < lines; i++)
                memcpy(texts[side] + 2 * i, random_below(3) == 0 ? "a\n" : "b\n", 2);
            texts[side][2 * lines] = '\0';
        }
        apply(diff(&arena, texts[0], texts[1]), texts[0], made);
        CU_ASSERT_STRING_EQUAL(made, texts[1]);
        rs_arena_clear(&arena);
    }
}

static CU_TestInfo tests[] = {
    {"hunks_are_those_of_a_diff", hunks_are_those_of_a_diff},
    {"different_texts_are_one_hunk", different_texts_are_one_hunk},
    {"a_diff_leads_to_the_new_text", a_diff_leads_to_the_new_text},
    CU_TEST_INFO_NULL,
};

RS_SUITE("text_diff", tests)
