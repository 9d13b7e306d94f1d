/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/made_chain.h"

#include "lib/chain/openssl_linked.h"
#include "lib/chain/trust_anchor.h"
#include "tests/property/openssl_side.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>

static struct {
    EVP_PKEY *root_key, *intermediate_key, *below_key, *leaf_key;
    X509 *root;
    X509_STORE *store;
} world;

static void must_be(int good)
{
    if (!good)
        abort();
}

static X509_NAME *simple_name(const char *organization)
{
    X509_NAME *made = must(X509_NAME_new());
    must_be(X509_NAME_add_entry_by_txt(made, "O", MBSTRING_ASC, (const unsigned char *)organization,
                                       -1, -1, 0));
    return made;
}

static void set_subject(X509 *certificate, const char *organization)
{
    X509_NAME *name = simple_name(organization);
    must_be(X509_set_subject_name(certificate, name));
    X509_NAME_free(name);
}

static X509 *new_certificate(EVP_PKEY *key, bool is_ca)
{
    X509 *made = must(X509_new());
    must_be(X509_set_version(made, X509_VERSION_3));
    must_be(ASN1_INTEGER_set(X509_get_serialNumber(made), 1));
    must(X509_gmtime_adj(X509_getm_notBefore(made), 0));
    must(X509_gmtime_adj(X509_getm_notAfter(made), 86400));
    must_be(X509_set_pubkey(made, key));
    if (is_ca) {
        BASIC_CONSTRAINTS *basic = must(BASIC_CONSTRAINTS_new());
        basic->ca = 0xff;
        must_be(X509_add1_ext_i2d(made, NID_basic_constraints, basic, 1, X509V3_ADD_APPEND));
        BASIC_CONSTRAINTS_free(basic);
    }
    return made;
}

/* Without key identifiers, a certificate that has its issuer's name would pass for self-signed. */
static void put_key_identifiers(X509 *certificate, const X509 *issuer)
{
    unsigned char own[EVP_MAX_MD_SIZE], of_issuer[EVP_MAX_MD_SIZE];
    unsigned n;
    must_be(X509_pubkey_digest(certificate, EVP_sha256(), own, &n));
    must_be(X509_pubkey_digest(issuer, EVP_sha256(), of_issuer, &n));
    AUTHORITY_KEYID *authority = must(AUTHORITY_KEYID_new());
    ASN1_OCTET_STRING *subject = must(ASN1_OCTET_STRING_new());
    authority->keyid = must(ASN1_OCTET_STRING_new());
    must_be(ASN1_OCTET_STRING_set(authority->keyid, of_issuer, (int)n));
    must_be(ASN1_OCTET_STRING_set(subject, own, (int)n));
    must_be(X509_add1_ext_i2d(certificate, NID_authority_key_identifier, authority, 0,
                              X509V3_ADD_APPEND));
    must_be(
        X509_add1_ext_i2d(certificate, NID_subject_key_identifier, subject, 0, X509V3_ADD_APPEND));
    AUTHORITY_KEYID_free(authority);
    ASN1_OCTET_STRING_free(subject);
}

static void sign(X509 *certificate, const X509 *issuer, EVP_PKEY *issuer_key)
{
    put_key_identifiers(certificate, issuer);
    must_be(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)));
    must_be(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
}

void chains_begin(void)
{
    world.root_key = must(EVP_EC_gen("P-256"));
    world.intermediate_key = must(EVP_EC_gen("P-256"));
    world.below_key = must(EVP_EC_gen("P-256"));
    world.leaf_key = must(EVP_EC_gen("P-256"));
    world.root = new_certificate(world.root_key, true);
    set_subject(world.root, "Root");
    sign(world.root, world.root, world.root_key);
    world.store = must(X509_STORE_new());
    must_be(X509_STORE_add_cert(world.store, world.root));
}

void chains_end(void)
{
    X509_STORE_free(world.store);
    X509_free(world.root);
    EVP_PKEY_free(world.root_key);
    EVP_PKEY_free(world.intermediate_key);
    EVP_PKEY_free(world.below_key);
    EVP_PKEY_free(world.leaf_key);
}

static X509 *new_intermediate(NAME_CONSTRAINTS *limits)
{
    X509 *made = new_certificate(world.intermediate_key, true);
    set_subject(made, "Intermediate");
    if (limits != NULL)
        must_be(X509_add1_ext_i2d(made, NID_name_constraints, limits, 1, X509V3_ADD_APPEND));
    sign(made, world.root, world.root_key);
    return made;
}

void chains_intermediate_key(uint8_t sha256[RS_SHA256_SIZE])
{
    X509 *intermediate = new_intermediate(NULL);
    must_be(rs_trust_anchor_hash(rs_openssl_linked(), intermediate, RS_ROOT_SPKI, sha256));
    X509_free(intermediate);
}

void chain_make(made_chain *made, const chain_plan *plan)
{
    const X509 *issuer = made->intermediate = new_intermediate(plan->limits);
    EVP_PKEY *issuer_key = world.intermediate_key;
    made->below = NULL;
    if (plan->below != NULL) {
        made->below = new_certificate(world.below_key, true);
        openssl_put_names(made->below, plan->below);
        if (plan->self_issued)
            set_subject(made->below, "Intermediate");
        sign(made->below, issuer, issuer_key);
        issuer = made->below;
        issuer_key = world.below_key;
    }
    made->leaf = new_certificate(world.leaf_key, false);
    openssl_put_names(made->leaf, plan->leaf);
    sign(made->leaf, issuer, issuer_key);
}

void chain_clear(made_chain *made)
{
    X509_free(made->leaf);
    X509_free(made->below);
    X509_free(made->intermediate);
}

bool chain_verify(const made_chain *made, STACK_OF(X509) * *verified)
{
    STACK_OF(X509) *others = must(sk_X509_new_null());
    X509_STORE_CTX *context = must(X509_STORE_CTX_new());
    if (made->below != NULL)
        must_be(sk_X509_push(others, made->below));
    must_be(sk_X509_push(others, made->intermediate));
    must_be(X509_STORE_CTX_init(context, world.store, made->leaf, others));
    X509_STORE_CTX_set_flags(context, X509_V_FLAG_NO_CHECK_TIME);
    bool good = X509_verify_cert(context) == 1;
    if (verified != NULL)
        *verified = must(X509_STORE_CTX_get1_chain(context));
    X509_STORE_CTX_free(context);
    sk_X509_free(others);
    ERR_clear_error();
    return good;
}
