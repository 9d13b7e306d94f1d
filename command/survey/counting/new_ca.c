/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/counting/new_ca.h"

#include "command/base/message.h"
#include "lib/base/hash.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/*
 * What was offered lately, by a hash: most chains bring the same few certificates. A wrong answer
 * would lose one, so the hash has 64 bits and starts with a secret.
 */
enum { RECENT = 4096 };

struct rs_new_ca {
    uint64_t seed;
    _Atomic uint64_t recent[RECENT];
    pthread_mutex_t lock; /* for what follows */
    rs_arena arena;
    rs_bytes *waiting;
    size_t count, capacity;
};

rs_new_ca *rs_new_ca_new(void)
{
    rs_new_ca *new_ca = rs_message_need(calloc(1, sizeof *new_ca));
    new_ca->seed = rs_counts_seed();
    pthread_mutex_init(&new_ca->lock, NULL);
    return new_ca;
}

void rs_new_ca_free(rs_new_ca *new_ca)
{
    if (new_ca == NULL)
        return;
    rs_arena_clear(&new_ca->arena);
    free(new_ca->waiting);
    pthread_mutex_destroy(&new_ca->lock);
    free(new_ca);
}

static void append(rs_new_ca *new_ca, rs_bytes certificate)
{
    if (new_ca->count == new_ca->capacity) {
        new_ca->capacity = new_ca->capacity == 0 ? 64 : 2 * new_ca->capacity;
        new_ca->waiting = rs_message_need(
            reallocarray(new_ca->waiting, new_ca->capacity, sizeof *new_ca->waiting));
    }
    rs_bytes copy = rs_arena_copy(&new_ca->arena, certificate);
    new_ca->waiting[new_ca->count++] = rs_bytes_make(rs_message_need((void *)copy.p), copy.n);
}

bool rs_new_ca_offer(rs_new_ca *new_ca, rs_ca_pool *pool, rs_bytes certificate)
{
    uint64_t hash = rs_hash_bytes(new_ca->seed, certificate);
    _Atomic uint64_t *recent = &new_ca->recent[hash % RECENT];
    if (atomic_load_explicit(recent, memory_order_acquire) == hash)
        return true;
    /* In one step: no other thread's unit may be written between, without the certificate. */
    pthread_mutex_lock(&new_ca->lock);
    rs_ca_added added = rs_ca_pool_add(pool, certificate, RS_CA_STRANGER);
    if (added == RS_CA_ADDED)
        append(new_ca, certificate);
    pthread_mutex_unlock(&new_ca->lock);
    atomic_store_explicit(recent, hash, memory_order_release);
    return added != RS_CA_NO_MEMORY;
}

bool rs_new_ca_write(void *context, rs_survey_store *store)
{
    rs_new_ca *new_ca = context;
    bool good = true;
    pthread_mutex_lock(&new_ca->lock);
    for (size_t i = 0; i < new_ca->count && good; i++)
        good = rs_survey_store_add_ca(store, new_ca->waiting[i], false);
    new_ca->count = 0;
    rs_arena_clear(&new_ca->arena);
    pthread_mutex_unlock(&new_ca->lock);
    return good;
}
