/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the tests of the pool: CAs that sign each other with a few keys, and what they reach.
 */
#ifndef RS_TEST_MADE_CA_H
#define RS_TEST_MADE_CA_H

#include "tests/unit/command/survey/survey_pki.h"
#include "tests/unit/suite.h"

enum { KEYS = 6 };
static EVP_PKEY *keys[KEYS];

static inline bool reaches(rs_ca_pool *pool, const rs_ca_node *node, const rs_ca_node *root)
{
    const rs_ca_roots *roots = rs_ca_pool_reach(pool, node);
    CU_ASSERT_PTR_NOT_NULL_FATAL(roots);
    for (size_t i = 0; i < roots->count; i++)
        if (roots->roots[i] == root)
            return true;
    return false;
}

static inline size_t reached(rs_ca_pool *pool, const rs_ca_node *node)
{
    const rs_ca_roots *roots = rs_ca_pool_reach(pool, node);
    CU_ASSERT_PTR_NOT_NULL_FATAL(roots);
    return roots->count;
}

/* A CA `name` with key `own`, signed by `issuer` with key `above`. */
static inline wanted ca(const char *name, int own, const char *issuer, int above)
{
    return (wanted){.subject = name,
                    .key = keys[own],
                    .is_ca = true,
                    .issuer = issuer,
                    .signer = above < 0 ? NULL : keys[above]};
}

/* main of a suite: makes the keys first. */
static inline int run_with_keys(const char *name, CU_TestInfo *tests)
{
    for (int i = 0; i < KEYS; i++)
        keys[i] = new_key();
    int status = rs_suite_run(name, tests);
    for (int i = 0; i < KEYS; i++)
        EVP_PKEY_free(keys[i]);
    return status;
}

#endif
