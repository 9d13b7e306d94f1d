/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/live_list.h"

#include <pthread.h>
#include <stdlib.h>

enum { NO_GENERATION = -1 };

void rs_live_list_init(rs_live_list *list, const char *path)
{
    list->path = path;
    atomic_store(&list->current, NO_GENERATION);
}

/*
 * What is freed is taken out first: a fork in another thread between the two would leave the
 * child with a pointer that it frees again.
 */
static void generation_clear(rs_generation *generation)
{
    rs_key_cache_clear(&generation->cache);
    free(atomic_exchange(&generation->bytes, NULL));
}

void rs_live_list_clear(rs_live_list *list)
{
    generation_clear(&list->generations[0]);
    generation_clear(&list->generations[1]);
}

__attribute__((hot)) rs_generation *rs_live_list_acquire(rs_live_list *list)
{
    for (;;) {
        int current = atomic_load(&list->current);
        if (current == NO_GENERATION)
            return NULL;
        rs_generation *generation = &list->generations[current];
        atomic_fetch_add(&generation->readers, 1);
        /* If it is no longer in force it may be gone by now: nothing of it was looked at yet. */
        if (atomic_load(&list->current) == current)
            return generation;
        atomic_fetch_sub(&generation->readers, 1);
    }
}

__attribute__((hot)) void rs_live_list_release(rs_generation *generation)
{
    /* The child of a fork in a signal handler goes on with the check, but is not counted there. */
    if (generation != NULL && atomic_fetch_sub(&generation->readers, 1) == 0)
        atomic_fetch_add(&generation->readers, 1);
}

/*
 * The generation that is not in force, emptied; NULL if it still has readers. A reader that
 * counts itself in from here on sees that it is not in force, and leaves without a look.
 */
static rs_generation *spare_generation(rs_live_list *list)
{
    rs_generation *spare = &list->generations[atomic_load(&list->current) == 0 ? 1 : 0];
    if (atomic_load(&spare->readers) != 0)
        return NULL;
    generation_clear(spare);
    return spare;
}

rs_list_problem rs_live_list_problem(const rs_live_list *list)
{
    return (rs_list_problem)atomic_load(&list->problem);
}

static bool is_unchanged(const char *path, const rs_generation *in_force)
{
    rs_file_state state;
    return rs_list_file_look(path, &state) == RS_LIST_OK &&
           rs_file_state_equal(&state, &in_force->state);
}

/* By the thread that reloads: no other changes which generation is in force. */
static rs_list_problem read_newer(rs_live_list *list)
{
    int current = atomic_load(&list->current);
    const rs_generation *in_force = current == NO_GENERATION ? NULL : &list->generations[current];
    rs_generation *spare = spare_generation(list);
    if (spare == NULL)
        return rs_live_list_problem(list);
    if (in_force != NULL && is_unchanged(list->path, in_force))
        return RS_LIST_OK;
    /* Each list must have the owner of the one before, and so that of the first. */
    uint8_t *bytes;
    rs_list_problem problem =
        rs_list_file_read(list->path, in_force == NULL ? NULL : &in_force->state.owner, &bytes,
                          &spare->image, &spare->state);
    if (problem != RS_LIST_OK)
        return problem;
    atomic_store(&spare->bytes, bytes);
    atomic_store(&list->current, (int)(spare - list->generations));
    spare_generation(list); /* frees the one before, unless it has readers: then the next look */
    return RS_LIST_OK;
}

rs_list_problem rs_live_list_reload(rs_live_list *list, bool *news)
{
    int cancel_state;
    *news = false;
    if (atomic_exchange(&list->reloading, true))
        return RS_LIST_OK;
    /* A thread that is cancelled within open or read would leave `reloading` set for ever. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    rs_list_problem problem = read_newer(list);
    pthread_setcancelstate(cancel_state, &cancel_state);
    *news = atomic_exchange(&list->problem, (int)problem) != (int)problem && problem != RS_LIST_OK;
    atomic_store(&list->reloading, false);
    return problem;
}

void rs_live_list_after_fork(rs_live_list *list)
{
    atomic_store(&list->generations[0].readers, 0);
    atomic_store(&list->generations[1].readers, 0);
    atomic_store(&list->reloading, false);
}
