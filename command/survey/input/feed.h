/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inputs of a survey, as units. A unit is what is counted once, however often it is read: a
 * tile, a file, or, of a file of many lines, a piece of it that is always cut in the same places.
 * Any number of threads take units from one feed and decode them; what one of them takes no other
 * gets.
 *
 *     while (rs_survey_feed_next(feed, &unit))
 *         if (!known(unit.digest))
 *             rs_survey_unit_decode(&unit, sink);
 *     rs_survey_unit_clear(&unit);
 */
#ifndef RS_SURVEY_FEED_H
#define RS_SURVEY_FEED_H

#include "command/survey/entry.h"

typedef struct rs_survey_feed rs_survey_feed;
typedef struct rs_survey_decoder rs_survey_decoder;

/* What a unit is made of, told by its content. */
typedef enum rs_survey_format {
    RS_SURVEY_FORMAT_UNKNOWN = 0,
    RS_SURVEY_FORMAT_TILE,        /* a data tile of static-ct-api */
    RS_SURVEY_FORMAT_GET_ENTRIES, /* what a log of RFC 6962 answers */
    RS_SURVEY_FORMAT_JSON_LINES,  /* an object with a chain in base64 on each line */
    RS_SURVEY_FORMAT_CSV,         /* a digest, a comma, a certificate in base64 */
    RS_SURVEY_FORMAT_HEX_LINES,   /* tshark's fields: certificates in hexadecimal */
    RS_SURVEY_FORMAT_PEM,
    RS_SURVEY_FORMAT_DER,
} rs_survey_format;

/*
 * Bytes to decode. All zero is an empty one. A thread uses one again and again: what it holds is
 * replaced by the next, and its memory is reused.
 */
typedef struct rs_survey_unit {
    const char *name; /* of the file or the URL that it is from; lives as long as the feed */
    rs_survey_format format;
    /* Set instead of bytes: the unit is one thing that cannot be read at all, for that reason. */
    bool is_rejected;
    rs_survey_rejection rejection;
    rs_bytes bytes; /* decompressed */
    /* Tells it from every other: of format and bytes. Not against somebody who forges units. */
    uint8_t digest[RS_SURVEY_SHA256_SIZE];
    uint64_t size_read; /* so many bytes of the file, as it is on disk, it took: for progress */

    rs_survey_decoder *decoder; /* of this file's own, as all that follows */
    uint8_t *buffer;
    size_t capacity;
} rs_survey_unit;

void rs_survey_unit_clear(rs_survey_unit *unit);

/* Called with each CA certificate that a folder `issuer/` or a log gives, in DER. */
typedef bool rs_survey_issuer(void *context, rs_bytes certificate);

/*
 * A feed of files and folders (which are read with all that is in them, in the order of names).
 * `issuer` is called before a unit comes that may need the certificate, from any thread that
 * calls rs_survey_feed_next, and from this one here. NULL if there is no memory, or `issuer`
 * returned false. The paths must live as long as the feed.
 */
rs_survey_feed *rs_survey_feed_new(char *const *paths, size_t count, rs_survey_issuer *issuer,
                                   void *context);
void rs_survey_feed_free(rs_survey_feed *feed);

/* The size of all files on disk, for progress. */
uint64_t rs_survey_feed_size(const rs_survey_feed *feed);

/*
 * Replaces what `unit` holds by the next. Thread-safe, each thread with its own unit. False at the
 * end, and for want of memory.
 */
bool rs_survey_feed_next(rs_survey_feed *feed, rs_survey_unit *unit);

/*
 * Hands every entry of a unit to the sink, and every reason for what is none. Needs nothing but
 * the unit. False if the sink returned false, or there is no memory.
 */
bool rs_survey_unit_decode(rs_survey_unit *unit, const rs_survey_sink *sink);

#endif
