/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All CA certificates that a survey knows, and who signed them.
 *
 * A node is a CA: its name and its key, however many certificates it has. An edge leads from a CA
 * to one whose key verifies the signature of a certificate of it. Nothing else makes an edge: no
 * identifier, no name, no date. A way along edges needs, in each CA, a certificate that allows as
 * many CAs below it (pathLenConstraint). Nothing else matters, neither validity nor name
 * constraints: a survey counts what was issued.
 *
 * Costs are bounded, whatever the certificates say: signatures are verified when somebody asks what
 * a CA reaches, and for each certificate against RS_CA_TRIES_MAX keys at most. Of more CAs with one
 * name, those that the user gave are tried, and the same of the others whatever their order.
 *
 * All functions but rs_ca_pool_free are thread-safe.
 */
#ifndef RS_SURVEY_CA_POOL_H
#define RS_SURVEY_CA_POOL_H

#include "command/survey/certificate/certificate.h"
#include "lib/base/sha256.h"

#include <openssl/evp.h>

enum {
    RS_CA_TRIES_MAX = 16,              /* keys of one name that may have signed a certificate */
    RS_CA_CERTIFICATE_MAX = 64 * 1024, /* bytes; CAs have no larger ones */
};
/* Bytes of memory for certificates that were found beside what is surveyed. */
#define RS_CA_STRANGERS_MAX ((size_t)256 * 1024 * 1024)

typedef struct rs_ca_pool rs_ca_pool;
typedef struct rs_ca_node rs_ca_node; /* lives as long as its pool */

/* NULL if there is no memory. */
rs_ca_pool *rs_ca_pool_new(void);
void rs_ca_pool_free(rs_ca_pool *pool);

/* Where a certificate is from. */
typedef enum rs_ca_source {
    RS_CA_STRANGER, /* it was found beside what is surveyed */
    RS_CA_GIVEN,    /* the user named its file */
    RS_CA_ROOT,     /* the user trusts it: its key reaches itself */
} rs_ca_source;

typedef enum rs_ca_added {
    RS_CA_NO_MEMORY = 0,
    RS_CA_UNPARSABLE,
    RS_CA_NOT_CA, /* it may not sign certificates; a root may always */
    RS_CA_FULL,   /* too large, or there are too many strangers' */
    RS_CA_KNOWN,  /* it was there, or is now known to be given or a root */
    RS_CA_ADDED,
} rs_ca_added;

/* Adds a certificate in DER, which is copied. */
rs_ca_added rs_ca_pool_add(rs_ca_pool *pool, rs_bytes der, rs_ca_source source);

/* Changes whenever a look-up may find more than before. */
uint64_t rs_ca_pool_generation(const rs_ca_pool *pool);

/* Distinct certificates, CAs, those of them that are roots, and signatures that were verified. */
typedef struct rs_ca_pool_size {
    size_t certificates, nodes, roots, signatures;
    size_t left_out; /* strangers' certificates for which there was no room, each time they came */
} rs_ca_pool_size;
rs_ca_pool_size rs_ca_pool_count(rs_ca_pool *pool);

/* SHA-256 of the name, in the form in which names are compared, and the key. */
const uint8_t *rs_ca_node_id(const rs_ca_node *node);

/* What people call it: the DER of the name, and the SHA-256 of its SubjectPublicKeyInfo. */
rs_bytes rs_ca_node_subject(const rs_ca_node *node);
const uint8_t *rs_ca_node_key_hash(const rs_ca_node *node);

/* The node with an identifier; NULL: there is none. */
const rs_ca_node *rs_ca_pool_find(rs_ca_pool *pool, const uint8_t id[RS_SHA256_SIZE]);

/* The node of a certificate with this SHA-256; NULL: it is not known. */
const rs_ca_node *rs_ca_pool_find_certificate(rs_ca_pool *pool,
                                              const uint8_t fingerprint[RS_SHA256_SIZE]);

/*
 * The certificate with a number, in the order in which they were added; it lives as long as the
 * pool. `*is_root`: its CA is one now. False: there are no more.
 */
bool rs_ca_pool_get0_certificate(rs_ca_pool *pool, size_t number, rs_bytes *der, bool *is_root);

/* What a certificate and its source tell about its issuer. */
typedef struct rs_ca_query {
    rs_bytes issuer;         /* the name, DER */
    rs_bytes key_id;         /* empty: none */
    const uint8_t *key_hash; /* SHA-256 of the issuer's SubjectPublicKeyInfo; NULL: unknown */
    const uint8_t (*chain)[RS_SHA256_SIZE]; /* SHA-256 of certificates above */
    size_t chain_count;
} rs_ca_query;

/* A CA with the issuer's name, and the key that was asked for, if one was. */
typedef struct rs_ca_candidate {
    const rs_ca_node *node;
    bool by_key_id;  /* it has the key identifier */
    bool in_chain;   /* a certificate of it is in the chain, */
    bool behind_gap; /* behind one that the pool does not have */
} rs_ca_candidate;

/*
 * Its own candidates are the CAs of the chain, in their order, and those that the user gave: who
 * else brings certificates does not change them, unless they fill a gap of the chain. Behind them
 * stand those that others brought. Of each kind, those with the key identifier come first.
 */
typedef struct rs_ca_answer {
    rs_ca_candidate candidates[RS_CA_TRIES_MAX];
    size_t count, own_count;
    bool name_is_known;  /* some CA that may be meant has the name, whatever its key */
    bool chain_is_known; /* the pool has the first and, if there are two, the second of the chain */
    bool chain_has_gaps; /* but not all of it */
} rs_ca_answer;

/* Finds who may have issued a certificate. */
void rs_ca_pool_ask(rs_ca_pool *pool, const rs_ca_query *query, rs_ca_answer *answer);

/* The node's key; NULL: OpenSSL cannot read it, or there is no memory. The pool's. */
EVP_PKEY *rs_ca_pool_key(rs_ca_pool *pool, const rs_ca_node *node);

/* The roots that a CA reaches. Equal sets have the same address. */
typedef struct rs_ca_roots {
    size_t count;
    const rs_ca_node *roots[]; /* in the order in which they became roots */
} rs_ca_roots;

/*
 * The roots that a node reaches through what the pool has now, itself included if it is one. Lives
 * as long as the pool. NULL: there is no memory.
 */
const rs_ca_roots *rs_ca_pool_reach(rs_ca_pool *pool, const rs_ca_node *node);

#endif
