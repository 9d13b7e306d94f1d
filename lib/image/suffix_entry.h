/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One entry of a suffix set's table, as docs/image-format.md lays it out.
 */
#ifndef RS_SUFFIX_ENTRY_H
#define RS_SUFFIX_ENTRY_H

#include "lib/base/bytes.h"
#include "lib/base/likely.h"
#include "lib/image/image_layout.h"

/* What the rules say of a node of the tree. */
enum {
    RS_SUFFIX_PERMIT_SELF = 1,  /* the name itself */
    RS_SUFFIX_PERMIT_BELOW = 2, /* every name below it */
    RS_SUFFIX_EXCLUDE_SELF = 4,
    RS_SUFFIX_EXCLUDE_BELOW = 8,
    RS_SUFFIX_EXCLUDE_UNDER = 16, /* computed: some node below it has an exclude */
    RS_SUFFIX_PERMITS = RS_SUFFIX_PERMIT_SELF | RS_SUFFIX_PERMIT_BELOW,
    RS_SUFFIX_EXCLUDES = RS_SUFFIX_EXCLUDE_SELF | RS_SUFFIX_EXCLUDE_BELOW | RS_SUFFIX_EXCLUDE_UNDER,
    RS_SUFFIX_RULES = RS_SUFFIX_PERMITS | RS_SUFFIX_EXCLUDES,
};

/* A node of the tree. */
typedef struct rs_suffix_entry {
    rs_bytes label;
    uint32_t parent; /* 0: the root */
    uint32_t number; /* by which its children name it; 0: it has none */
    uint8_t rules;
} rs_suffix_entry;

/* The rest of rs_suffix_varint_read: a number of several bytes. */
const uint8_t *rs_suffix_long_varint_read(const uint8_t *p, const uint8_t *end, uint32_t *value);

/* What follows the number; NULL if it does not end in time. */
static inline const uint8_t *rs_suffix_varint_read(const uint8_t *p, const uint8_t *end,
                                                   uint32_t *value)
{
    if (RS_UNLIKELY(p >= end || *p >= 0x80))
        return rs_suffix_long_varint_read(p, end, value);
    *value = *p;
    return p + 1;
}

/* What follows the entry; NULL if no whole one is left. */
static inline const uint8_t *rs_suffix_entry_read(const uint8_t *p, const uint8_t *end,
                                                  rs_suffix_entry *entry)
{
    if (p >= end)
        return NULL;
    uint8_t head = *p++;
    size_t length = head & RS_ENTRY_LENGTH;
    if ((p = rs_suffix_varint_read(p, end, &entry->parent)) == NULL)
        return NULL;
    entry->rules = RS_SUFFIX_PERMITS;
    if ((head & RS_ENTRY_HAS_RULES) != 0) {
        if (RS_UNLIKELY(p == end))
            return NULL;
        entry->rules = *p++;
    }
    entry->number = 0;
    if ((head & RS_ENTRY_HAS_CHILDREN) != 0 &&
        (p = rs_suffix_varint_read(p, end, &entry->number)) == NULL)
        return NULL;
    if (RS_UNLIKELY(length - 1 >= (size_t)(end - p))) /* too long, or 0 */
        return NULL;
    entry->label = rs_bytes_make(p, length);
    return p + length;
}

#endif
