/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The formats that certificates come in: how one is told by what a file begins with, where a long
 * file may be cut, and the reader of each.
 */
#ifndef RS_SURVEY_FORMAT_H
#define RS_SURVEY_FORMAT_H

#include "command/survey/input/format/json_reader.h"

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

/* So many bytes are enough to tell the format; a file may have fewer. */
enum { RS_SURVEY_FORMAT_START = 64 * 1024 };

rs_survey_format rs_survey_format_tell(rs_bytes start);

/*
 * How many bytes of what is read so far are whole lines, blocks or documents: where to cut a file
 * that has more. 0 if there is no such place, and always for a format that is never cut.
 */
size_t rs_survey_format_cut(rs_survey_format format, rs_bytes bytes);

/* Whether a reader may go on at the next line behind something that is too long to be read. */
bool rs_survey_format_has_lines(rs_survey_format format);

/*
 * Hands every entry to the sink, and every reason for what is none. `text` is spoilt;
 * RS_JSON_PADDING bytes behind it must be readable. `reader` is for JSON, and may be NULL for
 * another format. False if the sink returned false, and for want of memory.
 */
bool rs_survey_format_decode(rs_survey_format format, rs_json_reader *reader, uint8_t *text,
                             size_t size, const rs_survey_sink *sink);

static inline bool rs_survey_format_is_json(rs_survey_format format)
{
    return format == RS_SURVEY_FORMAT_JSON_LINES || format == RS_SURVEY_FORMAT_GET_ENTRIES;
}

#endif
