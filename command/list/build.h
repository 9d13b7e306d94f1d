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
 * Compiles sources that were parsed without error, and opens the result as the module does. Returns
 * true and `*image`, a view of `*bytes`, which the caller frees; or false after a message.
 */
bool rs_build_image(const rs_sources *sources, uint8_t **bytes, rs_image *image);

/*
 * Writes the image that the sources were compiled to. Prints a summary on standard error. After the
 * machine's list, the trust store is limited by it again, if it was (base/limited_store.h). Returns
 * false after a message, with nothing changed, if anything fails.
 */
bool rs_build_write(const rs_sources *sources, const rs_image *image, const rs_build *build);

/* Both. */
bool rs_build_run(const rs_sources *sources, const rs_build *build);

#endif
