/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer of `rootscope diff`, for people and for programs.
 */
#ifndef RS_DIFF_OUTPUT_H
#define RS_DIFF_OUTPUT_H

#include "command/diff/list_side.h"
#include "command/diff/root_changes.h"

#include <stdio.h>

/*
 * Writes what changes; `after` is the second list. With `only_wider`, it writes nothing but the
 * roots that are wider.
 */
void rs_diff_output_text(const rs_image *after, const rs_root_changes *changes, bool only_wider,
                         FILE *out);
void rs_diff_output_json(const rs_list_side *before, const rs_list_side *after,
                         const rs_root_changes *changes);

#endif
