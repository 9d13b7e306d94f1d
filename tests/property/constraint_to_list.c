/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To move the name constraints of an intermediate out into a list gives the same verdicts: chains
 * with the extension, verified by OpenSSL alone, against the same chains without it under a list
 * that has a stanza for the intermediate's key.
 *
 * usage: constraint_to_list [SEED]
 */
#include "lib/chain/chain.h"
#include "lib/chain/openssl_linked.h"
#include "tests/property/difference_classes.h"
#include "tests/property/differences.h"
#include "tests/property/list_side.h"
#include "tests/property/made_chain.h"
#include "tests/property/openssl_side.h"
#include "tests/property/seeds.h"
#include "tests/property/trial_random.h"

#include <stdio.h>
#include <stdlib.h>

enum { CHAINS = 1500, LEAF_NAMES = 4, CA_NAMES = 2 };

/* A chain, and what is expected of it. */
typedef struct chain_trial {
    trial leaf, below;
    bool has_below, self_issued;
    expectation of_leaf, of_below;
} chain_trial;

static void random_chain(chain_trial *c, random_state *random)
{
    size_t count = random_below(random, LEAF_NAMES + 1);
    trial_random_rules(&c->leaf, random);
    trial_copy(&c->below, &c->leaf);
    while (c->leaf.name_count < count)
        trial_random_name(&c->leaf, trial_random_kind(random), random);
    trial_random_subject(&c->leaf, random);
    c->has_below = random_percent(random, 40);
    c->self_issued = random_percent(random, 30);
    count = random_below(random, CA_NAMES + 1);
    while (c->below.name_count < count)
        trial_random_name(&c->below, trial_random_kind(random), random);
    trial_random_subject(&c->below, random);
    c->below.is_issuer = true;
    /* An issuer has a subject; and no usage, which would have to be that of the leaf. */
    c->below.rdns.p[c->below.rdns.n++] = 0;
    c->below.usage = USAGE_NONE;
}

/* Whether OpenSSL accepts the chain with the constraints in it. */
static bool openssl_accepts(const chain_trial *c, const trial *leaf, const trial *below,
                            const trial *rules)
{
    made_chain made;
    NAME_CONSTRAINTS *limits = rules->rule_count == 0 ? NULL : openssl_constraints(rules);
    chain_make(&made, &(chain_plan){.leaf = leaf,
                                    .below = c->has_below ? below : NULL,
                                    .self_issued = c->self_issued,
                                    .limits = limits});
    bool good = chain_verify(&made, NULL);
    chain_clear(&made);
    NAME_CONSTRAINTS_free(limits);
    return good;
}

/*
 * Whether the list accepts the chain without the constraints; false too if OpenSSL does not, which
 * would be a mistake in how it was made.
 */
static bool list_accepts(const chain_trial *c, const uint8_t (*key)[RS_SHA256_SIZE], bool *accepted)
{
    made_chain made;
    made_list list;
    STACK_OF(X509) * verified;
    rs_chain_report report;
    chain_make(&made, &(chain_plan){.leaf = &c->leaf,
                                    .below = c->has_below ? &c->below : NULL,
                                    .self_issued = c->self_issued});
    list_make(&list, &c->leaf, key, 1);
    bool good = chain_verify(&made, &verified);
    rs_chain_check check = {.openssl = rs_openssl_linked(), .image = &list.image};
    rs_chain_check_run(&check, verified, NULL, &report);
    *accepted = report.listed && report.denied_count == 0;
    sk_X509_pop_free(verified, X509_free);
    list_clear(&list);
    chain_clear(&made);
    return good;
}

/* Of the chain as a whole: the classes of all of its certificates. */
static void join_expectations(chain_trial *c)
{
    const unsigned mapped_address = 1u << CLASS_MAPPED_ADDRESS;
    differences_expect(&c->leaf, &c->of_leaf);
    differences_expect(&c->below, &c->of_below);
    if (!c->has_below || c->self_issued) {
        c->of_below = (expectation){.classes = 0};
        trial_copy(&c->of_below.equivalent, &c->below);
    }
    c->of_leaf.denied |= c->of_below.denied;
    /* Rules change in one way only, and only where there are addresses. */
    if ((c->of_leaf.classes & mapped_address) == 0 && (c->of_below.classes & mapped_address) != 0) {
        memcpy(c->of_leaf.equivalent.rules, c->of_below.equivalent.rules,
               sizeof c->of_leaf.equivalent.rules);
    }
    c->of_leaf.classes |= c->of_below.classes;
}

static bool run_chain(chain_trial *c, const uint8_t (*key)[RS_SHA256_SIZE])
{
    join_expectations(c);
    bool openssl = openssl_accepts(c, &c->leaf, &c->below, &c->leaf);
    bool ours, by_equivalent = openssl;
    if (!list_accepts(c, key, &ours)) {
        fprintf(stderr, "OpenSSL refuses a chain without constraints:\n");
        trial_print(&c->leaf);
        return false;
    }
    if (c->of_leaf.classes != 0 && !c->of_leaf.denied)
        by_equivalent = openssl_accepts(c, &c->of_leaf.equivalent, &c->of_below.equivalent,
                                        &c->of_leaf.equivalent);
    if (differences_judge(&c->leaf, &c->of_leaf, ours, openssl, by_equivalent))
        return true;
    if (c->has_below) {
        fprintf(stderr, "  and a CA%s:\n", c->self_issued ? ", self-issued" : "");
        trial_print(&c->below);
    }
    return false;
}

static bool run_seed(uint64_t seed)
{
    static chain_trial c;
    random_state random = {.state = seed};
    uint8_t key[1][RS_SHA256_SIZE];
    bool good = true;
    chains_begin();
    chains_intermediate_key(key[0]);
    for (size_t i = 0; i < CHAINS && good; i++) {
        memset(&c, 0, sizeof c);
        random_chain(&c, &random);
        good = run_chain(&c, (const uint8_t(*)[RS_SHA256_SIZE])key);
    }
    chains_end();
    return good;
}

int main(int argc, char **argv)
{
    int status = seeds_run(argc, argv, run_seed);
    return differences_report(false) ? status : EXIT_FAILURE;
}
