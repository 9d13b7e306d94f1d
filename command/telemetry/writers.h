/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which users wrote lines of telemetry, as the journal knows them. Every user can write lines to
 * the system's log; what only ordinary users wrote is no reason to permit a name.
 */
#ifndef RS_WRITERS_H
#define RS_WRITERS_H

#include "lib/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { RS_WRITERS_MAX = 4 };

/* All zero is nobody. */
typedef struct rs_writers {
    uint32_t users[RS_WRITERS_MAX]; /* numbers, in order of appearance */
    uint8_t count;                  /* of them */
    bool has_more;                  /* users than are kept */
    bool has_unknown;               /* lines that do not come from the journal */
    bool has_system;                /* root, or a user of a service */
} rs_writers;

void rs_writers_add_user(rs_writers *writers, uint32_t user);
void rs_writers_add_unknown(rs_writers *writers);

/* Adds all of another's. */
void rs_writers_merge(rs_writers *writers, const rs_writers *others);

/*
 * Whether all of them are ordinary users: numbers from 1000 on, without those that systemd gives to
 * services (61184 to 65519). False for nobody.
 */
bool rs_writers_are_ordinary(const rs_writers *writers);

/* "user 0, user 1000", "unknown user"; on the arena. */
const char *rs_writers_text(rs_arena *arena, const rs_writers *writers);

#endif
