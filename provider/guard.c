/* SPDX-License-Identifier: Apache-2.0 */
#include "guard.h"

#include "clock.h"
#include "event.h"
#include "policy.h"
#include "syslog.h"
#include "verify_callback.h"

#include <errno.h>

/* What all policies together found of a chain. */
typedef struct findings {
    uint8_t error[RS_CHAIN_MAX]; /* for each depth, as in rs_chain_report */
    bool denied;
    bool uncached;
    bool tell_denied;   /* `event` is that of a denial */
    bool tell_observed; /* `event` is to be sent if the chain is accepted */
    rs_event event;
} findings;

/* Denies for want of a policy: there is no name to blame, so the leaf stands for the chain. */
static void deny_without_policy(findings *f, const rs_settings *settings, const char *why)
{
    f->error[0] = X509_V_ERR_PERMITTED_VIOLATION;
    f->denied = true;
    if (f->tell_denied || (settings != NULL && settings->telemetry == RS_TELEMETRY_OFF) ||
        !rs_syslog_admits())
        return;
    rs_event_of_missing_policy(&f->event, why);
    f->tell_denied = true;
}

/* Writes the event now, while the image is there to be read. */
static void note_event(findings *f, const rs_settings *settings, const rs_image *image,
                       const rs_chain_report *report)
{
    if (settings->telemetry == RS_TELEMETRY_OFF || f->tell_denied)
        return;
    if (report->denied_count > 0) {
        if (!rs_syslog_admits())
            return;
        rs_event_of_violation(&f->event, RS_EVENT_DENIED, image, &report->denied);
        f->tell_denied = true;
    } else if (report->observed_count > 0 && !f->tell_observed) {
        rs_event_of_violation(&f->event, RS_EVENT_OBSERVED, image, &report->observed);
        f->tell_observed = true;
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
                               rs_generation *generation)
{
    return (rs_chain_check){.openssl = &copy->table,
                            .image = &generation->image,
                            .mode = rs_policy_settings(policy)->mode,
                            .now = rs_clock_utc(),
                            .cache = &generation->cache};
}

static void check_policy(const rs_openssl_copy *copy, rs_policy *policy,
                         const X509_STORE_CTX *context, findings *f)
{
    const rs_settings *settings = rs_policy_settings(policy);
    if (settings->mode == RS_MODE_OFF)
        return;
    if (settings->problem != NULL) {
        if (settings->mode == RS_MODE_ENFORCE)
            deny_without_policy(f, settings, settings->problem);
        return;
    }
    rs_policy_refresh(policy, rs_clock_monotonic());
    rs_generation *generation = rs_policy_acquire(policy);
    if (generation == NULL) {
        if (settings->mode == RS_MODE_ENFORCE && !settings->allow_without_list)
            deny_without_policy(f, settings, "no list could be loaded");
        return;
    }
    rs_chain_report report;
    rs_chain_check check = check_of(copy, policy, generation);
    rs_chain_check_run(&check, copy->table.X509_STORE_CTX_get0_chain(context),
                       copy->X509_STORE_CTX_get0_param(context), &report);
    merge_report(f, &report);
    note_event(f, settings, &generation->image, &report);
    rs_policy_release(generation);
}

/*
 * Does each certificate carry a valid signature of the next? The last is there because the
 * application trusts it, whoever signed it; so of a chain of one nothing can be said.
 */
static rs_signatures check_signatures(const rs_openssl_copy *copy, const STACK_OF(X509) * chain)
{
    const rs_openssl_table *table = &copy->table;
    int length = table->OPENSSL_sk_num(chain);
    rs_signatures signatures = length > 1 ? RS_SIGNATURES_VALID : RS_SIGNATURES_UNKNOWN;
    for (int depth = 0; depth < length - 1 && depth < RS_CHAIN_MAX; depth++) {
        EVP_PKEY *key = copy->X509_get0_pubkey(table->OPENSSL_sk_value(chain, depth + 1));
        int verified =
            key == NULL ? -1 : copy->X509_verify(table->OPENSSL_sk_value(chain, depth), key);
        if (verified == 0)
            return RS_SIGNATURES_INVALID;
        if (verified < 0)
            signatures = RS_SIGNATURES_UNKNOWN;
    }
    return signatures;
}

static void check_all(const rs_openssl_copy *copy, const X509_STORE_CTX *context, findings *f)
{
    if (rs_policy_overflowed())
        deny_without_policy(f, NULL, "more policies than can be kept");
    rs_policy *policy;
    for (unsigned place = 0; (policy = rs_policy_at(place)) != NULL; place++)
        check_policy(copy, policy, context, f);
    if (f->tell_denied)
        rs_event_send(&f->event,
                      check_signatures(copy, copy->table.X509_STORE_CTX_get0_chain(context)));
}

/* After a chain was accepted: what could only be done, or said, of a chain that holds. */
static void conclude_accepted(const rs_openssl_copy *copy, const X509_STORE_CTX *context,
                              findings *f)
{
    if (f->tell_observed && !f->tell_denied && rs_syslog_admits())
        rs_event_send(&f->event, RS_SIGNATURES_VALID);
    rs_policy *policy;
    for (unsigned place = 0; f->uncached && (policy = rs_policy_at(place)) != NULL; place++) {
        rs_generation *generation = rs_policy_acquire(policy);
        if (generation == NULL)
            continue;
        rs_chain_check check = check_of(copy, policy, generation);
        rs_chain_remember(&check, copy->table.X509_STORE_CTX_get0_chain(context));
        rs_policy_release(generation);
    }
}

int rs_guard_verify(const rs_openssl_copy *copy, rs_verify_fn original, X509_STORE_CTX *context)
{
    findings f;
    /* No chain: a raw public key. A parent: the path of a CRL's issuer, which names no peer. */
    if (copy->table.X509_STORE_CTX_get0_chain(context) == NULL ||
        copy->X509_STORE_CTX_get0_parent_ctx(context) != NULL)
        return original(context);

    int saved_errno = errno;
    f.denied = f.uncached = f.tell_denied = f.tell_observed = false;
    memset(f.error, X509_V_OK, sizeof f.error);
    copy->ERR_set_mark();
    check_all(copy, context, &f);
    copy->ERR_pop_to_mark();
    errno = saved_errno;
    if (f.denied && !rs_verify_callback_overrides(&copy->table, context, f.error))
        return 0;

    int result = original(context);
    if (result > 0 && (f.uncached || f.tell_observed) &&
        copy->X509_STORE_CTX_get_error(context) == X509_V_OK) {
        saved_errno = errno;
        copy->ERR_set_mark();
        conclude_accepted(copy, context, &f);
        copy->ERR_pop_to_mark();
        errno = saved_errno;
    }
    return result;
}

int rs_guard_deny(const rs_openssl_copy *copy, X509_STORE_CTX *context)
{
    uint8_t error[RS_CHAIN_MAX] = {X509_V_ERR_PERMITTED_VIOLATION};
    if (copy->table.X509_STORE_CTX_get0_chain(context) != NULL)
        rs_verify_callback_overrides(&copy->table, context, error);
    return 0;
}
