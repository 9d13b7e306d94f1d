/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates that live as long as a check: a root, a leaf within the scope of a test list
 * and one that is not.
 */
#ifndef RS_THROWAWAY_PKI_H
#define RS_THROWAWAY_PKI_H

#include <openssl/x509.h>
#include <stdbool.h>

/* The name that no list permits, and that no public CA may ever vouch for. */
#define RS_OUTSIDE_NAME "outside.rootscope.invalid"

typedef struct rs_throwaway_pki {
    EVP_PKEY *root_key, *leaf_key; /* P-256 */
    EVP_PKEY *other_key;           /* of the kind that the last forgery needed */
    X509 *root;
    X509 *good; /* localhost, 127.0.0.1 and ::1 */
    X509 *bad;  /* the same, and RS_OUTSIDE_NAME */
} rs_throwaway_pki;

/* Makes them, valid for a day. False if OpenSSL cannot; clear it whatever happened. */
bool rs_throwaway_pki_make(rs_throwaway_pki *pki);
void rs_throwaway_pki_clear(rs_throwaway_pki *pki);

/* The source of the list that permits the root what the good leaf has; `hex` from rs_text_hex. */
#define RS_THROWAWAY_LIST                                                                          \
    "root spki-sha256:%s \"test root\"\n"                                                          \
    "    permit localhost\n"                                                                       \
    "    permit ip:127.0.0.0/8\n"                                                                  \
    "    permit ip:::1/128\n"

/*
 * A leaf for RS_OUTSIDE_NAME and for a malformed name that claims to be issued by a real root:
 * its signature does not hold. It shows what a list says of the root, without the root's private
 * key. NULL if OpenSSL cannot make a key of the root's kind, without an engine, say.
 */
X509 *rs_throwaway_forge(rs_throwaway_pki *pki, X509 *root);

#endif
