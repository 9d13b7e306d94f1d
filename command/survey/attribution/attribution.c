/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/attribution/attribution.h"

#include "command/survey/attribution/issuer_memo.h"
#include "command/survey/certificate/signature.h"

#include <stdlib.h>

enum { CHAIN_MAX = 16 }; /* certificates beside an entry that are looked at */

struct rs_survey_attributor {
    rs_ca_pool *pool;
    rs_survey_verify verify;
    rs_signature_checker checker;
    rs_issuer_memo memo;
};

rs_survey_attributor *rs_survey_attributor_new(rs_ca_pool *pool, rs_survey_verify verify)
{
    rs_survey_attributor *attributor = calloc(1, sizeof *attributor);
    if (attributor == NULL)
        return NULL;
    attributor->pool = pool;
    attributor->verify = verify;
    rs_issuer_memo_init(&attributor->memo);
    if (rs_signature_checker_init(&attributor->checker))
        return attributor;
    free(attributor);
    return NULL;
}

void rs_survey_attributor_free(rs_survey_attributor *attributor)
{
    if (attributor == NULL)
        return;
    rs_issuer_memo_clear(&attributor->memo);
    rs_signature_checker_clear(&attributor->checker);
    free(attributor);
}

/* Adds the chain to the pool; its hashes come behind those that the entry has. */
static size_t take_chain(rs_ca_pool *pool, const rs_survey_entry *entry,
                         uint8_t chain[CHAIN_MAX][RS_SHA256_SIZE])
{
    size_t count = 0;
    for (size_t i = 0; i < entry->fingerprint_count && count < CHAIN_MAX; i++)
        memcpy(chain[count++], entry->issuer_fingerprints[i], RS_SHA256_SIZE);
    for (size_t i = 0; i < entry->issuer_count && count < CHAIN_MAX; i++) {
        rs_ca_pool_add(pool, entry->issuers[i], RS_CA_STRANGER);
        rs_sha256_digest(entry->issuers[i], chain[count++]);
    }
    return count;
}

/* How many of the candidates have a property, and the first that has it. */
typedef struct some {
    size_t count;
    const rs_ca_node *first;
} some;

static some those_by_key_id(const rs_ca_answer *answer, bool in_chain)
{
    some found = {0};
    for (size_t i = 0; i < answer->count; i++) {
        const rs_ca_candidate *candidate = &answer->candidates[i];
        if (!candidate->by_key_id || (in_chain && !candidate->in_chain))
            continue;
        if (found.count++ == 0)
            found.first = candidate->node;
    }
    return found;
}

static some those_in_chain(const rs_ca_answer *answer)
{
    some found = {0};
    for (size_t i = 0; i < answer->count; i++)
        if (answer->candidates[i].in_chain && found.count++ == 0)
            found.first = answer->candidates[i].node;
    return found;
}

/* The one candidate that can be meant; NULL: the signature has to decide. */
static const rs_ca_node *decide(const rs_ca_query *query, const rs_ca_answer *answer)
{
    if (query->key_hash != NULL)
        return answer->candidates[0].node;
    some by_key_id = those_by_key_id(answer, false), in_chain = those_in_chain(answer);
    if (by_key_id.count == 0)
        return query->key_id.n == 0 && in_chain.count == 1 ? in_chain.first : NULL;
    some both = those_by_key_id(answer, true);
    if (in_chain.count > 0)
        return both.count == 1 ? both.first : NULL;
    return by_key_id.count == 1 ? by_key_id.first : NULL;
}

/* What holds about a certificate of a log whose signature nobody verifies here. */
static rs_survey_attribution attribution_of(const rs_ca_answer *answer)
{
    if (answer->count == 0)
        return answer->name_is_known ? RS_SURVEY_LEAF_ISSUER_KEY_UNKNOWN
                                     : RS_SURVEY_LEAF_ISSUER_UNKNOWN;
    if (answer->chain_is_known && those_in_chain(answer).count == 0)
        return RS_SURVEY_LEAF_CHAIN_CONTRADICTS;
    return RS_SURVEY_LEAF_ATTRIBUTED;
}

rs_survey_attribution rs_survey_find_issuer(rs_ca_pool *pool, const rs_ca_query *query,
                                            const rs_ca_node **issuer)
{
    rs_ca_answer answer;
    *issuer = NULL;
    rs_ca_pool_ask(pool, query, &answer);
    rs_survey_attribution attribution = attribution_of(&answer);
    if (attribution != RS_SURVEY_LEAF_ATTRIBUTED)
        return attribution;
    *issuer = decide(query, &answer);
    return *issuer != NULL ? attribution : RS_SURVEY_LEAF_ISSUER_UNCERTAIN;
}

/* Fills in what is to be remembered of issuers like this entry's. */
static void find_issuer(rs_survey_attributor *attributor, const rs_survey_entry *entry,
                        const rs_survey_certificate *certificate, rs_issuer_found *found)
{
    uint8_t chain[CHAIN_MAX][RS_SHA256_SIZE];
    rs_ca_answer answer;
    rs_ca_query query = {.issuer = certificate->issuer,
                         .key_id = certificate->authority_key_id,
                         .key_hash = entry->issuer_key_hash,
                         .chain = (const uint8_t(*)[RS_SHA256_SIZE])chain};
    query.chain_count = take_chain(attributor->pool, entry, chain);
    /* Before the question: what is added meanwhile makes it be asked again. */
    found->generation = rs_ca_pool_generation(attributor->pool);
    rs_ca_pool_ask(attributor->pool, &query, &answer);
    *found = (rs_issuer_found){.generation = found->generation, .count = answer.count};
    for (size_t i = 0; i < answer.count; i++)
        found->nodes[i] = answer.candidates[i].node;
    found->attribution = attribution_of(&answer);
    /* Whoever sends a wrong chain lies about nothing: the signature tells. */
    if (found->attribution == RS_SURVEY_LEAF_CHAIN_CONTRADICTS && !entry->from_log)
        found->attribution = RS_SURVEY_LEAF_ATTRIBUTED;
    if (answer.count == 0)
        return;
    found->decided = decide(&query, &answer);
    found->unless_signed = query.key_id.n > 0 && those_by_key_id(&answer, false).count == 0
                               ? RS_SURVEY_LEAF_ISSUER_KEY_UNKNOWN
                               : RS_SURVEY_LEAF_SIGNATURE_WRONG;
}

/* What a precertificate and what a log made of it have in common, from the serial number on. */
static bool is_same(const rs_survey_certificate *a, const rs_survey_certificate *b)
{
    rs_bytes first = rs_bytes_make(a->serial.p, (size_t)(a->key.p + a->key.n - a->serial.p));
    rs_bytes second = rs_bytes_make(b->serial.p, (size_t)(b->key.p + b->key.n - b->serial.p));
    return rs_bytes_equal(first, second) && rs_bytes_equal(a->alt_names, b->alt_names);
}

/*
 * The certificate whose signature can be verified: of a log's precertificate, what the CA signed.
 * That of a CA's own issuer for precertificates is no evidence about the CA.
 */
static bool signed_certificate(const rs_survey_entry *entry,
                               const rs_survey_certificate *certificate, rs_bytes *der,
                               rs_survey_certificate *parts)
{
    *der = entry->is_tbs ? entry->precertificate : entry->certificate;
    *parts = *certificate;
    return !entry->is_tbs || (der->n > 0 && rs_survey_certificate_read(*der, false, parts) &&
                              is_same(parts, certificate));
}

static bool is_by(rs_survey_attributor *attributor, const rs_ca_node *node,
                  const rs_survey_certificate *parts, rs_bytes der)
{
    EVP_PKEY *key = rs_ca_pool_key(attributor->pool, node);
    return key != NULL && rs_signature_is_by(&attributor->checker, key, parts, der);
}

/* Finds the candidate whose key signed it, the most likely first; NULL: none. */
static const rs_ca_node *find_signer(rs_survey_attributor *attributor, const rs_issuer_found *found,
                                     const rs_survey_certificate *parts, rs_bytes der)
{
    if (found->decided != NULL && is_by(attributor, found->decided, parts, der))
        return found->decided;
    for (size_t i = 0; i < found->count; i++)
        if (found->nodes[i] != found->decided && is_by(attributor, found->nodes[i], parts, der))
            return found->nodes[i];
    return NULL;
}

static rs_survey_attribution judge(rs_survey_attributor *attributor, const rs_survey_entry *entry,
                                   const rs_survey_certificate *certificate,
                                   const rs_issuer_found *found, const rs_ca_node **issuer)
{
    rs_survey_certificate parts;
    rs_bytes der;
    bool is_trusted = entry->from_log && found->decided != NULL;
    *issuer = found->decided;
    if (found->attribution != RS_SURVEY_LEAF_ATTRIBUTED ||
        (is_trusted && attributor->verify != RS_SURVEY_VERIFY_ALL))
        return found->attribution;
    if (!signed_certificate(entry, certificate, &der, &parts))
        return is_trusted ? RS_SURVEY_LEAF_ATTRIBUTED : RS_SURVEY_LEAF_ISSUER_UNCERTAIN;
    *issuer = find_signer(attributor, found, &parts, der);
    return *issuer != NULL ? RS_SURVEY_LEAF_ATTRIBUTED : found->unless_signed;
}

rs_survey_attribution rs_survey_leaf_issuer(rs_survey_attributor *attributor,
                                            const rs_survey_entry *entry,
                                            const rs_survey_certificate *certificate,
                                            const rs_ca_node **issuer)
{
    *issuer = NULL;
    if (certificate->is_ca) {
        if (!entry->is_tbs)
            rs_ca_pool_add(attributor->pool, entry->certificate, RS_CA_STRANGER);
        return RS_SURVEY_LEAF_CA_CERTIFICATE;
    }
    rs_issuer_found *found = rs_issuer_memo_find(&attributor->memo, entry, certificate);
    rs_issuer_found own = {.generation = 0};
    if (found == NULL)
        found = &own; /* there is no memory to remember it */
    uint64_t generation = rs_ca_pool_generation(attributor->pool);
    if (found->generation == 0 || found->generation != generation)
        find_issuer(attributor, entry, certificate, found);
    rs_survey_attribution attribution = judge(attributor, entry, certificate, found, issuer);
    if (attribution != RS_SURVEY_LEAF_ATTRIBUTED)
        *issuer = NULL;
    return attribution;
}
