/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/quick_sha256.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct rs_quick_sha256 {
    EVP_MD_CTX *context;
    bool failed;
};

rs_quick_sha256 *rs_quick_sha256_new(void)
{
    rs_quick_sha256 *hash = calloc(1, sizeof *hash);
    if (hash == NULL)
        return NULL;
    hash->context = EVP_MD_CTX_new();
    if (hash->context != NULL && EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) == 1)
        return hash;
    rs_quick_sha256_free(hash);
    return NULL;
}

void rs_quick_sha256_free(rs_quick_sha256 *hash)
{
    if (hash != NULL)
        EVP_MD_CTX_free(hash->context);
    free(hash);
}

void rs_quick_sha256_begin(rs_quick_sha256 *hash)
{
    /* Without a digest, the one of before: nothing is looked up. */
    hash->failed = EVP_DigestInit_ex(hash->context, NULL, NULL) != 1;
}

void rs_quick_sha256_update(rs_quick_sha256 *hash, rs_bytes data)
{
    if (!hash->failed)
        hash->failed = EVP_DigestUpdate(hash->context, data.p, data.n) != 1;
}

bool rs_quick_sha256_final(rs_quick_sha256 *hash, uint8_t digest[RS_SHA256_SIZE])
{
    if (!hash->failed)
        hash->failed = EVP_DigestFinal_ex(hash->context, digest, NULL) != 1;
    return !hash->failed;
}
