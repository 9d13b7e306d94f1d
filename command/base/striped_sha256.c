/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/striped_sha256.h"

#include "command/base/quick_sha256.h"
#include "command/base/sha256_pair.h"

#include <stdlib.h>

enum { BLOCK = 64, ROW = 2 * BLOCK };

/* The first of each two is of the even blocks. */
struct rs_striped_sha256 {
    rs_quick_sha256 *openssl[2]; /* both NULL: the processor computes both at once */
    rs_sha256 pair[2];
    uint8_t row[ROW]; /* less than two blocks waits here for more */
    size_t used;
};

rs_striped_sha256 *rs_striped_sha256_new(rs_striped_sha256_means means)
{
    rs_striped_sha256 *hash = calloc(1, sizeof *hash);
    if (hash == NULL || (means == RS_STRIPED_SHA256_BEST && rs_sha256_pair_is_there()))
        return hash;
    hash->openssl[0] = rs_quick_sha256_new();
    hash->openssl[1] = rs_quick_sha256_new();
    if (hash->openssl[0] != NULL && hash->openssl[1] != NULL)
        return hash;
    rs_striped_sha256_free(hash);
    return NULL;
}

void rs_striped_sha256_free(rs_striped_sha256 *hash)
{
    if (hash == NULL)
        return;
    rs_quick_sha256_free(hash->openssl[0]);
    rs_quick_sha256_free(hash->openssl[1]);
    free(hash);
}

static bool is_paired(const rs_striped_sha256 *hash)
{
    return hash->openssl[0] == NULL;
}

void rs_striped_sha256_begin(rs_striped_sha256 *hash)
{
    hash->used = 0;
    for (size_t i = 0; i < 2; i++) {
        if (is_paired(hash))
            rs_sha256_init(&hash->pair[i]);
        else
            rs_quick_sha256_begin(hash->openssl[i]);
    }
}

/* Copied together first: each call of OpenSSL takes as long as a block or two. */
static void add_by_openssl(rs_striped_sha256 *hash, const uint8_t *rows, size_t count)
{
    enum { AT_ONCE = 32 };
    uint8_t even[AT_ONCE * BLOCK], odd[AT_ONCE * BLOCK];
    while (count > 0) {
        size_t n = count < AT_ONCE ? count : AT_ONCE;
        for (size_t i = 0; i < n; i++, rows += ROW) {
            memcpy(even + BLOCK * i, rows, BLOCK);
            memcpy(odd + BLOCK * i, rows + BLOCK, BLOCK);
        }
        rs_quick_sha256_update(hash->openssl[0], rs_bytes_make(even, BLOCK * n));
        rs_quick_sha256_update(hash->openssl[1], rs_bytes_make(odd, BLOCK * n));
        count -= n;
    }
}

static void add_rows(rs_striped_sha256 *hash, const uint8_t *rows, size_t count)
{
    if (is_paired(hash))
        rs_sha256_pair_update(&hash->pair[0], &hash->pair[1], rows, count);
    else
        add_by_openssl(hash, rows, count);
}

/* Moves from the front of `data` to the row what there is room for. */
static void fill_row(rs_striped_sha256 *hash, rs_bytes *data)
{
    size_t room = ROW - hash->used, n = data->n < room ? data->n : room;
    if (n > 0)
        memcpy(hash->row + hash->used, data->p, n);
    hash->used += n;
    *data = rs_bytes_skip(*data, n);
}

void rs_striped_sha256_update(rs_striped_sha256 *hash, rs_bytes data)
{
    if (hash->used > 0)
        fill_row(hash, &data);
    if (hash->used == ROW) {
        add_rows(hash, hash->row, 1);
        hash->used = 0;
    }
    size_t rows = data.n / ROW;
    add_rows(hash, data.p, rows);
    data = rs_bytes_skip(data, ROW * rows);
    fill_row(hash, &data);
}

/* Adds the end of its stripe, and writes the hash of it. */
static bool end_stripe(rs_striped_sha256 *hash, size_t i, rs_bytes last,
                       uint8_t digest[RS_SHA256_SIZE])
{
    if (!is_paired(hash)) {
        rs_quick_sha256_update(hash->openssl[i], last);
        return rs_quick_sha256_final(hash->openssl[i], digest);
    }
    rs_sha256_update(&hash->pair[i], last);
    rs_sha256_final(&hash->pair[i], digest);
    return true;
}

bool rs_striped_sha256_final(rs_striped_sha256 *hash, uint8_t digest[RS_SHA256_SIZE])
{
    uint8_t stripes[2][RS_SHA256_SIZE];
    size_t even = hash->used < BLOCK ? hash->used : BLOCK;
    if (!end_stripe(hash, 0, rs_bytes_make(hash->row, even), stripes[0]) ||
        !end_stripe(hash, 1, rs_bytes_make(hash->row + even, hash->used - even), stripes[1]))
        return false;
    rs_sha256_digest(rs_bytes_make(stripes, sizeof stripes), digest);
    return true;
}
