/* SPDX-License-Identifier: Apache-2.0 */
#include "telemetry_input.h"

#include "message.h"
#include "progress.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read at once: large enough to hide the cost of a call, small enough for a cache. */
enum { CHUNK = 256 * 1024 };

typedef struct reader {
    rs_telemetry_parser *parser;
    const rs_telemetry_period *period;
    rs_totals *totals;
    rs_progress progress;
    uint8_t *buffer;  /* the start of a line, then CHUNK bytes, then padding */
    size_t used;      /* of it */
    bool is_skipping; /* the rest of a line that is too long */
} reader;

static void take_line(reader *r, rs_bytes text)
{
    rs_totals *totals = r->totals;
    rs_telemetry_line line;
    rs_telemetry_status status = text.n > RS_TELEMETRY_LINE_MAX
                                     ? RS_TELEMETRY_MALFORMED
                                     : rs_telemetry_parse(r->parser, text, &line);
    switch (status) {
    case RS_TELEMETRY_OK:
        if (line.time >= r->period->since && line.time < r->period->until)
            rs_totals_add(totals, &line);
        else
            totals->outside++;
        return;
    case RS_TELEMETRY_FOREIGN:
        totals->foreign++;
        return;
    case RS_TELEMETRY_MALFORMED:
        totals->malformed++;
        return;
    case RS_TELEMETRY_UNKNOWN:
        totals->unknown++;
        return;
    case RS_TELEMETRY_NO_MEMORY:
        rs_message_need(NULL);
    }
}

/* Takes the whole lines at the front of the buffer, and keeps what may be the start of one. */
static void take_lines(reader *r)
{
    uint8_t *at = r->buffer, *end = r->buffer + r->used, *newline;
    while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        if (!r->is_skipping)
            take_line(r, rs_bytes_make(at, (size_t)(newline - at)));
        r->is_skipping = false;
        at = newline + 1;
    }
    r->used = (size_t)(end - at);
    if (r->is_skipping) {
        r->used = 0;
    } else if (r->used > RS_TELEMETRY_LINE_MAX) {
        r->totals->malformed++;
        r->is_skipping = true;
        r->used = 0;
    }
    memmove(r->buffer, at, r->used);
}

/* What is left when a file ends without a newline. */
static void take_rest(reader *r)
{
    if (r->used > 0 && !r->is_skipping)
        take_line(r, rs_bytes_make(r->buffer, r->used));
    r->used = 0;
    r->is_skipping = false;
}

/* False with errno if reading failed; what came before was taken. */
static bool read_all(reader *r, int fd)
{
    for (;;) {
        ssize_t got = read(fd, r->buffer + r->used, CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            take_rest(r);
            return got == 0;
        }
        r->used += (size_t)got;
        take_lines(r);
        rs_progress_advance(&r->progress, (uint64_t)got);
    }
}

static bool read_path(reader *r, const char *path)
{
    if (strcmp(path, "-") == 0) {
        if (read_all(r, STDIN_FILENO))
            return true;
        rs_progress_hide(&r->progress);
        rs_message_error("standard input: %s", strerror(errno));
        return false;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    bool good = fd >= 0 && read_all(r, fd);
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (!good) {
        rs_progress_hide(&r->progress);
        rs_message_error("%s: %s", path, strerror(error));
    }
    return good;
}

/* Of all files together; 0 if it is not known. */
static uint64_t total_size(char *const *paths, size_t count)
{
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        struct stat file;
        if (strcmp(paths[i], "-") == 0 || stat(paths[i], &file) != 0 || !S_ISREG(file.st_mode))
            return 0;
        total += (uint64_t)file.st_size;
    }
    return total;
}

bool rs_telemetry_input_read(char *const *paths, size_t count, const rs_telemetry_period *period,
                             rs_totals *totals)
{
    reader r = {.period = period, .totals = totals};
    r.parser = rs_message_need(rs_telemetry_parser_new());
    r.buffer = rs_message_need(calloc(1, RS_TELEMETRY_LINE_MAX + CHUNK + RS_TELEMETRY_PADDING));
    rs_progress_begin(&r.progress, STDERR_FILENO, total_size(paths, count));
    bool good = true;
    for (size_t i = 0; i < count; i++)
        good &= read_path(&r, paths[i]);
    rs_progress_hide(&r.progress);
    free(r.buffer);
    rs_telemetry_parser_free(r.parser);
    return good;
}

void rs_telemetry_input_remark(const rs_totals *totals)
{
    uint64_t passed = totals->malformed + totals->unknown;
    if (passed == 0)
        return;
    rs_message_warning("%" PRIu64 " line%s passed over: %" PRIu64 " malformed, %" PRIu64
                       " of a version or kind that is not known here",
                       passed, passed == 1 ? " was" : "s were", totals->malformed, totals->unknown);
}
