/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/writers.h"

#include "tests/unit/suite.h"

static void nobody_is_not_ordinary(void)
{
    const rs_writers nobody = {0};
    CU_ASSERT(!rs_writers_are_ordinary(&nobody));
}

static void ordinary_users_by_number(void)
{
    static const struct {
        uint32_t user;
        bool ordinary;
    } rows[] = {{0, false},     {33, false},    {999, false},  {1000, true},      {61183, true},
                {61184, false}, {65519, false}, {65520, true}, {UINT32_MAX, true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_writers one = {0};
        rs_writers_add_user(&one, rows[i].user);
        CU_ASSERT(rs_writers_are_ordinary(&one) == rows[i].ordinary);
    }
}

static void one_other_suffices(void)
{
    rs_writers users = {0}, service = {0}, unknown = {0};
    rs_writers_add_user(&users, 1000);
    rs_writers_add_user(&users, 1001);
    CU_ASSERT(rs_writers_are_ordinary(&users));
    rs_writers_add_user(&service, 33);
    rs_writers_add_unknown(&unknown);
    rs_writers_merge(&service, &users);
    CU_ASSERT(!rs_writers_are_ordinary(&service));
    rs_writers_merge(&unknown, &users);
    CU_ASSERT(!rs_writers_are_ordinary(&unknown));
}

/* Also where more ordinary users come first than are kept. */
static void a_service_is_noticed_behind_many(void)
{
    rs_writers many = {0};
    for (uint32_t user = 1000; user < 2000; user++)
        rs_writers_add_user(&many, user);
    CU_ASSERT(rs_writers_are_ordinary(&many) && many.has_more);
    rs_writers_add_user(&many, 0);
    CU_ASSERT(!rs_writers_are_ordinary(&many));
}

static void users_are_named(void)
{
    rs_arena arena = {0};
    rs_writers some = {0};
    rs_writers_add_user(&some, 0);
    rs_writers_add_user(&some, 1000);
    rs_writers_add_user(&some, 0);
    CU_ASSERT_STRING_EQUAL(rs_writers_text(&arena, &some), "user 0, user 1000");
    rs_writers_add_unknown(&some);
    CU_ASSERT_STRING_EQUAL(rs_writers_text(&arena, &some), "user 0, user 1000, unknown user");
    for (uint32_t user = 1; user < 9; user++)
        rs_writers_add_user(&some, user);
    CU_ASSERT_STRING_EQUAL(rs_writers_text(&arena, &some),
                           "user 0, user 1000, user 1, user 2, and more, unknown user");
    rs_arena_clear(&arena);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"nobody_is_not_ordinary", nobody_is_not_ordinary},
        {"ordinary_users_by_number", ordinary_users_by_number},
        {"one_other_suffices", one_other_suffices},
        {"a_service_is_noticed_behind_many", a_service_is_noticed_behind_many},
        {"users_are_named", users_are_named},
        CU_TEST_INFO_NULL,
    };
    return rs_suite_run("writers", tests);
}
