/* SPDX-License-Identifier: Apache-2.0 */
#include "command/chain/build.h"

#include "command/base/message.h"
#include "lib/chain/openssl_linked.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <time.h>

static void note(rs_built_chain *built, int depth, int error)
{
    switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        built->complete = built->trusted = false;
        return;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        built->trusted = false;
        return;
    default:
        break;
    }
    for (int i = 0; i < built->objection_count; i++)
        if (built->objections[i].depth == depth && built->objections[i].error == error)
            return;
    if (built->objection_count < RS_OBJECTIONS_MAX)
        built->objections[built->objection_count++] =
            (rs_objection){.depth = depth, .error = error};
}

/* Overrides every error, so that the chain becomes as long as possible. */
static int note_error(int ok, X509_STORE_CTX *ctx)
{
    if (!ok)
        note(X509_STORE_CTX_get_app_data(ctx), X509_STORE_CTX_get_error_depth(ctx),
             X509_STORE_CTX_get_error(ctx));
    return 1;
}

static X509_STORE *open_trust_store(const rs_chain_sources *sources)
{
    X509_STORE *store = rs_message_need(X509_STORE_new());
    bool good;
    if (sources->ca_file == NULL && sources->ca_path == NULL)
        good = X509_STORE_set_default_paths(store) == 1;
    else
        good = X509_STORE_load_locations(store, sources->ca_file, sources->ca_path) == 1;
    if (!good) {
        rs_message_error("%s: cannot read trusted certificates",
                         sources->ca_file != NULL   ? sources->ca_file
                         : sources->ca_path != NULL ? sources->ca_path
                                                    : "the system's trust store");
        X509_STORE_free(store);
        store = NULL;
    }
    ERR_clear_error();
    return store;
}

/* An address is compared with addresses, anything else with names. */
static bool expect_host(X509_VERIFY_PARAM *expected, const char *host)
{
    if (host == NULL || X509_VERIFY_PARAM_set1_ip_asc(expected, host) == 1)
        return true;
    ERR_clear_error();
    if (X509_VERIFY_PARAM_set1_host(expected, host, 0) == 1)
        return true;
    rs_message_error("%s: not a host name or an address", host);
    return false;
}

bool rs_chain_build(const rs_chain_sources *sources, rs_built_chain *built)
{
    *built = (rs_built_chain){.complete = true, .trusted = true};
    built->store = open_trust_store(sources);
    if (built->store == NULL)
        return false;
    built->ctx = rs_message_need(X509_STORE_CTX_new());
    X509 *leaf = sk_X509_value(sources->certificates, 0);
    bool good = X509_STORE_CTX_init(built->ctx, built->store, leaf, sources->certificates) == 1;
    if (good) {
        built->expected = X509_STORE_CTX_get0_param(built->ctx);
        X509_STORE_CTX_set_flags(built->ctx, X509_V_FLAG_NO_CHECK_TIME);
        X509_STORE_CTX_set_app_data(built->ctx, built);
        X509_STORE_CTX_set_verify_cb(built->ctx, note_error);
        good = expect_host(built->expected, sources->host);
    }
    if (good) {
        (void)X509_verify_cert(built->ctx);
        built->chain = X509_STORE_CTX_get1_chain(built->ctx);
        good = built->chain != NULL && sk_X509_num(built->chain) > 0;
        if (good)
            rs_store_issuers_find(rs_openssl_linked(), built->ctx, &built->above);
        else
            rs_message_error("OpenSSL cannot build a chain: %s",
                             X509_verify_cert_error_string(X509_STORE_CTX_get_error(built->ctx)));
    }
    ERR_clear_error();
    return good;
}

void rs_chain_build_clear(rs_built_chain *built)
{
    rs_store_issuers_clear(rs_openssl_linked(), &built->above);
    sk_X509_pop_free(built->chain, X509_free);
    X509_STORE_CTX_free(built->ctx);
    X509_STORE_free(built->store);
    *built = (rs_built_chain){0};
}

const char *rs_chain_build_validity(const X509 *certificate)
{
    /* -1 and 1 are answers; -2 means that the date cannot be read. */
    time_t now = time(NULL);
    int end = ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), now);
    int start = ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate), now);
    if (end == -2 || start == -2)
        return "has dates that cannot be read";
    if (end < 0)
        return "has expired";
    return start > 0 ? "is not yet valid" : NULL;
}
