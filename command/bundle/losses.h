/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a bundle cannot say, told once however many roots it is about.
 */
#ifndef RS_BUNDLE_LOSSES_H
#define RS_BUNDLE_LOSSES_H

#include <stddef.h>

typedef struct rs_loss {
    const char *what, *root;
} rs_loss;

/* All zero is empty. The texts are the caller's. */
typedef struct rs_losses {
    rs_loss *items;
    size_t count;
} rs_losses;

/* Exits if there is no memory. */
void rs_losses_add(rs_losses *losses, const char *what, const char *root);

/* A warning for each, in the order of their texts, with the root or how many there are. */
void rs_losses_report(rs_losses *losses);

void rs_losses_clear(rs_losses *losses);

#endif
