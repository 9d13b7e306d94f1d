/* SPDX-License-Identifier: Apache-2.0 */
#include "command/libraries/proof.h"

#include "command/libraries/store_switch.h"
#include "tests/unit/command/libraries/trust_store.h"

static rs_libraries_plan plan;

static void put(void)
{
    make_store();
    must(rs_libraries_plan_make(&plan, LIST) && rs_store_switch_put(&plan));
}

static void what_was_put_is_proven(void)
{
    put();
    CU_ASSERT(rs_libraries_prove_in_place(&plan));
    rs_libraries_plan_clear(&plan);
}

static void the_bundle_of_before(void)
{
    put();
    write_bundle(BUNDLE, &corp, &other);
    CU_ASSERT_FALSE(rs_libraries_prove_in_place(&plan));
    must(unlink(BUNDLE) == 0);
    CU_ASSERT_FALSE(rs_libraries_prove_in_place(&plan));
    rs_libraries_plan_clear(&plan);
}

/* The root itself by the next number of the same hash. */
static void the_root_beside_its_twin(void)
{
    char name[32];
    put();
    snprintf(name, sizeof name, "%08lx.1", X509_subject_name_hash(corp.certificate));
    link_to(SHARE "/corp.crt", name);
    CU_ASSERT_FALSE(rs_libraries_prove_in_place(&plan));
    rs_libraries_plan_clear(&plan);
}

static void a_twin_that_is_not_found_by_its_hash(void)
{
    char path[64];
    put();
    snprintf(path, sizeof path, RS_STORE_FOLDER "/%08lx.0",
             X509_subject_name_hash(corp.certificate));
    must(unlink(path) == 0);
    CU_ASSERT_FALSE(rs_libraries_prove_in_place(&plan));
    /* Unless somebody removed a root: its twin need not be found. */
    plan.files[0].is_gone = true;
    CU_ASSERT(rs_libraries_prove_in_place(&plan));
    rs_libraries_plan_clear(&plan);
    free_roots();
}

static CU_TestInfo tests[] = {
    {"what was put is proven", what_was_put_is_proven},
    {"the bundle of before", the_bundle_of_before},
    {"the root beside its twin", the_root_beside_its_twin},
    {"a twin that is not found by its hash", a_twin_that_is_not_found_by_its_hash},
    CU_TEST_INFO_NULL,
};

OWN_ROOT_SUITE("libraries_proof", tests)
