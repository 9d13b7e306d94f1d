/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library that carries an OpenSSL of its own, as the wheels of scripting languages do. It comes
 * in three builds: one hides that OpenSSL's functions (libprobe-hidden.so), one does and needs the
 * system's libcrypto besides (libprobe-mixed.so), one exports them (libprobe-visible.so).
 */
#ifndef PROBE_OWN_OPENSSL_H
#define PROBE_OWN_OPENSSL_H

/* Loads the configuration of OPENSSL_CONF into the library's OpenSSL; 1 if that went well. */
typedef int own_openssl_start_fn(void);

/* X509_verify_cert there, of certificates in DER; -1 if it could not be tried. */
typedef int own_openssl_verify_fn(const unsigned char *root, long root_size,
                                  const unsigned char *leaf, long leaf_size);

__attribute__((visibility("default"))) own_openssl_start_fn own_openssl_start;
__attribute__((visibility("default"))) own_openssl_verify_fn own_openssl_verify;

#endif
