/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A nameConstraints extension (RFC 5280, 4.2.1.10), read from its DER value one constraint at a
 * time: what it permits, then what it excludes. What a constraint means is the caller's to say.
 */
#ifndef RS_NAME_CONSTRAINTS_H
#define RS_NAME_CONSTRAINTS_H

#include "lib/names/general_names.h"

typedef struct rs_constraint {
    bool excluded; /* else permitted */
    rs_general_name base;
    bool has_distance; /* a minimum other than 0, or a maximum: nobody knows what to do then */
} rs_constraint;

typedef struct rs_name_constraints {
    rs_bytes permitted, excluded; /* not yet read */
} rs_name_constraints;

/*
 * Starts on the content of the extension's OCTET STRING. False unless it is exactly one SEQUENCE
 * of permittedSubtrees, excludedSubtrees or both, neither of them empty.
 */
bool rs_name_constraints_init(rs_name_constraints *constraints, rs_bytes extension);

/* The next constraint; after RS_NEXT_END or RS_NEXT_MALFORMED, `constraint` is not to be used. */
rs_next rs_name_constraints_next(rs_name_constraints *constraints, rs_constraint *constraint);

#endif
