/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which roots a CA reaches: Tarjan's search for CAs that sign each other, without recursion, for a
 * chain may be as long as there are certificates. CAs of one circle reach the same roots.
 */
#include "command/survey/ca/ca_graph.h"
#include "lib/base/hash.h"

#include <stdlib.h>

typedef struct frame {
    uint32_t node, next; /* the next of its parents to look at */
} frame;

typedef struct search {
    rs_ca_pool *pool;
    uint64_t generation;
    RS_CA_ARRAY(frame) path;
    RS_CA_ARRAY(uint32_t) open; /* found, and their circle is not complete */
    uint32_t found;
    uint8_t *is_reached; /* by rank */
} search;

static bool is_done(const search *s, const rs_ca_node *node)
{
    return node->reach_generation == s->generation;
}

static bool enter(search *s, rs_ca_node *node)
{
    if (!rs_ca_find_parents(s->pool, node) || !RS_CA_GROW(&s->path) || !RS_CA_GROW(&s->open))
        return false;
    node->search = s->pool->searches;
    node->found = node->earliest = ++s->found;
    node->is_open = true;
    s->path.all[s->path.count++] = (frame){.node = node->index};
    s->open.all[s->open.count++] = node->index;
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

static void mark(search *s, const rs_ca_node *node)
{
    if (node->rank != RS_CA_NONE)
        s->is_reached[node->rank] = 1;
    for (uint32_t i = 0; i < node->parents.count; i++) {
        const rs_ca_node *parent = s->pool->nodes.all[node->parents.all[i]];
        if (!is_done(s, parent))
            continue; /* of the same circle */
        for (size_t at = 0; at < parent->reach->count; at++)
            s->is_reached[parent->reach->roots[at]->rank] = 1;
    }
}

/* Nothing leads from `node` to one found earlier: what is open from it on is a circle. */
static bool close_circle(search *s, const rs_ca_node *node)
{
    size_t from = s->open.count;
    do {
        from--;
        mark(s, s->pool->nodes.all[s->open.all[from]]);
    } while (s->open.all[from] != node->index);
    const rs_ca_roots *reached = set_of_marked(s);
    if (reached == NULL)
        return false;
    memset(s->is_reached, 0, s->pool->roots.count);
    for (size_t i = from; i < s->open.count; i++) {
        rs_ca_node *closed = s->pool->nodes.all[s->open.all[i]];
        closed->is_open = false;
        closed->reach = reached;
        closed->reach_generation = s->generation;
    }
    s->open.count = from;
    return true;
}

static void lead_back(rs_ca_node *node, uint32_t to)
{
    if (to < node->earliest)
        node->earliest = to;
}

/* Takes one step along the path. */
static bool step(search *s)
{
    frame *top = &s->path.all[s->path.count - 1];
    rs_ca_node *node = s->pool->nodes.all[top->node];
    if (top->next < node->parents.count) {
        rs_ca_node *parent = s->pool->nodes.all[node->parents.all[top->next++]];
        if (is_done(s, parent))
            return true;
        if (parent->search != s->pool->searches)
            return enter(s, parent);
        if (parent->is_open)
            lead_back(node, parent->found);
        return true;
    }
    if (node->earliest == node->found && !close_circle(s, node))
        return false;
    if (--s->path.count > 0)
        lead_back(s->pool->nodes.all[s->path.all[s->path.count - 1].node], node->earliest);
    return true;
}

static bool run(rs_ca_pool *pool, rs_ca_node *node, uint64_t generation)
{
    search s = {.pool = pool, .generation = generation};
    pool->searches++;
    s.is_reached = calloc(pool->roots.count + 1, 1);
    bool good = s.is_reached != NULL && enter(&s, node);
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
    rs_ca_node *own = pool->nodes.all[node->index];
    bool good = own->reach_generation == generation || run(pool, own, generation);
    const rs_ca_roots *reached = good ? own->reach : NULL;
    pthread_mutex_unlock(&pool->lock);
    return reached;
}
