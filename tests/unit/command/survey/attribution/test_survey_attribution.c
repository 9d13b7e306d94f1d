/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/suite.h"

#include "command/survey/attribution/issuer_memo.h"
#include "tests/unit/command/survey/survey_pki.h"

#include <stdarg.h>

/* A root, a CA below it with a re-keyed twin of its name, and a CA that nobody gave. */
static EVP_PKEY *root_key, *ca_key, *twin_key, *other_key;
static rs_bytes ca_der, twin_der, other_der;

static rs_ca_pool *new_pool(void)
{
    rs_ca_pool *pool = made(rs_ca_pool_new());
    added(pool, RS_CA_ROOT, (wanted){.subject = "root", .key = root_key, .is_ca = true});
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, ca_der, RS_CA_GIVEN), RS_CA_ADDED);
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, twin_der, RS_CA_GIVEN), RS_CA_ADDED);
    return pool;
}

static wanted leaf(EVP_PKEY *signer, const char *authority_key_id)
{
    return (wanted){.subject = "leaf",
                    .issuer = "CA",
                    .key = other_key,
                    .signer = signer,
                    .authority_key_id = authority_key_id,
                    .alt_name = "DNS:a.example"};
}

/*
 * The word for an entry, twice as it may be remembered; "attributed" must be to the CA of
 * `expected`, which comes from the pool.
 */
static const char *word(rs_survey_verify verify, const rs_survey_entry *entry, rs_bytes expected)
{
    rs_survey_certificate parts;
    rs_issuer_answer issuer = {NULL, false};
    rs_ca_pool *pool = new_pool();
    rs_survey_attributor *attributor = made(rs_survey_attributor_new(pool, verify));
    CU_ASSERT_TRUE_FATAL(rs_survey_certificate_read(entry->certificate, entry->is_tbs, &parts));
    rs_survey_attribution first = rs_survey_leaf_issuer(attributor, entry, &parts, &issuer);
    rs_survey_attribution again = rs_survey_leaf_issuer(attributor, entry, &parts, &issuer);
    CU_ASSERT_EQUAL(first, again);
    CU_ASSERT_PTR_EQUAL(issuer.node,
                        first == RS_SURVEY_LEAF_ATTRIBUTED ? node_of(pool, expected) : NULL);
    rs_survey_attributor_free(attributor);
    rs_ca_pool_free(pool);
    return rs_survey_attribution_word(first);
}

#define STRANGERS RS_SURVEY_VERIFY_STRANGERS
#define ALL       RS_SURVEY_VERIFY_ALL

static void strangers_need_a_signature(void)
{
    static const struct {
        EVP_PKEY **signer;
        const char *key_id, *expected;
        rs_bytes *by;
    } rows[] = {
        {&ca_key, "ca", "attributed", &ca_der},
        {&twin_key, "twin", "attributed", &twin_der},
        {&twin_key, NULL, "attributed", &twin_der},
        {&twin_key, "ca", "attributed", &twin_der},
        {&other_key, "ca", "signature-wrong", NULL},
        {&other_key, NULL, "signature-wrong", NULL},
        {&other_key, "third", "issuer-key-unknown", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_bytes der = new_der(leaf(*rows[i].signer, rows[i].key_id));
        rs_survey_entry entry = {.certificate = der};
        CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, rows[i].by ? *rows[i].by : der),
                               rows[i].expected);
        der_free(der);
    }
}

static void logs_verified_what_names_its_key(void)
{
    rs_bytes forged = new_der(leaf(other_key, "twin")), vague = new_der(leaf(ca_key, NULL));
    rs_survey_entry entry = {.certificate = forged, .from_log = true};
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, twin_der), "attributed");
    CU_ASSERT_STRING_EQUAL(word(ALL, &entry, twin_der), "signature-wrong");
    /* Where two CAs may be meant, the signature decides. */
    entry.certificate = vague;
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, ca_der), "attributed");
    der_free(forged);
    der_free(vague);
}

static void precertificate_is_told_by_its_log(void)
{
    uint8_t key_hash[RS_SHA256_SIZE];
    rs_survey_certificate parts;
    rs_bytes der = new_der(leaf(ca_key, NULL));
    CU_ASSERT_TRUE(rs_survey_certificate_read(ca_der, false, &parts));
    rs_sha256_digest(parts.key, key_hash);
    CU_ASSERT_TRUE(rs_survey_certificate_read(der, false, &parts));
    rs_survey_entry entry = {.certificate = parts.tbs, .is_tbs = true, .from_log = true};
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, ca_der), "issuer-uncertain");
    entry.issuer_key_hash = key_hash;
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, ca_der), "attributed");
    /* Without what the CA signed, there is nothing to verify. */
    CU_ASSERT_STRING_EQUAL(word(ALL, &entry, ca_der), "attributed");
    key_hash[0] ^= 1;
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, ca_der), "issuer-key-unknown");
    entry.issuer_key_hash = NULL;
    entry.precertificate = der;
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, ca_der), "attributed");
    /* Another's precertificate is no evidence. */
    wanted w = leaf(ca_key, NULL);
    w.alt_name = "DNS:b.example";
    rs_bytes other = new_der(w);
    entry.precertificate = other;
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, ca_der), "issuer-uncertain");
    der_free(other);
    der_free(der);
}

static void chain_of_a_log_must_agree(void)
{
    uint8_t chain[2][RS_SHA256_SIZE] = {{0}};
    rs_bytes der = new_der(leaf(ca_key, "ca")), bare = new_der(leaf(ca_key, NULL));
    rs_survey_entry entry = {.certificate = der,
                             .from_log = true,
                             .issuer_fingerprints = (const uint8_t(*)[RS_SHA256_SIZE])chain,
                             .fingerprint_count = 2};
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, ca_der), "attributed"); /* nobody knows it */
    rs_sha256_digest(ca_der, chain[1]); /* behind a CA's own issuer of precertificates */
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, ca_der), "attributed");
    rs_survey_certificate parts;
    CU_ASSERT_TRUE(rs_survey_certificate_read(bare, false, &parts));
    entry.certificate = parts.tbs;
    entry.is_tbs = true;
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, ca_der), "attributed"); /* by the chain alone */
    CU_ASSERT_TRUE(rs_survey_certificate_read(der, false, &parts));
    entry.certificate = parts.tbs;
    rs_sha256_digest(twin_der, chain[0]);
    memset(chain[1], 0, sizeof chain[1]);
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, ca_der), "issuer-uncertain");
    der_free(der);
    der_free(bare);
}

static void other_issuers_are_told(void)
{
    wanted w = leaf(other_key, "other");
    w.issuer = "Other";
    rs_bytes der = new_der(w);
    rs_survey_entry entry = {.certificate = der};
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, other_der), "issuer-unknown");
    uint8_t chain[1][RS_SHA256_SIZE];
    rs_sha256_digest(ca_der, chain[0]);
    entry.from_log = true;
    entry.issuer_fingerprints = (const uint8_t(*)[RS_SHA256_SIZE])chain;
    entry.fingerprint_count = 1;
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, other_der), "chain-contradicts");
    /* One that its source gave is found, though nobody trusts it. */
    entry = (rs_survey_entry){.certificate = der, .issuers = &other_der, .issuer_count = 1};
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, other_der), "attributed");
    entry.certificate = ca_der;
    CU_ASSERT_STRING_EQUAL(word(STRANGERS, &entry, other_der), "ca-certificate");
    der_free(der);
}

/* Asks about an entry, and expects a word, the CA of `issuer` and whether that is final. */
static void expect(rs_survey_attributor *attributor, const rs_survey_entry *entry,
                   const rs_ca_node *issuer, rs_survey_attribution attribution, bool may_change)
{
    rs_survey_certificate parts;
    rs_issuer_answer answer;
    CU_ASSERT_TRUE_FATAL(rs_survey_certificate_read(entry->certificate, entry->is_tbs, &parts));
    CU_ASSERT_EQUAL(rs_survey_leaf_issuer(attributor, entry, &parts, &answer), attribution);
    CU_ASSERT_PTR_EQUAL(answer.node, issuer);
    CU_ASSERT_EQUAL(answer.may_change, may_change);
}

/* A chain that is not known yet may turn out to be another's: until then nothing is final. */
static void contradiction_is_told(void)
{
    uint8_t chain[2][RS_SHA256_SIZE];
    rs_ca_pool *pool = new_pool();
    rs_survey_attributor *attributor = made(rs_survey_attributor_new(pool, STRANGERS));
    rs_bytes der = new_der(leaf(ca_key, "ca"));
    rs_sha256_digest(other_der, chain[0]);
    memset(chain[1], 1, sizeof chain[1]);
    rs_survey_entry entry = {.certificate = der,
                             .from_log = true,
                             .issuer_fingerprints = (const uint8_t(*)[RS_SHA256_SIZE])chain,
                             .fingerprint_count = 1};
    expect(attributor, &entry, node_of(pool, ca_der), RS_SURVEY_LEAF_ATTRIBUTED, true);
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, other_der, RS_CA_STRANGER), RS_CA_ADDED);
    expect(attributor, &entry, NULL, RS_SURVEY_LEAF_CHAIN_CONTRADICTS, false);
    /* The second of a chain may be the issuer; a later one is not needed for the first to be it. */
    entry.fingerprint_count = 2;
    expect(attributor, &entry, node_of(pool, ca_der), RS_SURVEY_LEAF_ATTRIBUTED, true);
    rs_sha256_digest(ca_der, chain[0]);
    expect(attributor, &entry, node_of(pool, ca_der), RS_SURVEY_LEAF_ATTRIBUTED, false);
    der_free(der);
    rs_survey_attributor_free(attributor);
    rs_ca_pool_free(pool);
}

/* What another entry brings may be the issuer of one that does not, if it signed it. */
static void other_entries_help(void)
{
    rs_ca_pool *pool = new_pool();
    wanted w = leaf(other_key, "other");
    w.issuer = "Other";
    rs_bytes der = new_der(w);
    w.signer = ca_key;
    rs_bytes forged = new_der(w);
    rs_survey_attributor *attributor = made(rs_survey_attributor_new(pool, STRANGERS));
    rs_survey_entry with = {.certificate = der, .issuers = &other_der, .issuer_count = 1};
    rs_survey_entry without = {.certificate = der}, lie = {.certificate = forged};
    expect(attributor, &without, NULL, RS_SURVEY_LEAF_ISSUER_UNKNOWN, true);
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, other_der, RS_CA_STRANGER), RS_CA_ADDED);
    const rs_ca_node *other = node_of(pool, other_der);
    for (int from_log = 0; from_log < 2; from_log++) {
        with.from_log = without.from_log = lie.from_log = from_log != 0;
        expect(attributor, &with, other, RS_SURVEY_LEAF_ATTRIBUTED, false);
        expect(attributor, &without, other, RS_SURVEY_LEAF_ATTRIBUTED, true);
        expect(attributor, &lie, NULL, RS_SURVEY_LEAF_SIGNATURE_WRONG, true);
    }
    /* Once the user gives it, it is final. */
    CU_ASSERT_EQUAL(rs_ca_pool_add(pool, other_der, RS_CA_GIVEN), RS_CA_KNOWN);
    expect(attributor, &without, other, RS_SURVEY_LEAF_ATTRIBUTED, false);
    der_free(der);
    der_free(forged);
    rs_survey_attributor_free(attributor);
    rs_ca_pool_free(pool);
}

/* What others bring about a CA of the user's does not change what a log need not prove. */
static void others_cannot_confuse(void)
{
    rs_ca_pool *pool = new_pool();
    rs_survey_attributor *attributor = made(rs_survey_attributor_new(pool, STRANGERS));
    wanted ca = {.subject = "CA", .key = twin_key, .signer = other_key, .is_ca = true};
    rs_bytes tbs_only = new_der(leaf(ca_key, "ca"));
    rs_survey_certificate parts;
    CU_ASSERT_TRUE(rs_survey_certificate_read(tbs_only, false, &parts));
    rs_survey_entry entry = {.certificate = parts.tbs, .is_tbs = true, .from_log = true};
    ca.key_id = "ca"; /* the twin's key, the other one's identifier */
    added(pool, RS_CA_STRANGER, ca);
    expect(attributor, &entry, node_of(pool, ca_der), RS_SURVEY_LEAF_ATTRIBUTED, false);
    der_free(tbs_only);
    rs_survey_attributor_free(attributor);
    rs_ca_pool_free(pool);
}

/* Entries of tiles that agree in what is compared first, and differ in one other thing each. */
static void issuers_are_told_apart_by_all(void)
{
    static const uint8_t chains[][2][RS_SHA256_SIZE] = {{{7}, {1}}, {{7}, {2}}};
    static const uint8_t key_hashes[][RS_SHA256_SIZE] = {{1}, {2}};
    static const struct {
        const char *issuer, *key_id;
        const uint8_t *key_hash;
        size_t chain, chain_length;
        bool from_log;
    } rows[] = {
        {"one", "id", NULL, 0, 2, true},          {"two", "id", NULL, 0, 2, true},
        {"one", "ID", NULL, 0, 2, true},          {"on", "eid", NULL, 0, 2, true},
        {"one", "id", NULL, 1, 2, true},          {"one", "id", NULL, 0, 1, true},
        {"one", "id", NULL, 0, 2, false},         {"one", "id", key_hashes[0], 0, 2, true},
        {"one", "id", key_hashes[1], 0, 2, true},
    };
    rs_issuer_memo memo;
    rs_issuer_memo_init(&memo);
    for (uint64_t turn = 0; turn < 2 * sizeof rows / sizeof *rows; turn++) {
        size_t i = turn % (sizeof rows / sizeof *rows);
        rs_survey_certificate parts = {.issuer = rs_bytes_of_string(rows[i].issuer),
                                       .authority_key_id = rs_bytes_of_string(rows[i].key_id)};
        rs_survey_entry entry = {.from_log = rows[i].from_log,
                                 .is_tbs = rows[i].key_hash != NULL,
                                 .issuer_key_hash = rows[i].key_hash,
                                 .issuer_fingerprints = chains[rows[i].chain],
                                 .fingerprint_count = rows[i].chain_length};
        for (int again = 0; again < 2; again++) {
            rs_issuer_found *found = made(rs_issuer_memo_find(&memo, &entry, &parts));
            CU_ASSERT_EQUAL(found->generation, turn == i && again == 0 ? 0 : i + 1);
            found->generation = i + 1;
        }
    }
    rs_issuer_memo_clear(&memo);
}

static void memory_is_bounded(void)
{
    enum { MANY = 400, SIZE = 100 * 1024 };
    rs_ca_pool *pool = new_pool();
    rs_survey_attributor *attributor = made(rs_survey_attributor_new(pool, STRANGERS));
    rs_bytes der = new_der(leaf(ca_key, "ca"));
    uint8_t *big = calloc(1, SIZE);
    rs_survey_certificate parts;
    rs_issuer_answer issuer;
    CU_ASSERT_TRUE(rs_survey_certificate_read(der, false, &parts));
    for (size_t i = 0; i < MANY; i++) {
        rs_bytes issuers = rs_bytes_make(big, SIZE);
        big[0] = (uint8_t)i, big[1] = (uint8_t)(i >> 8);
        rs_survey_entry entry = {.certificate = der, .issuers = &issuers, .issuer_count = 1};
        CU_ASSERT_EQUAL(rs_survey_leaf_issuer(attributor, &entry, &parts, &issuer),
                        RS_SURVEY_LEAF_ATTRIBUTED);
    }
    free(big);
    der_free(der);
    rs_survey_attributor_free(attributor);
    rs_ca_pool_free(pool);
}

static void words_are_distinct(void)
{
    for (size_t i = 0; i < RS_SURVEY_LEAF_ATTRIBUTION_COUNT; i++)
        for (size_t at = 0; at < i; at++)
            CU_ASSERT_STRING_NOT_EQUAL(rs_survey_attribution_word((rs_survey_attribution)i),
                                       rs_survey_attribution_word((rs_survey_attribution)at));
    CU_ASSERT_STRING_EQUAL(rs_survey_attribution_word(RS_SURVEY_LEAF_ATTRIBUTION_COUNT), "?");
}

static CU_TestInfo tests[] = {
    {"strangers need a signature", strangers_need_a_signature},
    {"logs verified what names its key", logs_verified_what_names_its_key},
    {"a precertificate's issuer is told by its log", precertificate_is_told_by_its_log},
    {"the chain of a log must agree", chain_of_a_log_must_agree},
    {"a contradiction is told", contradiction_is_told},
    {"other issuers are told", other_issuers_are_told},
    {"other entries help if a signature holds", other_entries_help},
    {"others cannot confuse what the user gave", others_cannot_confuse},
    {"issuers are told apart by all that is said of them", issuers_are_told_apart_by_all},
    {"memory is bounded", memory_is_bounded},
    {"words are distinct", words_are_distinct},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    root_key = new_key(), ca_key = new_key(), twin_key = new_key(), other_key = new_key();
    wanted ca = {.subject = "CA",
                 .issuer = "root",
                 .key = ca_key,
                 .signer = root_key,
                 .is_ca = true,
                 .key_id = "ca"};
    ca_der = new_der(ca);
    ca.key = twin_key;
    ca.key_id = "twin";
    twin_der = new_der(ca);
    other_der =
        new_der((wanted){.subject = "Other", .key = other_key, .is_ca = true, .key_id = "other"});
    int status = rs_suite_run("survey attribution", tests);
    der_free(ca_der);
    der_free(twin_der);
    der_free(other_der);
    EVP_PKEY_free(root_key);
    EVP_PKEY_free(ca_key);
    EVP_PKEY_free(twin_key);
    EVP_PKEY_free(other_key);
    return status;
}
