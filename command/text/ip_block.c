/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/ip_block.h"

static unsigned bit_at(const uint8_t *octets, unsigned index)
{
    return (unsigned)octets[index / 8] >> (7 - index % 8) & 1u;
}

unsigned rs_ip_block_prefix(const uint8_t *first, const uint8_t *last, unsigned width)
{
    unsigned prefix = width * 8;
    while (prefix > 0 && bit_at(first, prefix - 1) == 0) {
        uint8_t end[16];
        memcpy(end, first, width);
        for (unsigned i = prefix - 1; i < width * 8; i++)
            end[i / 8] |= (uint8_t)(1u << (7 - i % 8));
        if (memcmp(end, last, width) > 0)
            break;
        prefix--;
    }
    return prefix;
}

bool rs_ip_block_next(uint8_t *octets, unsigned prefix)
{
    for (unsigned i = prefix; i-- > 0;) {
        uint8_t bit = (uint8_t)(1u << (7 - i % 8));
        octets[i / 8] ^= bit;
        if ((octets[i / 8] & bit) != 0)
            return true;
    }
    return false;
}
