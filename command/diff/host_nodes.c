/* SPDX-License-Identifier: Apache-2.0 */
#include "command/diff/host_nodes.h"

#include "command/base/message.h"
#include "lib/compiler/suffix_walk.h"

#include <stdlib.h>

bool rs_host_nodes_same_set(const rs_suffix_set *a, const rs_suffix_set *b)
{
    return a->buckets == b->buckets && a->entries == b->entries && a->root_rules == b->root_rules;
}

/* The names of sets, before they are sorted. */
typedef struct pile {
    rs_arena *arena;
    rs_bytes *names; /* from malloc */
    size_t count, capacity;
} pile;

static void pile_up(pile *all, rs_bytes name)
{
    if (all->count == all->capacity) {
        all->capacity = all->capacity == 0 ? 64 : 2 * all->capacity;
        all->names = rs_message_need(reallocarray(all->names, all->capacity, sizeof *all->names));
    }
    all->names[all->count++] = name;
}

/* The name without its first label. */
static rs_bytes parent_of(rs_bytes name)
{
    const uint8_t *dot = name.n == 0 ? NULL : memchr(name.p, '.', name.n);
    return dot == NULL ? rs_bytes_make(NULL, 0) : rs_bytes_skip(name, (size_t)(dot + 1 - name.p));
}

/* Piles up a name and those above it that the name before it in order does not stand below. */
static void pile_up_path(pile *all, rs_bytes name, rs_bytes before)
{
    for (; name.n > 0; name = parent_of(name)) {
        bool known = before.n > name.n && before.p[before.n - name.n - 1] == '.' &&
                     rs_bytes_equal(rs_bytes_tail(before, name.n), name);
        if (known || rs_bytes_equal(before, name))
            return;
        pile_up(all, name);
    }
}

static bool pile_up_set(pile *all, const rs_suffix_set *set)
{
    rs_suffix_node *nodes;
    size_t count;
    if (!rs_suffix_walk(set, all->arena, &nodes, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        pile_up_path(all, nodes[i].name, i == 0 ? rs_bytes_make(NULL, 0) : nodes[i - 1].name);
    return true;
}

static bool pile_up_stanza(pile *all, const rs_stanza *stanza)
{
    bool good = true;
    for (size_t i = 0; i < RS_HOST_FORMS; i++) {
        size_t same = 0;
        while (!rs_host_nodes_same_set(&stanza->hosts[same], &stanza->hosts[i]))
            same++;
        good &= same < i || pile_up_set(all, &stanza->hosts[i]);
    }
    return good;
}

static int compare(const void *a, const void *b)
{
    return rs_suffix_order(*(const rs_bytes *)a, *(const rs_bytes *)b);
}

bool rs_host_nodes_collect(rs_arena *arena, const rs_stanza *a, const rs_stanza *b,
                           rs_host_nodes *nodes)
{
    pile all = {.arena = arena};
    pile_up(&all, rs_bytes_make(NULL, 0));
    bool good = pile_up_stanza(&all, a) && pile_up_stanza(&all, b);
    qsort(all.names, all.count, sizeof *all.names, compare);
    nodes->names = rs_message_need(rs_arena_take(arena, all.count * sizeof *all.names));
    nodes->count = 0;
    for (size_t i = 0; i < all.count; i++)
        if (i == 0 || !rs_bytes_equal(all.names[i], all.names[i - 1]))
            nodes->names[nodes->count++] = all.names[i];
    free(all.names);
    return good;
}
