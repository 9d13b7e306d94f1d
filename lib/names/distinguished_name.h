/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A distinguished name (X.501 Name) read from its DER: the attributes one after another, and
 * the canonical form in which two names are compared.
 */
#ifndef RS_DISTINGUISHED_NAME_H
#define RS_DISTINGUISHED_NAME_H

#include "lib/names/general_names.h"

/* Attribute types that the verdict looks at. */
typedef enum rs_attribute_type {
    RS_ATTRIBUTE_OTHER,
    RS_ATTRIBUTE_COMMON_NAME,   /* 2.5.4.3 */
    RS_ATTRIBUTE_ORGANIZATION,  /* 2.5.4.10 */
    RS_ATTRIBUTE_EMAIL_ADDRESS, /* 1.2.840.113549.1.9.1 */
} rs_attribute_type;

typedef struct rs_attribute {
    rs_attribute_type type;
    rs_bytes oid;       /* content of the type's OBJECT IDENTIFIER */
    uint8_t string_tag; /* identifier octet of the value */
    rs_bytes value;     /* content of the value */
} rs_attribute;

typedef struct rs_distinguished_name {
    rs_bytes rdns; /* RDNs not yet entered */
    rs_bytes rdn;  /* attributes of the current RDN not yet read */
} rs_distinguished_name;

/* Starts on the DER of a Name, its SEQUENCE included. False if it is not exactly one SEQUENCE. */
static inline bool rs_distinguished_name_init(rs_distinguished_name *name, rs_bytes der)
{
    name->rdn = rs_bytes_make(NULL, 0);
    return rs_der_only(der, RS_DER_SEQUENCE, &name->rdns);
}

/*
 * The size of the RDN in front if it is what nearly all are: one attribute of a type 2.5.4.N, with
 * a short value. 0: it may be any other, or none at all.
 */
static inline size_t rs_distinguished_name_plain(rs_bytes rdns)
{
    /* SET { SEQUENCE { OBJECT IDENTIFIER, value } } */
    enum { SET_SIZE = 1, PAIR = 2, PAIR_SIZE = 3, OID = 4, N = 8, TAG = 9, SIZE = 10, VALUE = 11 };
    const uint8_t *p = rdns.p;
    if (rdns.n < VALUE || p[SIZE] >= RS_DER_LONG_LENGTH - VALUE || p[SIZE] > rdns.n - VALUE)
        return 0;
    if (p[0] != RS_DER_SET || p[SET_SIZE] != p[SIZE] + VALUE - PAIR || p[PAIR] != RS_DER_SEQUENCE ||
        p[PAIR_SIZE] != p[SIZE] + VALUE - OID || memcmp(p + OID, "\x06\x03\x55\x04", N - OID) != 0)
        return 0;
    if ((p[TAG] & RS_DER_TAG_NUMBER) == RS_DER_TAG_NUMBER || rs_der_is_in_pieces(p[TAG]))
        return 0;
    return VALUE + (size_t)p[SIZE];
}

/* Passes over RDNs up to the first one that is not plain. Called before any attribute is read. */
static inline void rs_distinguished_name_skip_plain(rs_distinguished_name *name)
{
    size_t size;
    while ((size = rs_distinguished_name_plain(name->rdns)) > 0)
        name->rdns = rs_bytes_skip(name->rdns, size);
}

/* The next attribute, RDN after RDN in DER order; several in one RDN come in DER order. */
rs_next rs_distinguished_name_next(rs_distinguished_name *name, rs_attribute *attribute);

/* Bytes of the longest canonical form that a list has or that is looked up. */
#define RS_DISTINGUISHED_NAME_MAX 8192

#define RS_RDN_ATTRIBUTES_MAX 16
#define RS_CANONICAL_RDN_MAX  768 /* bytes; X.520 has no value of more than some hundred */

/*
 * The canonical form of the next RDN, in which names are compared: string values in UTF-8 and
 * folded (NumericString excepted, as in OpenSSL), other values unchanged, attributes sorted. It is
 * called before the RDN's first attribute is read.
 *
 * RS_NEXT_MALFORMED if it does not decode, has more than RS_RDN_ATTRIBUTES_MAX attributes (sorting
 * them is not linear), or `out`, of RS_CANONICAL_RDN_MAX bytes, is too small for the form or for a
 * value before it is folded. `*length` is set with RS_NEXT_ITEM alone. Not inlined: a caller has a
 * large frame of its own.
 */
rs_next rs_distinguished_name_next_rdn(rs_distinguished_name *name, uint8_t *out, size_t size,
                                       size_t *length) __attribute__((noinline));

/*
 * The canonical form of a Name: those of its RDNs, one after another. It is not DER, has no length
 * of the whole, and so the form of a name that starts with the same RDNs starts with the same
 * bytes.
 *
 * Returns false if an RDN is malformed as above, or `out` is too small. `*length` is then unset.
 */
bool rs_distinguished_name_canonical(rs_bytes der, uint8_t *out, size_t size, size_t *length);

#endif
