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

__attribute__((noinline)) const uint8_t *
rs_suffix_long_varint_read(const uint8_t *p, const uint8_t *end, uint32_t *value)
{
    uint32_t sum = 0;
    for (unsigned shift = 0; p < end && shift < 7 * RS_VARINT_SIZE_MAX; shift += 7) {
        uint8_t byte = *p++;
        sum |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value = sum;
            return p;
        }
    }
    return NULL;
}

typedef enum child {
    CHILD_UNREADABLE = 0,
    CHILD_MISSING,
    CHILD_FOUND,
} child;

/* What is found of a node by its label. Small, for it to be given back in a register. */
typedef struct node {
    uint32_t number;
    uint8_t rules;
    uint8_t is; /* a child */
} node;

static node find_child(const rs_suffix_set *set, uint32_t parent, rs_bytes label)
{
    const node unreadable = {.is = CHILD_UNREADABLE}, missing = {.is = CHILD_MISSING};
    const uint8_t *bucket =
        set->buckets + 4 * (size_t)(hash_of(set->seed, parent, label) & set->mask);
    uint32_t from = rs_le32_get(bucket), to = rs_le32_get(bucket + 4);
    if (RS_UNLIKELY(from > to || to > set->entries_size))
        return unreadable;
    const uint8_t *p = set->entries + from, *end = set->entries + to;
    for (unsigned count = 0; p < end; count++) {
        rs_suffix_entry entry;
        p = rs_suffix_entry_read(p, end, &entry);
        if (RS_UNLIKELY(p == NULL || count == RS_SUFFIX_BUCKET_MAX))
            return unreadable;
        if (entry.parent != parent || !rs_bytes_equal_short(entry.label, label))
            continue;
        if (RS_UNLIKELY((entry.rules & ~RS_SUFFIX_RULES) != 0))
            return unreadable;
        return (node){entry.number, entry.rules, CHILD_FOUND};
    }
    return missing;
}

/* Where a look-up is, on its way down from the root. */
typedef struct place {
    size_t start, end; /* of the node's own name; of the labels before it */
    uint32_t number;
    uint8_t rules;
    bool has_children;
} place;

static inline place root_of(const rs_suffix_set *set, const rs_host_name *host)
{
    return (place){.start = host->length,
                   .end = host->length,
                   .rules = set->root_rules,
                   .has_children = set->buckets != NULL};
}

/* Goes down to the node of the next label, if there is one. */
static inline child descend(const rs_suffix_set *set, const rs_host_name *host, place *at)
{
    if (!at->has_children)
        return CHILD_MISSING;
    size_t before = rs_host_name_label(host, at->end);
    rs_bytes label = rs_bytes_make(host->text + before, at->end - before);
    node next = find_child(set, at->number, label);
    if (next.is == CHILD_FOUND)
        *at = (place){.start = before,
                      .end = before - 1,
                      .number = next.number,
                      .rules = next.rules,
                      .has_children = next.number != 0};
    return (child)next.is;
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
    place at = root_of(set, host);
    deciding tail = {NONE, NONE};
    child is = CHILD_FOUND;
    while (at.start > 0 && is == CHILD_FOUND) {
        if ((at.rules & RS_SUFFIX_PERMIT_BELOW) != 0)
            tail.permitted = name.n - at.start;
        if ((at.rules & RS_SUFFIX_EXCLUDE_BELOW) != 0)
            tail.excluded = name.n - at.start;
        is = descend(set, host, &at);
    }
    match.unreadable = is == CHILD_UNREADABLE;
    if (at.start == 0)
        apply_self(&match, &tail, at.rules, name.n, host->wildcard);
    else if (host->unicode)
        apply_spelling(&match, at.rules, rs_bytes_make(name.p, at.end));
    match.permitted = tail.permitted != NONE;
    match.excluded = tail.excluded != NONE;
    if (match.excluded)
        match.rule = rs_bytes_tail(name, tail.excluded);
    else if (match.permitted)
        match.rule = rs_bytes_tail(name, tail.permitted);
    return match;
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

static void leave_trail(rs_suffix_trail *trail, const place *at, uint8_t above, rs_bytes name)
{
    if (RS_UNLIKELY(name.n > sizeof trail->text))
        return;
    trail->size = (uint8_t)name.n;
    trail->rules = at->rules;
    trail->above = above;
    trail->number = at->number;
    memcpy(trail->text, name.p, name.n);
}

bool rs_suffix_set_permits(const rs_suffix_set *set, const rs_host_name *host,
                           rs_suffix_trail *trail)
{
    const uint8_t of_above = RS_SUFFIX_PERMIT_BELOW | RS_SUFFIX_EXCLUDE_BELOW;
    const uint8_t of_name = RS_SUFFIX_PERMIT_SELF | RS_SUFFIX_EXCLUDE_SELF;
    const uint8_t of_wildcard = RS_SUFFIX_PERMIT_BELOW | RS_SUFFIX_EXCLUDES;
    rs_bytes name = rs_host_name_bytes(host);
    place at = root_of(set, host);
    uint8_t rules = 0; /* those that are about the name */
    if (is_on(trail, name)) {
        rules = trail->above;
        at.rules = trail->rules;
        at.number = trail->number;
        at.start = name.n - trail->size;
        at.end = at.start - 1;
    }
    while (at.start > 0) {
        rules |= at.rules & of_above;
        child is = descend(set, host, &at);
        if (RS_UNLIKELY(is == CHILD_UNREADABLE))
            return false;
        if (is == CHILD_MISSING)
            break;
        if (at.has_children)
            leave_trail(trail, &at, rules, rs_bytes_skip(name, at.start));
    }
    if (at.start == 0)
        rules |= at.rules & (host->wildcard ? of_wildcard : of_name);
    return (rules & RS_SUFFIX_PERMITS) != 0 && (rules & RS_SUFFIX_EXCLUDES) == 0;
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
