/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/sha256.h"

const uint32_t rs_sha256_round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotate_right(uint32_t x, unsigned bits)
{
    return x >> bits | x << (32 - bits);
}

static inline uint32_t load_big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void schedule_fill(uint32_t w[64], const uint8_t block[64])
{
    for (size_t i = 0; i < 16; i++)
        w[i] = load_big_endian(block + 4 * i);
    for (size_t i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        uint32_t s0 = rotate_right(a, 7) ^ rotate_right(a, 18) ^ a >> 3;
        uint32_t s1 = rotate_right(b, 17) ^ rotate_right(b, 19) ^ b >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
}

/*
 * One round. The eight words stay where they are, and their names move on by one place with each
 * turn: what is a in one is b in the next.
 */
static inline void round_add(uint32_t words[8], unsigned turn, uint32_t input)
{
#define WORD(name) words[((name)-turn) % 8]
    enum { A, B, C, D, E, F, G, H };
    uint32_t a = WORD(A), e = WORD(E);
    uint32_t s1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
    uint32_t s0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
    uint32_t t1 = WORD(H) + s1 + (WORD(G) ^ (e & (WORD(F) ^ WORD(G)))) + input;
    WORD(D) += t1;
    WORD(H) = t1 + s0 + ((a & WORD(B)) | (WORD(C) & (a | WORD(B))));
#undef WORD
}

static void block_add(uint32_t state[8], const uint8_t block[64])
{
    uint32_t w[64], words[8];
    schedule_fill(w, block);
    memcpy(words, state, sizeof words);
    for (size_t i = 0; i < 64; i += 8) {
        round_add(words, 0, rs_sha256_round_constants[i] + w[i]);
        round_add(words, 1, rs_sha256_round_constants[i + 1] + w[i + 1]);
        round_add(words, 2, rs_sha256_round_constants[i + 2] + w[i + 2]);
        round_add(words, 3, rs_sha256_round_constants[i + 3] + w[i + 3]);
        round_add(words, 4, rs_sha256_round_constants[i + 4] + w[i + 4]);
        round_add(words, 5, rs_sha256_round_constants[i + 5] + w[i + 5]);
        round_add(words, 6, rs_sha256_round_constants[i + 6] + w[i + 6]);
        round_add(words, 7, rs_sha256_round_constants[i + 7] + w[i + 7]);
    }
    for (size_t i = 0; i < 8; i++)
        state[i] += words[i];
}

void rs_sha256_init(rs_sha256 *hash)
{
    *hash = (rs_sha256){
        .state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                  0x1f83d9ab, 0x5be0cd19},
    };
}

void rs_sha256_update(rs_sha256 *hash, rs_bytes data)
{
    size_t used = (size_t)(hash->length % sizeof hash->block);
    hash->length += data.n;
    if (used > 0) {
        size_t room = sizeof hash->block - used;
        size_t n = data.n < room ? data.n : room;
        if (n > 0)
            memcpy(hash->block + used, data.p, n);
        if (n < room)
            return;
        block_add(hash->state, hash->block);
        data = rs_bytes_skip(data, n);
    }
    for (; data.n >= sizeof hash->block; data = rs_bytes_skip(data, sizeof hash->block))
        block_add(hash->state, data.p);
    if (data.n > 0)
        memcpy(hash->block, data.p, data.n);
}

void rs_sha256_final(rs_sha256 *hash, uint8_t digest[RS_SHA256_SIZE])
{
    static const uint8_t padding[64] = {0x80};
    uint8_t bits[8];
    for (size_t i = 0; i < sizeof bits; i++)
        bits[i] = (uint8_t)(hash->length * 8 >> (56 - 8 * i));
    /* The bit count must end a block. */
    size_t used = (size_t)(hash->length % sizeof hash->block);
    rs_sha256_update(hash, rs_bytes_make(padding, (used < 56 ? 56 : 120) - used));
    rs_sha256_update(hash, rs_bytes_make(bits, sizeof bits));
    for (size_t i = 0; i < RS_SHA256_SIZE; i++)
        digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

void rs_sha256_digest(rs_bytes data, uint8_t digest[RS_SHA256_SIZE])
{
    rs_sha256 hash;
    rs_sha256_init(&hash);
    rs_sha256_update(&hash, data);
    rs_sha256_final(&hash, digest);
}
