/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/counting/held.h"

#include "command/base/message.h"

#include <stdlib.h>

static void drop(rs_bytes *contribution)
{
    free((void *)contribution->p);
    *contribution = rs_bytes_make(NULL, 0);
}

void rs_held_add(rs_held *held, const rs_unit_id *id, uint64_t generation, rs_bytes contribution)
{
    rs_held_unit unit = {.id = *id, .generation = generation, .contribution = contribution};
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
    return memcmp(((const rs_held_unit *)a)->id.digest, ((const rs_held_unit *)b)->id.digest,
                  RS_SHA256_SIZE);
}

/* Leaves one of each unit, sorted, and what one of them contributed. */
static void leave_one_of_each(rs_held *held)
{
    size_t kept = 0;
    for (size_t i = 0; i < held->count; i++) {
        rs_held_unit *last = kept == 0 ? NULL : &held->units[kept - 1], *unit = &held->units[i];
        if (last == NULL || compare_units(last, unit) != 0) {
            held->units[kept++] = *unit;
        } else if (last->contribution.p == NULL) {
            last->contribution = unit->contribution;
        } else {
            drop(&unit->contribution);
        }
    }
    held->repeated = held->count - kept;
    held->count = kept;
}

/* Sorts what stayed. */
static void order(rs_held *held)
{
    if (held->count == 0)
        return;
    qsort(held->units, held->count, sizeof *held->units, compare_units);
    leave_one_of_each(held);
    for (size_t i = 0; i < held->count; i++)
        if (rs_unit_id_has_tile(&held->units[i].id))
            rs_survey_hashes_add(&held->tiles, held->units[i].id.tile);
    rs_survey_hashes_sort(&held->tiles);
}

bool rs_held_release(rs_held *held, uint64_t generation, rs_held_final *final, void *context)
{
    size_t kept = 0;
    bool good = true;
    for (size_t i = 0; i < held->count; i++) {
        rs_held_unit *unit = &held->units[i];
        if (good && unit->contribution.p != NULL && unit->generation == generation) {
            good = final(context, &unit->id, unit->contribution);
            continue;
        }
        held->units[kept++] = *unit;
    }
    held->count = kept;
    order(held);
    return good;
}

static rs_held_unit *find(const rs_held *held, const uint8_t digest[RS_SHA256_SIZE])
{
    rs_held_unit wanted;
    memcpy(wanted.id.digest, digest, RS_SHA256_SIZE);
    return held->count == 0
               ? NULL
               : bsearch(&wanted, held->units, held->count, sizeof *held->units, compare_units);
}

bool rs_held_take(rs_held *held, const uint8_t digest[RS_SHA256_SIZE])
{
    rs_held_unit *unit = find(held, digest);
    if (unit == NULL)
        return false;
    pthread_mutex_lock(&held->lock);
    bool is_first = !unit->is_read_again;
    unit->is_read_again = true;
    drop(&unit->contribution);
    pthread_mutex_unlock(&held->lock);
    return is_first;
}

bool rs_held_has_tile(const rs_held *held, const uint8_t tile[RS_SHA256_SIZE])
{
    return rs_survey_hashes_have(&held->tiles, tile);
}

bool rs_held_release_rest(rs_held *held, rs_held_final *final, void *context, size_t *lost)
{
    *lost = 0;
    for (size_t i = 0; i < held->count; i++) {
        rs_held_unit *unit = &held->units[i];
        if (unit->is_read_again)
            continue;
        if (unit->contribution.p == NULL) {
            ++*lost;
            continue;
        }
        rs_bytes contribution = unit->contribution;
        unit->contribution = rs_bytes_make(NULL, 0);
        if (!final(context, &unit->id, contribution))
            return false;
    }
    return true;
}

void rs_held_clear(rs_held *held)
{
    for (size_t i = 0; i < held->count; i++)
        drop(&held->units[i].contribution);
    free(held->units);
    rs_survey_hashes_clear(&held->tiles);
    held->units = NULL;
    held->count = held->capacity = held->size = 0;
}
