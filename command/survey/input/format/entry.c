/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/entry.h"

#define WORD(name, word, text) word,
#define TEXT(name, word, text) text,

const char *rs_survey_rejection_word(rs_survey_rejection rejection)
{
    static const char *const words[] = {RS_SURVEY_REJECTIONS(WORD)};
    return words[rejection];
}

const char *rs_survey_rejection_text(rs_survey_rejection rejection)
{
    static const char *const texts[] = {RS_SURVEY_REJECTIONS(TEXT)};
    return texts[rejection];
}
