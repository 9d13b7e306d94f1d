/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The changes to a list source as a diff.
 */
#ifndef RS_SOURCE_HUNKS_H
#define RS_SOURCE_HUNKS_H

#include "command/list/source_edit.h"

/*
 * Returns the hunks of a unified diff, on the edit's arena, without the header that names the
 * files. The edit must only add whole lines. Exits if memory runs out.
 */
const char *rs_source_hunks_write(rs_source_edit *edit);

#endif
