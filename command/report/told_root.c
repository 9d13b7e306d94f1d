/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/told_root.h"

#include "command/list/root_match.h"
#include "lib/base/ascii.h"

static bool read_hash(rs_bytes text, uint8_t sha256[RS_SHA256_SIZE])
{
    bool good = text.n == 2 * RS_SHA256_SIZE;
    for (size_t i = 0; i < text.n && good; i += 2) {
        int high = rs_ascii_hex_value(text.p[i]), low = rs_ascii_hex_value(text.p[i + 1]);
        good = high >= 0 && low >= 0;
        if (good)
            sha256[i / 2] = (uint8_t)(high << 4 | low);
    }
    return good;
}

bool rs_told_root_read(rs_bytes name, rs_root_kind *kind, uint8_t sha256[RS_SHA256_SIZE])
{
    for (rs_root_kind k = RS_ROOT_SPKI; k <= RS_ROOT_CERTIFICATE; k++) {
        rs_bytes word = rs_bytes_of_string(rs_root_kind_word(k));
        *kind = k;
        if (name.n > word.n && memcmp(name.p, word.p, word.n) == 0 && name.p[word.n] == ':' &&
            read_hash(rs_bytes_skip(name, word.n + 1), sha256))
            return true;
    }
    return false;
}

bool rs_told_root_match(const char *wanted, const rs_totals_root *root)
{
    rs_root own = {.label = root->label};
    return rs_bytes_equal(rs_bytes_of_string(wanted), root->name) ||
           (rs_told_root_read(root->name, &own.kind, own.sha256) && rs_root_match(wanted, &own));
}
