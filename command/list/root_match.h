/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds roots by what the user calls them.
 */
#ifndef RS_ROOT_MATCH_H
#define RS_ROOT_MATCH_H

#include "lib/image/image.h"

/* Whether `wanted` is the root's label, or 8 or more digits of its hash. Colons are ignored. */
bool rs_root_match(const char *wanted, const rs_root *root);

/* Prints the message that the list at `path` has no such root. */
void rs_root_match_report(const char *path, const char *wanted);

#endif
