/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the tests of suffix sets: rules as text, and sets made from them.
 */
#ifndef RS_TEST_SUFFIX_RULES_H
#define RS_TEST_SUFFIX_RULES_H

#include "tests/unit/made_set.h"

enum { NAME_SIZE = 48 };

typedef struct rule {
    char suffix[NAME_SIZE];
    uint8_t rules;
} rule;

static inline void build_tree(rs_suffix_tree *tree, const rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rs_suffix_tree_add(tree, rs_bytes_of_string(rules[i].suffix), rules[i].rules) !=
            RS_WRITE_OK)
            abort();
    }
}

static inline made_set make_with_key(uint64_t key, const rule *rules, size_t count)
{
    rs_suffix_tree tree = {.key = key};
    build_tree(&tree, rules, count);
    made_set made = made_set_from_tree(&tree);
    rs_suffix_tree_clear(&tree);
    return made;
}

static inline made_set make(const rule *rules, size_t count)
{
    return make_with_key(0, rules, count);
}

#endif
