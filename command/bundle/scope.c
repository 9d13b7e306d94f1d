/* SPDX-License-Identifier: Apache-2.0 */
#include "command/bundle/scope.h"

#include "command/chain/trust_store.h"
#include "lib/chain/openssl_linked.h"
#include "lib/chain/trust_anchor.h"

static bool find(const rs_image *image, const X509 *certificate, rs_listed_as *found)
{
    rs_anchor_search search = {.openssl = rs_openssl_linked(), .image = image};
    return rs_trust_anchor_find(&search, certificate, found);
}

static bool is_listed(const rs_listed_as *found)
{
    return found->by_spki != RS_NO_ROOT || found->by_certificate != RS_NO_ROOT;
}

/* A rs_trust_store_lists: what cannot be looked up is not taken for a listed root. */
static bool lists(const void *image, const X509 *certificate)
{
    rs_listed_as found;
    return find(image, certificate, &found) && is_listed(&found);
}

static rs_bundle_scope scope_of_stanza(const rs_image *image, uint32_t stanza, int64_t now)
{
    rs_stanza read;
    rs_image_stanza(image, stanza, &read);
    rs_mode mode = rs_mode_weakest(rs_mode_at(image->mode, now), rs_mode_at(read.mode, now));
    return (rs_bundle_scope){.finding =
                                 mode == RS_MODE_ENFORCE ? RS_BUNDLE_ENFORCED : RS_BUNDLE_LENIENT,
                             .stanza = stanza,
                             .mode = mode};
}

static rs_bundle_scope scope_of_root(const rs_image *image, uint32_t index, int64_t now)
{
    if (index == RS_NO_ROOT)
        return (rs_bundle_scope){.finding = RS_BUNDLE_FREE};
    rs_root root = rs_image_root(image, index);
    rs_bundle_scope scope = scope_of_stanza(image, root.stanza, now);
    scope.label = root.label;
    return scope;
}

/* Any violation of an enforced stanza denies: one that is not has nothing to add. */
static rs_bundle_scope scope_of_both(rs_bundle_scope a, rs_bundle_scope b)
{
    if (b.finding == RS_BUNDLE_FREE)
        return a;
    if (a.finding == RS_BUNDLE_FREE)
        return b;
    if (a.finding != RS_BUNDLE_ENFORCED)
        return b;
    if (b.finding == RS_BUNDLE_ENFORCED && a.stanza != b.stanza)
        a.finding = RS_BUNDLE_TWICE;
    return a;
}

rs_bundle_scope rs_bundle_scope_of(const rs_image *image, const STACK_OF(X509) * store,
                                   X509 *certificate, int64_t now)
{
    rs_listed_as found;
    const X509 *root;
    if (!find(image, certificate, &found))
        return (rs_bundle_scope){.finding = RS_BUNDLE_UNKNOWN};
    if (!is_listed(&found) &&
        rs_trust_store_look_above(store, certificate, lists, image, &root) == RS_ABOVE_LISTED &&
        !find(image, root, &found))
        return (rs_bundle_scope){.finding = RS_BUNDLE_UNKNOWN};
    if (is_listed(&found))
        return scope_of_both(scope_of_root(image, found.by_spki, now),
                             scope_of_root(image, found.by_certificate, now));
    if (image->default_stanza == RS_NO_STANZA)
        return (rs_bundle_scope){.finding = RS_BUNDLE_FREE};
    rs_bundle_scope scope = scope_of_stanza(image, image->default_stanza, now);
    scope.is_default = true;
    return scope;
}
