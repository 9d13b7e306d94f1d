/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the trust store is to hold, made of what update-ca-certificates put there and of the list.
 *
 * Programs with OpenSSL read the same store, and the module guards them by roots that it knows. So
 * each root stays trusted: what a bundle would leave out stays as it is, and so does a root that
 * the list names by its certificate, because its twin is another certificate.
 */
#ifndef RS_LIBRARIES_PLAN_H
#define RS_LIBRARIES_PLAN_H

#include "command/bundle/bundle.h"
#include "command/libraries/store_links.h"

typedef struct rs_libraries_file {
    rs_store_link link;
    rs_bytes twins;     /* the content of our own file, the super-root last; empty: none */
    bool is_gone;       /* the store has no such root any more */
    bool is_one;        /* one certificate: a link named by its hash leads to it */
    unsigned long hash; /* of that one's subject */
} rs_libraries_file;

typedef struct rs_libraries_plan {
    rs_arena arena;
    rs_bytes original;      /* the bundle of update-ca-certificates */
    bool is_new;            /* it is not kept yet where it is to come back from */
    STACK_OF(X509) * store; /* its certificates */
    rs_bundle bundle;       /* the twins, and whatever else is to be trusted */
    int limited;            /* how many twins there are */
    rs_bytes text;          /* the new bundle */
    rs_libraries_file *files;
    size_t file_count;
    bool is_old;  /* the list cannot be used: the twins are those of the last plan */
    bool is_done; /* all of it is in place already */
} rs_libraries_plan;

/*
 * Makes it, with the list at `list`. Warns of what stays as it is in spite of a stanza. Returns
 * false after a message. In any case, clear it.
 */
bool rs_libraries_plan_make(rs_libraries_plan *plan, const char *list);
void rs_libraries_plan_clear(rs_libraries_plan *plan);

/* Certificates as PEM, on the arena. */
rs_bytes rs_libraries_pem(rs_arena *arena, const STACK_OF(X509) * certificates);

#endif
