/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_graph.h"

#include <stdlib.h>

static bool is_parent(const rs_ca_node *node, uint32_t wanted)
{
    for (uint32_t i = 0; i < node->parents.count; i++)
        if (node->parents.all[i] == wanted)
            return true;
    return false;
}

static bool add_parent(rs_ca_node *node, uint32_t parent)
{
    rs_ca_edges *edges = &node->parents;
    if (edges->count == edges->capacity) {
        uint32_t capacity = edges->capacity == 0 ? 2 : 2 * edges->capacity;
        uint32_t *grown = realloc(edges->all, capacity * sizeof *grown);
        if (grown == NULL)
            return false;
        edges->all = grown;
        edges->capacity = capacity;
    }
    edges->all[edges->count++] = parent;
    return true;
}

/*
 * Looks for who signed a certificate among all of the issuer's name. One that is a parent by
 * another certificate is not asked: ten thousand that two CAs make for each other cost no signature
 * each.
 */
static bool find_signers(rs_ca_pool *pool, rs_ca_node *node, const rs_ca_cert *cert)
{
    rs_survey_certificate parts;
    rs_ca_answer found = {.count = 0};
    if (!rs_survey_certificate_read(cert->der, false, &parts))
        return true;
    rs_ca_add_candidates(pool, cert->issuer, parts.authority_key_id, true, &found);
    rs_ca_add_candidates(pool, cert->issuer, parts.authority_key_id, false, &found);
    for (size_t i = 0; i < found.count; i++) {
        rs_ca_node *issuer = pool->nodes.all[found.candidates[i].node->index];
        if (issuer == node || is_parent(node, issuer->index))
            continue;
        EVP_PKEY *key = rs_ca_key_of(issuer);
        pool->signatures += key != NULL;
        if (key != NULL && rs_signature_is_by(&pool->checker, key, &parts, cert->der) &&
            !add_parent(node, issuer->index))
            return false;
    }
    return true;
}

bool rs_ca_find_parents(rs_ca_pool *pool, rs_ca_node *node)
{
    for (uint32_t at = node->first_cert; at != RS_CA_NONE; at = pool->certs.all[at].next_of_node)
        if (!find_signers(pool, node, &pool->certs.all[at]))
            return false;
    return true;
}
