/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the formats of other programs have in common: roots with permitted DNS names and networks.
 */
#ifndef RS_IMPORT_FOREIGN_H
#define RS_IMPORT_FOREIGN_H

#include "command/import/stanzas.h"

#define RS_FOREIGN_SIZE_MAX (64u * 1024 * 1024) /* bytes of a file */

/* A root that is being read. */
typedef struct rs_foreign_root {
    rs_arena arena;
    rs_import_stanzas *stanzas; /* where it is printed */
    const char *path;
    size_t line;       /* where it starts, or its number; for messages */
    const char *label; /* NULL: none */
    char cert_hex[65]; /* the hash of the certificate; empty: not known */
    char spki_hex[65]; /* of its key */
    rs_import_rules rules;
    bool bad; /* a message was printed */
} rs_foreign_root;

/* Reads a file into memory from malloc, with a NUL behind it. NULL after a message. */
char *rs_foreign_read(const char *path, size_t *size);

void rs_foreign_init(rs_foreign_root *root, rs_import_stanzas *stanzas, const char *path,
                     size_t line);

/*
 * Adds what a DNS name of a certificate must be: `corp.example` with all below it, `.corp.example`
 * and `*.corp.example` only what is below. Prints a message if that is no name.
 */
void rs_foreign_permit_dns(rs_foreign_root *root, rs_bytes name);

/* Adds a network, `10.0.0.0/8`, in the same way. */
void rs_foreign_permit_network(rs_foreign_root *root, rs_bytes network);

/* Takes hashes and a label from a certificate in DER, or in PEM. False after a message. */
bool rs_foreign_take_certificate(rs_foreign_root *root, rs_bytes certificate);

/* Takes a hash of the certificate, of 64 digits, with colons or not. False after a message. */
bool rs_foreign_take_hash(rs_foreign_root *root, rs_bytes text);

/*
 * Prints the stanza of a root that has rules, and none of one that has not. Then clears it. Returns
 * false if a message was printed.
 */
bool rs_foreign_print(rs_foreign_root *root);

#endif
