/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/counting/held.h"

#include "tests/unit/suite.h"

static uint8_t released[8];
static size_t released_count;

static bool release(void *context, const rs_unit_id *id, rs_bytes contribution)
{
    CU_ASSERT(contribution.n == 3 && memcmp(contribution.p, "abc", 3) == 0);
    free((void *)contribution.p);
    released[released_count++] = id->digest[0];
    return context == NULL;
}

static void add(rs_held *held, uint8_t digest, uint64_t generation)
{
    /* The even ones are tiles of a log. */
    rs_unit_id id = {{digest}, {digest % 2 == 0 ? digest : 0}};
    uint8_t *contribution = malloc(3);
    memcpy(contribution, "abc", 3);
    rs_held_add(held, &id, generation, rs_bytes_make(contribution, 3));
}

static bool take(rs_held *held, uint8_t digest)
{
    uint8_t whole[RS_SHA256_SIZE] = {digest};
    return rs_held_take(held, whole);
}

static bool has_tile(const rs_held *held, uint8_t tile)
{
    uint8_t whole[RS_SHA256_SIZE] = {tile};
    return rs_held_has_tile(held, whole);
}

static void those_of_now_are_released(void)
{
    rs_held held = {.lock = PTHREAD_MUTEX_INITIALIZER};
    released_count = 0;
    add(&held, 9, 1);
    add(&held, 2, 3);
    add(&held, 5, 2);
    add(&held, 7, 3);
    CU_ASSERT(rs_held_release(&held, 3, release, NULL));
    CU_ASSERT(released_count == 2 && released[0] == 2 && released[1] == 7);
    CU_ASSERT(held.count == 2 && take(&held, 9) && take(&held, 5) && !take(&held, 2));
    rs_held_clear(&held);
    CU_ASSERT(!take(&held, 9));
}

static void those_that_nobody_takes_count_as_they_were_read(void)
{
    rs_held held = {.lock = PTHREAD_MUTEX_INITIALIZER};
    size_t lost;
    released_count = 0;
    for (uint8_t digest = 1; digest < 4; digest++)
        add(&held, digest, 1);
    CU_ASSERT(rs_held_release(&held, 2, release, NULL) && released_count == 0);
    CU_ASSERT(take(&held, 2) && !take(&held, 2));
    CU_ASSERT(rs_held_release_rest(&held, release, NULL, &lost) && lost == 0);
    CU_ASSERT(released_count == 2 && released[0] == 1 && released[1] == 3);
    rs_held_clear(&held);
}

static void tiles_that_stayed_are_known_by_their_hash(void)
{
    rs_held held = {.lock = PTHREAD_MUTEX_INITIALIZER};
    released_count = 0;
    for (uint8_t digest = 1; digest < 7; digest++)
        add(&held, digest, digest == 4 ? 3 : 2);
    CU_ASSERT(rs_held_release(&held, 3, release, NULL) && released_count == 1);
    CU_ASSERT(has_tile(&held, 2) && has_tile(&held, 6));
    CU_ASSERT(!has_tile(&held, 4) && !has_tile(&held, 3) && !has_tile(&held, 0));
    rs_held_clear(&held);
    CU_ASSERT(!has_tile(&held, 2));
}

static void a_unit_that_came_twice_stays_once(void)
{
    rs_held held = {.lock = PTHREAD_MUTEX_INITIALIZER};
    rs_unit_id id = {{5}, {0}};
    size_t lost;
    released_count = 0;
    rs_held_add(&held, &id, 1, rs_bytes_make(NULL, 0)); /* as one that found no room */
    for (unsigned times = 0; times < 3; times++)
        add(&held, times == 1 ? 7 : 5, 1);
    CU_ASSERT(rs_held_release(&held, 2, release, NULL));
    CU_ASSERT(held.count == 2 && held.repeated == 2 && take(&held, 7));
    CU_ASSERT(rs_held_release_rest(&held, release, NULL, &lost) && lost == 0);
    CU_ASSERT(released_count == 1 && released[0] == 5);
    rs_held_clear(&held);
}

static void none_after_a_failure(void)
{
    rs_held held = {.lock = PTHREAD_MUTEX_INITIALIZER};
    released_count = 0;
    add(&held, 1, 3);
    add(&held, 2, 3);
    CU_ASSERT(!rs_held_release(&held, 3, release, &held));
    CU_ASSERT(released_count == 1 && held.count == 1 && take(&held, 2));
    rs_held_clear(&held);
}

/* What is beyond the bound is read again, although nothing changed. */
static void memory_is_bounded(void)
{
    rs_held held = {.lock = PTHREAD_MUTEX_INITIALIZER};
    rs_unit_id id = {{1}, {0}};
    released_count = 0;
    uint8_t *large = calloc(1, RS_SURVEY_HELD_MAX - 2);
    rs_held_add(&held, &id, 1, rs_bytes_make(large, RS_SURVEY_HELD_MAX - 2));
    CU_ASSERT(held.size == RS_SURVEY_HELD_MAX - 2);
    add(&held, 2, 3);
    CU_ASSERT(held.size == RS_SURVEY_HELD_MAX - 2);
    CU_ASSERT(rs_held_release(&held, 3, release, NULL) && released_count == 0);
    CU_ASSERT(take(&held, 1));
    size_t lost;
    CU_ASSERT(rs_held_release_rest(&held, release, NULL, &lost) && lost == 1);
    rs_held_clear(&held);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"those_of_now_are_released", those_of_now_are_released},
        {"tiles_that_stayed_are_known_by_their_hash", tiles_that_stayed_are_known_by_their_hash},
        {"those_that_nobody_takes", those_that_nobody_takes_count_as_they_were_read},
        {"a_unit_that_came_twice_stays_once", a_unit_that_came_twice_stays_once},
        {"none_after_a_failure", none_after_a_failure},
        {"memory_is_bounded", memory_is_bounded},
        CU_TEST_INFO_NULL,
    };
    return rs_suite_run("survey_held", tests);
}
