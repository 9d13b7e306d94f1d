/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a pool of CA certificates is made of; for the files ca_*.c alone. Everything is found by
 * indices into arrays that grow. Whoever calls holds the pool's lock.
 */
#ifndef RS_SURVEY_CA_GRAPH_H
#define RS_SURVEY_CA_GRAPH_H

#include "command/survey/ca/ca_pool.h"
#include "command/survey/certificate/signature.h"
#include "lib/base/arena.h"
#include "lib/base/hash_index.h"

#include <pthread.h>
#include <stdatomic.h>

#define RS_CA_NONE UINT32_MAX

enum { RS_CA_KEY_IDS_MAX = 4 }; /* of one CA; each of its certificates may name another */

/* An array that grows. */
#define RS_CA_ARRAY(type)                                                                          \
    struct {                                                                                       \
        type *all;                                                                                 \
        size_t count, capacity;                                                                    \
        rs_hash_index index;                                                                       \
    }

/* A name that a CA has, or that a certificate names as its issuer's. */
typedef struct rs_ca_name {
    rs_bytes canonical;
    uint32_t first, last; /* nodes of this name */
    uint32_t node_count;
} rs_ca_name;

typedef struct rs_ca_cert {
    uint8_t fingerprint[RS_SHA256_SIZE];
    uint32_t node, issuer; /* whose it is; the name of who issued it */
    uint32_t next_of_node; /* the next certificate of the same node */
    rs_bytes der;
    bool is_settled; /* its signer is found, or nothing new could be found by it */
    uint32_t *tried; /* nodes whose keys did not sign it, RS_CA_TRIES_MAX at most */
    uint32_t tried_count;
    uint32_t names_seen; /* so many nodes of the issuer's name there were when it was tried */
} rs_ca_cert;

/* A key identifier that certificates of a node have, or that RFC 5280 would give it. */
typedef struct rs_ca_key_id {
    uint32_t name, node;
    rs_bytes id;
    uint32_t next; /* of the same name and identifier; the first of them knows the last */
    uint32_t last;
} rs_ca_key_id;

typedef struct rs_ca_edges {
    uint32_t *all;
    uint32_t count, capacity;
} rs_ca_edges;

struct rs_ca_node {
    uint8_t id[RS_SHA256_SIZE], key_hash[RS_SHA256_SIZE];
    rs_bytes subject, key;
    uint32_t index, name, next_of_name;
    uint32_t first_cert, last_cert;
    uint32_t rank; /* among the roots; RS_CA_NONE: it is not one */
    uint32_t key_ids[RS_CA_KEY_IDS_MAX], key_id_count;
    uint8_t fingerprint[RS_SHA256_SIZE];
    EVP_PKEY *pkey;
    bool pkey_is_read;
    bool is_given;       /* by the user, with one certificate or more */
    rs_ca_edges parents; /* nodes that signed a certificate of it */
    const rs_ca_roots *reach;
    uint64_t reach_generation; /* what `reach` was made from; 0: it was not made */
    /* For the search: when it was found, the earliest that it leads back to; 0: not found. */
    uint64_t search;
    uint32_t found, earliest;
    bool is_open;
};

struct rs_ca_pool {
    pthread_mutex_t lock;
    _Atomic uint64_t generation; /* from 1 with the first certificate */
    uint64_t seed;
    rs_arena arena;
    RS_CA_ARRAY(rs_ca_name) names;
    RS_CA_ARRAY(rs_ca_node *) nodes;
    RS_CA_ARRAY(rs_ca_cert) certs;
    RS_CA_ARRAY(rs_ca_key_id) key_ids;
    RS_CA_ARRAY(const rs_ca_node *) roots; /* by rank; no index */
    RS_CA_ARRAY(const rs_ca_roots *) sets;
    size_t strangers; /* bytes */
    uint64_t searches;
    size_t signatures; /* that were verified */
    rs_signature_checker checker;
};

/* Makes room for one more element of an array. False: no memory, or as many as indices count. */
bool rs_ca_array_grow(void **all, size_t *capacity, size_t count, size_t size);
#define RS_CA_GROW(array)                                                                          \
    rs_ca_array_grow((void **)&(array)->all, &(array)->capacity, (array)->count,                   \
                     sizeof *(array)->all)

/* Enters the element with the number `*count`, which then grows by one. False: no memory. */
bool rs_ca_enter(rs_hash_index *index, uint32_t hash, size_t *count);

/* A hash of a hash: a part of it. */
uint32_t rs_ca_hash_of_sha256(const uint8_t sha256[RS_SHA256_SIZE]);

/*
 * A name (DER) in the form in which names are compared, in `room` of RS_DISTINGUISHED_NAME_MAX
 * bytes. p is NULL if it does not decode.
 */
rs_bytes rs_ca_canonical_name(rs_bytes der, uint8_t *room);

/* SHA-256 of such a name and the SHA-256 of a key: what a node is found by. */
void rs_ca_identify(rs_bytes canonical, const uint8_t key_hash[RS_SHA256_SIZE],
                    uint8_t id[RS_SHA256_SIZE]);

/* Indices; RS_CA_NONE: it is not there. Of a key identifier, the first. */
uint32_t rs_ca_find_name(const rs_ca_pool *pool, rs_bytes canonical);
uint32_t rs_ca_find_cert(const rs_ca_pool *pool, const uint8_t fingerprint[RS_SHA256_SIZE]);
uint32_t rs_ca_find_node(const rs_ca_pool *pool, const uint8_t id[RS_SHA256_SIZE]);
uint32_t rs_ca_find_key_id(const rs_ca_pool *pool, uint32_t name, rs_bytes id);

/* The index of a name, which is added if it is new; RS_CA_NONE: no memory. */
uint32_t rs_ca_need_name(rs_ca_pool *pool, rs_bytes canonical);

/*
 * Enters a key identifier of a node, and the one that RFC 5280 derives from its key (4.2.1.2).
 * False: no memory.
 */
bool rs_ca_add_key_id(rs_ca_pool *pool, rs_ca_node *node, rs_bytes id);
bool rs_ca_add_derived_key_id(rs_ca_pool *pool, rs_ca_node *node);

/*
 * Adds the nodes of a name to the candidates, those with the key identifier first and then in the
 * order in which they were added, until there are RS_CA_TRIES_MAX.
 */
void rs_ca_add_candidates(const rs_ca_pool *pool, uint32_t name, rs_bytes key_id, bool only_given,
                          rs_ca_answer *answer);

/* The same as rs_ca_pool_key. */
EVP_PKEY *rs_ca_key_of(rs_ca_node *node);

/* Finds, as far as it was not done before, who signed the certificates of a node. False: no
 * memory. */
bool rs_ca_find_parents(rs_ca_pool *pool, rs_ca_node *node);

#endif
