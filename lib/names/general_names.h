/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of a subjectAltName extension (RFC 5280, 4.2.1.6), read from its DER value one at a
 * time.
 */
#ifndef RS_GENERAL_NAMES_H
#define RS_GENERAL_NAMES_H

#include "lib/names/der.h"

/* The CHOICE of GeneralName; the numbers are its context tags. */
typedef enum rs_general_name_type {
    RS_GENERAL_NAME_OTHER = 0,
    RS_GENERAL_NAME_EMAIL = 1,
    RS_GENERAL_NAME_DNS = 2,
    RS_GENERAL_NAME_X400 = 3,
    RS_GENERAL_NAME_DIRECTORY = 4,
    RS_GENERAL_NAME_EDI_PARTY = 5,
    RS_GENERAL_NAME_URI = 6,
    RS_GENERAL_NAME_IP = 7,
    RS_GENERAL_NAME_REGISTERED_ID = 8,
} rs_general_name_type;

typedef struct rs_general_name {
    rs_general_name_type type;
    /*
     * e-mail, DNS, URI: the characters; IP: the octets; registered ID: the OID's content;
     * directory: the DER of the Name, its SEQUENCE included; other: the value's DER element
     * (the one inside [0] EXPLICIT), its tag included; X.400, EDI: the content, not looked into.
     */
    rs_bytes value;
    rs_bytes type_id; /* other: the content of its type-id OBJECT IDENTIFIER; else empty */
} rs_general_name;

typedef struct rs_general_names {
    rs_bytes rest;
} rs_general_names;

typedef enum rs_next {
    RS_NEXT_MALFORMED = 0, /* the rest cannot be read */
    RS_NEXT_END = 1,
    RS_NEXT_ITEM = 2,
} rs_next;

/*
 * Starts on the content of the extension's OCTET STRING.
 * Returns false if it is not exactly one non-empty SEQUENCE (RFC 5280 demands at least one name).
 */
static inline bool rs_general_names_init(rs_general_names *names, rs_bytes extension)
{
    return rs_der_only(extension, RS_DER_SEQUENCE, &names->rest) && names->rest.n > 0;
}

/*
 * Takes the next name in one go if it is what nearly all are: a dNSName of less than 128 bytes.
 * False: it may be any other, or there is none.
 */
static inline bool rs_general_names_take_dns(rs_general_names *names, rs_bytes *text)
{
    enum { TAG = 0, SIZE = 1, VALUE = 2 };
    rs_bytes rest = names->rest;
    if (rest.n < VALUE || rest.p[TAG] != RS_DER_CONTEXT(RS_GENERAL_NAME_DNS) ||
        rest.p[SIZE] >= RS_DER_LONG_LENGTH || rest.p[SIZE] > rest.n - VALUE)
        return false;
    *text = rs_bytes_make(rest.p + VALUE, rest.p[SIZE]);
    names->rest = rs_bytes_make(text->p + text->n, rest.n - VALUE - text->n);
    return true;
}

/* The next name; after RS_NEXT_END or RS_NEXT_MALFORMED, `name` is not set. */
rs_next rs_general_names_next(rs_general_names *names, rs_general_name *name);

#endif
