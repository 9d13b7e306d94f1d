/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/distinguished_name.h"

#include "lib/names/der.h"
#include "lib/names/directory_string.h"

static rs_attribute_type type_of(rs_bytes oid)
{
    if (rs_bytes_equal(oid, RS_BYTES_OF_LITERAL("\x55\x04\x03")))
        return RS_ATTRIBUTE_COMMON_NAME;
    if (rs_bytes_equal(oid, RS_BYTES_OF_LITERAL("\x55\x04\x0a")))
        return RS_ATTRIBUTE_ORGANIZATION;
    if (rs_bytes_equal(oid, RS_BYTES_OF_LITERAL("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01")))
        return RS_ATTRIBUTE_EMAIL_ADDRESS;
    return RS_ATTRIBUTE_OTHER;
}

/* AttributeTypeAndValue ::= SEQUENCE { type OBJECT IDENTIFIER, value ANY } */
static bool attribute_read(rs_bytes *rdn, rs_attribute *attribute)
{
    rs_der pair, oid, value;
    if (!rs_der_expect(rdn, RS_DER_SEQUENCE, &pair))
        return false;
    rs_bytes content = pair.value;
    if (!rs_der_expect(&content, RS_DER_OID, &oid) || !rs_der_next(&content, &value) ||
        content.n > 0 || rs_der_is_in_pieces(value.tag))
        return false;
    *attribute = (rs_attribute){
        .type = type_of(oid.value),
        .oid = oid.value,
        .string_tag = value.tag,
        .value = value.value,
    };
    return true;
}

/* Takes the next RDN in one go if it is plain. False: it may be any other, or none at all. */
__attribute__((hot)) static bool plain_rdn_read(rs_bytes *rdns, rs_attribute *attribute)
{
    enum { N = 8, TAG = 9, VALUE = 11 }; /* as in rs_distinguished_name_plain */
    const uint8_t *p = rdns->p;
    size_t size = rs_distinguished_name_plain(*rdns);
    if (size == 0)
        return false;
    *attribute = (rs_attribute){
        .type = p[N] == 3    ? RS_ATTRIBUTE_COMMON_NAME
                : p[N] == 10 ? RS_ATTRIBUTE_ORGANIZATION
                             : RS_ATTRIBUTE_OTHER,
        .oid = rs_bytes_make(p + N - 2, 3),
        .string_tag = p[TAG],
        .value = rs_bytes_make(p + VALUE, size - VALUE),
    };
    *rdns = rs_bytes_skip(*rdns, size);
    return true;
}

/*
 * Takes the next attribute, whatever it is. Moves on only past a good one: a malformed name stays
 * malformed if asked again. Not inlined: to take a plain RDN needs no frame.
 */
__attribute__((noinline)) static rs_next any_attribute_read(rs_distinguished_name *name,
                                                            rs_attribute *attribute)
{
    rs_distinguished_name after = *name;
    if (after.rdn.n == 0) {
        rs_der set;
        if (!rs_der_expect(&after.rdns, RS_DER_SET, &set))
            return RS_NEXT_MALFORMED;
        after.rdn = set.value;
    }
    if (!attribute_read(&after.rdn, attribute))
        return RS_NEXT_MALFORMED;
    *name = after;
    return RS_NEXT_ITEM;
}

rs_next rs_distinguished_name_next(rs_distinguished_name *name, rs_attribute *attribute)
{
    if (name->rdn.n > 0)
        return any_attribute_read(name, attribute);
    if (name->rdns.n == 0)
        return RS_NEXT_END;
    return plain_rdn_read(&name->rdns, attribute) ? RS_NEXT_ITEM
                                                  : any_attribute_read(name, attribute);
}

typedef struct writer {
    uint8_t *out;
    size_t size, length;
} writer;

static bool put(writer *w, rs_bytes bytes)
{
    if (bytes.n > w->size - w->length)
        return false;
    if (bytes.n > 0)
        memcpy(w->out + w->length, bytes.p, bytes.n);
    w->length += bytes.n;
    return true;
}

/* Makes what was written from `start` on the content of a DER element. */
static bool wrap(writer *w, size_t start, uint8_t tag)
{
    uint8_t header[RS_DER_HEADER_MAX];
    size_t content = w->length - start, n = rs_der_header_put(tag, content, header);
    if (n > w->size - w->length)
        return false;
    memmove(w->out + start + n, w->out + start, content);
    memcpy(w->out + start, header, n);
    w->length += n;
    return true;
}

static bool value_put(writer *w, const rs_attribute *attribute)
{
    size_t start = w->length, length;
    if (!rs_directory_string_is(attribute->string_tag) ||
        attribute->string_tag == RS_DER_NUMERIC_STRING)
        return put(w, attribute->value) && wrap(w, start, attribute->string_tag);
    if (!rs_directory_string_to_utf8(attribute->string_tag, attribute->value, w->out + start,
                                     w->size - start, &length))
        return false;
    w->length += rs_directory_string_fold(w->out + start, length);
    return wrap(w, start, RS_DER_UTF8_STRING);
}

static bool attribute_put(writer *w, const rs_attribute *attribute)
{
    size_t start = w->length;
    return put(w, attribute->oid) && wrap(w, start, RS_DER_OID) && value_put(w, attribute) &&
           wrap(w, start, RS_DER_SEQUENCE);
}

static void reverse(uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        uint8_t byte = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = byte;
    }
}

/* Moves the last attribute of an RDN, at `last`, to its place in the order of a DER SET OF. */
static void sort_in(writer *w, size_t start, size_t last)
{
    rs_bytes sorted = rs_bytes_make(w->out + start, last - start);
    rs_bytes added = rs_bytes_make(w->out + last, w->length - last);
    rs_der element;
    while (rs_der_next(&sorted, &element)) {
        if (rs_bytes_compare(added, element.whole) >= 0)
            continue;
        size_t place = (size_t)(element.whole.p - w->out);
        reverse(w->out + place, last - place);
        reverse(w->out + last, w->length - last);
        reverse(w->out + place, w->length - place);
        return;
    }
}

rs_next rs_distinguished_name_next_rdn(rs_distinguished_name *name, uint8_t *out, size_t size,
                                       size_t *length)
{
    writer w = {.out = out, .size = size};
    rs_distinguished_name after = *name;
    rs_attribute attribute;
    unsigned attributes = 0;
    if (after.rdn.n == 0 && after.rdns.n == 0)
        return RS_NEXT_END;
    do {
        size_t start = w.length;
        if (rs_distinguished_name_next(&after, &attribute) != RS_NEXT_ITEM ||
            ++attributes > RS_RDN_ATTRIBUTES_MAX || !attribute_put(&w, &attribute))
            return RS_NEXT_MALFORMED;
        sort_in(&w, 0, start);
    } while (after.rdn.n > 0);
    if (!wrap(&w, 0, RS_DER_SET))
        return RS_NEXT_MALFORMED;
    *name = after;
    *length = w.length;
    return RS_NEXT_ITEM;
}

bool rs_distinguished_name_canonical(rs_bytes der, uint8_t *out, size_t size, size_t *length)
{
    rs_distinguished_name name;
    if (!rs_distinguished_name_init(&name, der))
        return false;
    rs_next next;
    size_t written = 0, rdn;
    do {
        size_t room = size - written;
        next = rs_distinguished_name_next_rdn(
            &name, out + written, room < RS_CANONICAL_RDN_MAX ? room : RS_CANONICAL_RDN_MAX, &rdn);
        written += next == RS_NEXT_ITEM ? rdn : 0;
    } while (next == RS_NEXT_ITEM);
    *length = written;
    return next == RS_NEXT_END;
}
