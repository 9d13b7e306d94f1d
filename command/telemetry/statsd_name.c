/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/statsd_name.h"

#include "lib/base/ascii.h"

#include <stdio.h>

enum { PREFIX = 12, DIGITS = 16 };

static bool is_plain(uint8_t c)
{
    uint8_t lower = rs_ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || rs_ascii_is_digit(c) || c == '-' || c == '_';
}

void rs_statsd_word(rs_bytes text, char out[RS_STATSD_WORD_SIZE])
{
    size_t length = 0;
    bool was_other = false;
    for (size_t i = 0; i < text.n && length < RS_STATSD_LABEL_MAX; i++) {
        bool plain = is_plain(text.p[i]);
        if (plain || !was_other)
            out[length++] = plain ? (char)text.p[i] : '_';
        was_other = !plain;
    }
    if (length == 0)
        out[length++] = '_';
    out[length] = '\0';
}

static bool is_hash(rs_bytes root)
{
    return root.n >= PREFIX + DIGITS && (memcmp(root.p, "spki-sha256:", PREFIX) == 0 ||
                                         memcmp(root.p, "cert-sha256:", PREFIX) == 0);
}

void rs_statsd_root_id(rs_bytes root, char out[RS_STATSD_ROOT_SIZE])
{
    char kind[RS_STATSD_WORD_SIZE], digits[RS_STATSD_WORD_SIZE];
    if (!is_hash(root)) {
        rs_statsd_word(root, kind);
        snprintf(out, RS_STATSD_ROOT_SIZE, "%s", kind);
        return;
    }
    rs_statsd_word(rs_bytes_make(root.p, PREFIX - 1), kind);
    rs_statsd_word(rs_bytes_make(root.p + PREFIX, DIGITS), digits);
    snprintf(out, RS_STATSD_ROOT_SIZE, "%s-%s", kind, digits);
}

void rs_statsd_root_name(rs_bytes root, rs_bytes label, char out[RS_STATSD_ROOT_SIZE])
{
    char word[RS_STATSD_WORD_SIZE], digits[RS_STATSD_WORD_SIZE];
    if (label.n == 0 || !is_hash(root)) {
        rs_statsd_root_id(root, out);
        return;
    }
    rs_statsd_word(label, word);
    rs_statsd_word(rs_bytes_make(root.p + PREFIX, DIGITS), digits);
    snprintf(out, RS_STATSD_ROOT_SIZE, "%s-%s", word, digits);
}
