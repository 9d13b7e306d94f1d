/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/image/suffix_set.h"

#include "lib/base/hash.h"

static inline uint32_t hash_of(uint32_t seed, uint32_t parent, rs_bytes label)
{
    return rs_hash_finish(rs_hash_bytes((uint64_t)seed << 40 | (uint64_t)parent << 8, label));
}

uint32_t rs_suffix_hash(uint32_t seed, uint32_t parent, rs_bytes label)
{
    return hash_of(seed, parent, label);
}

typedef enum child {
    CHILD_UNREADABLE = 0,
    CHILD_MISSING,
    CHILD_FOUND,
} child;

static child find_child(const rs_suffix_set *set, uint32_t parent, rs_bytes label,
                        rs_suffix_entry *found)
{
    const uint8_t *bucket =
        set->buckets + 4 * (size_t)(hash_of(set->seed, parent, label) & set->mask);
    uint32_t from = rs_le32_get(bucket), to = rs_le32_get(bucket + 4);
    if (from > to || to > set->entries_size)
        return CHILD_UNREADABLE;
    const uint8_t *p = set->entries + from, *end = set->entries + to;
    for (unsigned count = 0; p != end; count++) {
        p = rs_suffix_entry_read(p, end, found);
        if (p == NULL || count == RS_SUFFIX_BUCKET_MAX)
            return CHILD_UNREADABLE;
        if (found->parent == parent && rs_bytes_equal_short(found->label, label))
            return (found->rules & ~RS_SUFFIX_RULES) == 0 ? CHILD_FOUND : CHILD_UNREADABLE;
    }
    return CHILD_MISSING;
}

/* Sizes of the decisive tails of the name; NONE: nothing decides so. */
#define NONE SIZE_MAX
typedef struct deciding {
    size_t permitted, excluded;
} deciding;

/* What a node says that is the name itself. */
static void apply_self(rs_suffix_match *match, deciding *tail, uint8_t rules, size_t size,
                       bool wildcard)
{
    uint8_t permit = wildcard ? RS_SUFFIX_PERMIT_BELOW : RS_SUFFIX_PERMIT_SELF;
    uint8_t exclude =
        wildcard ? RS_SUFFIX_EXCLUDE_SELF | RS_SUFFIX_EXCLUDE_BELOW : RS_SUFFIX_EXCLUDE_SELF;
    match->excluded_below = wildcard && (rules & exclude) == 0 && tail->excluded == NONE &&
                            (rules & RS_SUFFIX_EXCLUDE_UNDER) != 0;
    if ((rules & exclude) != 0 || match->excluded_below)
        tail->excluded = size;
    if ((rules & permit) != 0)
        tail->permitted = size;
}

/* Does the name end like the one that left the trail, on the border of a label? */
static bool is_on(const rs_suffix_trail *trail, rs_bytes name)
{
    if (trail->size == 0 || name.n < trail->size)
        return false;
    rs_bytes tail = rs_bytes_tail(name, trail->size);
    return rs_bytes_equal_short(tail, rs_bytes_make(trail->text, trail->size)) &&
           (name.n == trail->size || tail.p[-1] == '.');
}

static void leave_trail(rs_suffix_trail *trail, const rs_suffix_entry *node, const deciding *tail,
                        rs_bytes name)
{
    if (name.n > sizeof trail->text)
        return;
    trail->size = (uint8_t)name.n;
    trail->rules = node->rules;
    trail->number = node->number;
    trail->permitted = tail->permitted;
    trail->excluded = tail->excluded;
    memcpy(trail->text, name.p, name.n);
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

rs_suffix_match rs_suffix_set_match_on(const rs_suffix_set *set, const rs_host_name *host,
                                       rs_suffix_trail *trail)
{
    rs_suffix_match match = {0};
    rs_bytes name = rs_host_name_bytes(host);
    rs_suffix_entry node = {.rules = set->root_rules}, next;
    bool has_children = set->buckets != NULL;
    deciding tail = {NONE, NONE};
    size_t start = name.n, end = name.n; /* of the node's own name; of the labels before it */
    if (trail != NULL && is_on(trail, name)) {
        node = (rs_suffix_entry){.rules = trail->rules, .number = trail->number};
        tail = (deciding){trail->permitted, trail->excluded};
        start = name.n - trail->size;
        end = start - 1;
    }
    while (start > 0) {
        if ((node.rules & RS_SUFFIX_PERMIT_BELOW) != 0)
            tail.permitted = name.n - start;
        if ((node.rules & RS_SUFFIX_EXCLUDE_BELOW) != 0)
            tail.excluded = name.n - start;
        size_t before = has_children ? rs_host_name_label(host, end) : 0;
        rs_bytes label = rs_bytes_make(name.p + before, end - before);
        child is = has_children ? find_child(set, node.number, label, &next) : CHILD_MISSING;
        if (is != CHILD_FOUND) {
            match.unreadable = is == CHILD_UNREADABLE;
            break;
        }
        node = next;
        has_children = node.number != 0;
        start = before;
        end = before - 1;
        if (trail != NULL && has_children)
            leave_trail(trail, &node, &tail, rs_bytes_skip(name, start));
    }
    if (start == 0)
        apply_self(&match, &tail, node.rules, name.n, host->wildcard);
    else if (host->unicode)
        apply_spelling(&match, node.rules, rs_bytes_make(name.p, end));
    match.permitted = tail.permitted != NONE;
    match.excluded = tail.excluded != NONE;
    if (match.excluded)
        match.rule = rs_bytes_tail(name, tail.excluded);
    else if (match.permitted)
        match.rule = rs_bytes_tail(name, tail.permitted);
    return match;
}

/* All of a bucket, well-formed and not too much. */
static bool check_bucket(const uint8_t *p, const uint8_t *end)
{
    for (unsigned count = 0; p != end; count++) {
        rs_suffix_entry entry;
        p = rs_suffix_entry_read(p, end, &entry);
        if (p == NULL || count == RS_SUFFIX_BUCKET_MAX || (entry.rules & ~RS_SUFFIX_RULES) != 0)
            return false;
    }
    return true;
}

bool rs_suffix_set_check_ends(const rs_suffix_set *set)
{
    if ((set->root_rules & ~RS_SUFFIX_RULES) != 0 || (set->mask & (set->mask + 1)) != 0)
        return false;
    if (set->buckets == NULL)
        return set->mask == 0 && set->entries_size == 0;
    const uint8_t *last = set->buckets + 4 * ((size_t)set->mask + 1);
    return rs_le32_get(set->buckets) == 0 && rs_le32_get(last) == set->entries_size;
}

bool rs_suffix_set_check(const rs_suffix_set *set)
{
    if (!rs_suffix_set_check_ends(set))
        return false;
    size_t bucket_count = set->buckets == NULL ? 0 : (size_t)set->mask + 1;
    uint32_t start = 0;
    for (size_t i = 1; i <= bucket_count; i++) {
        uint32_t end = rs_le32_get(set->buckets + 4 * i);
        if (end < start || end > set->entries_size ||
            !check_bucket(set->entries + start, set->entries + end))
            return false;
        start = end;
    }
    return true;
}
