/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/der_wrap.h"

#include "command/base/message.h"

rs_bytes rs_der_wrap(rs_arena *arena, uint8_t tag, rs_bytes content)
{
    if (content.n > UINT32_MAX)
        return rs_bytes_make(NULL, 0);
    uint8_t *der = rs_message_need(rs_arena_take(arena, content.n + 6));
    size_t length = 0;
    der[length++] = tag;
    unsigned octets = 0;
    for (size_t n = content.n; n > 0; n >>= 8)
        octets++;
    if (content.n > 127)
        der[length++] = (uint8_t)(0x80 | octets);
    for (unsigned i = content.n > 127 ? octets : 1; i-- > 0;)
        der[length++] = (uint8_t)(content.n >> 8 * i);
    if (content.n > 0)
        memcpy(der + length, content.p, content.n);
    return rs_bytes_make(der, length + content.n);
}
