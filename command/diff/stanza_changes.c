/* SPDX-License-Identifier: Apache-2.0 */
#include "command/diff/stanza_changes.h"

#include "command/diff/address_changes.h"
#include "command/diff/host_changes.h"
#include "command/diff/string_changes.h"

bool rs_stanza_changes_find(rs_name_changes *changes)
{
    if (!rs_host_changes_find(changes))
        return false;
    rs_address_changes_find(changes);
    return rs_string_changes_find(changes);
}
