/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hash tree of a static CT log, read tile by tile and never believed: every hash is traced back
 * to the root that the checkpoint has.
 */
#ifndef RS_SURVEY_LOG_TREE_H
#define RS_SURVEY_LOG_TREE_H

#include "command/survey/input/log/checkpoint.h"

enum {
    RS_TILE_WIDTH = 256,       /* hashes of a whole tile, and entries of a data tile */
    RS_LOG_TREE_LEVELS = 6,    /* tiles of level 0 have the leaves */
    RS_LOG_TILE_PATH_MAX = 64, /* of rs_log_tile_path */
};

/*
 * Gets a tile of `level`, the one of this index, which has `width` hashes. False if there is none.
 */
typedef bool rs_log_tree_get(void *context, unsigned level, uint64_t index, size_t width,
                             rs_merkle_hash *hashes);

typedef struct rs_log_tree {
    rs_checkpoint checkpoint;
    rs_log_tree_get *get;
    void *context;
    /* Of each level, the tile at the right edge, if that is not whole, and the last whole one. */
    size_t edge_width[RS_LOG_TREE_LEVELS];
    rs_merkle_hash edge[RS_LOG_TREE_LEVELS][RS_TILE_WIDTH];
    bool has_tile[RS_LOG_TREE_LEVELS];
    uint64_t tile_index[RS_LOG_TREE_LEVELS];
    rs_merkle_hash tile[RS_LOG_TREE_LEVELS][RS_TILE_WIDTH];
} rs_log_tree;

typedef enum rs_log_tree_status {
    RS_LOG_TREE_OK = 0,
    RS_LOG_TREE_NO_TILE, /* `get` returned false */
    RS_LOG_TREE_FORGED,  /* what it got is not in the tree */
} rs_log_tree_status;

/* Gets the tiles at the right edge, and compares what they come to with the checkpoint. */
rs_log_tree_status rs_log_tree_open(rs_log_tree *tree, const rs_checkpoint *checkpoint,
                                    rs_log_tree_get *get, void *context);

/* The hash of the whole subtree `index` of `level`; of level 1: over the entries of a data tile. */
rs_log_tree_status rs_log_tree_hash(rs_log_tree *tree, unsigned level, uint64_t index,
                                    rs_merkle_hash *hash);

/*
 * Writes the path of a tile within a log; `level` is "0" to "5", or "data". A `width` of
 * RS_TILE_WIDTH is a whole tile's.
 */
void rs_log_tile_path(const char *level, uint64_t index, size_t width,
                      char path[RS_LOG_TILE_PATH_MAX]);

#endif
