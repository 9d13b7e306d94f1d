/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/hook.h"

#include "lib/base/likely.h"
#include "provider/guard.h"
#include "provider/policy.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/* Verify functions in one process: OpenSSL's own and those of applications' stores. */
enum { TRAMPOLINES = 64 };

/* What a trampoline stands for; never changes once it is in its place. */
typedef struct target {
    const rs_openssl_copy *copy;
    rs_verify_fn original;
} target;

static _Atomic(target *) targets[TRAMPOLINES];

__attribute__((hot)) static int jump(size_t place, X509_STORE_CTX *context)
{
    const target *t = atomic_load_explicit(&targets[place], memory_order_acquire);
    return rs_guard_verify(t->copy, t->original, context);
}

/* The reserved ones, one for each copy, for when all others are taken. */
static const rs_openssl_copy *_Atomic denying_copies[RS_OPENSSL_COPIES_MAX];

static int deny(size_t place, X509_STORE_CTX *context)
{
    return rs_guard_deny(atomic_load_explicit(&denying_copies[place], memory_order_acquire),
                         context);
}

/*
 * A verify function gets nothing but the context, and nothing may be kept there: so there is one
 * function for each target.
 */
#define TRAMPOLINE(prefix, call, n)                                                                \
    static int prefix##n(X509_STORE_CTX *context)                                                  \
    {                                                                                              \
        return call(n, context);                                                                   \
    }
/* clang-format off */
#define EIGHT(X, n) X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7)
/* X(000) to X(077): octal numbers, since that is what pasted digits make. */
#define SIXTY_FOUR(X)                                                                              \
    EIGHT(X, 00) EIGHT(X, 01) EIGHT(X, 02) EIGHT(X, 03)                                            \
    EIGHT(X, 04) EIGHT(X, 05) EIGHT(X, 06) EIGHT(X, 07)

#define DEFINE_JUMP(n) TRAMPOLINE(jump_, jump, n)
SIXTY_FOUR(DEFINE_JUMP)
#define DEFINE_DENY(n) TRAMPOLINE(deny_, deny, n)
EIGHT(DEFINE_DENY, 00)

#define NAME_JUMP(n) jump_##n,
static const rs_verify_fn trampolines[TRAMPOLINES] = {SIXTY_FOUR(NAME_JUMP)};
#define NAME_DENY(n) deny_##n,
static const rs_verify_fn denying[RS_OPENSSL_COPIES_MAX] = {EIGHT(NAME_DENY, 00)};
/* clang-format on */

static bool is_ours(rs_verify_fn function)
{
    for (size_t i = 0; i < TRAMPOLINES; i++)
        if (trampolines[i] == function)
            return true;
    for (size_t i = 0; i < RS_OPENSSL_COPIES_MAX; i++)
        if (denying[i] == function)
            return true;
    return false;
}

static target *target_new(const rs_openssl_copy *copy, rs_verify_fn original)
{
    target *made = malloc(sizeof *made);
    if (made != NULL)
        *made = (target){.copy = copy, .original = original};
    return made;
}

/* What a context gets that there is no trampoline left for; NULL: it may go unguarded. */
static rs_verify_fn denying_trampoline(const rs_openssl_copy *copy)
{
    if (!rs_policy_any_enforces())
        return NULL;
    atomic_store(&denying_copies[copy->number], copy);
    return denying[copy->number];
}

/* The trampoline that a verify function of a copy has; NULL: none yet. */
static rs_verify_fn find_trampoline(const rs_openssl_copy *copy, rs_verify_fn original)
{
    for (size_t i = 0; i < TRAMPOLINES; i++) {
        const target *present = atomic_load_explicit(&targets[i], memory_order_acquire);
        if (RS_UNLIKELY(present == NULL))
            return NULL;
        if (RS_LIKELY(present->copy == copy && present->original == original))
            return trampolines[i];
    }
    return NULL;
}

/* Gives a verify function the next free trampoline; another thread may have been faster. */
static rs_verify_fn claim_trampoline(const rs_openssl_copy *copy, rs_verify_fn original)
{
    target *made = target_new(copy, original);
    for (size_t i = 0; made != NULL && i < TRAMPOLINES; i++) {
        target *present = NULL;
        if (atomic_compare_exchange_strong(&targets[i], &present, made))
            return trampolines[i];
        if (present->copy == copy && present->original == original) {
            free(made);
            return trampolines[i];
        }
    }
    free(made);
    return denying_trampoline(copy);
}

/*
 * Contexts that only ask whether on_init is called for them. The answer cannot be read from the
 * verify function: a second copy of this module may have wrapped ours in turn, and if each then
 * took itself for missing and hooked again, the two would wrap each other without end.
 */
enum { QUESTIONS = 8 };
static _Atomic(void *) questions[QUESTIONS];
static atomic_uint asking;

static void answer(void *context)
{
    if (RS_LIKELY(atomic_load_explicit(&asking, memory_order_relaxed) == 0))
        return;
    for (size_t i = 0; i < QUESTIONS; i++) {
        void *asked = context;
        atomic_compare_exchange_strong(&questions[i], &asked, NULL);
    }
}

/* OpenSSL's CRYPTO_EX_new for each X509_STORE_CTX; `argp` is the copy that registered it. */
__attribute__((hot)) static void on_init(void *parent, void *value, CRYPTO_EX_DATA *data, int index,
                                         long argl, void *argp)
{
    const rs_openssl_copy *copy = argp;
    X509_STORE_CTX *context = parent;
    (void)value, (void)data, (void)index, (void)argl;
    answer(context);
    rs_verify_fn verify = copy->X509_STORE_CTX_get_verify(context);
    rs_verify_fn guarded = find_trampoline(copy, verify);
    if (RS_UNLIKELY(guarded == NULL) && verify != NULL && !is_ours(verify))
        guarded = claim_trampoline(copy, verify);
    if (guarded != NULL)
        copy->X509_STORE_CTX_set_verify(context, guarded);
}

/* Initialises the context, and tells whether on_init was called for it. */
static bool is_called_for(const rs_openssl_copy *copy, X509_STORE_CTX *context)
{
    size_t i = 0;
    void *none = NULL;
    while (i < QUESTIONS && !atomic_compare_exchange_strong(&questions[i], &none, context)) {
        none = NULL;
        i++;
    }
    if (i == QUESTIONS)
        return false; /* one hook too many does no harm: it finds the context guarded */
    atomic_fetch_add(&asking, 1);
    copy->X509_STORE_CTX_init(context, NULL, NULL, NULL);
    atomic_fetch_sub(&asking, 1);
    void *unanswered = context;
    return !atomic_compare_exchange_strong(&questions[i], &unanswered, NULL);
}

/*
 * Is the hook in force under the thread's default library context? Asked, not remembered: the
 * addresses of contexts are reused, and whoever tears one down need not tell us.
 */
static bool is_in_force(const rs_openssl_copy *copy)
{
    X509_STORE_CTX *context = copy->X509_STORE_CTX_new();
    bool in_force = context != NULL && is_called_for(copy, context);
    copy->X509_STORE_CTX_free(context);
    return in_force;
}

static bool install_under_current(const rs_openssl_copy *copy)
{
    return is_in_force(copy) ||
           copy->CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_X509_STORE_CTX, 0, (void *)(uintptr_t)copy,
                                         on_init, NULL, NULL) >= 0;
}

static bool install_under(const rs_openssl_copy *copy, OSSL_LIB_CTX *libctx)
{
    /* NULL would not set the default, only tell it. */
    if (libctx == NULL)
        return true;
    OSSL_LIB_CTX *before = copy->OSSL_LIB_CTX_set0_default(libctx);
    bool installed = install_under_current(copy);
    copy->OSSL_LIB_CTX_set0_default(before);
    return installed;
}

bool rs_hook_install(const rs_openssl_copy *copy, OSSL_LIB_CTX *libctx)
{
    copy->table.ERR_set_mark();
    bool installed = install_under_current(copy);
    installed &= install_under(copy, copy->OSSL_LIB_CTX_get0_global_default());
    installed &= install_under(copy, libctx);
    copy->table.ERR_pop_to_mark();
    return installed;
}
