/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/openssl_linked.h"
#include "tests/unit/suite.h"

#include <openssl/crypto.h>
#include <openssl/x509v3.h>

/* Each field holds the function of its name: mixing two up would compile. */
#define SAME(type, name, arguments) CU_ASSERT_TRUE(table->name == (type(*) arguments)name);

static void each_function_is_in_its_place(void)
{
    const rs_openssl_table *table = rs_openssl_linked();
    CU_ASSERT_PTR_NOT_NULL_FATAL(table);
    RS_OPENSSL_CHAIN_FUNCTIONS(SAME)
}

static CU_TestInfo tests[] = {
    {"each function is in its place", each_function_is_in_its_place},
    CU_TEST_INFO_NULL,
};

RS_SUITE("openssl_linked", tests)
