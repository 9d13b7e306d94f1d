/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/source_hunks.h"

#include "tests/unit/suite.h"

static void hunks_are_those_of_a_diff(void)
{
    static const char *const new[] = {"permit x"};
    rs_arena arena = {0};
    rs_source_edit edit;
    rs_source_edit_init(&edit, &arena, rs_bytes_make(NULL, 0));
    CU_ASSERT_STRING_EQUAL(rs_source_hunks_write(&edit), "");
    rs_source_edit_append(&edit, "one\ntwo\n");
    CU_ASSERT_STRING_EQUAL(rs_source_hunks_write(&edit), "@@ -0,0 +1,2 @@\n+one\n+two\n");
    rs_source_edit_init(&edit, &arena,
                        rs_bytes_of_string("default\n permit a\n#3\n#4\n#5\n#6\n#7\n#8\n"));
    rs_source_edit_add(&edit, 1, new, 1);
    rs_source_edit_append(&edit, "z\n");
    CU_ASSERT_STRING_EQUAL(rs_source_hunks_write(&edit),
                           "@@ -1,8 +1,11 @@\n default\n  permit a\n+ permit x\n #3\n #4\n #5\n"
                           " #6\n #7\n #8\n+\n+z\n");
    rs_source_edit_init(&edit, &arena,
                        rs_bytes_of_string("default\n permit a\n#3\n#4\n#5\n#6\n#7\n#8\n#9\n"));
    rs_source_edit_append(&edit, "z\n");
    rs_source_edit_add(&edit, 1, new, 1);
    CU_ASSERT_STRING_EQUAL(rs_source_hunks_write(&edit),
                           "@@ -1,5 +1,6 @@\n default\n  permit a\n+ permit x\n #3\n #4\n #5\n"
                           "@@ -7,3 +8,5 @@\n #7\n #8\n #9\n+\n+z\n");
    rs_arena_clear(&arena);
}

static CU_TestInfo tests[] = {
    {"hunks_are_those_of_a_diff", hunks_are_those_of_a_diff},
    CU_TEST_INFO_NULL,
};

RS_SUITE("source_hunks", tests)
