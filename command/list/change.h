/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Local list sources written anew, and the list that they make with the others.
 */
#ifndef RS_CHANGE_H
#define RS_CHANGE_H

#include "command/list/sources.h"

/* The new text of the source at a path in the folder of local sources, there already or not. */
typedef struct rs_change {
    const char *path;
    rs_bytes text;
} rs_change;

typedef struct rs_change_target {
    const char *shipped, *local; /* folders of the sources */
    const char *output;          /* the compiled list; NULL: that of the machine */
    bool no_compile, quiet;
} rs_change_target;

/*
 * Checks all sources with the new texts among them, writes each of these in its place (whole or not
 * at all), and compiles. False, with the reason on standard error, if anything fails: which sources
 * are as they were, or that only the list is, is said, too.
 */
bool rs_change_write(const rs_change_target *target, const rs_change *changes, size_t count);

/*
 * Whether a new local source at `path` would hide a shipped one of its base name, among sources
 * that were read already; then it says so on standard error.
 */
bool rs_change_would_hide(const rs_sources *sources, const char *path);

#endif
