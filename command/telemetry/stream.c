/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/stream.h"

#include "command/base/message.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Bytes read at once: many enough to hide the cost of a call, few enough for a cache. */
enum { CHUNK = 256 * 1024 };

static void take_event(const rs_telemetry_taker *taker, const rs_telemetry_line *line)
{
    rs_totals_add(taker->totals, line);
    if (taker->listener != NULL)
        taker->listener(taker->context, line);
}

/* Where other lines stand beside the journal's, somebody may have written lines like its own. */
static void note_kind(rs_telemetry_stream *stream, rs_bytes text)
{
    if (text.n == 0)
        return;
    bool *has = rs_telemetry_is_journal(text) ? &stream->has_journal : &stream->has_others;
    *has = true;
    if (stream->has_journal && stream->has_others)
        stream->taker->totals->mixed = true;
}

static void take_line(rs_telemetry_stream *stream, rs_bytes text)
{
    rs_totals *totals = stream->taker->totals;
    note_kind(stream, text);
    rs_telemetry_line line;
    rs_telemetry_status status = text.n > RS_TELEMETRY_LINE_MAX
                                     ? RS_TELEMETRY_MALFORMED
                                     : rs_telemetry_parse(stream->parser, text, &line);
    switch (status) {
    case RS_TELEMETRY_OK:
        if (line.time >= stream->taker->period.since && line.time < stream->taker->period.until)
            take_event(stream->taker, &line);
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
static void take_lines(rs_telemetry_stream *stream)
{
    uint8_t *at = stream->buffer, *end = stream->buffer + stream->used, *newline;
    while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        if (!stream->is_skipping)
            take_line(stream, rs_bytes_make(at, (size_t)(newline - at)));
        stream->is_skipping = false;
        at = newline + 1;
    }
    stream->used = (size_t)(end - at);
    if (stream->is_skipping) {
        stream->used = 0;
    } else if (stream->used > RS_TELEMETRY_LINE_MAX) {
        stream->taker->totals->malformed++;
        stream->is_skipping = true;
        stream->used = 0;
    }
    memmove(stream->buffer, at, stream->used);
}

void rs_telemetry_stream_end(rs_telemetry_stream *stream)
{
    if (stream->used > 0 && !stream->is_skipping)
        take_line(stream, rs_bytes_make(stream->buffer, stream->used));
    stream->used = 0;
    stream->is_skipping = stream->has_journal = stream->has_others = false;
}

ssize_t rs_telemetry_stream_read(rs_telemetry_stream *stream, int fd)
{
    ssize_t got;
    do
        got = read(fd, stream->buffer + stream->used, CHUNK);
    while (got < 0 && errno == EINTR);
    if (got > 0) {
        stream->used += (size_t)got;
        take_lines(stream);
    }
    return got;
}

void rs_telemetry_stream_init(rs_telemetry_stream *stream, const rs_telemetry_taker *taker)
{
    *stream = (rs_telemetry_stream){.taker = taker};
    stream->parser = rs_message_need(rs_telemetry_parser_new());
    stream->buffer =
        rs_message_need(calloc(1, RS_TELEMETRY_LINE_MAX + CHUNK + RS_TELEMETRY_PADDING));
}

void rs_telemetry_stream_clear(rs_telemetry_stream *stream)
{
    free(stream->buffer);
    rs_telemetry_parser_free(stream->parser);
}
