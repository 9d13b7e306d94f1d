/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Units in which certificates have an issuer that is not known yet. Another input may bring it, so
 * what they contribute is held back until all is read: the result then does not depend on the order
 * of the inputs.
 */
#ifndef RS_SURVEY_HELD_H
#define RS_SURVEY_HELD_H

#include "command/survey/store/hashes.h"
#include "command/survey/store/unit_id.h"

#include <pthread.h>

#define RS_SURVEY_HELD_MAX ((size_t)64 << 20) /* bytes of contributions; others are read again */

typedef struct rs_held_unit {
    rs_unit_id id;
    uint64_t generation;   /* of the pool, before the unit was read */
    rs_bytes contribution; /* p is NULL: it was not kept */
    bool is_read_again;
} rs_held_unit;

/* All zero, with an initialised lock, is empty. */
typedef struct rs_held {
    pthread_mutex_t lock;
    rs_held_unit *units;
    size_t count, capacity, size;
    size_t repeated;        /* units that came again while they were held */
    rs_survey_hashes tiles; /* of those that stayed, sorted */
} rs_held;

/* Takes the contribution, which is freed in the end. Thread-safe. Exits if memory runs out. */
void rs_held_add(rs_held *held, const rs_unit_id *id, uint64_t generation, rs_bytes contribution);

/*
 * Calls `final` with each unit that was read when the pool was as it is now; `final` takes the
 * contribution. The others stay, sorted for what is below. False if `final` is.
 */
typedef bool rs_held_final(void *context, const rs_unit_id *id, rs_bytes contribution);
bool rs_held_release(rs_held *held, uint64_t generation, rs_held_final *final, void *context);

/*
 * Whether a unit stayed, and was not taken before: it is read again, and what it contributed is
 * forgotten. Thread-safe.
 */
bool rs_held_take(rs_held *held, const uint8_t digest[RS_SHA256_SIZE]);

/* The same of a unit that is a tile, by its hash in the log's tree. */
bool rs_held_has_tile(const rs_held *held, const uint8_t tile[RS_SHA256_SIZE]);

/*
 * Calls `final` as above with each unit that nobody took, as those of a pipe: what it contributed
 * counts then as it was read. *lost is how many of them were not kept. False if `final` is.
 */
bool rs_held_release_rest(rs_held *held, rs_held_final *final, void *context, size_t *lost);

void rs_held_clear(rs_held *held);

#endif
