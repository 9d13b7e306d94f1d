/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/issuer_ids.h"

#include "lib/base/hash.h"

#include <stdlib.h>

/* The end is of the signature, which differs wherever certificates do. */
static rs_issuer_slot *set_of(rs_issuer_ids *ids, rs_bytes certificate)
{
    enum { END = 16 };
    rs_bytes end = certificate.n > END ? rs_bytes_tail(certificate, END) : certificate;
    return ids->sets[rs_hash_finish(rs_hash_bytes(certificate.n, end)) % RS_ISSUER_IDS_SETS];
}

static rs_issuer_slot *find(rs_issuer_slot set[RS_ISSUER_IDS_WAYS], rs_bytes certificate)
{
    for (size_t i = 0; i < RS_ISSUER_IDS_WAYS; i++)
        if (set[i].id > 0 && rs_bytes_equal(rs_bytes_make(set[i].bytes, set[i].size), certificate))
            return &set[i];
    return NULL;
}

/* The one that was filled first, or an empty one. */
static rs_issuer_slot *oldest_of(rs_issuer_slot set[RS_ISSUER_IDS_WAYS])
{
    rs_issuer_slot *oldest = set;
    for (size_t i = 1; i < RS_ISSUER_IDS_WAYS; i++)
        if (set[i].id < oldest->id)
            oldest = &set[i];
    return oldest;
}

static bool fill(rs_issuer_slot *slot, uint64_t id, rs_bytes certificate)
{
    if (certificate.n > slot->capacity) {
        uint8_t *grown = realloc(slot->bytes, certificate.n);
        if (grown == NULL)
            return false;
        slot->bytes = grown;
        slot->capacity = certificate.n;
    }
    memcpy(slot->bytes, certificate.p, certificate.n);
    slot->size = certificate.n;
    slot->id = id;
    slot->has_sha256 = false;
    return true;
}

/* Gives it the next number. NULL: it is not remembered. */
static rs_issuer_slot *remember(rs_issuer_ids *ids, rs_issuer_slot *set, rs_bytes certificate)
{
    uint64_t id = ++ids->last;
    if (certificate.n == 0 || certificate.n > RS_ISSUER_IDS_SIZE)
        return NULL;
    rs_issuer_slot *slot = oldest_of(set);
    return fill(slot, id, certificate) ? slot : NULL;
}

uint64_t rs_issuer_ids_find(rs_issuer_ids *ids, rs_bytes certificate, bool *is_new)
{
    rs_issuer_slot *set = set_of(ids, certificate);
    const rs_issuer_slot *known = find(set, certificate);
    *is_new = known == NULL;
    if (known != NULL)
        return known->id;
    remember(ids, set, certificate);
    return ids->last;
}

void rs_issuer_ids_sha256(rs_issuer_ids *ids, rs_bytes certificate, uint8_t sha256[RS_SHA256_SIZE])
{
    rs_issuer_slot *set = set_of(ids, certificate), *slot = find(set, certificate);
    if (slot == NULL)
        slot = remember(ids, set, certificate);
    if (slot == NULL) {
        rs_sha256_digest(certificate, sha256);
        return;
    }
    if (!slot->has_sha256)
        rs_sha256_digest(certificate, slot->sha256);
    slot->has_sha256 = true;
    memcpy(sha256, slot->sha256, RS_SHA256_SIZE);
}

void rs_issuer_ids_clear(rs_issuer_ids *ids)
{
    for (size_t i = 0; i < RS_ISSUER_IDS_SETS; i++)
        for (size_t way = 0; way < RS_ISSUER_IDS_WAYS; way++)
            free(ids->sets[i][way].bytes);
    *ids = (rs_issuer_ids){.last = ids->last};
}
