/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/printable.h"

#include "lib/base/utf8.h"

static bool is_printable(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},       {0x061c, 0x061c},
        {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},   {0xfeff, 0xfeff},
        {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe0fff},
    };
    if (c >= 0x20 && c < 0x7f) /* nearly all */
        return true;
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (c >= hidden[i].first && c <= hidden[i].last)
            return false;
    return true;
}

void rs_printable_write(rs_bytes text, char *out)
{
    static const char digits[] = "0123456789abcdef";
    while (text.n > 0) {
        uint32_t character = 0;
        size_t n = rs_utf8_get(text, &character);
        if (n > 0 && is_printable(character)) {
            memcpy(out, text.p, n);
            out += n;
        } else {
            n = n == 0 ? 1 : n;
            for (size_t i = 0; i < n; i++) {
                *out++ = '\\';
                *out++ = 'x';
                *out++ = digits[text.p[i] >> 4];
                *out++ = digits[text.p[i] & 15];
            }
        }
        text = rs_bytes_skip(text, n);
    }
    *out = '\0';
}
