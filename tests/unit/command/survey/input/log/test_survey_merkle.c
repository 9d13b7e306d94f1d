/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/log/merkle.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <openssl/sha.h>

enum { HASHES = 70 };

static rs_merkle_hash numbered(size_t number)
{
    rs_merkle_hash hash;
    SHA256((const uint8_t *)&number, sizeof number, hash.octets);
    return hash;
}

/* As the RFC has it: the left part has the largest power of two below the number of leaves. */
static rs_merkle_hash defined_root(const rs_merkle_hash *hashes, size_t count)
{
    if (count == 1)
        return *hashes;
    size_t left = 1;
    while (2 * left < count)
        left *= 2;
    rs_merkle_hash a = defined_root(hashes, left), root;
    rs_merkle_hash b = defined_root(hashes + left, count - left);
    uint8_t text[65] = {1};
    memcpy(text + 1, a.octets, 32);
    memcpy(text + 33, b.octets, 32);
    SHA256(text, sizeof text, root.octets);
    return root;
}

static void roots_are_as_the_rfc_defines_them(void)
{
    for (size_t count = 1; count <= HASHES; count++) {
        rs_merkle_hash hashes[HASHES];
        for (size_t i = 0; i < count; i++)
            hashes[i] = numbered(i);
        rs_merkle_hash expected = defined_root(hashes, count);
        rs_merkle_hash root = rs_merkle_root(hashes, count);
        CU_ASSERT(rs_merkle_equal(&root, &expected));
    }
    rs_merkle_hash a = numbered(1), b = numbered(2);
    CU_ASSERT(!rs_merkle_equal(&a, &b));
}

static void a_leaf_has_its_prefix(void)
{
    static const uint8_t text[] = {0, 0, 0, 'x', 'y'};
    rs_merkle_hash expected, leaf = rs_merkle_leaf(rs_bytes_of_string("xy"));
    SHA256(text, sizeof text, expected.octets);
    CU_ASSERT(rs_merkle_equal(&leaf, &expected));
}

static CU_TestInfo tests[] = {
    {"roots_are_as_the_rfc_defines_them", roots_are_as_the_rfc_defines_them},
    {"a_leaf_has_its_prefix", a_leaf_has_its_prefix},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_merkle", tests)
