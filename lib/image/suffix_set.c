/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/image/suffix_set.h"

#include "lib/base/hash.h"

uint32_t rs_suffix_hash(uint32_t seed, uint32_t parent, rs_bytes label)
{
    return rs_hash_finish(rs_hash_bytes((uint64_t)seed << 40 | (uint64_t)parent << 8, label));
}

static bool find_child(const rs_suffix_set *set, uint32_t parent, rs_bytes label,
                       rs_suffix_entry *found)
{
    const uint8_t *bucket =
        set->buckets + 4 * (size_t)(rs_suffix_hash(set->seed, parent, label) & set->mask);
    const uint8_t *p = set->entries + rs_le32_get(bucket);
    const uint8_t *end = set->entries + rs_le32_get(bucket + 4);
    while ((p = rs_suffix_entry_read(p, end, found)) != NULL) {
        if (found->parent == parent && rs_bytes_equal(found->label, label))
            return true;
    }
    return false;
}

/* What a node says of the name that was looked up; `self`: it is that name, not above it. */
static inline void apply(rs_suffix_match *match, uint8_t rules, bool self, bool wildcard,
                         rs_bytes node)
{
    uint8_t permit = self && !wildcard ? RS_SUFFIX_PERMIT_SELF : RS_SUFFIX_PERMIT_BELOW;
    uint8_t exclude = RS_SUFFIX_EXCLUDE_BELOW;
    if (self)
        exclude =
            wildcard ? RS_SUFFIX_EXCLUDE_SELF | RS_SUFFIX_EXCLUDE_BELOW : RS_SUFFIX_EXCLUDE_SELF;
    if ((rules & exclude) != 0) {
        match->excluded = true;
        match->rule = node;
    } else if (self && wildcard && (rules & RS_SUFFIX_EXCLUDE_UNDER) != 0 && !match->excluded) {
        match->excluded = match->excluded_below = true;
        match->rule = node;
    }
    if ((rules & permit) != 0) {
        match->permitted = true;
        if (!match->excluded)
            match->rule = node;
    }
}

/*
 * What a name that is not ASCII may be beside what it is by its octets: `unknown` are the labels
 * that the tree does not have below its node with these rules. Only a label that is not ASCII
 * itself has other spellings.
 */
static void apply_spelling(rs_suffix_match *match, uint8_t rules, rs_bytes unknown)
{
    size_t start = unknown.n;
    while (start > 0 && unknown.p[start - 1] != '.')
        start--;
    match->perhaps_named = !rs_bytes_are_ascii(unknown);
    match->perhaps_excluded = (rules & RS_SUFFIX_EXCLUDE_UNDER) != 0 &&
                              !rs_bytes_are_ascii(rs_bytes_skip(unknown, start));
}

rs_suffix_match rs_suffix_set_match(const rs_suffix_set *set, const rs_host_name *host)
{
    rs_suffix_match match = {0};
    rs_bytes name = rs_host_name_bytes(host);
    rs_suffix_entry node = {.rules = set->root_rules};
    bool inner = set->buckets != NULL;
    size_t start = name.n; /* where the node's own name starts */
    size_t end;            /* of the labels before it */
    uint8_t rules;
    for (;;) {
        rules = node.rules;
        apply(&match, rules, start == 0, host->wildcard, rs_bytes_skip(name, start));
        if (start == 0)
            return match;
        end = start == name.n ? start : start - 1;
        if (!inner)
            break;
        start = end;
        while (start > 0 && name.p[start - 1] != '.')
            start--;
        if (!find_child(set, node.number, rs_bytes_make(name.p + start, end - start), &node))
            break;
        inner = node.number != 0;
    }
    if (host->unicode)
        apply_spelling(&match, rules, rs_bytes_make(name.p, end));
    return match;
}

/* All of a bucket, well-formed and not too much. */
static bool check_bucket(const uint8_t *p, const uint8_t *end)
{
    for (unsigned count = 0; p != end; count++) {
        rs_suffix_entry entry;
        p = rs_suffix_entry_read(p, end, &entry);
        if (p == NULL || count == RS_SUFFIX_BUCKET_MAX || entry.label.n == 0 ||
            (entry.rules & ~RS_SUFFIX_RULES) != 0)
            return false;
    }
    return true;
}

bool rs_suffix_set_check(const rs_suffix_set *set, size_t entries_size)
{
    if ((set->root_rules & ~RS_SUFFIX_RULES) != 0 || (set->mask & (set->mask + 1)) != 0)
        return false;
    if (set->buckets == NULL)
        return set->mask == 0 && entries_size == 0;
    size_t bucket_count = (size_t)set->mask + 1;
    uint32_t start = rs_le32_get(set->buckets);
    if (start != 0)
        return false;
    for (size_t i = 1; i <= bucket_count; i++) {
        uint32_t end = rs_le32_get(set->buckets + 4 * i);
        if (end < start || end > entries_size ||
            !check_bucket(set->entries + start, set->entries + end))
            return false;
        start = end;
    }
    return start == entries_size;
}
