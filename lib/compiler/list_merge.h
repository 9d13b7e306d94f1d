/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several sources, one list.
 */
#ifndef RS_LIST_MERGE_H
#define RS_LIST_MERGE_H

#include "lib/compiler/diagnostics.h"
#include "lib/compiler/list.h"

/*
 * Joins parsed sources, given in byte order of their base names, into `*merged` (all zero
 * before). A later stanza for a key replaces an earlier one for it (a note says so); a later one
 * that only sets `mode` replaces the earlier one's mode, for the roots that it names; so does a
 * later list-wide mode and a later default stanza. A root named by key in one stanza and by
 * certificate in another keeps both (a warning says so). A mode-only stanza for a root that no
 * source lists is an error, and one that a later stanza replaces a warning.
 *
 * sources_sha256 is the SHA-256 of those of the sources, one after another; source.h has theirs.
 *
 * The result refers to the sources' memory: free it first. Returns false if there was no memory
 * (also reported).
 */
bool rs_list_merge(rs_list *const *sources, size_t count, rs_list *merged,
                   rs_diagnostics *diagnostics);

#endif
