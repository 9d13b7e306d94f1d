/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of stanza_changes.h that is about names which are compared whole: mailboxes, common
 * names, organizations, distinguished names and types of other names.
 */
#ifndef RS_STRING_CHANGES_H
#define RS_STRING_CHANGES_H

#include "command/diff/name_changes.h"

/* Returns false if a distinguished name or an object identifier of a list does not decode. */
bool rs_string_changes_find(rs_name_changes *changes);

#endif
