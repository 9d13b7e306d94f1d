/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telemetry in pieces: each line is taken when its end is there. The start of a line is kept until
 * then.
 */
#ifndef RS_TELEMETRY_STREAM_H
#define RS_TELEMETRY_STREAM_H

#include "command/telemetry/totals.h"

#include <sys/types.h>

/* Events whose time is not within [since, until) are counted in `outside` and nothing else. */
typedef struct rs_telemetry_period {
    int64_t since, until; /* seconds since 1970 UTC; INT64_MIN and INT64_MAX: no limit */
} rs_telemetry_period;

/* Is told of each event, after it was added to the totals. The line lives until it returns. */
typedef void rs_telemetry_listener(void *context, const rs_telemetry_line *line);

/* What becomes of events; the same for many streams. */
typedef struct rs_telemetry_taker {
    rs_telemetry_period period;
    rs_totals *totals;
    rs_telemetry_listener *listener; /* or NULL */
    void *context;                   /* for the listener */
} rs_telemetry_taker;

typedef struct rs_telemetry_stream {
    const rs_telemetry_taker *taker;
    rs_telemetry_parser *parser;
    uint8_t *buffer;  /* the start of a line, then room for one reading, then padding */
    size_t used;      /* of it */
    bool is_skipping; /* the rest of a line that is too long */
    bool has_journal; /* lines as `journalctl -o json` prints them */
    bool has_others;  /* other lines */
} rs_telemetry_stream;

/* The taker must live as long as the stream. Exits if there is no memory. */
void rs_telemetry_stream_init(rs_telemetry_stream *stream, const rs_telemetry_taker *taker);

/*
 * Reads once, and takes the lines that are whole by then. Returns how many bytes came; 0 at the
 * end of the file; -1 with errno, EINTR never.
 */
ssize_t rs_telemetry_stream_read(rs_telemetry_stream *stream, int fd);

/* Takes what is left as a line: nothing follows it. The stream may go on with another file. */
void rs_telemetry_stream_end(rs_telemetry_stream *stream);

/* Frees. */
void rs_telemetry_stream_clear(rs_telemetry_stream *stream);

#endif
