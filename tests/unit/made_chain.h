/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chain of real certificates, made anew in each run: root, intermediate, leaf, on P-256.
 */
#ifndef RS_MADE_CHAIN_H
#define RS_MADE_CHAIN_H

#include "provider/openssl_copy.h"

#include <dlfcn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdlib.h>

/* The copy of OpenSSL that the test program links. */
static inline const rs_openssl_copy *linked_copy(void)
{
    const rs_openssl_copy *copy = rs_openssl_copy_of(dlsym(RTLD_DEFAULT, "X509_verify_cert"), true);
    if (copy == NULL)
        abort();
    return copy;
}

typedef struct made_certificate {
    X509 *certificate;
    EVP_PKEY *key;
} made_certificate;

static inline void made_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    if (extension == NULL || !X509_add_ext(certificate, extension, -1))
        abort();
    X509_EXTENSION_free(extension);
}

/* `san` is as in openssl.cnf; NULL: it is a CA. `issuer` NULL: it signs itself. */
static inline made_certificate made_certificate_new(const char *name, const char *san,
                                                    const made_certificate *issuer)
{
    made_certificate made = {X509_new(), EVP_EC_gen("P-256")};
    if (made.certificate == NULL || made.key == NULL)
        abort();
    X509_NAME *subject = X509_NAME_new();
    if (issuer == NULL)
        issuer = &made;
    if (!X509_set_version(made.certificate, X509_VERSION_3) ||
        !ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), 1) ||
        !X509_gmtime_adj(X509_getm_notBefore(made.certificate), -3600) ||
        !X509_gmtime_adj(X509_getm_notAfter(made.certificate), 86400) ||
        !X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, (const unsigned char *)name, -1,
                                    -1, 0) ||
        !X509_set_subject_name(made.certificate, subject) ||
        !X509_set_issuer_name(made.certificate, X509_get_subject_name(issuer->certificate)) ||
        !X509_set_pubkey(made.certificate, made.key))
        abort();
    X509_NAME_free(subject);
    made_extension(made.certificate, NID_basic_constraints,
                   san == NULL ? "critical,CA:TRUE" : "CA:FALSE");
    if (san != NULL)
        made_extension(made.certificate, NID_subject_alt_name, san);
    if (!X509_sign(made.certificate, issuer->key, EVP_sha256()))
        abort();
    return made;
}

static inline void made_certificate_free(made_certificate *made)
{
    X509_free(made->certificate);
    EVP_PKEY_free(made->key);
}

/* A leaf below an intermediate below a trusted root. */
typedef struct made_chain {
    made_certificate root, intermediate, leaf;
    STACK_OF(X509) * untrusted;
    X509_STORE *store;
} made_chain;

static inline made_chain made_chain_new(const char *san)
{
    made_chain made;
    made.root = made_certificate_new("Root", NULL, NULL);
    made.intermediate = made_certificate_new("Intermediate", NULL, &made.root);
    made.leaf = made_certificate_new("Leaf", san, &made.intermediate);
    made.untrusted = sk_X509_new_null();
    made.store = X509_STORE_new();
    if (made.untrusted == NULL || made.store == NULL ||
        !sk_X509_push(made.untrusted, made.intermediate.certificate) ||
        !X509_STORE_add_cert(made.store, made.root.certificate))
        abort();
    return made;
}

static inline void made_chain_free(made_chain *made)
{
    X509_STORE_free(made->store);
    sk_X509_free(made->untrusted);
    made_certificate_free(&made->leaf);
    made_certificate_free(&made->intermediate);
    made_certificate_free(&made->root);
}

/* A context that is to verify the leaf. */
static inline X509_STORE_CTX *made_context(const made_chain *chain)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (context == NULL ||
        !X509_STORE_CTX_init(context, chain->store, chain->leaf.certificate, chain->untrusted))
        abort();
    return context;
}

/* A leaf that claims to be the intermediate's, but is not signed by it. */
static inline made_chain forged_chain_new(const char *san)
{
    made_chain chain = made_chain_new(san);
    made_certificate impostor = made_certificate_new("Intermediate", NULL, NULL);
    made_certificate_free(&chain.leaf);
    chain.leaf = made_certificate_new("Leaf", san, &impostor);
    made_certificate_free(&impostor);
    return chain;
}

#endif
