/* SPDX-License-Identifier: Apache-2.0 */
#include "command/chain/trust_store.h"

#include "command/base/cert_file.h"
#include "command/base/limited_store.h"
#include "command/base/text.h"

#include <openssl/err.h>

enum { ABOVE_MAX = 8 }; /* certificates on the way to a root */

STACK_OF(X509) * rs_trust_store_read(const char *ca_file, rs_arena *arena, const char **path)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    /* The list is about the roots themselves, not about their twins. */
    *path = ca_file == NULL ? rs_limited_store_original(X509_get_default_cert_file()) : ca_file;
    STACK_OF(X509) *all = rs_cert_file_read_all(*path, why);
    if (all == NULL && ca_file == NULL) {
        /* Debian has no such file, but all in one beside the single ones. */
        *path = rs_limited_store_original(
            rs_text_format(arena, "%s/" RS_STORE_BUNDLE, X509_get_default_cert_dir()));
        all = rs_cert_file_read_all(*path, why);
    }
    return all;
}

static bool any_of(const STACK_OF(X509) * all, rs_trust_store_lists *lists, const void *list)
{
    for (int i = 0; i < sk_X509_num(all); i++)
        if (lists(list, sk_X509_value(all, i)))
            return true;
    return false;
}

/* The default folder has each certificate in a file that the hash of its subject names. */
static bool finds_by_subject(const X509_NAME *subject, rs_trust_store_lists *lists,
                             const void *list)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *found = NULL;
    if (store != NULL && context != NULL &&
        X509_STORE_load_path(store, X509_get_default_cert_dir()) == 1 &&
        X509_STORE_CTX_init(context, store, NULL, NULL) == 1)
        found = X509_STORE_CTX_get1_certs(context, subject);
    bool has = any_of(found, lists, list);
    sk_X509_pop_free(found, X509_free);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return has;
}

bool rs_trust_store_has(const X509_NAME *subject, rs_trust_store_lists *lists, const void *list)
{
    rs_arena arena = {0};
    const char *path;
    STACK_OF(X509) *all = rs_trust_store_read(NULL, &arena, &path);
    bool has =
        any_of(all, lists, list) || (subject != NULL && finds_by_subject(subject, lists, list));
    sk_X509_pop_free(all, X509_free);
    rs_arena_clear(&arena);
    ERR_clear_error();
    return has;
}

static bool issued(X509 *issuer, X509 *certificate)
{
    return X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(certificate)) == 0 &&
           X509_verify(certificate, X509_get0_pubkey(issuer)) == 1;
}

typedef struct search {
    const STACK_OF(X509) * store;
    rs_trust_store_lists *lists;
    const void *list;
    const X509 *root;  /* a listed one that was found */
    bool has_unlisted; /* a self-signed one that is not listed was found */
} search;

static void look_above(search *s, X509 *certificate, int depth)
{
    for (int i = 0; i < sk_X509_num(s->store) && s->root == NULL && depth < ABOVE_MAX; i++) {
        X509 *issuer = sk_X509_value(s->store, i);
        if (issuer == certificate || !issued(issuer, certificate))
            continue;
        if (s->lists(s->list, issuer))
            s->root = issuer;
        else if (X509_self_signed(issuer, 0) == 1)
            s->has_unlisted = true;
        else
            look_above(s, issuer, depth + 1);
    }
}

rs_trust_store_above rs_trust_store_look_above(const STACK_OF(X509) * store, X509 *certificate,
                                               rs_trust_store_lists *lists, const void *list,
                                               const X509 **root)
{
    search s = {.store = store, .lists = lists, .list = list};
    *root = NULL;
    if (X509_self_signed(certificate, 0) == 1 || lists(list, certificate))
        return RS_ABOVE_NOT_NEEDED;
    look_above(&s, certificate, 0);
    ERR_clear_error();
    *root = s.root;
    return s.root != NULL ? RS_ABOVE_LISTED : s.has_unlisted ? RS_ABOVE_UNLISTED : RS_ABOVE_MISSING;
}
