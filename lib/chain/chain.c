/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/chain.h"

#include "lib/chain/trust_anchor.h"

#include <openssl/x509v3.h>
#include <stddef.h>

/* The DER of a Name, which OpenSSL keeps; empty if it cannot be had. */
static rs_bytes name_der(const rs_openssl_table *ssl, const X509_NAME *name)
{
    const unsigned char *der = NULL;
    size_t size = 0;
    if (name == NULL || !ssl->X509_NAME_get0_der(name, &der, &size))
        return rs_bytes_make(NULL, 0);
    return rs_bytes_make(der, size);
}

static void note_extension(rs_extension *extension, rs_bytes value)
{
    if (extension->count++ == 0)
        extension->value = value;
}

/* Collects the extensions that the verdict depends on; their OIDs are 2.5.29.N. */
static void read_extension(const rs_openssl_table *ssl, const X509_EXTENSION *extension,
                           rs_certificate *parts)
{
    const ASN1_OBJECT *type = ssl->X509_EXTENSION_get_object(extension);
    const unsigned char *oid = ssl->OBJ_get0_data(type);
    if (ssl->OBJ_length(type) != 3 || oid[0] != 0x55 || oid[1] != 0x1d)
        return;
    const ASN1_OCTET_STRING *data = ssl->X509_EXTENSION_get_data(extension);
    rs_bytes value =
        rs_bytes_make(ssl->ASN1_STRING_get0_data(data), (size_t)ssl->ASN1_STRING_length(data));
    if (oid[2] == 17)
        note_extension(&parts->subject_alt_name, value);
    else if (oid[2] == 19)
        note_extension(&parts->basic_constraints, value);
    else if (oid[2] == 37)
        note_extension(&parts->extended_key_usage, value);
}

static void read_certificate(const rs_openssl_table *ssl, const X509 *certificate, int depth,
                             rs_certificate *parts)
{
    *parts = (rs_certificate){.is_issuer = depth > 0};
    parts->subject = name_der(ssl, ssl->X509_get_subject_name(certificate));
    int count = ssl->X509_get_ext_count(certificate);
    for (int i = 0; i < count; i++)
        read_extension(ssl, ssl->X509_get_ext(certificate, i), parts);
}

static bool is_self_issued(const rs_openssl_table *ssl, const X509 *certificate)
{
    rs_bytes subject = name_der(ssl, ssl->X509_get_subject_name(certificate));
    rs_bytes issuer = name_der(ssl, ssl->X509_get_issuer_name(certificate));
    return subject.n > 0 && rs_bytes_equal(subject, issuer);
}

/* A run of the check: the chain, and what is being reported. */
typedef struct run {
    const rs_chain_check *check;
    const STACK_OF(X509) * chain;
    X509_VERIFY_PARAM *expected;
    rs_chain_report *report;
    /* the stanza that is being applied */
    rs_stanza stanza;
    uint32_t stanza_index;
    uint32_t root;
    rs_mode mode;
    int depth;
    bool reference;
    rs_applied *applied;               /* where its outcome goes; NULL: there was no room */
    rs_listed_as listed[RS_CHAIN_MAX]; /* for each depth that was looked up */
} run;

static const X509 *certificate_at(const run *r, int depth)
{
    return r->check->openssl->OPENSSL_sk_value(r->chain, depth);
}

/* Records a finding that denies, and the lowest depth's as the one to tell of. */
static void record(run *r, const rs_finding *finding)
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
    return r->check->observer != NULL && r->check->observer->finding != NULL;
}

static void check_certificate(run *r, int depth)
{
    rs_certificate parts;
    rs_finding worst;
    r->depth = depth;
    read_certificate(r->check->openssl, certificate_at(r, depth), depth, &parts);
    if (rs_scope_check(&r->stanza, &parts, is_watched(r) ? tell : NULL, r, &worst) != RS_PERMITTED)
        record(r, &worst);
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
 * Whatever the application expects of its peer must be in scope as well.
 *
 * OpenSSL 4 copies expected hosts and mailboxes into a context without the NUL at their end, and
 * has no function that tells how long they are: they cannot be read then. Nothing gets past us by
 * that: an expectation that is met is met by a name in the certificate, which is checked.
 */
static void check_references(run *r)
{
    const rs_openssl_table *ssl = r->check->openssl;
    char *text;
    if (r->expected == NULL)
        return;
    r->depth = 0;
    r->reference = true;
    if (r->check->expected_uncopied || ssl->OPENSSL_version_major() < 4)
        check_named_references(r);
    if ((text = ssl->X509_VERIFY_PARAM_get1_ip_asc(r->expected)) != NULL) {
        check_reference(r, RS_REFERENCE_IP, text);
        ssl->CRYPTO_free(text, __FILE__, __LINE__);
    }
    r->reference = false;
}

/* The place for what comes of a root's stanza; NULL if there is no more. */
static rs_applied *note_applied(rs_chain_report *report, uint32_t root, rs_mode mode)
{
    for (unsigned i = 0; i < report->applied_count; i++)
        if (report->applied[i].root == root)
            return &report->applied[i];
    if (report->applied_count == RS_APPLIED_MAX)
        return NULL;
    rs_applied *applied = &report->applied[report->applied_count++];
    *applied = (rs_applied){.root = root, .mode = mode};
    return applied;
}

/*
 * Applies a stanza to all certificates below `depth`, in a chain of one to that one. Self-issued
 * certificates above the leaf are skipped, as in RFC 5280, 6.1.4 (b).
 */
static void apply_stanza(run *r, uint32_t index, uint32_t root, int depth)
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
    r->applied = note_applied(r->report, root, r->mode);
    check_certificate(r, 0);
    for (int below = 1; below < depth; below++)
        if (!is_self_issued(check->openssl, certificate_at(r, below)))
            check_certificate(r, below);
    check_references(r);
}

/* Denies a chain for what it is, not for a name in it. */
static void deny_chain(run *r, int depth, rs_reason reason)
{
    const rs_chain_check *check = r->check;
    rs_finding finding = {
        .verdict = rs_reason_verdict(reason), .form = RS_FORM_EXTENSION, .reason = reason};
    r->depth = depth;
    r->root = RS_NO_ROOT;
    r->stanza_index = RS_NO_STANZA;
    r->applied = NULL;
    r->mode = rs_mode_weakest(check->mode, rs_mode_at(check->image->mode, check->now));
    if (r->mode != RS_MODE_OFF)
        record(r, &finding);
}

/* Which roots the certificate at `depth` is; a chain of which that cannot be told is denied. */
static void look_up(run *r, int depth)
{
    rs_listed_as *listed = &r->listed[depth];
    if (!rs_trust_anchor_find(r->check->openssl, r->check->image, r->check->cache,
                              certificate_at(r, depth), listed, &r->report->uncached)) {
        *listed = (rs_listed_as){RS_NO_ROOT, RS_NO_ROOT};
        deny_chain(r, depth, RS_REASON_UNDECODABLE);
    }
    if (listed->by_spki != RS_NO_ROOT || listed->by_certificate != RS_NO_ROOT)
        r->report->listed = true;
}

/*
 * Is a root in the chain once more, above? Its stanza is applied there, to all below: anybody can
 * make a chain in which a root's key occurs a hundred times.
 */
static bool is_above(const run *r, int depth, uint32_t root)
{
    for (int above = depth + 1; above < r->report->length; above++)
        if (r->listed[above].by_spki == root || r->listed[above].by_certificate == root)
            return true;
    return false;
}

/* Applies the stanzas of the roots that the certificate at `depth` is. */
static void apply_listed(run *r, int depth)
{
    const rs_image *image = r->check->image;
    const rs_listed_as *listed = &r->listed[depth];
    uint32_t by_key = RS_NO_STANZA;
    if (listed->by_spki != RS_NO_ROOT) {
        by_key = rs_image_root(image, listed->by_spki).stanza;
        if (!is_above(r, depth, listed->by_spki))
            apply_stanza(r, by_key, listed->by_spki, depth);
    }
    if (listed->by_certificate != RS_NO_ROOT) {
        uint32_t by_itself = rs_image_root(image, listed->by_certificate).stanza;
        if (by_itself != by_key && !is_above(r, depth, listed->by_certificate))
            apply_stanza(r, by_itself, listed->by_certificate, depth);
    }
}

void rs_chain_check_run(const rs_chain_check *check, const STACK_OF(X509) * chain,
                        X509_VERIFY_PARAM *expected, rs_chain_report *report)
{
    run r;
    r.check = check;
    r.chain = chain;
    r.expected = expected;
    r.report = report;
    r.reference = false;
    memset(report, 0, offsetof(rs_chain_report, applied));
    report->length = check->openssl->OPENSSL_sk_num(chain);
    if (report->length <= 0 || report->length > RS_CHAIN_MAX) {
        deny_chain(&r, 0, RS_REASON_CHAIN_LENGTH);
        return;
    }
    int lowest = report->length == 1 ? 0 : 1;
    for (int depth = lowest; depth < report->length; depth++)
        look_up(&r, depth);
    for (int depth = lowest; depth < report->length; depth++)
        apply_listed(&r, depth);
    if (!report->listed && check->image->default_stanza != RS_NO_STANZA)
        apply_stanza(&r, check->image->default_stanza, RS_NO_ROOT, report->length - 1);
}

void rs_chain_remember(const rs_chain_check *check, const STACK_OF(X509) * chain)
{
    int length = check->openssl->OPENSSL_sk_num(chain);
    for (int depth = length == 1 ? 0 : 1; depth < length && depth < RS_CHAIN_MAX; depth++)
        rs_trust_anchor_remember(check->openssl, check->image, check->cache,
                                 check->openssl->OPENSSL_sk_value(chain, depth));
}

int rs_reason_error(rs_reason reason)
{
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
