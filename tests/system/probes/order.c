/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a verify callback is told, and in which order.
 */
#include "tests/system/probes/issue.h"

#include <string.h>

#define REFUSED   X509_V_ERR_PERMITTED_VIOLATION
#define CALLS_MAX 32

/* Every call of the verify callback, in order. */
static struct {
    int count;
    struct {
        int ok, error, depth;
        const X509 *current;
    } calls[CALLS_MAX];
} seen;

static void record(int ok, X509_STORE_CTX *ctx)
{
    if (seen.count == CALLS_MAX)
        give_up("more callbacks than are recorded");
    seen.calls[seen.count].ok = ok;
    seen.calls[seen.count].error = X509_STORE_CTX_get_error(ctx);
    seen.calls[seen.count].depth = X509_STORE_CTX_get_error_depth(ctx);
    seen.calls[seen.count].current = X509_STORE_CTX_get_current_cert(ctx);
    seen.count++;
}

static int obey(int ok, X509_STORE_CTX *ctx)
{
    record(ok, ctx);
    return ok;
}

static int override(int ok, X509_STORE_CTX *ctx)
{
    record(ok, ctx);
    return 1;
}

static int override_and_reset(int ok, X509_STORE_CTX *ctx)
{
    record(ok, ctx);
    X509_STORE_CTX_set_error(ctx, X509_V_OK);
    return 1;
}

/* A chain of three: an intermediate CA that violates too, unless `clean`, and the leaf. */
typedef struct chain {
    EVP_PKEY *key;
    X509 *intermediate, *leaf;
    STACK_OF(X509) * untrusted;
} chain;

static chain chain_new(const probe *p, bool clean, const request *leaf)
{
    chain made = {.key = must(EVP_EC_gen("P-256"), "a key")};
    made.intermediate = issue(p, &(request){.cn = "Intermediate",
                                            .ca = true,
                                            .key = made.key,
                                            .key_usage = "critical,keyCertSign,cRLSign",
                                            .san = clean ? NULL : "DNS:ca.evil.example"});
    request wanted = *leaf;
    wanted.key = p->leaf_key;
    wanted.issuer = made.intermediate;
    wanted.issuer_key = made.key;
    made.leaf = issue(p, &wanted);
    made.untrusted = must(sk_X509_new_null(), "a stack");
    if (sk_X509_push(made.untrusted, made.intermediate) == 0)
        give_up("a stack");
    return made;
}

static void chain_free(chain *made)
{
    X509_free(made->intermediate);
    X509_free(made->leaf);
    EVP_PKEY_free(made->key);
    sk_X509_free(made->untrusted);
}

static outcome verify_recording(const probe *p, const chain *made,
                                X509_STORE_CTX_verify_cb callback)
{
    X509_STORE *store = probe_store(p);
    X509_STORE_CTX *ctx = must(X509_STORE_CTX_new(), "a store context");
    if (X509_STORE_CTX_init(ctx, store, made->leaf, made->untrusted) != 1)
        give_up("a store context");
    X509_STORE_CTX_set_verify_cb(ctx, callback);
    memset(&seen, 0, sizeof seen);
    outcome result = verify_ready(ctx);
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    return result;
}

static void expect_call(int index, int ok, int error, int depth, const X509 *current)
{
    bool holds = index < seen.count && seen.calls[index].ok == ok &&
                 seen.calls[index].error == error && seen.calls[index].depth == depth &&
                 seen.calls[index].current == current;
    if (index < seen.count)
        expect(holds, "call %d: ok %d, error %d, depth %d", index, seen.calls[index].ok,
               seen.calls[index].error, seen.calls[index].depth);
    else
        expect(holds, "call %d: there were only %d", index, seen.count);
}

/* ok=1 calls of a chain of three, from its top down, starting at a call. The error stays what a
 * callback that overrode it left. */
static void expect_good_calls(int first, int error, int count)
{
    for (int i = 0; i < count; i++) {
        bool holds = first + i < seen.count && seen.calls[first + i].ok == 1 &&
                     seen.calls[first + i].depth == count - 1 - i &&
                     seen.calls[first + i].error == error;
        expect(holds, "call %d: ok 1 at depth %d with error %d", first + i, count - 1 - i, error);
    }
    expect(seen.count == first + count, "no more calls: %d", seen.count);
}

static const request bad_leaf = {.cn = "www.evil.example", .san = "DNS:www.evil.example"};
static const request good_leaf = {.cn = "www.corp.example", .san = "DNS:www.corp.example"};

/* One call per violating certificate, lowest depth first, and only then ok=1 for anything. */
static void order_when_overridden(probe *p)
{
    chain made = chain_new(p, false, &bad_leaf);
    outcome result = verify_recording(p, &made, override);
    int first = 0, error = X509_V_OK;
    if (p->guarded) {
        expect_call(0, 0, REFUSED, 0, made.leaf);
        expect_call(1, 0, REFUSED, 1, made.intermediate);
        first = 2;
        error = REFUSED;
    }
    expect_good_calls(first, error, 3);
    expect(result.result == 1 && result.error == error, "overridden: result %d, error %d",
           result.result, result.error);
    chain_free(&made);
}

/* A callback that authorises at ok=1, depth 0, must not be asked before the denial. */
static void order_when_obeyed(probe *p)
{
    chain made = chain_new(p, false, &bad_leaf);
    outcome result = verify_recording(p, &made, obey);
    if (p->guarded) {
        expect_call(0, 0, REFUSED, 0, made.leaf);
        expect(seen.count == 1, "no more calls: %d", seen.count);
        expect(result.result == 0 && result.error == REFUSED, "obeyed: result %d, error %d",
               result.result, result.error);
    } else {
        expect_good_calls(0, X509_V_OK, 3);
    }
    chain_free(&made);
}

/* Only the intermediate violates: the leaf below it gets no call of its own. */
static void order_when_intermediate_violates(probe *p)
{
    chain made = chain_new(p, false, &good_leaf);
    verify_recording(p, &made, override);
    if (p->guarded)
        expect_call(0, 0, REFUSED, 1, made.intermediate);
    expect_good_calls(p->guarded ? 1 : 0, p->guarded ? REFUSED : X509_V_OK, 3);
    chain_free(&made);
}

static void order_when_reset(probe *p)
{
    chain made = chain_new(p, false, &bad_leaf);
    outcome result = verify_recording(p, &made, override_and_reset);
    if (p->guarded) {
        expect_call(0, 0, REFUSED, 0, made.leaf);
        expect_call(1, 0, REFUSED, 1, made.intermediate);
    }
    expect_good_calls(p->guarded ? 2 : 0, X509_V_OK, 3);
    expect(result.result == 1 && result.error == X509_V_OK, "reset: result %d, error %d",
           result.result, result.error);
    chain_free(&made);
}

/* Ours comes before what the saved function finds, and does not hide it. */
static void order_when_expired_too(probe *p)
{
    request expired = bad_leaf;
    expired.expired = true;
    chain made = chain_new(p, true, &expired);
    verify_recording(p, &made, override);
    int at = 0;
    if (p->guarded)
        expect_call(at++, 0, REFUSED, 0, made.leaf);
    int last = seen.count - 1;
    bool found = false;
    for (int i = at; i <= last; i++)
        found = found || (seen.calls[i].ok == 0 && seen.calls[i].depth == 0 &&
                          seen.calls[i].error == X509_V_ERR_CERT_HAS_EXPIRED);
    expect(found, "then the expiry is reported, among %d calls", seen.count);
    chain_free(&made);
}

static void expect_error(const probe *p, const char *san, int error)
{
    request wanted = {.cn = "Some Body", .san = san};
    chain made = chain_new(p, true, &wanted);
    outcome result = verify_recording(p, &made, obey);
    int expected = p->guarded ? error : X509_V_OK;
    expect(result.error == expected && result.result == (expected == X509_V_OK),
           "%s: result %d, error %d", san, result.result, result.error);
    chain_free(&made);
}

/* 47, 48 or 53, whichever says what is wrong. The list permits corp.example, localhost and
 * 10.0.0.0/8 and excludes hr.corp.example. */
static void error_numbers(probe *p)
{
    expect_error(p, "DNS:a.corp.example", X509_V_OK);
    expect_error(p, "DNS:a.corp.example, IP:10.1.2.3", X509_V_OK);
    expect_error(p, "DNS:a.evil.example", X509_V_ERR_PERMITTED_VIOLATION);
    expect_error(p, "IP:192.0.2.1", X509_V_ERR_PERMITTED_VIOLATION);
    expect_error(p, "DNS:hr.corp.example", X509_V_ERR_EXCLUDED_VIOLATION);
    expect_error(p, "DNS:*.hr.corp.example", X509_V_ERR_EXCLUDED_VIOLATION);
    expect_error(p, "DNS:a..corp.example", X509_V_ERR_UNSUPPORTED_NAME_SYNTAX);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "order_when_overridden", .run = order_when_overridden},
        {.name = "order_when_obeyed", .run = order_when_obeyed},
        {.name = "order_when_intermediate_violates", .run = order_when_intermediate_violates},
        {.name = "order_when_reset", .run = order_when_reset},
        {.name = "order_when_expired_too", .run = order_when_expired_too},
        {.name = "error_numbers", .run = error_numbers},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
