/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The root's key in the corpus of chains, as the list of fuzz_chain names it: Ed25519 keys are
 * their numbers, and so are the signatures, so that the corpus can be made again byte for byte.
 */
#ifndef FUZZ_KEYS_H
#define FUZZ_KEYS_H

#include <openssl/evp.h>

/* The key of a number; number 0 is the root's. Free it. */
static inline EVP_PKEY *fuzz_key(unsigned char number)
{
    unsigned char seed[32] = {number};
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
}

#endif
