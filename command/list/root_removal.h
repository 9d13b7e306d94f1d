/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removes roots from the local list sources.
 */
#ifndef RS_ROOT_REMOVAL_H
#define RS_ROOT_REMOVAL_H

#include "command/list/local_edits.h"

/*
 * A rs_local_edits_plan; `wanted` is an array of words for rs_root_search, ended by NULL. Removes
 * each root from every local stanza, and a stanza that has no other root. Tells what becomes of
 * each root. Returns false, after a message, if a word names no root or one that only a shipped
 * source lists.
 */
bool rs_root_removal_plan(void *wanted, rs_local_edits *edits);

#endif
