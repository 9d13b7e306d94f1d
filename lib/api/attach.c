/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/api/list.h"
#include "lib/chain/openssl_linked.h"
#include "lib/chain/verify_callback.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>

/* What a store keeps, in its ex_data. */
typedef struct attachment {
    rootscope_list *list;            /* a reference; changed under the store's lock only */
    X509_STORE_CTX_verify_fn verify; /* what was there before */
} attachment;

static void free_attachment(void *store, void *kept, CRYPTO_EX_DATA *data, int index, long argl,
                            void *argp)
{
    (void)store, (void)data, (void)index, (void)argl, (void)argp;
    attachment *attached = kept;
    if (attached == NULL)
        return;
    rootscope_list_free(attached->list);
    free(attached);
}

/* OpenSSL has ex_data numbers for the whole process, so ours is one, too. */
static CRYPTO_ONCE index_once = CRYPTO_ONCE_STATIC_INIT;
static int store_index = -1;

static void make_index(void)
{
    store_index =
        CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_X509_STORE, 0, NULL, NULL, NULL, free_attachment);
}

static bool has_index(void)
{
    return CRYPTO_THREAD_run_once(&index_once, make_index) == 1 && store_index >= 0;
}

/* A reference to the list that is in force now, and what to call after it. */
static rootscope_list *take_list(X509_STORE *store, X509_STORE_CTX_verify_fn *original)
{
    attachment *attached = store == NULL ? NULL : X509_STORE_get_ex_data(store, store_index);
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
    int result = refused ? 0 : original(ctx);
    if (result > 0 && report.uncached && X509_STORE_CTX_get_error(ctx) == X509_V_OK) {
        ERR_set_mark();
        rs_chain_remember(&check, X509_STORE_CTX_get0_chain(ctx));
        ERR_pop_to_mark();
    }
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

static bool attach_first(rootscope_list *list, X509_STORE *store)
{
    attachment *made = calloc(1, sizeof *made);
    if (made == NULL)
        return false;
    made->verify = X509_STORE_get_verify(store);
    if (made->verify == NULL)
        made->verify = default_verify();
    if (made->verify == NULL || X509_STORE_set_ex_data(store, store_index, made) != 1) {
        free(made);
        return false;
    }
    made->list = rootscope_list_ref(list);
    X509_STORE_set_verify(store, verify);
    return true;
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
    bool done = false;
    if (has_index()) {
        attachment *attached = X509_STORE_get_ex_data(store, store_index);
        done = attached == NULL ? attach_first(list, store) : attach_another(list, store, attached);
    }
    ERR_pop_to_mark();
    return done;
}
