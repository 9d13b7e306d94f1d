/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file, from its first unit to its last.
 */
#ifndef RS_SURVEY_STREAM_H
#define RS_SURVEY_STREAM_H

#include "command/survey/input/file/unit.h"

typedef struct rs_stream rs_stream;

enum {
    RS_STREAM_UNIT = 512 << 10,                /* where a longer file is cut, or before */
    RS_STREAM_UNIT_MAX = RS_JSON_DOCUMENT_MAX, /* more without a place to cut is too large */
};

/*
 * The file is opened when its first unit is taken, which may wait: for the writer of a FIFO. `-` is
 * standard input. NULL if there is no memory.
 */
rs_stream *rs_stream_new(const char *name);
void rs_stream_free(rs_stream *stream);

typedef enum rs_stream_status {
    RS_STREAM_END = 0, /* nothing was left; the unit's buffer alone is of use */
    RS_STREAM_OK,      /* the unit has all but its digest, and there may be more */
    RS_STREAM_LAST,    /* the same, and there is no more */
    RS_STREAM_NO_MEMORY,
} rs_stream_status;

/* Replaces what `unit` holds by the next. One thread at a time. */
rs_stream_status rs_stream_next(rs_stream *stream, rs_survey_unit *unit);

/* How many bytes, expanded, were given out or left out before: for rs_survey_unit_seal. */
uint64_t rs_stream_position(const rs_stream *stream);

#endif
