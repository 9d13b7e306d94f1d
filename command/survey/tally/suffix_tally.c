/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/tally/suffix_tally.h"

#include "command/base/growing_array.h"
#include "command/survey/tally/domain_table.h"
#include "command/survey/tally/root_sets.h"
#include "lib/base/hash.h"

#include <stdlib.h>

enum { DOMAIN_SIZE = 16 }; /* in a pack, at least: `"a.de":1700000000` */

/* What is known of a suffix, of certificates that lead to the same roots. */
typedef struct group {
    uint32_t set, suffix;
    int64_t domains; /* whose certificates, all together, lead to these roots */
    int64_t certificates, first, last;
} group;

typedef struct reach {
    int64_t issuer;
    uint32_t set;
} reach;

typedef struct tally {
    rs_survey_store *store;
    int64_t *roots; /* ids, sorted */
    size_t root_count;
    rs_root_sets sets;
    reach *reaches; /* sorted */
    size_t reach_count;
    rs_bytes *suffixes;
    size_t suffix_count;
    rs_hash_index suffix_index;
    group *groups; /* from 1 on */
    size_t group_count;
    rs_hash_index group_index;
    rs_domain_table domains;
    rs_arena texts;
} tally;

static int compare_ids(const void *one, const void *other)
{
    const int64_t *a = one, *b = other;
    return (*a > *b) - (*a < *b);
}

static int compare_issuers(const void *one, const void *other)
{
    return compare_ids(&((const reach *)one)->issuer, &((const reach *)other)->issuer);
}

static bool read_roots(tally *t)
{
    sqlite3_stmt *query =
        rs_survey_store_query(t->store, "SELECT DISTINCT root FROM reaches ORDER BY root");
    bool good = query != NULL;
    while (good && rs_survey_store_next(t->store, query, &good)) {
        t->roots = rs_growing_array(t->roots, t->root_count, sizeof *t->roots);
        t->roots[t->root_count++] = sqlite3_column_int64(query, 0);
    }
    sqlite3_finalize(query);
    return good;
}

static bool read_reaches(tally *t)
{
    sqlite3_stmt *query =
        rs_survey_store_query(t->store, "SELECT issuer, root FROM reaches ORDER BY issuer");
    bool good = query != NULL;
    while (good && rs_survey_store_next(t->store, query, &good)) {
        int64_t issuer = sqlite3_column_int64(query, 0), root = sqlite3_column_int64(query, 1);
        if (t->reach_count == 0 || t->reaches[t->reach_count - 1].issuer != issuer) {
            t->reaches = rs_growing_array(t->reaches, t->reach_count, sizeof *t->reaches);
            t->reaches[t->reach_count++] = (reach){issuer, RS_ROOT_SETS_EMPTY};
        }
        reach *last = &t->reaches[t->reach_count - 1];
        const int64_t *found =
            bsearch(&root, t->roots, t->root_count, sizeof *t->roots, compare_ids);
        if (found != NULL)
            last->set = rs_root_sets_with(&t->sets, last->set, (size_t)(found - t->roots));
    }
    sqlite3_finalize(query);
    return good;
}

static uint32_t set_of(const tally *t, int64_t issuer)
{
    const reach wanted = {.issuer = issuer};
    const reach *found = t->reach_count == 0 ? NULL
                                             : bsearch(&wanted, t->reaches, t->reach_count,
                                                       sizeof wanted, compare_issuers);
    return found == NULL ? RS_ROOT_SETS_EMPTY : found->set;
}

static bool is_suffix(const void *array, uint32_t index, const void *wanted)
{
    return rs_bytes_equal(((const rs_bytes *)array)[index], *(const rs_bytes *)wanted);
}

static uint32_t suffix_of(tally *t, rs_bytes name)
{
    uint32_t hash = rs_hash_finish(rs_hash_bytes(t->sets.seed, name));
    uint32_t found = rs_hash_index_find(&t->suffix_index, hash, is_suffix, t->suffixes, &name);
    if (found != RS_HASH_INDEX_NONE)
        return found;
    uint32_t added = (uint32_t)t->suffix_count++;
    t->suffixes = rs_growing_array(t->suffixes, added, sizeof *t->suffixes);
    t->suffixes[added] = rs_arena_copy(&t->texts, name);
    rs_message_need((void *)(uintptr_t)t->suffixes[added].p);
    if (rs_hash_index_add(&t->suffix_index, hash, added) != RS_HASH_INDEX_ADDED)
        rs_message_need(NULL);
    return added;
}

static bool is_group(const void *array, uint32_t index, const void *wanted)
{
    const group *a = &((const group *)array)[index], *b = wanted;
    return a->set == b->set && a->suffix == b->suffix;
}

static uint32_t group_of(tally *t, uint32_t set, uint32_t suffix)
{
    const group wanted = {.set = set, .suffix = suffix, .first = INT64_MAX, .last = INT64_MIN};
    uint32_t hash = rs_hash_finish(rs_hash_fold(t->sets.seed ^ (set | (uint64_t)suffix << 32)));
    uint32_t found = rs_hash_index_find(&t->group_index, hash, is_group, t->groups, &wanted);
    if (found != RS_HASH_INDEX_NONE)
        return found;
    uint32_t added = (uint32_t)t->group_count++;
    t->groups = rs_growing_array(t->groups, added, sizeof *t->groups);
    t->groups[added] = wanted;
    if (rs_hash_index_add(&t->group_index, hash, added) != RS_HASH_INDEX_ADDED)
        rs_message_need(NULL);
    return added;
}

/* Counts a domain in the group of all roots that its certificates lead to, in no other. */
static void count_domain(tally *t, rs_bytes domain, int64_t length, uint32_t reached)
{
    uint32_t *number = rs_domain_table_find(&t->domains, domain, (uint64_t)length);
    if (number == NULL)
        return;
    if (*number == 0) {
        *number = reached;
        t->groups[reached].domains++;
        return;
    }
    uint32_t before = *number, suffix = t->groups[reached].suffix;
    uint32_t set = rs_root_sets_union(&t->sets, t->groups[before].set, t->groups[reached].set);
    if (set == t->groups[before].set)
        return;
    t->groups[before].domains--;
    *number = group_of(t, set, suffix);
    t->groups[*number].domains++;
}

/* Takes in a part: a domain, and the certificates that an issuer issued for it. */
static bool take_part(tally *t, sqlite3_stmt *query)
{
    const uint8_t *text = sqlite3_column_text(query, 0);
    rs_bytes domain =
        rs_bytes_make(text, text == NULL ? 0 : (size_t)sqlite3_column_bytes(query, 0));
    int64_t length = sqlite3_column_int64(query, 2), certificates = sqlite3_column_int64(query, 3);
    int64_t first = sqlite3_column_int64(query, 4), last = sqlite3_column_int64(query, 5);
    if (length <= 0 || (uint64_t)length > domain.n)
        return rs_survey_store_damaged();
    uint32_t suffix = suffix_of(t, rs_bytes_tail(domain, (size_t)length));
    uint32_t reached = group_of(t, set_of(t, sqlite3_column_int64(query, 1)), suffix);
    count_domain(t, domain, length, reached);
    group *sum = &t->groups[reached];
    if (t->domains.part > 0)
        return true;
    sum->first = first < sum->first ? first : sum->first;
    sum->last = last > sum->last ? last : sum->last;
    return !__builtin_add_overflow(sum->certificates, certificates, &sum->certificates) ||
           rs_survey_store_damaged();
}

static bool take_parts(tally *t, rs_survey_level level)
{
    static const char *const queries[] = {
        [RS_SURVEY_LEVEL_TLD] =
            "SELECT domain, issuer, tld_length, tld_certificates, first, last FROM part",
        [RS_SURVEY_LEVEL_PUBLIC_SUFFIX] =
            "SELECT domain, issuer, suffix_length, suffix_certificates, first, last FROM part",
    };
    sqlite3_stmt *query = rs_survey_store_query(t->store, queries[level]);
    bool good = query != NULL;
    while (good && rs_survey_store_next(t->store, query, &good))
        good = take_part(t, query);
    sqlite3_finalize(query);
    return good;
}

/* How often the store has to be read, so that the domains of one pass fit. */
static bool count_passes(const tally *t, uint64_t domains_of_a_pass, uint64_t *passes)
{
    sqlite3_stmt *query =
        rs_survey_store_query(t->store, "SELECT ifnull(sum(length(domains)), 0) FROM pack");
    bool good = query != NULL;
    *passes = 1;
    while (good && rs_survey_store_next(t->store, query, &good))
        *passes += (uint64_t)sqlite3_column_int64(query, 0) / DOMAIN_SIZE / domains_of_a_pass;
    sqlite3_finalize(query);
    return good;
}

static bool read_parts(tally *t, rs_survey_level level, uint64_t domains_of_a_pass)
{
    uint64_t passes;
    if (!count_passes(t, domains_of_a_pass, &passes))
        return false;
    rs_domain_table_init(&t->domains, passes);
    for (uint64_t pass = 0; pass < passes; pass++) {
        rs_domain_table_begin(&t->domains, pass);
        if (!take_parts(t, level))
            return false;
    }
    return true;
}

static bool write_group(const tally *t, sqlite3_stmt *query, const group *of)
{
    rs_bytes suffix = t->suffixes[of->suffix];
    sqlite3_bind_int64(query, 1, of->set);
    sqlite3_bind_text(query, 2, (const char *)suffix.p, (int)suffix.n, SQLITE_STATIC);
    sqlite3_bind_int64(query, 3, of->domains);
    sqlite3_bind_int64(query, 4, of->certificates);
    if (of->first <= of->last) { /* otherwise, no certificate leads to these roots alone */
        sqlite3_bind_int64(query, 5, of->first);
        sqlite3_bind_int64(query, 6, of->last);
    }
    sqlite3_step(query);
    sqlite3_clear_bindings(query);
    return sqlite3_reset(query) == SQLITE_OK || rs_survey_store_failed(t->store);
}

static bool write_groups(const tally *t)
{
    sqlite3_stmt *query =
        rs_survey_store_query(t->store, "INSERT INTO temp.grouped VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    bool good = query != NULL;
    for (size_t i = 1; i < t->group_count && good; i++)
        good = write_group(t, query, &t->groups[i]);
    sqlite3_finalize(query);
    return good;
}

static bool write_members(const tally *t)
{
    sqlite3_stmt *query =
        rs_survey_store_query(t->store, "INSERT INTO temp.member VALUES (?1, ?2)");
    bool good = query != NULL;
    for (uint32_t set = 0; set < t->sets.count && good; set++)
        for (size_t root = 0; root < t->root_count && good; root++) {
            if (!rs_root_sets_has(&t->sets, set, root))
                continue;
            sqlite3_bind_int64(query, 1, set);
            sqlite3_bind_int64(query, 2, t->roots[root]);
            sqlite3_step(query);
            good = sqlite3_reset(query) == SQLITE_OK || rs_survey_store_failed(t->store);
        }
    sqlite3_finalize(query);
    return good;
}

static void begin(tally *t)
{
    rs_root_sets_init(&t->sets, t->root_count);
    t->groups = rs_growing_array(t->groups, 0, sizeof *t->groups);
    t->group_count = 1; /* for the domain table, 0 is no number */
}

static void clear(tally *t)
{
    free(t->roots);
    free(t->reaches);
    free(t->suffixes);
    free(t->groups);
    rs_root_sets_clear(&t->sets);
    rs_hash_index_clear(&t->suffix_index);
    rs_hash_index_clear(&t->group_index);
    rs_domain_table_clear(&t->domains);
    rs_arena_clear(&t->texts);
}

static bool tally_groups(rs_survey_store *store, rs_survey_level level, uint64_t domains_of_a_pass)
{
    tally t = {.store = store};
    bool good = read_roots(&t);
    begin(&t);
    good =
        good && read_reaches(&t) && read_parts(&t, level, domains_of_a_pass) &&
        rs_survey_store_execute(store, "CREATE TEMP TABLE grouped"
                                       " (root_set, suffix, domains, certificates, first, last)") &&
        rs_survey_store_execute(store, "CREATE TEMP TABLE member (root_set, root)") &&
        write_groups(&t) && write_members(&t) &&
        rs_survey_store_execute(
            store, "CREATE TEMP VIEW tally AS SELECT root, suffix, sum(domains) AS domains,"
                   " sum(certificates) AS certificates, min(first) AS first,"
                   " max(last) AS last FROM grouped JOIN member USING (root_set)"
                   " GROUP BY root, suffix");
    clear(&t);
    return good;
}

bool rs_suffix_tally(rs_survey_store *store, rs_survey_level level, uint64_t domains_of_a_pass)
{
    if (level != RS_SURVEY_LEVEL_REGISTRABLE)
        return tally_groups(store, level, domains_of_a_pass);
    return rs_survey_store_execute(
        store, "CREATE TEMP VIEW tally AS SELECT root, domain AS suffix, 1 AS domains,"
               " sum(certificates) AS certificates, min(first) AS first,"
               " max(last) AS last FROM part JOIN reaches"
               " ON reaches.issuer = part.issuer GROUP BY root, domain");
}

bool rs_suffix_tally_domains(rs_survey_store *store, int64_t *domains)
{
    sqlite3_stmt *query = rs_survey_store_query(store, "SELECT sum(domains) FROM temp.grouped");
    bool good = query != NULL;
    *domains = 0;
    while (good && rs_survey_store_next(store, query, &good))
        *domains = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return good;
}
