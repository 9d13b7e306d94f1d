/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/suffix_tree.h"

#include "lib/base/ascii.h"
#include "lib/base/hash.h"
#include "lib/image/image.h"

#include <stdlib.h>

enum {
    FIRST_NODES = 16,
    FIRST_SLOTS = 32,
    /* An entry takes three bytes at least, so that no more nodes would fit into an image. */
    NODES_MAX = RS_IMAGE_SIZE_MAX / 3,
    SELF_RULES = RS_SUFFIX_PERMIT_SELF | RS_SUFFIX_EXCLUDE_SELF,
    EXCLUDE_RULES = RS_SUFFIX_EXCLUDE_SELF | RS_SUFFIX_EXCLUDE_BELOW,
    ADDED_RULES = SELF_RULES | RS_SUFFIX_PERMIT_BELOW | RS_SUFFIX_EXCLUDE_BELOW,
};

static rs_write_status add_node(rs_suffix_tree *tree, const rs_tree_node *node)
{
    if (tree->count == NODES_MAX)
        return RS_WRITE_TOO_LARGE;
    if (tree->count == tree->capacity) {
        size_t capacity = tree->capacity == 0 ? FIRST_NODES : 2 * tree->capacity;
        rs_tree_node *nodes = realloc(tree->nodes, capacity * sizeof *nodes);
        if (nodes == NULL)
            return RS_WRITE_NO_MEMORY;
        tree->nodes = nodes;
        tree->capacity = capacity;
    }
    tree->nodes[tree->count++] = *node;
    return RS_WRITE_OK;
}

static void put_slot(uint64_t *slots, size_t slot_count, uint64_t slot)
{
    size_t at = (slot >> 32) & (slot_count - 1);
    while (slots[at] != 0)
        at = (at + 1) & (slot_count - 1);
    slots[at] = slot;
}

/* Room for one more node; a quarter of the slots or more stay free. */
static rs_write_status make_room(rs_suffix_tree *tree)
{
    if (4 * tree->count < 3 * tree->slot_count)
        return RS_WRITE_OK;
    size_t slot_count = tree->slot_count == 0 ? FIRST_SLOTS : 2 * tree->slot_count;
    uint64_t *slots = calloc(slot_count, sizeof *slots);
    if (slots == NULL)
        return RS_WRITE_NO_MEMORY;
    for (size_t i = 0; i < tree->slot_count; i++) {
        if (tree->slots[i] != 0)
            put_slot(slots, slot_count, tree->slots[i]);
    }
    free(tree->slots);
    tree->slots = slots;
    tree->slot_count = slot_count;
    return RS_WRITE_OK;
}

/* The node's index; 0 if there is none (the root is nobody's child). */
static uint32_t find_child(const rs_suffix_tree *tree, uint32_t parent, rs_bytes label,
                           uint32_t hash)
{
    for (size_t at = hash & (tree->slot_count - 1); tree->slots[at] != 0;
         at = (at + 1) & (tree->slot_count - 1)) {
        uint64_t slot = tree->slots[at];
        if (slot >> 32 != hash)
            continue;
        const rs_tree_node *node = &tree->nodes[(uint32_t)slot];
        if (node->parent == parent && rs_bytes_equal(rs_tree_node_label(node), label))
            return (uint32_t)slot;
    }
    return 0;
}

/* Moves `*node` to its child of that label, which it makes if there is none. */
static rs_write_status descend(rs_suffix_tree *tree, uint32_t *node, rs_bytes label)
{
    rs_write_status status = make_room(tree);
    if (status != RS_WRITE_OK)
        return status;
    uint64_t hash = rs_hash_bytes(tree->nodes[*node].hash, label);
    uint32_t child = find_child(tree, *node, label, rs_hash_finish(hash));
    if (child == 0) {
        rs_tree_node made = {
            .hash = hash, .label = label.p, .length = (uint8_t)label.n, .parent = *node};
        child = (uint32_t)tree->count;
        status = add_node(tree, &made);
        if (status != RS_WRITE_OK)
            return status;
        put_slot(tree->slots, tree->slot_count, (uint64_t)rs_hash_finish(hash) << 32 | child);
        tree->nodes[*node].children++;
    }
    *node = child;
    return RS_WRITE_OK;
}

/* Cuts the last label off, and the dot before it. False if it is not a label in lower case. */
static bool take_last_label(rs_bytes *name, rs_bytes *label)
{
    size_t start = name->n;
    for (; start > 0 && name->p[start - 1] != '.'; start--) {
        if (rs_ascii_is_upper(name->p[start - 1]))
            return false;
    }
    *label = rs_bytes_skip(*name, start);
    name->n = start > 0 ? start - 1 : 0;
    return label->n > 0 && label->n <= RS_LABEL_MAX;
}

rs_write_status rs_suffix_tree_add(rs_suffix_tree *tree, rs_bytes suffix, uint8_t rules)
{
    if (rules == 0 || (rules & ~ADDED_RULES) != 0 || (suffix.n == 0 && (rules & SELF_RULES) != 0))
        return RS_WRITE_BAD_LIST;
    rs_write_status status = RS_WRITE_OK;
    if (tree->count == 0)
        status = add_node(tree, &(rs_tree_node){.rules = 0});
    uint32_t node = 0;
    /* A dot at the front leaves an empty label to be taken, and refused, after the last one. */
    for (bool more = suffix.n > 0; more && status == RS_WRITE_OK;) {
        rs_bytes label, rest = suffix;
        if (!take_last_label(&rest, &label))
            return RS_WRITE_BAD_LIST;
        more = label.n < suffix.n;
        suffix = rest;
        status = descend(tree, &node, label);
    }
    if (status == RS_WRITE_OK)
        tree->nodes[node].rules |= rules;
    return status;
}

/* Children come after their parents, so that one pass from the end carries every mark up. */
static void mark_excludes_under(rs_suffix_tree *tree)
{
    for (size_t i = tree->count; i-- > 1;) {
        const rs_tree_node *node = &tree->nodes[i];
        if ((node->rules & (EXCLUDE_RULES | RS_SUFFIX_EXCLUDE_UNDER)) != 0)
            tree->nodes[node->parent].rules |= RS_SUFFIX_EXCLUDE_UNDER;
    }
}

typedef struct ranked {
    uint64_t hash;
    uint32_t children, node;
} ranked;

/* By falling number of children; between equals the hash of the name decides. */
static int compare_ranked(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->children != y->children)
        return x->children > y->children ? -1 : 1;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->node < y->node ? -1 : 1;
}

static rs_write_status number_nodes(rs_suffix_tree *tree)
{
    size_t count = 0;
    for (size_t i = 1; i < tree->count; i++)
        count += tree->nodes[i].children > 0;
    if (count == 0)
        return RS_WRITE_OK;
    ranked *inner = malloc(count * sizeof *inner);
    if (inner == NULL)
        return RS_WRITE_NO_MEMORY;
    count = 0;
    for (uint32_t i = 1; i < tree->count; i++) {
        const rs_tree_node *node = &tree->nodes[i];
        if (node->children > 0)
            inner[count++] = (ranked){node->hash, node->children, i};
    }
    qsort(inner, count, sizeof *inner, compare_ranked);
    for (uint32_t i = 0; i < count; i++)
        tree->nodes[inner[i].node].number = i + 1;
    free(inner);
    return RS_WRITE_OK;
}

rs_write_status rs_suffix_tree_finish(rs_suffix_tree *tree)
{
    mark_excludes_under(tree);
    return number_nodes(tree);
}

void rs_suffix_tree_clear(rs_suffix_tree *tree)
{
    free(tree->nodes);
    free(tree->slots);
    *tree = (rs_suffix_tree){0};
}
