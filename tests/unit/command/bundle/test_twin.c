/* SPDX-License-Identifier: Apache-2.0 */
#include "command/bundle/twin.h"

#include "tests/unit/issued.h"
#include "tests/unit/suite.h"

#include <string.h>
#include <time.h>

static issued root;
static rs_super_root super_root;
static X509_EXTENSION *constraints;

static void begin(void)
{
    must(rs_super_root_begin(&super_root, time(NULL)));
}

static X509 *make(void)
{
    X509 *twin;
    CU_ASSERT(rs_twin_make(root.certificate, constraints, &super_root, &twin) == RS_TWIN_MADE);
    must(twin != NULL);
    return twin;
}

static bool same_extension(int nid, const X509 *a, const X509 *b)
{
    ASN1_OCTET_STRING *x =
        X509_EXTENSION_get_data(X509_get_ext(a, X509_get_ext_by_NID(a, nid, -1)));
    ASN1_OCTET_STRING *y =
        X509_EXTENSION_get_data(X509_get_ext(b, X509_get_ext_by_NID(b, nid, -1)));
    return x != NULL && y != NULL && ASN1_OCTET_STRING_cmp(x, y) == 0;
}

static void follows_the_root(void)
{
    begin();
    X509 *twin = make();
    CU_ASSERT(X509_NAME_cmp(X509_get_subject_name(twin), X509_get_subject_name(root.certificate)) ==
              0);
    CU_ASSERT(EVP_PKEY_eq(X509_get0_pubkey(twin), root.key) == 1);
    CU_ASSERT(ASN1_TIME_compare(X509_get0_notBefore(twin), X509_get0_notBefore(root.certificate)) ==
              0);
    CU_ASSERT(ASN1_TIME_compare(X509_get0_notAfter(twin), X509_get0_notAfter(root.certificate)) ==
              0);
    CU_ASSERT(same_extension(NID_basic_constraints, twin, root.certificate));
    CU_ASSERT(X509_EXTENSION_get_critical(
                  X509_get_ext(twin, X509_get_ext_by_NID(twin, NID_name_constraints, -1))) == 1);
    X509_free(twin);
    rs_super_root_clear(&super_root);
}

static void is_issued_by_the_super_root(void)
{
    begin();
    X509 *twin = make(), *again = make();
    CU_ASSERT(rs_super_root_finish(&super_root));
    CU_ASSERT(X509_check_issued(super_root.certificate, twin) == X509_V_OK);
    CU_ASSERT(X509_verify(twin, X509_get0_pubkey(super_root.certificate)) == 1);
    CU_ASSERT(X509_self_signed(super_root.certificate, 1) == 1);
    CU_ASSERT(ASN1_TIME_compare(X509_get0_notAfter(super_root.certificate),
                                X509_get0_notAfter(twin)) >= 0);
    /* Of the same root, the same number. */
    CU_ASSERT(ASN1_INTEGER_cmp(X509_get0_serialNumber(twin), X509_get0_serialNumber(again)) == 0);
    X509_free(twin);
    X509_free(again);
    rs_super_root_clear(&super_root);
}

static void other_roots_have_other_numbers(void)
{
    issued other = issue("Other", NULL, NULL);
    X509 *twin, *others;
    begin();
    twin = make();
    CU_ASSERT(rs_twin_make(other.certificate, constraints, &super_root, &others) == RS_TWIN_MADE);
    CU_ASSERT(ASN1_INTEGER_cmp(X509_get0_serialNumber(twin), X509_get0_serialNumber(others)) != 0);
    X509_free(twin);
    X509_free(others);
    issued_free(&other);
    rs_super_root_clear(&super_root);
}

static void the_super_root_issues_nothing_more(void)
{
    X509 *twin;
    begin();
    CU_ASSERT(rs_super_root_finish(&super_root));
    CU_ASSERT_PTR_NULL(super_root.key);
    CU_ASSERT(rs_twin_make(root.certificate, constraints, &super_root, &twin) == RS_TWIN_FAILED);
    CU_ASSERT_PTR_NULL(twin);
    CU_ASSERT_FALSE(rs_super_root_finish(&super_root));
    rs_super_root_clear(&super_root);
}

static void what_has_no_twin(void)
{
    issued leaf = issue("leaf", "DNS:www.corp.example", &root);
    issued constrained = issue("Constrained", NULL, NULL);
    X509 *twin;
    add_extension(constrained.certificate, NID_name_constraints, "permitted;DNS:a.example");
    must(X509_sign(constrained.certificate, constrained.key, EVP_sha256()) > 0);
    begin();
    CU_ASSERT(rs_twin_make(leaf.certificate, constraints, &super_root, &twin) == RS_TWIN_NO_CA);
    CU_ASSERT(rs_twin_make(constrained.certificate, constraints, &super_root, &twin) ==
              RS_TWIN_CONSTRAINED);
    CU_ASSERT_PTR_NULL(twin);
    issued_free(&leaf);
    issued_free(&constrained);
    rs_super_root_clear(&super_root);
}

/* A root of old has neither version 3 nor extensions. */
static void a_root_of_version_1_becomes_a_ca(void)
{
    X509 *twin, *old = X509_dup(root.certificate);
    while (X509_get_ext_count(old) > 0)
        X509_EXTENSION_free(X509_delete_ext(old, 0));
    must(X509_set_version(old, X509_VERSION_1) == 1 && X509_sign(old, root.key, EVP_sha256()) > 0);
    begin();
    CU_ASSERT(rs_twin_make(old, constraints, &super_root, &twin) == RS_TWIN_MADE);
    CU_ASSERT(X509_get_version(twin) == X509_VERSION_3);
    CU_ASSERT(X509_check_ca(twin) == 1);
    X509_free(twin);
    X509_free(old);
    rs_super_root_clear(&super_root);
}

/* Extensions about the root's own certificate do not come along. */
static void other_extensions_stay_behind(void)
{
    X509 *twin, *more = X509_dup(root.certificate);
    add_extension(more, NID_crl_distribution_points, "URI:http://crl.example/");
    add_extension(more, NID_ext_key_usage, "serverAuth");
    must(X509_sign(more, root.key, EVP_sha256()) > 0);
    begin();
    CU_ASSERT(rs_twin_make(more, constraints, &super_root, &twin) == RS_TWIN_MADE);
    CU_ASSERT(X509_get_ext_by_NID(twin, NID_crl_distribution_points, -1) < 0);
    CU_ASSERT(same_extension(NID_ext_key_usage, twin, more));
    X509_free(twin);
    X509_free(more);
    rs_super_root_clear(&super_root);
}

static CU_TestInfo tests[] = {
    {"it follows the root", follows_the_root},
    {"the super-root issued it", is_issued_by_the_super_root},
    {"other roots have other numbers", other_roots_have_other_numbers},
    {"the super-root issues nothing more", the_super_root_issues_nothing_more},
    {"what has no twin", what_has_no_twin},
    {"a root of version 1 becomes a CA", a_root_of_version_1_becomes_a_ca},
    {"other extensions stay behind", other_extensions_stay_behind},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    root = issue("Corp Root", NULL, NULL);
    constraints = X509V3_EXT_conf_nid(NULL, NULL, NID_name_constraints,
                                      "critical,permitted;DNS:corp.example");
    must(constraints != NULL);
    int status = rs_suite_run("twin", tests);
    X509_EXTENSION_free(constraints);
    issued_free(&root);
    return status;
}
