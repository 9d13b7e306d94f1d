/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/general_names.h"

/* OtherName ::= [0] IMPLICIT SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY } */
static bool other_name_read(rs_bytes content, rs_general_name *name)
{
    rs_der type_id, value;
    rs_bytes inside;
    if (!rs_der_expect(&content, RS_DER_OID, &type_id) ||
        !rs_der_only(content, RS_DER_CONTEXT_CONSTRUCTED(0), &inside))
        return false;
    if (!rs_der_next(&inside, &value) || inside.n > 0)
        return false;
    name->value = value.whole;
    name->type_id = type_id.value;
    return true;
}

static bool general_name_read(const rs_der *element, rs_general_name *name)
{
    rs_bytes inside;
    *name = (rs_general_name){
        .type = (rs_general_name_type)(element->tag & 0x1f),
        .value = element->value,
    };
    switch (element->tag) {
    case RS_DER_CONTEXT(RS_GENERAL_NAME_EMAIL):
    case RS_DER_CONTEXT(RS_GENERAL_NAME_DNS):
    case RS_DER_CONTEXT(RS_GENERAL_NAME_URI):
    case RS_DER_CONTEXT(RS_GENERAL_NAME_IP):
    case RS_DER_CONTEXT(RS_GENERAL_NAME_REGISTERED_ID):
    case RS_DER_CONTEXT_CONSTRUCTED(RS_GENERAL_NAME_X400):
    case RS_DER_CONTEXT_CONSTRUCTED(RS_GENERAL_NAME_EDI_PARTY):
        return true;
    case RS_DER_CONTEXT_CONSTRUCTED(RS_GENERAL_NAME_DIRECTORY):
        /* Name is a CHOICE, so the tag is explicit: the Name is the content, whole. */
        return rs_der_only(element->value, RS_DER_SEQUENCE, &inside);
    case RS_DER_CONTEXT_CONSTRUCTED(RS_GENERAL_NAME_OTHER):
        return other_name_read(element->value, name);
    default:
        return false;
    }
}

/*
 * Takes the next name, whatever it is. Moves on only past a good one, so that a malformed one stays
 * malformed if asked again. Not inlined: nearly all are taken without it.
 */
__attribute__((noinline)) static rs_next any_name_read(rs_general_names *names,
                                                       rs_general_name *name)
{
    rs_bytes rest = names->rest;
    rs_der element;
    if (!rs_der_next(&rest, &element) || !general_name_read(&element, name))
        return RS_NEXT_MALFORMED;
    names->rest = rest;
    return RS_NEXT_ITEM;
}

rs_next rs_general_names_next(rs_general_names *names, rs_general_name *name)
{
    rs_bytes text;
    if (RS_LIKELY(rs_general_names_take_dns(names, &text))) {
        *name = (rs_general_name){.type = RS_GENERAL_NAME_DNS, .value = text};
        return RS_NEXT_ITEM;
    }
    return names->rest.n == 0 ? RS_NEXT_END : any_name_read(names, name);
}
