/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 in list sources.
 */
#ifndef RS_UTF8_H
#define RS_UTF8_H

#include "lib/names/der.h"
#include "lib/names/distinguished_name.h"

/*
 * The bytes of the first character, 1 to 4; 0 if `text` is empty or does not start with valid
 * UTF-8 (RFC 3629).
 */
static inline size_t rs_utf8_character_size(rs_bytes text)
{
    uint8_t out[4];
    size_t length;
    for (size_t n = 1; n <= sizeof out && n <= text.n; n++) {
        if (rs_directory_string_to_utf8(RS_DER_UTF8_STRING, rs_bytes_make(text.p, n), out,
                                        sizeof out, &length))
            return n;
    }
    return 0;
}

/* Whether a character that is not ASCII has no place in a text: C1 controls, byte order mark. */
static inline bool rs_utf8_is_control(rs_bytes character)
{
    return (character.n == 2 && character.p[0] == 0xc2 && character.p[1] < 0xa0) ||
           (character.n == 3 && memcmp(character.p, "\xef\xbb\xbf", 3) == 0);
}

#endif
