/* SPDX-License-Identifier: Apache-2.0 */
#include "command/libraries/store_switch.h"

#include "command/base/cert_file.h"
#include "tests/unit/command/libraries/trust_store.h"

static rs_libraries_plan plan;

static void make_plan(void)
{
    CU_ASSERT_FATAL(rs_libraries_plan_make(&plan, LIST));
}

/* Puts what the list wants into the store. */
static void put(void)
{
    make_plan();
    CU_ASSERT(rs_store_switch_put(&plan));
    rs_libraries_plan_clear(&plan);
}

static void there_and_back(void)
{
    make_store();
    char *before = strdup(state());
    CU_ASSERT_FALSE(rs_store_switch_is_put());
    put();
    CU_ASSERT(rs_store_switch_is_put());
    CU_ASSERT(rs_limited_store_is(BUNDLE));
    CU_ASSERT(leads_to(RS_STORE_FOLDER "/corp.pem", RS_STORE_TWINS "/corp.pem"));
    CU_ASSERT(leads_to(RS_STORE_ORIGINALS "/corp.pem", SHARE "/corp.crt"));
    CU_ASSERT(leads_to(RS_STORE_FOLDER "/other.pem", SHARE "/other.crt"));
    put(); /* once more, by another super-root */
    CU_ASSERT(rs_store_switch_restore());
    CU_ASSERT_STRING_EQUAL(state(), before);
    CU_ASSERT_FALSE(rs_store_switch_is_put());
    CU_ASSERT(rs_store_switch_restore()); /* nothing to do */
    CU_ASSERT_STRING_EQUAL(state(), before);
    free(before);
}

static void a_root_that_is_not_limited_any_more(void)
{
    make_store();
    put();
    limit_corp("    mode off\n    permit corp.example\n");
    put();
    CU_ASSERT(leads_to(RS_STORE_FOLDER "/corp.pem", SHARE "/corp.crt"));
    CU_ASSERT_EQUAL(access(RS_STORE_FOLDER "/" RS_STORE_TWINS "/corp.pem", F_OK), -1);
    CU_ASSERT(rs_store_switch_restore());
}

static void a_root_that_is_gone(void)
{
    make_store();
    put();
    must(unlink(SHARE "/corp.crt") == 0);
    write_bundle(RS_STORE_ORIGINALS "/" RS_STORE_BUNDLE, &other, NULL);
    put();
    CU_ASSERT_EQUAL(access(RS_STORE_FOLDER "/corp.pem", F_OK), -1);
    CU_ASSERT_FALSE(leads_to(RS_STORE_FOLDER "/corp.pem", SHARE "/corp.crt"));
    CU_ASSERT(rs_store_switch_restore());
}

/* Without what is to come back, the links stay: the roots they lead to are limited, at least. */
static void what_was_there_is_lost(void)
{
    make_store();
    put();
    must(unlink(RS_STORE_ORIGINALS "/corp.pem") == 0);
    CU_ASSERT_FALSE(rs_store_switch_restore());
    CU_ASSERT(leads_to(RS_STORE_FOLDER "/corp.pem", RS_STORE_TWINS "/corp.pem"));
    CU_ASSERT_EQUAL(access(RS_STORE_FOLDER "/corp.pem", R_OK), 0);
    must(unlink(RS_STORE_ORIGINALS "/" RS_STORE_BUNDLE) == 0);
    CU_ASSERT_FALSE(rs_store_switch_restore());
    CU_ASSERT(rs_store_switch_is_put());
}

/* The bundle that update-ca-certificates wrote meanwhile is newer than the one that is kept. */
static void a_newer_bundle_stays(void)
{
    make_store();
    put();
    write_bundle(BUNDLE, &other, NULL);
    CU_ASSERT(rs_store_switch_restore());
    CU_ASSERT_FALSE(rs_limited_store_is(BUNDLE));
    STACK_OF(X509) *found = rs_cert_file_read_found(BUNDLE);
    CU_ASSERT_EQUAL(sk_X509_num(found), 1);
    sk_X509_pop_free(found, X509_free);
}

static void the_bundles_mode_comes_back(void)
{
    struct stat status;
    make_store();
    must(chmod(BUNDLE, 0640) == 0);
    put();
    CU_ASSERT(stat(BUNDLE, &status) == 0 && (status.st_mode & 0777) == 0640);
    CU_ASSERT(rs_store_switch_restore());
    CU_ASSERT(stat(BUNDLE, &status) == 0 && (status.st_mode & 0777) == 0640);
    free_roots();
}

static CU_TestInfo tests[] = {
    {"there and back", there_and_back},
    {"a root that is not limited any more", a_root_that_is_not_limited_any_more},
    {"a root that is gone", a_root_that_is_gone},
    {"what was there is lost", what_was_there_is_lost},
    {"a newer bundle stays", a_newer_bundle_stays},
    {"the bundle's mode comes back", the_bundles_mode_comes_back},
    CU_TEST_INFO_NULL,
};

OWN_ROOT_SUITE("store_switch", tests)
