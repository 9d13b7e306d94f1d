/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program without any shared library, libc included, that loads a configuration with the module
 * in it. It cannot be guarded, and has to work as if the module were not there.
 */
#include "tests/system/probes/probe.h"

#include <openssl/provider.h>

static void verifies(probe *p)
{
    const probe unguarded = {.root = p->root, .good = p->good, .bad = p->bad};
    expect_in_force(&unguarded, "in a static program");
    note("the provider is %savailable",
         OSSL_PROVIDER_available(NULL, "rootscope") == 1 ? "" : "not ");
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "verifies", .run = verifies},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
