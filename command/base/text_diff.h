/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The difference of two texts, as diff -u prints it.
 */
#ifndef RS_TEXT_DIFF_H
#define RS_TEXT_DIFF_H

#include "lib/base/arena.h"

/*
 * Returns the hunks, on the arena, without the header that names the files; "" if the texts are
 * the same. As few lines as possible change. Texts that differ in more than some thousand lines are
 * one hunk from the first difference to the last. Exits if memory runs out.
 */
const char *rs_text_diff(rs_arena *arena, rs_bytes old, rs_bytes new);

#endif
