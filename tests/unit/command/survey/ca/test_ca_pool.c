/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/command/survey/ca/made_ca.h"

#include <pthread.h>

/* The same name and key in a new certificate, and in one of another string type, is the same CA. */
static void reissued_is_the_same(void)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    const rs_ca_node *root = added(pool, RS_CA_ROOT, ca("Root  CA", 0, NULL, -1));
    wanted again = ca("root ca", 0, NULL, -1);
    again.string_type = V_ASN1_PRINTABLESTRING;
    CU_ASSERT_PTR_EQUAL(added(pool, RS_CA_GIVEN, again), root);
    wanted below = ca("below", 1, "ROOT CA", 0);
    below.string_type = V_ASN1_PRINTABLESTRING;
    CU_ASSERT_TRUE(reaches(pool, added(pool, RS_CA_GIVEN, below), root));
    /* The same name with another key is another CA. */
    CU_ASSERT_PTR_NOT_EQUAL(added(pool, RS_CA_GIVEN, ca("Root  CA", 2, NULL, -1)), root);
    rs_ca_pool_free(pool);
}

static void known_becomes_a_root(void)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    rs_bytes der = new_der(ca("root", 0, NULL, -1));
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, der, RS_CA_STRANGER), RS_CA_ADDED);
    const rs_ca_node *below = added(pool, RS_CA_GIVEN, ca("below", 1, "root", 0));
    CU_ASSERT_EQUAL(reached(pool, below), 0);
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, der, RS_CA_STRANGER), RS_CA_KNOWN);
    CU_ASSERT_EQUAL(reached(pool, below), 0);
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, der, RS_CA_ROOT), RS_CA_KNOWN);
    CU_ASSERT_EQUAL(reached(pool, below), 1);
    der_free(der);
    rs_ca_pool_free(pool);
}

static void hostile_bytes_are_refused(void)
{
    rs_ca_pool *pool = rs_ca_pool_new();
    static const uint8_t nothing[] = {0x30, 0};
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, rs_bytes_make(nothing, 2), RS_CA_ROOT), RS_CA_UNPARSABLE);
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, rs_bytes_make(nothing, 0), RS_CA_GIVEN), RS_CA_UNPARSABLE);
    uint8_t *large = calloc(1, RS_CA_CERTIFICATE_MAX + 1);
    rs_bytes all = rs_bytes_make(large, RS_CA_CERTIFICATE_MAX + 1);
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, all, RS_CA_GIVEN), RS_CA_FULL);
    free(large);
    CU_ASSERT_EQUAL(rs_ca_pool_count(pool).certificates, 0);
    rs_ca_pool_free(pool);
}

/* What strangers bring beyond the bound is left out and counted; what the user gives is not. */
static void strangers_have_a_bound(void)
{
    enum { SIZE = 60000, MANY = 2 * 256 * 1024 * 1024 / SIZE };
    rs_ca_pool *pool = rs_ca_pool_new();
    char name[SIZE] = "DNS:";
    memset(name + 4, 'a', SIZE - 5);
    wanted w = ca("large", 0, NULL, -1);
    w.alt_name = name;
    rs_bytes der = new_der(w);
    uint8_t *end = (uint8_t *)(uintptr_t)der.p + der.n - sizeof(uint32_t);
    size_t added_count = 0, left_out = 0;
    for (uint32_t i = 0; i < MANY && left_out < 2; i++) {
        memcpy(end, &i, sizeof i);
        rs_ca_added result = rs_ca_pool_add(pool, der, RS_CA_STRANGER);
        added_count += result == RS_CA_ADDED;
        left_out += result == RS_CA_FULL;
    }
    CU_ASSERT_EQUAL(left_out, 2);
    CU_ASSERT_TRUE(added_count * SIZE < RS_CA_STRANGERS_MAX);
    CU_ASSERT_TRUE((added_count + 3) * (SIZE + 4096) > RS_CA_STRANGERS_MAX);
    CU_ASSERT_EQUAL(rs_ca_pool_count(pool).left_out, 2);
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, der, RS_CA_GIVEN), RS_CA_ADDED);
    der_free(der);
    rs_ca_pool_free(pool);
}

typedef struct work {
    rs_ca_pool *pool;
    rs_bytes *certificates;
    size_t count;
} work;

static void *add_and_ask(void *argument)
{
    work *w = argument;
    for (size_t i = 0; i < w->count; i++) {
        uint8_t fingerprint[RS_SHA256_SIZE];
        rs_ca_pool_add(w->pool, w->certificates[i], RS_CA_GIVEN);
        rs_sha256_digest(w->certificates[i], fingerprint);
        const rs_ca_node *node = rs_ca_pool_find_certificate(w->pool, fingerprint);
        if (node == NULL || rs_ca_pool_reach(w->pool, node) == NULL)
            abort();
    }
    return NULL;
}

static void threads_share_a_pool(void)
{
    enum { COUNT = 60, THREADS = 4 };
    rs_bytes certificates[COUNT];
    pthread_t threads[THREADS];
    rs_ca_pool *pool = rs_ca_pool_new();
    const rs_ca_node *root = added(pool, RS_CA_ROOT, ca("0", 0, NULL, -1));
    for (int i = 0; i < COUNT; i++) {
        char own[16], above[16];
        snprintf(own, sizeof own, "%d", i + 1);
        snprintf(above, sizeof above, "%d", i);
        certificates[COUNT - 1 - i] = new_der(ca(own, 0, above, 0));
    }
    work w = {.pool = pool, .certificates = certificates, .count = COUNT};
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, add_and_ask, &w);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CU_ASSERT_EQUAL(rs_ca_pool_count(pool).nodes, COUNT + 1);
    for (int i = 0; i < COUNT; i++) {
        uint8_t fingerprint[RS_SHA256_SIZE];
        rs_sha256_digest(certificates[i], fingerprint);
        CU_ASSERT_TRUE(reaches(pool, rs_ca_pool_find_certificate(pool, fingerprint), root));
        der_free(certificates[i]);
    }
    rs_ca_pool_free(pool);
}

static CU_TestInfo tests[] = {
    {"a reissued CA is the same", reissued_is_the_same},
    {"a known certificate becomes a root", known_becomes_a_root},
    {"hostile bytes are refused", hostile_bytes_are_refused},
    {"strangers have a bound", strangers_have_a_bound},
    {"threads share a pool", threads_share_a_pool},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_with_keys("CA pool", tests);
}
