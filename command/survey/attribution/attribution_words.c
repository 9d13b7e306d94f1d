/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/attribution/attribution_words.h"

#include <stddef.h>

static const char *const words[] = {
#define WORD(name, word) word,
    RS_SURVEY_ATTRIBUTIONS(WORD)
#undef WORD
};

const char *rs_survey_attribution_word(rs_survey_attribution attribution)
{
    return (size_t)attribution < RS_SURVEY_LEAF_ATTRIBUTION_COUNT ? words[attribution] : "?";
}
