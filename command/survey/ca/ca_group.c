/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_graph.h"
#include "lib/names/der.h"

/* Whether `a` stands before `b`. */
static bool is_before(const rs_ca_pool *pool, rs_ca_member a, rs_ca_member b)
{
    if (a.is_given != b.is_given)
        return a.is_given;
    return memcmp(pool->nodes.all[a.node]->id, pool->nodes.all[b.node]->id, RS_SHA256_SIZE) < 0;
}

static bool has_room(rs_ca_pool *pool, rs_ca_group *group)
{
    if (group->count < group->capacity)
        return true;
    uint32_t capacity = group->capacity == 0 ? 1 : 2 * group->capacity;
    rs_ca_member *grown = rs_arena_take(&pool->arena, capacity * sizeof *grown);
    if (grown == NULL)
        return false;
    if (group->count > 0)
        memcpy(grown, group->members, group->count * sizeof *grown);
    group->members = grown;
    group->capacity = capacity;
    return true;
}

static void remove_member(rs_ca_group *group, uint32_t at)
{
    group->count--;
    memmove(&group->members[at], &group->members[at + 1],
            (group->count - at) * sizeof *group->members);
}

static bool join(rs_ca_pool *pool, uint32_t index, rs_ca_member member)
{
    if (index == RS_CA_NONE)
        return false;
    rs_ca_group *group = &pool->groups.all[index];
    for (uint32_t i = 0; i < group->count; i++) {
        if (group->members[i].node != member.node)
            continue;
        if (group->members[i].is_given || !member.is_given)
            return true;
        remove_member(group, i);
        break;
    }
    uint32_t at = group->count;
    while (at > 0 && is_before(pool, member, group->members[at - 1]))
        at--;
    if (at == RS_CA_TRIES_MAX)
        return true;
    if (group->count == RS_CA_TRIES_MAX)
        group->count--; /* the last one */
    if (!has_room(pool, group))
        return false;
    memmove(&group->members[at + 1], &group->members[at],
            (group->count - at) * sizeof *group->members);
    group->members[at] = member;
    group->count++;
    return true;
}

bool rs_ca_join_groups(rs_ca_pool *pool, const rs_ca_node *node, rs_bytes subject_key_id,
                       bool is_given)
{
    const rs_bytes key_ids[] = {{0}, rs_ca_derived_key_id(node), subject_key_id};
    rs_ca_member member = {node->index, is_given};
    for (size_t i = 0; i < sizeof key_ids / sizeof *key_ids; i++)
        if ((i == 0 || key_ids[i].n > 0) &&
            !join(pool, rs_ca_need_group(pool, node->name, key_ids[i]), member))
            return false;
    return true;
}

void rs_ca_derive_key_id(rs_ca_node *node)
{
    rs_bytes content;
    rs_der skipped, bits;
    size_t size;
    node->has_derived_key_id = rs_der_only(node->key, RS_DER_SEQUENCE, &content) &&
                               rs_der_expect(&content, RS_DER_SEQUENCE, &skipped) &&
                               rs_der_expect(&content, RS_DER_BIT_STRING, &bits) &&
                               bits.value.n > 0 &&
                               EVP_Q_digest(NULL, "SHA1", NULL, bits.value.p + 1, bits.value.n - 1,
                                            node->derived_key_id, &size) == 1;
}

rs_bytes rs_ca_derived_key_id(const rs_ca_node *node)
{
    return rs_bytes_make(node->derived_key_id,
                         node->has_derived_key_id ? sizeof node->derived_key_id : 0);
}
