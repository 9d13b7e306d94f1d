/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/log/log_tree.h"

#include <stdio.h>

/* How many whole subtrees of a level a log has. */
static uint64_t subtrees(const rs_log_tree *tree, unsigned level)
{
    return tree->checkpoint.size >> (8 * level);
}

/* The tree over the edges: each level's hashes are of larger subtrees than those below it. */
static rs_merkle_hash edges_root(const rs_log_tree *tree)
{
    rs_merkle_hash root = {{0}};
    bool has_root = false;
    for (unsigned level = 0; level < RS_LOG_TREE_LEVELS; level++) {
        size_t width = tree->edge_width[level];
        /* The whole trees of powers of two that these hashes make, from the right. */
        while (width > 0) {
            size_t part = width & (~width + 1);
            rs_merkle_hash hashes[RS_TILE_WIDTH];
            memcpy(hashes, &tree->edge[level][width - part], part * sizeof *hashes);
            rs_merkle_hash left = rs_merkle_root(hashes, part);
            root = has_root ? rs_merkle_node(&left, &root) : left;
            has_root = true;
            width -= part;
        }
    }
    return root;
}

rs_log_tree_status rs_log_tree_open(rs_log_tree *tree, const rs_checkpoint *checkpoint,
                                    rs_log_tree_get *get, void *context)
{
    memset(tree, 0, sizeof *tree);
    tree->checkpoint = *checkpoint;
    tree->get = get;
    tree->context = context;
    for (unsigned level = 0; level < RS_LOG_TREE_LEVELS; level++) {
        uint64_t count = subtrees(tree, level);
        tree->edge_width[level] = (size_t)(count % RS_TILE_WIDTH);
        if (tree->edge_width[level] > 0 &&
            !get(context, level, count / RS_TILE_WIDTH, tree->edge_width[level], tree->edge[level]))
            return RS_LOG_TREE_NO_TILE;
    }
    rs_merkle_hash root = edges_root(tree);
    bool same = checkpoint->size == 0 || rs_merkle_equal(&root, &checkpoint->root);
    return same ? RS_LOG_TREE_OK : RS_LOG_TREE_FORGED;
}

/* Makes sure of a whole tile: its root is in the tile of the level above. */
static rs_log_tree_status load_tile(rs_log_tree *tree, unsigned level, uint64_t index)
{
    rs_merkle_hash above, copy[RS_TILE_WIDTH];
    if (tree->has_tile[level] && tree->tile_index[level] == index)
        return RS_LOG_TREE_OK;
    rs_log_tree_status status = rs_log_tree_hash(tree, level + 1, index, &above);
    if (status != RS_LOG_TREE_OK)
        return status;
    tree->has_tile[level] = false;
    if (!tree->get(tree->context, level, index, RS_TILE_WIDTH, tree->tile[level]))
        return RS_LOG_TREE_NO_TILE;
    memcpy(copy, tree->tile[level], sizeof copy);
    rs_merkle_hash root = rs_merkle_root(copy, RS_TILE_WIDTH);
    if (!rs_merkle_equal(&root, &above))
        return RS_LOG_TREE_FORGED;
    tree->has_tile[level] = true;
    tree->tile_index[level] = index;
    return RS_LOG_TREE_OK;
}

rs_log_tree_status rs_log_tree_hash(rs_log_tree *tree, unsigned level, uint64_t index,
                                    rs_merkle_hash *hash)
{
    if (level >= RS_LOG_TREE_LEVELS || index >= subtrees(tree, level))
        return RS_LOG_TREE_NO_TILE;
    if (index / RS_TILE_WIDTH == subtrees(tree, level) / RS_TILE_WIDTH) {
        *hash = tree->edge[level][index % RS_TILE_WIDTH];
        return RS_LOG_TREE_OK;
    }
    rs_log_tree_status status = load_tile(tree, level, index / RS_TILE_WIDTH);
    if (status == RS_LOG_TREE_OK)
        *hash = tree->tile[level][index % RS_TILE_WIDTH];
    return status;
}

void rs_log_tile_path(const char *level, uint64_t index, size_t width,
                      char path[RS_LOG_TILE_PATH_MAX])
{
    uint64_t divisor = 1;
    while (index / divisor >= 1000)
        divisor *= 1000;
    int n = snprintf(path, RS_LOG_TILE_PATH_MAX, "tile/%s", level);
    for (; divisor > 0; divisor /= 1000)
        n += snprintf(path + n, (size_t)(RS_LOG_TILE_PATH_MAX - n), "/%s%03u",
                      divisor > 1 ? "x" : "", (unsigned)(index / divisor % 1000));
    if (width < RS_TILE_WIDTH)
        snprintf(path + n, (size_t)(RS_LOG_TILE_PATH_MAX - n), ".p/%zu", width);
}
