/* SPDX-License-Identifier: Apache-2.0 */
#include "command/chain/root_advice.h"

#include "command/base/message.h"
#include "command/chain/build.h"
#include "command/chain/trust_store.h"
#include "command/list/root_hashes.h"
#include "command/text/name.h"

#include <openssl/x509v3.h>

/* Whether a certificate has the key of the listed root, `list`. */
static bool has_key(const void *list, const X509 *certificate)
{
    const rs_root_hashes *root = list;
    rs_root_hashes hashes;
    return rs_root_hashes_of(certificate, &hashes) &&
           memcmp(hashes.spki_sha256, root->spki_sha256, RS_SHA256_SIZE) == 0;
}

static void warn_of_issued(const rs_root_hashes *root, bool in_store, const STACK_OF(X509) * store,
                           X509 *certificate)
{
    rs_arena arena = {0};
    const X509 *above;
    if (rs_trust_store_look_above(store, certificate, has_key, root, &above) == RS_ABOVE_LISTED)
        rs_message_warning(
            "the trust store has %s, which this root issued: %s",
            rs_name_text_of_subject(&arena, certificate),
            in_store ? "programs that accept partial chains, such as curl, trust it by itself; "
                       "remove it from the trust store"
                     : "the list does not limit it, because the trust store does not have the "
                       "root; add the root to the trust store, or a scope for this certificate");
    rs_arena_clear(&arena);
}

static bool look_into_store(X509 *certificate, STACK_OF(X509) * store)
{
    rs_root_hashes root;
    bool in_store = false;
    if (!rs_root_hashes_of(certificate, &root))
        return false;
    for (int i = 0; i < sk_X509_num(store) && !in_store; i++)
        in_store = has_key(&root, sk_X509_value(store, i));
    /* It is looked for above the others, wherever it is. */
    if (!in_store && sk_X509_push(store, certificate) <= 0)
        rs_message_need(NULL);
    for (int i = 0; i < sk_X509_num(store); i++)
        warn_of_issued(&root, in_store, store, sk_X509_value(store, i));
    if (!in_store)
        (void)sk_X509_pop(store);
    return in_store;
}

bool rs_root_advice_print(const char *path, X509 *certificate, const char *ca_file)
{
    rs_arena arena = {0};
    const char *store_path;
    if (X509_check_ca(certificate) == 0)
        rs_message_warning("%s is not a CA certificate; the stanza has effect only where the "
                           "certificate itself is trusted",
                           path);
    else if (X509_self_signed(certificate, 0) != 1)
        rs_message_warning("%s is not self-signed; the stanza limits only chains through this "
                           "certificate, not all that its issuer can vouch for",
                           path);
    if (rs_chain_build_validity(certificate) != NULL)
        rs_message_warning("%s %s; programs refuse what it issued", path,
                           rs_chain_build_validity(certificate));
    STACK_OF(X509) *store = rs_trust_store_read(ca_file, &arena, &store_path);
    if (store == NULL && ca_file != NULL)
        rs_message_warning("%s: no certificate in it can be read", ca_file);
    bool in_store = store != NULL && look_into_store(certificate, store);
    sk_X509_pop_free(store, X509_free);
    rs_arena_clear(&arena);
    return in_store;
}
