/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled list that is in force while newer ones come in.
 *
 * There are up to two generations of it: the one in force, and one that its last readers are still
 * looking at or that is being read in. Nothing here waits: readers count themselves in and out, and
 * a thread that finds a reload under way leaves it to the other.
 */
#ifndef RS_LIVE_LIST_H
#define RS_LIVE_LIST_H

#include "lib/chain/key_cache.h"
#include "provider/list_file.h"

/* What a generation holds does not change while a reader is counted in. */
typedef struct rs_generation {
    _Atomic(uint8_t *) bytes;
    rs_image image;
    rs_file_state state; /* of the file that it was read from */
    rs_key_cache cache;
    atomic_uint readers;
} rs_generation;

typedef struct rs_live_list {
    const char *path;
    rs_generation generations[2];
    atomic_int current;    /* which of the two is in force; -1: none yet */
    atomic_bool reloading; /* held by the thread that reloads; never waited for */
    atomic_int problem;    /* rs_list_problem of the last look */
} rs_live_list;

/* A list of which nothing is read yet. The path is borrowed for the life of the list. */
void rs_live_list_init(rs_live_list *list, const char *path);

/* Frees both generations. Nobody may use the list at that time or later. */
void rs_live_list_clear(rs_live_list *list);

/*
 * Looks at the path at once, and takes what is new there. A bad list is refused and the one in
 * force stays. Returns what is wrong with the file now at the path; RS_LIST_OK also if it is
 * unchanged, or if another thread is at it. Where the last generation but one still has readers it
 * returns what the look before found. `*news`: it is a problem, and not that of the look before.
 */
rs_list_problem rs_live_list_reload(rs_live_list *list, bool *news);

/* The generation in force, counted in; NULL if no list was ever loaded. Let it go soon. */
rs_generation *rs_live_list_acquire(rs_live_list *list);

/* Counts out. NULL does nothing. */
void rs_live_list_release(rs_generation *generation);

/* What was wrong with the list at the last look. */
rs_list_problem rs_live_list_problem(const rs_live_list *list);

/*
 * In a child of fork, where no other thread reads or reloads. A reader lets go before it calls
 * anything that could fork. But a signal handler may fork within a check: the child's thread then
 * goes on with it, and lets go of what it is not counted in to any more.
 */
void rs_live_list_after_fork(rs_live_list *list);

#endif
