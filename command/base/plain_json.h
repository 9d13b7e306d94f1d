/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in its plainest spelling, in which programs write lines for a log: strings of ASCII without
 * escapes, whole numbers, nothing nested, no white space. To read it takes a small part of what a
 * parser of all JSON does. Whatever is spelt otherwise is refused here, and is for such a parser.
 */
#ifndef RS_PLAIN_JSON_H
#define RS_PLAIN_JSON_H

#include "lib/base/ascii.h"
#include "lib/base/little_endian.h"

#define RS_PLAIN_JSON_PADDING 8 /* readable bytes that must follow the text */

/* What is left of a text. */
typedef struct rs_plain_json {
    const uint8_t *at, *end;
} rs_plain_json;

/*
 * Each of these passes over what it takes. False if something else is there; it passes over nothing
 * then.
 */

static inline bool rs_plain_json_take(rs_plain_json *json, const char *what, size_t size)
{
    bool is_there = (size_t)(json->end - json->at) >= size && memcmp(json->at, what, size) == 0;
    json->at += is_there ? size : 0;
    return is_there;
}

/*
 * Of eight bytes, those that end a string or do not belong into one have their top bits set: a
 * quote, a backslash, a control character or one that is not ASCII. Later bytes may have them, too.
 */
static inline uint64_t rs_plain_json_special(uint64_t bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    /* A difference of ASCII has its top bit set where it is below 0. It borrows of later bytes. */
    uint64_t quotes = (bytes ^ '"' * ones) - ones, backslashes = (bytes ^ '\\' * ones) - ones;
    return (quotes | backslashes | (bytes - ' ' * ones) | bytes) & tops;
}

static inline bool rs_plain_json_text(rs_plain_json *json, rs_bytes *text)
{
    if (json->at == json->end || *json->at != '"')
        return false;
    const uint8_t *start = json->at + 1, *at = start;
    uint64_t special = 0;
    while (at < json->end && (special = rs_plain_json_special(rs_le64_get(at))) == 0)
        at += 8;
    at += special == 0 ? 0 : __builtin_ctzll(special) / 8;
    if (at >= json->end || *at != '"')
        return false;
    *text = rs_bytes_make(start, (size_t)(at - start));
    json->at = at + 1;
    return true;
}

static inline bool rs_plain_json_number(rs_plain_json *json, uint64_t *number)
{
    enum { DIGITS_MAX = 18 };
    const uint8_t *at = json->at;
    uint64_t value = 0;
    for (; at < json->end && rs_ascii_is_digit(*at); at++)
        value = 10 * value + (uint64_t)(*at - '0');
    size_t digits = (size_t)(at - json->at);
    if (digits == 0 || digits > DIGITS_MAX || (digits > 1 && *json->at == '0'))
        return false;
    *number = value;
    json->at = at;
    return true;
}

/* Any value: a text, a number or true. */
static inline bool rs_plain_json_skip(rs_plain_json *json)
{
    rs_bytes text;
    uint64_t number;
    return rs_plain_json_take(json, "true", 4) || rs_plain_json_text(json, &text) ||
           rs_plain_json_number(json, &number);
}

#endif
