/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64 (RFC 4648, section 4), decoded in place. A decoder of our own: no library that Debian 12
 * and 13 both have is as fast as simdjson, and OpenSSL's takes several times as long.
 */
#ifndef RS_SURVEY_BASE64_H
#define RS_SURVEY_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Replaces `*size` characters by the bytes that they stand for, and sets `*size` to their number.
 * False for anything but whole groups of four characters of the alphabet, the last one padded with
 * `=`, and its unused bits zero. The text is spoilt then. Nothing outside of the text is written.
 */
bool rs_base64_decode(uint8_t *text, size_t *size);

#endif
