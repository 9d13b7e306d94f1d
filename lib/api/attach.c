/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/api/list.h"
#include "lib/chain/openssl_linked.h"
#include "lib/chain/verify_callback.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>

/* What a store keeps. */
typedef struct attachment {
    rootscope_list *list;            /* a reference; changed under the store's lock only */
    X509_STORE_CTX_verify_fn verify; /* what was there before */
} attachment;

/*
 * A store keeps it as the data of a way to look for certificates, which finds none. ex_data would
 * not do: its numbers are counted for each default library context, so that under another one ours
 * is somebody else's.
 */
static CRYPTO_ONCE method_once = CRYPTO_ONCE_STATIC_INIT;
static X509_LOOKUP_METHOD *method;

/* What the thread is about to give to a store; NULL: it only looks. */
static _Thread_local attachment *being_attached;

/* Called for a store that has nothing of ours yet; 0 leaves it so. */
static int take_attachment(X509_LOOKUP *lookup)
{
    if (being_attached == NULL || X509_LOOKUP_set_method_data(lookup, being_attached) != 1)
        return 0;
    being_attached = NULL;
    return 1;
}

static void attachment_free(attachment *attached)
{
    if (attached == NULL)
        return;
    rootscope_list_free(attached->list);
    free(attached);
}

static void drop_attachment(X509_LOOKUP *lookup)
{
    attachment_free(X509_LOOKUP_get_method_data(lookup));
}

static void make_method(void)
{
    method = X509_LOOKUP_meth_new("rootscope");
    if (method != NULL && X509_LOOKUP_meth_set_new_item(method, take_attachment) == 1 &&
        X509_LOOKUP_meth_set_free(method, drop_attachment) == 1)
        return;
    X509_LOOKUP_meth_free(method);
    method = NULL;
}

/* What the store has; NULL: nothing. Changes nothing, so threads may ask at once. */
static attachment *attachment_of(X509_STORE *store)
{
    if (CRYPTO_THREAD_run_once(&method_once, make_method) != 1 || method == NULL)
        return NULL;
    X509_LOOKUP *lookup = X509_STORE_add_lookup(store, method);
    return lookup == NULL ? NULL : X509_LOOKUP_get_method_data(lookup);
}

/* A reference to the list that is in force now, and what to call after it. */
static rootscope_list *take_list(X509_STORE *store, X509_STORE_CTX_verify_fn *original)
{
    ERR_set_mark();
    attachment *attached = store == NULL ? NULL : attachment_of(store);
    ERR_pop_to_mark();
    if (attached == NULL || X509_STORE_lock(store) != 1)
        return NULL;
    rootscope_list *list = rootscope_list_ref(attached->list);
    *original = attached->verify;
    X509_STORE_unlock(store);
    return list;
}

static int check_then_verify(X509_STORE_CTX *ctx, rootscope_list *list,
                             X509_STORE_CTX_verify_fn original)
{
    rs_chain_check check = rs_rootscope_list_check(list);
    rs_chain_report report;
    rs_store_issuers above;
    ERR_set_mark();
    rs_store_issuers_find(check.openssl, ctx, &above);
    check.above = &above;
    rs_chain_check_run(&check, X509_STORE_CTX_get0_chain(ctx), X509_STORE_CTX_get0_param(ctx),
                       &report);
    ERR_pop_to_mark();
    bool refused =
        report.denied_count > 0 && !rs_verify_callback_overrides(check.openssl, ctx, report.error);
    rs_learnt_keep(check.openssl, &report.learnt);
    int result = refused ? 0 : original(ctx);
    if (result > 0 && report.uncached && X509_STORE_CTX_get_error(ctx) == X509_V_OK) {
        ERR_set_mark();
        rs_chain_remember(&check, X509_STORE_CTX_get0_chain(ctx), &report.learnt);
        ERR_pop_to_mark();
    }
    rs_learnt_release(check.openssl, &report.learnt);
    rs_store_issuers_clear(check.openssl, &above);
    return result;
}

static int verify(X509_STORE_CTX *ctx)
{
    X509_STORE_CTX_verify_fn original;
    rootscope_list *list = take_list(X509_STORE_CTX_get0_store(ctx), &original);
    if (list == NULL) {
        /* Somebody gave this function to a store that has no list. */
        X509_STORE_CTX_set_error(ctx, X509_V_ERR_UNSPECIFIED);
        return 0;
    }
    /* No chain: a raw public key. A parent: the path of a CRL's issuer, which names no peer. */
    bool names_peer =
        X509_STORE_CTX_get0_chain(ctx) != NULL && X509_STORE_CTX_get0_parent_ctx(ctx) == NULL;
    int result = names_peer ? check_then_verify(ctx, list, original) : original(ctx);
    rootscope_list_free(list);
    return result;
}

/* OpenSSL's own function has no name; a context of a store without another one has it. */
static X509_STORE_CTX_verify_fn default_verify(void)
{
    X509_STORE_CTX_verify_fn function = NULL;
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    if (ctx != NULL && X509_STORE_CTX_init(ctx, NULL, NULL, NULL) == 1)
        function = X509_STORE_CTX_get_verify(ctx);
    X509_STORE_CTX_free(ctx);
    return function;
}

/* What the store verifies with. It may have our function from another store, without a list. */
static X509_STORE_CTX_verify_fn verify_of(const X509_STORE *store)
{
    X509_STORE_CTX_verify_fn function = X509_STORE_get_verify(store);
    return function == NULL || function == verify ? default_verify() : function;
}

static bool attach_first(rootscope_list *list, X509_STORE *store)
{
    attachment *made = calloc(1, sizeof *made);
    if (made == NULL)
        return false;
    made->list = rootscope_list_ref(list);
    made->verify = verify_of(store);
    being_attached = made->verify == NULL ? NULL : made;
    bool attached = being_attached != NULL && attachment_of(store) != NULL;
    bool taken = being_attached == NULL && made->verify != NULL;
    being_attached = NULL;
    if (!taken)
        attachment_free(made);
    if (attached)
        X509_STORE_set_verify(store, verify);
    return attached;
}

static bool attach_another(rootscope_list *list, X509_STORE *store, attachment *attached)
{
    if (X509_STORE_lock(store) != 1)
        return false;
    rootscope_list *old = attached->list;
    attached->list = rootscope_list_ref(list);
    X509_STORE_unlock(store);
    rootscope_list_free(old);
    return true;
}

int rootscope_attach(rootscope_list *list, X509_STORE *store)
{
    if (list == NULL || store == NULL)
        return 0;
    ERR_set_mark();
    attachment *attached = attachment_of(store);
    bool done =
        attached == NULL ? attach_first(list, store) : attach_another(list, store, attached);
    ERR_pop_to_mark();
    return done;
}
