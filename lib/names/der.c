/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/der.h"

enum {
    TAG_NUMBER = 0x1f,  /* all ones: the number follows in further octets */
    LONG_LENGTH = 0x80, /* the other bits say how many octets the length has */
    LENGTH_OCTETS_MAX = 4,
};

/* Reads a length in its long form; `*header` becomes the size of identifier and length. */
static bool long_length_read(rs_bytes encoding, size_t *header, size_t *length)
{
    size_t octets = encoding.p[1] & ~(unsigned)LONG_LENGTH;
    if (octets == 0 || octets > LENGTH_OCTETS_MAX || octets > encoding.n - 2)
        return false;
    const uint8_t *p = encoding.p + 2;
    if (p[0] == 0)
        return false;
    size_t value = 0;
    for (size_t i = 0; i < octets; i++)
        value = value << 8 | p[i];
    if (value < LONG_LENGTH)
        return false;
    *header = 2 + octets;
    *length = value;
    return true;
}

bool rs_der_next(rs_bytes *rest, rs_der *element)
{
    if (rest->n < 2 || (rest->p[0] & TAG_NUMBER) == TAG_NUMBER)
        return false;
    size_t header = 2;
    size_t length = rest->p[1];
    if (length >= LONG_LENGTH && !long_length_read(*rest, &header, &length))
        return false;
    if (length > rest->n - header)
        return false;
    element->tag = rest->p[0];
    element->value = rs_bytes_make(rest->p + header, length);
    element->whole = rs_bytes_make(rest->p, header + length);
    *rest = rs_bytes_skip(*rest, header + length);
    return true;
}

bool rs_der_expect(rs_bytes *rest, uint8_t tag, rs_der *element)
{
    return rest->n > 0 && rest->p[0] == tag && rs_der_next(rest, element);
}

bool rs_der_only(rs_bytes encoding, uint8_t tag, rs_bytes *content)
{
    rs_der element;
    if (!rs_der_expect(&encoding, tag, &element) || encoding.n > 0)
        return false;
    *content = element.value;
    return true;
}

size_t rs_der_header_put(uint8_t tag, size_t length, uint8_t header[RS_DER_HEADER_MAX])
{
    size_t octets = 0;
    for (size_t rest = length; length >= LONG_LENGTH && rest > 0; rest >>= 8)
        octets++;
    header[0] = tag;
    header[1] = (uint8_t)(octets == 0 ? length : LONG_LENGTH | octets);
    for (size_t i = 0; i < octets; i++)
        header[2 + i] = (uint8_t)(length >> (8 * (octets - 1 - i)));
    return 2 + octets;
}
