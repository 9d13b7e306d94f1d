/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/root_match.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "lib/base/ascii.h"

enum { HASH_PREFIX_MIN = 8 };

/* Whether `wanted` is the hash's hexadecimal form or the start of it. */
static bool is_hash(const char *wanted, const uint8_t sha256[RS_SHA256_SIZE])
{
    char hex[RS_HEX_SIZE];
    rs_text_hex(sha256, hex);
    size_t at = 0;
    for (; *wanted != '\0'; wanted++) {
        if (*wanted == ':')
            continue;
        if (at == RS_HEX_SIZE - 1 || rs_ascii_lower((uint8_t)*wanted) != (uint8_t)hex[at])
            return false;
        at++;
    }
    return at >= HASH_PREFIX_MIN;
}

bool rs_root_match(const char *wanted, const rs_root *root)
{
    bool is_label = root->label.n > 0 && rs_bytes_equal(rs_bytes_of_string(wanted), root->label);
    return is_label || is_hash(wanted, root->sha256);
}

void rs_root_match_report(const char *path, const char *wanted)
{
    rs_message_error("%s has no root %s; give its label, or %d or more digits of its hash", path,
                     wanted, HASH_PREFIX_MIN);
}
