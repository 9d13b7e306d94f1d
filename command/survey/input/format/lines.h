/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files with a certificate, or a chain, on each line. The text is spoilt. Every function returns
 * false if the sink returned false.
 */
#ifndef RS_SURVEY_LINES_H
#define RS_SURVEY_LINES_H

#include "command/survey/input/format/entry.h"

/* Takes the next line off the front, without its line feed and carriage return. */
bool rs_lines_next(uint8_t **text, size_t *size, uint8_t **line, size_t *line_size);

/* A digest, a comma and the certificate in base64, as the collections of Project Sonar have it. */
bool rs_csv_decode(uint8_t *text, size_t size, const rs_survey_sink *sink);

/*
 * Fields of tshark (`-T fields -e tls.handshake.certificate`), with others beside them if tabs
 * separate them: certificates in hexadecimal with or without colons, leaf first, commas between.
 * Lines without any field are not counted.
 */
bool rs_hex_decode(uint8_t *text, size_t size, const rs_survey_sink *sink);

#endif
