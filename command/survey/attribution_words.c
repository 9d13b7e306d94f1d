/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/attribution_words.h"

#include <stddef.h>

static const struct {
    const char *word, *text;
} attributions[] = {
#define ROW(name, word, text) {word, text},
    RS_SURVEY_ATTRIBUTIONS(ROW)
#undef ROW
};

const char *rs_survey_attribution_word(rs_survey_attribution attribution)
{
    return (size_t)attribution < RS_SURVEY_LEAF_ATTRIBUTION_COUNT ? attributions[attribution].word
                                                                  : "?";
}

const char *rs_survey_attribution_text(rs_survey_attribution attribution)
{
    return (size_t)attribution < RS_SURVEY_LEAF_ATTRIBUTION_COUNT ? attributions[attribution].text
                                                                  : "?";
}
