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

/* How the exclusion of all e-mail or all URIs is said. */
typedef enum rs_extension_style {
    RS_EXTENSION_EXACT, /* not at all: no constraint means just that */
    /* By permitting one host that nobody has, RS_EXTENSION_NOBODY. For verifiers; what is imported
     * from it is not quite the same stanza. */
    RS_EXTENSION_CLOSED,
} rs_extension_style;

/* The top-level domain is reserved: no such host exists. */
#define RS_EXTENSION_NOBODY "none.invalid"

/* What a comment for a line of the list that the extension does not say starts with. */
#define RS_EXTENSION_NOT_EXPRESSIBLE "# not expressible: "

/*
 * Writes the lines for `openssl x509 -extfile`, with a comment for each line of the list that the
 * extension does not say. Exits if there is no memory.
 */
rs_extension_counts rs_extension_text_write(const rs_stanza *stanza, rs_extension_style style,
                                            FILE *out);

#endif
