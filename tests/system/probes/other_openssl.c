/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/probes/other_openssl.h"

#include "tests/system/probes/probe.h"

#include <dlfcn.h>
#include <string.h>

/* X(return type, name, arguments) */
#define FUNCTIONS(X)                                                                               \
    X(int, OPENSSL_init_crypto, (uint64_t, const OPENSSL_INIT_SETTINGS *))                         \
    X(X509 *, d2i_X509, (X509 **, const unsigned char **, long))                                   \
    X(void, X509_free, (X509 *))                                                                   \
    X(X509_STORE *, X509_STORE_new, (void))                                                        \
    X(int, X509_STORE_add_cert, (X509_STORE *, X509 *))                                            \
    X(void, X509_STORE_free, (X509_STORE *))                                                       \
    X(X509_STORE_CTX *, X509_STORE_CTX_new, (void))                                                \
    X(int, X509_STORE_CTX_init, (X509_STORE_CTX *, X509_STORE *, X509 *, STACK_OF(X509) *))        \
    X(int, X509_verify_cert, (X509_STORE_CTX *))                                                   \
    X(void, X509_STORE_CTX_free, (X509_STORE_CTX *))

static struct {
#define FIELD(type, name, arguments) type(*name) arguments;
    FUNCTIONS(FIELD)
#undef FIELD
} other;

void other_openssl_load(const char *path)
{
    /* DEEPBIND: what it calls of its own must not be found in the copy that was loaded first. */
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (library == NULL)
        give_up(dlerror());
    void *symbol;
#define FIND(type, name, arguments)                                                                \
    symbol = must(dlsym(library, #name), #name);                                                   \
    memcpy(&other.name, &symbol, sizeof symbol);
    FUNCTIONS(FIND)
#undef FIND
    if ((void (*)(void))other.X509_verify_cert == (void (*)(void))X509_verify_cert)
        give_up("the library is the one that is loaded already");
}

int other_openssl_start(void)
{
    return other.OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
}

int other_openssl_verify(const unsigned char *root, long root_size, const unsigned char *leaf,
                         long leaf_size)
{
    int result = -1;
    X509 *anchor = other.d2i_X509(NULL, &root, root_size);
    X509 *target = other.d2i_X509(NULL, &leaf, leaf_size);
    X509_STORE *store = other.X509_STORE_new();
    X509_STORE_CTX *ctx = other.X509_STORE_CTX_new();
    if (anchor != NULL && target != NULL && ctx != NULL && store != NULL &&
        other.X509_STORE_add_cert(store, anchor) == 1 &&
        other.X509_STORE_CTX_init(ctx, store, target, NULL) == 1)
        result = other.X509_verify_cert(ctx);
    other.X509_STORE_CTX_free(ctx);
    other.X509_STORE_free(store);
    other.X509_free(target);
    other.X509_free(anchor);
    return result;
}
