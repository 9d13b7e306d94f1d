/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/tally/domain_table.h"

#include "tests/unit/suite.h"

#include <stdio.h>

enum { DOMAINS = 20000 };

static rs_bytes domain_of(uint32_t number)
{
    static char text[40];
    snprintf(text, sizeof text, "%u.example", number);
    return rs_bytes_of_string(text);
}

static void domains_keep_their_numbers(void)
{
    rs_domain_table table;
    rs_domain_table_init(&table, 1);
    for (uint32_t i = 1; i <= DOMAINS; i++) {
        uint32_t *number = rs_domain_table_find(&table, domain_of(i), 7);
        CU_ASSERT_FATAL(number != NULL && *number == 0);
        *number = i;
    }
    for (uint32_t i = 1; i <= DOMAINS; i++) {
        const uint32_t *number = rs_domain_table_find(&table, domain_of(i), 7);
        CU_ASSERT_FATAL(number != NULL && *number == i);
    }
    CU_ASSERT_EQUAL(table.used, DOMAINS);
    CU_ASSERT(4 * table.used <= 3 * table.capacity + 4 && table.capacity <= 2 * DOMAINS);
    rs_domain_table_clear(&table);
}

static void another_kind_is_another_domain(void)
{
    rs_domain_table table;
    rs_domain_table_init(&table, 1);
    *rs_domain_table_find(&table, domain_of(1), 7) = 5;
    CU_ASSERT_EQUAL(*rs_domain_table_find(&table, domain_of(1), 3), 0);
    CU_ASSERT_EQUAL(*rs_domain_table_find(&table, domain_of(1), 7), 5);
    rs_domain_table_clear(&table);
}

/* Each domain is of one part, and no part has many more than its share. */
static void parts_divide_the_domains(void)
{
    enum { PARTS = 5 };
    rs_domain_table table;
    size_t sum = 0;
    rs_domain_table_init(&table, PARTS);
    for (uint64_t part = 0; part < PARTS; part++) {
        rs_domain_table_begin(&table, part);
        for (uint32_t i = 1; i <= DOMAINS; i++) {
            uint32_t *number = rs_domain_table_find(&table, domain_of(i), 7);
            CU_ASSERT(number == NULL || *number == 0);
            if (number != NULL)
                *number = i;
        }
        CU_ASSERT(table.used > DOMAINS / PARTS / 2 && table.used < 2 * DOMAINS / PARTS);
        sum += table.used;
    }
    CU_ASSERT_EQUAL(sum, DOMAINS);
    rs_domain_table_clear(&table);
}

static CU_TestInfo tests[] = {
    {"domains_keep_their_numbers", domains_keep_their_numbers},
    {"another_kind_is_another_domain", another_kind_is_another_domain},
    {"parts_divide_the_domains", parts_divide_the_domains},
    CU_TEST_INFO_NULL,
};

RS_SUITE("domain_table", tests)
