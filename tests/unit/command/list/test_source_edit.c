/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/source_edit.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static const char hash[] = "spki-sha256:"
                           "abababababababababababababababababababababababababababababababab";

/* Replaces each `@` by a root's name. */
static rs_bytes spelt(rs_arena *arena, const char *text)
{
    size_t size = 0, n = strlen(text) * sizeof hash + 1;
    char *out = rs_arena_take(arena, n);
    for (; *text != '\0'; text++) {
        if (*text == '@')
            size += (size_t)snprintf(out + size, n - size, "%s", hash);
        else
            out[size++] = *text;
    }
    return rs_bytes_make(out, size);
}

static bool is_text(rs_arena *arena, rs_source_edit *edit, const char *expected)
{
    rs_bytes text = rs_source_edit_text(edit), wanted = spelt(arena, expected);
    bool same = rs_bytes_equal(text, wanted);
    if (!same)
        fprintf(stderr, "got:\n%.*s\n", (int)text.n, (const char *)text.p);
    return same;
}

static void a_mode_is_set(void)
{
    static const struct {
        const char *before;
        uint32_t stanza;
        const char *mode, *after;
    } rows[] = {
        {"", 0, "test", "mode test\n"},
        {"", 0, NULL, ""},
        {"root @\n permit a\n", 0, "off", "mode off\nroot @\n permit a\n"},
        {"root @\r\n permit a\r\n", 0, "off", "mode off\r\nroot @\r\n permit a\r\n"},
        {"\n mode  test # x\nroot @\n permit a\n", 0, "off",
         "\n mode off # x\nroot @\n permit a\n"},
        {"#\nmode test\n#\n", 0, NULL, "#\n#\n"},
        {"mode test\t#x\n", 0, NULL, "#x\n"},
        {"root @\n permit a\n mode test\n", 0, NULL, "root @\n permit a\n mode test\n"},
        {"root @\n permit a\n", 1, "test", "root @\n permit a\n mode test\n"},
        {"root @ \"l\" #x\n", 1, "test", "root @ \"l\" #x\n    mode test\n"},
        {"default\n\tpermit a\n", 1, "test", "default\n\tpermit a\n\tmode test\n"},
        {"root @\nroot @\n permit a\n\n# n\nroot @\n permit b\n", 1, "test",
         "root @\nroot @\n permit a\n mode test\n\n# n\nroot @\n permit b\n"},
        {"root @\n permit a\nroot @\n permit b\ndefault\n permit c\n", 3, "test",
         "root @\n permit a\nroot @\n permit b\n mode test\ndefault\n permit c\n"},
        {"root @\n permit a\ndefault\n mode off\n", 1, "test",
         "root @\n permit a\n mode test\ndefault\n mode off\n"},
        {"root @\n mode test until \"2099-01-01\" #\n permit a\n", 1, "off",
         "root @\n mode off #\n permit a\n"},
        {"root @ \"a \\\" # \\\\\"\n permit cn:\"x \\\"\"\n", 1, "off",
         "root @ \"a \\\" # \\\\\"\n permit cn:\"x \\\"\"\n mode off\n"},
        {"root @\n permit a\n", 9, "test", "root @\n permit a\n"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_arena arena = {0};
        rs_source_edit edit;
        rs_bytes text = exact_copy(spelt(&arena, rows[i].before));
        rs_source_edit_init(&edit, &arena, text);
        rs_source_edit_set_mode(&edit, rows[i].stanza, rows[i].mode);
        CHECK_ROW(is_text(&arena, &edit, rows[i].after), rows[i].before);
        rs_arena_clear(&arena);
        exact_free(text);
    }
}

static void a_stanza_is_removed(void)
{
    static const struct {
        const char *before;
        uint32_t stanza;
        const char *after;
    } rows[] = {
        {"root @\n mode test\n", 1, ""},
        {"# a\n\nroot @\n mode test\n", 3, "# a\n"},
        {"# a\n \r\nroot @\r\n mode test\r\n\n# b\n", 3, "# a\n\n# b\n"},
        {"# a\n\nroot @\n mode test\n# b\n", 3, "# a\n\n# b\n"},
        {"# a\nroot @\n mode test\n\n# b\n", 2, "# a\n\n# b\n"},
        {"root @ # a\n# b\n mode test # c\n", 1, "# a\n# b\n # c\n"},
        {"root @\nroot @\n mode test\nroot @\n permit a\n", 1, "root @\n permit a\n"},
        {"root @\n permit a\n", 7, "root @\n permit a\n"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_arena arena = {0};
        rs_source_edit edit;
        rs_bytes text = exact_copy(spelt(&arena, rows[i].before));
        rs_source_edit_init(&edit, &arena, text);
        rs_source_edit_remove(&edit, rows[i].stanza);
        CHECK_ROW(is_text(&arena, &edit, rows[i].after), rows[i].before);
        rs_arena_clear(&arena);
        exact_free(text);
    }
}

static void statements_are_added(void)
{
    static const char *const new[] = {"permit x", "permit y"};
    static const struct {
        const char *before;
        uint32_t stanza;
        const char *after;
    } rows[] = {
        {"root @\n\tpermit a\n\texclude b\n\tmode test\n", 1,
         "root @\n\tpermit a\n\tpermit x\n\tpermit y\n\texclude b\n\tmode test\n"},
        {"root @\r\nroot @\r\n mode test\r\n", 1,
         "root @\r\nroot @\r\n    permit x\r\n    permit y\r\n mode test\r\n"},
        {"default\n exclude a\n", 1, "default\n    permit x\n    permit y\n exclude a\n"},
        {"default\n exclude a\n", 2, "default\n exclude a\n"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_arena arena = {0};
        rs_source_edit edit;
        rs_source_edit_init(&edit, &arena, spelt(&arena, rows[i].before));
        rs_source_edit_add(&edit, rows[i].stanza, new, 2);
        CHECK_ROW(is_text(&arena, &edit, rows[i].after), rows[i].before);
        rs_arena_clear(&arena);
    }
}

static void changes_are_made_together(void)
{
    rs_arena arena = {0};
    rs_source_edit edit;
    rs_source_edit_init(
        &edit, &arena,
        spelt(&arena, "root @\n permit a\n\nroot @\n mode off\n\nroot @\n mode x\n"));
    rs_source_edit_append(&edit, "one\ntwo\n");
    rs_source_edit_remove(&edit, 7);
    rs_source_edit_remove(&edit, 4);
    rs_source_edit_set_mode(&edit, 1, "test");
    rs_source_edit_set_mode(&edit, 0, "off");
    rs_source_edit_append(&edit, "three\n");
    CU_ASSERT(
        is_text(&arena, &edit, "mode off\nroot @\n permit a\n mode test\n\none\ntwo\n\nthree\n"));
    /* What the last stanza gets is not part of what is appended. */
    rs_source_edit_init(&edit, &arena, spelt(&arena, "root @\n permit a\n"));
    rs_source_edit_append(&edit, "one\n");
    rs_source_edit_set_mode(&edit, 1, "test");
    CU_ASSERT(is_text(&arena, &edit, "root @\n permit a\n mode test\n\none\n"));
    rs_source_edit_init(&edit, &arena, rs_bytes_make(NULL, 0));
    rs_source_edit_append(&edit, "one\n");
    rs_source_edit_append(&edit, "two\n");
    CU_ASSERT(is_text(&arena, &edit, "one\n\ntwo\n"));
    rs_source_edit_init(&edit, &arena, rs_bytes_of_string("# a\r\n"));
    rs_source_edit_append(&edit, "one\n two\n");
    CU_ASSERT(is_text(&arena, &edit, "# a\r\n\r\none\r\n two\r\n"));
    rs_arena_clear(&arena);
}

static CU_TestInfo tests[] = {
    {"a_mode_is_set", a_mode_is_set},
    {"a_stanza_is_removed", a_stanza_is_removed},
    {"statements_are_added", statements_are_added},
    {"changes_are_made_together", changes_are_made_together},
    CU_TEST_INFO_NULL,
};

RS_SUITE("source_edit", tests)
