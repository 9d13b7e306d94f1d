/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64 (RFC 4648, section 4). A decoder of our own: no library that Debian 12
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

/*
 * Decodes the base64 that a text of `size` characters begins with, up to the last whole group or
 * the first that is padded. Returns how many characters these are; `*decoded` is the number of
 * bytes. `out` has room for `size` bytes, of which all may be written; it may be the text itself.
 */
size_t rs_base64_decode_start(const uint8_t *text, size_t size, uint8_t *out, size_t *decoded);

#endif
