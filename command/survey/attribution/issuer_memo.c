/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/attribution/issuer_memo.h"

#include "lib/base/hash.h"

#include <stdlib.h>
#include <sys/random.h>

typedef struct rs_issuer_row {
    rs_bytes key;
    rs_issuer_found found;
} rs_issuer_row;

void rs_issuer_memo_init(rs_issuer_memo *memo)
{
    *memo = (rs_issuer_memo){0};
    /* Without it the hashes can be foreseen, which costs time and nothing else. */
    if (getrandom(&memo->seed, sizeof memo->seed, GRND_NONBLOCK) < 0)
        memo->seed = 0;
}

static void forget(rs_issuer_memo *memo)
{
    rs_hash_index_clear(&memo->index);
    rs_arena_clear(&memo->keys);
    memset(memo->recent, 0, sizeof memo->recent);
    memo->count = memo->size = 0;
}

void rs_issuer_memo_clear(rs_issuer_memo *memo)
{
    forget(memo);
    free(memo->rows);
    free(memo->key);
    rs_issuer_memo_init(memo);
}

static bool is_row(const void *array, uint32_t index, const void *key)
{
    return rs_bytes_equal(((const rs_issuer_row *)array)[index].key, *(const rs_bytes *)key);
}

static uint8_t *put(uint8_t *to, const void *from, size_t n)
{
    if (n > 0)
        memcpy(to, from, n);
    return to + n;
}

/* Each part of the key with its length before it, so that no two entries have the same key. */
static uint8_t *put_part(uint8_t *to, rs_bytes part)
{
    return put(put(to, &part.n, sizeof part.n), part.p, part.n);
}

/* What stands for an issuer in a key: its number, or all of it. */
static rs_bytes part_of_issuer(const rs_survey_entry *entry, size_t i)
{
    return entry->issuer_ids == NULL
               ? entry->issuers[i]
               : rs_bytes_make(&entry->issuer_ids[i], sizeof *entry->issuer_ids);
}

/* What a log says of the issuer's key. */
static rs_bytes part_of_log(const rs_survey_entry *entry)
{
    return rs_bytes_make(entry->issuer_key_hash,
                         entry->issuer_key_hash == NULL ? 0 : RS_SHA256_SIZE);
}

static rs_bytes part_of_chain(const rs_survey_entry *entry)
{
    return rs_bytes_make(entry->issuer_fingerprints, RS_SHA256_SIZE * entry->fingerprint_count);
}

static uint8_t flags_of(const rs_survey_entry *entry)
{
    return (uint8_t)(entry->from_log << 1 | (entry->issuer_ids != NULL));
}

static size_t key_size(const rs_survey_entry *entry, const rs_survey_certificate *certificate)
{
    size_t size = 4 * sizeof(size_t) + certificate->issuer.n + certificate->authority_key_id.n +
                  RS_SHA256_SIZE * (1 + entry->fingerprint_count) + 1;
    for (size_t i = 0; i < entry->issuer_count; i++)
        size += sizeof(size_t) + part_of_issuer(entry, i).n;
    return size;
}

static rs_bytes make_key(rs_issuer_memo *memo, const rs_survey_entry *entry,
                         const rs_survey_certificate *certificate)
{
    size_t size = key_size(entry, certificate);
    if (size > memo->key_capacity) {
        uint8_t *grown = realloc(memo->key, 2 * size);
        if (grown == NULL)
            return rs_bytes_make(NULL, 0);
        memo->key = grown;
        memo->key_capacity = 2 * size;
    }
    uint8_t *to = memo->key;
    *to++ = flags_of(entry);
    to = put_part(to, certificate->issuer);
    to = put_part(to, certificate->authority_key_id);
    to = put_part(to, part_of_log(entry));
    to = put_part(to, part_of_chain(entry));
    for (size_t i = 0; i < entry->issuer_count; i++)
        to = put_part(to, part_of_issuer(entry, i));
    return rs_bytes_make(memo->key, (size_t)(to - memo->key));
}

static bool make_room(rs_issuer_memo *memo, size_t size)
{
    if (memo->size + size > RS_ISSUER_MEMORY)
        forget(memo);
    if (memo->count < memo->capacity)
        return true;
    size_t capacity = memo->capacity == 0 ? 64 : 2 * memo->capacity;
    rs_issuer_row *grown = realloc(memo->rows, capacity * sizeof *grown);
    if (grown == NULL)
        return false;
    memo->rows = grown;
    memo->capacity = capacity;
    return true;
}

__attribute__((always_inline)) static inline bool take_part(rs_bytes *key, rs_bytes part)
{
    size_t n;
    memcpy(&n, key->p, sizeof n);
    const uint8_t *value = key->p + sizeof n;
    if (n != part.n || (n > 0 && memcmp(value, part.p, n) != 0))
        return false;
    *key = rs_bytes_make(value + n, key->n - sizeof n - n);
    return true;
}

/* Whether make_key would make this key of an entry without other issuers than fingerprints. */
static bool is_key_of(rs_bytes key, const rs_survey_entry *entry,
                      const rs_survey_certificate *certificate)
{
    if (key.p[0] != flags_of(entry))
        return false;
    key = rs_bytes_skip(key, 1);
    return take_part(&key, certificate->issuer) && take_part(&key, certificate->authority_key_id) &&
           take_part(&key, part_of_log(entry)) && take_part(&key, part_of_chain(entry)) &&
           key.n == 0;
}

/* Where the row of an entry of a tile is remembered; NULL: it is of something else. */
static uint32_t *recent_of(rs_issuer_memo *memo, const rs_survey_entry *entry)
{
    if (entry->fingerprint_count == 0 || entry->issuer_count > 0)
        return NULL;
    return &memo->recent[(2u * entry->issuer_fingerprints[0][0] + entry->is_tbs) %
                         RS_ISSUER_RECENT];
}

/* The index of the row, entered if it is new; RS_HASH_INDEX_NONE: there is no memory. */
static uint32_t find_row(rs_issuer_memo *memo, const rs_survey_entry *entry,
                         const rs_survey_certificate *certificate)
{
    rs_bytes key = make_key(memo, entry, certificate);
    if (key.p == NULL)
        return RS_HASH_INDEX_NONE;
    uint32_t hash = rs_hash_finish(rs_hash_bytes(memo->seed, key));
    uint32_t at = rs_hash_index_find(&memo->index, hash, is_row, memo->rows, &key);
    if (at != RS_HASH_INDEX_NONE)
        return at;
    size_t size = key.n + sizeof(rs_issuer_row) + 2 * sizeof(uint64_t);
    if (size > RS_ISSUER_MEMORY / 2 || !make_room(memo, size))
        return RS_HASH_INDEX_NONE;
    at = (uint32_t)memo->count;
    memo->rows[at] = (rs_issuer_row){.key = rs_arena_copy(&memo->keys, key)};
    if (memo->rows[at].key.p == NULL ||
        rs_hash_index_add(&memo->index, hash, at) != RS_HASH_INDEX_ADDED)
        return RS_HASH_INDEX_NONE;
    memo->count++;
    memo->size += size;
    return at;
}

rs_issuer_found *rs_issuer_memo_find(rs_issuer_memo *memo, const rs_survey_entry *entry,
                                     const rs_survey_certificate *certificate)
{
    uint32_t *recent = recent_of(memo, entry);
    if (recent != NULL && *recent > 0 && is_key_of(memo->rows[*recent - 1].key, entry, certificate))
        return &memo->rows[*recent - 1].found;
    uint32_t at = find_row(memo, entry, certificate);
    if (at == RS_HASH_INDEX_NONE)
        return NULL;
    if (recent != NULL)
        *recent = at + 1;
    return &memo->rows[at].found;
}
