/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/command/survey/ca/made_ca.h"

/* Hundreds of CAs of one name: the one that signed is found by its key identifier. */
static void many_of_one_name(void)
{
    enum { MANY = 200 };
    rs_ca_pool *pool = rs_ca_pool_new();
    for (int i = 0; i < MANY; i++) {
        EVP_PKEY *key = new_key();
        added(pool, RS_CA_GIVEN,
              (wanted){.subject = "many", .key = key, .is_ca = true, .key_id = "x"});
        EVP_PKEY_free(key);
    }
    wanted right = ca("many", 0, NULL, -1), below = ca("below", 1, "many", 0);
    right.key_id = below.authority_key_id = "right";
    const rs_ca_node *root = added(pool, RS_CA_ROOT, right);
    CU_ASSERT_TRUE(reaches(pool, added(pool, RS_CA_GIVEN, below), root));
    below.subject = "lost"; /* one of too many that it may be */
    below.authority_key_id = "x";
    size_t before = rs_ca_pool_count(pool).signatures;
    CU_ASSERT_EQUAL(reached(pool, added(pool, RS_CA_GIVEN, below)), 0);
    CU_ASSERT_EQUAL(rs_ca_pool_count(pool).signatures - before, RS_CA_TRIES_MAX);
    rs_ca_pool_free(pool);
}

/* The identifiers of those that may have issued a certificate of a given CA. */
static void ask_ids(rs_ca_pool *pool, rs_bytes given, uint8_t ids[RS_CA_TRIES_MAX][RS_SHA256_SIZE])
{
    rs_survey_certificate parts;
    rs_ca_answer answer;
    CU_ASSERT_TRUE_FATAL(rs_survey_certificate_read(given, false, &parts));
    rs_ca_query query = {.issuer = parts.subject, .key_id = RS_BYTES_OF_LITERAL("ca")};
    rs_ca_pool_ask(pool, &query, &answer);
    CU_ASSERT_EQUAL(answer.own_count, 1);
    CU_ASSERT_PTR_EQUAL(answer.candidates[0].node, node_of(pool, given));
    CU_ASSERT_EQUAL_FATAL(answer.count, RS_CA_TRIES_MAX);
    for (size_t i = 0; i < answer.count; i++)
        memcpy(ids[i], rs_ca_node_id(answer.candidates[i].node), RS_SHA256_SIZE);
}

typedef struct ca_of_key {
    EVP_PKEY *key;
    rs_bytes der;
    uint8_t id[RS_SHA256_SIZE];
} ca_of_key;

static int compare_ids(const void *a, const void *b)
{
    return memcmp(((const ca_of_key *)a)->id, ((const ca_of_key *)b)->id, RS_SHA256_SIZE);
}

/* Makes so many CAs of one name and key identifier, in the order of their own identifiers. */
static void make_sorted(ca_of_key *all, size_t count)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    for (size_t i = 0; i < count; i++) {
        wanted w = {.subject = "CA", .key = new_key(), .is_ca = true, .key_id = "ca"};
        all[i] = (ca_of_key){.key = w.key, .der = new_der(w)};
        rs_ca_pool_add(pool, all[i].der, RS_CA_STRANGER);
        memcpy(all[i].id, rs_ca_node_id(node_of(pool, all[i].der)), RS_SHA256_SIZE);
    }
    qsort(all, count, sizeof *all, compare_ids);
    rs_ca_pool_free(pool);
}

/* Asks twice: of a pool to which all are added in their order, and in the opposite order. */
static void check_order(const ca_of_key *all, size_t count, const ca_of_key *own)
{
    uint8_t ids[2][RS_CA_TRIES_MAX][RS_SHA256_SIZE];
    rs_bytes given = new_der((wanted){.subject = "CA", .key = own->key, .is_ca = true});
    for (int turn = 0; turn < 2; turn++) {
        rs_ca_pool *pool = rs_ca_pool_new();
        rs_ca_pool_add(pool, given, turn == 0 ? RS_CA_GIVEN : RS_CA_STRANGER);
        for (size_t i = 0; i < count; i++) {
            const ca_of_key *next = &all[turn == 0 ? i : count - 1 - i];
            if (next != own)
                rs_ca_pool_add(pool, next->der, RS_CA_STRANGER);
        }
        rs_ca_pool_add(pool, given, RS_CA_GIVEN);
        ask_ids(pool, given, ids[turn]);
        rs_ca_pool_free(pool);
    }
    CU_ASSERT_EQUAL(memcmp(ids[0], ids[1], sizeof ids[0]), 0);
    der_free(given);
}

/*
 * Of more CAs of one name than are tried, the same are, and the user's always: the first by its
 * identifier, and the last, which would not be tried if it were a stranger's.
 */
static void order_does_not_matter(void)
{
    enum { MANY = 3 * RS_CA_TRIES_MAX };
    ca_of_key all[MANY];
    make_sorted(all, MANY);
    check_order(all, MANY, &all[0]);
    check_order(all, MANY, &all[MANY - 1]);
    for (size_t i = 0; i < MANY; i++) {
        EVP_PKEY_free(all[i].key);
        der_free(all[i].der);
    }
}

static CU_TestInfo tests[] = {
    {"many CAs of one name", many_of_one_name},
    {"the order in which CAs of one name are added does not matter", order_does_not_matter},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_with_keys("CA lookup", tests);
}
