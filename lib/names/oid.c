/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/oid.h"

#include "lib/base/ascii.h"

enum {
    ARC_DIGITS = 39,
    ARC_LIMBS = 19, /* of 7 bits: room for 10^39 + 80 */
};

/* A number in base 128, lowest limb first, as an encoding has it in reverse. */
typedef struct arc {
    uint8_t limbs[ARC_LIMBS];
    size_t n; /* 0 for zero */
} arc;

static void arc_times_plus(arc *number, unsigned factor, unsigned addend)
{
    unsigned carry = addend;
    for (size_t i = 0; i < number->n; i++) {
        carry += number->limbs[i] * factor;
        number->limbs[i] = carry & 0x7f;
        carry >>= 7;
    }
    if (carry > 0)
        number->limbs[number->n++] = (uint8_t)carry;
}

/* Reads the digits at the front of `rest`. */
static bool arc_read(rs_bytes *rest, arc *number)
{
    size_t digits = 0;
    *number = (arc){.n = 0};
    while (digits < rest->n && rs_ascii_is_digit(rest->p[digits])) {
        if (digits == ARC_DIGITS || (digits == 1 && rest->p[0] == '0'))
            return false;
        arc_times_plus(number, 10, rest->p[digits] - (unsigned)'0');
        digits++;
    }
    *rest = rs_bytes_skip(*rest, digits);
    return digits > 0;
}

static bool take_dot(rs_bytes *rest)
{
    if (rest->n == 0 || rest->p[0] != '.')
        return false;
    *rest = rs_bytes_skip(*rest, 1);
    return true;
}

/* The first two numbers share one arc: 40 * first + second, the first at most 2. */
static bool first_arc_read(rs_bytes *rest, arc *number)
{
    arc top;
    if (!arc_read(rest, &top) || top.n > 1 || top.limbs[0] > 2 || !take_dot(rest) ||
        !arc_read(rest, number))
        return false;
    if (top.limbs[0] < 2 && (number->n > 1 || number->limbs[0] > 39))
        return false;
    arc_times_plus(number, 1, 40u * top.limbs[0]);
    return true;
}

static bool arc_put(const arc *number, uint8_t *out, size_t size, size_t *length)
{
    size_t n = number->n == 0 ? 1 : number->n;
    if (n > size - *length)
        return false;
    for (size_t i = n - 1; i > 0; i--)
        out[(*length)++] = 0x80 | number->limbs[i];
    out[(*length)++] = number->limbs[0];
    return true;
}

bool rs_oid_from_text(rs_bytes text, uint8_t *out, size_t size, size_t *length)
{
    arc number;
    size_t n = 0;
    if (!first_arc_read(&text, &number) || !arc_put(&number, out, size, &n))
        return false;
    while (text.n > 0) {
        if (!take_dot(&text) || !arc_read(&text, &number) || !arc_put(&number, out, size, &n))
            return false;
    }
    *length = n;
    return true;
}
