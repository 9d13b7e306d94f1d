/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The root that issues the constrained twins of one bundle, and then nothing more.
 *
 * Its key exists in this process only, where OpenSSL's secure heap keeps it out of swap and of core
 * dumps if the system allows, and is wiped as soon as the certificates are signed.
 */
#ifndef RS_SUPER_ROOT_H
#define RS_SUPER_ROOT_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct rs_super_root {
    X509 *certificate; /* not complete before rs_super_root_finish */
    EVP_PKEY *key;     /* NULL: wiped */
    long path_length;  /* that the certificates need so far; -1: without a limit */
    bool has_limit;    /* path_length is that of some certificate */
} rs_super_root;

/*
 * Makes a key and the certificate's subject, which has the day and a part of the key's hash: no
 * two super-roots have the same. `now`: seconds since 1970 UTC. Returns false if OpenSSL cannot.
 * In any case, rs_super_root_clear it.
 */
bool rs_super_root_begin(rs_super_root *super, int64_t now);

/*
 * Signs a certificate as its issuer, whose name and identifier it gets, and becomes valid for as
 * long as the certificate is, with a path as long as it needs. Returns false if OpenSSL cannot, or
 * after rs_super_root_finish.
 */
bool rs_super_root_sign(rs_super_root *super, X509 *certificate);

/* Signs itself, then wipes the key in any case. Returns false if OpenSSL cannot. */
bool rs_super_root_finish(rs_super_root *super);

/* Wipes the key, and frees the certificate. */
void rs_super_root_clear(rs_super_root *super);

#endif
