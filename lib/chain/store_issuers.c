/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/store_issuers.h"

#include "lib/base/likely.h"
#include "lib/chain/certificate.h"
#include "lib/chain/key_cache.h"

/* A search in progress. */
typedef struct search {
    const rs_openssl_table *ssl;
    X509_STORE_CTX *context;
    unsigned candidates; /* tried so far */
    rs_store_issuers *found;
} search;

/*
 * Pairs of a certificate and the key that signed it. That a signature holds is true for ever and
 * for every list, so this belongs to the process. That one does not hold may be for want of an
 * algorithm in one library context, and is not remembered.
 */
static rs_key_cache signed_pairs;

/*
 * 1: the key verifies the signature. 0: it does not. Negative: that cannot be told. OpenSSL says
 * no, too, where it has no memory, so a no has to be said twice.
 */
static int try_key(const search *s, X509 *certificate, const X509 *issuer)
{
    EVP_PKEY *key = s->ssl->X509_get0_pubkey(issuer);
    int verified = key == NULL ? -1 : s->ssl->X509_verify(certificate, key);
    return verified == 0 ? s->ssl->X509_verify(certificate, key) : verified;
}

/* Asks what is remembered first: a signature costs fifty times as much. */
static int recall_or_try(const search *s, rs_bytes certificate_der, rs_bytes key_der,
                         X509 *certificate, const X509 *issuer)
{
    rs_key pair = {.part = {key_der, [RS_KEY_PARTS - 1] = certificate_der}};
    rs_listed_as nothing = {RS_NO_ROOT, RS_NO_ROOT};
    if (certificate_der.n == 0 || key_der.n == 0)
        return try_key(s, certificate, issuer);
    if (rs_key_cache_find(&signed_pairs, &pair, &nothing))
        return 1;
    int verified = try_key(s, certificate, issuer);
    if (verified == 1)
        rs_key_cache_insert(&signed_pairs, &pair, nothing);
    return verified;
}

/*
 * Has the one that has the issuer's name signed the certificate? One whose key cannot be tried, for
 * want of memory or of an algorithm, may have: if it is listed, its stanza had better apply. A key
 * of another kind than the signature's cannot be tried either, but has not.
 */
static bool may_have_signed(const search *s, X509 *certificate, const X509 *issuer, int issued)
{
    rs_bytes certificate_der = rs_encoding_of_certificate(s->ssl, certificate);
    rs_bytes key_der = rs_encoding_of_key(s->ssl, issuer);
    int verified = recall_or_try(s, certificate_der, key_der, certificate, issuer);
    rs_encoding_free(s->ssl, certificate_der);
    rs_encoding_free(s->ssl, key_der);
    return verified == 1 || (verified < 0 && issued != X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH);
}

static bool is_found(const search *s, const X509 *certificate)
{
    for (unsigned i = 0; i < s->found->count; i++)
        if (s->found->items[i] == certificate)
            return true;
    return false;
}

/*
 * Takes a certificate of the store in, if it is an issuer. False at a bound.
 *
 * Of what OpenSSL says without the key, the names alone count. A root that was issued again may
 * have another serial number or key identifier than the certificate says; it has the key. And what
 * OpenSSL has no memory for, or cannot read, is to it no issuer.
 */
static bool consider(search *s, X509 *certificate, X509 *candidate)
{
    if (candidate == certificate || is_found(s, candidate))
        return true;
    int issued = s->ssl->X509_check_issued(candidate, certificate);
    if (issued == X509_V_ERR_SUBJECT_ISSUER_MISMATCH)
        return true;
    if (s->candidates++ == RS_STORE_CANDIDATES_MAX)
        return false;
    if (!may_have_signed(s, certificate, candidate, issued))
        return true;
    if (s->found->count == RS_STORE_ISSUERS_MAX || !s->ssl->X509_up_ref(candidate))
        return false;
    s->found->items[s->found->count++] = candidate;
    return true;
}

/* All that have the issuer's name, by the context's own look-up; NULL: none. */
static STACK_OF(X509) * look_up(const search *s, X509 *certificate)
{
    rs_lookup_certs_fn function = s->ssl->X509_STORE_CTX_get_lookup_certs(s->context);
    /* Without memory it gives NULL, too; then the context's other function says so. */
    return function == NULL ? NULL
                            : function(s->context, s->ssl->X509_get_issuer_name(certificate));
}

/*
 * The issuer that the context itself would take: an application may have its own way to find one.
 * NULL: none. False if it cannot be told.
 */
static bool get_issuer(const search *s, X509 *certificate, X509 **issuer)
{
    rs_get_issuer_fn function = s->ssl->X509_STORE_CTX_get_get_issuer(s->context);
    X509 *got = NULL;
    int answer = function == NULL ? 0 : function(&got, s->context, certificate);
    *issuer = answer > 0 ? got : NULL;
    return answer >= 0;
}

/* Adds what issued a certificate. False at a bound, or if it cannot be told. */
static bool climb(search *s, X509 *certificate)
{
    X509 *own;
    if (rs_certificate_is_self_signed(s->ssl, certificate))
        return true;
    STACK_OF(X509) *named = look_up(s, certificate);
    bool told = get_issuer(s, certificate, &own), is_named = own == NULL;
    for (int i = 0; named != NULL && i < s->ssl->OPENSSL_sk_num(named); i++) {
        X509 *candidate = s->ssl->OPENSSL_sk_value(named, i);
        is_named |= candidate == own;
        told = told && consider(s, certificate, candidate);
        s->ssl->X509_free(candidate);
    }
    told = told && (is_named || consider(s, certificate, own));
    s->ssl->OPENSSL_sk_free(named);
    s->ssl->X509_free(own);
    return told;
}

__attribute__((hot)) void rs_store_issuers_find(const rs_openssl_table *ssl,
                                                X509_STORE_CTX *context, rs_store_issuers *found)
{
    search s = {.ssl = ssl, .context = context, .found = found};
    const STACK_OF(X509) *chain = ssl->X509_STORE_CTX_get0_chain(context);
    X509 *top = ssl->OPENSSL_sk_value(chain, ssl->OPENSSL_sk_num(chain) - 1);
    found->count = 0;
    found->incomplete = false;
    if (RS_LIKELY(top == NULL || rs_certificate_is_self_signed(ssl, top)))
        return;
    ssl->ERR_set_mark();
    found->incomplete = !climb(&s, top);
    for (unsigned i = 0; i < found->count && !found->incomplete; i++)
        found->incomplete = !climb(&s, found->items[i]);
    ssl->ERR_pop_to_mark();
}

void rs_store_issuers_clear(const rs_openssl_table *ssl, rs_store_issuers *found)
{
    for (unsigned i = 0; i < found->count; i++)
        ssl->X509_free(found->items[i]);
    found->count = 0;
}
