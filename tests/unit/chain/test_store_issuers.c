/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/store_issuers.h"

#include "tests/unit/chains.h"

#include <openssl/err.h>

/* OpenSSL, with what the test changes; and how often a signature was looked at. */
static rs_openssl_table openssl;
static unsigned verified;

static int counted_verify(X509 *certificate, EVP_PKEY *pkey)
{
    verified++;
    return X509_verify(certificate, pkey);
}

/* A verification under way: a store, and a chain that ends in a certificate of it. */
typedef struct fixture {
    X509_STORE *store;
    X509_STORE_CTX *context;
    STACK_OF(X509) * chain;
    rs_store_issuers found;
} fixture;

/* The store has the certificates up to the first NULL. */
static void setup(fixture *f, X509 *top, X509 **stored)
{
    openssl = *rs_openssl_linked();
    openssl.X509_verify = counted_verify;
    verified = 0;
    f->store = made(X509_STORE_new());
    for (; *stored != NULL; stored++)
        done(X509_STORE_add_cert(f->store, *stored));
    f->context = made(X509_STORE_CTX_new());
    done(X509_STORE_CTX_init(f->context, f->store, NULL, NULL));
    f->chain = CHAIN(top);
    X509_STORE_CTX_set0_verified_chain(f->context, f->chain);
}

#define SETUP(f, top, ...) setup(f, top, (X509 *[]){__VA_ARGS__, NULL})

/* The chain must not be freed with its certificates, which are the test's. */
static void teardown(fixture *f)
{
    rs_store_issuers_clear(&openssl, &f->found);
    X509_up_ref(sk_X509_value(f->chain, 0));
    X509_STORE_CTX_free(f->context);
    X509_STORE_free(f->store);
    ERR_clear_error();
}

static bool has_found(fixture *f, X509 **expected)
{
    unsigned count = 0;
    rs_store_issuers_find(&openssl, f->context, &f->found);
    for (; expected[count] != NULL; count++) {
        bool there = false;
        for (unsigned i = 0; i < f->found.count; i++)
            there |= f->found.items[i] == expected[count];
        if (!there)
            return false;
    }
    return f->found.count == count && !f->found.incomplete;
}

#define FOUND(f, ...) has_found(f, (X509 *[]){__VA_ARGS__, NULL})

static void what_issued_the_top(void)
{
    fixture f;
    SETUP(&f, upper, upper, root);
    CU_ASSERT(FOUND(&f, root));
    teardown(&f);
    /* All the way up, whatever else is there. */
    SETUP(&f, lower, rolled, root, lower, upper);
    CU_ASSERT(FOUND(&f, upper, root));
    teardown(&f);
    /* The root is not in the store: what there is. */
    SETUP(&f, lower, lower, upper);
    CU_ASSERT(FOUND(&f, upper));
    teardown(&f);
    SETUP(&f, lower, lower, root);
    CU_ASSERT(FOUND(&f, NULL));
    teardown(&f);
}

static void a_self_signed_top_costs_nothing(void)
{
    fixture f;
    SETUP(&f, root, root, upper);
    openssl.X509_STORE_CTX_get_lookup_certs = NULL;
    openssl.X509_STORE_CTX_get_get_issuer = NULL;
    CU_ASSERT(FOUND(&f, NULL));
    CU_ASSERT_EQUAL(verified, 0);
    teardown(&f);
}

static X509 *issued_by(const char *cn, X509 *issuer, EVP_PKEY *pair, EVP_PKEY *issuer_pair)
{
    return new_certificate(&(wanted_certificate){
        .cn = cn, .key = pair, .issuer = issuer, .issuer_key = issuer_pair, .constraints = CA});
}

/*
 * Several issued it: a root, the same root anew, and its cross-certificate; one only has the name.
 */
static void all_that_issued_count(void)
{
    EVP_PKEY *stranger_key = new_key();
    X509 *anew = issued_by("root.evil", NULL, root_key, NULL);
    X509 *stranger = issued_by("root.evil", NULL, stranger_key, NULL);
    X509 *other = issued_by("Other", NULL, stranger_key, NULL);
    X509 *cross = issued_by("root.evil", other, root_key, stranger_key);
    fixture f;
    SETUP(&f, upper, stranger, upper, root, anew, cross, other);
    CU_ASSERT(FOUND(&f, root, anew, cross, other));
    teardown(&f);
    X509_free(anew);
    X509_free(stranger);
    X509_free(other);
    X509_free(cross);
    EVP_PKEY_free(stranger_key);
}

/* Two that issued each other. */
static void circles_end(void)
{
    EVP_PKEY *pairs[] = {new_key(), new_key()};
    X509 *names[] = {issued_by("A", NULL, pairs[0], NULL), issued_by("B", NULL, pairs[1], NULL)};
    X509 *a = issued_by("A", names[1], pairs[0], pairs[1]);
    X509 *b = issued_by("B", names[0], pairs[1], pairs[0]);
    fixture f;
    SETUP(&f, a, a, b);
    CU_ASSERT(FOUND(&f, a, b));
    teardown(&f);
    for (size_t i = 0; i < ROWS(pairs); i++) {
        EVP_PKEY_free(pairs[i]);
        X509_free(names[i]);
    }
    X509_free(a);
    X509_free(b);
}

static void add_identifiers(X509 *certificate, X509 *issuer, EVP_PKEY *issuer_pair)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension =
        made(X509V3_EXT_conf_nid(NULL, &context, NID_authority_key_identifier, "issuer:always"));
    done(X509_add_ext(certificate, extension, -1));
    X509_EXTENSION_free(extension);
    done(X509_sign(certificate, issuer_pair, EVP_sha256()) > 0);
}

/* A root that was issued again has another serial number, and the key all the same. */
static void key_identifiers_do_not_matter(void)
{
    X509 *below = issued_by("Below", root, key, root_key);
    X509 *again = issued_by("root.evil", NULL, root_key, NULL);
    add_identifiers(below, root, root_key);
    done(ASN1_INTEGER_set(X509_get_serialNumber(again), 77));
    done(X509_sign(again, root_key, EVP_sha256()) > 0);
    fixture f;
    SETUP(&f, below, below, again);
    CU_ASSERT_NOT_EQUAL(X509_check_issued(again, below), X509_V_OK);
    CU_ASSERT(FOUND(&f, again));
    teardown(&f);
    X509_free(below);
    X509_free(again);
}

static int answer;

static int answered_issued(X509 *issuer, X509 *certificate)
{
    int issued = X509_check_issued(issuer, certificate);
    return issued == X509_V_ERR_SUBJECT_ISSUER_MISMATCH ? issued : answer;
}

/* Without memory OpenSSL takes an issuer for none, or for one of another kind of key. */
static void what_cannot_be_told_without_the_key(void)
{
    static const int answers[] = {X509_V_ERR_UNSPECIFIED, X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH,
                                  X509_V_ERR_KEYUSAGE_NO_CERTSIGN};
    for (size_t i = 0; i < ROWS(answers); i++) {
        fixture f;
        SETUP(&f, lower, lower, upper, root, rolled);
        openssl.X509_check_issued = answered_issued;
        answer = answers[i];
        CHECK_ROW(FOUND(&f, upper, root), "issuer by its key");
        teardown(&f);
    }
}

static int failing_verify(X509 *certificate, EVP_PKEY *pkey)
{
    (void)certificate, (void)pkey;
    return -1;
}

static int verify_at_second(X509 *certificate, EVP_PKEY *pkey)
{
    return verified++ == 0 ? 0 : X509_verify(certificate, pkey);
}

/* Without memory OpenSSL says of a good signature that it does not hold. */
static void a_no_is_said_twice(void)
{
    EVP_PKEY *pair = new_key();
    X509 *below = issued_by("Below", root, pair, root_key);
    fixture f;
    SETUP(&f, below, below, root);
    openssl.X509_verify = verify_at_second;
    CU_ASSERT(FOUND(&f, root));
    teardown(&f);
    X509_free(below);
    EVP_PKEY_free(pair);
}

static EVP_PKEY *no_key(const X509 *certificate)
{
    (void)certificate;
    return NULL;
}

/* Whose key cannot be tried may be the issuer, unless the key is of another kind. */
static void keys_that_cannot_be_tried(void)
{
    EVP_PKEY *pair = new_key();
    X509 *below = issued_by("Below", root, pair, root_key);
    X509 *stranger = issued_by("root.evil", NULL, key, NULL);
    fixture f;
    SETUP(&f, below, below, root, stranger, upper);
    openssl.X509_verify = failing_verify;
    CU_ASSERT(FOUND(&f, root, stranger));
    rs_store_issuers_clear(&openssl, &f.found);
    openssl.X509_check_issued = answered_issued;
    answer = X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH;
    CU_ASSERT(FOUND(&f, NULL));
    teardown(&f);
    SETUP(&f, below, below, root, upper);
    openssl.X509_get0_pubkey = no_key;
    CU_ASSERT(FOUND(&f, root));
    teardown(&f);
    X509_free(below);
    X509_free(stranger);
    EVP_PKEY_free(pair);
}

/* A signature that holds is looked at once; one that does not, twice each time. */
static void signatures_are_remembered(void)
{
    EVP_PKEY *pair = new_key();
    X509 *below = issued_by("Below", root, pair, root_key);
    X509 *stranger = issued_by("root.evil", NULL, key, NULL);
    fixture f;
    SETUP(&f, below, below, root, stranger);
    CU_ASSERT(FOUND(&f, root));
    CU_ASSERT_EQUAL(verified, 3);
    rs_store_issuers_clear(&openssl, &f.found);
    CU_ASSERT(FOUND(&f, root));
    CU_ASSERT_EQUAL(verified, 5);
    teardown(&f);
    X509_free(below);
    X509_free(stranger);
    EVP_PKEY_free(pair);
}

/* An application that finds issuers in its own way. */
static int own_get_issuer(X509 **issuer, X509_STORE_CTX *context, X509 *certificate)
{
    (void)context;
    *issuer = certificate == lower ? upper : root;
    return X509_up_ref(*issuer);
}

static int failing_get_issuer(X509 **issuer, X509_STORE_CTX *context, X509 *certificate)
{
    (void)issuer, (void)context, (void)certificate;
    return -1;
}

static STACK_OF(X509) * own_lookup_certs(X509_STORE_CTX *context, const X509_NAME *name)
{
    (void)context;
    if (X509_NAME_cmp(name, X509_get_subject_name(upper)) != 0)
        return NULL;
    X509_up_ref(upper);
    return CHAIN(upper);
}

static X509_STORE_CTX_get_issuer_fn get_issuer;
static rs_get_issuer_fn its_get_issuer(const X509_STORE_CTX *context)
{
    (void)context;
    return get_issuer;
}

static rs_lookup_certs_fn its_lookup_certs(const X509_STORE_CTX *context)
{
    (void)context;
    return own_lookup_certs;
}

static void the_contexts_own_functions_are_asked(void)
{
    fixture f;
    SETUP(&f, lower, lower);
    openssl.X509_STORE_CTX_get_get_issuer = its_get_issuer;
    get_issuer = own_get_issuer;
    CU_ASSERT(FOUND(&f, upper, root));
    rs_store_issuers_clear(&openssl, &f.found);
    get_issuer = failing_get_issuer;
    rs_store_issuers_find(&openssl, f.context, &f.found);
    CU_ASSERT(f.found.incomplete);
    teardown(&f);
    SETUP(&f, lower, lower, root);
    openssl.X509_STORE_CTX_get_lookup_certs = its_lookup_certs;
    CU_ASSERT(FOUND(&f, upper, root));
    teardown(&f);
    /* Certificates that are trusted instead of a store. */
    SETUP(&f, lower, lower);
    STACK_OF(X509) *trusted = CHAIN(root, upper);
    X509_STORE_CTX_set0_trusted_stack(f.context, trusted);
    CU_ASSERT(FOUND(&f, upper, root));
    teardown(&f);
    sk_X509_free(trusted);
}

/* Thousands of one name: what is tried is bounded, and then nobody can say what is above. */
static void many_of_one_name(void)
{
    enum { MANY = 2000 };
    EVP_PKEY *pair = new_key();
    X509 *below = issued_by("Below", root, pair, root_key);
    X509 *strangers[MANY + 1] = {NULL};
    for (int i = 0; i < MANY; i++) {
        strangers[i] = issued_by("root.evil", NULL, key, NULL);
        done(ASN1_INTEGER_set(X509_get_serialNumber(strangers[i]), i));
        done(X509_sign(strangers[i], key, EVP_sha256()) > 0);
    }
    fixture f;
    setup(&f, below, strangers);
    rs_store_issuers_find(&openssl, f.context, &f.found);
    CU_ASSERT(f.found.incomplete);
    CU_ASSERT_EQUAL(verified, 2 * RS_STORE_CANDIDATES_MAX);
    teardown(&f);
    /* As many as are looked at: they tell. */
    X509_free(strangers[RS_STORE_CANDIDATES_MAX - 1]);
    strangers[RS_STORE_CANDIDATES_MAX - 1] = NULL;
    setup(&f, below, strangers);
    done(X509_STORE_add_cert(f.store, root));
    CU_ASSERT(FOUND(&f, root));
    teardown(&f);
    for (int i = 0; i < MANY; i++)
        X509_free(strangers[i]);
    X509_free(below);
    EVP_PKEY_free(pair);
}

/* A root that was issued again and again. */
static void many_issuers(void)
{
    X509 *again[RS_STORE_ISSUERS_MAX + 2] = {NULL};
    for (int i = 0; i <= RS_STORE_ISSUERS_MAX; i++) {
        again[i] = issued_by("root.evil", NULL, root_key, NULL);
        done(ASN1_INTEGER_set(X509_get_serialNumber(again[i]), i));
        done(X509_sign(again[i], root_key, EVP_sha256()) > 0);
    }
    fixture f;
    setup(&f, upper, again);
    rs_store_issuers_find(&openssl, f.context, &f.found);
    CU_ASSERT(f.found.incomplete);
    CU_ASSERT_EQUAL(f.found.count, RS_STORE_ISSUERS_MAX);
    teardown(&f);
    for (int i = 0; i <= RS_STORE_ISSUERS_MAX; i++)
        X509_free(again[i]);
}

static void no_chain_has_nothing_above(void)
{
    fixture f;
    SETUP(&f, root, root);
    X509_free(sk_X509_pop(f.chain));
    X509_up_ref(root);
    CU_ASSERT(FOUND(&f, NULL));
    done(sk_X509_push(f.chain, root) > 0);
    teardown(&f);
}

static CU_TestInfo tests[] = {
    {"what issued the top", what_issued_the_top},
    {"a self-signed top costs nothing", a_self_signed_top_costs_nothing},
    {"all that issued count", all_that_issued_count},
    {"circles end", circles_end},
    {"key identifiers do not matter", key_identifiers_do_not_matter},
    {"what cannot be told without the key", what_cannot_be_told_without_the_key},
    {"keys that cannot be tried", keys_that_cannot_be_tried},
    {"a no is said twice", a_no_is_said_twice},
    {"signatures are remembered", signatures_are_remembered},
    {"the context's own functions are asked", the_contexts_own_functions_are_asked},
    {"many of one name", many_of_one_name},
    {"many issuers", many_issuers},
    {"no chain has nothing above", no_chain_has_nothing_above},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_with_authorities("store_issuers", tests);
}
