/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The types of otherName that bear a host, and the text of their values.
 */
#ifndef RS_OTHER_NAME_TYPE_H
#define RS_OTHER_NAME_TYPE_H

#include "lib/names/form.h"

typedef struct rs_other_name_type rs_other_name_type;

/* The type of this type-id (the content of the OBJECT IDENTIFIER); NULL if it bears no host. */
const rs_other_name_type *rs_other_name_type_of(rs_bytes type_id);

/* The form in which names of this type are judged. */
rs_form rs_other_name_form(const rs_other_name_type *type);

/*
 * The text of a name of this type, which host_part.h reads: a view into its value's DER. Of a
 * Kerberos principal it is the realm.
 * Returns false if the value is not what the type says.
 */
bool rs_other_name_text(const rs_other_name_type *type, rs_bytes value, rs_bytes *text);

#endif
