/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nameConstraints extension of a certificate as a stanza for its key.
 */
#ifndef RS_IMPORT_CERTIFICATE_H
#define RS_IMPORT_CERTIFICATE_H

#include "command/import/stanzas.h"

/* `label` in these functions is what the root is called; NULL: its common name. */

/* Prints the stanza of the one certificate of a file. Returns false after messages. */
bool rs_import_certificate(rs_import_stanzas *stanzas, const char *path, const char *label);

/*
 * Prints a stanza for each certificate of the files of a folder that has the extension. Warns of
 * files that are no certificates, and of certificates without it. Returns false after messages.
 */
bool rs_import_certificate_folder(rs_import_stanzas *stanzas, const char *path, const char *label);

#endif
