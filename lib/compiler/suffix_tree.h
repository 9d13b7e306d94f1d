/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Suffixes and their rules as a tree of labels, read from the right: what a suffix set is made
 * from. suffix_set_writer.h lays it flat.
 */
#ifndef RS_SUFFIX_TREE_H
#define RS_SUFFIX_TREE_H

#include "lib/base/hash_index.h"
#include "lib/compiler/byte_buffer.h"
#include "lib/image/suffix_set.h"

typedef struct rs_tree_node {
    uint64_t hash; /* of the whole name */
    const uint8_t *label;
    uint32_t parent;   /* index of a node that was made before this one */
    uint32_t children; /* how many it has */
    uint32_t number;   /* set by finish: 0 for the root and for nodes without children */
    uint8_t length;    /* of the label; 0 for the root alone */
    uint8_t rules;     /* RS_SUFFIX_* */
} rs_tree_node;

/* All zero is a tree without suffixes. */
typedef struct rs_suffix_tree {
    rs_tree_node *nodes; /* the first is the root */
    size_t count, capacity;
    rs_hash_index index; /* of the nodes by parent and label */
    /*
     * The value that hashes start with. The caller sets it before the first suffix. It must depend
     * on all that a list says: nobody can then choose suffixes whose hashes are equal. It must
     * depend on nothing else: the same list then gives the same bytes.
     */
    uint64_t key;
} rs_suffix_tree;

/*
 * Adds rules (of RS_SUFFIX_PERMIT_SELF to RS_SUFFIX_EXCLUDE_BELOW) to a suffix, given in lower
 * case; the empty one stands for all names. What the suffix has already stays.
 *
 * The suffix is not copied: it must live as long as the tree. Returns RS_WRITE_BAD_LIST for an
 * empty or too long label, an upper-case letter, no rule, or a rule for the empty name itself.
 */
rs_write_status rs_suffix_tree_add(rs_suffix_tree *tree, rs_bytes suffix, uint8_t rules);

/*
 * After the last suffix: marks what has an exclusion below it, and numbers the nodes that have
 * children, from 1, in the order below.
 */
rs_write_status rs_suffix_tree_finish(rs_suffix_tree *tree);

/*
 * The order in which nodes are numbered and written: by falling number of children, then by hash
 * and name. It does not depend on the order in which the suffixes came.
 */
bool rs_suffix_tree_comes_before(const rs_suffix_tree *tree, uint32_t a, uint32_t b);

/* Frees; the tree is empty and usable again. */
void rs_suffix_tree_clear(rs_suffix_tree *tree);

static inline rs_bytes rs_tree_node_label(const rs_tree_node *node)
{
    return rs_bytes_make(node->label, node->length);
}

#endif
