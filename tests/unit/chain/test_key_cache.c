/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/key_cache.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <pthread.h>

static rs_key key_of(const char *a, const char *b, const char *c, const char *d)
{
    return (rs_key){.part = {rs_bytes_of_string(a), rs_bytes_of_string(b), rs_bytes_of_string(c),
                             rs_bytes_of_string(d)}};
}

/* A key of `size` bytes whose last 16 are random enough to spread, and different for each i. */
typedef struct long_key {
    uint8_t bytes[512];
    rs_key key;
} long_key;

static void long_key_make(long_key *k, uint32_t i, size_t size)
{
    uint64_t mixed = i * UINT64_C(0x9e3779b97f4a7c15);
    memset(k, 0, sizeof *k);
    memcpy(k->bytes + size - 8, &mixed, 8);
    memcpy(k->bytes + size - 12, &i, 4);
    k->key.part[3] = rs_bytes_make(k->bytes, size);
}

static void find_what_was_inserted(void)
{
    rs_key_cache cache = {.bytes = 0};
    rs_key key = key_of("oid", "type", "curve", "a point");
    rs_listed_as listed = {7, 7};
    CU_ASSERT_FALSE(rs_key_cache_find(&cache, &key, &listed));
    CU_ASSERT(listed.by_spki == 7 && listed.by_certificate == 7);
    rs_key_cache_insert(&cache, &key, (rs_listed_as){1, RS_NO_ROOT});
    CU_ASSERT_TRUE(rs_key_cache_find(&cache, &key, &listed));
    CU_ASSERT(listed.by_spki == 1 && listed.by_certificate == RS_NO_ROOT);
    rs_key_cache_clear(&cache);
    CU_ASSERT_FALSE(rs_key_cache_find(&cache, &key, &listed));
    CU_ASSERT_EQUAL(cache.bytes, 0);
}

/* The bytes are its own: those that were inserted may go. */
static void bytes_are_copied(void)
{
    rs_key_cache cache = {.bytes = 0};
    rs_bytes gone = exact_copy((rs_bytes)LITERAL("some key"));
    rs_key key = {.part = {gone}};
    rs_listed_as listed;
    rs_key_cache_insert(&cache, &key, (rs_listed_as){3, 4});
    exact_free(gone);
    rs_key same = key_of("some key", "", "", "");
    CU_ASSERT_TRUE(rs_key_cache_find(&cache, &same, &listed));
    CU_ASSERT(listed.by_spki == 3 && listed.by_certificate == 4);
    rs_key_cache_clear(&cache);
}

/* Keys that share their longest part, hence their first slot, but differ in another. */
static void parts_are_told_apart(void)
{
    rs_key_cache cache = {.bytes = 0};
    const rs_key keys[] = {
        key_of("a", "b", "", "the same point"), key_of("ab", "", "", "the same point"),
        key_of("", "ab", "", "the same point"), key_of("a", "", "b", "the same point"),
        key_of("b", "a", "", "the same point"), key_of("", "", "", "the same point"),
    };
    rs_listed_as listed;
    for (uint32_t i = 0; i < ROWS(keys); i++) {
        CU_ASSERT_FALSE(rs_key_cache_find(&cache, &keys[i], &listed));
        rs_key_cache_insert(&cache, &keys[i], (rs_listed_as){i, RS_NO_ROOT});
    }
    for (uint32_t i = 0; i < ROWS(keys); i++) {
        CU_ASSERT_TRUE_FATAL(rs_key_cache_find(&cache, &keys[i], &listed));
        CU_ASSERT_EQUAL(listed.by_spki, i);
    }
    rs_key_cache_clear(&cache);
}

static void empty_key(void)
{
    rs_key_cache cache = {.bytes = 0};
    rs_key key = {0};
    rs_listed_as listed;
    CU_ASSERT_FALSE(rs_key_cache_find(&cache, &key, &listed));
    rs_key_cache_insert(&cache, &key, (rs_listed_as){5, 6});
    CU_ASSERT_TRUE(rs_key_cache_find(&cache, &key, &listed));
    CU_ASSERT_EQUAL(listed.by_spki, 5);
    rs_key_cache_clear(&cache);
}

/* What is there stays as it is, and takes no more memory. */
static void insert_twice(void)
{
    rs_key_cache cache = {.bytes = 0};
    rs_key key = key_of("x", "", "", "");
    rs_listed_as listed;
    rs_key_cache_insert(&cache, &key, (rs_listed_as){1, 1});
    size_t bytes = cache.bytes;
    CU_ASSERT(bytes > 0);
    rs_key_cache_insert(&cache, &key, (rs_listed_as){2, 2});
    CU_ASSERT_EQUAL(cache.bytes, bytes);
    CU_ASSERT_TRUE(rs_key_cache_find(&cache, &key, &listed));
    CU_ASSERT_EQUAL(listed.by_spki, 1);
    rs_key_cache_clear(&cache);
}

/* Keys chosen to collide: a few are kept, the others cost a look at as few slots. */
static void collisions_are_bounded(void)
{
    rs_key_cache cache = {.bytes = 0};
    unsigned kept = 0;
    for (unsigned i = 0; i < 40; i++) {
        char first[] = {(char)('0' + i), 0};
        rs_key key = key_of(first, "", "", "the same long last part");
        rs_listed_as listed;
        rs_key_cache_insert(&cache, &key, (rs_listed_as){i, i});
        kept += rs_key_cache_find(&cache, &key, &listed);
    }
    CU_ASSERT_EQUAL(kept, 8);
    unsigned slots = 0;
    for (size_t i = 0; i < RS_KEY_CACHE_SLOTS; i++)
        slots += cache.slots[i] != NULL;
    CU_ASSERT_EQUAL(slots, kept);
    rs_key_cache_clear(&cache);
}

static void memory_is_bounded(void)
{
    rs_key_cache cache = {.bytes = 0};
    unsigned kept = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        long_key k;
        rs_listed_as listed;
        long_key_make(&k, i, sizeof k.bytes);
        rs_key_cache_insert(&cache, &k.key, (rs_listed_as){i, i});
        CU_ASSERT(cache.bytes <= RS_KEY_CACHE_BYTES);
        if (rs_key_cache_find(&cache, &k.key, &listed)) {
            CU_ASSERT_EQUAL(listed.by_spki, i);
            kept++;
        }
    }
    /* As many as fit, but for the few that collide. */
    CU_ASSERT(kept <= RS_KEY_CACHE_BYTES / sizeof((long_key *)NULL)->bytes && kept >= 80);
    rs_key_cache_clear(&cache);
    CU_ASSERT_EQUAL(cache.bytes, 0);
}

static void a_key_over_the_bound_is_not_kept(void)
{
    rs_key_cache cache = {.bytes = 0};
    uint8_t *large = calloc(1, RS_KEY_CACHE_BYTES);
    rs_key key = {.part = {rs_bytes_make(large, RS_KEY_CACHE_BYTES)}};
    rs_listed_as listed;
    rs_key_cache_insert(&cache, &key, (rs_listed_as){1, 1});
    CU_ASSERT_FALSE(rs_key_cache_find(&cache, &key, &listed));
    CU_ASSERT_EQUAL(cache.bytes, 0);
    key.part[0].n = RS_KEY_CACHE_BYTES - 64; /* with what is kept beside the bytes it just fits */
    rs_key_cache_insert(&cache, &key, (rs_listed_as){1, 1});
    CU_ASSERT_TRUE(rs_key_cache_find(&cache, &key, &listed));
    CU_ASSERT(cache.bytes <= RS_KEY_CACHE_BYTES);
    rs_key_cache_clear(&cache);
    free(large);
}

/* Threads that insert and look up the same keys at once. */
enum { THREADS = 4, SHARED_KEYS = 60, ROUNDS = 20 };

static rs_key_cache shared;
static atomic_uint wrong;

static void *use_shared(void *arg)
{
    (void)arg;
    for (uint32_t i = 0; i < SHARED_KEYS * ROUNDS; i++) {
        long_key k;
        rs_listed_as listed;
        long_key_make(&k, i % SHARED_KEYS, 64);
        rs_key_cache_insert(&shared, &k.key, (rs_listed_as){i % SHARED_KEYS, RS_NO_ROOT});
        if (rs_key_cache_find(&shared, &k.key, &listed) && listed.by_spki != i % SHARED_KEYS)
            atomic_fetch_add(&wrong, 1);
    }
    return NULL;
}

static void threads_share_it(void)
{
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, use_shared, NULL), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CU_ASSERT_EQUAL(wrong, 0);
    unsigned found = 0, slots = 0;
    for (uint32_t i = 0; i < SHARED_KEYS; i++) {
        long_key k;
        rs_listed_as listed;
        long_key_make(&k, i, 64);
        found += rs_key_cache_find(&shared, &k.key, &listed);
    }
    for (size_t i = 0; i < RS_KEY_CACHE_SLOTS; i++)
        slots += shared.slots[i] != NULL;
    CU_ASSERT_EQUAL(found, slots); /* no key is there twice */
    CU_ASSERT(found >= SHARED_KEYS - 2);
    rs_key_cache_clear(&shared);
}

static CU_TestInfo tests[] = {
    {"find what was inserted", find_what_was_inserted},
    {"bytes are copied", bytes_are_copied},
    {"parts are told apart", parts_are_told_apart},
    {"empty key", empty_key},
    {"insert twice", insert_twice},
    {"collisions are bounded", collisions_are_bounded},
    {"memory is bounded", memory_is_bounded},
    {"a key over the bound is not kept", a_key_over_the_bound_is_not_kept},
    {"threads share it", threads_share_it},
    CU_TEST_INFO_NULL,
};

RS_SUITE("key_cache", tests)
