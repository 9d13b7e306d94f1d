/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A trust store as a program reads it, and those of its certificates that are not roots.
 *
 * With X509_V_FLAG_PARTIAL_CHAIN, which curl and others set by themselves, a chain ends at the
 * first certificate that is in the store. Where that is an issuing CA's, its root is not in the
 * chain at all.
 */
#ifndef RS_TRUST_STORE_H
#define RS_TRUST_STORE_H

#include "lib/base/arena.h"

#include <openssl/x509.h>
#include <stdbool.h>

/*
 * The certificates of a file; NULL: of the system's trust store. `*path` becomes the file that was
 * looked into, on the arena or static. NULL if there are none that can be read. The caller frees
 * with sk_X509_pop_free(stack, X509_free).
 */
STACK_OF(X509) * rs_trust_store_read(const char *ca_file, rs_arena *arena, const char **path);

/* Whether a list names a certificate, by its key or by itself. */
typedef bool rs_trust_store_lists(const void *list, const X509 *certificate);

/*
 * Whether a program trusts a certificate that the list names: through the files and folders that
 * OpenSSL reads by itself, or through the file of rs_trust_store_read. `subject` is that of the
 * certificate; NULL: it is not known, and only the file is looked into.
 */
bool rs_trust_store_has(const X509_NAME *subject, rs_trust_store_lists *lists, const void *list);

/* What stands above a certificate of the store. */
typedef enum rs_trust_store_above {
    RS_ABOVE_NOT_NEEDED, /* it is self-signed, or listed itself */
    RS_ABOVE_LISTED,     /* a listed root of the store issued it, or its issuer */
    RS_ABOVE_UNLISTED,   /* a root of the store that is not listed did */
    RS_ABOVE_MISSING,    /* no root of the store did: nobody can tell whether a listed one did */
} rs_trust_store_above;

/*
 * `*root` becomes the listed root for RS_ABOVE_LISTED, of the store, else NULL. Signatures are
 * verified, key identifiers do not matter.
 */
rs_trust_store_above rs_trust_store_look_above(const STACK_OF(X509) * store, X509 *certificate,
                                               rs_trust_store_lists *lists, const void *list,
                                               const X509 **root);

#endif
