/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain check: which stanzas apply to a chain, which of its certificates they bind, and what
 * the verdict is.
 */
#ifndef RS_CHAIN_H
#define RS_CHAIN_H

#include "lib/chain/listed_roots.h"
#include "lib/chain/scope.h"
#include "lib/chain/store_issuers.h"

/*
 * Longer chains are malformed, and so are empty ones. OpenSSL builds none over 102 unless an
 * application asks for it.
 */
#define RS_CHAIN_MAX 128

/* One violation, for a person or a log. The views live as long as the chain and the image. */
typedef struct rs_violation {
    int depth;
    bool reference; /* the application's reference identity, not a name in the certificate */
    uint32_t root;  /* index in the image; RS_NO_ROOT for the default stanza */
    uint32_t stanza;
    rs_finding finding;
} rs_violation;

/* A stanza that was applied, in whichever place of the chain its root stands, and how it went. */
typedef struct rs_applied {
    uint32_t root; /* index in the image; RS_NO_ROOT for the default stanza */
    rs_mode mode;  /* enforce or test: one that is off is not applied */
    bool violated;
} rs_applied;

/* A chain with more listed roots is malformed. */
#define RS_APPLIED_MAX RS_LISTED_ROOTS_MAX

/*
 * Which roots certificates are that the cache did not know; not of all, if they are many. They are
 * told by their addresses: an application's callback may put others into the chain. A caller that
 * lets anything be freed meanwhile keeps them, so that no address comes to stand for another.
 */
#define RS_LEARNT_MAX 3
typedef struct rs_learnt {
    uint64_t image; /* checksum of the one that was asked, whose roots are meant */
    unsigned count;
    X509 *certificate[RS_LEARNT_MAX]; /* of the chain, and borrowed from it */
    rs_listed_as listed[RS_LEARNT_MAX];
} rs_learnt;

/*
 * Keeps the certificates, and lets them go again; after that nothing is learnt. What OpenSSL does
 * not keep is forgotten.
 */
void rs_learnt_keep(const rs_openssl_table *ssl, rs_learnt *learnt);
void rs_learnt_release(const rs_openssl_table *ssl, rs_learnt *learnt);

/* What a check found. */
typedef struct rs_chain_report {
    int length;                  /* certificates in the chain */
    uint8_t error[RS_CHAIN_MAX]; /* X509_V_OK or the error to report, for each depth */
    unsigned denied_count;       /* violations that count: depths with an error */
    rs_violation denied;         /* the one of lowest depth, if any */
    unsigned observed_count;     /* violations of stanzas in test mode */
    rs_violation observed;       /* the one of lowest depth, if any */
    bool listed;                 /* some certificate of the chain, or above, is a listed root */
    bool uncached;               /* rs_chain_remember would make the next check cheaper, */
    rs_learnt learnt;            /* and need not look these up again */
    unsigned applied_count;
    rs_applied applied[RS_APPLIED_MAX]; /* so many of them are set, each root once */
} rs_chain_report;

/* Told of each stanza that applies and each name that is judged; either may be NULL. */
typedef struct rs_chain_observer {
    void *arg;
    /*
     * The root at `depth` and its stanza. -1: none is listed, the default stanza applies. The
     * chain's length: it is not in the chain, but above its top in the trust store.
     */
    void (*stanza)(void *arg, int depth, uint32_t root, uint32_t stanza, rs_mode mode);
    void (*finding)(void *arg, int depth, bool reference, const rs_finding *finding);
} rs_chain_observer;

typedef struct rs_chain_check {
    const rs_openssl_table *openssl;
    const rs_image *image;
    rs_mode mode;                      /* the configuration's; the weakest of all holds */
    int64_t now;                       /* seconds since 1970 UTC, for modes that end on a date */
    const rs_store_issuers *above;     /* what the trust store has above the chain's top; NULL: the
                                          chain is taken as whole */
    rs_key_cache *cache;               /* of this image; NULL: none */
    bool expected_uncopied;            /* else OpenSSL 4 has its hosts and mailboxes without a NUL
                                          at their end, and they are not looked at */
    const rs_chain_observer *observer; /* NULL: nobody; then it stops at what decides */
} rs_chain_check;

/*
 * Checks a chain, leaf first, against a list. `expected` has the application's reference
 * identities; NULL: none. Nothing of what is passed is changed. No signature is looked at, but
 * those of chains with many KiB of names, so that forged ones cost little. No memory is taken,
 * except that OpenSSL copies an IP reference identity, and for keys that are spelt in an uncommon
 * way.
 *
 * Fills `*report`: the chain is within scope if and only if denied_count is 0.
 */
void rs_chain_check_run(const rs_chain_check *check, const STACK_OF(X509) * chain,
                        X509_VERIFY_PARAM *expected, rs_chain_report *report);

/*
 * Puts the keys of the chain's CAs, and of those above, into the cache. To be called only once the
 * chain was accepted, so that nobody fills the cache with keys that no trusted CA ever vouched for.
 * `learnt` is of a check of this chain, or of one that an application has changed since, which
 * needs it kept; NULL: none.
 */
void rs_chain_remember(const rs_chain_check *check, const STACK_OF(X509) * chain,
                       const rs_learnt *learnt);

/*
 * The X509_V_ERR_* that reports a reason: 47 not permitted, 48 excluded, 53 malformed, 7 for a
 * signature, as OpenSSL itself would say.
 */
int rs_reason_error(rs_reason reason);

#endif
