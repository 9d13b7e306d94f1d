/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled stanza as a nameConstraints extension, in the language of openssl.cnf.
 */
#ifndef RS_EXTENSION_TEXT_H
#define RS_EXTENSION_TEXT_H

#include "lib/base/arena.h"
#include "lib/image/image.h"

#include <stdio.h>

/* What came of it. */
typedef struct rs_extension_counts {
    size_t constraints;   /* that the extension has; 0: there is none, it would be empty */
    size_t inexpressible; /* lines of the list that no constraint says */
    bool good; /* false: the stanza cannot be read, its image is intact but not of our making */
} rs_extension_counts;

/*
 * Writes the lines for `openssl x509 -extfile`, with a comment `# not expressible:` for each line
 * of the list that the extension does not say. Exits if there is no memory.
 */
rs_extension_counts rs_extension_text_write(const rs_stanza *stanza, FILE *out);

#endif
