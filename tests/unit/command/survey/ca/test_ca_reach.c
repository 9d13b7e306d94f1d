/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/command/survey/ca/made_ca.h"

static void chain_reaches_its_root(void)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    const rs_ca_node *low = added(pool, RS_CA_GIVEN, ca("low", 2, "middle", 1));
    CU_ASSERT_EQUAL(reached(pool, low), 0);
    const rs_ca_node *root = added(pool, RS_CA_ROOT, ca("root", 0, NULL, -1));
    CU_ASSERT_EQUAL(reached(pool, low), 0);
    const rs_ca_node *middle = added(pool, RS_CA_GIVEN, ca("middle", 1, "root", 0));
    CU_ASSERT_TRUE(reaches(pool, low, root));
    CU_ASSERT_TRUE(reaches(pool, middle, root));
    CU_ASSERT_TRUE(reaches(pool, root, root));
    CU_ASSERT_PTR_EQUAL(rs_ca_pool_reach(pool, low), rs_ca_pool_reach(pool, middle));
    rs_ca_pool_free(pool);
}

static void cross_signed_reaches_both(void)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    const rs_ca_node *a = added(pool, RS_CA_ROOT, ca("a", 0, NULL, -1));
    const rs_ca_node *b = added(pool, RS_CA_ROOT, ca("b", 1, NULL, -1));
    const rs_ca_node *ca_node = added(pool, RS_CA_GIVEN, ca("ca", 2, "a", 0));
    CU_ASSERT_PTR_EQUAL(added(pool, RS_CA_GIVEN, ca("ca", 2, "b", 1)), ca_node);
    CU_ASSERT_TRUE(reaches(pool, ca_node, a) && reaches(pool, ca_node, b));
    CU_ASSERT_EQUAL(reached(pool, a), 1);
    /* A root that another root signs leads to that one, too. */
    added(pool, RS_CA_GIVEN, ca("a", 0, "b", 1));
    CU_ASSERT_TRUE(reaches(pool, a, a) && reaches(pool, a, b));
    CU_ASSERT_FALSE(reaches(pool, b, a));
    CU_ASSERT_EQUAL(rs_ca_pool_count(pool).nodes, 3);
    CU_ASSERT_EQUAL(rs_ca_pool_count(pool).roots, 2);
    rs_ca_pool_free(pool);
}

/* Two circles, the first of which leads to the second, and that to a root. */
static void circles_reach_the_same(void)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    const rs_ca_node *a = added(pool, RS_CA_GIVEN, ca("a", 0, "b", 1));
    const rs_ca_node *b = added(pool, RS_CA_GIVEN, ca("b", 1, "a", 0));
    const rs_ca_node *c = added(pool, RS_CA_GIVEN, ca("c", 2, "d", 3));
    const rs_ca_node *d = added(pool, RS_CA_GIVEN, ca("d", 3, "c", 2));
    CU_ASSERT_EQUAL(reached(pool, a), 0);
    added(pool, RS_CA_GIVEN, ca("a", 0, "c", 2));
    const rs_ca_node *root = added(pool, RS_CA_ROOT, ca("root", 4, NULL, -1));
    added(pool, RS_CA_GIVEN, ca("d", 3, "root", 4));
    CU_ASSERT_TRUE(reaches(pool, b, root) && reaches(pool, a, root));
    CU_ASSERT_TRUE(reaches(pool, c, root) && reaches(pool, d, root));
    CU_ASSERT_EQUAL(reached(pool, root), 1);
    rs_ca_pool_free(pool);
}

/* The lowest of four CAs that stand below one, with its key. */
static const rs_ca_node *four_below(rs_ca_pool *pool, const char *issuer, int key)
{
    const rs_ca_node *low = NULL;
    char own[8], above[8];
    for (int i = 1; i <= 4; i++) {
        snprintf(own, sizeof own, "%s%d", issuer, i);
        snprintf(above, sizeof above, "%s%d", issuer, i - 1);
        low = added(pool, RS_CA_GIVEN, ca(own, key, i == 1 ? issuer : above, key));
    }
    return low;
}

/* So high above that nobody counts how many CAs are below. */
static void circles_far_above(void)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    const rs_ca_node *root = added(pool, RS_CA_ROOT, ca("root", 4, NULL, -1));
    added(pool, RS_CA_GIVEN, ca("a", 0, "b", 1));
    added(pool, RS_CA_GIVEN, ca("a", 0, "root", 4));
    added(pool, RS_CA_GIVEN, ca("b", 1, "a", 0));
    const rs_ca_node *below_a = four_below(pool, "a", 0), *below_b = four_below(pool, "b", 1);
    CU_ASSERT_TRUE(reaches(pool, below_a, root) && reaches(pool, below_b, root));
    rs_ca_pool_free(pool);
}

/* However many certificates two CAs make for each other, one in each direction is verified. */
static void many_cross_signs_are_cheap(void)
{
    enum { MANY = 500 };
    rs_ca_pool *pool = rs_ca_pool_new();
    wanted ab = ca("a", 0, "b", 1), ba = ca("b", 1, "a", 0);
    ab.authority_key_id = ba.key_id = "b's";
    ba.authority_key_id = ab.key_id = "a's";
    const rs_ca_node *a = added(pool, RS_CA_GIVEN, ab), *b = added(pool, RS_CA_GIVEN, ba);
    for (size_t i = 0; i < MANY; i++) {
        added(pool, RS_CA_GIVEN, ab);
        added(pool, RS_CA_GIVEN, ba);
    }
    CU_ASSERT_EQUAL(reached(pool, a) + reached(pool, b), 0);
    CU_ASSERT_EQUAL(rs_ca_pool_count(pool).signatures, 2);
    const rs_ca_node *root = added(pool, RS_CA_ROOT, ca("root", 2, NULL, -1));
    added(pool, RS_CA_GIVEN, ca("a", 0, "root", 2));
    CU_ASSERT_TRUE(reaches(pool, b, root));
    CU_ASSERT_EQUAL(rs_ca_pool_count(pool).nodes, 3);
    rs_ca_pool_free(pool);
}

static wanted limited(wanted w, const char *path_length)
{
    w.path_length = path_length;
    return w;
}

static void path_lengths_are_kept(void)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    const rs_ca_node *root =
        added(pool, RS_CA_ROOT, limited(ca("root", 0, NULL, -1), ",pathlen:0"));
    const rs_ca_node *a = added(pool, RS_CA_GIVEN, limited(ca("a", 1, "root", 0), ",pathlen:0"));
    const rs_ca_node *b = added(pool, RS_CA_GIVEN, ca("b", 2, "a", 1));
    CU_ASSERT_TRUE(reaches(pool, a, root));
    CU_ASSERT_EQUAL(reached(pool, b), 0);
    /* A new key of the same CA is no CA below it. */
    CU_ASSERT_TRUE(reaches(pool, added(pool, RS_CA_GIVEN, ca("a", 3, "a", 1)), root));
    /* One certificate that allows it is enough, whatever others say. */
    added(pool, RS_CA_GIVEN, limited(ca("a", 1, "root", 0), ",pathlen:1"));
    added(pool, RS_CA_GIVEN, limited(ca("a", 1, "root", 0), ",pathlen:0"));
    CU_ASSERT_TRUE(reaches(pool, b, root));
    const rs_ca_node *c = added(pool, RS_CA_GIVEN, ca("c", 4, "b", 2));
    CU_ASSERT_EQUAL(reached(pool, c), 0);
    /* Nor does a way around it that is longer help, but one of another CA does. */
    added(pool, RS_CA_GIVEN, ca("a", 1, "c", 4));
    CU_ASSERT_EQUAL(reached(pool, c), 0);
    added(pool, RS_CA_GIVEN, ca("b", 2, "root", 0));
    CU_ASSERT_TRUE(reaches(pool, c, root));
    rs_ca_pool_free(pool);
}

/* Three CAs below are told from four; more than that are as good as any number. */
static void path_lengths_are_small(void)
{
    static const struct {
        const char *path_length;
        size_t reached; /* of six CAs one below the other, the first of which has it */
    } rows[] = {{NULL, 6},         {",pathlen:0", 1},   {",pathlen:1", 2},   {",pathlen:3", 4},
                {",pathlen:4", 6}, {",pathlen:127", 6}, {",pathlen:255", 6}, {",pathlen:70000", 6}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_ca_pool *pool = rs_ca_pool_new();
        size_t count = 0;
        char own[] = "1", above[] = "0";
        added(pool, RS_CA_ROOT, ca("0", 0, NULL, -1));
        for (; own[0] <= '6'; own[0]++, above[0]++) {
            const char *path_length = own[0] == '1' ? rows[i].path_length : NULL;
            count += reached(
                pool, added(pool, RS_CA_GIVEN,
                            limited(ca(own, 1, above, above[0] == '0' ? 0 : 1), path_length)));
        }
        CU_ASSERT_EQUAL(count, rows[i].reached);
        rs_ca_pool_free(pool);
    }
}

static void long_chain_is_walked(void)
{
    enum { LONG = 2000 };
    rs_ca_pool *pool = rs_ca_pool_new();
    char own[32], above[32];
    const rs_ca_node *root = added(pool, RS_CA_ROOT, ca("0", 0, NULL, -1)), *last = root;
    for (int i = 1; i <= LONG; i++) {
        snprintf(own, sizeof own, "%d", i);
        snprintf(above, sizeof above, "%d", i - 1);
        last = added(pool, RS_CA_GIVEN, ca(own, 0, above, 0));
    }
    CU_ASSERT_TRUE(reaches(pool, last, root));
    rs_ca_pool_free(pool);
}

static CU_TestInfo tests[] = {
    {"a chain reaches its root", chain_reaches_its_root},
    {"a cross-signed CA reaches both roots", cross_signed_reaches_both},
    {"the CAs of a circle reach the same roots", circles_reach_the_same},
    {"a circle far above is left in the end", circles_far_above},
    {"many cross-signs are cheap", many_cross_signs_are_cheap},
    {"path lengths are kept", path_lengths_are_kept},
    {"path lengths are small", path_lengths_are_small},
    {"a long chain is walked", long_chain_is_walked},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_with_keys("CA reach", tests);
}
