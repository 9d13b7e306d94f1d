/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RS_TEST_DIGEST_H
#define RS_TEST_DIGEST_H

#include "lib/base/ascii.h"
#include "lib/base/sha256.h"

/* Whether a digest is what `hex` says in hexadecimal. */
static inline bool digest_is(const uint8_t digest[RS_SHA256_SIZE], const char *hex)
{
    for (size_t i = 0; i < RS_SHA256_SIZE; i++) {
        int high = rs_ascii_hex_value((uint8_t)hex[2 * i]);
        int low = rs_ascii_hex_value((uint8_t)hex[2 * i + 1]);
        if (digest[i] != high * 16 + low)
            return false;
    }
    return true;
}

#endif
