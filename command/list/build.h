/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiles parsed sources and writes the list.
 */
#ifndef RS_BUILD_H
#define RS_BUILD_H

#include "command/list/sources.h"

typedef struct rs_build {
    const char *output; /* NULL: nothing is written */
    bool make_folder;   /* if it is missing */
    bool quiet;         /* no summary */
} rs_build;

/*
 * Compiles sources that were parsed without error, opens the result as the module does, and writes
 * it. Prints a summary on standard error. Returns false after a message, with nothing changed, if
 * anything fails.
 */
bool rs_build_run(const rs_sources *sources, const rs_build *build);

#endif
