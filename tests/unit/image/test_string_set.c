/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/little_endian.h"
#include "lib/image/string_set.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

enum { STRINGS_MAX = 5 };

/* A set of `count` strings with these offsets and lengths in `text`. */
typedef struct laid_set {
    uint8_t index[8 * STRINGS_MAX];
    rs_string_set set;
} laid_set;

static void lay(laid_set *laid, const char *text, const uint32_t pairs[][2], uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        rs_le32_put(laid->index + 8 * i, pairs[i][0]);
        rs_le32_put(laid->index + 8 * i + 4, pairs[i][1]);
    }
    laid->set = (rs_string_set){laid->index, (const uint8_t *)text, count};
}

static void has_finds_what_is_there(void)
{
    static const uint32_t pairs[][2] = {{0, 0}, {0, 1}, {1, 2}, {3, 2}, {5, 3}};
    static const char *const strings[] = {"", "a", "aa", "ab", "abc"};
    static const char *const others[] = {"b", "abcd", "aab", "A", "aaa", "ac", "\xff"};
    for (uint32_t count = 0; count <= 5; count++) {
        laid_set laid;
        lay(&laid, "aaaababc", pairs, count);
        for (uint32_t i = 0; i < ROWS(strings); i++)
            CHECK_ROW(rs_string_set_has(&laid.set, rs_bytes_of_string(strings[i])) == (i < count),
                      strings[i]);
        for (size_t i = 0; i < ROWS(others); i++)
            CHECK_ROW(!rs_string_set_has(&laid.set, rs_bytes_of_string(others[i])), others[i]);
        for (uint32_t i = 0; i < count; i++)
            CHECK_ROW(
                rs_bytes_equal(rs_string_set_at(&laid.set, i), rs_bytes_of_string(strings[i])),
                strings[i]);
    }
    CU_ASSERT_FALSE(rs_string_set_has(&(rs_string_set){0}, rs_bytes_of_string("")));
}

/* In every way to cut a string in two, it is found after the second piece; so are its prefixes. */
static void search_takes_pieces(void)
{
    static const uint32_t pairs[][2] = {{0, 0}, {0, 1}, {1, 2}, {3, 2}, {5, 3}};
    static const char *const strings[] = {"", "a", "ab", "abc", "abcd", "aa", "b", "aab", "ac"};
    laid_set laid;
    lay(&laid, "aaaababc", pairs, 5);
    for (size_t i = 0; i < ROWS(strings); i++) {
        rs_bytes text = rs_bytes_of_string(strings[i]);
        for (size_t cut = 0; cut <= text.n; cut++) {
            rs_bytes first = rs_bytes_make(text.p, cut);
            rs_string_search search = rs_string_search_start(&laid.set);
            rs_string_search_add(&search, first);
            CHECK_ROW(rs_string_search_found(&search) == rs_string_set_has(&laid.set, first),
                      strings[i]);
            rs_string_search_add(&search, rs_bytes_skip(text, cut));
            CHECK_ROW(rs_string_search_found(&search) == rs_string_set_has(&laid.set, text),
                      strings[i]);
        }
    }
    rs_string_search none = rs_string_search_start(&(rs_string_set){0});
    CU_ASSERT_FALSE(rs_string_search_found(&none));
}

static void search_in_lower_case(void)
{
    static const uint32_t pairs[][2] = {{0, 100}};
    uint8_t text[100];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)('a' + i % 26);
    laid_set laid;
    lay(&laid, (const char *)text, pairs, 1);
    uint8_t upper[100];
    for (size_t i = 0; i < sizeof upper; i++)
        upper[i] = (uint8_t)(text[i] - (i % 3 == 0 ? 32 : 0));
    rs_string_search search = rs_string_search_start(&laid.set);
    rs_string_search_add_lower(&search, rs_bytes_make(upper, 99));
    CU_ASSERT_FALSE(rs_string_search_found(&search));
    rs_string_search_add_lower(&search, rs_bytes_make(upper + 99, 1));
    CU_ASSERT(rs_string_search_found(&search));
    search = rs_string_search_start(&laid.set);
    rs_string_search_add(&search, rs_bytes_make(upper, 100));
    CU_ASSERT_FALSE(rs_string_search_found(&search));
}

static const struct {
    const char *name, *text;
    uint32_t pairs[STRINGS_MAX][2];
    uint32_t count;
    size_t size;
    bool good;
} checks[] = {
    {"none", "", {{0, 0}}, 0, 0, true},
    {"none, bytes left", "a", {{0, 0}}, 0, 1, false},
    {"one", "ab", {{0, 2}}, 1, 2, true},
    {"empty one", "", {{0, 0}}, 1, 0, true},
    {"two", "ab", {{0, 1}, {1, 1}}, 2, 2, true},
    {"prefix first", "aab", {{0, 1}, {1, 2}}, 2, 3, true},
    {"prefix last", "aba", {{0, 2}, {2, 1}}, 2, 3, false},
    {"equal", "aa", {{0, 1}, {1, 1}}, 2, 2, false},
    {"fall", "ba", {{0, 1}, {1, 1}}, 2, 2, false},
    {"gap", "axb", {{0, 1}, {2, 1}}, 2, 3, false},
    {"overlap", "ab", {{0, 2}, {1, 1}}, 2, 2, false},
    {"not from the start", "ab", {{1, 1}}, 1, 2, false},
    {"too long", "ab", {{0, 3}}, 1, 2, false},
    {"second too long", "abx", {{0, 2}, {2, 2}}, 2, 3, false},
    {"far too long", "ab", {{0, 1}, {1, UINT32_MAX}}, 2, 2, false},
    {"offset beyond", "ab", {{0, 1}, {UINT32_MAX, 1}}, 2, 2, false},
    {"bytes left", "abc", {{0, 1}, {1, 1}}, 2, 3, false},
};

static void check_wants_order_and_no_gaps(void)
{
    for (size_t i = 0; i < ROWS(checks); i++) {
        rs_bytes text = exact_copy(rs_bytes_make(checks[i].text, checks[i].size));
        laid_set laid;
        lay(&laid, (const char *)text.p, checks[i].pairs, checks[i].count);
        CHECK_ROW(rs_string_set_check(&laid.set, text.n) == checks[i].good, checks[i].name);
        exact_free(text);
    }
}

static CU_TestInfo tests[] = {
    {"has finds what is there", has_finds_what_is_there},
    {"search takes pieces", search_takes_pieces},
    {"search in lower case", search_in_lower_case},
    {"check wants order and no gaps", check_wants_order_and_no_gaps},
    CU_TEST_INFO_NULL,
};

RS_SUITE("string_set", tests)
