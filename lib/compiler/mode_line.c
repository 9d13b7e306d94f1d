/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/mode_line.h"

#include "lib/base/ascii.h"
#include "lib/compiler/rule.h"

enum { FIRST_YEAR = 2000 };

/* Whether an unquoted word is this one. */
static bool is_word(const rs_word *word, const char *text)
{
    return !word->quoted && rs_bytes_equal(word->text, rs_bytes_of_string(text));
}

static bool read_number(rs_bytes digits, int64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < digits.n; i++) {
        if (!rs_ascii_is_digit(digits.p[i]))
            return false;
        *number = *number * 10 + (digits.p[i] - '0');
    }
    return true;
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t days_in(int64_t year, int64_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Midnight UTC at the start of YYYY-MM-DD, in seconds since 1970. */
static bool read_date(rs_bytes text, int64_t *seconds)
{
    int64_t year, month, day;
    if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-' ||
        !read_number(rs_bytes_make(text.p, 4), &year) ||
        !read_number(rs_bytes_make(text.p + 5, 2), &month) ||
        !read_number(rs_bytes_make(text.p + 8, 2), &day))
        return false;
    if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
        return false;
    /* 2000-01-01 is day 10957; 400 years later the calendar starts over. */
    int64_t since = year - FIRST_YEAR;
    int64_t days = 10957 + since * 365 + (since + 3) / 4 - (since + 99) / 100 + (since + 399) / 400;
    for (int64_t m = 1; m < month; m++)
        days += days_in(year, m);
    *seconds = (days + day - 1) * 24 * 60 * 60;
    return true;
}

/* Reads what stands after the mode's word. */
static bool read_until(const rs_place *place, const rs_line *line, rs_mode_period *period)
{
    rs_place at = rs_word_place(place, &line->words[2], 0);
    if (!is_word(&line->words[2], "until")) {
        rs_place_error(&at, 0, "\"%s\" after the mode; expected until, or the end of the line",
                       rs_quote(line->words[2].text).text);
        return false;
    }
    if (period->mode != RS_MODE_TEST) {
        rs_place_error(&at, 0, "until after mode %s; expected it after test only",
                       rs_mode_word(period->mode));
        return false;
    }
    if (line->count > 3)
        at = rs_word_place(place, &line->words[3], 0);
    if (line->count < 4 || !read_date(line->words[3].text, &period->until)) {
        rs_place_error(&at, 0, "no date after until; expected YYYY-MM-DD, from %d on", FIRST_YEAR);
        return false;
    }
    return true;
}

bool rs_mode_line_read(const rs_place *place, const rs_line *line, rs_mode_period *period)
{
    static const rs_mode modes[] = {RS_MODE_ENFORCE, RS_MODE_TEST, RS_MODE_OFF};
    static const char expected[] = "expected enforce, test or off";
    if (line->count < 2) {
        rs_place_error(place, 0, "mode without a word; %s", expected);
        return false;
    }
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (!is_word(&line->words[1], rs_mode_word(modes[i])))
            continue;
        *period = (rs_mode_period){.mode = modes[i]};
        return line->count == 2 || read_until(place, line, period);
    }
    rs_place at = rs_word_place(place, &line->words[1], 0);
    rs_place_error(&at, 0, "unknown mode \"%s\"; %s", rs_quote(line->words[1].text).text, expected);
    return false;
}
