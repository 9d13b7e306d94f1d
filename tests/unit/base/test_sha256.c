/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/sha256.h"

#include "tests/unit/digest.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

/* FIPS 180-4 and the NIST example values. */
static void digest_of_standard_vectors(void)
{
    static const struct {
        const char *text, *hex;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint8_t digest[RS_SHA256_SIZE];
        rs_sha256_digest(rs_bytes_of_string(rows[i].text), digest);
        CHECK_ROW(digest_is(digest, rows[i].hex), rows[i].text);
    }
}

static void digest_of_a_million_bytes(void)
{
    rs_sha256 hash;
    rs_sha256_init(&hash);
    uint8_t chunk[999];
    memset(chunk, 'a', sizeof chunk);
    size_t left = 1000000;
    while (left > 0) {
        size_t n = left < sizeof chunk ? left : sizeof chunk;
        rs_sha256_update(&hash, rs_bytes_make(chunk, n));
        left -= n;
    }
    uint8_t digest[RS_SHA256_SIZE];
    rs_sha256_final(&hash, digest);
    CU_ASSERT(
        digest_is(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

/* One digest over the digests of all lengths around one and two blocks, from another program. */
static void digest_of_every_length(void)
{
    rs_sha256 all;
    rs_sha256_init(&all);
    for (size_t n = 0; n <= 130; n++) {
        uint8_t message[130], digest[RS_SHA256_SIZE];
        for (size_t i = 0; i < n; i++)
            message[i] = (uint8_t)(i * 7 + n);
        rs_bytes exact = exact_copy(rs_bytes_make(message, n));
        rs_sha256_digest(exact, digest);
        exact_free(exact);
        rs_sha256_update(&all, rs_bytes_make(digest, sizeof digest));
    }
    uint8_t digest[RS_SHA256_SIZE];
    rs_sha256_final(&all, digest);
    CU_ASSERT(
        digest_is(digest, "969b9f993f9c27e8424a46288c5b7999eee502a7befa92cad6cfef1034d76c51"));
}

static void digest_in_pieces_is_digest_at_once(void)
{
    uint8_t message[130];
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(i * 31 + 5);
    for (size_t n = 0; n <= sizeof message; n++) {
        uint8_t whole[RS_SHA256_SIZE], pieces[RS_SHA256_SIZE];
        rs_sha256_digest(rs_bytes_make(message, n), whole);
        for (size_t step = 1; step <= 67; step += 11) {
            rs_sha256 hash;
            rs_sha256_init(&hash);
            for (size_t at = 0; at < n; at += step) {
                size_t piece = n - at < step ? n - at : step;
                rs_sha256_update(&hash, rs_bytes_make(message + at, piece));
                rs_sha256_update(&hash, rs_bytes_make(NULL, 0));
            }
            rs_sha256_final(&hash, pieces);
            CU_ASSERT(memcmp(whole, pieces, sizeof whole) == 0);
        }
    }
}

static CU_TestInfo tests[] = {
    {"digest of standard vectors", digest_of_standard_vectors},
    {"digest of a million bytes", digest_of_a_million_bytes},
    {"digest of every length", digest_of_every_length},
    {"digest in pieces is digest at once", digest_in_pieces_is_digest_at_once},
    CU_TEST_INFO_NULL,
};

RS_SUITE("sha256", tests)
