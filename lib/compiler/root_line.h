/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands after `root`: how the root is told apart, and what people call it.
 */
#ifndef RS_ROOT_LINE_H
#define RS_ROOT_LINE_H

#include "lib/compiler/lexer.h"
#include "lib/compiler/source.h"

/*
 * Reads a `root` line into `*root`; its label is the line's and lives no longer. False if the line
 * is wrong, which is then reported.
 */
bool rs_root_line_read(const rs_source *source, const rs_place *place, const rs_line *line,
                       rs_list_root *root);

#endif
