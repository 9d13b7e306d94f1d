/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/packs.h"

#include "command/base/message.h"
#include "lib/base/hash.h"

#include <stdlib.h>

enum {
    DIGITS_MAX = 20,
    PUNCTUATION = 4, /* `"":,` */
    FIRST_TEXT = 64  /* bytes: many a pack gets one domain */
};

/* A pack that is being filled. */
typedef struct open_pack {
    rs_pack shared;
    size_t domains; /* how many the text has */
    uint8_t *text;  /* `{"DOMAIN":FIRST,` and so on: the comma becomes the end */
    size_t size, capacity;
} open_pack;

typedef struct packing {
    rs_packs_found *found;
    void *context;
    uint64_t seed;
    open_pack *packs;
    size_t count, capacity;
    rs_hash_index index; /* of the packs, by what their rows share */
} packing;

static rs_pack pack_of(const rs_counts_row *row)
{
    const rs_counts_sum *sum = &row->sum;
    return (rs_pack){.issuer = row->issuer,
                     .suffix_length = row->suffix_length,
                     .tld_length = row->tld_length,
                     .certificates = sum->certificates,
                     .suffix_certificates = sum->suffix_certificates,
                     .tld_certificates = sum->tld_certificates,
                     .span = sum->last - sum->first};
}

static uint32_t hash_of(const rs_pack *pack, uint64_t seed)
{
    uint64_t shape =
        (uint64_t)pack->issuer << 16 | (uint64_t)pack->suffix_length << 8 | pack->tld_length;
    uint64_t hash = rs_hash_step(rs_hash_step(seed, shape), pack->certificates);
    hash = rs_hash_step(rs_hash_step(hash, pack->suffix_certificates), pack->tld_certificates);
    return rs_hash_finish(rs_hash_step(hash, (uint64_t)pack->span));
}

static bool is_alike(const void *array, uint32_t index, const void *key)
{
    const rs_pack *a = &((const packing *)array)->packs[index].shared, *b = key;
    return a->issuer == b->issuer && a->suffix_length == b->suffix_length &&
           a->tld_length == b->tld_length && a->certificates == b->certificates &&
           a->suffix_certificates == b->suffix_certificates &&
           a->tld_certificates == b->tld_certificates && a->span == b->span;
}

static open_pack *begin_pack(packing *p, uint32_t hash, const rs_pack *shared)
{
    if (p->count == p->capacity) {
        p->capacity = p->capacity == 0 ? 256 : 2 * p->capacity;
        p->packs = rs_message_need(reallocarray(p->packs, p->capacity, sizeof *p->packs));
    }
    if (rs_hash_index_add(&p->index, hash, (uint32_t)p->count) != RS_HASH_INDEX_ADDED)
        rs_message_need(NULL);
    open_pack *begun = &p->packs[p->count++];
    *begun = (open_pack){.shared = *shared};
    return begun;
}

/* The pack that a row belongs in. */
static open_pack *find_pack(packing *p, const rs_counts_row *row)
{
    rs_pack shared = pack_of(row);
    uint32_t hash = hash_of(&shared, p->seed);
    uint32_t found = rs_hash_index_find(&p->index, hash, is_alike, p, &shared);
    return found == RS_HASH_INDEX_NONE ? begin_pack(p, hash, &shared) : &p->packs[found];
}

static uint8_t *put_number(uint8_t *at, int64_t number)
{
    uint8_t digits[DIGITS_MAX], *digit = digits + sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    if (number < 0)
        *at++ = '-';
    /* Two at a time, since each division takes as long as all else. */
    for (; rest >= 10; rest /= 100) {
        uint64_t two = rest % 100;
        *--digit = (uint8_t)('0' + two % 10);
        *--digit = (uint8_t)('0' + two / 10);
    }
    if (rest > 0 || digit == digits + sizeof digits)
        *--digit = (uint8_t)('0' + rest);
    size_t count = (size_t)(digits + sizeof digits - digit);
    memcpy(at, digit, count);
    return at + count;
}

/* Makes room for one more domain. */
static void reserve(open_pack *pack, const rs_counts_row *row)
{
    size_t most = pack->size + 1 + PUNCTUATION + row->name_length + 1 + DIGITS_MAX;
    if (most <= pack->capacity)
        return;
    pack->capacity = pack->capacity == 0 && most < FIRST_TEXT ? FIRST_TEXT : 2 * most;
    pack->text = rs_message_need(realloc(pack->text, pack->capacity));
}

/* Nothing in a name has to be escaped: a contribution with other names is not read. */
static void put_row(open_pack *pack, const rs_counts_row *row)
{
    reserve(pack, row);
    uint8_t *at = pack->text + pack->size;
    if (pack->domains == 0)
        *at++ = '{';
    *at++ = '"';
    memcpy(at, row->name, row->name_length);
    at += row->name_length;
    *at++ = '"';
    *at++ = ':';
    at = put_number(at, row->sum.first);
    *at++ = ',';
    pack->size = (size_t)(at - pack->text);
    pack->domains++;
}

/* Hands on what a pack has, and empties it. */
static bool give(const packing *p, open_pack *pack)
{
    pack->text[pack->size - 1] = '}'; /* in place of the last comma */
    rs_bytes domains = rs_bytes_make(pack->text, pack->size);
    pack->domains = pack->size = 0;
    return p->found(p->context, &pack->shared, domains);
}

/* Rows are taken in the order in which memory has them: neither they nor their names are near. */
static bool take_rows(packing *p, const rs_counts *counts)
{
    bool good = true;
    for (size_t i = 0; i < counts->row_count && good; i++) {
        open_pack *pack = find_pack(p, &counts->rows[i]);
        put_row(pack, &counts->rows[i]);
        if (pack->domains == RS_PACK_DOMAINS_MAX)
            good = give(p, pack);
    }
    return good;
}

static bool give_rest(const packing *p)
{
    bool good = true;
    for (size_t i = 0; i < p->count && good; i++)
        if (p->packs[i].domains > 0)
            good = give(p, &p->packs[i]);
    return good;
}

bool rs_packs_each(const rs_counts *counts, rs_packs_found *found, void *context)
{
    packing p = {.found = found, .context = context, .seed = counts->seed};
    bool good = take_rows(&p, counts) && give_rest(&p);
    for (size_t i = 0; i < p.count; i++)
        free(p.packs[i].text);
    rs_hash_index_clear(&p.index);
    free(p.packs);
    return good;
}
