/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is counted once, however often it is read: a tile, a file, or a piece of a file.
 */
#ifndef RS_SURVEY_UNIT_H
#define RS_SURVEY_UNIT_H

#include "command/survey/input/format.h"

/*
 * Bytes to decode. All zero is an empty one. A thread uses one again and again: what it holds is
 * replaced by the next, and its memory is reused.
 */
typedef struct rs_survey_unit {
    char *name; /* of the file or URL that it is from; `-`: standard input */
    rs_survey_format format;
    /* Set instead of the bytes: it is one thing that cannot be read at all, for that reason. */
    bool is_rejected;
    rs_survey_rejection rejection;
    rs_bytes bytes; /* decompressed; what is decoded is spoilt */
    /*
     * Tells it from every other: XXH3-128 of the bytes, and their number. Not against somebody who
     * forges two units with the same digest, of which only one would count: SHA-256 alone takes
     * longer than everything else that a survey does with a tile. Of a rejected unit, it is of the
     * name, the place and the reason.
     */
    uint8_t digest[RS_SURVEY_SHA256_SIZE];
    uint64_t size_read; /* so many bytes of the file, as it is on disk, it took: for progress */

    uint8_t *buffer; /* unit.c's own, as what follows */
    size_t capacity;
    rs_json_reader *json;
} rs_survey_unit;

void rs_survey_unit_clear(rs_survey_unit *unit);

/*
 * Hands every entry of a unit to the sink, and every reason for what is none. Once: the bytes are
 * spoilt. Needs nothing but the unit. False if the sink returned false, and for want of memory.
 */
bool rs_survey_unit_decode(rs_survey_unit *unit, const rs_survey_sink *sink);

/* For those who fill one: makes room for so many bytes, and keeps those that it has. */
bool rs_survey_unit_reserve(rs_survey_unit *unit, size_t size);

/* For those who filled one: sets the digest. `position` tells one file's rejections apart. */
void rs_survey_unit_seal(rs_survey_unit *unit, uint64_t position);

#endif
