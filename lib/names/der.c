/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/der.h"

enum {
    LENGTH_OCTETS_MAX = 4,
};

rs_der_size rs_der_long_size(rs_bytes encoding)
{
    const rs_der_size malformed = {0, SIZE_MAX};
    size_t octets = encoding.p[1] & ~(unsigned)RS_DER_LONG_LENGTH;
    if (octets == 0 || octets > LENGTH_OCTETS_MAX || octets > encoding.n - 2)
        return malformed;
    const uint8_t *p = encoding.p + 2;
    if (p[0] == 0)
        return malformed;
    size_t value = 0;
    for (size_t i = 0; i < octets; i++)
        value = value << 8 | p[i];
    if (value < RS_DER_LONG_LENGTH)
        return malformed;
    return (rs_der_size){2 + octets, value};
}

size_t rs_der_header_put(uint8_t tag, size_t length, uint8_t header[RS_DER_HEADER_MAX])
{
    size_t octets = 0;
    for (size_t rest = length; length >= RS_DER_LONG_LENGTH && rest > 0; rest >>= 8)
        octets++;
    header[0] = tag;
    header[1] = (uint8_t)(octets == 0 ? length : RS_DER_LONG_LENGTH | octets);
    for (size_t i = 0; i < octets; i++)
        header[2 + i] = (uint8_t)(length >> (8 * (octets - 1 - i)));
    return 2 + octets;
}
