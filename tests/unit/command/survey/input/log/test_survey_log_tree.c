/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/log/log_tree.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

enum { LEAVES = 65536 + 3 * 256 + 5 };

static rs_merkle_hash leaves[LEAVES], scratch_hashes[LEAVES];
static rs_merkle_hash subtrees[LEAVES / RS_TILE_WIDTH]; /* of level 1 */

static rs_merkle_hash root_of(const rs_merkle_hash *hashes, size_t count)
{
    memcpy(scratch_hashes, hashes, count * sizeof *hashes);
    return rs_merkle_root(scratch_hashes, count);
}

/* The hash of a subtree of whole tiles. */
static rs_merkle_hash subtree(unsigned level, uint64_t index)
{
    return level == 0   ? leaves[index]
           : level == 1 ? subtrees[index]
                        : root_of(subtrees + index * RS_TILE_WIDTH, RS_TILE_WIDTH);
}

/* What a log forges or does not have. */
static struct {
    bool is_set, is_missing;
    unsigned level;
    uint64_t index;
} fault;

static bool get(void *context, unsigned level, uint64_t index, size_t width, rs_merkle_hash *hashes)
{
    size_t *calls = context;
    ++*calls;
    for (size_t i = 0; i < width; i++)
        hashes[i] = subtree(level, index * RS_TILE_WIDTH + i);
    bool here = fault.is_set && fault.level == level && fault.index == index;
    hashes[width / 2].octets[7] ^= here;
    return !(here && fault.is_missing);
}

static rs_checkpoint checkpoint_of(uint64_t size)
{
    rs_checkpoint checkpoint = {.size = size};
    static rs_merkle_hash of_all;
    static bool has_all;
    if (size == LEAVES && !has_all) {
        of_all = root_of(leaves, size);
        has_all = true;
    }
    if (size > 0)
        checkpoint.root = size == LEAVES ? of_all : root_of(leaves, size);
    return checkpoint;
}

static void make_leaves(void)
{
    for (size_t i = 0; i < LEAVES; i++)
        rs_sha256_digest(rs_bytes_make(&i, sizeof i), leaves[i].octets);
    for (size_t i = 0; i < ROWS(subtrees); i++)
        subtrees[i] = root_of(leaves + i * RS_TILE_WIDTH, RS_TILE_WIDTH);
}

static rs_log_tree tree;

static void trees_of_all_shapes_are_what_their_checkpoint_says(void)
{
    static const uint64_t sizes[] = {0,   1,   2,    255,   256,        300,
                                     511, 512, 1027, 65536, 65536 + 77, LEAVES};
    make_leaves();
    for (size_t i = 0; i < ROWS(sizes); i++) {
        size_t calls = 0;
        rs_checkpoint checkpoint = checkpoint_of(sizes[i]);
        CU_ASSERT(rs_log_tree_open(&tree, &checkpoint, get, &calls) == RS_LOG_TREE_OK);
        CU_ASSERT(calls <= 3);
        checkpoint.root.octets[0] ^= 1;
        CU_ASSERT(sizes[i] == 0 ||
                  rs_log_tree_open(&tree, &checkpoint, get, &calls) == RS_LOG_TREE_FORGED);
    }
}

static void every_subtree_has_its_hash(void)
{
    size_t calls = 0;
    rs_merkle_hash hash, expected;
    rs_checkpoint checkpoint = checkpoint_of(LEAVES);
    CU_ASSERT(rs_log_tree_open(&tree, &checkpoint, get, &calls) == RS_LOG_TREE_OK);
    for (uint64_t i = 0; i < LEAVES / RS_TILE_WIDTH; i++) {
        CU_ASSERT(rs_log_tree_hash(&tree, 1, i, &hash) == RS_LOG_TREE_OK);
        expected = subtree(1, i);
        CU_ASSERT(rs_merkle_equal(&hash, &expected));
    }
    /* Of each level the right edge, and the whole tile of level 1, once. */
    CU_ASSERT(calls == 4);
    CU_ASSERT(rs_log_tree_hash(&tree, 1, LEAVES / RS_TILE_WIDTH, &hash) == RS_LOG_TREE_NO_TILE);
    CU_ASSERT(rs_log_tree_hash(&tree, 0, 65535, &hash) == RS_LOG_TREE_OK);
    CU_ASSERT(rs_merkle_equal(&hash, &leaves[65535]));
}

static void a_forged_or_missing_tile_is_told(void)
{
    static const struct {
        unsigned level;
        uint64_t index;
        bool at_open;
    } rows[] = {{0, LEAVES / 256, true}, {1, 1, true}, {2, 0, true}, {1, 0, false}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        for (int missing = 0; missing < 2; missing++) {
            size_t calls = 0;
            rs_merkle_hash hash;
            rs_log_tree_status expected = missing ? RS_LOG_TREE_NO_TILE : RS_LOG_TREE_FORGED;
            rs_checkpoint checkpoint = checkpoint_of(LEAVES);
            fault.is_set = true;
            fault.is_missing = missing;
            fault.level = rows[i].level;
            fault.index = rows[i].index;
            rs_log_tree_status status = rs_log_tree_open(&tree, &checkpoint, get, &calls);
            CU_ASSERT(status == (rows[i].at_open ? expected : RS_LOG_TREE_OK));
            if (!rows[i].at_open)
                CU_ASSERT(rs_log_tree_hash(&tree, 1, 7, &hash) == expected);
            fault.is_set = false;
            /* Nothing of it is remembered. */
            if (!rows[i].at_open)
                CU_ASSERT(rs_log_tree_hash(&tree, 1, 7, &hash) == RS_LOG_TREE_OK);
        }
    }
}

static void paths_have_three_digits_each(void)
{
    static const struct {
        const char *level;
        uint64_t index;
        size_t width;
        const char *path;
    } rows[] = {
        {"0", 0, 256, "tile/0/000"},
        {"data", 999, 256, "tile/data/999"},
        {"data", 1000, 256, "tile/data/x001/000"},
        {"1", 1234067, 256, "tile/1/x001/x234/067"},
        {"0", 273, 112, "tile/0/273.p/112"},
        {"data", 4294967295, 256, "tile/data/x004/x294/x967/295"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char path[RS_LOG_TILE_PATH_MAX];
        rs_log_tile_path(rows[i].level, rows[i].index, rows[i].width, path);
        CHECK_ROW(strcmp(path, rows[i].path) == 0, rows[i].path);
    }
}

static CU_TestInfo tests[] = {
    {"trees_of_all_shapes_are_what_their_checkpoint_says",
     trees_of_all_shapes_are_what_their_checkpoint_says},
    {"every_subtree_has_its_hash", every_subtree_has_its_hash},
    {"a_forged_or_missing_tile_is_told", a_forged_or_missing_tile_is_told},
    {"paths_have_three_digits_each", paths_have_three_digits_each},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_log_tree", tests)
