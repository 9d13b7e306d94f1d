/* SPDX-License-Identifier: Apache-2.0 */
#include "command/libraries/plan.h"

#include "command/base/cert_file.h"
#include "command/libraries/store_switch.h"
#include "tests/unit/command/libraries/trust_store.h"

static rs_libraries_plan plan;

static void begin(void)
{
    CU_ASSERT_FATAL(rs_libraries_plan_make(&plan, LIST));
}

static void end(void)
{
    rs_libraries_plan_clear(&plan);
}

static const rs_libraries_file *file(const char *name)
{
    for (size_t i = 0; i < plan.file_count; i++)
        if (strcmp(plan.files[i].link.name, name) == 0)
            return &plan.files[i];
    return NULL;
}

static bool has(const X509 *certificate)
{
    for (int i = 0; i < sk_X509_num(plan.bundle.certificates); i++)
        if (X509_cmp(sk_X509_value(plan.bundle.certificates, i), certificate) == 0)
            return true;
    return false;
}

static void only_a_listed_root_is_limited(void)
{
    make_store();
    begin();
    CU_ASSERT_EQUAL(plan.limited, 1);
    CU_ASSERT(plan.is_new && !plan.is_old && !plan.is_done);
    CU_ASSERT_EQUAL(sk_X509_num(plan.bundle.certificates), 3); /* and the super-root */
    CU_ASSERT(has(other.certificate) && !has(corp.certificate));
    CU_ASSERT_FATAL(file("corp.pem") != NULL && file("other.pem") != NULL);
    CU_ASSERT(file("corp.pem")->is_one && file("corp.pem")->twins.n > 0);
    CU_ASSERT_EQUAL(file("corp.pem")->hash, X509_subject_name_hash(corp.certificate));
    CU_ASSERT_EQUAL(file("other.pem")->twins.n, 0);
    end();
}

/* Each file can be verified with alone. */
static void a_file_has_the_super_root_of_its_twin(void)
{
    make_store();
    begin();
    const X509 *super = sk_X509_value(plan.bundle.certificates, 0);
    scratch_write("/etc/twins.pem", file("corp.pem")->twins);
    STACK_OF(X509) *found = rs_cert_file_read_found("/etc/twins.pem");
    CU_ASSERT_FATAL(sk_X509_num(found) == 2);
    CU_ASSERT_EQUAL(X509_cmp(sk_X509_value(found, 1), super), 0);
    CU_ASSERT_EQUAL(X509_check_issued(sk_X509_value(found, 1), sk_X509_value(found, 0)), X509_V_OK);
    sk_X509_pop_free(found, X509_free);
    end();
}

static void the_first_line_tells_what_it_is_made_of(void)
{
    rs_limited_store read;
    make_store();
    begin();
    scratch_write("/etc/text.pem", plan.text);
    rs_limited_store_read("/etc/text.pem", &read);
    CU_ASSERT_EQUAL(read.roots, 1);
    CU_ASSERT_EQUAL(strlen(read.list), 16);
    end();
}

/* The module would not know its twin. */
static void a_root_that_is_named_by_its_certificate_stays(void)
{
    char text[256];
    uint8_t sha256[RS_SHA256_SIZE];
    make_store();
    must(X509_digest(corp.certificate, EVP_sha256(), sha256, NULL) == 1);
    int n = sprintf(text, "root cert-sha256:");
    for (size_t i = 0; i < sizeof sha256; i++)
        n += sprintf(text + n, "%02x", sha256[i]);
    sprintf(text + n, "\n    permit corp.example\n");
    write_list(text);
    begin();
    CU_ASSERT_EQUAL(plan.limited, 0);
    CU_ASSERT(has(corp.certificate));
    end();
}

static void what_is_not_enforced_is_not_limited(void)
{
    make_store();
    limit_corp("    mode test\n    permit corp.example\n");
    begin();
    CU_ASSERT_EQUAL(plan.limited, 0);
    CU_ASSERT_EQUAL(sk_X509_num(plan.bundle.certificates), 2); /* no super-root */
    CU_ASSERT(has(corp.certificate) && has(other.certificate));
    end();
}

static void put(void)
{
    begin();
    must(rs_store_switch_put(&plan));
    end();
}

static void what_is_in_place_is_done(void)
{
    make_store();
    put();
    begin();
    CU_ASSERT(plan.is_done && !plan.is_new);
    end();
    /* A link that leads elsewhere, a hash that nobody finds it by, another list: each is not. */
    must(rs_store_links_point(RS_STORE_FOLDER "/corp.pem", SHARE "/corp.crt"));
    begin();
    CU_ASSERT_FALSE(plan.is_done);
    must(rs_store_switch_put(&plan));
    end();
    char hash[64];
    snprintf(hash, sizeof hash, RS_STORE_FOLDER "/%08lx.0",
             X509_subject_name_hash(corp.certificate));
    must(unlink(hash) == 0);
    begin();
    CU_ASSERT_FALSE(plan.is_done);
    must(rs_store_switch_put(&plan));
    end();
    limit_corp("    permit other.example\n");
    begin();
    CU_ASSERT_FALSE(plan.is_done);
    end();
}

static void without_a_list_the_last_limits_hold(void)
{
    make_store();
    must(unlink(LIST) == 0);
    CU_ASSERT_FALSE(rs_libraries_plan_make(&plan, LIST)); /* there are none yet */
    end();
    limit_corp("    permit corp.example\n");
    put();
    write_text(LIST, "no list");
    issued new_root = issue("New Root", NULL, NULL);
    write_bundle(RS_STORE_ORIGINALS "/" RS_STORE_BUNDLE, &corp, &new_root);
    begin();
    CU_ASSERT(plan.is_old && plan.limited == 1);
    CU_ASSERT(has(new_root.certificate) && !has(corp.certificate));
    issued_free(&new_root);
    end();
}

static void a_root_that_is_gone(void)
{
    make_store();
    put();
    must(unlink(SHARE "/corp.crt") == 0);
    begin();
    CU_ASSERT_FATAL(file("corp.pem") != NULL);
    CU_ASSERT(file("corp.pem")->is_gone && !plan.is_done);
    end();
}

static void what_was_there_before_is_lost(void)
{
    make_store();
    put();
    must(unlink(RS_STORE_ORIGINALS "/" RS_STORE_BUNDLE) == 0);
    CU_ASSERT_FALSE(rs_libraries_plan_make(&plan, LIST));
    end();
}

static void a_bundle_without_certificates(void)
{
    make_store();
    write_text(BUNDLE, "");
    CU_ASSERT_FALSE(rs_libraries_plan_make(&plan, LIST));
    end();
    must(unlink(BUNDLE) == 0);
    CU_ASSERT_FALSE(rs_libraries_plan_make(&plan, LIST));
    end();
    free_roots();
}

static CU_TestInfo tests[] = {
    {"only a listed root is limited", only_a_listed_root_is_limited},
    {"a file has the super-root of its twin", a_file_has_the_super_root_of_its_twin},
    {"the first line tells what it is made of", the_first_line_tells_what_it_is_made_of},
    {"a root that is named by its certificate stays",
     a_root_that_is_named_by_its_certificate_stays},
    {"what is not enforced is not limited", what_is_not_enforced_is_not_limited},
    {"what is in place is done", what_is_in_place_is_done},
    {"without a list the last limits hold", without_a_list_the_last_limits_hold},
    {"a root that is gone", a_root_that_is_gone},
    {"what was there before is lost", what_was_there_before_is_lost},
    {"a bundle without certificates", a_bundle_without_certificates},
    CU_TEST_INFO_NULL,
};

OWN_ROOT_SUITE("libraries_plan", tests)
