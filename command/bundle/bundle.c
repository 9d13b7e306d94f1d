/* SPDX-License-Identifier: Apache-2.0 */
#include "command/bundle/bundle.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/bundle/constraints.h"
#include "command/bundle/losses.h"
#include "command/bundle/scope.h"
#include "command/bundle/twin.h"
#include "command/text/name.h"

#include <openssl/x509v3.h>

typedef struct maker {
    const rs_image *image;
    const STACK_OF(X509) * store;
    int64_t now;
    bool has_all;
    rs_super_root super;
    rs_constraints_cache constraints;
    rs_losses losses;
    rs_arena arena;
    int lenient_unlisted; /* under a default stanza that is not enforced */
    int twins;
    rs_bundle *bundle;
} maker;

static bool keep(maker *m, X509 *certificate)
{
    if (sk_X509_push(m->bundle->certificates, certificate) == 0)
        rs_message_need(NULL);
    return X509_up_ref(certificate) == 1;
}

/* What the list calls it, or its subject. */
static const char *name_of(maker *m, const rs_bundle_scope *scope, const X509 *certificate)
{
    if (scope->label.n > 0)
        return rs_text_printable(&m->arena, scope->label);
    return rs_name_text_of_subject(&m->arena, certificate);
}

/* One that cannot be limited: it is told once what becomes of it. */
static bool give_up(maker *m, const char *name, X509 *certificate, const char *why)
{
    m->bundle->is_partial = true;
    if (!m->has_all) {
        rs_message_warning("%s is left out: %s; to trust it without its limit, add its certificate "
                           "to the bundle",
                           name, why);
        return true;
    }
    rs_message_warning("%s stays in the trust store as it is: %s; only programs with the module "
                       "limit it; if that is not enough, remove it from the trust store",
                       name, why);
    return keep(m, certificate);
}

static bool keep_lenient(maker *m, const rs_bundle_scope *scope, X509 *certificate)
{
    m->bundle->is_partial = true;
    if (scope->is_default)
        m->lenient_unlisted++;
    else
        rs_message_warning("%s stays as it is: its mode is %s", name_of(m, scope, certificate),
                           rs_mode_word(scope->mode));
    return keep(m, certificate);
}

static void lose(maker *m, const rs_constraints *constraints, const char *name)
{
    for (size_t i = 0; i < constraints->unsaid_count; i++)
        rs_losses_add(&m->losses, constraints->unsaid[i], name);
}

/*
 * An authority key identifier may hold the issuer's issuer and serial number, which the twin does
 * not have. Whoever made the root's own certificate so is likely to have made others so.
 */
static void lose_by_serial(maker *m, const X509 *root, const char *name)
{
    if (X509_get0_authority_serial((X509 *)(uintptr_t)root) != NULL)
        rs_losses_add(&m->losses,
                      "certificates that name their issuer by its serial number, as the root does "
                      "itself; OpenSSL refuses them below a twin",
                      name);
}

static bool add_twin(maker *m, const char *name, X509 *certificate,
                     const rs_constraints *constraints)
{
    X509 *twin;
    switch (rs_twin_make(certificate, constraints->extension, &m->super, &twin)) {
    case RS_TWIN_MADE:
        if (sk_X509_push(m->bundle->certificates, twin) == 0)
            rs_message_need(NULL);
        m->twins++;
        lose(m, constraints, name);
        lose_by_serial(m, certificate, name);
        return true;
    case RS_TWIN_CONSTRAINED:
        return give_up(m, name, certificate,
                       "it has name constraints of its own, and no certificate can have both");
    case RS_TWIN_NO_CA:
        return give_up(m, name, certificate,
                       "it is not a CA certificate, and vouches for itself only");
    case RS_TWIN_FAILED:
        break;
    }
    return give_up(m, name, certificate, "OpenSSL cannot make a certificate from it");
}

static bool add_enforced(maker *m, const rs_bundle_scope *scope, X509 *certificate)
{
    const char *name = name_of(m, scope, certificate);
    const rs_constraints *constraints = rs_constraints_get0(&m->constraints, scope->stanza);
    if (!constraints->is_good)
        return give_up(m, name, certificate,
                       "OpenSSL cannot make name constraints from its stanza");
    if (constraints->extension != NULL)
        return add_twin(m, name, certificate, constraints);
    lose(m, constraints, name);
    return keep(m, certificate);
}

static bool add(maker *m, X509 *certificate)
{
    rs_bundle_scope scope = rs_bundle_scope_of(m->image, m->store, certificate, m->now);
    switch (scope.finding) {
    case RS_BUNDLE_FREE:
        return keep(m, certificate);
    case RS_BUNDLE_LENIENT:
        return keep_lenient(m, &scope, certificate);
    case RS_BUNDLE_ENFORCED:
        return add_enforced(m, &scope, certificate);
    case RS_BUNDLE_TWICE:
        return give_up(m, name_of(m, &scope, certificate), certificate,
                       "the list names it twice, by its key and by itself, and no certificate "
                       "can have both stanzas");
    case RS_BUNDLE_UNKNOWN:
        break;
    }
    return give_up(m, name_of(m, &scope, certificate), certificate,
                   "it cannot be looked up in the list");
}

static bool finish(maker *m)
{
    if (m->lenient_unlisted > 0)
        rs_message_warning("%d unlisted root%s stay%s as %s: the default stanza is not enforced",
                           m->lenient_unlisted, m->lenient_unlisted == 1 ? "" : "s",
                           m->lenient_unlisted == 1 ? "s" : "",
                           m->lenient_unlisted == 1 ? "it is" : "they are");
    rs_losses_report(&m->losses);
    m->bundle->is_partial |= m->losses.count > 0;
    if (m->twins == 0)
        return true;
    if (!rs_super_root_finish(&m->super))
        return false;
    if (sk_X509_unshift(m->bundle->certificates, m->super.certificate) == 0)
        rs_message_need(NULL);
    return X509_up_ref(m->super.certificate) == 1;
}

bool rs_bundle_make(const rs_image *image, const STACK_OF(X509) * store, int64_t now, bool has_all,
                    rs_bundle *bundle)
{
    maker m = {.image = image,
               .store = store,
               .now = now,
               .has_all = has_all,
               .constraints = {.image = image},
               .bundle = bundle};
    *bundle = (rs_bundle){.certificates = rs_message_need(sk_X509_new_null())};
    bool done = rs_super_root_begin(&m.super, now);
    for (int i = 0; i < sk_X509_num(store) && done; i++)
        done = add(&m, sk_X509_value(store, i));
    done = done && finish(&m);
    rs_super_root_clear(&m.super);
    rs_constraints_clear(&m.constraints);
    rs_losses_clear(&m.losses);
    rs_arena_clear(&m.arena);
    if (done)
        return true;
    rs_message_error("OpenSSL cannot make the super-root");
    rs_bundle_clear(bundle);
    return false;
}

void rs_bundle_clear(rs_bundle *bundle)
{
    sk_X509_pop_free(bundle->certificates, X509_free);
    *bundle = (rs_bundle){0};
}
