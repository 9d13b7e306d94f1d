/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/host_block.h"
#include "tests/unit/suite.h"

#include <string.h>

/* Every byte at every place of a block, between bytes of each kind. */
static void fold_of_every_byte(void)
{
    static const uint8_t others[] = {'a', 'Z', '.', '*', 0xff, 0};
    for (unsigned c = 0; c < 256; c++)
        for (size_t at = 0; at < RS_HOST_BLOCK; at++)
            for (size_t i = 0; i < sizeof others; i++) {
                uint8_t block[RS_HOST_BLOCK], plain[RS_HOST_BLOCK];
                memset(block, others[i], sizeof block);
                block[at] = (uint8_t)c;
                memcpy(plain, block, sizeof block);
                rs_host_block_marks marks = rs_host_block_fold(block, block);
                rs_host_block_marks expected = rs_host_block_fold_plain(plain, plain);
                CU_ASSERT(marks.dots == expected.dots && marks.hosts == expected.hosts);
                CU_ASSERT_EQUAL(memcmp(block, plain, sizeof block), 0);
            }
}

static bool is_same(rs_host_block_marks a, rs_host_block_marks b)
{
    return a.dots == b.dots && a.hosts == b.hosts;
}

/* The same where nothing is folded, and where the halves are apart. */
static void marks_of_every_byte(void)
{
    static const uint8_t others[] = {'a', 'Z', '.', '*', 0xff, 0};
    for (unsigned c = 0; c < 256; c++)
        for (size_t at = 0; at < RS_HOST_BLOCK; at++)
            for (size_t i = 0; i < sizeof others; i++) {
                uint8_t block[RS_HOST_BLOCK], second[RS_HOST_BLOCK / 2];
                memset(block, others[i], sizeof block);
                block[at] = (uint8_t)c;
                memcpy(second, block + sizeof second, sizeof second);
                rs_host_block_marks expected = rs_host_block_mark_plain(block);
                CU_ASSERT(is_same(rs_host_block_mark(block), expected));
                CU_ASSERT(is_same(rs_host_block_mark_halves(block, second), expected));
            }
}

static void marks_of_a_block(void)
{
    uint8_t block[RS_HOST_BLOCK] = {'A', '-', '.', '_', '9', 'z', '*', ' ', 0x7f, 0x80, '@', '['};
    rs_host_block_marks marks = rs_host_block_fold_plain(block, block);
    CU_ASSERT_EQUAL(marks.dots, 1u << 2);
    CU_ASSERT_EQUAL(marks.hosts, 0x3fu);
    CU_ASSERT(block[0] == 'a' && block[10] == '@' && block[11] == '[');
    block[0] = 'A';
    CU_ASSERT_EQUAL(rs_host_block_mark_plain(block).dots, 1u << 2);
    CU_ASSERT_EQUAL(rs_host_block_mark_plain(block).hosts, 0x3eu);
}

static CU_TestInfo tests[] = {
    {"fold of every byte", fold_of_every_byte},
    {"marks of every byte", marks_of_every_byte},
    {"marks of a block", marks_of_a_block},
    CU_TEST_INFO_NULL,
};

RS_SUITE("host_block", tests)
