/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/failing_memory.h"
#include "tests/unit/issued.h"
#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <openssl/err.h>
#include <rootscope/rootscope.h>
#include <unistd.h>

static issued root, intermediate;

static void issues_cas(void)
{
    root = issue("Test Root", NULL, NULL);
    intermediate = issue("Test Intermediate", NULL, &root);
    CU_ASSERT_PTR_NOT_NULL(intermediate.certificate);
}

static void frees_cas(void)
{
    issued_free(&intermediate);
    issued_free(&root);
    CU_ASSERT_PTR_NULL(root.certificate);
}

/* The list of a source in which `%s` stands for the root's line. */
static rootscope_list *open_source(const char *format)
{
    char text[4096];
    test_list compiled;
    rootscope_list *list = NULL;
    snprintf(text, sizeof text, format, root_line(&root));
    list_open(&compiled, text);
    CU_ASSERT_EQUAL_FATAL(rootscope_list_open_memory(compiled.bytes, compiled.image.file.n, &list),
                          ROOTSCOPE_OK);
    list_close(&compiled);
    CU_ASSERT_PTR_NOT_NULL_FATAL(list);
    return list;
}

static STACK_OF(X509) * chain_of(const issued *leaf)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    must(chain != NULL && sk_X509_push(chain, leaf->certificate) > 0 &&
         sk_X509_push(chain, intermediate.certificate) > 0 &&
         sk_X509_push(chain, root.certificate) > 0);
    return chain;
}

static void opens_what_was_compiled(void)
{
    rootscope_list *list = open_source("mode test\n%s permit corp.example\ndefault\n permit *\n");
    rootscope_info info;
    memset(&info, 0xff, sizeof info);
    CU_ASSERT_EQUAL(rootscope_list_info(list, &info, sizeof info), 1);
    CU_ASSERT_EQUAL(info.format, RS_IMAGE_VERSION);
    CU_ASSERT_EQUAL(info.roots, 1);
    CU_ASSERT_EQUAL(info.has_default, 1);
    uint64_t generation = 0;
    for (int i = 0; i < 8; i++)
        generation = generation << 8 | info.sources_sha256[i];
    CU_ASSERT_EQUAL(info.generation, generation);
    CU_ASSERT_NOT_EQUAL(info.generation, 0);
    rootscope_list_free(list);
}

/* A program that was built when there were fewer fields gets those that it has room for. */
static void info_keeps_to_its_size(void)
{
    rootscope_list *list = open_source("%s permit corp.example\n");
    rootscope_info info;
    memset(&info, 0xff, sizeof info);
    CU_ASSERT_EQUAL(rootscope_list_info(list, &info, offsetof(rootscope_info, generation)), 1);
    CU_ASSERT_EQUAL(info.roots, 1);
    CU_ASSERT_EQUAL(info.generation, UINT64_MAX);
    uint8_t larger[sizeof info + 8];
    memset(larger, 0xff, sizeof larger);
    CU_ASSERT_EQUAL(rootscope_list_info(list, (rootscope_info *)(void *)larger, sizeof larger), 1);
    CU_ASSERT_EQUAL(larger[sizeof info], 0xff);
    CU_ASSERT_EQUAL(rootscope_list_info(NULL, &info, sizeof info), 0);
    CU_ASSERT_EQUAL(rootscope_list_info(list, NULL, sizeof info), 0);
    rootscope_list_free(list);
}

/* Damages a list as `damage` says and expects a status. */
static void refuse_memory(const uint8_t *bytes, size_t size, rootscope_status expected)
{
    rootscope_list *list = (rootscope_list *)(void *)&root;
    CU_ASSERT_EQUAL(rootscope_list_open_memory(bytes, size, &list), expected);
    CU_ASSERT_PTR_NULL(list);
}

static void refuses_what_is_no_list(void)
{
    test_list compiled;
    list_open(&compiled, "default\n permit corp.example\n");
    uint8_t *bytes = compiled.bytes;
    size_t size = compiled.image.file.n;
    refuse_memory(bytes, 0, ROOTSCOPE_ERROR_NOT_A_LIST);
    refuse_memory(bytes, 7, ROOTSCOPE_ERROR_NOT_A_LIST);
    refuse_memory(bytes, size - 1, ROOTSCOPE_ERROR_DAMAGED);
    refuse_memory(bytes, RS_IMAGE_SIZE_MAX + 1u, ROOTSCOPE_ERROR_DAMAGED);
    refuse_memory(NULL, 0, ROOTSCOPE_ERROR_ARGUMENT);
    bytes[size - 1] ^= 1;
    refuse_memory(bytes, size, ROOTSCOPE_ERROR_DAMAGED);
    bytes[size - 1] ^= 1;
    bytes[8] ^= 0x40; /* the version */
    refuse_memory(bytes, size, ROOTSCOPE_ERROR_VERSION);
    bytes[8] ^= 0x40;
    CU_ASSERT_EQUAL(rootscope_list_open_memory(bytes, size, NULL), ROOTSCOPE_ERROR_ARGUMENT);
    list_close(&compiled);
}

static void refuse_file(const char *path, rootscope_status expected)
{
    rootscope_list *list = (rootscope_list *)(void *)&root;
    CU_ASSERT_EQUAL(rootscope_list_open(path, &list), expected);
    CU_ASSERT_PTR_NULL(list);
}

static void opens_files(void)
{
    char path[] = "/tmp/rs-test-rootscope-XXXXXX";
    int fd = mkstemp(path);
    test_list compiled;
    rootscope_list *list;
    list_open(&compiled, "default\n permit corp.example\n");
    must(fd >= 0 && write(fd, compiled.bytes, compiled.image.file.n) > 0);
    CU_ASSERT_EQUAL_FATAL(rootscope_list_open(path, &list), ROOTSCOPE_OK);
    rootscope_list_free(list);
    must(ftruncate(fd, RS_IMAGE_SIZE_MAX + 1l) == 0);
    refuse_file(path, ROOTSCOPE_ERROR_DAMAGED);
    must(ftruncate(fd, 0) == 0);
    refuse_file(path, ROOTSCOPE_ERROR_NOT_A_LIST);
    close(fd);
    unlink(path);
    errno = 0;
    refuse_file(path, ROOTSCOPE_ERROR_SYSTEM);
    CU_ASSERT_EQUAL(errno, ENOENT);
    refuse_file("/tmp", ROOTSCOPE_ERROR_FILE);
    refuse_file("/proc/self/status", ROOTSCOPE_ERROR_FILE);
    refuse_file(NULL, ROOTSCOPE_ERROR_ARGUMENT);
    CU_ASSERT_EQUAL(rootscope_list_open(path, NULL), ROOTSCOPE_ERROR_ARGUMENT);
    list_close(&compiled);
}

static void each_status_has_a_text(void)
{
    for (int i = ROOTSCOPE_OK; i <= ROOTSCOPE_ERROR_DAMAGED; i++) {
        const char *text = rootscope_status_text((rootscope_status)i);
        CU_ASSERT_STRING_NOT_EQUAL(text, "unknown status");
        for (int k = ROOTSCOPE_OK; k < i; k++)
            CU_ASSERT_STRING_NOT_EQUAL(text, rootscope_status_text((rootscope_status)k));
    }
    CU_ASSERT_STRING_EQUAL(rootscope_status_text((rootscope_status)99), "unknown status");
}

/* Under a sanitizer a reference too few or too many is found out. */
static void counts_references(void)
{
    rootscope_list *list = open_source("%s permit corp.example\n");
    rootscope_info info;
    CU_ASSERT_PTR_EQUAL(rootscope_list_ref(list), list);
    rootscope_list_free(list);
    CU_ASSERT_EQUAL(rootscope_list_info(list, &info, sizeof info), 1);
    rootscope_list_free(list);
    CU_ASSERT_PTR_NULL(rootscope_list_ref(NULL));
    rootscope_list_free(NULL);
}

/* A chain under some rules and what is said of it. */
static const struct {
    const char *source, *alt_names;
    bool permitted;
    int error, depth;
    const char *reason;
    bool observed, listed;
} verdicts[] = {
    {"%s permit corp.example\n", "DNS:www.corp.example", true, X509_V_OK, -1, "", false, true},
    {"%s permit corp.example\n", "DNS:www.evil.example", false, X509_V_ERR_PERMITTED_VIOLATION, 0,
     "dns:www.evil.example: outside the permitted names", false, true},
    {"%s exclude evil.example\n", "DNS:www.evil.example", false, X509_V_ERR_EXCLUDED_VIOLATION, 0,
     "dns:www.evil.example: within the excluded names", false, true},
    {"%s permit corp.example\n", "DNS:bad name", false, X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, 0,
     "dns:bad\\x20name: character that is not allowed in this form", false, true},
    {"%s permit *\n", "IP:192.0.2.1", false, X509_V_ERR_PERMITTED_VIOLATION, 0,
     "ip:192.0.2.1: outside the permitted names", false, true},
    {"%s permit *\n", "IP:2001:db8::1", false, X509_V_ERR_PERMITTED_VIOLATION, 0,
     "ip:2001:db8::1: outside the permitted names", false, true},
    {"%s permit *\n permit dirname:O=x\n", "DNS:a.example", false, X509_V_ERR_PERMITTED_VIOLATION,
     0, "dirname: outside the permitted names", false, true},
    {"%s permit *\n permit othername:1.2.4\n", "otherName:1.2.3;UTF8:x", false,
     X509_V_ERR_PERMITTED_VIOLATION, 0, "othername: outside the permitted names", false, true},
    {"%s permit cn:leaf\n mode test\n", "DNS:www.evil.example", true, X509_V_OK, -1, "", true,
     true},
    {"%s permit corp.example\n mode off\n", "DNS:www.evil.example", true, X509_V_OK, -1, "", false,
     true},
    {"default\n permit corp.example\n", "DNS:www.evil.example", false,
     X509_V_ERR_PERMITTED_VIOLATION, 0, "dns:www.evil.example: outside the permitted names", false,
     false},
};

static void judges_chains(void)
{
    rootscope_result *result = rootscope_result_new();
    for (size_t i = 0; i < ROWS(verdicts); i++) {
        rootscope_list *list = open_source(verdicts[i].source);
        issued leaf = issue("The Leaf", verdicts[i].alt_names, &intermediate);
        STACK_OF(X509) *chain = chain_of(&leaf);
        const char *row = verdicts[i].alt_names;
        CHECK_ROW(rootscope_check_chain(list, chain, NULL, NULL) == verdicts[i].permitted, row);
        CHECK_ROW(rootscope_check_chain(list, chain, NULL, result) == verdicts[i].permitted, row);
        rootscope_list_free(list);
        sk_X509_free(chain);
        issued_free(&leaf);
        /* The result needs none of them any more. */
        CHECK_ROW(rootscope_result_permitted(result) == verdicts[i].permitted, row);
        CHECK_ROW(rootscope_result_error(result) == verdicts[i].error, row);
        CHECK_ROW(rootscope_result_depth(result) == verdicts[i].depth, row);
        CHECK_ROW(strcmp(rootscope_result_reason(result), verdicts[i].reason) == 0,
                  rootscope_result_reason(result));
        CHECK_ROW(rootscope_result_observed(result) == verdicts[i].observed, row);
        CHECK_ROW(rootscope_result_listed(result) == verdicts[i].listed, row);
    }
    CU_ASSERT_EQUAL(ERR_peek_error(), 0);
    rootscope_result_free(result);
}

static void judges_what_is_expected_of_the_peer(void)
{
    rootscope_list *list = open_source("%s permit corp.example\n");
    issued leaf = issue("The Leaf", "DNS:www.corp.example", &intermediate);
    STACK_OF(X509) *chain = chain_of(&leaf);
    X509_VERIFY_PARAM *expected = X509_VERIFY_PARAM_new();
    rootscope_result *result = rootscope_result_new();
    must(X509_VERIFY_PARAM_set1_host(expected, "www.corp.example", 0) == 1);
    CU_ASSERT_EQUAL(rootscope_check_chain(list, chain, expected, result), 1);
    must(X509_VERIFY_PARAM_set1_host(expected, "www.evil.example", 0) == 1);
    CU_ASSERT_EQUAL(rootscope_check_chain(list, chain, expected, result), 0);
    CU_ASSERT_EQUAL(rootscope_result_error(result), X509_V_ERR_PERMITTED_VIOLATION);
    CU_ASSERT_STRING_EQUAL(rootscope_result_reason(result),
                           "dns: the expected peer is outside the permitted names");
    rootscope_result_free(result);
    X509_VERIFY_PARAM_free(expected);
    sk_X509_free(chain);
    issued_free(&leaf);
    rootscope_list_free(list);
}

/* A name may have any length; the reason has not. */
static void cuts_long_names_off(void)
{
    char alt_names[2000] = "email:";
    memset(alt_names + 6, '\x7f', 1500);
    rootscope_list *list = open_source("%s permit corp.example\n");
    issued leaf = issue("The Leaf", alt_names, &intermediate);
    STACK_OF(X509) *chain = chain_of(&leaf);
    rootscope_result *result = rootscope_result_new();
    CU_ASSERT_EQUAL(rootscope_check_chain(list, chain, NULL, result), 0);
    const char *reason = rootscope_result_reason(result);
    CU_ASSERT_EQUAL(strncmp(reason, "email:\\x7f\\x7f", 14), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(reason, "\\x7f...: "));
    CU_ASSERT_TRUE(strlen(reason) < 500);
    rootscope_result_free(result);
    sk_X509_free(chain);
    issued_free(&leaf);
    rootscope_list_free(list);
}

static void expect_unchecked(const rootscope_result *result)
{
    CU_ASSERT_EQUAL(rootscope_result_permitted(result), 0);
    CU_ASSERT_EQUAL(rootscope_result_error(result), X509_V_ERR_INVALID_CALL);
    CU_ASSERT_EQUAL(rootscope_result_depth(result), -1);
    CU_ASSERT_EQUAL(rootscope_result_observed(result), 0);
    CU_ASSERT_EQUAL(rootscope_result_listed(result), 0);
}

static void misuse_is_never_permitted(void)
{
    rootscope_list *list = open_source("%s permit *\n permit ip:*\n");
    issued leaf = issue("The Leaf", "DNS:www.corp.example", &intermediate);
    STACK_OF(X509) *chain = chain_of(&leaf), *empty = sk_X509_new_null();
    rootscope_result *result = rootscope_result_new();
    expect_unchecked(result);
    CU_ASSERT_STRING_EQUAL(rootscope_result_reason(result), "the chain was not checked");
    expect_unchecked(NULL);
    CU_ASSERT_STRING_EQUAL(rootscope_result_reason(NULL), "");
    /* What an earlier check said is gone. */
    CU_ASSERT_EQUAL(rootscope_check_chain(list, chain, NULL, result), 1);
    CU_ASSERT_EQUAL(rootscope_check_chain(list, NULL, NULL, result), 0);
    expect_unchecked(result);
    CU_ASSERT_EQUAL(rootscope_check_chain(list, chain, NULL, result), 1);
    CU_ASSERT_EQUAL(rootscope_check_chain(NULL, chain, NULL, result), 0);
    expect_unchecked(result);
    CU_ASSERT_EQUAL(rootscope_check_chain(list, chain, NULL, result), 1);
    CU_ASSERT_EQUAL(rootscope_check_chain(list, empty, NULL, result), 0);
    expect_unchecked(result);
    rootscope_result_free(result);
    rootscope_result_free(NULL);
    sk_X509_free(chain);
    sk_X509_free(empty);
    issued_free(&leaf);
    rootscope_list_free(list);
}

static void survives_without_memory(void)
{
#ifndef RS_MEMORY_NEVER_FAILS
    test_list compiled;
    list_open(&compiled, "default\n permit corp.example\n");
    size_t size = compiled.image.file.n;
    for (long n = 0; n < 2; n++) {
        rootscope_list *list;
        memory_fail_after(n);
        rootscope_status status = rootscope_list_open_memory(compiled.bytes, size, &list);
        CU_ASSERT_TRUE(memory_fail_stop());
        CU_ASSERT_EQUAL(status, ROOTSCOPE_ERROR_MEMORY);
        CU_ASSERT_PTR_NULL(list);
    }
    memory_fail_after(0);
    rootscope_result *result = rootscope_result_new();
    CU_ASSERT_TRUE(memory_fail_stop());
    CU_ASSERT_PTR_NULL(result);
    rootscope_list *list;
    memory_fail_after(0);
    rootscope_status status = rootscope_list_open("/proc/self/cmdline", &list);
    CU_ASSERT_TRUE(memory_fail_stop());
    CU_ASSERT_EQUAL(status, ROOTSCOPE_ERROR_MEMORY);
    list_close(&compiled);
#endif
}

static void tells_its_version(void)
{
    CU_ASSERT_STRING_EQUAL(rootscope_version(), ROOTSCOPE_VERSION);
}

static CU_TestInfo tests[] = {
    {"issues CAs", issues_cas},
    {"opens what was compiled", opens_what_was_compiled},
    {"info keeps to its size", info_keeps_to_its_size},
    {"refuses what is no list", refuses_what_is_no_list},
    {"opens files", opens_files},
    {"each status has a text", each_status_has_a_text},
    {"counts references", counts_references},
    {"judges chains", judges_chains},
    {"judges what is expected of the peer", judges_what_is_expected_of_the_peer},
    {"cuts long names off", cuts_long_names_off},
    {"misuse is never permitted", misuse_is_never_permitted},
    {"survives without memory", survives_without_memory},
    {"tells its version", tells_its_version},
    {"frees CAs", frees_cas},
    CU_TEST_INFO_NULL,
};

RS_SUITE("rootscope", tests)
