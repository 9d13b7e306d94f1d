/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/throwaway_pki.h"

#include "command/base/random_serial.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

static const char localhost_names[] = "DNS:localhost,IP:127.0.0.1,IP:::1";

typedef struct extension {
    int nid;
    const char *value;
} extension;

static bool add_extensions(X509 *issuer, X509 *certificate, const extension *e, size_t count)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    for (size_t i = 0; i < count; i++) {
        X509_EXTENSION *made = X509V3_EXT_conf_nid(NULL, &context, e[i].nid, e[i].value);
        bool added = made != NULL && X509_add_ext(certificate, made, -1) == 1;
        X509_EXTENSION_free(made);
        if (!added)
            return false;
    }
    return true;
}

/* An hour ago, for clocks that differ, until tomorrow. */
static bool set_dates(X509 *certificate)
{
    return X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), 86400) != NULL;
}

static bool set_common_name(X509 *certificate, const char *name)
{
    X509_NAME *subject = X509_NAME_new();
    bool set = subject != NULL &&
               X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name,
                                          -1, -1, 0) == 1 &&
               X509_set_subject_name(certificate, subject) == 1;
    X509_NAME_free(subject);
    return set;
}

/* Everything but extensions and signature; `issuer` NULL: self-signed. */
static X509 *begin(const char *name, EVP_PKEY *key, X509 *issuer)
{
    X509 *made = X509_new();
    if (made != NULL && X509_set_version(made, X509_VERSION_3) == 1 && rs_random_serial_set(made) &&
        set_dates(made) && set_common_name(made, name) && X509_set_pubkey(made, key) == 1 &&
        X509_set_issuer_name(made, X509_get_subject_name(issuer == NULL ? made : issuer)) == 1)
        return made;
    X509_free(made);
    return NULL;
}

static X509 *finish(X509 *made, X509 *issuer, const extension *extensions, size_t count,
                    EVP_PKEY *signer)
{
    if (made != NULL && add_extensions(issuer == NULL ? made : issuer, made, extensions, count) &&
        X509_sign(made, signer, EVP_PKEY_is_a(signer, "EC") ? EVP_sha256() : NULL) > 0)
        return made;
    X509_free(made);
    return NULL;
}

static X509 *make_root(const char *name, EVP_PKEY *key)
{
    static const extension extensions[] = {
        {NID_basic_constraints, "critical,CA:TRUE"},
        {NID_key_usage, "critical,keyCertSign,cRLSign"},
        {NID_subject_key_identifier, "hash"},
    };
    return finish(begin(name, key, NULL), NULL, extensions, sizeof extensions / sizeof *extensions,
                  key);
}

static X509 *make_leaf(EVP_PKEY *key, const char *names, X509 *issuer, EVP_PKEY *signer)
{
    const extension extensions[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature"},
        {NID_ext_key_usage, "serverAuth"},
        {NID_subject_key_identifier, "hash"},
        {NID_authority_key_identifier, "keyid"}, /* strict verifiers require it */
        {NID_subject_alt_name, names},
    };
    return finish(begin("localhost", key, issuer), issuer, extensions,
                  sizeof extensions / sizeof *extensions, signer);
}

bool rs_throwaway_pki_make(rs_throwaway_pki *pki)
{
    char bad_names[sizeof localhost_names + sizeof RS_OUTSIDE_NAME + 8];
    snprintf(bad_names, sizeof bad_names, "%s,DNS:%s", localhost_names, RS_OUTSIDE_NAME);
    *pki = (rs_throwaway_pki){.root_key = EVP_EC_gen("P-256"), .leaf_key = EVP_EC_gen("P-256")};
    if (pki->root_key == NULL || pki->leaf_key == NULL)
        return false;
    pki->root = make_root("rootscope status, test root", pki->root_key);
    if (pki->root == NULL)
        return false;
    pki->good = make_leaf(pki->leaf_key, localhost_names, pki->root, pki->root_key);
    pki->bad = make_leaf(pki->leaf_key, bad_names, pki->root, pki->root_key);
    return pki->good != NULL && pki->bad != NULL;
}

void rs_throwaway_pki_clear(rs_throwaway_pki *pki)
{
    X509_free(pki->bad);
    X509_free(pki->good);
    X509_free(pki->root);
    EVP_PKEY_free(pki->other_key);
    EVP_PKEY_free(pki->leaf_key);
    EVP_PKEY_free(pki->root_key);
    *pki = (rs_throwaway_pki){0};
}

/* A key of the same kind as a root's, kept for the next one; NULL: OpenSSL can make none. */
static EVP_PKEY *key_like(rs_throwaway_pki *pki, const EVP_PKEY *real)
{
    if (real == NULL)
        return NULL;
    if (EVP_PKEY_get_base_id(real) == EVP_PKEY_EC)
        return pki->leaf_key;
    const char *kind = EVP_PKEY_get0_type_name(real);
    if (pki->other_key != NULL && kind != NULL && EVP_PKEY_is_a(pki->other_key, kind))
        return pki->other_key;
    EVP_PKEY_free(pki->other_key);
    pki->other_key = NULL;
    if (kind != NULL && strcmp(kind, "RSA") == 0)
        pki->other_key = EVP_RSA_gen(2048);
    else if (kind != NULL)
        pki->other_key = EVP_PKEY_Q_keygen(NULL, NULL, kind);
    return pki->other_key;
}

X509 *rs_throwaway_forge(rs_throwaway_pki *pki, X509 *root)
{
    /* `..` is malformed: stanzas that permit every name refuse it, too. */
    static const extension extensions[] = {
        {NID_ext_key_usage, "serverAuth"},
        {NID_subject_alt_name, "DNS:" RS_OUTSIDE_NAME ",DNS:malformed..invalid"},
    };
    /* OpenSSL takes a root for the issuer only if the signature is of the root's kind of key. */
    EVP_PKEY *key = key_like(pki, X509_get0_pubkey(root));
    ERR_clear_error();
    if (key == NULL)
        return NULL;
    return finish(begin(RS_OUTSIDE_NAME, key, root), root, extensions,
                  sizeof extensions / sizeof *extensions, key);
}
