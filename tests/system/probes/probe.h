/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A probe is a program that does to a process what real applications do, and says what it saw.
 *
 * Each runs twice: with the module in force ("guarded") and without it ("bare"), so that every
 * refusal is shown to be ours. What a probe expects depends on nothing else.
 *
 *     probe_NAME guarded|bare SCENARIO ROOT.pem ROOT.key [ARGUMENT…]
 *
 * The scenario runs in a process of its own. Exit status: 0 all expectations held; 1 some did
 * not; 2 the probe itself could not go on; 77 not possible here, said why.
 */
#ifndef PROBE_H
#define PROBE_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdbool.h>
#include <stddef.h>

#define PROBE_SKIPPED 77

typedef struct probe {
    bool guarded; /* the module is in force */
    const char *root_file, *root_key_file;
    char **arguments; /* what follows on the command line */
    int argument_count;
    /* Set by probe_certificates: the root and two leaves of it, inside and outside its scope. */
    X509 *root, *good, *bad;
    EVP_PKEY *root_key, *leaf_key;
} probe;

typedef struct scenario {
    const char *name;
    void (*run)(probe *p);
    bool early; /* must be the first to touch libcrypto: it calls probe_certificates itself */
} scenario;

/* Runs the scenario that the command line names, out of a table ended by a NULL name. */
int probe_run(int argc, char **argv, const scenario *table);

/* The argument at an index; the probe ends if there is none. */
const char *probe_argument(const probe *p, int index);

/* Loads the root and issues the leaves. Touches libcrypto, hence loads the configuration. */
void probe_certificates(probe *p);

/* Prints what was seen, and remembers a failure. Safe in threads. */
void expect(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints what is neither right nor wrong. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The probe cannot go on: says why and ends it with status 2. */
_Noreturn void give_up(const char *what);

/* Ends the probe with status 77: what it tries does not exist here. */
_Noreturn void skip(const char *why);

/* The pointer, or the end of the probe. */
void *must(void *pointer, const char *what);

/*
 * Runs this in a child of fork, and expects its expectations to hold. A child that hangs is ended
 * by SIGALRM after a minute; one that skips has the probe skip.
 */
void probe_child(const probe *p, void (*run)(const probe *p));

/* The same; returns the child's status as waitpid tells it, and expects nothing of it. */
int probe_child_status(const probe *p, void (*run)(const probe *p));

/* 0, or 1 once an expectation did not hold. */
int probe_status(void);

/* What one verification came to. */
typedef struct outcome {
    int result; /* of X509_verify_cert; -1 if the context could not be made */
    int error;  /* of the context */
    int depth;
} outcome;

/* A store that trusts the root only. */
X509_STORE *probe_store(const probe *p);

outcome verify(X509_STORE *store, X509 *leaf);
outcome verify_in(OSSL_LIB_CTX *context, X509_STORE *store, X509 *leaf);
outcome verify_chain(X509_STORE *store, X509 *leaf, STACK_OF(X509) * untrusted);

/* Runs X509_verify_cert on a context that is ready. */
outcome verify_ready(X509_STORE_CTX *ctx);

/* Guarded: refused as outside the permitted names. Bare: accepted. */
void expect_denied(const probe *p, outcome seen, const char *what);
void expect_accepted(outcome seen, const char *what);

/* The bad leaf is denied and the good one accepted, by a store of its own. */
void expect_in_force(const probe *p, const char *when);

#endif
