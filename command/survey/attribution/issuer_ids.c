/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/attribution/issuer_ids.h"

#include "lib/base/hash.h"

#include <stdlib.h>

/* The end is of the signature, which differs wherever certificates do. */
static size_t slot_of(rs_bytes certificate)
{
    enum { END = 16 };
    rs_bytes end = certificate.n > END ? rs_bytes_tail(certificate, END) : certificate;
    return rs_hash_finish(rs_hash_bytes(certificate.n, end)) % RS_ISSUER_IDS_SLOTS;
}

uint64_t rs_issuer_ids_find(rs_issuer_ids *ids, rs_bytes certificate, bool *is_new)
{
    size_t at = slot_of(certificate), size = certificate.n;
    *is_new =
        ids->slots[at].id == 0 ||
        !rs_bytes_equal(rs_bytes_make(ids->slots[at].bytes, ids->slots[at].size), certificate);
    if (!*is_new)
        return ids->slots[at].id;
    uint64_t id = ++ids->last;
    if (size == 0 || size > RS_ISSUER_IDS_SIZE)
        return id;
    if (size > ids->slots[at].capacity) {
        uint8_t *grown = realloc(ids->slots[at].bytes, size);
        if (grown == NULL)
            return id;
        ids->slots[at].bytes = grown;
        ids->slots[at].capacity = size;
    }
    memcpy(ids->slots[at].bytes, certificate.p, size);
    ids->slots[at].size = size;
    ids->slots[at].id = id;
    return id;
}

void rs_issuer_ids_clear(rs_issuer_ids *ids)
{
    for (size_t i = 0; i < RS_ISSUER_IDS_SLOTS; i++)
        free(ids->slots[i].bytes);
    *ids = (rs_issuer_ids){.last = ids->last};
}
