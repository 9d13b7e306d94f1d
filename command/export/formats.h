/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A root's stanza in the formats of other programs, each in a file of its own.
 *
 * What a format cannot say is left out, and told on standard error. Each returns an exit status:
 * RS_EXIT_OK, RS_EXIT_PARTLY if something was left out, or RS_EXIT_ERROR after a message.
 */
#ifndef RS_EXPORT_FORMATS_H
#define RS_EXPORT_FORMATS_H

#include "lib/image/image.h"

#include <openssl/x509.h>

typedef struct rs_export {
    const char *path; /* of the list, for messages */
    rs_root root;
    rs_stanza stanza;
    X509 *certificate; /* of the root; NULL: not given, the format needs none */
} rs_export;

/* Lines of openssl.cnf for a nameConstraints extension. */
int rs_export_extension(const rs_export *e);

/* The stanza as JSON. */
int rs_export_json(const rs_export *e);

/* Chrome's policy CACertificatesWithConstraints. Needs the certificate. */
int rs_export_chrome_policy(const rs_export *e);

/* p11-kit's extension that is attached to a key. Needs the certificate. */
int rs_export_p11_kit(const rs_export *e);

/* A Go function that adds the root to a pool with its limits. Needs the certificate. */
int rs_export_go(const rs_export *e);

#endif
