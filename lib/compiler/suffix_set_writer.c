/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/suffix_set_writer.h"

#include "lib/base/hash.h"
#include "lib/base/little_endian.h"
#include "lib/image/image.h"
#include "lib/image/image_layout.h"

#include <stdlib.h>

enum {
    LOAD = 4,       /* entries in a bucket, at most, on average */
    SEEDS_MAX = 64, /* tried; nearly always the first one serves */
    SEED_BITS = 24, /* the hash has no room for more */
    PLAIN_RULES = RS_SUFFIX_PERMIT_SELF | RS_SUFFIX_PERMIT_BELOW,
};

/* Where the entries go. */
typedef struct layout {
    const rs_suffix_tree *tree;
    size_t bucket_count; /* a power of two */
    uint32_t seed;
    uint32_t *bucket_of; /* by node */
    uint32_t *starts;    /* by bucket: where its nodes start in `order` */
    uint32_t *order;     /* nodes, bucket by bucket */
} layout;

static size_t varint_size(uint32_t value)
{
    size_t size = 1;
    while ((value >>= 7) != 0)
        size++;
    return size;
}

static uint8_t *put_varint(uint8_t *p, uint32_t value)
{
    for (; value >= 0x80; value >>= 7)
        *p++ = (uint8_t)(value | 0x80);
    *p++ = (uint8_t)value;
    return p;
}

static size_t entry_size(const rs_suffix_tree *tree, const rs_tree_node *node)
{
    return 1 + varint_size(tree->nodes[node->parent].number) + (node->rules != PLAIN_RULES) +
           (node->number != 0 ? varint_size(node->number) : 0) + node->length;
}

static uint8_t *put_entry(uint8_t *p, const rs_suffix_tree *tree, const rs_tree_node *node)
{
    bool has_rules = node->rules != PLAIN_RULES, has_children = node->number != 0;
    *p++ = (uint8_t)(node->length | (has_rules ? RS_ENTRY_HAS_RULES : 0) |
                     (has_children ? RS_ENTRY_HAS_CHILDREN : 0));
    p = put_varint(p, tree->nodes[node->parent].number);
    if (has_rules)
        *p++ = node->rules;
    if (has_children)
        p = put_varint(p, node->number);
    memcpy(p, node->label, node->length);
    return p + node->length;
}

/* Counts what falls into each bucket, into the element after its own; false if too much does. */
static bool spread(layout *table)
{
    memset(table->starts, 0, (table->bucket_count + 1) * sizeof *table->starts);
    const rs_tree_node *nodes = table->tree->nodes;
    for (size_t i = 1; i < table->tree->count; i++) {
        uint32_t hash = rs_suffix_hash(table->seed, nodes[nodes[i].parent].number,
                                       rs_tree_node_label(&nodes[i]));
        table->bucket_of[i] = hash & (uint32_t)(table->bucket_count - 1);
        if (++table->starts[table->bucket_of[i] + 1] > RS_SUFFIX_BUCKET_MAX)
            return false;
    }
    return true;
}

/* Nobody can choose suffixes to fit these seeds: they follow from all that the list says. */
static uint32_t seed_of(const rs_suffix_tree *tree, unsigned trial)
{
    return (uint32_t)(rs_hash_fold(rs_hash_fold(tree->key) ^ trial) >> (64 - SEED_BITS));
}

/* A larger table would not help: it is labels of equal hash that crowd a bucket. */
static rs_write_status choose_seed(layout *table)
{
    table->bucket_count = 1;
    while (table->bucket_count * LOAD < table->tree->count - 1)
        table->bucket_count *= 2;
    table->starts = malloc((table->bucket_count + 1) * sizeof *table->starts);
    if (table->starts == NULL)
        return RS_WRITE_NO_MEMORY;
    for (unsigned trial = 0; trial < SEEDS_MAX; trial++) {
        table->seed = seed_of(table->tree, trial);
        if (spread(table))
            return RS_WRITE_OK;
    }
    return RS_WRITE_TOO_LARGE;
}

/* Parents first, those with the most children before others: they are looked up the most. */
static void sort_bucket(const rs_suffix_tree *tree, uint32_t *order, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint32_t node = order[i];
        size_t at = i;
        for (; at > 0 && rs_suffix_tree_comes_before(tree, node, order[at - 1]); at--)
            order[at] = order[at - 1];
        order[at] = node;
    }
}

/* Turns the counts into starts, and puts the nodes in order. */
static void arrange(layout *table)
{
    uint32_t *starts = table->starts;
    for (size_t i = 1; i <= table->bucket_count; i++)
        starts[i] += starts[i - 1];
    /* Filling moves each start to the next bucket's, so it is put back one place later. */
    for (uint32_t i = 1; i < table->tree->count; i++)
        table->order[starts[table->bucket_of[i]]++] = i;
    memmove(starts + 1, starts, table->bucket_count * sizeof *starts);
    starts[0] = 0;
    for (size_t i = 0; i < table->bucket_count; i++)
        sort_bucket(table->tree, table->order + starts[i], starts[i + 1] - starts[i]);
}

static rs_write_status put_table(const layout *table, rs_byte_buffer *out)
{
    const rs_suffix_tree *tree = table->tree;
    size_t size = 4 * (table->bucket_count + 1);
    for (size_t i = 1; i < tree->count; i++)
        size += entry_size(tree, &tree->nodes[i]);
    uint8_t *buckets;
    rs_write_status status = rs_byte_buffer_add(out, size, &buckets);
    if (status != RS_WRITE_OK)
        return status;
    uint8_t *entries = buckets + 4 * (table->bucket_count + 1), *p = entries;
    for (size_t i = 0; i < table->bucket_count; i++) {
        for (uint32_t at = table->starts[i]; at < table->starts[i + 1]; at++)
            p = put_entry(p, tree, &tree->nodes[table->order[at]]);
        rs_le32_put(buckets + 4 * (i + 1), (uint32_t)(p - entries));
    }
    return RS_WRITE_OK;
}

/* The labels of the permitted suffix that has the most. */
static uint8_t most_labels(const rs_suffix_tree *tree)
{
    uint8_t most = 0;
    for (size_t i = 1; i < tree->count; i++) {
        if ((tree->nodes[i].rules & PLAIN_RULES) == 0)
            continue;
        uint8_t labels = 0;
        for (uint32_t node = (uint32_t)i; node != 0; node = tree->nodes[node].parent)
            labels++;
        if (labels > most)
            most = labels;
    }
    return most;
}

rs_write_status rs_suffix_set_write(const rs_suffix_tree *tree, rs_byte_buffer *out,
                                    rs_suffix_shape *shape)
{
    *shape = (rs_suffix_shape){.root_rules = tree->count == 0 ? 0 : tree->nodes[0].rules};
    if (tree->count <= 1)
        return RS_WRITE_OK;
    shape->labels = most_labels(tree);
    layout table = {.tree = tree};
    table.bucket_of = malloc(tree->count * sizeof *table.bucket_of);
    table.order = malloc(tree->count * sizeof *table.order);
    rs_write_status status = RS_WRITE_NO_MEMORY;
    if (table.bucket_of != NULL && table.order != NULL)
        status = choose_seed(&table);
    if (status == RS_WRITE_OK) {
        arrange(&table);
        status = put_table(&table, out);
    }
    shape->mask = (uint32_t)(table.bucket_count - 1);
    shape->seed = table.seed;
    free(table.bucket_of);
    free(table.order);
    free(table.starts);
    return status;
}
