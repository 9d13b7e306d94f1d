/* SPDX-License-Identifier: Apache-2.0 */
/* Apart from key_cache, which runs under ThreadSanitizer: that cannot bear another malloc. */
#include "lib/chain/key_cache.h"

#include "tests/unit/failing_memory.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

/* Without memory a key is not kept, and takes none of the bound. */
static void without_memory(void)
{
    rs_key_cache cache = {.bytes = 0};
    rs_key key = {.part = {LITERAL("x")}};
    rs_listed_as listed;
    memory_fail_after(0);
    rs_key_cache_insert(&cache, &key, (rs_listed_as){1, 1});
    bool failed = memory_fail_stop();
    CU_ASSERT_EQUAL(rs_key_cache_find(&cache, &key, &listed), !failed);
    CU_ASSERT_EQUAL(cache.bytes == 0, failed);
    rs_key_cache_clear(&cache);
}

static CU_TestInfo tests[] = {
    {"without memory", without_memory},
    CU_TEST_INFO_NULL,
};

RS_SUITE("key_cache_memory", tests)
