/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/listed_roots.h"

#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

#define HASH(digit) digit digit digit digit digit digit digit digit
#define SHA256(digit)                                                                              \
    HASH(digit) HASH(digit) HASH(digit) HASH(digit) HASH(digit) HASH(digit) HASH(digit) HASH(digit)

/* Roots 0 and 1 by key, 2 and 3 by certificate; 0 and 2 have one stanza. */
static const char source[] = "root spki-sha256:" SHA256(
    "0") "\n"
         "root cert-sha256:" SHA256("2") "\n permit a\n"
                                         "root spki-sha256:" SHA256("1") "\n permit b\n"
                                                                         "root cert-sha256:" SHA256(
                                                                             "3") "\n permit c\n";

static void each_root_once_in_its_highest_place(void)
{
    test_list list;
    rs_listed_roots roots = {.count = 0};
    list_open(&list, source);
    rs_listed_roots_add(&roots, &list.image, 5, &(rs_listed_as){0, RS_NO_ROOT});
    rs_listed_roots_add(&roots, &list.image, 4, &(rs_listed_as){RS_NO_ROOT, RS_NO_ROOT});
    rs_listed_roots_add(&roots, &list.image, 3, &(rs_listed_as){RS_NO_ROOT, 3});
    rs_listed_roots_add(&roots, &list.image, 2, &(rs_listed_as){0, 3});
    CU_ASSERT_EQUAL_FATAL(roots.count, 2);
    CU_ASSERT(roots.items[0].root == 0 && roots.items[0].depth == 5);
    CU_ASSERT(roots.items[1].root == 3 && roots.items[1].depth == 3);
    CU_ASSERT_EQUAL(roots.items[1].stanza, rs_image_root(&list.image, 3).stanza);
    CU_ASSERT_FALSE(roots.too_many);
    list_close(&list);
}

static void by_key_and_by_itself(void)
{
    test_list list;
    rs_listed_roots roots = {.count = 0};
    list_open(&list, source);
    rs_listed_roots_add(&roots, &list.image, 2, &(rs_listed_as){0, 2});
    CU_ASSERT(roots.count == 1 && roots.items[0].root == 0); /* one stanza */
    rs_listed_roots_add(&roots, &list.image, 1, &(rs_listed_as){1, 2});
    CU_ASSERT(roots.count == 3); /* two */
    list_close(&list);
}

static CU_TestInfo tests[] = {
    {"each root once, in its highest place", each_root_once_in_its_highest_place},
    {"by key and by itself", by_key_and_by_itself},
    CU_TEST_INFO_NULL,
};

RS_SUITE("listed_roots", tests)
