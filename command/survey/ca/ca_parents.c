/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_graph.h"

#include <stdlib.h>

static rs_ca_edge *edge_to(const rs_ca_node *node, uint32_t parent)
{
    for (uint32_t i = 0; i < node->parents.count; i++)
        if (node->parents.all[i].node == parent)
            return &node->parents.all[i];
    return NULL;
}

/* Adds an edge that there is not, or that allows less. */
static bool add_edge(rs_ca_node *node, uint32_t parent, uint32_t path_length)
{
    rs_ca_edge *known = edge_to(node, parent);
    if (known != NULL) {
        known->path_length = path_length;
        return true;
    }
    rs_ca_edges *edges = &node->parents;
    if (edges->count == edges->capacity) {
        uint32_t capacity = edges->capacity == 0 ? 2 : 2 * edges->capacity;
        rs_ca_edge *grown = realloc(edges->all, capacity * sizeof *grown);
        if (grown == NULL)
            return false;
        edges->all = grown;
        edges->capacity = capacity;
    }
    edges->all[edges->count++] = (rs_ca_edge){parent, path_length};
    return true;
}

/* RFC 5280, section 4.2.1.9; RS_CA_DEPTH_MAX for all that is more, and for none. */
static uint32_t path_length_of(const rs_survey_certificate *parts)
{
    rs_bytes number = parts->path_length;
    if (number.n == 0)
        return RS_CA_DEPTH_MAX;
    bool is_negative = number.p[0] >= 0x80;
    bool is_less = number.n == 1 && number.p[0] < RS_CA_DEPTH_MAX;
    return is_negative ? 0 : is_less ? number.p[0] : RS_CA_DEPTH_MAX;
}

/*
 * Looks for who signed a certificate among all of the issuer's name. One that signed another
 * certificate which allows as much is not asked: ten thousand that two CAs make for each other cost
 * no signature each.
 */
static bool find_signers(rs_ca_pool *pool, rs_ca_node *node, const rs_ca_cert *cert)
{
    rs_survey_certificate parts;
    rs_ca_answer found = {.count = 0};
    if (!rs_survey_certificate_read(cert->der, false, &parts))
        return true;
    rs_ca_add_candidates(pool, cert->issuer, parts.authority_key_id, true, &found);
    rs_ca_add_candidates(pool, cert->issuer, parts.authority_key_id, false, &found);
    uint32_t path_length = path_length_of(&parts);
    for (size_t i = 0; i < found.count; i++) {
        rs_ca_node *issuer = pool->nodes.all[found.candidates[i].node->index];
        const rs_ca_edge *known = edge_to(node, issuer->index);
        if (issuer == node || (known != NULL && known->path_length >= path_length))
            continue;
        EVP_PKEY *key = rs_ca_key_of(issuer);
        pool->signatures += key != NULL;
        if (key != NULL && rs_signature_is_by(&pool->checker, key, &parts, cert->der) &&
            !add_edge(node, issuer->index, path_length))
            return false;
    }
    return true;
}

bool rs_ca_find_parents(rs_ca_pool *pool, rs_ca_node *node)
{
    uint64_t generation = atomic_load(&pool->generation);
    if (node->parents_generation == generation)
        return true;
    for (uint32_t at = node->first_cert; at != RS_CA_NONE; at = pool->certs.all[at].next_of_node)
        if (!find_signers(pool, node, &pool->certs.all[at]))
            return false;
    node->parents_generation = generation;
    return true;
}
