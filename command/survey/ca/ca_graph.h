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

enum {
    RS_CA_DERIVED_KEY_ID_SIZE = 20, /* SHA-1 */
    RS_CA_DEPTH_MAX = 4,            /* CAs below a certificate; stands for more, too */
};

/* An array that grows. */
#define RS_CA_ARRAY(type)                                                                          \
    struct {                                                                                       \
        type *all;                                                                                 \
        size_t count, capacity;                                                                    \
        rs_hash_index index;                                                                       \
    }

typedef struct rs_ca_cert {
    uint8_t fingerprint[RS_SHA256_SIZE];
    uint32_t node, issuer; /* whose it is; the name of who issued it */
    uint32_t next_of_node; /* the next certificate of the same node */
    rs_bytes der;
} rs_ca_cert;

typedef struct rs_ca_member {
    uint32_t node;
    bool is_given; /* the user gave a certificate by which it is one */
} rs_ca_member;

/*
 * The CAs of one name, or of one name and one key identifier, that may have issued what names them
 * so: at most RS_CA_TRIES_MAX, those that the user gave first, and then those with the least
 * identifiers. So who is tried does not depend on the order in which they were added.
 */
typedef struct rs_ca_group {
    uint32_t name;
    rs_bytes key_id; /* empty: whatever it is */
    rs_ca_member *members;
    uint32_t count, capacity;
} rs_ca_group;

/* To a node that signed a certificate, or several. */
typedef struct rs_ca_edge {
    uint32_t node;
    uint32_t path_length; /* the most that one of them allows; RS_CA_DEPTH_MAX: any */
} rs_ca_edge;

typedef struct rs_ca_edges {
    rs_ca_edge *all;
    uint32_t count, capacity;
} rs_ca_edges;

/* What a node reaches that has a number of CAs below it. */
typedef struct rs_ca_state {
    const rs_ca_roots *reach;
    uint64_t generation; /* what `reach` was made from; 0: it was not made */
    /* For the search: when it was found, the earliest that it leads back to; 0: not found. */
    uint64_t search;
    uint32_t found, earliest;
    bool is_open;
} rs_ca_state;

struct rs_ca_node {
    uint8_t id[RS_SHA256_SIZE], key_hash[RS_SHA256_SIZE];
    rs_bytes subject, key;
    uint32_t index, name;
    uint32_t first_cert, last_cert;
    uint32_t rank; /* among the roots; RS_CA_NONE: it is not one */
    uint8_t derived_key_id[RS_CA_DERIVED_KEY_ID_SIZE]; /* RFC 5280, section 4.2.1.2 */
    bool has_derived_key_id;
    EVP_PKEY *pkey;
    bool pkey_is_read;
    bool is_given; /* by the user, with one certificate or more */
    rs_ca_edges parents;
    uint64_t parents_generation;             /* what they were found in; 0: they were not */
    rs_ca_state states[RS_CA_DEPTH_MAX + 1]; /* by the number of CAs below */
};

struct rs_ca_pool {
    pthread_mutex_t lock;
    _Atomic uint64_t generation; /* from 1 with the first certificate */
    uint64_t seed;
    rs_arena arena;
    RS_CA_ARRAY(rs_bytes) names; /* as they are compared; of CAs, and of issuers */
    RS_CA_ARRAY(rs_ca_node *) nodes;
    RS_CA_ARRAY(rs_ca_cert) certs;
    RS_CA_ARRAY(rs_ca_group) groups;
    RS_CA_ARRAY(const rs_ca_node *) roots; /* by rank; no index */
    RS_CA_ARRAY(const rs_ca_roots *) sets;
    size_t strangers, left_out; /* bytes of strangers' certificates; how many had no room */
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

/* Indices; RS_CA_NONE: it is not there. */
uint32_t rs_ca_find_name(const rs_ca_pool *pool, rs_bytes canonical);
uint32_t rs_ca_find_cert(const rs_ca_pool *pool, const uint8_t fingerprint[RS_SHA256_SIZE]);
uint32_t rs_ca_find_node(const rs_ca_pool *pool, const uint8_t id[RS_SHA256_SIZE]);
uint32_t rs_ca_find_group(const rs_ca_pool *pool, uint32_t name, rs_bytes key_id);

/* The index of a name, which is added if it is new; RS_CA_NONE: no memory. */
uint32_t rs_ca_need_name(rs_ca_pool *pool, rs_bytes canonical);

/* The index of a group, which is added if it is new; RS_CA_NONE: no memory. */
uint32_t rs_ca_need_group(rs_ca_pool *pool, uint32_t name, rs_bytes key_id);

/*
 * Makes a node a member of the group of its name, and of those of the key identifiers that it has
 * by one of its certificates: the subjectKeyIdentifier, and the derived one. False: no memory.
 */
bool rs_ca_join_groups(rs_ca_pool *pool, const rs_ca_node *node, rs_bytes subject_key_id,
                       bool is_given);

/* The identifier that RFC 5280 derives from the key of a node; empty: the key has no such form. */
void rs_ca_derive_key_id(rs_ca_node *node);
rs_bytes rs_ca_derived_key_id(const rs_ca_node *node);

/*
 * Adds those of a name to the candidates that the user gave, or those that others brought: those
 * with the key identifier first.
 */
void rs_ca_add_candidates(const rs_ca_pool *pool, uint32_t name, rs_bytes key_id, bool is_given,
                          rs_ca_answer *answer);

/* The same as rs_ca_pool_key. */
EVP_PKEY *rs_ca_key_of(rs_ca_node *node);

/* Finds, as far as it was not done before, who signed the certificates of a node. False: no
 * memory. */
bool rs_ca_find_parents(rs_ca_pool *pool, rs_ca_node *node);

#endif
