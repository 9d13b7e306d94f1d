/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/texts.h"

#include "tests/unit/suite.h"

#include <stdio.h>

static rs_bytes numbered(char text[32], unsigned i)
{
    return rs_bytes_make(text,
                         (size_t)snprintf(text, 32, "%s%u", i % 2 == 0 ? "" : "a longer ", i));
}

static void each_text_has_one_number(void)
{
    enum { COUNT = 1000 };
    rs_texts texts = {.most = COUNT};
    rs_arena arena = {0};
    char text[32];
    for (unsigned i = 0; i < COUNT; i++) {
        CU_ASSERT(rs_texts_find(&texts, numbered(text, i)) == RS_TEXTS_NONE);
        CU_ASSERT(rs_texts_enter(&texts, &arena, numbered(text, i)) == i);
        CU_ASSERT(rs_texts_enter(&texts, &arena, numbered(text, i / 2)) == i / 2);
    }
    CU_ASSERT_FATAL(texts.count == COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        CU_ASSERT(rs_texts_find(&texts, numbered(text, i)) == i);
        CU_ASSERT(rs_bytes_equal(texts.items[i], numbered(text, i)));
    }
    rs_texts_clear(&texts);
    CU_ASSERT(texts.count == 0);
    CU_ASSERT(rs_texts_find(&texts, numbered(text, 0)) == RS_TEXTS_NONE);
    rs_arena_clear(&arena);
}

static void no_text_is_a_text(void)
{
    rs_texts texts = {.most = 2};
    rs_arena arena = {0};
    CU_ASSERT(rs_texts_enter(&texts, &arena, rs_bytes_of_string("a")) == 0);
    CU_ASSERT(rs_texts_find(&texts, rs_bytes_make(NULL, 0)) == RS_TEXTS_NONE);
    CU_ASSERT(rs_texts_enter(&texts, &arena, rs_bytes_make(NULL, 0)) == 1);
    CU_ASSERT(rs_texts_find(&texts, rs_bytes_of_string("")) == 1);
    rs_texts_clear(&texts);
    rs_arena_clear(&arena);
}

static void texts_have_a_limit(void)
{
    rs_texts texts = {.most = 3};
    rs_arena arena = {0};
    char text[32];
    for (unsigned i = 0; i < 10; i++)
        CU_ASSERT(rs_texts_enter(&texts, &arena, numbered(text, i)) == (i < 3 ? i : RS_TEXTS_NONE));
    CU_ASSERT(texts.count == 3 && rs_texts_enter(&texts, &arena, numbered(text, 1)) == 1);
    rs_texts_clear(&texts);
    rs_arena_clear(&arena);
}

static CU_TestInfo tests[] = {
    {"each_text_has_one_number", each_text_has_one_number},
    {"no_text_is_a_text", no_text_is_a_text},
    {"texts_have_a_limit", texts_have_a_limit},
    CU_TEST_INFO_NULL,
};

RS_SUITE("texts", tests)
