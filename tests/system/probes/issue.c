/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/probes/issue.h"

#include <openssl/x509v3.h>
#include <stdatomic.h>

static atomic_long next_serial = 1000;

static void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    if (value == NULL)
        return;
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = must(X509V3_EXT_conf_nid(NULL, &context, nid, value), value);
    if (X509_add_ext(certificate, extension, -1) != 1)
        give_up("an extension");
    X509_EXTENSION_free(extension);
}

static void set_subject(X509 *certificate, X509 *issuer, const char *cn)
{
    X509_NAME *name =
        must(cn == NULL ? X509_NAME_dup(X509_get_subject_name(issuer)) : X509_NAME_new(), "a name");
    if (cn != NULL && X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                                 (const unsigned char *)cn, -1, -1, 0) != 1)
        give_up("a common name");
    if (X509_set_subject_name(certificate, name) != 1)
        give_up("a subject");
    X509_NAME_free(name);
}

static void set_validity(X509 *certificate, bool expired)
{
    const long day = 24L * 60 * 60;
    X509_gmtime_adj(X509_getm_notBefore(certificate), -2 * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate), expired ? -day : 30 * day);
}

X509 *issue(const probe *p, const request *wanted)
{
    X509 *issuer = wanted->issuer != NULL ? wanted->issuer : p->root;
    EVP_PKEY *signer = wanted->issuer_key != NULL ? wanted->issuer_key : p->root_key;
    X509 *certificate = must(X509_new(), "a certificate");
    long serial = atomic_fetch_add(&next_serial, 1);
    if (X509_set_version(certificate, X509_VERSION_3) != 1 ||
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial) != 1 ||
        X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1 ||
        X509_set_pubkey(certificate, wanted->key) != 1)
        give_up("the parts of a certificate");
    set_subject(certificate, issuer, wanted->cn);
    set_validity(certificate, wanted->expired);
    add_extension(certificate, issuer, NID_basic_constraints,
                  wanted->ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
    /* Tells a key's other certificates of the same name apart; a forgery claims the issuer's. */
    add_extension(certificate, issuer, NID_authority_key_identifier, "keyid");
    add_extension(certificate, issuer, NID_key_usage, wanted->key_usage);
    add_extension(certificate, issuer, NID_subject_alt_name, wanted->san);
    if (X509_sign(certificate, signer, EVP_sha256()) == 0)
        give_up("a signature");
    return certificate;
}

X509 *issue_leaf(const probe *p, const char *cn, const char *san)
{
    return issue(p, &(request){.cn = cn, .san = san, .key = p->leaf_key});
}

/* Ties a CRL to the one key that signed it, so that another certificate of the name is no match. */
static void name_crl_key(X509_CRL *crl, X509 *issuer)
{
    AUTHORITY_KEYID *id = must(AUTHORITY_KEYID_new(), "a key identifier");
    id->keyid = must(ASN1_OCTET_STRING_dup(X509_get0_subject_key_id(issuer)), "a key identifier");
    if (X509_CRL_add1_ext_i2d(crl, NID_authority_key_identifier, id, 0, 0) != 1)
        give_up("a CRL's extension");
    AUTHORITY_KEYID_free(id);
}

/* A verifier looks at what was found in the encoding, so it has to have been decoded once. */
static X509_CRL *decoded(X509_CRL *crl)
{
    unsigned char *der = NULL;
    int size = i2d_X509_CRL(crl, &der);
    const unsigned char *rest = der;
    X509_CRL *copy = must(size < 0 ? NULL : d2i_X509_CRL(NULL, &rest, size), "a CRL's encoding");
    OPENSSL_free(der);
    X509_CRL_free(crl);
    return copy;
}

X509_CRL *issue_crl(X509 *issuer, EVP_PKEY *key, const X509 *revoked)
{
    X509_CRL *crl = must(X509_CRL_new(), "a CRL");
    ASN1_TIME *last = must(X509_gmtime_adj(NULL, -60), "a time");
    ASN1_TIME *next = must(X509_gmtime_adj(NULL, 3600), "a time");
    if (X509_CRL_set_version(crl, X509_CRL_VERSION_2) != 1 ||
        X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer)) != 1 ||
        X509_CRL_set1_lastUpdate(crl, last) != 1 || X509_CRL_set1_nextUpdate(crl, next) != 1)
        give_up("the parts of a CRL");
    if (revoked != NULL) {
        X509_REVOKED *entry = must(X509_REVOKED_new(), "a CRL entry");
        ASN1_INTEGER *serial = must(ASN1_INTEGER_dup(X509_get0_serialNumber(revoked)), "a number");
        if (X509_REVOKED_set_serialNumber(entry, serial) != 1 ||
            X509_REVOKED_set_revocationDate(entry, last) != 1 ||
            X509_CRL_add0_revoked(crl, entry) != 1)
            give_up("a CRL entry");
        ASN1_INTEGER_free(serial);
    }
    name_crl_key(crl, issuer);
    if (X509_CRL_sign(crl, key, EVP_sha256()) == 0)
        give_up("a CRL's signature");
    ASN1_TIME_free(last);
    ASN1_TIME_free(next);
    return decoded(crl);
}

X509 *reissue_in(OSSL_LIB_CTX *context, X509 *certificate)
{
    unsigned char *der = NULL;
    int size = i2d_X509(certificate, &der);
    if (size < 0)
        give_up("a certificate's encoding");
    const unsigned char *rest = der;
    X509 *copy = must(X509_new_ex(context, NULL), "a certificate");
    if (d2i_X509(&copy, &rest, size) == NULL)
        give_up("a certificate's decoding");
    OPENSSL_free(der);
    return copy;
}
