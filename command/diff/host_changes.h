/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of stanza_changes.h that is about hosts, in all forms that bear one and as common names.
 */
#ifndef RS_HOST_CHANGES_H
#define RS_HOST_CHANGES_H

#include "command/diff/name_changes.h"

/* Returns false if a suffix set cannot be walked. */
bool rs_host_changes_find(rs_name_changes *changes);

#endif
