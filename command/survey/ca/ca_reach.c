/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which roots a CA reaches: Tarjan's search for CAs that sign each other, without recursion, for a
 * chain may be as long as there are certificates. What is searched are places on a way: a CA and
 * how many CAs stand below it, RS_CA_DEPTH_MAX or more being one. Places of one circle reach the
 * same roots.
 */
#include "command/survey/ca/ca_graph.h"
#include "lib/base/hash.h"

#include <stdlib.h>

typedef struct place {
    uint32_t node, depth;
} place;

typedef struct frame {
    place at;
    uint32_t next; /* of its parents, to look at */
} frame;

typedef struct search {
    rs_ca_pool *pool;
    uint64_t generation;
    RS_CA_ARRAY(frame) path;
    RS_CA_ARRAY(place) open; /* found, and their circle is not complete */
    uint32_t found;
    uint8_t *is_reached; /* by rank */
} search;

static rs_ca_node *node_of(const search *s, place at)
{
    return s->pool->nodes.all[at.node];
}

static rs_ca_state *state_of(const search *s, place at)
{
    return &node_of(s, at)->states[at.depth];
}

static bool is_done(const search *s, place at)
{
    return state_of(s, at)->generation == s->generation;
}

/*
 * The place above one by a parent of its CA. False: no certificate of the CA allows as many below
 * it. One that is issued to its own name, as with a new key, does not count.
 */
static bool climb(const search *s, place from, rs_ca_edge edge, place *above)
{
    bool is_self_issued = s->pool->nodes.all[edge.node]->name == node_of(s, from)->name;
    bool counts = !is_self_issued && from.depth < RS_CA_DEPTH_MAX;
    *above = (place){edge.node, from.depth + counts};
    return from.depth <= edge.path_length;
}

static bool enter(search *s, place at)
{
    if (!rs_ca_find_parents(s->pool, node_of(s, at)) || !RS_CA_GROW(&s->path) ||
        !RS_CA_GROW(&s->open))
        return false;
    rs_ca_state *state = state_of(s, at);
    state->search = s->pool->searches;
    state->found = state->earliest = ++s->found;
    state->is_open = true;
    s->path.all[s->path.count++] = (frame){.at = at};
    s->open.all[s->open.count++] = at;
    return true;
}

static bool equals_set(const void *array, uint32_t index, const void *key)
{
    const rs_ca_roots *a = ((const rs_ca_roots *const *)array)[index], *b = key;
    return a->count == b->count &&
           (a->count == 0 || memcmp(a->roots, b->roots, a->count * sizeof *a->roots) == 0);
}

/* The set with the roots that are marked, the one that there is or a new one. */
static const rs_ca_roots *set_of_marked(search *s)
{
    rs_ca_pool *pool = s->pool;
    size_t count = 0;
    for (size_t i = 0; i < pool->roots.count; i++)
        count += s->is_reached[i];
    rs_ca_roots *made = calloc(1, sizeof *made + count * sizeof *made->roots);
    if (made == NULL)
        return NULL;
    for (size_t i = 0; i < pool->roots.count; i++)
        if (s->is_reached[i])
            made->roots[made->count++] = pool->roots.all[i];
    size_t size = count * sizeof *made->roots;
    uint32_t hash = rs_hash_finish(rs_hash_bytes(0, rs_bytes_make(made->roots, size)));
    uint32_t at = rs_hash_index_find(&pool->sets.index, hash, equals_set, pool->sets.all, made);
    const rs_ca_roots *kept = NULL;
    if (at != RS_HASH_INDEX_NONE) {
        kept = pool->sets.all[at];
    } else if (RS_CA_GROW(&pool->sets)) {
        kept = (const rs_ca_roots *)(const void *)rs_arena_copy(
                   &pool->arena, rs_bytes_make(made, sizeof *made + size))
                   .p;
        if (kept != NULL && rs_hash_index_add(&pool->sets.index, hash,
                                              (uint32_t)pool->sets.count) == RS_HASH_INDEX_ADDED)
            pool->sets.all[pool->sets.count++] = kept;
        else
            kept = NULL;
    }
    free(made);
    return kept;
}

static void mark(search *s, place at)
{
    const rs_ca_node *node = node_of(s, at);
    if (node->rank != RS_CA_NONE)
        s->is_reached[node->rank] = 1;
    for (uint32_t i = 0; i < node->parents.count; i++) {
        place above;
        if (!climb(s, at, node->parents.all[i], &above) || !is_done(s, above))
            continue; /* it is no way, or of the same circle */
        const rs_ca_roots *reach = state_of(s, above)->reach;
        for (size_t root = 0; root < reach->count; root++)
            s->is_reached[reach->roots[root]->rank] = 1;
    }
}

/* Nothing leads from a place to one found earlier: what is open from it on is a circle. */
static bool close_circle(search *s, const rs_ca_state *first)
{
    size_t from = s->open.count;
    do {
        from--;
        mark(s, s->open.all[from]);
    } while (state_of(s, s->open.all[from]) != first);
    const rs_ca_roots *reached = set_of_marked(s);
    if (reached == NULL)
        return false;
    memset(s->is_reached, 0, s->pool->roots.count);
    for (size_t i = from; i < s->open.count; i++) {
        rs_ca_state *closed = state_of(s, s->open.all[i]);
        closed->is_open = false;
        closed->reach = reached;
        closed->generation = s->generation;
    }
    s->open.count = from;
    return true;
}

static void lead_back(rs_ca_state *state, uint32_t to)
{
    if (to < state->earliest)
        state->earliest = to;
}

/* Takes one step along the path. */
static bool step(search *s)
{
    frame *top = &s->path.all[s->path.count - 1];
    const rs_ca_node *node = node_of(s, top->at);
    rs_ca_state *state = state_of(s, top->at);
    if (top->next < node->parents.count) {
        place above;
        if (!climb(s, top->at, node->parents.all[top->next++], &above) || is_done(s, above))
            return true;
        const rs_ca_state *next = state_of(s, above);
        if (next->search != s->pool->searches)
            return enter(s, above);
        if (next->is_open)
            lead_back(state, next->found);
        return true;
    }
    if (state->earliest == state->found && !close_circle(s, state))
        return false;
    if (--s->path.count > 0)
        lead_back(state_of(s, s->path.all[s->path.count - 1].at), state->earliest);
    return true;
}

static bool run(rs_ca_pool *pool, const rs_ca_node *node, uint64_t generation)
{
    search s = {.pool = pool, .generation = generation};
    pool->searches++;
    s.is_reached = calloc(pool->roots.count + 1, 1);
    bool good = s.is_reached != NULL && enter(&s, (place){node->index, 0});
    while (good && s.path.count > 0)
        good = step(&s);
    free(s.path.all);
    free(s.open.all);
    free(s.is_reached);
    return good;
}

const rs_ca_roots *rs_ca_pool_reach(rs_ca_pool *pool, const rs_ca_node *node)
{
    pthread_mutex_lock(&pool->lock);
    uint64_t generation = atomic_load(&pool->generation);
    const rs_ca_state *own = &pool->nodes.all[node->index]->states[0];
    bool good = own->generation == generation || run(pool, node, generation);
    const rs_ca_roots *reached = good ? own->reach : NULL;
    pthread_mutex_unlock(&pool->lock);
    return reached;
}
