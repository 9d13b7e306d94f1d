/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A number for each domain of very many. Domains are not kept: 96 bits of a hash, which nobody can
 * foresee, tell them apart. Of a billion domains, two are taken for one once in 10^11 stores.
 */
#ifndef RS_DOMAIN_TABLE_H
#define RS_DOMAIN_TABLE_H

#include "lib/base/bytes.h"

#include <stdbool.h>

typedef struct rs_domain_slot rs_domain_slot;

/* Begin with rs_domain_table_init. For one thread at a time. */
typedef struct rs_domain_table {
    rs_domain_slot *slots; /* of 16 bytes; at most three of four are used */
    size_t capacity, used;
    uint64_t seed;
    /* Only every so many-th domain is taken, of which this is the first: 1 and 0 for all. */
    uint64_t parts, part;
} rs_domain_table;

void rs_domain_table_init(rs_domain_table *table, uint64_t parts);

/* Forgets all domains, and takes those of another part. */
void rs_domain_table_begin(rs_domain_table *table, uint64_t part);
void rs_domain_table_clear(rs_domain_table *table);

/*
 * The place of a domain's number, until the next call. If the domain is new, it is 0, and has to be
 * set to another one. With another `kind`, it is another domain. NULL: the domain is of another
 * part. Exits if there is no memory.
 */
uint32_t *rs_domain_table_find(rs_domain_table *table, rs_bytes domain, uint64_t kind);

#endif
