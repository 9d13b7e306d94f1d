/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/name_constraints.h"

#include "lib/names/der.h"

/* Takes GeneralSubtrees under context tag `number` off the front, if they are there. */
static bool subtrees_read(rs_bytes *rest, uint8_t number, rs_bytes *subtrees)
{
    rs_der element;
    *subtrees = rs_bytes_make(NULL, 0);
    if (!rs_der_expect(rest, (uint8_t)RS_DER_CONTEXT_CONSTRUCTED(number), &element))
        return true;
    *subtrees = element.value;
    return subtrees->n > 0;
}

bool rs_name_constraints_init(rs_name_constraints *constraints, rs_bytes extension)
{
    rs_bytes rest;
    if (!rs_der_only(extension, RS_DER_SEQUENCE, &rest) || rest.n == 0)
        return false;
    return subtrees_read(&rest, 0, &constraints->permitted) &&
           subtrees_read(&rest, 1, &constraints->excluded) && rest.n == 0;
}

/*
 * What follows the base: minimum [0] BaseDistance DEFAULT 0, maximum [1] BaseDistance OPTIONAL.
 * A minimum of 0 that is spelt out is not DER, but means the same as its absence, as in OpenSSL.
 */
static bool distance_read(rs_bytes rest, bool *has_distance)
{
    rs_der minimum, maximum;
    *has_distance = false;
    if (rs_der_expect(&rest, RS_DER_CONTEXT(0), &minimum))
        *has_distance = minimum.value.n != 1 || minimum.value.p[0] != 0;
    if (rs_der_expect(&rest, RS_DER_CONTEXT(1), &maximum))
        *has_distance = true;
    return rest.n == 0;
}

rs_next rs_name_constraints_next(rs_name_constraints *constraints, rs_constraint *constraint)
{
    bool excluded = constraints->permitted.n == 0;
    rs_bytes *subtrees = excluded ? &constraints->excluded : &constraints->permitted;
    if (subtrees->n == 0)
        return RS_NEXT_END;
    /* Moves on only past a good one, so that a malformed one stays malformed if asked again. */
    rs_bytes rest = *subtrees;
    rs_der subtree;
    if (!rs_der_expect(&rest, RS_DER_SEQUENCE, &subtree))
        return RS_NEXT_MALFORMED;
    rs_general_names names = {.rest = subtree.value};
    if (rs_general_names_next(&names, &constraint->base) != RS_NEXT_ITEM ||
        !distance_read(names.rest, &constraint->has_distance))
        return RS_NEXT_MALFORMED;
    constraint->excluded = excluded;
    *subtrees = rest;
    return RS_NEXT_ITEM;
}
