/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/log/checkpoint.h"

#include "command/survey/input/format/base64.h"
#include "lib/base/ascii.h"

enum { HASH_TEXT = 44 };

static bool take_line(rs_bytes *text, rs_bytes *line)
{
    const uint8_t *feed = text->n == 0 ? NULL : memchr(text->p, '\n', text->n);
    if (feed == NULL)
        return false;
    *line = rs_bytes_make(text->p, (size_t)(feed - text->p));
    *text = rs_bytes_skip(*text, line->n + 1);
    return true;
}

/* In decimal, without zeros in front. */
static bool read_size(rs_bytes text, uint64_t *size)
{
    *size = 0;
    if (text.n == 0 || (text.n > 1 && text.p[0] == '0'))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (!rs_ascii_is_digit(text.p[i]))
            return false;
        *size = 10 * *size + (uint64_t)(text.p[i] - '0');
        if (*size > RS_CHECKPOINT_SIZE_MAX)
            return false;
    }
    return true;
}

bool rs_checkpoint_read(rs_bytes text, rs_checkpoint *checkpoint)
{
    rs_bytes origin, size, root;
    uint8_t hash[HASH_TEXT];
    size_t n = HASH_TEXT;
    if (!take_line(&text, &origin) || origin.n == 0 || !take_line(&text, &size) ||
        !read_size(size, &checkpoint->size) || !take_line(&text, &root) || root.n != n)
        return false;
    memcpy(hash, root.p, n);
    if (!rs_base64_decode(hash, &n) || n != sizeof checkpoint->root.octets)
        return false;
    memcpy(checkpoint->root.octets, hash, n);
    return true;
}
