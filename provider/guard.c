/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/guard.h"

#include "lib/base/likely.h"
#include "lib/chain/verify_callback.h"
#include "provider/clock.h"
#include "provider/peer.h"
#include "provider/policy.h"
#include "provider/telemetry/blame.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

/* More roots in a chain than that, all policies together, are not counted. */
enum { COUNTED_MAX = 2 * RS_APPLIED_MAX };

/* A root that is to be counted once it is known what became of the chain. */
typedef struct counted {
    rs_tally_place place;
    uint8_t policy; /* its place */
    bool enforces, violated;
} counted;

/*
 * One verification, and what all policies together found. It stays on the stack while OpenSSL
 * verifies the chain, so it has to be small.
 */
typedef struct verification {
    const rs_openssl_copy *copy;
    X509_STORE_CTX *context;
    const rs_store_issuers *above; /* the chain, in the trust store; set while a check is made */
    bool denied, uncached;
    uint16_t denied_by, observed_by; /* a bit for the place of each policy with more to tell */
    uint8_t counted_count;
    rs_learnt learnt;             /* of the first list that has something to remember; kept */
    uint8_t error[RS_CHAIN_MAX];  /* for each depth, as in rs_chain_report */
    counted counted[COUNTED_MAX]; /* so many of them are set */
} verification;

static_assert(RS_POLICY_MAX <= 16, "a bit for each policy");

static STACK_OF(X509) * chain_of(const verification *v)
{
    return v->copy->table.X509_STORE_CTX_get0_chain(v->context);
}

static X509_VERIFY_PARAM *expected_by(const verification *v)
{
    return v->copy->X509_STORE_CTX_get0_param(v->context);
}

/* Denies for want of a policy: there is no name to blame, so the leaf stands for the chain. */
__attribute__((cold)) static void deny_without_policy(verification *v, rs_policy *policy,
                                                      const char *why)
{
    v->error[0] = X509_V_ERR_PERMITTED_VIOLATION;
    v->denied = true;
    if (rs_policy_denial_is_due(policy))
        rs_event_no_policy(policy == NULL ? NULL : rs_policy_sink(policy), why);
}

/* Notes which roots are to be counted. Not inlined: where nothing is told it is not needed. */
__attribute__((noinline)) static void
note_roots(verification *v, unsigned place, const rs_image *image, const rs_chain_report *report)
{
    rs_tally *tally = rs_policy_tally(rs_policy_at(place));
    bool counts_enforced = rs_sink_counts_enforced(rs_tally_sink(tally));
    for (unsigned i = 0; i < report->applied_count && v->counted_count < COUNTED_MAX; i++) {
        const rs_applied *applied = &report->applied[i];
        counted *c = &v->counted[v->counted_count];
        c->enforces = applied->mode == RS_MODE_ENFORCE;
        if ((!counts_enforced && c->enforces) ||
            !rs_tally_find_root(tally, image, applied->root, applied->mode, &c->place))
            continue;
        c->policy = (uint8_t)place;
        c->violated = applied->violated;
        v->counted_count++;
    }
}

static void merge_report(verification *v, const rs_chain_report *report)
{
    v->uncached |= report->uncached;
    if (RS_UNLIKELY(report->learnt.count > 0 && v->learnt.count == 0)) {
        v->learnt = report->learnt;
        rs_learnt_keep(&v->copy->table, &v->learnt);
    }
    if (RS_LIKELY(report->denied_count == 0))
        return;
    v->denied = true;
    for (int depth = 0; depth < RS_CHAIN_MAX; depth++)
        if (v->error[depth] == X509_V_OK)
            v->error[depth] = report->error[depth];
}

static rs_chain_check check_of(const verification *v, const rs_policy *policy,
                               rs_generation *generation)
{
    return (rs_chain_check){.openssl = &v->copy->table,
                            .image = &generation->image,
                            .mode = rs_policy_settings(policy)->mode,
                            .now = rs_clock_utc(),
                            .above = v->above,
                            .cache = &generation->cache};
}

/*
 * Checks against a list, and notes what is to be told, while the list is there to be read. Not
 * inlined: each frame stays small, so that the compiler can watch it.
 */
__attribute__((hot, noinline)) static void check_generation(verification *v, unsigned place,
                                                            rs_generation *generation)
{
    rs_policy *policy = rs_policy_at(place);
    rs_chain_report report;
    rs_chain_check check = check_of(v, policy, generation);
    rs_chain_check_run(&check, chain_of(v), expected_by(v), &report);
    merge_report(v, &report);
    if (rs_policy_tally(policy) == NULL)
        return;
    note_roots(v, place, check.image, &report);
    if (report.denied_count > 0)
        v->denied_by |= (uint16_t)(1u << place);
    if (report.observed_count > 0)
        v->observed_by |= (uint16_t)(1u << place);
}

static void check_policy(verification *v, unsigned place)
{
    rs_policy *policy = rs_policy_at(place);
    const rs_settings *settings = rs_policy_settings(policy);
    if (settings->mode == RS_MODE_OFF)
        return;
    if (RS_UNLIKELY(settings->problem != NULL)) {
        if (settings->mode == RS_MODE_ENFORCE)
            deny_without_policy(v, policy, settings->problem);
        return;
    }
    rs_policy_refresh(policy, rs_clock_monotonic());
    rs_generation *generation = rs_live_list_acquire(rs_policy_list(policy));
    if (RS_UNLIKELY(generation == NULL)) {
        if (settings->mode == RS_MODE_ENFORCE && !settings->allow_without_list)
            deny_without_policy(v, policy, "no list could be loaded");
        return;
    }
    check_generation(v, place, generation);
    rs_live_list_release(generation);
}

/* Is the certificate signed by the next, which may sign others? */
static rs_signatures check_signature(const verification *v, int depth)
{
    const rs_openssl_copy *copy = v->copy;
    X509 *issuer = copy->table.OPENSSL_sk_value(chain_of(v), depth + 1);
    EVP_PKEY *key = copy->table.X509_get0_pubkey(issuer);
    if (key == NULL || copy->X509_check_ca(issuer) == 0)
        return RS_SIGNATURES_UNKNOWN;
    int verified = copy->table.X509_verify(copy->table.OPENSSL_sk_value(chain_of(v), depth), key);
    return verified > 0    ? RS_SIGNATURES_VALID
           : verified == 0 ? RS_SIGNATURES_INVALID
                           : RS_SIGNATURES_UNKNOWN;
}

/*
 * Does each certificate carry a valid signature of the next? The last one is there because the
 * application trusts it, whoever signed it. So nothing can be said of a chain of one. Nothing can
 * be said either of a chain that the application does not trust, or in which a certificate signs
 * that must not: OpenSSL reported that before, but the callback may have let it pass.
 *
 * From the top, as OpenSSL does it: there a forged chain breaks, however long it is below.
 */
static rs_signatures check_signatures(const verification *v)
{
    int length = v->copy->table.OPENSSL_sk_num(chain_of(v));
    if (length < 2 || length > RS_CHAIN_MAX ||
        v->copy->X509_STORE_CTX_get_num_untrusted(v->context) >= length)
        return RS_SIGNATURES_UNKNOWN;
    rs_signatures signatures = RS_SIGNATURES_VALID;
    for (int depth = length - 2; depth >= 0 && signatures == RS_SIGNATURES_VALID; depth--)
        signatures = check_signature(v, depth);
    return signatures;
}

/* To be done before any list is held: it may call functions of the application. */
static void look_above(verification *v, rs_store_issuers *above)
{
    rs_store_issuers_find(&v->copy->table, v->context, above);
    v->above = above;
}

static void forget_above(verification *v, rs_store_issuers *above)
{
    v->above = NULL;
    rs_store_issuers_clear(&v->copy->table, above);
}

/* Not inlined, so that what it needs is off the stack again when OpenSSL verifies. */
__attribute__((hot, noinline)) static void check_all(verification *v)
{
    rs_store_issuers above;
    look_above(v, &above);
    if (rs_policy_overflowed())
        deny_without_policy(v, NULL, "more policies than can be kept");
    for (unsigned place = 0; rs_policy_at(place) != NULL; place++)
        check_policy(v, place);
    forget_above(v, &above);
}

/* The violations of a policy's list, which are found once more for that. */
static void tell_violations(const verification *v, rs_policy *policy, const rs_blame *blame)
{
    rs_generation *generation = rs_live_list_acquire(rs_policy_list(policy));
    rs_chain_check check = check_of(v, policy, generation);
    rs_blame_tell(blame, rs_policy_tally(policy), &check, chain_of(v), expected_by(v));
    rs_live_list_release(generation);
}

static void tell_all(verification *v, rs_telemetry_verdict verdict, rs_signatures signatures)
{
    rs_store_issuers above;
    unsigned left = verdict == RS_TELEMETRY_WOULD_DENY ? v->observed_by : v->denied_by;
    if (left == 0)
        return;
    look_above(v, &above);
    rs_blame blame = {
        .verdict = verdict, .signatures = signatures, .peer = rs_peer_of(v->copy, v->context)};
    for (unsigned place = 0; left != 0; place++, left >>= 1)
        if (left & 1)
            tell_violations(v, rs_policy_at(place), &blame);
    forget_above(v, &above);
}

static void count_root(const counted *c, rs_tally_result result)
{
    rs_tally_count(rs_policy_tally(rs_policy_at(c->policy)), c->place, result);
}

/* It is no check of a peer, so it is not counted, and no evidence against a root. */
static void tell_of_own_certificate(const verification *v)
{
    unsigned left = v->denied_by;
    for (unsigned place = 0; left != 0; place++, left >>= 1) {
        rs_policy *policy = rs_policy_at(place);
        if ((left & 1) && rs_policy_denial_is_due(policy))
            rs_event_own_certificate(rs_policy_sink(policy), rs_policy_settings(policy)->list);
    }
}

/*
 * Counts a chain that was denied. OpenSSL has not looked at its signatures, or the callback may
 * have let them pass, so we do: a forged chain says nothing about the root that it names. Roots in
 * test mode are left out: nobody knows whether OpenSSL would have accepted the chain.
 */
static void conclude_denied(verification *v, rs_telemetry_verdict verdict)
{
    if (!rs_peer_is_meant(v->copy, v->context)) {
        tell_of_own_certificate(v);
        return;
    }
    rs_signatures signatures = check_signatures(v);
    bool verified = signatures == RS_SIGNATURES_VALID;
    for (unsigned i = 0; i < v->counted_count; i++) {
        const counted *c = &v->counted[i];
        if (c->enforces && (verified || c->violated))
            count_root(c, !verified     ? RS_TALLY_UNVERIFIED
                          : c->violated ? RS_TALLY_VIOLATED
                                        : RS_TALLY_PERMITTED);
    }
    tell_all(v, verdict, signatures);
}

static bool has_more_to_tell(const verification *v)
{
    return v->counted_count > 0 || (v->denied_by | v->observed_by) != 0;
}

static void remember_chain(verification *v)
{
    rs_store_issuers above;
    rs_policy *policy;
    look_above(v, &above);
    for (unsigned place = 0; (policy = rs_policy_at(place)) != NULL; place++) {
        rs_generation *generation = rs_live_list_acquire(rs_policy_list(policy));
        if (generation == NULL)
            continue;
        rs_chain_check check = check_of(v, policy, generation);
        rs_chain_remember(&check, chain_of(v), &v->learnt);
        rs_live_list_release(generation);
    }
    forget_above(v, &above);
}

/* After a chain was accepted as it is: what can only be done, or said, of one that holds. */
static void conclude_accepted(verification *v)
{
    /* One that we denied was counted already, even if the callback has set the error back. */
    if (!v->denied && has_more_to_tell(v) && rs_peer_is_meant(v->copy, v->context)) {
        for (unsigned i = 0; i < v->counted_count; i++)
            count_root(&v->counted[i],
                       v->counted[i].violated ? RS_TALLY_VIOLATED : RS_TALLY_PERMITTED);
        tell_all(v, RS_TELEMETRY_WOULD_DENY, RS_SIGNATURES_VALID);
    }
    if (v->uncached)
        remember_chain(v);
}

/* What we call in OpenSSL, and the system, leaves no trace in its errors and in errno. */
static int enter(const verification *v)
{
    int saved_errno = errno;
    v->copy->table.ERR_set_mark();
    return saved_errno;
}

static void leave(const verification *v, int saved_errno)
{
    v->copy->table.ERR_pop_to_mark();
    errno = saved_errno;
}

/* Asks the application's callback; true if it overrides the denial. */
static bool deny(verification *v)
{
    bool overridden = rs_verify_callback_overrides(&v->copy->table, v->context, v->error);
    if (has_more_to_tell(v)) {
        int saved_errno = enter(v);
        conclude_denied(v, overridden ? RS_TELEMETRY_OVERRIDDEN : RS_TELEMETRY_DENIED);
        leave(v, saved_errno);
    }
    return overridden;
}

/* Which may free a certificate that nobody else has any more. */
static void forget_learnt(verification *v)
{
    if (RS_LIKELY(v->learnt.count == 0))
        return;
    int saved_errno = enter(v);
    rs_learnt_release(&v->copy->table, &v->learnt);
    leave(v, saved_errno);
}

__attribute__((hot)) static int check_then_verify(const rs_openssl_copy *copy,
                                                  rs_verify_fn original, X509_STORE_CTX *context)
{
    verification v;
    memset(&v, 0, offsetof(verification, counted));
    v.copy = copy;
    v.context = context;
    int saved_errno = errno;
    check_all(&v); /* which sets its own marks, where something can fail */
    errno = saved_errno;
    int result = RS_UNLIKELY(v.denied) && !deny(&v) ? 0 : original(context);
    if (result > 0 && (v.uncached || has_more_to_tell(&v)) &&
        copy->X509_STORE_CTX_get_error(context) == X509_V_OK) {
        saved_errno = enter(&v);
        conclude_accepted(&v);
        leave(&v, saved_errno);
    }
    forget_learnt(&v);
    return result;
}

int rs_guard_verify(const rs_openssl_copy *copy, rs_verify_fn original, X509_STORE_CTX *context)
{
    /* No chain: a raw public key. A parent: the path of a CRL's issuer, which names no peer. */
    if (copy->table.X509_STORE_CTX_get0_chain(context) == NULL ||
        copy->X509_STORE_CTX_get0_parent_ctx(context) != NULL)
        return original(context);
    return check_then_verify(copy, original, context);
}

int rs_guard_deny(const rs_openssl_copy *copy, X509_STORE_CTX *context)
{
    uint8_t error[RS_CHAIN_MAX] = {X509_V_ERR_PERMITTED_VIOLATION};
    if (copy->table.X509_STORE_CTX_get0_chain(context) != NULL)
        rs_verify_callback_overrides(&copy->table, context, error);
    return 0;
}
