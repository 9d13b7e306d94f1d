/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/lexer.h"

#include "tests/unit/diagnosed.h"
#include "tests/unit/suite.h"

#define STRING(s)                                                                                  \
    {                                                                                              \
        (const uint8_t *)(s), sizeof(s) - 1                                                        \
    }

/*
 * All lines as "NUMBER word@COLUMN word@COLUMN\n", the quoted part of a word between angle
 * brackets; "bad\n" for a line that cannot be read.
 */
static const char *lexed(rs_bytes text, rs_diagnostics *diagnostics)
{
    static char out[16384];
    static rs_lexer lexer;
    rs_line line;
    rs_lexed lexed;
    size_t n = 0;
    out[0] = 0;
    rs_lexer_init(&lexer, "f", text, diagnostics);
    while ((lexed = rs_lexer_next(&lexer, &line)) != RS_LEXED_END) {
        if (lexed == RS_LEXED_BAD) {
            n += (size_t)snprintf(out + n, sizeof out - n, "bad\n");
            continue;
        }
        n += (size_t)snprintf(out + n, sizeof out - n, "%u", (unsigned)line.number);
        for (size_t i = 0; i < line.count && i < RS_LINE_WORDS; i++) {
            const rs_word *word = &line.words[i];
            const char *characters = (const char *)word->text.p;
            n += (size_t)snprintf(out + n, sizeof out - n, " %.*s%s%.*s%s@%u", (int)word->bare,
                                  characters, word->quoted ? "<" : "",
                                  (int)(word->text.n - word->bare), characters + word->bare,
                                  word->quoted ? ">" : "", (unsigned)word->column);
        }
        n +=
            (size_t)snprintf(out + n, sizeof out - n, line.count > RS_LINE_WORDS ? " +%zu\n" : "\n",
                             line.count - RS_LINE_WORDS);
    }
    CU_ASSERT_EQUAL(rs_lexer_next(&lexer, &line), RS_LEXED_END);
    return out;
}

static void lexer_reads_lines_and_words(void)
{
    static const struct {
        rs_bytes text;
        const char *lines;
    } cases[] = {
        {STRING(""), ""},
        {STRING("\n \n\t\n# comment\n  # comment \"\n"), ""},
        {STRING("permit corp.example\n"), "1 permit@1 corp.example@8\n"},
        {STRING("\n\n \tpermit\t x  \n"), "3 permit@3 x@11\n"},
        {STRING("a\r\nb\r\n\r\n"), "1 a@1\n2 b@1\n"},
        {STRING("a b c d e\na b c d e f g\n"), "1 a@1 b@3 c@5 d@7 e@9\n2 a@1 b@3 c@5 d@7 e@9 +2\n"},
        /* Comments start at a word's start only. */
        {STRING("a#b # c\n#d\na #\n"), "1 a#b@1\n3 a@1\n"},
        {STRING("a \"# b\" # c\n"), "1 a@1 <# b>@3\n"},
        /* Quotes. */
        {STRING("\"\" x\n"), "1 <>@1 x@4\n"},
        {STRING("root \"a b\"\n"), "1 root@1 <a b>@6\n"},
        {STRING("cn:\"J. Doe\" x\n"), "1 cn:<J. Doe>@1 x@13\n"},
        {STRING("a:b:\"c\"\n"), "1 a:b:<c>@1\n"},
        {STRING("\"a\\\"b\\\\c\"\n"), "1 <a\"b\\c>@1\n"},
        {STRING("\"a\" \"b\\\\\"\n"), "1 <a>@1 <b\\>@5\n"},
        {STRING("a\\b \\\n"), "1 a\\b@1 \\@5\n"},
        /* UTF-8. */
        {STRING("b\xc3\xbc \xe2\x82\xac \xf0\x9f\x92\xa9x\n"),
         "1 b\xc3\xbc@1 \xe2\x82\xac@5 \xf0\x9f\x92\xa9x@9\n"},
        {STRING("\xc2\xa0\n"), "1 \xc2\xa0@1\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        CU_ASSERT_STRING_EQUAL(lexed(cases[i].text, &diagnostics), cases[i].lines);
        CU_ASSERT(diagnosed_as(&diagnostics, ""));
        rs_diagnostics_clear(&diagnostics);
    }
}

static void lexer_reports(void)
{
    static const struct {
        rs_bytes text;
        const char *lines;
        const char *errors;
    } cases[] = {
        {STRING("a\nb"), "1 a@1\n2 b@1\n",
         "2:2: no newline at the end of the file; add one, unless the file was cut short\n"},
        {STRING("a\r"), "bad\n", "1:3: no newline at\n1:2: control character \\x0d;\n"},
        {STRING("#"), "", "1:2: no newline at\n"},
        {STRING("a\rb\n"), "bad\n", "1:2: control character \\x0d; expected text\n"},
        {STRING("a\r\r\n"), "bad\n", "1:2: control character \\x0d;\n"},
        {STRING("x\na\0b\nb\n"), "1 x@1\nbad\n3 b@1\n", "2:2: control character \\x00;\n"},
        {STRING("# \x1b\n"), "bad\n", "1:3: control character \\x1b;\n"},
        {STRING("\x7f\n"), "bad\n", "1:1: control character \\x7f;\n"},
        {STRING("a\xc2\x85\n"), "bad\n", "1:2: control character \\x85;\n"},
        {STRING("\xef\xbb\xbfmode off\n"), "bad\n",
         "1:1: byte order mark; expected UTF-8 without one\n"},
        {STRING("a \xef\xbb\xbf\n"), "bad\n", "1:3: byte order mark;\n"},
        {STRING("a\xff\n"), "bad\n", "1:2: byte \\xff is not UTF-8; expected UTF-8 text\n"},
        {STRING("# \xc3\n"), "bad\n", "1:3: byte \\xc3 is not UTF-8;\n"},
        {STRING("\xc3\xbc\xc0\x80\n"), "bad\n", "1:3: byte \\xc0 is not UTF-8;\n"},
        {STRING("\xed\xa0\x80\n"), "bad\n", "1:1: byte \\xed is not UTF-8;\n"},
        {STRING("\xc3"), "bad\n", "1:2: no newline at\n1:1: byte \\xc3 is not UTF-8;\n"},
        /* Quotes. */
        {STRING("a \"b\nc\n"), "bad\n2 c@1\n", "1:3: missing closing quote; expected \"\n"},
        {STRING("\"\n"), "bad\n", "1:1: missing closing quote;\n"},
        {STRING("\"a\\\"\n"), "bad\n", "1:1: missing closing quote;\n"},
        {STRING("\"a\\\n"), "bad\n", "1:3: backslash in quotes; write \\\\ for a backslash\n"},
        {STRING("\"a\\,b\"\n"), "bad\n", "1:3: backslash in quotes;\n"},
        {STRING("\"a\tb\"\n"), "bad\n", "1:3: tab in quotes; expected a space\n"},
        {STRING("a\"b\"\n"), "bad\n", "1:2: quote inside a word; expected white space before it\n"},
        {STRING("a:b\"\n"), "bad\n", "1:4: quote inside a word;\n"},
        {STRING("\"a\"b\n"), "bad\n", "1:4: text after the closing quote; expected white space\n"},
        {STRING("\"a\"\"b\"\n"), "bad\n", "1:4: text after the closing quote;\n"},
        {STRING("\"a\"#b\n"), "bad\n", "1:4: text after the closing quote;\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        CU_ASSERT_STRING_EQUAL(lexed(cases[i].text, &diagnostics), cases[i].lines);
        CU_ASSERT(diagnosed_as(&diagnostics, cases[i].errors));
        rs_diagnostics_clear(&diagnostics);
    }
}

static void line_may_have_4096_bytes(void)
{
    static uint8_t text[RS_LINE_MAX + 3];
    rs_diagnostics diagnostics = {.items = NULL};
    rs_lexer lexer;
    rs_line line;
    memset(text, 'a', sizeof text);
    text[RS_LINE_MAX] = '\r';
    text[RS_LINE_MAX + 1] = '\n';
    rs_lexer_init(&lexer, "f", rs_bytes_make(text, RS_LINE_MAX + 2), &diagnostics);
    CU_ASSERT_EQUAL(rs_lexer_next(&lexer, &line), RS_LEXED_LINE);
    CU_ASSERT_EQUAL(line.words[0].text.n, RS_LINE_MAX);
    CU_ASSERT_EQUAL(diagnostics.errors, 0);

    text[RS_LINE_MAX] = 'a';
    rs_lexer_init(&lexer, "f", rs_bytes_make(text, RS_LINE_MAX + 2), &diagnostics);
    CU_ASSERT_EQUAL(rs_lexer_next(&lexer, &line), RS_LEXED_BAD);
    CU_ASSERT_EQUAL(rs_lexer_next(&lexer, &line), RS_LEXED_END);
    CU_ASSERT(diagnosed_as(&diagnostics, "1:4097: line of 4097 bytes; expected at most 4096\n"));
    rs_diagnostics_clear(&diagnostics);
}

/* As much of a line in quotes as there can be. */
static void quoted_text_may_fill_a_line(void)
{
    static uint8_t text[RS_LINE_MAX + 1];
    rs_diagnostics diagnostics = {.items = NULL};
    rs_lexer lexer;
    rs_line line;
    memset(text, 'a', sizeof text);
    text[0] = text[RS_LINE_MAX - 1] = '"';
    text[RS_LINE_MAX] = '\n';
    rs_lexer_init(&lexer, "f", rs_bytes_make(text, sizeof text), &diagnostics);
    CU_ASSERT_EQUAL(rs_lexer_next(&lexer, &line), RS_LEXED_LINE);
    CU_ASSERT_EQUAL(line.words[0].text.n, RS_LINE_MAX - 2);
    rs_diagnostics_clear(&diagnostics);
}

static CU_TestInfo tests[] = {
    {"lexer_reads_lines_and_words", lexer_reads_lines_and_words},
    {"lexer_reports", lexer_reports},
    {"line_may_have_4096_bytes", line_may_have_4096_bytes},
    {"quoted_text_may_fill_a_line", quoted_text_may_fill_a_line},
    CU_TEST_INFO_NULL,
};

RS_SUITE("lexer", tests)
