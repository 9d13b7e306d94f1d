/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds roots by what the user calls them.
 */
#ifndef RS_ROOT_MATCH_H
#define RS_ROOT_MATCH_H

#include "lib/base/arena.h"
#include "lib/compiler/list.h"
#include "lib/image/image.h"

/*
 * Whether `wanted` is the root's label, or 8 or more digits of its hash. Colons are ignored. What
 * may be digits of a hash is not taken as a label.
 */
bool rs_root_match(const char *wanted, const rs_root *root);

/*
 * What to call a root on a command line, as a word of a shell: its label if no other root of the
 * list has it, or else the start of its hash. On the arena. In a hint, it stands for ROOT.
 */
const char *rs_root_match_word(rs_arena *arena, const rs_image *image, uint32_t root);
/* The same for a list that is not compiled yet. NULL: the default stanza. */
const char *rs_root_match_word_of(rs_arena *arena, const rs_list *list, const rs_list_root *root);

/* Prints the message that the list at `path` has no such root. */
void rs_root_match_report(const char *path, const char *wanted);

#endif
