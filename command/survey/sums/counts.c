/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/sums/counts.h"

#include "command/survey/sums/plain.h"
#include "lib/base/hash.h"

#include <stdlib.h>
#include <sys/random.h>

uint64_t rs_counts_seed(void)
{
    uint64_t seed;
    /* Without the system's random numbers all works as well, unless somebody knows that. */
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = (uintptr_t)&seed;
    return seed;
}

void rs_counts_init(rs_counts *counts)
{
    *counts = (rs_counts){.seed = rs_counts_seed()};
}

void rs_counts_clear(rs_counts *counts)
{
    free(counts->rows);
    free(counts->issuers);
    free(counts->suffixes);
    rs_hash_index_clear(&counts->row_index);
    rs_hash_index_clear(&counts->issuer_index);
    rs_hash_index_clear(&counts->suffix_index);
    rs_arena_clear(&counts->texts);
    *counts = (rs_counts){.seed = counts->seed};
}

static void empty_index(rs_hash_index *index)
{
    if (index->used > 0)
        memset(index->slots, 0, index->capacity * sizeof *index->slots);
    index->used = 0;
}

void rs_counts_reset(rs_counts *counts)
{
    empty_index(&counts->row_index);
    empty_index(&counts->issuer_index);
    empty_index(&counts->suffix_index);
    rs_arena_reset(&counts->texts);
    counts->row_count = counts->issuer_count = counts->suffix_count = counts->reason_count = 0;
    counts->certificates = 0;
}

/* Makes room for one more element. */
static bool make_room(void *array, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity)
        return true;
    size_t larger = *capacity == 0 ? 64 : 2 * *capacity;
    void *old;
    memcpy(&old, array, sizeof old);
    void *grown = larger > RS_HASH_INDEX_NONE ? NULL : reallocarray(old, larger, size);
    if (grown == NULL)
        return false;
    memcpy(array, &grown, sizeof grown);
    *capacity = larger;
    return true;
}

static bool is_issuer(const void *array, uint32_t index, const void *key)
{
    const rs_counts *counts = array;
    return rs_bytes_equal(counts->issuers[index].reference, *(const rs_bytes *)key);
}

/* The index of an issuer, entered if it is new; RS_HASH_INDEX_NONE: no memory. */
static uint32_t find_issuer(rs_counts *counts, rs_bytes reference)
{
    rs_hash_index *table = &counts->issuer_index;
    uint32_t hash = rs_hash_finish(rs_hash_bytes(counts->seed, reference));
    uint32_t found = rs_hash_index_find(table, hash, is_issuer, counts, &reference);
    if (found != RS_HASH_INDEX_NONE)
        return found;
    uint32_t added = (uint32_t)counts->issuer_count;
    rs_bytes copy = rs_arena_copy(&counts->texts, reference);
    if (copy.p == NULL ||
        !make_room(&counts->issuers, &counts->issuer_capacity, added, sizeof *counts->issuers) ||
        rs_hash_index_add(table, hash, added) != RS_HASH_INDEX_ADDED)
        return RS_HASH_INDEX_NONE;
    counts->issuers[added] = (rs_counts_issuer){.reference = copy};
    counts->issuer_count++;
    return added;
}

uint32_t rs_counts_issuer_index(rs_counts *counts, rs_bytes reference)
{
    uint32_t *recent = &counts->recent[reference.n == 0 ? 0 : reference.p[0] % RS_COUNTS_RECENT];
    bool is_recent = *recent < counts->issuer_count &&
                     rs_bytes_equal_short(counts->issuers[*recent].reference, reference);
    if (!is_recent)
        *recent = find_issuer(counts, reference);
    return *recent;
}

static bool is_suffix(const void *array, uint32_t index, const void *key)
{
    const rs_counts *counts = array;
    return rs_bytes_equal_short(counts->suffixes[index].name, *(const rs_bytes *)key);
}

/* The same of a suffix. A new one is its own top-level domain. */
static uint32_t look_up_suffix(rs_counts *counts, rs_bytes name)
{
    rs_hash_index *table = &counts->suffix_index;
    uint32_t hash = rs_hash_finish(rs_hash_bytes(counts->seed, name));
    uint32_t found = rs_hash_index_find(table, hash, is_suffix, counts, &name);
    if (found != RS_HASH_INDEX_NONE)
        return found;
    uint32_t added = (uint32_t)counts->suffix_count;
    if (!make_room(&counts->suffixes, &counts->suffix_capacity, added, sizeof *counts->suffixes) ||
        rs_hash_index_add(table, hash, added) != RS_HASH_INDEX_ADDED)
        return RS_HASH_INDEX_NONE;
    counts->suffixes[added] = (rs_counts_suffix){.name = name, .tld = added};
    counts->suffix_count++;
    return added;
}

static uint32_t find_suffix(rs_counts *counts, rs_bytes name)
{
    uint32_t *recent = &counts->recent_suffixes[(name.p[0] ^ name.n) % RS_COUNTS_RECENT];
    bool is_recent = *recent < counts->suffix_count &&
                     rs_bytes_equal_short(counts->suffixes[*recent].name, name);
    if (!is_recent)
        *recent = look_up_suffix(counts, name);
    return *recent;
}

static uint32_t find_suffix_and_tld(rs_counts *counts, const rs_survey_domain *domain)
{
    rs_bytes name = domain->name;
    size_t before = counts->suffix_count;
    uint32_t suffix = find_suffix(counts, rs_bytes_tail(name, domain->suffix_length));
    if (suffix == RS_HASH_INDEX_NONE || counts->suffix_count == before ||
        domain->tld_length == domain->suffix_length)
        return suffix;
    uint32_t tld = find_suffix(counts, rs_bytes_tail(name, domain->tld_length));
    if (tld != RS_HASH_INDEX_NONE)
        counts->suffixes[suffix].tld = tld;
    return tld == RS_HASH_INDEX_NONE ? tld : suffix;
}

typedef struct row_key {
    uint32_t issuer;
    const rs_survey_domain *domain;
} row_key;

static bool is_row(const void *array, uint32_t index, const void *key)
{
    const rs_counts *counts = array;
    const rs_counts_row *row = &counts->rows[index];
    const row_key *wanted = key;
    return row->issuer == wanted->issuer && row->suffix_length == wanted->domain->suffix_length &&
           row->tld_length == wanted->domain->tld_length &&
           rs_bytes_equal_short(rs_bytes_make(row->name, row->name_length), wanted->domain->name);
}

/* Enters a row without a sum. RS_HASH_INDEX_NONE: no memory. */
static uint32_t add_row(rs_counts *counts, uint32_t hash, const row_key *key)
{
    const rs_survey_domain *domain = key->domain;
    uint32_t suffix = find_suffix_and_tld(counts, domain);
    uint32_t added = (uint32_t)counts->row_count;
    if (suffix == RS_HASH_INDEX_NONE ||
        !make_room(&counts->rows, &counts->row_capacity, added, sizeof *counts->rows) ||
        rs_hash_index_add(&counts->row_index, hash, added) != RS_HASH_INDEX_ADDED)
        return RS_HASH_INDEX_NONE;
    counts->rows[added] = (rs_counts_row){.name = domain->name.p,
                                          .name_length = (uint8_t)domain->name.n,
                                          .suffix_length = domain->suffix_length,
                                          .tld_length = domain->tld_length,
                                          .issuer = key->issuer,
                                          .suffix = suffix,
                                          .sum = {.first = INT64_MAX, .last = INT64_MIN}};
    counts->row_count++;
    return added;
}

/* Whether a certificate, told by its number, is seen for the first time. Remembers it. */
static bool is_first(uint64_t *seen_in, uint64_t certificate)
{
    bool first = *seen_in != certificate;
    *seen_in = certificate;
    return first;
}

void rs_counts_begin(rs_counts *counts, uint32_t issuer, int64_t not_before)
{
    counts->certificates++;
    counts->issuers[issuer].certificates++;
    counts->issuer = issuer;
    counts->not_before = not_before;
}

static void count_in(rs_counts *counts, rs_counts_row *row)
{
    rs_counts_suffix *suffix = &counts->suffixes[row->suffix];
    rs_counts_suffix *tld = &counts->suffixes[suffix->tld];
    rs_counts_sum *sum = &row->sum;
    int64_t not_before = counts->not_before;
    sum->certificates++;
    sum->suffix_certificates += is_first(&suffix->as_suffix, counts->certificates);
    sum->tld_certificates += is_first(&tld->as_tld, counts->certificates);
    sum->first = not_before < sum->first ? not_before : sum->first;
    sum->last = not_before > sum->last ? not_before : sum->last;
}

rs_counts_added rs_counts_add(rs_counts *counts, const rs_survey_domain *domain)
{
    row_key key = {counts->issuer, domain};
    uint32_t hash = rs_hash_finish(rs_hash_bytes(counts->seed + key.issuer, domain->name));
    uint32_t row = rs_hash_index_find(&counts->row_index, hash, is_row, counts, &key);
    if (row == RS_HASH_INDEX_NONE) {
        /* A name that has a row is plain. */
        if (!rs_plain_is(domain->name))
            return RS_COUNTS_NOT_PLAIN;
        row = add_row(counts, hash, &key);
    }
    if (row == RS_HASH_INDEX_NONE)
        return RS_COUNTS_NO_MEMORY;
    count_in(counts, &counts->rows[row]);
    return RS_COUNTS_ADDED;
}

bool rs_counts_reject(rs_counts *counts, rs_bytes word, uint64_t count)
{
    if (word.n == 0 || word.n > RS_COUNTS_WORD_MAX || !rs_bytes_are_ascii(word))
        return false;
    size_t at = 0;
    while (at < counts->reason_count &&
           !rs_bytes_equal(rs_bytes_of_string(counts->reasons[at].word), word))
        at++;
    if (at == RS_COUNTS_REASONS_MAX)
        return false;
    if (at == counts->reason_count) {
        counts->reasons[at] = (rs_counts_reason){0};
        memcpy(counts->reasons[at].word, word.p, word.n);
        counts->reason_count++;
    }
    counts->reasons[at].count += count;
    return true;
}

size_t rs_counts_size(const rs_counts *counts)
{
    size_t slots =
        counts->row_index.capacity + counts->suffix_index.capacity + counts->issuer_index.capacity;
    return counts->row_capacity * sizeof *counts->rows +
           counts->suffix_capacity * sizeof *counts->suffixes + slots * sizeof(uint64_t);
}
