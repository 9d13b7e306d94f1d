/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stanzas that an import prints. A list source refuses two for the same root, so each root is
 * printed once.
 */
#ifndef RS_IMPORT_STANZAS_H
#define RS_IMPORT_STANZAS_H

#include "command/import/rules.h"

/* How a root is called. */
typedef struct rs_import_root {
    rs_root_kind kind;
    const char *hex;   /* 64 digits */
    const char *label; /* without control characters; may be empty */
} rs_import_root;

/* What was printed. All zero: nothing yet. */
typedef struct rs_import_stanzas {
    rs_arena arena;
    void *roots; /* a tree of tsearch(3) */
} rs_import_stanzas;

/*
 * Prints the stanza on standard output, unless one with the same rules was printed for the root.
 * Returns NULL; or, with nothing printed, why the root cannot have these rules: it has others.
 */
const char *rs_import_stanzas_print(rs_import_stanzas *stanzas, const rs_import_rules *rules,
                                    const rs_import_root *root);

void rs_import_stanzas_clear(rs_import_stanzas *stanzas);

#endif
