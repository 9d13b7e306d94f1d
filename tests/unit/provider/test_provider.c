/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry is compiled in and given to OpenSSL as a built-in provider, so that OpenSSL's own core
 * calls it.
 */
#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <openssl/conf.h>
#include <openssl/provider.h>

#include "provider/provider.c"

/* A library context whose configuration activates the provider with these settings. */
static OSSL_LIB_CTX *configured(const char *settings)
{
    char text[1000];
    scratch_path file = scratch("openssl.cnf");
    snprintf(text, sizeof text,
             "openssl_conf = all\n[all]\nproviders = providers\n[providers]\nscoped = scoped\n"
             "[scoped]\nactivate = 1\ntelemetry = off\n%s\n",
             settings);
    scratch_write(file.text, rs_bytes_of_string(text));
    OSSL_LIB_CTX *libctx = OSSL_LIB_CTX_new();
    CU_ASSERT_FATAL(libctx != NULL);
    CU_ASSERT_FATAL(OSSL_PROVIDER_add_builtin(libctx, "scoped", OSSL_provider_init) == 1);
    CU_ASSERT(OSSL_LIB_CTX_load_config(libctx, file.text) == 1);
    return libctx;
}

/* What `openssl list -providers -verbose` shows; empty if the provider did not start. */
static const char *build_info(OSSL_LIB_CTX *libctx)
{
    char *info = NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_BUILDINFO, &info, 0),
        OSSL_PARAM_END,
    };
    OSSL_PROVIDER *loaded = OSSL_PROVIDER_load(libctx, "scoped");
    bool good = loaded != NULL && OSSL_PROVIDER_get_params(loaded, params) == 1;
    /* The configuration keeps it active, and so the text stays. */
    OSSL_PROVIDER_unload(loaded);
    return good ? info : "";
}

static void build_info_tells_what_is_in_force(void)
{
    static const struct {
        const char *settings, *info;
    } rows[] = {
        {"list = /nonexistent/a.rsl", "denies everything: list /nonexistent/a.rsl is missing"},
        {"list = /nonexistent/a.rsl\non_list_error = allow", "checks nothing: list"},
        {"list = /nonexistent/a.rsl\nmode = test", "mode test, checks nothing: list"},
        {"mode = off", "checks nothing: list"},
        {"mode = on", "denies everything: bad settings, mode must be"},
        {"mode = test\nrefresh = -1", "checks nothing: bad settings, refresh is not"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        OSSL_LIB_CTX *libctx = configured(rows[i].settings);
        CHECK_ROW(strstr(build_info(libctx), rows[i].info) != NULL, rows[i].settings);
        OSSL_LIB_CTX_free(libctx);
    }
}

static rs_policy *last_policy(void)
{
    rs_policy *policy = NULL, *next;
    for (unsigned place = 0; (next = rs_policy_at(place)) != NULL; place++)
        policy = next;
    return policy;
}

static void build_info_tells_of_a_list_that_is_not_the_latest(void)
{
    char settings[200];
    scratch_path list = scratch("permitted.rsl");
    rs_bytes image = compiled("default\n    permit *\n");
    scratch_write(list.text, image);
    free((void *)(uintptr_t)image.p);
    snprintf(settings, sizeof settings, "list = %s", list.text);
    OSSL_LIB_CTX *libctx = configured(settings);
    CU_ASSERT_PTR_NOT_NULL(strstr(build_info(libctx), "mode enforce, list "));
    CU_ASSERT_PTR_NULL(strstr(build_info(libctx), "not the latest"));
    scratch_replace(list.text, rs_bytes_of_string("no list"));
    rs_policy_reload(last_policy());
    CU_ASSERT_PTR_NOT_NULL(strstr(build_info(libctx), "not the latest: the file is damaged"));
    OSSL_LIB_CTX_free(libctx);
}

static void build_info_tells_that_a_test_is_over(void)
{
    static const struct {
        const char *source, *info;
    } rows[] = {
        {"mode test until 2020-01-01\ndefault\n    permit *\n", "list mode enforce"},
        {"mode test until 9999-01-01\ndefault\n    permit *\n", "list mode test"},
        {"mode off\ndefault\n    permit *\n", "list mode off"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char name[40], settings[200];
        snprintf(name, sizeof name, "test-%zu.rsl", i);
        scratch_path list = scratch(name);
        rs_bytes image = compiled(rows[i].source);
        scratch_write(list.text, image);
        free((void *)(uintptr_t)image.p);
        snprintf(settings, sizeof settings, "list = %s", list.text);
        OSSL_LIB_CTX *libctx = configured(settings);
        CHECK_ROW(strstr(build_info(libctx), rows[i].info) != NULL, rows[i].source);
        OSSL_LIB_CTX_free(libctx);
    }
}

static const char *kept(provider *p, const char *text)
{
    return keep_text(p, strdup(text));
}

/* The caller may still look at an answer when another thread asks, or the list has changed. */
static void answers_stay_as_they_are(void)
{
    provider *p = calloc(1, sizeof *p);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    const char *first = kept(p, "generation 1"), *second = kept(p, "generation 2");
    CU_ASSERT(first != second);
    CU_ASSERT_STRING_EQUAL(first, "generation 1");
    CU_ASSERT_STRING_EQUAL(second, "generation 2");
    CU_ASSERT(kept(p, "generation 1") == first && kept(p, "generation 2") == second);
    for (unsigned i = 3; i <= TEXTS_MAX + 2; i++) {
        char text[40];
        snprintf(text, sizeof text, "generation %u", i);
        CU_ASSERT((strcmp(kept(p, text), text) == 0) == (i <= TEXTS_MAX));
    }
    CU_ASSERT(kept(p, "generation 1") == first);
    provider_teardown(p);
}

/* A core that knows no setting and is not polite to errno. */
static int core_get_params(const OSSL_CORE_HANDLE *handle, OSSL_PARAM params[])
{
    (void)handle, (void)params;
    errno = EINTR;
    return 0;
}

static void init_keeps_errno(void)
{
    static const OSSL_DISPATCH in[] = {
        {OSSL_FUNC_CORE_GET_PARAMS, (void (*)(void))core_get_params},
        {0, NULL},
    };
    const OSSL_DISPATCH *out = NULL;
    void *provctx = NULL;
    errno = EDOM;
    CU_ASSERT(OSSL_provider_init(NULL, in, &out, &provctx) == 1);
    CU_ASSERT(errno == EDOM);
    CU_ASSERT(out == provider_functions);
    provider_teardown(provctx);
}

static CU_TestInfo tests[] = {
    {"build info tells what is in force", build_info_tells_what_is_in_force},
    {"build info tells of a list that is not the latest",
     build_info_tells_of_a_list_that_is_not_the_latest},
    {"build info tells that a test is over", build_info_tells_that_a_test_is_over},
    {"answers stay as they are", answers_stay_as_they_are},
    {"init keeps errno", init_keeps_errno},
    CU_TEST_INFO_NULL,
};

RS_SUITE("provider", tests)
