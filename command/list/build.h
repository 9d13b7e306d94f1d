/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From parsed sources to a compiled list in its place.
 */
#ifndef RS_BUILD_H
#define RS_BUILD_H

#include "command/list/sources.h"

typedef struct rs_build {
    const char *output; /* NULL: nothing is written */
    bool make_folder;   /* if it is not there */
    bool quiet;         /* no summary */
} rs_build;

/*
 * Compiles sources that were parsed without error, opens the result as the module would, and
 * writes it. A summary goes to standard error. False, and the reason there, if anything fails;
 * nothing has changed then.
 */
bool rs_build_run(const rs_sources *sources, const rs_build *build);

#endif
