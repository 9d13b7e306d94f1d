/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The copies of OpenSSL in the process: which one called us, and its functions.
 *
 * A process may hold several (its own, the system's, one inside a Python wheel). The module links
 * none of them: linking would bind it to whichever comes first, and the types of one copy must
 * never be passed to another. It takes each function from the object that holds the caller.
 */
#ifndef RS_OPENSSL_COPY_H
#define RS_OPENSSL_COPY_H

#include "lib/chain/openssl_table.h"

#include <openssl/conf.h>
#include <openssl/types.h>
#include <stdbool.h>

typedef int (*rs_verify_fn)(X509_STORE_CTX *context);
typedef void rs_ex_new_fn(void *parent, void *value, CRYPTO_EX_DATA *data, int index, long argl,
                          void *argp);

/* X(return type, name, arguments), beyond those of the chain check; there from OpenSSL 3.0 on. */
#define RS_OPENSSL_HOOK_FUNCTIONS(X)                                                               \
    X(unsigned int, OPENSSL_version_minor, (void))                                                 \
    X(int, CRYPTO_get_ex_new_index, (int, long, void *, rs_ex_new_fn *, void *, void *))           \
    X(rs_verify_fn, X509_STORE_CTX_get_verify, (const X509_STORE_CTX *))                           \
    X(void, X509_STORE_CTX_set_verify, (X509_STORE_CTX *, rs_verify_fn))                           \
    X(X509_STORE_CTX *, X509_STORE_CTX_get0_parent_ctx, (const X509_STORE_CTX *))                  \
    X(X509_VERIFY_PARAM *, X509_STORE_CTX_get0_param, (const X509_STORE_CTX *))                    \
    X(int, X509_STORE_CTX_get_error, (const X509_STORE_CTX *))                                     \
    X(void *, X509_STORE_CTX_get_ex_data, (const X509_STORE_CTX *, int))                           \
    X(STACK_OF(X509) *, X509_STORE_CTX_get0_untrusted, (const X509_STORE_CTX *))                   \
    X(int, X509_STORE_CTX_get_num_untrusted, (const X509_STORE_CTX *))                             \
    X(X509_STORE_CTX *, X509_STORE_CTX_new, (void))                                                \
    X(int, X509_STORE_CTX_init, (X509_STORE_CTX *, X509_STORE *, X509 *, STACK_OF(X509) *))        \
    X(void, X509_STORE_CTX_free, (X509_STORE_CTX *))                                               \
    X(int, X509_check_ca, (X509 *))                                                                \
    X(OSSL_LIB_CTX *, OSSL_LIB_CTX_set0_default, (OSSL_LIB_CTX *))                                 \
    X(OSSL_LIB_CTX *, OSSL_LIB_CTX_get0_global_default, (void))                                    \
    X(const char *, CONF_imodule_get_value, (const CONF_IMODULE *))                                \
    X(STACK_OF(CONF_VALUE) *, NCONF_get_section, (const CONF *, const char *))                     \
    X(OSSL_LIB_CTX *, NCONF_get0_libctx, (const CONF *))

/* Likewise, there from OpenSSL 3.5 on: NULL in a copy that does not have them. */
#define RS_OPENSSL_LATER_FUNCTIONS(X)                                                              \
    X(int, X509_VERIFY_PARAM_get_purpose, (const X509_VERIFY_PARAM *))

typedef struct rs_openssl_copy {
    rs_openssl_table table; /* what the chain check needs */
#define RS_OPENSSL_FIELD(type, name, arguments) type(*name) arguments;
    RS_OPENSSL_HOOK_FUNCTIONS(RS_OPENSSL_FIELD)
    RS_OPENSSL_LATER_FUNCTIONS(RS_OPENSSL_FIELD)
#undef RS_OPENSSL_FIELD
    uintptr_t base;  /* where its object is loaded: what tells copies apart */
    unsigned number; /* below RS_OPENSSL_COPIES_MAX */
} rs_openssl_copy;

/* More copies than any process was seen to have; further ones are not guarded. */
#define RS_OPENSSL_COPIES_MAX 8

/*
 * The copy whose code holds `address`, looked up once and then remembered for ever.
 *
 * NULL if it cannot be guarded: it does not export its functions, or there is no memory or room.
 * Nothing of it is touched then; with `tell` the system's log hears of it.
 */
const rs_openssl_copy *rs_openssl_copy_of(const void *address, bool tell);

#endif
