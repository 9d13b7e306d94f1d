/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The suffix index: which suffixes of a host name are permitted or excluded.
 *
 * A tree of labels, read from the right, laid flat into a hash table: an entry is found by its
 * parent's number and its own label. A look-up costs one probe per label of the name until the
 * tree ends, whatever the number of suffixes. docs/image-format.md has the layout;
 * suffix_tree.h and suffix_set_writer.h build it.
 */
#ifndef RS_SUFFIX_SET_H
#define RS_SUFFIX_SET_H

#include "lib/image/suffix_entry.h"
#include "lib/names/host_name.h"

/* A host name has no more labels than this. */
#define RS_SUFFIX_LABELS_MAX 127

/* No bucket of the table holds more entries than this; the builder seeks a seed until so. */
#define RS_SUFFIX_BUCKET_MAX 24

/* A view of one set in a checked image; all zero is the empty set. */
typedef struct rs_suffix_set {
    const uint8_t *buckets; /* mask + 2 little-endian 32-bit offsets into entries */
    const uint8_t *entries;
    uint32_t entries_size; /* bytes */
    uint32_t mask;         /* number of buckets - 1; the number is a power of two */
    uint32_t seed;
    uint8_t root_rules; /* of the root, above every top-level label: `*` is PERMIT_BELOW */
    uint8_t labels;     /* of the permitted suffix that has the most; 0: none has any */
} rs_suffix_set;

typedef struct rs_suffix_match {
    bool permitted;
    bool excluded;
    bool excluded_below; /* excluded, and only because an excluded name lies below a wildcard */
    bool unreadable;     /* the set is damaged where the name was looked up: all else is open */
    /* Of a name that is not ASCII, for its labels may be sloppily spelt: */
    bool perhaps_excluded; /* it may be another spelling of an excluded name */
    bool perhaps_named;    /* the labels that no rule names are not all ASCII */
    /* The deciding rule as a tail of the name that was looked up: that of the exclusion if it is
     * excluded, else the longest that permits. Empty for `*`, and if nothing decides. */
    rs_bytes rule;
} rs_suffix_match;

/*
 * Looks a host name up.
 *
 * A wildcard `*.d` is permitted if a name below d that no rule mentions is, and excluded if d, a
 * name above d with all below it, or any name below d is excluded.
 *
 * Names that are not ASCII are compared by their octets. One may still mean what it does not
 * spell: in upper case, in another normalisation, with a full stop that is not ASCII. So it is
 * perhaps excluded where the first label from the right that the set does not know is not ASCII,
 * and some name below that place is excluded.
 *
 * Of a set of which only rs_suffix_set_check_ends has seen the ends, each bucket that is read is
 * checked up to the entry that is found. Damage that leaves it well-formed is not seen.
 */
rs_suffix_match rs_suffix_set_match(const rs_suffix_set *set, const rs_host_name *host);

/*
 * A place in the tree that a look-up went by, from which the next one goes on if its name ends
 * alike: most of a certificate's do. All zero is the root.
 */
typedef struct rs_suffix_trail {
    uint8_t size;  /* of the node's own name */
    uint8_t rules; /* of the node */
    uint8_t above; /* of all nodes above it, what they say of names below */
    uint32_t number;
    uint8_t text[RS_LABEL_MAX];
} rs_suffix_trail;

/*
 * Is the name permitted, and neither excluded nor in a damaged place? For who asks about many and
 * needs to know no more. `trail`: of other names in the same set.
 */
bool rs_suffix_set_permits(const rs_suffix_set *set, const rs_host_name *host,
                           rs_suffix_trail *trail);

/* The hash by which an entry is found; builder and look-up share it. `parent` 0 is the root. */
uint32_t rs_suffix_hash(uint32_t seed, uint32_t parent, rs_bytes label);

/*
 * Checks that no look-up finds the set unreadable: every bucket's entries lie within the set's, end
 * where the next begins, and none has more than RS_SUFFIX_BUCKET_MAX.
 */
bool rs_suffix_set_check(const rs_suffix_set *set);

/* Checks of that only where the first bucket starts and the last one ends: takes no time. */
bool rs_suffix_set_check_ends(const rs_suffix_set *set);

#endif
