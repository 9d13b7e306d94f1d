/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of one stanza, to find those that another one makes idle.
 *
 * What is found is certain: without the rule, the stanza means the same. Not all is found: several
 * rules together may make one idle.
 */
#ifndef RS_RULE_INDEX_H
#define RS_RULE_INDEX_H

#include "lib/base/arena.h"
#include "lib/compiler/list.h"

/* What a rule says of hosts. */
typedef struct rs_indexed_rule {
    rs_rule host;        /* as if it were a rule about hosts */
    const rs_rule *rule; /* of the stanza */
} rs_indexed_rule;

typedef struct rs_rule_index {
    const rs_list_stanza *stanza;
    rs_indexed_rule *hosts; /* in order */
    size_t host_count;
    bool closed;     /* some permit line: names need one */
    bool has_labels; /* single labels may be permitted without a line for each */
} rs_rule_index;

/* Indexes a stanza, which must outlive the index; on the arena. Exits if memory runs out. */
void rs_rule_index_init(rs_rule_index *index, const rs_list_stanza *stanza, rs_arena *arena);

/* A rule of the same polarity that covers all that `rule` does; of equal ones, the first counts. */
const rs_rule *rs_rule_index_covering(const rs_rule_index *index, const rs_rule *rule);

/* An exclusion of all that a permit line permits; NULL if there is none. */
const rs_rule *rs_rule_index_excluding(const rs_rule_index *index, const rs_rule *permit);

/* Whether an exclusion takes away anything that the stanza would permit. */
bool rs_rule_index_is_reachable(const rs_rule_index *index, const rs_rule *exclude);

#endif
