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

/* The chain, of which the pool takes what it has not; what is no CA's is not in it. */
static size_t take_chain(rs_ca_pool *pool, const rs_survey_entry *entry,
                         uint8_t chain[CHAIN_MAX][RS_SHA256_SIZE])
{
    size_t count = 0;
    for (size_t i = 0; i < entry->fingerprint_count && count < CHAIN_MAX; i++)
        memcpy(chain[count++], entry->issuer_fingerprints[i], RS_SHA256_SIZE);
    for (size_t i = 0; i < entry->issuer_count && count < CHAIN_MAX; i++) {
        rs_ca_added added = rs_ca_pool_add(pool, entry->issuers[i], RS_CA_STRANGER);
        if (added == RS_CA_ADDED || added == RS_CA_KNOWN)
            rs_sha256_digest(entry->issuers[i], chain[count++]);
    }
    return count;
}

/* The first of the chain with the key identifier, if the certificate has one; NULL: none. */
static const rs_ca_candidate *first_in_chain(const rs_ca_query *query, const rs_ca_answer *answer)
{
    for (size_t i = 0; i < answer->own_count; i++) {
        const rs_ca_candidate *candidate = &answer->candidates[i];
        if (candidate->in_chain && (candidate->by_key_id || query->key_id.n == 0))
            return candidate;
    }
    return NULL;
}

/* The only one of its own candidates with the key identifier; NULL: it is not the only one. */
static const rs_ca_candidate *only_by_key_id(const rs_ca_answer *answer)
{
    const rs_ca_candidate *found = NULL;
    for (size_t i = 0; i < answer->own_count; i++) {
        if (!answer->candidates[i].by_key_id)
            continue;
        if (found != NULL)
            return NULL;
        found = &answer->candidates[i];
    }
    return found;
}

static bool has_in_chain(const rs_ca_answer *answer)
{
    return answer->own_count > 0 && answer->candidates[0].in_chain;
}

static bool has_by_key_id(const rs_ca_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        if (answer->candidates[i].by_key_id)
            return true;
    return false;
}

/* The one candidate that can be meant; NULL: the signature has to decide. */
static const rs_ca_candidate *decide(const rs_ca_query *query, const rs_ca_answer *answer)
{
    if (answer->count > 0 && query->key_hash != NULL)
        return &answer->candidates[0];
    return has_in_chain(answer) ? first_in_chain(query, answer) : only_by_key_id(answer);
}

static rs_survey_attribution unless_decided(const rs_ca_answer *answer)
{
    return answer->count > 0        ? RS_SURVEY_LEAF_ISSUER_UNCERTAIN
           : !answer->name_is_known ? RS_SURVEY_LEAF_ISSUER_UNKNOWN
                                    : RS_SURVEY_LEAF_ISSUER_KEY_UNKNOWN;
}

static rs_survey_attribution unless_signed(const rs_ca_query *query, const rs_ca_answer *answer)
{
    if (answer->count == 0)
        return unless_decided(answer);
    return query->key_id.n > 0 && !has_by_key_id(answer) ? RS_SURVEY_LEAF_ISSUER_KEY_UNKNOWN
                                                         : RS_SURVEY_LEAF_SIGNATURE_WRONG;
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
    uint64_t generation = rs_ca_pool_generation(attributor->pool);
    rs_ca_pool_ask(attributor->pool, &query, &answer);
    const rs_ca_candidate *decided = decide(&query, &answer);
    *found = (rs_issuer_found){
        .generation = generation,
        .unless_decided = unless_decided(&answer),
        .unless_signed = unless_signed(&query, &answer),
        .decided = decided == NULL ? NULL : decided->node,
        .count = answer.count,
        .own_count = answer.own_count,
        /* Whoever else sends a wrong chain lies about nothing: the signature tells. */
        .contradicts = entry->from_log && answer.chain_is_known && !has_in_chain(&answer),
        .has_gaps = answer.chain_has_gaps,
    };
    for (size_t i = 0; i < answer.count; i++)
        found->nodes[i] = answer.candidates[i].node;
    found->decided_may_change =
        decided != NULL && decided->in_chain ? decided->behind_gap : answer.chain_has_gaps;
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

/* Finds the candidate whose key signed it, the most likely first. */
static rs_issuer_answer find_signer(rs_survey_attributor *attributor, const rs_issuer_found *found,
                                    const rs_survey_certificate *parts, rs_bytes der)
{
    if (found->decided != NULL && is_by(attributor, found->decided, parts, der))
        return (rs_issuer_answer){found->decided, found->decided_may_change};
    for (size_t i = 0; i < found->count; i++)
        if (found->nodes[i] != found->decided && is_by(attributor, found->nodes[i], parts, der))
            return (rs_issuer_answer){found->nodes[i], found->has_gaps || i >= found->own_count};
    return (rs_issuer_answer){NULL, true};
}

static rs_survey_attribution judge(rs_survey_attributor *attributor, const rs_survey_entry *entry,
                                   const rs_survey_certificate *certificate,
                                   const rs_issuer_found *found, rs_issuer_answer *issuer)
{
    rs_survey_certificate parts;
    rs_bytes der;
    *issuer = (rs_issuer_answer){NULL, found->has_gaps};
    if (found->contradicts)
        return RS_SURVEY_LEAF_CHAIN_CONTRADICTS;
    bool is_trusted = entry->from_log && found->decided != NULL;
    rs_issuer_answer decided = {found->decided, found->decided_may_change};
    if (is_trusted && attributor->verify != RS_SURVEY_VERIFY_ALL) {
        *issuer = decided;
        return RS_SURVEY_LEAF_ATTRIBUTED;
    }
    bool is_signed = signed_certificate(entry, certificate, &der, &parts);
    *issuer = is_signed    ? find_signer(attributor, found, &parts, der)
              : is_trusted ? decided
                           : (rs_issuer_answer){NULL, true};
    if (issuer->node != NULL)
        return RS_SURVEY_LEAF_ATTRIBUTED;
    return is_signed ? found->unless_signed : found->unless_decided;
}

rs_survey_attribution rs_survey_leaf_issuer(rs_survey_attributor *attributor,
                                            const rs_survey_entry *entry,
                                            const rs_survey_certificate *certificate,
                                            rs_issuer_answer *issuer)
{
    *issuer = (rs_issuer_answer){NULL, false};
    if (certificate->is_ca) {
        if (!entry->is_tbs)
            rs_ca_pool_add(attributor->pool, entry->certificate, RS_CA_STRANGER);
        return RS_SURVEY_LEAF_CA_CERTIFICATE;
    }
    rs_issuer_found own, *found = rs_issuer_memo_find(&attributor->memo, entry, certificate);
    if (found == NULL) {
        own.generation = 0; /* there is no memory to remember it */
        found = &own;
    }
    uint64_t generation = rs_ca_pool_generation(attributor->pool);
    if (found->generation == 0 || found->generation != generation)
        find_issuer(attributor, entry, certificate, found);
    return judge(attributor, entry, certificate, found, issuer);
}
