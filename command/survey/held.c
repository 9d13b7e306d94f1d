/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/held.h"

#include "command/base/message.h"

#include <stdlib.h>

static void drop(rs_bytes *contribution)
{
    free((void *)contribution->p);
    *contribution = rs_bytes_make(NULL, 0);
}

void rs_held_add(rs_held *held, const uint8_t digest[RS_SHA256_SIZE], uint64_t generation,
                 rs_bytes contribution)
{
    rs_held_unit unit = {.generation = generation, .contribution = contribution};
    memcpy(unit.digest, digest, RS_SHA256_SIZE);
    pthread_mutex_lock(&held->lock);
    if (held->count == held->capacity) {
        held->capacity = held->capacity == 0 ? 64 : 2 * held->capacity;
        held->units =
            rs_message_need(reallocarray(held->units, held->capacity, sizeof *held->units));
    }
    if (contribution.n > RS_SURVEY_HELD_MAX - held->size)
        drop(&unit.contribution);
    held->size += unit.contribution.n;
    held->units[held->count++] = unit;
    pthread_mutex_unlock(&held->lock);
}

static int compare_units(const void *a, const void *b)
{
    return memcmp(((const rs_held_unit *)a)->digest, ((const rs_held_unit *)b)->digest,
                  RS_SHA256_SIZE);
}

bool rs_held_release(rs_held *held, uint64_t generation, rs_held_final *final, void *context)
{
    size_t kept = 0;
    bool good = true;
    for (size_t i = 0; i < held->count; i++) {
        rs_held_unit *unit = &held->units[i];
        if (good && unit->contribution.p != NULL && unit->generation == generation) {
            good = final(context, unit->digest, unit->contribution);
            continue;
        }
        drop(&unit->contribution);
        held->units[kept++] = *unit;
    }
    held->count = kept;
    if (kept > 0)
        qsort(held->units, kept, sizeof *held->units, compare_units);
    return good;
}

bool rs_held_has(const rs_held *held, const uint8_t digest[RS_SHA256_SIZE])
{
    rs_held_unit wanted;
    memcpy(wanted.digest, digest, RS_SHA256_SIZE);
    return held->count > 0 &&
           bsearch(&wanted, held->units, held->count, sizeof *held->units, compare_units) != NULL;
}

void rs_held_clear(rs_held *held)
{
    for (size_t i = 0; i < held->count; i++)
        drop(&held->units[i].contribution);
    free(held->units);
    held->units = NULL;
    held->count = held->capacity = held->size = 0;
}
