/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_graph.h"

#include <stdlib.h>

static bool has(const uint32_t *all, uint32_t count, uint32_t wanted)
{
    for (uint32_t i = 0; i < count; i++)
        if (all[i] == wanted)
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

static bool add_tried(rs_ca_cert *cert, uint32_t node)
{
    if (cert->tried == NULL)
        cert->tried = calloc(RS_CA_TRIES_MAX, sizeof *cert->tried);
    if (cert->tried == NULL)
        return false;
    cert->tried[cert->tried_count++] = node;
    return true;
}

/* Its issuer is known: nothing is to be found out about it any more. */
static void settle(rs_ca_cert *cert)
{
    free(cert->tried);
    cert->tried = NULL;
    cert->is_settled = true;
}

/* Whether no other candidate has the key identifier. */
static bool is_alone_by_key_id(const rs_ca_answer *found, size_t candidate)
{
    size_t count = 0;
    for (size_t i = 0; i < found->count; i++)
        count += found->candidates[i].by_key_id;
    return count == 1 && found->candidates[candidate].by_key_id;
}

/* Looks for who signed a certificate among those of the issuer's name. */
static bool find_signer(rs_ca_pool *pool, rs_ca_node *node, rs_ca_cert *cert)
{
    rs_survey_certificate parts;
    rs_ca_answer found = {.count = 0};
    if (!rs_survey_certificate_read(cert->der, false, &parts))
        return true;
    rs_ca_add_candidates(pool, cert->issuer, parts.authority_key_id, false, &found);
    for (size_t i = 0; i < found.count && cert->tried_count < RS_CA_TRIES_MAX; i++) {
        rs_ca_node *issuer = pool->nodes.all[found.candidates[i].node->index];
        bool is_parent = has(node->parents.all, node->parents.count, issuer->index);
        /* It can say nothing new: ten thousand of these cost no signature each. */
        if (is_parent && is_alone_by_key_id(&found, i)) {
            settle(cert);
            return true;
        }
        if (is_parent || has(cert->tried, cert->tried_count, issuer->index))
            continue;
        EVP_PKEY *key = rs_ca_key_of(issuer);
        pool->signatures += key != NULL;
        if (key != NULL && rs_signature_is_by(&pool->checker, key, &parts, cert->der)) {
            settle(cert);
            return issuer == node || add_parent(node, issuer->index);
        }
        if (!add_tried(cert, issuer->index))
            return false;
    }
    return true;
}

bool rs_ca_find_parents(rs_ca_pool *pool, rs_ca_node *node)
{
    for (uint32_t at = node->first_cert; at != RS_CA_NONE; at = pool->certs.all[at].next_of_node) {
        rs_ca_cert *cert = &pool->certs.all[at];
        uint32_t now = pool->names.all[cert->issuer].node_count;
        if (cert->is_settled || cert->names_seen == now)
            continue;
        if (!find_signer(pool, node, cert))
            return false;
        cert->names_seen = now;
    }
    return true;
}
