/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/packs.h"

#include "command/base/message.h"
#include "lib/base/hash.h"

#include <stdlib.h>

enum {
    DIGITS_MAX = 20,
    PUNCTUATION = 4, /* `"":,` */
    DOMAIN_MAX = UINT8_MAX + PUNCTUATION + 1 + DIGITS_MAX,
    TEXT_MAX = RS_PACK_DOMAINS_MAX * DOMAIN_MAX + 2
};

/* The rows that are alike, linked: RS_HASH_INDEX_NONE ends them. */
typedef struct chain {
    rs_pack shared;
    uint32_t first, last;
} chain;

typedef struct packing {
    const rs_counts *counts;
    chain *chains;
    size_t count, capacity;
    uint32_t *next; /* of each row, the next one of its chain */
    rs_hash_index index;
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
    const rs_pack *a = &((const packing *)array)->chains[index].shared, *b = key;
    return a->issuer == b->issuer && a->suffix_length == b->suffix_length &&
           a->tld_length == b->tld_length && a->certificates == b->certificates &&
           a->suffix_certificates == b->suffix_certificates &&
           a->tld_certificates == b->tld_certificates && a->span == b->span;
}

static void begin_chain(packing *p, uint32_t hash, const rs_pack *shared, uint32_t row)
{
    if (p->count == p->capacity) {
        p->capacity = p->capacity == 0 ? 256 : 2 * p->capacity;
        p->chains = rs_message_need(reallocarray(p->chains, p->capacity, sizeof *p->chains));
    }
    if (rs_hash_index_add(&p->index, hash, (uint32_t)p->count) != RS_HASH_INDEX_ADDED)
        rs_message_need(NULL);
    p->chains[p->count++] = (chain){*shared, row, row};
}

static void link_row(packing *p, uint32_t row)
{
    rs_pack shared = pack_of(&p->counts->rows[row]);
    uint32_t hash = hash_of(&shared, p->counts->seed);
    uint32_t found = rs_hash_index_find(&p->index, hash, is_alike, p, &shared);
    p->next[row] = RS_HASH_INDEX_NONE;
    if (found == RS_HASH_INDEX_NONE) {
        begin_chain(p, hash, &shared, row);
    } else {
        p->next[p->chains[found].last] = row;
        p->chains[found].last = row;
    }
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

/* Nothing in a name has to be escaped: a contribution with other names is not read. */
static uint8_t *put_row(uint8_t *at, const rs_counts_row *row)
{
    *at++ = '"';
    memcpy(at, row->name, row->name_length);
    at += row->name_length;
    *at++ = '"';
    *at++ = ':';
    at = put_number(at, row->sum.first);
    *at++ = ',';
    return at;
}

/* Writes rows from `*row` on, as many as a pack has; `*row` becomes the one behind. */
static rs_bytes write_domains(const packing *p, uint32_t *row, uint8_t *text)
{
    uint8_t *at = text;
    *at++ = '{';
    for (size_t i = 0; i < RS_PACK_DOMAINS_MAX && *row != RS_HASH_INDEX_NONE; i++) {
        at = put_row(at, &p->counts->rows[*row]);
        *row = p->next[*row];
    }
    at[-1] = '}'; /* in place of the last comma */
    return rs_bytes_make(text, (size_t)(at - text));
}

static bool give_all(const packing *p, rs_packs_found *found, void *context)
{
    uint8_t *text = rs_message_need(malloc(TEXT_MAX));
    bool good = true;
    for (size_t i = 0; i < p->count && good; i++) {
        uint32_t row = p->chains[i].first;
        while (row != RS_HASH_INDEX_NONE && good) {
            rs_bytes domains = write_domains(p, &row, text);
            good = found(context, &p->chains[i].shared, domains);
        }
    }
    free(text);
    return good;
}

bool rs_packs_each(const rs_counts *counts, rs_packs_found *found, void *context)
{
    packing p = {.counts = counts};
    p.next = rs_message_need(reallocarray(NULL, counts->row_count + 1, sizeof *p.next));
    for (size_t row = 0; row < counts->row_count; row++)
        link_row(&p, (uint32_t)row);
    bool good = give_all(&p, found, context);
    rs_hash_index_clear(&p.index);
    free(p.next);
    free(p.chains);
    return good;
}
