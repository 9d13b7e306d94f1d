/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/command/survey/ca/made_ca.h"

static void wrong_signature_reaches_nothing(void)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    added(pool, RS_CA_ROOT, ca("root", 0, NULL, -1));
    const rs_ca_node *forged = added(pool, RS_CA_GIVEN, ca("forged", 1, "root", 5));
    wanted w = ca("liar", 2, "root", 5);
    w.authority_key_id = "root's";
    const rs_ca_node *liar = added(pool, RS_CA_GIVEN, w);
    CU_ASSERT_EQUAL(reached(pool, forged), 0);
    CU_ASSERT_EQUAL(reached(pool, liar), 0);
    /* A self-signed certificate with the root's name is not the root. */
    CU_ASSERT_EQUAL(reached(pool, added(pool, RS_CA_GIVEN, ca("root", 3, NULL, -1))), 0);
    rs_ca_pool_free(pool);
}

static void leaf_signs_nothing(void)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    added(pool, RS_CA_ROOT, ca("root", 0, NULL, -1));
    wanted leaf = ca("leaf", 1, "root", 0);
    leaf.is_ca = false;
    rs_bytes der = new_der(leaf);
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, der, RS_CA_GIVEN), RS_CA_NOT_CA);
    CU_ASSERT_EQUAL(rs_ca_pool_count(pool).nodes, 1);
    CU_ASSERT_EQUAL(reached(pool, added(pool, RS_CA_GIVEN, ca("below", 2, "leaf", 1))), 0);
    der_free(der);
    rs_ca_pool_free(pool);
}

/* A CA may take the name and the key identifier of another one, but no certificate of it. */
static void twin_hides_nothing(void)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    wanted twin = ca("issuer", 2, NULL, -1), issuer = ca("issuer", 1, "root", 0);
    wanted by_twin = ca("low", 3, "issuer", 2), low = ca("low", 3, "issuer", 1);
    twin.key_id = issuer.key_id = by_twin.authority_key_id = low.authority_key_id = "issuer's";
    added(pool, RS_CA_GIVEN, twin);
    added(pool, RS_CA_GIVEN, issuer);
    added(pool, RS_CA_GIVEN, by_twin);
    const rs_ca_node *node = added(pool, RS_CA_GIVEN, low);
    const rs_ca_node *root = added(pool, RS_CA_ROOT, ca("root", 0, NULL, -1));
    CU_ASSERT_TRUE(reaches(pool, node, root));
    rs_ca_pool_free(pool);
}

/*
 * A certificate that names the key identifier of one parent, and that another one of its name
 * signed, counts for the latter, in any order.
 */
static void wrong_key_id_hides_nothing(void)
{
    for (int turn = 0; turn < 2; turn++) {
        rs_ca_pool *pool = rs_ca_pool_new();
        wanted one = ca("issuer", 1, NULL, -1), two = ca("issuer", 2, NULL, -1);
        wanted by_one = ca("low", 3, "issuer", 1), by_two = ca("low", 3, "issuer", 2);
        one.key_id = by_one.authority_key_id = by_two.authority_key_id = "one's";
        two.key_id = "two's";
        const rs_ca_node *root = added(pool, RS_CA_ROOT, two);
        added(pool, RS_CA_GIVEN, one);
        const rs_ca_node *low = added(pool, RS_CA_STRANGER, turn == 0 ? by_one : by_two);
        added(pool, RS_CA_STRANGER, turn == 0 ? by_two : by_one);
        CU_ASSERT_TRUE(reaches(pool, low, root));
        rs_ca_pool_free(pool);
    }
}

/* All algorithms that CAs sign with. */
static void algorithms_are_verified(void)
{
    EVP_PKEY *rsa = EVP_RSA_gen(2048), *p384 = EVP_EC_gen("P-384");
    EVP_PKEY *ed25519 = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    const struct {
        EVP_PKEY *key;
        const EVP_MD *digest;
    } rows[] = {{rsa, EVP_sha256()},  {rsa, EVP_sha384()},  {rsa, EVP_sha512()},
                {rsa, EVP_sha1()},    {p384, EVP_sha256()}, {p384, EVP_sha384()},
                {p384, EVP_sha512()}, {p384, EVP_sha224()}, {ed25519, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_ca_pool *pool = rs_ca_pool_new();
        added(pool, RS_CA_ROOT, (wanted){.subject = "root", .key = rows[i].key, .is_ca = true});
        wanted below = {.subject = "below",
                        .issuer = "root",
                        .key = rows[i].key,
                        .is_ca = true,
                        .digest = rows[i].digest};
        CU_ASSERT_EQUAL(reached(pool, added(pool, RS_CA_GIVEN, below)), 1);
        rs_bytes der = new_der(below);
        ((uint8_t *)(uintptr_t)der.p)[der.n - 1] ^= 1;
        CU_ASSERT_EQUAL(rs_ca_pool_add(pool, der, RS_CA_GIVEN), RS_CA_ADDED);
        der_free(der);
        rs_ca_pool_free(pool);
    }
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(p384);
    EVP_PKEY_free(ed25519);
}

static CU_TestInfo tests[] = {
    {"a wrong signature reaches nothing", wrong_signature_reaches_nothing},
    {"a leaf signs nothing", leaf_signs_nothing},
    {"a twin by name and key identifier hides nothing", twin_hides_nothing},
    {"a wrong key identifier hides nothing", wrong_key_id_hides_nothing},
    {"algorithms are verified", algorithms_are_verified},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_with_keys("CA parents", tests);
}
