/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A provider that offers nothing and does nothing: what OpenSSL and the loader take for any.
 */
#include <openssl/core.h>

static const OSSL_DISPATCH nothing[] = {{0, NULL}};

OSSL_provider_init_fn OSSL_provider_init;

__attribute__((visibility("default"))) int OSSL_provider_init(const OSSL_CORE_HANDLE *handle,
                                                              const OSSL_DISPATCH *in,
                                                              const OSSL_DISPATCH **out,
                                                              void **provctx)
{
    static char context;
    (void)handle, (void)in;
    *out = nothing;
    *provctx = &context;
    return 1;
}
