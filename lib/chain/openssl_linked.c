/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/openssl_linked.h"

#include <openssl/crypto.h>
#include <openssl/x509v3.h>

/* The casts add the const that OpenSSL 3 does not have yet where OpenSSL 4 has it, and nothing
 * else: the calling convention is the same. */
#define CAST(type, name, arguments) .name = (type(*) arguments)name,

const rs_openssl_table *rs_openssl_linked(void)
{
    static const rs_openssl_table table = {RS_OPENSSL_CHAIN_FUNCTIONS(CAST)};
    return &table;
}
