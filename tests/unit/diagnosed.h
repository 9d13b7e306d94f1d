/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a test expects of the diagnostics of a run.
 */
#ifndef RS_DIAGNOSED_H
#define RS_DIAGNOSED_H

#include "lib/compiler/diagnostics.h"

#include <stdio.h>

/* All of them, "LINE:COLUMN: TEXT" with the severity in front unless it is an error. */
static inline const char *diagnosed(const rs_diagnostics *all)
{
    static char text[16384];
    size_t n = 0;
    text[0] = 0;
    for (size_t i = 0; i < all->count && n < sizeof text; i++) {
        const rs_diagnostic *d = &all->items[i];
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%u:%u: %s\n",
                              d->severity == RS_ERROR ? "" : rs_severity_word(d->severity),
                              d->severity == RS_ERROR ? "" : " ", (unsigned)d->line,
                              (unsigned)d->column, d->text);
    }
    return text;
}

/* Whether there are exactly those whose beginnings are in `expected`, one a line. */
static inline bool diagnosed_as(const rs_diagnostics *all, const char *expected)
{
    const char *got = diagnosed(all);
    for (;;) {
        const char *end = strchr(expected, '\n'), *got_end = strchr(got, '\n');
        if (end == NULL || got_end == NULL) {
            if (end == NULL && *expected == 0 && *got == 0)
                return true;
            break;
        }
        size_t n = (size_t)(end - expected);
        if ((size_t)(got_end - got) < n || memcmp(got, expected, n) != 0)
            break;
        expected = end + 1;
        got = got_end + 1;
    }
    fprintf(stderr, "expected: %s\nall that was reported:\n%s", expected, diagnosed(all));
    return false;
}

#endif
