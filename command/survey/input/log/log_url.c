/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/log/log_url.h"

#include "command/survey/input/log/checkpoint.h"
#include "lib/base/ascii.h"

bool rs_log_url_is(const char *input)
{
    return strncmp(input, "https://", 8) == 0 || strncmp(input, "http://", 7) == 0;
}

/* A number up to a character; false for anything else. No log has entries after the largest. */
static bool read_number(const char **text, char end, uint64_t *number)
{
    const char *p = *text;
    for (*number = 0; rs_ascii_is_digit((uint8_t)*p); p++)
        if (*number <= RS_CHECKPOINT_SIZE_MAX)
            *number = 10 * *number + (uint64_t)(*p - '0');
    bool good = p > *text && *p == end;
    *text = p + 1;
    return good;
}

const char *rs_log_url_read(const char *text, rs_log_url *url)
{
    *url = (rs_log_url){.length = strcspn(text, "#"), .last = RS_CHECKPOINT_SIZE_MAX};
    if (url->length > RS_LOG_URL_MAX)
        return "the URL has more than 1,024 characters";
    if (text[url->length] == '\0')
        return NULL;
    const char *range = text + url->length + 1;
    if (!read_number(&range, '-', &url->first) || !read_number(&range, '\0', &url->last))
        return "after #, the first and the last entry are expected, such as #0-2047";
    return url->last < url->first ? "the range ends before it begins" : NULL;
}
