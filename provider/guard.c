/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/guard.h"

#include "lib/chain/verify_callback.h"
#include "provider/clock.h"
#include "provider/policy.h"
#include "provider/telemetry/blame.h"

#include <errno.h>
#include <openssl/x509v3.h>

/* More roots in a chain than that, all policies together, are not counted. */
enum { COUNTED_MAX = 2 * RS_APPLIED_MAX };

/* A root that is to be counted once it is known what became of the chain. */
typedef struct counted {
    rs_tally *tally;
    rs_tally_place place;
    rs_mode mode;
    bool violated;
} counted;

/* What all policies together found of a chain. */
typedef struct findings {
    uint8_t error[RS_CHAIN_MAX]; /* for each depth, as in rs_chain_report */
    bool denied;
    bool uncached;
    unsigned counted_count;
    counted counted[COUNTED_MAX]; /* so many of them are set */
    rs_blame blame;
} findings;

/* Denies for want of a policy: there is no name to blame, so the leaf stands for the chain. */
static void deny_without_policy(findings *f, rs_policy *policy, const char *why)
{
    f->error[0] = X509_V_ERR_PERMITTED_VIOLATION;
    f->denied = true;
    if (rs_policy_denial_is_due(policy))
        rs_event_no_policy(policy == NULL ? NULL : rs_policy_sink(policy), why);
}

/* Whose certificate it is: a client looks for a host, or the application's purpose says it. */
static rs_peer peer_of(const rs_openssl_copy *copy, const X509_STORE_CTX *context)
{
    X509_VERIFY_PARAM *param = copy->X509_STORE_CTX_get0_param(context);
    if (param == NULL)
        return RS_PEER_UNKNOWN;
    /* From OpenSSL 4 on it gives something else (lib/chain.c). */
    if (copy->table.OPENSSL_version_major() < 4 &&
        copy->table.X509_VERIFY_PARAM_get0_host(param, 0) != NULL)
        return RS_PEER_SERVER;
    int purpose = copy->X509_VERIFY_PARAM_get_purpose == NULL
                      ? 0
                      : copy->X509_VERIFY_PARAM_get_purpose(param);
    return purpose == X509_PURPOSE_SSL_CLIENT   ? RS_PEER_CLIENT
           : purpose == X509_PURPOSE_SSL_SERVER ? RS_PEER_SERVER
                                                : RS_PEER_UNKNOWN;
}

/* Notes which roots are to be counted. */
static void note_roots(findings *f, rs_tally *tally, const rs_image *image,
                       const rs_chain_report *report)
{
    bool counts_enforced = rs_sink_counts_enforced(rs_tally_sink(tally));
    for (unsigned i = 0; i < report->applied_count && f->counted_count < COUNTED_MAX; i++) {
        const rs_applied *applied = &report->applied[i];
        counted *c = &f->counted[f->counted_count];
        if ((!counts_enforced && applied->mode == RS_MODE_ENFORCE) ||
            !rs_tally_find_root(tally, image, applied->root, applied->mode, &c->place))
            continue;
        c->tally = tally;
        c->mode = applied->mode;
        c->violated = applied->violated;
        f->counted_count++;
    }
}

static void merge_report(findings *f, const rs_chain_report *report)
{
    f->uncached |= report->uncached;
    if (report->denied_count == 0)
        return;
    f->denied = true;
    for (int depth = 0; depth < RS_CHAIN_MAX; depth++)
        if (f->error[depth] == X509_V_OK)
            f->error[depth] = report->error[depth];
}

static rs_chain_check check_of(const rs_openssl_copy *copy, const rs_policy *policy,
                               rs_generation *generation, const rs_store_issuers *above)
{
    return (rs_chain_check){.openssl = &copy->table,
                            .image = &generation->image,
                            .mode = rs_policy_settings(policy)->mode,
                            .now = rs_clock_utc(),
                            .above = above,
                            .cache = &generation->cache};
}

/* Checks against a list, and notes what is to be told, while the list is there to be read. */
static void check_generation(const rs_openssl_copy *copy, rs_policy *policy,
                             rs_generation *generation, const X509_STORE_CTX *context,
                             const rs_store_issuers *above, findings *f)
{
    STACK_OF(X509) *chain = copy->table.X509_STORE_CTX_get0_chain(context);
    X509_VERIFY_PARAM *expected = copy->X509_STORE_CTX_get0_param(context);
    rs_tally *tally = rs_policy_tally(policy);
    rs_chain_report report;
    rs_chain_check check = check_of(copy, policy, generation, above);
    rs_chain_check_run(&check, chain, expected, &report);
    merge_report(f, &report);
    if (tally == NULL)
        return;
    note_roots(f, tally, check.image, &report);
    if (report.denied_count + report.observed_count > 0)
        rs_blame_collect(&f->blame, tally, &check, chain, expected, &report,
                         peer_of(copy, context));
}

static void check_policy(const rs_openssl_copy *copy, rs_policy *policy,
                         const X509_STORE_CTX *context, const rs_store_issuers *above, findings *f)
{
    const rs_settings *settings = rs_policy_settings(policy);
    if (settings->mode == RS_MODE_OFF)
        return;
    if (settings->problem != NULL) {
        if (settings->mode == RS_MODE_ENFORCE)
            deny_without_policy(f, policy, settings->problem);
        return;
    }
    rs_policy_refresh(policy, rs_clock_monotonic());
    rs_generation *generation = rs_policy_acquire(policy);
    if (generation == NULL) {
        if (settings->mode == RS_MODE_ENFORCE && !settings->allow_without_list)
            deny_without_policy(f, policy, "no list could be loaded");
        return;
    }
    check_generation(copy, policy, generation, context, above, f);
    rs_policy_release(generation);
}

/* Is the certificate signed by the next, which may sign others? */
static rs_signatures check_signature(const rs_openssl_copy *copy, const STACK_OF(X509) * chain,
                                     int depth)
{
    X509 *issuer = copy->table.OPENSSL_sk_value(chain, depth + 1);
    EVP_PKEY *key = copy->table.X509_get0_pubkey(issuer);
    if (key == NULL || copy->X509_check_ca(issuer) == 0)
        return RS_SIGNATURES_UNKNOWN;
    int verified = copy->table.X509_verify(copy->table.OPENSSL_sk_value(chain, depth), key);
    return verified > 0    ? RS_SIGNATURES_VALID
           : verified == 0 ? RS_SIGNATURES_INVALID
                           : RS_SIGNATURES_UNKNOWN;
}

/*
 * Does each certificate carry a valid signature of the next? The last is there because the
 * application trusts it, whoever signed it; so of a chain of one nothing can be said. Nor of one
 * that the application does not trust, or in which somebody signs who must not: OpenSSL said so
 * before, but the callback may have let it pass.
 *
 * From the top, as OpenSSL does it: there a forged chain breaks, however long it is below.
 */
static rs_signatures check_signatures(const rs_openssl_copy *copy, const X509_STORE_CTX *context)
{
    const STACK_OF(X509) *chain = copy->table.X509_STORE_CTX_get0_chain(context);
    int length = copy->table.OPENSSL_sk_num(chain);
    if (length < 2 || length > RS_CHAIN_MAX ||
        copy->X509_STORE_CTX_get_num_untrusted(context) >= length)
        return RS_SIGNATURES_UNKNOWN;
    rs_signatures signatures = RS_SIGNATURES_VALID;
    for (int depth = length - 2; depth >= 0 && signatures == RS_SIGNATURES_VALID; depth--)
        signatures = check_signature(copy, chain, depth);
    return signatures;
}

static void check_all(const rs_openssl_copy *copy, X509_STORE_CTX *context, findings *f)
{
    /* Looked up before any list is held: it may call functions of the application. */
    rs_store_issuers above;
    rs_store_issuers_find(&copy->table, context, &above);
    f->denied = f->uncached = false;
    f->counted_count = f->blame.count = 0;
    memset(f->error, X509_V_OK, sizeof f->error);
    if (rs_policy_overflowed())
        deny_without_policy(f, NULL, "more policies than can be kept");
    rs_policy *policy;
    for (unsigned place = 0; (policy = rs_policy_at(place)) != NULL; place++)
        check_policy(copy, policy, context, &above, f);
    rs_store_issuers_clear(&copy->table, &above);
}

/*
 * Counts a chain that was denied. OpenSSL has not looked at its signatures, or the callback may
 * have let them pass, so we do: a forged chain says nothing about the root that it names. Roots in
 * test mode are left out: nobody knows whether OpenSSL would have accepted the chain.
 */
static void conclude_denied(const rs_openssl_copy *copy, const X509_STORE_CTX *context, findings *f,
                            rs_telemetry_verdict outcome)
{
    rs_signatures signatures = check_signatures(copy, context);
    bool verified = signatures == RS_SIGNATURES_VALID;
    for (unsigned i = 0; i < f->counted_count; i++) {
        const counted *c = &f->counted[i];
        if (c->mode != RS_MODE_ENFORCE || (!verified && !c->violated))
            continue;
        rs_tally_count(c->tally, c->place,
                       !verified     ? RS_TALLY_UNVERIFIED
                       : c->violated ? RS_TALLY_VIOLATED
                                     : RS_TALLY_PERMITTED);
    }
    rs_blame_tell(&f->blame, outcome, signatures);
}

static void remember_chain(const rs_openssl_copy *copy, X509_STORE_CTX *context)
{
    rs_store_issuers above;
    rs_store_issuers_find(&copy->table, context, &above);
    rs_policy *policy;
    for (unsigned place = 0; (policy = rs_policy_at(place)) != NULL; place++) {
        rs_generation *generation = rs_policy_acquire(policy);
        if (generation == NULL)
            continue;
        rs_chain_check check = check_of(copy, policy, generation, &above);
        rs_chain_remember(&check, copy->table.X509_STORE_CTX_get0_chain(context));
        rs_policy_release(generation);
    }
    rs_store_issuers_clear(&copy->table, &above);
}

/* After a chain was accepted as it is: what can only be done, or said, of one that holds. */
static void conclude_accepted(const rs_openssl_copy *copy, X509_STORE_CTX *context, findings *f)
{
    int saved_errno = errno;
    /* One that we denied was counted already, even if the callback has set the error back. */
    for (unsigned i = 0; i < f->counted_count && !f->denied; i++)
        rs_tally_count(f->counted[i].tally, f->counted[i].place,
                       f->counted[i].violated ? RS_TALLY_VIOLATED : RS_TALLY_PERMITTED);
    if (!f->denied)
        rs_blame_tell(&f->blame, RS_TELEMETRY_WOULD_DENY, RS_SIGNATURES_VALID);
    if (f->uncached) {
        copy->ERR_set_mark();
        remember_chain(copy, context);
        copy->ERR_pop_to_mark();
    }
    errno = saved_errno;
}

/* Asks the application's callback; true if it overrides the denial. */
static bool deny(const rs_openssl_copy *copy, X509_STORE_CTX *context, findings *f)
{
    bool overridden = rs_verify_callback_overrides(&copy->table, context, f->error);
    if (f->counted_count + f->blame.count > 0) {
        int saved_errno = errno;
        copy->ERR_set_mark();
        conclude_denied(copy, context, f, overridden ? RS_TELEMETRY_OVERRIDDEN : RS_TELEMETRY_DENIED);
        copy->ERR_pop_to_mark();
        errno = saved_errno;
    }
    return overridden;
}

int rs_guard_verify(const rs_openssl_copy *copy, rs_verify_fn original, X509_STORE_CTX *context)
{
    findings f;
    /* No chain: a raw public key. A parent: the path of a CRL's issuer, which names no peer. */
    if (copy->table.X509_STORE_CTX_get0_chain(context) == NULL ||
        copy->X509_STORE_CTX_get0_parent_ctx(context) != NULL)
        return original(context);

    int saved_errno = errno;
    copy->ERR_set_mark();
    check_all(copy, context, &f);
    copy->ERR_pop_to_mark();
    errno = saved_errno;
    if (f.denied && !deny(copy, context, &f))
        return 0;

    int result = original(context);
    if (result > 0 && (f.uncached || f.counted_count + f.blame.count > 0) &&
        copy->X509_STORE_CTX_get_error(context) == X509_V_OK)
        conclude_accepted(copy, context, &f);
    return result;
}

int rs_guard_deny(const rs_openssl_copy *copy, X509_STORE_CTX *context)
{
    uint8_t error[RS_CHAIN_MAX] = {X509_V_ERR_PERMITTED_VIOLATION};
    if (copy->table.X509_STORE_CTX_get0_chain(context) != NULL)
        rs_verify_callback_overrides(&copy->table, context, error);
    return 0;
}
