/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/suite.h"

#include "command/survey/names/host_view.h"
#include "tests/unit/random.h"

enum { ROUNDS = 300000 };

/* A text of labels that are mostly good ones, of lengths near to all borders. */
static size_t put_text(char text[1024])
{
    static const char *const odd[] = {"A", "*", "x y", "", "1", "0x1f", "_", "\xc3\xa9", "/", "`"};
    size_t n = 0, labels = 1 + random_below(9);
    if (random_below(4) == 0)
        n = (size_t)sprintf(text, "*.");
    for (size_t i = 0; i < labels; i++) {
        size_t length = random_below(3) == 0 ? 55 + random_below(11) : random_below(16);
        bool is_odd = random_below(30) == 0;
        for (size_t at = 0; at < length && !is_odd; at++)
            text[n++] = "abcxyz019-_"[random_below(11)];
        if (is_odd)
            n += (size_t)sprintf(text + n, "%s", odd[random_below(sizeof odd / sizeof *odd)]);
        if (i + 1 < labels || random_below(20) == 0)
            text[n++] = '.';
    }
    return n;
}

static bool is_lower(rs_bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (rs_ascii_is_upper(text.p[i]))
            return false;
    return true;
}

/* What can be read where it stands is what the verdict reads, and the other way round. */
static void views_are_names(void)
{
    size_t good = 0;
    random_start();
    for (size_t i = 0; i < ROUNDS; i++) {
        char text[1024];
        rs_bytes bytes = rs_bytes_make(text, put_text(text));
        rs_host_name name;
        rs_host_view view;
        rs_reason why;
        bool is_name = rs_host_name_read(bytes, &name, &why);
        bool is_plain = is_name && name.length >= RS_HOST_VIEW_LEAST && is_lower(bytes) &&
                        text[bytes.n - 1] != '.';
        /* A last label that starts with a digit is left to those that know addresses. */
        if (is_plain && rs_ascii_is_digit(name.text[rs_host_name_label(&name, name.length)]))
            is_plain = false;
        bool is_view = rs_host_view_read(bytes, &view);
        if (is_view != is_plain ||
            (is_view && (!rs_bytes_equal(view.text, rs_host_name_bytes(&name)) ||
                         view.dots != name.dots || view.text.p + view.text.n != bytes.p + bytes.n)))
            CU_FAIL_FATAL("a view is another name");
        good += is_view;
    }
    CU_ASSERT(good > ROUNDS / 20 && good < ROUNDS);
}

/* Labels before the rest of a name, in texts that just can be read. */
static void beginnings_are_labels(void)
{
    static const struct {
        const char *text;
        size_t n;
        bool are_labels;
    } rows[] = {
        {"www.example.org", 3, true}, {"a.b.c.org", 3, true},  {"a..b.org", 4, false},
        {".example.org", 0, false},   {"*.b.c.org", 3, false}, {"WWW.example.org", 3, false},
        {"ab.cd.org", 3, false},      {"abcdefgh", 7, true},   {"www./.example.org", 5, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t dots;
        rs_bytes text = rs_bytes_of_string(rows[i].text);
        CU_ASSERT_EQUAL(rs_host_view_are_labels(text, rows[i].n, &dots), rows[i].are_labels);
    }
}

static CU_TestInfo tests[] = {
    {"views are names", views_are_names},
    {"beginnings are labels", beginnings_are_labels},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey host_view", tests)
