/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The constraints of trials as a compiled list, one stanza for each.
 */
#ifndef LIST_SIDE_H
#define LIST_SIDE_H

#include "tests/property/trial.h"

typedef struct made_list {
    uint8_t *bytes;
    rs_image image;
} made_list;

/*
 * Writes and opens a list in which the root of key hash keys[i] has rules of the same meaning as
 * the constraints of trials[i].
 *
 * Constraints leave open the forms that they have no permitted subtree of; a stanza with a
 * permit line does not, so each such form gets its `*`.
 */
void list_make(made_list *made, const trial *trials, const uint8_t (*keys)[RS_SHA256_SIZE],
               size_t count);

void list_clear(made_list *made);

/* The stanza of a root. */
void list_stanza(const made_list *made, const uint8_t key[RS_SHA256_SIZE], rs_stanza *stanza);

#endif
