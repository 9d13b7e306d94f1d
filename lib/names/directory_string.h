/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strings of distinguished names: ASN.1 has many types for them, UTF-8 stands for all.
 */
#ifndef RS_DIRECTORY_STRING_H
#define RS_DIRECTORY_STRING_H

#include "lib/base/bytes.h"

/* Whether a value of this tag is a string that can be written as UTF-8. */
bool rs_directory_string_is(uint8_t tag);

/*
 * Writes a directory string as UTF-8.
 *
 * UTF8String is checked (RFC 3629: shortest form, no surrogates), BMPString and UniversalString
 * are converted, TeletexString is read as ISO 8859-1 (as OpenSSL and everyone else does), the
 * other string types must be ASCII.
 *
 * Returns false if the tag is not one of these, a character is invalid, or the result would not fit
 * into `size` bytes; otherwise `*length` bytes of `out` are set, without a NUL.
 */
bool rs_directory_string_to_utf8(uint8_t tag, rs_bytes value, uint8_t *out, size_t size,
                                 size_t *length);

/*
 * The same, but not written where it is UTF-8 already, which it nearly always is: `*text` is then
 * the value itself, however long, and otherwise a view of `out`.
 */
bool rs_directory_string_view(uint8_t tag, rs_bytes value, uint8_t *out, size_t size,
                              rs_bytes *text);

/*
 * Folds UTF-8 in place as X509_NAME_cmp(3) does before it compares: white space at both ends
 * removed, each run of it inside one space, ASCII letters in lower case. White space is space, tab,
 * line feed, vertical tab, form feed and carriage return. Returns the new length.
 */
size_t rs_directory_string_fold(uint8_t *utf8, size_t length);

#endif
