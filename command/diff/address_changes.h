/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of stanza_changes.h that is about IP addresses.
 */
#ifndef RS_ADDRESS_CHANGES_H
#define RS_ADDRESS_CHANGES_H

#include "command/diff/name_changes.h"

void rs_address_changes_find(rs_name_changes *changes);

#endif
