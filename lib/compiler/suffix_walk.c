/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/suffix_walk.h"

#include "lib/base/little_endian.h"
#include "lib/image/suffix_entry.h"

#include <stdlib.h>

enum {
    OWN_RULES = RS_SUFFIX_PERMIT_SELF | RS_SUFFIX_PERMIT_BELOW | RS_SUFFIX_EXCLUDE_SELF |
                RS_SUFFIX_EXCLUDE_BELOW,
};

/* The set's entries in the order of the file, and where each numbered one is. */
typedef struct entry_table {
    rs_bytes entries;
    size_t count;              /* of entries */
    size_t named;              /* of those with rules of their own */
    const uint8_t **by_number; /* count + 1 of them; NULL: no entry has this number */
} entry_table;

static int order_of_bytes(uint8_t a, uint8_t b)
{
    if (a == b)
        return 0;
    if (a == '.' || b == '.')
        return a == '.' ? -1 : 1;
    return a < b ? -1 : 1;
}

int rs_suffix_order(rs_bytes a, rs_bytes b)
{
    size_t common = a.n < b.n ? a.n : b.n;
    for (size_t i = 1; i <= common; i++) {
        int order = order_of_bytes(a.p[a.n - i], b.p[b.n - i]);
        if (order != 0)
            return order;
    }
    return (a.n > b.n) - (a.n < b.n);
}

static int compare_nodes(const void *a, const void *b)
{
    return rs_suffix_order(((const rs_suffix_node *)a)->name, ((const rs_suffix_node *)b)->name);
}

static void count_entries(entry_table *table)
{
    const uint8_t *p = table->entries.p, *end = p + table->entries.n;
    rs_suffix_entry entry;
    while ((p = rs_suffix_entry_read(p, end, &entry)) != NULL) {
        table->count++;
        table->named += (entry.rules & OWN_RULES) != 0;
    }
}

/* Numbers run from 1 and only some entries have one, so none is over the count. */
static bool index_numbers(entry_table *table)
{
    const uint8_t *p = table->entries.p, *end = p + table->entries.n, *next;
    rs_suffix_entry entry;
    for (; (next = rs_suffix_entry_read(p, end, &entry)) != NULL; p = next) {
        if (entry.number > table->count)
            return false;
        if (entry.number != 0)
            table->by_number[entry.number] = p;
    }
    return true;
}

/* The labels of an entry and of all above it. False if they make no host name. */
static bool recover_name(const entry_table *table, rs_suffix_entry entry, rs_arena *arena,
                         rs_bytes *name)
{
    const uint8_t *end = table->entries.p + table->entries.n;
    uint8_t text[RS_HOST_NAME_MAX];
    size_t length = 0;
    for (;;) {
        if (entry.label.n + (length > 0) > sizeof text - length)
            return false;
        if (length > 0)
            text[length++] = '.';
        memcpy(text + length, entry.label.p, entry.label.n);
        length += entry.label.n;
        if (entry.parent == 0)
            break;
        const uint8_t *parent =
            entry.parent <= table->count ? table->by_number[entry.parent] : NULL;
        if (parent == NULL || rs_suffix_entry_read(parent, end, &entry) == NULL)
            return false;
    }
    *name = rs_arena_copy(arena, rs_bytes_make(text, length));
    return name->p != NULL;
}

static bool recover_nodes(const entry_table *table, rs_arena *arena, rs_suffix_node *nodes,
                          size_t *count)
{
    const uint8_t *p = table->entries.p, *end = p + table->entries.n;
    rs_suffix_entry entry;
    while ((p = rs_suffix_entry_read(p, end, &entry)) != NULL) {
        if ((entry.rules & OWN_RULES) == 0)
            continue;
        rs_suffix_node *node = &nodes[(*count)++];
        node->rules = entry.rules & OWN_RULES;
        if (!recover_name(table, entry, arena, &node->name))
            return false;
    }
    return true;
}

bool rs_suffix_walk(const rs_suffix_set *set, rs_arena *arena, rs_suffix_node **nodes,
                    size_t *count)
{
    /* Without entries there still is a place where they end. */
    entry_table table = {.entries = rs_bytes_make("", 0)};
    if (set->buckets != NULL)
        table.entries =
            rs_bytes_make(set->entries, rs_le32_get(set->buckets + 4 * ((size_t)set->mask + 1)));
    count_entries(&table);
    table.by_number = calloc(table.count + 1, sizeof *table.by_number);
    *nodes = rs_arena_take(arena, (table.named + 1) * sizeof **nodes);
    *count = 0;
    bool good = table.by_number != NULL && *nodes != NULL;
    if (good && (set->root_rules & OWN_RULES) != 0)
        (*nodes)[(*count)++] = (rs_suffix_node){.rules = set->root_rules & OWN_RULES};
    good = good && index_numbers(&table) && recover_nodes(&table, arena, *nodes, count);
    free(table.by_number);
    if (good)
        qsort(*nodes, *count, sizeof **nodes, compare_nodes);
    return good;
}
