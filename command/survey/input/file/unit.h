/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is counted once, however often it is read: a tile, a file, or a piece of a file.
 */
#ifndef RS_SURVEY_UNIT_H
#define RS_SURVEY_UNIT_H

#include "command/survey/input/format/format.h"

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
    int error;      /* RS_SURVEY_UNREADABLE: why, as errno says it; 0: that is not known */
    rs_bytes bytes; /* decompressed; what is decoded is spoilt */
    /*
     * Tells it from every other. By striped_sha256.h: of the bytes, or of the outline of JSON lines
     * (lines_outline.h). But of what a log gives, XXH3-128 and the number of bytes, for SHA-256
     * takes as long there as all else that a survey does. Of each entry of a tile, only the size,
     * the beginning and the end are hashed, which have the log's time, the last five issuers and,
     * where there are no more than four, the signature's end: no log has two tiles that are the
     * same there. That does not hold against somebody who forges files of a log. Of a rejected
     * unit, it is of the name, the place and the reason.
     */
    uint8_t digest[RS_SURVEY_SHA256_SIZE];
    /* Of a tile that was read by its log's URL: its hash in the log's tree. All zero otherwise. */
    uint8_t tile[RS_SURVEY_SHA256_SIZE];
    uint64_t size_read; /* so many bytes of the file, as it is on disk, it took: for progress */

    uint8_t *buffer; /* what is read; unit.c's own, as what follows */
    size_t capacity;
    uint8_t *memory;           /* which the buffer is in, from malloc */
    struct XXH3_state_s *hash; /* one of the two is used, as the format says */
    struct rs_striped_sha256 *sha256;
    struct rs_issuer_ids *issuers; /* of outlines */
    size_t packed; /* of JSON lines: so many bytes of the buffer are lines that are decoded, */
    size_t others; /* and the others begin here */
    size_t hashed; /* so many bytes of the buffer are in it: of a tile, whole entries */
    rs_json_reader *json;
} rs_survey_unit;

void rs_survey_unit_clear(rs_survey_unit *unit);

/*
 * Hands every entry of a unit to the sink, and every reason for what is none. Once: the bytes are
 * spoilt. Needs nothing but the unit. False if the sink returned false, and for want of memory.
 */
bool rs_survey_unit_decode(rs_survey_unit *unit, const rs_survey_sink *sink);

/* For those who fill one: makes it an empty one of this file. False for want of memory. */
bool rs_survey_unit_begin(rs_survey_unit *unit, const char *name);

/* For those who fill one: makes room for so many bytes, and keeps those that it has. */
bool rs_survey_unit_reserve(rs_survey_unit *unit, size_t size);

/*
 * For those who fill one, with room for them: the first bytes. They are put so that what follows
 * them lies at the border of a cache line: the kernel copies four times as fast to there.
 */
void rs_survey_unit_put_first(rs_survey_unit *unit, rs_bytes bytes);

/*
 * For those who fill one, once its format is set: takes the buffer's bytes up to `size` into the
 * digest, while they are in the processor's cache. The unit may get fewer bytes in the end. JSON
 * lines wait until it is sealed.
 */
void rs_survey_unit_hash(rs_survey_unit *unit, size_t size);

/* For those who filled one: sets the digest. `position` tells one file's rejections apart. */
void rs_survey_unit_seal(rs_survey_unit *unit, uint64_t position);

#endif
