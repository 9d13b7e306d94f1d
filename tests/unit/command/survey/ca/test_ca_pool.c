/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/suite.h"

#include "tests/unit/command/survey/survey_pki.h"

#include <pthread.h>

enum { KEYS = 6 };
static EVP_PKEY *keys[KEYS];

static bool reaches(rs_ca_pool *pool, const rs_ca_node *node, const rs_ca_node *root)
{
    const rs_ca_roots *roots = rs_ca_pool_reach(pool, node);
    CU_ASSERT_PTR_NOT_NULL_FATAL(roots);
    for (size_t i = 0; i < roots->count; i++)
        if (roots->roots[i] == root)
            return true;
    return false;
}

static size_t reached(rs_ca_pool *pool, const rs_ca_node *node)
{
    const rs_ca_roots *roots = rs_ca_pool_reach(pool, node);
    CU_ASSERT_PTR_NOT_NULL_FATAL(roots);
    return roots->count;
}

/* A CA `name` with key `own`, signed by `issuer` with key `above`. */
static wanted ca(const char *name, int own, const char *issuer, int above)
{
    return (wanted){.subject = name,
                    .key = keys[own],
                    .is_ca = true,
                    .issuer = issuer,
                    .signer = above < 0 ? NULL : keys[above]};
}

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

/* Of more CAs of one name than are tried, the same are, and the user's always. */
static void order_does_not_matter(void)
{
    enum { MANY = 3 * RS_CA_TRIES_MAX };
    rs_bytes many[MANY], given = new_der(ca("CA", 0, NULL, -1));
    uint8_t ids[2][RS_CA_TRIES_MAX][RS_SHA256_SIZE];
    for (int i = 0; i < MANY; i++) {
        EVP_PKEY *key = new_key();
        many[i] = new_der((wanted){.subject = "CA", .key = key, .is_ca = true, .key_id = "ca"});
        EVP_PKEY_free(key);
    }
    for (int turn = 0; turn < 2; turn++) {
        rs_ca_pool *pool = rs_ca_pool_new();
        rs_ca_pool_add(pool, given, turn == 0 ? RS_CA_GIVEN : RS_CA_STRANGER);
        for (int i = 0; i < MANY; i++)
            rs_ca_pool_add(pool, many[turn == 0 ? i : MANY - 1 - i], RS_CA_STRANGER);
        rs_ca_pool_add(pool, given, RS_CA_GIVEN);
        ask_ids(pool, given, ids[turn]);
        rs_ca_pool_free(pool);
    }
    CU_ASSERT_EQUAL(memcmp(ids[0], ids[1], sizeof ids[0]), 0);
    for (int i = 0; i < MANY; i++)
        der_free(many[i]);
    der_free(given);
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
    {"a chain reaches its root", chain_reaches_its_root},
    {"a wrong signature reaches nothing", wrong_signature_reaches_nothing},
    {"a leaf signs nothing", leaf_signs_nothing},
    {"a cross-signed CA reaches both roots", cross_signed_reaches_both},
    {"the CAs of a circle reach the same roots", circles_reach_the_same},
    {"a circle far above is left in the end", circles_far_above},
    {"a reissued CA is the same", reissued_is_the_same},
    {"a known certificate becomes a root", known_becomes_a_root},
    {"hostile bytes are refused", hostile_bytes_are_refused},
    {"strangers have a bound", strangers_have_a_bound},
    {"many cross-signs are cheap", many_cross_signs_are_cheap},
    {"a twin by name and key identifier hides nothing", twin_hides_nothing},
    {"many CAs of one name", many_of_one_name},
    {"the order in which CAs of one name are added does not matter", order_does_not_matter},
    {"a wrong key identifier hides nothing", wrong_key_id_hides_nothing},
    {"path lengths are kept", path_lengths_are_kept},
    {"path lengths are small", path_lengths_are_small},
    {"a long chain is walked", long_chain_is_walked},
    {"algorithms are verified", algorithms_are_verified},
    {"threads share a pool", threads_share_a_pool},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    for (int i = 0; i < KEYS; i++)
        keys[i] = new_key();
    int status = rs_suite_run("CA pool", tests);
    for (int i = 0; i < KEYS; i++)
        EVP_PKEY_free(keys[i]);
    return status;
}
