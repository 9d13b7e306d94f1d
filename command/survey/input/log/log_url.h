/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The URL of a static CT log as users give it, `URL[#FIRST-LAST]`: the monitoring prefix, and the
 * entries whose tiles are read, by the first entry of each; without them, all.
 */
#ifndef RS_SURVEY_LOG_URL_H
#define RS_SURVEY_LOG_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RS_LOG_URL_MAX = 1024 }; /* bytes, without the range */

typedef struct rs_log_url {
    size_t length;        /* without the range */
    uint64_t first, last; /* entries */
} rs_log_url;

/* Whether an input is the URL of a log: `http://` or `https://` in front. */
bool rs_log_url_is(const char *input);

/* Returns NULL, or a static text that says what is wrong with the URL. */
const char *rs_log_url_read(const char *text, rs_log_url *url);

#endif
