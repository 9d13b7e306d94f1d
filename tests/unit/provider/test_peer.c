/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/peer.h"

#include "tests/unit/certificates.h"
#include "tests/unit/guarded.h"
#include "tests/unit/suite.h"

#include <openssl/x509v3.h>

static made_chain chain;
static X509_STORE *store;

/* What libssl makes for a certificate of its own; with `untrusted` if that is not NULL. */
static X509_STORE_CTX *bare_context(STACK_OF(X509) * untrusted)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    CU_ASSERT_FATAL(context != NULL);
    CU_ASSERT_FATAL(X509_STORE_CTX_init(context, store, chain.leaf.certificate, untrusted) == 1);
    return context;
}

static bool is_meant(X509_STORE_CTX *context)
{
    bool meant = rs_peer_is_meant(&copy, context);
    X509_STORE_CTX_free(context);
    return meant;
}

static void nothing_tells_of_a_peer(void)
{
    CU_ASSERT_FALSE(is_meant(bare_context(NULL)));
    STACK_OF(X509) *none = sk_X509_new_null();
    CU_ASSERT_FALSE(is_meant(bare_context(none)));
    sk_X509_free(none);
}

static void certificates_that_were_sent(void)
{
    STACK_OF(X509) *sent = sk_X509_new_null();
    CU_ASSERT_FATAL(sk_X509_push(sent, chain.leaf.certificate) == 1);
    CU_ASSERT(is_meant(bare_context(sent)));
    sk_X509_free(sent);
}

static void pointer_of_the_program(void)
{
    static int anything;
    int index = X509_STORE_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    X509_STORE_CTX *context = bare_context(NULL);
    CU_ASSERT(X509_STORE_CTX_set_ex_data(context, index, &anything) == 1);
    CU_ASSERT(is_meant(context));
}

static void expected_names(void)
{
    X509_STORE_CTX *context = bare_context(NULL);
    X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(context), "a.example", 0);
    CU_ASSERT(is_meant(context));
    context = bare_context(NULL);
    X509_VERIFY_PARAM_set1_email(X509_STORE_CTX_get0_param(context), "a@a.example", 0);
    CU_ASSERT(is_meant(context));
    context = bare_context(NULL);
    X509_VERIFY_PARAM_set1_ip_asc(X509_STORE_CTX_get0_param(context), "192.0.2.1");
    CU_ASSERT(is_meant(context));
}

/* The test stands in where OpenSSL does not tell. */
static int some_purpose(const X509_VERIFY_PARAM *param)
{
    (void)param;
    return X509_PURPOSE_SSL_CLIENT;
}

static void purpose(void)
{
    X509_STORE_CTX *context = bare_context(NULL);
    copy.X509_VERIFY_PARAM_get_purpose = some_purpose;
    CU_ASSERT(rs_peer_of(&copy, context) == RS_PEER_CLIENT);
    CU_ASSERT(is_meant(context));
    copy.X509_VERIFY_PARAM_get_purpose = NULL;
    CU_ASSERT_FALSE(is_meant(bare_context(NULL)));
}

static void callback_of_the_program(void)
{
    X509_STORE_CTX *context = bare_context(NULL);
    X509_STORE_CTX_set_verify_cb(context, callback);
    CU_ASSERT(is_meant(context));
    X509_STORE_set_verify_cb(store, callback);
    CU_ASSERT(is_meant(bare_context(NULL)));
}

static void before(void)
{
    start();
    chain = made_chain_new("DNS:www.corp.example");
    store = X509_STORE_new();
    CU_ASSERT_PTR_NOT_NULL_FATAL(store);
}

static void after(void)
{
    X509_STORE_free(store);
    made_chain_free(&chain);
}

static CU_TestInfo tests[] = {
    {"before", before},
    {"nothing tells of a peer", nothing_tells_of_a_peer},
    {"certificates that were sent", certificates_that_were_sent},
    {"pointer of the program", pointer_of_the_program},
    {"expected names", expected_names},
    {"purpose", purpose},
    {"callback of the program", callback_of_the_program},
    {"after", after},
    CU_TEST_INFO_NULL,
};

RS_SUITE("peer", tests)
