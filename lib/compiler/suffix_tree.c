/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/suffix_tree.h"

#include "lib/base/ascii.h"
#include "lib/base/hash.h"
#include "lib/image/image.h"

#include <stdlib.h>

enum {
    FIRST_NODES = 16,
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

/* A child to look for. */
typedef struct child_key {
    uint32_t parent;
    rs_bytes label;
} child_key;

static bool is_child(const void *array, uint32_t index, const void *key)
{
    const rs_tree_node *node = &((const rs_tree_node *)array)[index];
    const child_key *child = key;
    return node->parent == child->parent && rs_bytes_equal(rs_tree_node_label(node), child->label);
}

/* Moves `*node` to its child of that label, which it makes if there is none. */
static rs_write_status descend(rs_suffix_tree *tree, uint32_t *node, rs_bytes label)
{
    child_key key = {*node, label};
    uint64_t whole = rs_hash_bytes(tree->nodes[*node].hash, label);
    uint32_t hash = rs_hash_finish(whole);
    uint32_t child = rs_hash_index_find(&tree->index, hash, is_child, tree->nodes, &key);
    if (child == RS_HASH_INDEX_NONE) {
        rs_tree_node made = {
            .hash = whole, .label = label.p, .length = (uint8_t)label.n, .parent = *node};
        child = (uint32_t)tree->count;
        rs_write_status status = add_node(tree, &made);
        if (status != RS_WRITE_OK)
            return status;
        if (rs_hash_index_add(&tree->index, hash, child) != RS_HASH_INDEX_ADDED)
            return RS_WRITE_NO_MEMORY;
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
        status = add_node(tree, &(rs_tree_node){.hash = tree->key});
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

bool rs_suffix_tree_comes_before(const rs_suffix_tree *tree, uint32_t a, uint32_t b)
{
    const rs_tree_node *x = &tree->nodes[a], *y = &tree->nodes[b];
    if (x->children != y->children)
        return x->children > y->children;
    if (x->hash != y->hash)
        return x->hash < y->hash;
    /* Two names of one hash: the labels decide, from the left. */
    int order = 0;
    for (; order == 0 && x != y; x = &tree->nodes[x->parent], y = &tree->nodes[y->parent])
        order = rs_bytes_compare(rs_tree_node_label(x), rs_tree_node_label(y));
    return order < 0;
}

static int compare_nodes(const void *a, const void *b, void *tree)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return rs_suffix_tree_comes_before(tree, x, y) ? -1 : x != y;
}

static rs_write_status number_nodes(rs_suffix_tree *tree)
{
    size_t count = 0;
    for (size_t i = 1; i < tree->count; i++)
        count += tree->nodes[i].children > 0;
    if (count == 0)
        return RS_WRITE_OK;
    uint32_t *inner = malloc(count * sizeof *inner);
    if (inner == NULL)
        return RS_WRITE_NO_MEMORY;
    count = 0;
    for (uint32_t i = 1; i < tree->count; i++) {
        if (tree->nodes[i].children > 0)
            inner[count++] = i;
    }
    qsort_r(inner, count, sizeof *inner, compare_nodes, tree);
    for (uint32_t i = 0; i < count; i++)
        tree->nodes[inner[i]].number = i + 1;
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
    rs_hash_index_clear(&tree->index);
    *tree = (rs_suffix_tree){0};
}
