/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains for tests of the check: a root, two intermediates and leaves, and lists that name them.
 */
#ifndef RS_TEST_CHAINS_H
#define RS_TEST_CHAINS_H

#include "lib/chain/chain.h"
#include "tests/unit/certificates.h"
#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

#define CA "critical,CA:TRUE"

static EVP_PKEY *key;
/* All CAs have keys of their own; `rolled` has the upper one's name and is issued by it. */
static X509 *root, *upper, *lower, *rolled;
static EVP_PKEY *root_key, *upper_key, *lower_key, *rolled_key;

static inline void make_authorities(void)
{
    key = new_key();
    root_key = new_key();
    upper_key = new_key();
    lower_key = new_key();
    rolled_key = new_key();
    root = new_certificate(
        &(wanted_certificate){.cn = "root.evil", .key = root_key, .constraints = CA});
    upper = new_certificate(&(wanted_certificate){.cn = "upper.evil",
                                                  .key = upper_key,
                                                  .issuer = root,
                                                  .issuer_key = root_key,
                                                  .constraints = CA});
    lower = new_certificate(&(wanted_certificate){.cn = "lower.evil",
                                                  .key = lower_key,
                                                  .issuer = upper,
                                                  .issuer_key = upper_key,
                                                  .constraints = CA,
                                                  .alt_name = "DNS:lower.corp.example"});
    rolled = new_certificate(&(wanted_certificate){.cn = "upper.evil",
                                                   .key = rolled_key,
                                                   .issuer = upper,
                                                   .issuer_key = upper_key,
                                                   .constraints = CA,
                                                   .alt_name = "DNS:rolled.evil"});
}

static inline void free_authorities(void)
{
    X509 *const certificates[] = {root, upper, lower, rolled};
    EVP_PKEY *const keys[] = {key, root_key, upper_key, lower_key, rolled_key};
    for (size_t i = 0; i < ROWS(certificates); i++)
        X509_free(certificates[i]);
    for (size_t i = 0; i < ROWS(keys); i++)
        EVP_PKEY_free(keys[i]);
}

/* A leaf below `lower`, without a name in its subject that counts. */
static inline X509 *new_leaf(const char *alt_name)
{
    return new_certificate(&(wanted_certificate){.cn = "Some Leaf",
                                                 .key = key,
                                                 .issuer = lower,
                                                 .issuer_key = lower_key,
                                                 .alt_name = alt_name});
}

/* The certificates up to the first NULL, leaf first; they stay the caller's. */
#define CHAIN(...) chain_of((X509 *[]){__VA_ARGS__, NULL})
static inline STACK_OF(X509) * chain_of(X509 **certificates)
{
    STACK_OF(X509) *chain = made(sk_X509_new_null());
    for (; *certificates != NULL; certificates++)
        done(sk_X509_push(chain, *certificates) > 0);
    return chain;
}

/*
 * A list from a source in which `$root`, `$upper`, `$lower` stand for `spki-sha256:HASH`, and
 * `@root` and so on for `cert-sha256:HASH`.
 */
static inline void list_of_chain_open(test_list *list, const char *source)
{
    static const char *const names[] = {"root", "upper", "lower"};
    X509 *const certificates[] = {root, upper, lower};
    char text[4096];
    size_t n = 0;
    while (*source != 0) {
        size_t i = ROWS(names);
        if (*source == '$' || *source == '@')
            for (i = 0; i < ROWS(names) && strncmp(source + 1, names[i], strlen(names[i])) != 0;)
                i++;
        if (i < ROWS(names)) {
            certificate_hashes hashes = hashes_of(certificates[i]);
            bool by_key = *source == '$';
            n += (size_t)snprintf(text + n, sizeof text - n, "%s-sha256:%s",
                                  by_key ? "spki" : "cert",
                                  by_key ? hashes.spki : hashes.certificate);
            source += 1 + strlen(names[i]);
        } else {
            text[n++] = *source++;
        }
        if (n + 100 > sizeof text)
            abort();
    }
    text[n] = 0;
    list_open(list, text);
}

/* main of a suite: makes the authorities first. */
static inline int run_with_authorities(const char *name, CU_TestInfo *tests)
{
    make_authorities();
    int status = rs_suite_run(name, tests);
    free_authorities();
    return status;
}

#endif
