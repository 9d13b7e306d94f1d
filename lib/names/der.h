/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of DER (X.690): one element after another out of a view, nothing copied; and the writer
 * of what stands before an element's content.
 *
 * The reader is strict where it matters: definite lengths in their shortest form, tag numbers below
 * 31, every element within its parent. It does not check what is inside a primitive value.
 */
#ifndef RS_DER_H
#define RS_DER_H

#include "lib/base/bytes.h"
#include "lib/base/likely.h"

/* Identifier octets as they stand in the encoding: class, constructed bit, tag number. */
enum {
    RS_DER_BOOLEAN = 0x01,
    RS_DER_INTEGER = 0x02,
    RS_DER_BIT_STRING = 0x03,
    RS_DER_OCTET_STRING = 0x04,
    RS_DER_OID = 0x06,
    RS_DER_UTF8_STRING = 0x0c,
    RS_DER_NUMERIC_STRING = 0x12,
    RS_DER_PRINTABLE_STRING = 0x13,
    RS_DER_TELETEX_STRING = 0x14,
    RS_DER_IA5_STRING = 0x16,
    RS_DER_VISIBLE_STRING = 0x1a,
    RS_DER_GENERAL_STRING = 0x1b,
    RS_DER_UNIVERSAL_STRING = 0x1c,
    RS_DER_BMP_STRING = 0x1e,
    RS_DER_SEQUENCE = 0x30,
    RS_DER_SET = 0x31,
};

/* Context-specific tag n, primitive and constructed. */
#define RS_DER_CONTEXT(n)             (0x80 | (n))
#define RS_DER_CONTEXT_CONSTRUCTED(n) (0xa0 | (n))

typedef struct rs_der {
    uint8_t tag;    /* identifier octet */
    rs_bytes value; /* content octets */
    rs_bytes whole; /* identifier, length and content octets */
} rs_der;

enum {
    RS_DER_TAG_NUMBER = 0x1f,  /* all ones: the number follows in further octets */
    RS_DER_LONG_LENGTH = 0x80, /* the other bits say how many octets the length has */
};

/* Octets of an element. More content than can be: it is not well-formed. */
typedef struct rs_der_size {
    size_t header; /* identifier and length */
    size_t content;
} rs_der_size;

/*
 * For rs_der_next: the size of the element that `encoding`, of two octets or more, begins with, if
 * its length has the long form; the content may go beyond the encoding. SIZE_MAX octets of content
 * if the length is not in its shortest form or not all there.
 */
rs_der_size rs_der_long_size(rs_bytes encoding);

/*
 * Takes the next element off the front of `rest`.
 * Returns true and moves `rest` past it; false if `rest` is empty or does not start with a
 * well-formed element, and then leaves both untouched.
 */
static inline bool rs_der_next(rs_bytes *rest, rs_der *element)
{
    rs_bytes encoding = *rest;
    if (RS_UNLIKELY(encoding.n < 2 || (encoding.p[0] & RS_DER_TAG_NUMBER) == RS_DER_TAG_NUMBER))
        return false;
    rs_der_size size = {2, encoding.p[1]};
    if (RS_UNLIKELY(size.content >= RS_DER_LONG_LENGTH))
        size = rs_der_long_size(encoding);
    if (RS_UNLIKELY(size.content > encoding.n - size.header))
        return false;
    element->tag = encoding.p[0];
    element->value = rs_bytes_make(encoding.p + size.header, size.content);
    element->whole = rs_bytes_make(encoding.p, size.header + size.content);
    *rest = rs_bytes_skip(encoding, element->whole.n);
    return true;
}

/* The same, and the element must have this identifier octet. */
static inline bool rs_der_expect(rs_bytes *rest, uint8_t tag, rs_der *element)
{
    return rest->n > 0 && rest->p[0] == tag && rs_der_next(rest, element);
}

/* The content of `encoding` if it is exactly one element with this identifier octet. */
static inline bool rs_der_only(rs_bytes encoding, uint8_t tag, rs_bytes *content)
{
    rs_der element;
    if (!rs_der_expect(&encoding, tag, &element) || encoding.n > 0)
        return false;
    *content = element.value;
    return true;
}

/* A string in pieces, which DER does not have; a lenient reader joins them to another value. */
static inline bool rs_der_is_in_pieces(uint8_t tag)
{
    return (tag & 0xe0) == 0x20 && tag != RS_DER_SEQUENCE && tag != RS_DER_SET;
}

/*
 * Writes the identifier and length octets of an element whose content has `length` bytes. Returns
 * how many they are, from 2 on.
 */
#define RS_DER_HEADER_MAX (2 + sizeof(size_t))
size_t rs_der_header_put(uint8_t tag, size_t length, uint8_t header[RS_DER_HEADER_MAX]);

#endif
