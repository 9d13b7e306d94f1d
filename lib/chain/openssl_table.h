/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenSSL functions that the chain check calls, as a table: the command and the C API fill
 * it by linking, the module by look-up in the copy of libcrypto that loaded it.
 *
 * The types are those of OpenSSL 4 (const where 3.x had none); 3.x behaves alike.
 */
#ifndef RS_OPENSSL_TABLE_H
#define RS_OPENSSL_TABLE_H

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

/* The verify callback of an application. */
typedef int (*rs_verify_cb_fn)(int ok, X509_STORE_CTX *context);

/* How a context finds certificates of its trust store: all of a name, and one issuer. */
typedef STACK_OF(X509) * (*rs_lookup_certs_fn)(X509_STORE_CTX *context, const X509_NAME *name);
typedef int (*rs_get_issuer_fn)(X509 **issuer, X509_STORE_CTX *context, X509 *certificate);

/*
 * Who calls one that can fail does so between ERR_set_mark and ERR_pop_to_mark: nothing may be left
 * in the application's error queue. The others are not marked, which would cost more than they do:
 * they only read what OpenSSL has decoded and worked out before it gives us a chain.
 */

/* X(return type, name, arguments): all exist with these names from OpenSSL 3.0 on. */
#define RS_OPENSSL_CHAIN_FUNCTIONS(X)                                                              \
    X(unsigned int, OPENSSL_version_major, (void))                                                 \
    X(int, ERR_set_mark, (void))                                                                   \
    X(int, ERR_pop_to_mark, (void))                                                                \
    X(int, OPENSSL_sk_num, (const void *))                                                         \
    X(void *, OPENSSL_sk_value, (const void *, int))                                               \
    X(void, OPENSSL_sk_free, (void *))                                                             \
    X(int, X509_up_ref, (X509 *))                                                                  \
    X(void, X509_free, (X509 *))                                                                   \
    X(const X509_NAME *, X509_get_subject_name, (const X509 *))                                    \
    X(const X509_NAME *, X509_get_issuer_name, (const X509 *))                                     \
    X(int, X509_NAME_get0_der, (const X509_NAME *, const unsigned char **, size_t *))              \
    X(uint32_t, X509_get_extension_flags, (X509 *))                                                \
    X(const STACK_OF(X509_EXTENSION) *, X509_get0_extensions, (const X509 *))                      \
    X(const ASN1_OBJECT *, X509_EXTENSION_get_object, (const X509_EXTENSION *))                    \
    X(const ASN1_OCTET_STRING *, X509_EXTENSION_get_data, (const X509_EXTENSION *))                \
    X(size_t, OBJ_length, (const ASN1_OBJECT *))                                                   \
    X(const unsigned char *, OBJ_get0_data, (const ASN1_OBJECT *))                                 \
    X(int, ASN1_STRING_length, (const ASN1_STRING *))                                              \
    X(const unsigned char *, ASN1_STRING_get0_data, (const ASN1_STRING *))                         \
    X(int, X509_check_issued, (X509 *, X509 *))                                                    \
    X(int, X509_verify, (X509 *, EVP_PKEY *))                                                      \
    X(EVP_PKEY *, X509_get0_pubkey, (const X509 *))                                                \
    X(int, EVP_PKEY_get_params, (const EVP_PKEY *, OSSL_PARAM *))                                  \
    X(int, i2d_PUBKEY, (const EVP_PKEY *, unsigned char **))                                       \
    X(int, OBJ_sn2nid, (const char *))                                                             \
    X(ASN1_OBJECT *, OBJ_nid2obj, (int))                                                           \
    X(X509_PUBKEY *, X509_get_X509_PUBKEY, (const X509 *))                                         \
    X(int, X509_PUBKEY_get0_param,                                                                 \
      (ASN1_OBJECT **, const unsigned char **, int *, X509_ALGOR **, const X509_PUBKEY *))         \
    X(void, X509_ALGOR_get0, (const ASN1_OBJECT **, int *, const void **, const X509_ALGOR *))     \
    X(int, i2d_X509_PUBKEY, (const X509_PUBKEY *, unsigned char **))                               \
    X(int, i2d_X509, (const X509 *, unsigned char **))                                             \
    X(char *, X509_VERIFY_PARAM_get0_host, (X509_VERIFY_PARAM *, int))                             \
    X(char *, X509_VERIFY_PARAM_get0_email, (X509_VERIFY_PARAM *))                                 \
    X(char *, X509_VERIFY_PARAM_get1_ip_asc, (X509_VERIFY_PARAM *))                                \
    X(void, CRYPTO_free, (void *, const char *, int))                                              \
    X(STACK_OF(X509) *, X509_STORE_CTX_get0_chain, (const X509_STORE_CTX *))                       \
    X(rs_lookup_certs_fn, X509_STORE_CTX_get_lookup_certs, (const X509_STORE_CTX *))               \
    X(rs_get_issuer_fn, X509_STORE_CTX_get_get_issuer, (const X509_STORE_CTX *))                   \
    X(rs_verify_cb_fn, X509_STORE_CTX_get_verify_cb, (const X509_STORE_CTX *))                     \
    X(void, X509_STORE_CTX_set_error, (X509_STORE_CTX *, int))                                     \
    X(void, X509_STORE_CTX_set_error_depth, (X509_STORE_CTX *, int))                               \
    X(void, X509_STORE_CTX_set_current_cert, (X509_STORE_CTX *, X509 *))

typedef struct rs_openssl_table {
#define RS_OPENSSL_FIELD(type, name, arguments) type(*name) arguments;
    RS_OPENSSL_CHAIN_FUNCTIONS(RS_OPENSSL_FIELD)
#undef RS_OPENSSL_FIELD
} rs_openssl_table;

#endif
