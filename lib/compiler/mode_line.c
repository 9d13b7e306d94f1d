/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/mode_line.h"

#include "lib/base/utc.h"

/* What is before the year 2000 is a slip of the pen. */
enum { FIRST_YEAR = 2000, FIRST_DAY = 946684800 };

/* Whether an unquoted word is this one. */
static bool is_word(const rs_word *word, const char *text)
{
    return !word->quoted && rs_bytes_equal(word->text, rs_bytes_of_string(text));
}

/* Reads what stands after the mode's word. */
static bool read_until(const rs_place *place, const rs_line *line, rs_mode_period *period)
{
    rs_place at = rs_lexer_word_place(place, &line->words[2], 0);
    if (!is_word(&line->words[2], "until")) {
        rs_place_error(&at, 0, "\"%s\" after the mode; expected until, or the end of the line",
                       rs_quote(line->words[2].text).text);
        return false;
    }
    if (period->mode != RS_MODE_TEST) {
        rs_place_error(&at, 0, "until after mode %s; only test can end on a date",
                       rs_mode_word(period->mode));
        return false;
    }
    if (line->count > 3)
        at = rs_lexer_word_place(place, &line->words[3], 0);
    if (line->count < 4 || !rs_utc_read_day(line->words[3].text, &period->until) ||
        period->until < FIRST_DAY) {
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
        rs_place_error(place, 0, "missing mode; %s", expected);
        return false;
    }
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (!is_word(&line->words[1], rs_mode_word(modes[i])))
            continue;
        *period = (rs_mode_period){.mode = modes[i]};
        return line->count == 2 || read_until(place, line, period);
    }
    rs_place at = rs_lexer_word_place(place, &line->words[1], 0);
    rs_place_error(&at, 0, "unknown mode \"%s\"; %s", rs_quote(line->words[1].text).text, expected);
    return false;
}
