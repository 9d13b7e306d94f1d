/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/file/stream.h"

#include "command/survey/input/file/expand.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* So much is read and hashed at once: it stays in the processor's own cache. */
enum { PIECE = 128 * 1024 };

struct rs_stream {
    char *name;
    bool was_opened;
    rs_expander *expander; /* NULL: it could not be opened */
    int open_error;        /* why, as errno says it */
    rs_survey_format format;
    bool is_told, is_skipping, is_done;
    uint8_t *rest; /* what was read behind the last cut */
    size_t rest_size, rest_capacity;
    uint64_t position;
    uint64_t told_read; /* of the file, in units before */
};

rs_stream *rs_stream_new(const char *name)
{
    rs_stream *stream = calloc(1, sizeof *stream);
    char *copy = strdup(name);
    if (stream == NULL || copy == NULL) {
        free(copy);
        free(stream);
        return NULL;
    }
    stream->name = copy;
    return stream;
}

void rs_stream_free(rs_stream *stream)
{
    if (stream == NULL)
        return;
    rs_expander_free(stream->expander);
    free(stream->rest);
    free(stream->name);
    free(stream);
}

uint64_t rs_stream_position(const rs_stream *stream)
{
    return stream->position;
}

static int open_input(const char *name)
{
    return strcmp(name, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                  : open(name, O_RDONLY | O_CLOEXEC);
}

/* False for want of memory. */
static bool open_once(rs_stream *stream)
{
    if (stream->was_opened)
        return true;
    stream->was_opened = true;
    int fd = open_input(stream->name);
    if (fd < 0) {
        stream->open_error = errno;
        return true;
    }
    stream->expander = rs_expander_new(fd);
    return stream->expander != NULL;
}

/* Keeps for the next unit what is in `buffer` behind a cut. */
static bool keep_rest(rs_stream *stream, const uint8_t *from, size_t size)
{
    if (size > stream->rest_capacity) {
        uint8_t *rest = realloc(stream->rest, size);
        if (rest == NULL)
            return false;
        stream->rest = rest;
        stream->rest_capacity = size;
    }
    if (size > 0)
        memcpy(stream->rest, from, size);
    stream->rest_size = size;
    return true;
}

/* Ends the file with what is wrong with it. */
static rs_stream_status reject(rs_stream *stream, rs_survey_unit *unit, rs_survey_rejection why)
{
    unit->is_rejected = true;
    unit->rejection = why;
    stream->is_done = true;
    return RS_STREAM_LAST;
}

static void tell(rs_stream *stream, const rs_survey_unit *unit, size_t filled)
{
    stream->format = rs_survey_format_tell(rs_bytes_make(unit->buffer, filled));
    stream->is_told = true;
}

/* Fills the buffer up to `size`, which has `*filled` bytes. False for want of memory. */
static bool fill(rs_stream *stream, rs_survey_unit *unit, size_t size, size_t *filled)
{
    /* Behind a cut there may be more than `size`, read for another thread's unit. */
    size_t least = stream->rest_size > size ? stream->rest_size : size;
    if (!rs_survey_unit_reserve(unit, least))
        return false;
    if (*filled == 0 && stream->rest_size > 0) {
        rs_survey_unit_put_first(unit, rs_bytes_make(stream->rest, stream->rest_size));
        *filled = stream->rest_size;
        stream->rest_size = 0;
    }
    for (bool goes_on = true; goes_on && *filled < size;) {
        size_t room = size - *filled < PIECE ? size - *filled : PIECE;
        unit->format = stream->format;
        if (stream->is_told && stream->format != RS_SURVEY_FORMAT_UNKNOWN)
            rs_survey_unit_hash(unit, *filled);
        size_t got = rs_expander_read(stream->expander, unit->buffer + *filled, room);
        *filled += got;
        goes_on = got == room;
        if (!stream->is_told && *filled >= RS_SURVEY_FORMAT_START)
            tell(stream, unit, *filled);
    }
    return true;
}

/* Drops what belongs to a line that is too long. Returns false at the end of the file. */
static bool skip_line(rs_stream *stream, rs_survey_unit *unit, size_t *filled)
{
    while (*filled > 0) {
        const uint8_t *feed = memchr(unit->buffer, '\n', *filled);
        size_t skipped = feed == NULL ? *filled : (size_t)(feed + 1 - unit->buffer);
        stream->position += skipped;
        *filled -= skipped;
        if (feed != NULL) {
            memmove(unit->buffer, feed + 1, *filled);
            rs_survey_unit_hash(unit, 0);
            stream->is_skipping = false;
            return true;
        }
        if (!fill(stream, unit, RS_STREAM_UNIT, filled))
            return false;
    }
    return false;
}

static rs_stream_status give(rs_stream *stream, rs_survey_unit *unit, size_t size)
{
    unit->format = stream->format;
    unit->bytes = rs_bytes_make(unit->buffer, size);
    stream->position += size;
    return stream->is_done ? RS_STREAM_LAST : RS_STREAM_OK;
}

/* More than is read at once, and nowhere to cut. */
static rs_stream_status give_up(rs_stream *stream, rs_survey_unit *unit)
{
    rs_stream_status status = reject(stream, unit, RS_SURVEY_TOO_LARGE);
    if (!rs_survey_format_has_lines(stream->format))
        return status;
    stream->is_skipping = true;
    stream->is_done = false;
    stream->position += unit->bytes.n;
    return RS_STREAM_OK;
}

/* Why a file of no known format is left out: stores are given as inputs, too. */
static rs_survey_rejection why_unknown(rs_bytes start)
{
    static const char database[] = "SQLite format 3"; /* with its NUL */
    return start.n >= sizeof database && memcmp(start.p, database, sizeof database) == 0
               ? RS_SURVEY_DATABASE
               : RS_SURVEY_UNKNOWN_FORMAT;
}

/* The next unit, once `filled` bytes are there, of which at most `size` were asked for. */
static rs_stream_status take(rs_stream *stream, rs_survey_unit *unit, size_t size, size_t filled,
                             bool *needs_more)
{
    rs_survey_rejection why;
    *needs_more = false;
    if (rs_expander_rejection(stream->expander, &why)) {
        unit->error = rs_expander_error(stream->expander);
        return reject(stream, unit, why);
    }
    if (!stream->is_told && filled > 0)
        tell(stream, unit, filled);
    if (filled == 0)
        return stream->is_told ? RS_STREAM_END : reject(stream, unit, RS_SURVEY_NO_CHAIN);
    if (stream->format == RS_SURVEY_FORMAT_UNKNOWN)
        return reject(stream, unit, why_unknown(rs_bytes_make(unit->buffer, filled)));
    stream->is_done = filled < size;
    if (stream->is_done)
        return give(stream, unit, filled);
    size_t cut = rs_survey_format_cut(stream->format, rs_bytes_make(unit->buffer, filled));
    if (cut == 0 && size < RS_STREAM_UNIT_MAX) {
        *needs_more = true;
        return RS_STREAM_OK;
    }
    unit->bytes = rs_bytes_make(unit->buffer, filled);
    if (cut == 0)
        return give_up(stream, unit);
    if (!keep_rest(stream, unit->buffer + cut, filled - cut))
        return RS_STREAM_NO_MEMORY;
    return give(stream, unit, cut);
}

/* How much is read where there was nowhere to cut before. */
static size_t larger(size_t size)
{
    return size < RS_STREAM_UNIT_MAX / 8 ? 8 * size : RS_STREAM_UNIT_MAX;
}

static rs_stream_status next(rs_stream *stream, rs_survey_unit *unit)
{
    if (stream->is_done)
        return RS_STREAM_END;
    if (!open_once(stream))
        return RS_STREAM_NO_MEMORY;
    if (stream->expander == NULL) {
        unit->error = stream->open_error;
        return reject(stream, unit, RS_SURVEY_UNREADABLE);
    }
    size_t filled = 0;
    for (size_t size = RS_STREAM_UNIT;; size = larger(size)) {
        bool needs_more;
        if (!fill(stream, unit, size, &filled))
            return RS_STREAM_NO_MEMORY;
        if (stream->is_skipping) {
            bool found = skip_line(stream, unit, &filled);
            if (found && !fill(stream, unit, size, &filled))
                return RS_STREAM_NO_MEMORY;
        }
        rs_stream_status status = take(stream, unit, size, filled, &needs_more);
        if (!needs_more)
            return status;
    }
}

rs_stream_status rs_stream_next(rs_stream *stream, rs_survey_unit *unit)
{
    if (!rs_survey_unit_begin(unit, stream->name))
        return RS_STREAM_NO_MEMORY;
    rs_stream_status status = next(stream, unit);
    if (stream->expander != NULL) {
        uint64_t read = rs_expander_position(stream->expander);
        unit->size_read = read - stream->told_read;
        stream->told_read = read;
    }
    return status;
}
