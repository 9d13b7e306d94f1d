/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/chain.h"

#include "lib/chain/certificate.h"
#include "lib/chain/trust_anchor.h"
#include "lib/names/der.h"
#include "lib/names/general_names.h"

#include <stddef.h>

/*
 * Bytes of names that are judged before the signatures are looked at. Anybody can forge a chain of
 * a hundred thousand names; OpenSSL tells so from its topmost signature, and so can we. Honest
 * chains have less.
 */
enum { NAMES_UNVERIFIED_MAX = 6 * 1024 };

/* A run of the check: the chain, and what is being reported. */
typedef struct run {
    const rs_chain_check *check;
    const STACK_OF(X509) * chain;
    X509_VERIFY_PARAM *expected;
    char *address;        /* the expected one, if the leaf may meet it */
    bool address_was_got; /* it is asked for once */
    rs_chain_report *report;
    /* the stanza that is being applied */
    rs_stanza stanza;
    uint32_t stanza_index;
    uint32_t root;
    rs_mode mode;
    int depth;
    bool reference;
    bool peer_expected;
    rs_applied *applied; /* where its outcome goes; NULL: there is no stanza */
    rs_anchor_search search;
    rs_listed_roots roots;
    size_t names;          /* bytes of names so far, for each stanza anew */
    bool verified, forged; /* what the signatures said, once they were looked at */
} run;

static X509 *certificate_at(const run *r, int depth)
{
    return r->check->openssl->OPENSSL_sk_value(r->chain, depth);
}

/*
 * Records a finding that denies, and the lowest depth's as the one to tell of.
 *
 * Cold, like all that no accepted chain needs: most of a check's time goes into fetching its code,
 * so what runs for every chain had better lie together.
 */
__attribute__((cold)) static void record(run *r, const rs_finding *finding)
{
    rs_chain_report *report = r->report;
    if (r->applied != NULL)
        r->applied->violated = true;
    rs_violation violation = {.depth = r->depth,
                              .reference = r->reference,
                              .root = r->root,
                              .stanza = r->stanza_index,
                              .finding = *finding};
    if (r->mode == RS_MODE_TEST) {
        if (report->observed_count++ == 0 || r->depth < report->observed.depth)
            report->observed = violation;
        return;
    }
    if (report->denied_count == 0 || r->depth < report->denied.depth)
        report->denied = violation;
    if (report->error[r->depth] == X509_V_OK) {
        report->error[r->depth] = (uint8_t)rs_reason_error(finding->reason);
        report->denied_count++;
    }
}

static void tell(void *arg, const rs_finding *finding)
{
    const run *r = arg;
    const rs_chain_observer *observer = r->check->observer;
    observer->finding(observer->arg, r->depth, r->reference, finding);
}

static bool is_watched(const run *r)
{
    return RS_UNLIKELY(r->check->observer != NULL) && r->check->observer->finding != NULL;
}

static void check_reference(run *r, rs_reference_kind kind, const char *text)
{
    rs_finding finding = rs_scope_check_reference(&r->stanza, kind, rs_bytes_of_string(text));
    if (is_watched(r))
        tell(r, &finding);
    if (finding.verdict == RS_PERMITTED)
        return;
    finding.name = finding.rule = rs_bytes_make(NULL, 0); /* they may not outlive the check */
    record(r, &finding);
}

static void check_named_references(run *r)
{
    const rs_openssl_table *ssl = r->check->openssl;
    const char *text;
    for (int i = 0; (text = ssl->X509_VERIFY_PARAM_get0_host(r->expected, i)) != NULL; i++)
        check_reference(r, RS_REFERENCE_HOST, text);
    if ((text = ssl->X509_VERIFY_PARAM_get0_email(r->expected)) != NULL)
        check_reference(r, RS_REFERENCE_EMAIL, text);
}

/*
 * The address that the application expects. To ask OpenSSL costs a sixth of a whole check, even if
 * there is none. Only an iPAddress of the leaf can meet it, so without the tag of one it need not
 * be known: OpenSSL refuses the chain.
 */
static void get_address(run *r, const rs_extension *alt_name)
{
    bool may_be_met =
        alt_name->value.n > 0 &&
        memchr(alt_name->value.p, RS_DER_CONTEXT(RS_GENERAL_NAME_IP), alt_name->value.n) != NULL;
    may_be_met |= alt_name->count > 1 || is_watched(r);
    if (RS_LIKELY(r->expected == NULL || r->address_was_got || !may_be_met))
        return;
    const rs_openssl_table *ssl = r->check->openssl;
    ssl->ERR_set_mark();
    r->address = ssl->X509_VERIFY_PARAM_get1_ip_asc(r->expected);
    ssl->ERR_pop_to_mark();
    r->address_was_got = true;
}

/* Does the application expect some peer? OpenSSL 4 tells that too, though not which: see below. */
static bool expects_peer(const run *r)
{
    const rs_openssl_table *ssl = r->check->openssl;
    return r->expected != NULL &&
           (r->address != NULL || ssl->X509_VERIFY_PARAM_get0_host(r->expected, 0) != NULL ||
            ssl->X509_VERIFY_PARAM_get0_email(r->expected) != NULL);
}

/*
 * Whatever the application expects of its peer must be in scope as well.
 *
 * OpenSSL 4 copies expected hosts and mailboxes into a context without the NUL at their end, and
 * has no function that tells how long they are: they cannot be read then. Nothing gets past us by
 * that: an expectation that is met is met by a name in the certificate, which is checked.
 */
static void check_references(run *r)
{
    if (!r->peer_expected)
        return;
    r->depth = 0;
    r->reference = true;
    if (r->check->expected_uncopied || r->check->openssl->OPENSSL_version_major() < 4)
        check_named_references(r);
    if (r->address != NULL)
        check_reference(r, RS_REFERENCE_IP, r->address);
    r->reference = false;
}

/* Denies a chain for what it is, not for a name in it, as strictly as any stanza would. */
__attribute__((cold)) static void deny_chain(run *r, int depth, rs_reason reason)
{
    const rs_chain_check *check = r->check;
    rs_finding finding = {
        .verdict = rs_reason_verdict(reason), .form = RS_FORM_EXTENSION, .reason = reason};
    r->depth = depth;
    r->root = RS_NO_ROOT;
    r->stanza_index = RS_NO_STANZA;
    r->applied = NULL;
    r->mode =
        rs_mode_weakest(rs_mode_weakest(check->mode, rs_mode_at(check->image->mode, check->now)),
                        rs_mode_at(check->image->strictest, check->now));
    if (r->mode != RS_MODE_OFF)
        record(r, &finding);
}

/* From the top, as OpenSSL does it: there a forged chain breaks. */
__attribute__((cold)) static void verify_signatures(run *r)
{
    for (int depth = r->report->length - 2; depth >= 0 && !r->forged; depth--) {
        r->forged = !rs_certificate_is_signed_by(r->check->openssl, certificate_at(r, depth),
                                                 certificate_at(r, depth + 1));
        if (r->forged)
            deny_chain(r, depth, RS_REASON_SIGNATURE);
    }
    r->verified = !r->forged;
}

__attribute__((hot)) static void check_certificate(run *r, int depth)
{
    rs_certificate parts;
    rs_finding worst;
    rs_certificate_read(r->check->openssl, certificate_at(r, depth), depth, &parts);
    if (depth == 0) {
        get_address(r, &parts.subject_alt_name);
        r->peer_expected = expects_peer(r);
    }
    parts.peer_expected = r->peer_expected;
    r->names += parts.subject.n + parts.subject_alt_name.value.n;
    if (RS_UNLIKELY(r->names > NAMES_UNVERIFIED_MAX && !r->verified))
        verify_signatures(r);
    if (r->forged)
        return;
    r->depth = depth;
    if (rs_scope_check(&r->stanza, &parts, is_watched(r) ? tell : NULL, r, &worst) != RS_PERMITTED)
        record(r, &worst);
}

/*
 * Applies a stanza to all certificates below `depth`, in a chain of one to that one. Self-issued
 * CA certificates above the leaf are skipped, as in RFC 5280, 6.1.4 (b).
 */
__attribute__((hot)) static void apply_stanza(run *r, uint32_t index, uint32_t root, int depth)
{
    const rs_chain_check *check = r->check;
    rs_image_stanza(check->image, index, &r->stanza);
    r->stanza_index = index;
    r->root = root;
    r->mode =
        rs_mode_weakest(rs_mode_weakest(check->mode, rs_mode_at(check->image->mode, check->now)),
                        rs_mode_at(r->stanza.mode, check->now));
    if (check->observer != NULL && check->observer->stanza != NULL)
        check->observer->stanza(check->observer->arg, root == RS_NO_ROOT ? -1 : depth, root, index,
                                r->mode);
    if (r->mode == RS_MODE_OFF)
        return;
    r->applied = &r->report->applied[r->report->applied_count++];
    *r->applied = (rs_applied){.root = root, .mode = r->mode};
    check_certificate(r, 0);
    for (int below = 1; below < depth && !r->forged; below++)
        if (!rs_certificate_is_self_issued_ca(check->openssl, certificate_at(r, below)))
            check_certificate(r, below);
    if (!r->forged)
        check_references(r);
}

static void learn(rs_learnt *learnt, X509 *certificate, const rs_listed_as *listed)
{
    if (learnt->count == RS_LEARNT_MAX)
        return;
    learnt->certificate[learnt->count] = certificate;
    learnt->listed[learnt->count++] = *listed;
}

void rs_learnt_keep(const rs_openssl_table *ssl, rs_learnt *learnt)
{
    for (unsigned i = 0; i < learnt->count; i++)
        if (!ssl->X509_up_ref(learnt->certificate[i]))
            learnt->count = i;
}

void rs_learnt_release(const rs_openssl_table *ssl, rs_learnt *learnt)
{
    while (learnt->count > 0)
        ssl->X509_free(learnt->certificate[--learnt->count]);
}

/* Which roots a certificate is; a chain of which that cannot be told is denied. */
__attribute__((hot)) static void look_up(run *r, X509 *certificate, int depth)
{
    rs_listed_as listed;
    bool known = rs_trust_anchor_find(&r->search, certificate, &listed);
    if (r->search.lasting && depth < r->report->length)
        learn(&r->report->learnt, certificate, &listed);
    if (known)
        rs_listed_roots_add(&r->roots, r->check->image, depth, &listed);
    else
        deny_chain(r, depth < r->report->length ? depth : depth - 1, RS_REASON_UNDECODABLE);
}

/* The roots above the top: where the chain would end if it had been built further. */
static void look_up_above(run *r)
{
    const rs_store_issuers *above = r->check->above;
    int length = r->report->length;
    if (above == NULL || r->check->image->root_count == 0)
        return;
    if (above->incomplete)
        deny_chain(r, length - 1, RS_REASON_CHAIN_ROOTS);
    for (unsigned i = 0; i < above->count; i++)
        look_up(r, above->items[i], length);
}

/* The lowest depth that may be a root: a certificate that stands alone is its own issuer. */
static int lowest_root(int length)
{
    return length == 1 ? 0 : 1;
}

static rs_anchor_search search_of(const rs_chain_check *check)
{
    return (rs_anchor_search){
        .openssl = check->openssl, .image = check->image, .cache = check->cache};
}

/* Looks all up, from the top down, so that each root counts in its highest place. */
static void look_up_all(run *r)
{
    r->search = search_of(r->check);
    r->roots.count = 0;
    r->roots.too_many = false;
    look_up_above(r);
    for (int depth = r->report->length - 1; depth >= lowest_root(r->report->length); depth--)
        look_up(r, certificate_at(r, depth), depth);
    r->report->uncached = r->search.uncached;
    r->report->learnt.image = r->check->image->checksum;
    r->report->listed = r->roots.count > 0;
}

static void apply_all(run *r)
{
    const rs_image *image = r->check->image;
    for (unsigned i = r->roots.count; i-- > 0 && !r->forged;)
        apply_stanza(r, r->roots.items[i].stanza, r->roots.items[i].root, r->roots.items[i].depth);
    if (!r->report->listed && image->default_stanza != RS_NO_STANZA)
        apply_stanza(r, image->default_stanza, RS_NO_ROOT, r->report->length - 1);
}

__attribute__((hot)) void rs_chain_check_run(const rs_chain_check *check,
                                             const STACK_OF(X509) * chain,
                                             X509_VERIFY_PARAM *expected, rs_chain_report *report)
{
    run r;
    r.check = check;
    r.chain = chain;
    r.expected = expected;
    r.report = report;
    r.address = NULL;
    r.reference = r.address_was_got = r.verified = r.forged = false;
    r.names = 0;
    memset(report, 0, offsetof(rs_chain_report, applied));
    report->length = check->openssl->OPENSSL_sk_num(chain);
    if (report->length <= 0 || report->length > RS_CHAIN_MAX) {
        deny_chain(&r, 0, RS_REASON_CHAIN_LENGTH);
        return;
    }
    look_up_all(&r);
    if (r.roots.too_many) {
        deny_chain(&r, 0, RS_REASON_CHAIN_ROOTS);
        return;
    }
    apply_all(&r);
    if (RS_UNLIKELY(r.address != NULL))
        check->openssl->CRYPTO_free(r.address, __FILE__, __LINE__);
}

/* What is known of a certificate; NULL: nothing, or it is of another list. */
static const rs_listed_as *find_learnt(const rs_learnt *learnt, const rs_image *image,
                                       const X509 *certificate)
{
    if (learnt == NULL || learnt->image != image->checksum)
        return NULL;
    for (unsigned i = 0; i < learnt->count; i++)
        if (learnt->certificate[i] == certificate)
            return &learnt->listed[i];
    return NULL;
}

void rs_chain_remember(const rs_chain_check *check, const STACK_OF(X509) * chain,
                       const rs_learnt *learnt)
{
    rs_anchor_search search = search_of(check);
    int length = check->openssl->OPENSSL_sk_num(chain);
    for (int depth = lowest_root(length); depth < length && depth < RS_CHAIN_MAX; depth++) {
        const X509 *certificate = check->openssl->OPENSSL_sk_value(chain, depth);
        rs_trust_anchor_remember(&search, certificate,
                                 find_learnt(learnt, check->image, certificate));
    }
    for (unsigned i = 0; check->above != NULL && i < check->above->count; i++)
        rs_trust_anchor_remember(&search, check->above->items[i], NULL);
}

int rs_reason_error(rs_reason reason)
{
    if (reason == RS_REASON_SIGNATURE)
        return X509_V_ERR_CERT_SIGNATURE_FAILURE;
    switch (rs_reason_verdict(reason)) {
    case RS_PERMITTED:
        return X509_V_OK;
    case RS_DENIED:
        return reason == RS_REASON_NOT_PERMITTED ? X509_V_ERR_PERMITTED_VIOLATION
                                                 : X509_V_ERR_EXCLUDED_VIOLATION;
    case RS_MALFORMED:
        break;
    }
    return X509_V_ERR_UNSUPPORTED_NAME_SYNTAX;
}
