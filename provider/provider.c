/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry as a provider (provider(7ossl)): it offers no algorithms, only its presence.
 */
#include "provider/entry.h"

#include "lib/base/telemetry_words.h"
#include "provider/clock.h"

#include <errno.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * The object's provider context; all that OpenSSL gives back to us at each call. It keeps each text
 * that it answered for buildinfo: the caller may look at it as long as the provider is loaded.
 */
enum { TEXTS_MAX = 64 };
typedef struct provider {
    rs_entry entry;
    _Atomic(char *) texts[TEXTS_MAX];
} provider;

static void provider_teardown(void *provctx)
{
    /* The policy and the hook stay: what was guarded once is guarded until the process ends. */
    provider *p = provctx;
    for (size_t i = 0; i < TEXTS_MAX; i++)
        free(atomic_load(&p->texts[i]));
    free(p);
}

static const OSSL_PARAM *provider_gettable_params(void *provctx)
{
    static const OSSL_PARAM gettable[] = {
        OSSL_PARAM_DEFN(OSSL_PROV_PARAM_NAME, OSSL_PARAM_UTF8_PTR, NULL, 0),
        OSSL_PARAM_DEFN(OSSL_PROV_PARAM_VERSION, OSSL_PARAM_UTF8_PTR, NULL, 0),
        OSSL_PARAM_DEFN(OSSL_PROV_PARAM_BUILDINFO, OSSL_PARAM_UTF8_PTR, NULL, 0),
        OSSL_PARAM_DEFN(OSSL_PROV_PARAM_STATUS, OSSL_PARAM_INTEGER, NULL, 0),
        OSSL_PARAM_END,
    };
    (void)provctx;
    return gettable;
}

/* The first of the texts that equals this one, or a free place that it takes. Takes it over. */
static const char *keep_text(provider *p, char *text)
{
    for (size_t i = 0; i < TEXTS_MAX; i++) {
        char *present = NULL;
        if (atomic_compare_exchange_strong(&p->texts[i], &present, text))
            return text;
        if (strcmp(present, text) == 0) {
            free(text);
            return present;
        }
    }
    free(text);
    return "in force; the list changed too often to describe it again";
}

/* Each description is from malloc; NULL without memory. */

static char *describe_settings_problem(const rs_settings *settings)
{
    char *text = NULL;
    if (asprintf(&text, "mode %s, %s: bad settings, %s", rs_mode_word(settings->mode),
                 settings->mode == RS_MODE_ENFORCE ? RS_BUILD_INFO_DENIES : RS_BUILD_INFO_CHECKS,
                 settings->problem) < 0)
        return NULL;
    return text;
}

static char *describe_missing_list(const rs_settings *settings, const char *problem)
{
    char *text = NULL;
    bool denies = settings->mode == RS_MODE_ENFORCE && !settings->allow_without_list;
    if (asprintf(&text, "mode %s, %s: list %s %s", rs_mode_word(settings->mode),
                 denies ? RS_BUILD_INFO_DENIES : RS_BUILD_INFO_CHECKS, settings->list,
                 settings->mode == RS_MODE_OFF ? "is not looked at" : problem) < 0)
        return NULL;
    return text;
}

static char *describe_list(const rs_settings *settings, const rs_image *image, const char *problem)
{
    char *text = NULL;
    if (asprintf(&text, "mode %s, list %s, generation %016llx, list mode %s, roots %u%s%s",
                 rs_mode_word(settings->mode), settings->list,
                 (unsigned long long)image->generation,
                 rs_mode_word(rs_mode_at(image->mode, rs_clock_utc())), image->root_count,
                 problem == NULL ? "" : ", not the latest: the file ",
                 problem == NULL ? "" : problem) < 0)
        return NULL;
    return text;
}

static char *describe_policy(rs_policy *policy)
{
    const rs_settings *settings = rs_policy_settings(policy);
    if (settings->problem != NULL)
        return describe_settings_problem(settings);
    rs_list_problem problem = rs_live_list_problem(rs_policy_list(policy));
    rs_generation *generation = rs_live_list_acquire(rs_policy_list(policy));
    if (generation == NULL)
        return describe_missing_list(settings, rs_list_problem_text(problem));
    char *text = describe_list(settings, &generation->image,
                               problem == RS_LIST_OK ? NULL : rs_list_problem_text(problem));
    rs_live_list_release(generation);
    return text;
}

static const char *provider_describe(provider *p)
{
    if (!p->entry.is_guarding)
        return RS_BUILD_INFO_MISSING ": this copy of OpenSSL hides its functions, or had no memory";
    if (p->entry.policy == NULL)
        return rs_policy_overflowed()
                   ? RS_BUILD_INFO_DENIES ": no memory, or more policies than can be kept"
                   : RS_BUILD_INFO_CHECKS ": no memory, or more policies than can be kept";
    char *text = describe_policy(p->entry.policy);
    return text == NULL ? "in force; no memory to describe it" : keep_text(p, text);
}

/* OSSL_PARAM_set_utf8_ptr, which is libcrypto's. */
static int set_text(OSSL_PARAM *param, const char *text)
{
    if (param->data_type != OSSL_PARAM_UTF8_PTR || param->data == NULL)
        return 0;
    *(const char **)param->data = text;
    param->return_size = strlen(text);
    return 1;
}

static int set_status(OSSL_PARAM *param, int status)
{
    if (param->data_type != OSSL_PARAM_INTEGER || param->data_size != sizeof status ||
        param->data == NULL)
        return 0;
    memcpy(param->data, &status, sizeof status);
    param->return_size = sizeof status;
    return 1;
}

static int provider_get_params(void *provctx, OSSL_PARAM params[])
{
    int done = 1;
    for (; params->key != NULL; params++) {
        if (strcmp(params->key, OSSL_PROV_PARAM_NAME) == 0)
            done &= set_text(params, "rootscope: a scope for each root certificate");
        else if (strcmp(params->key, OSSL_PROV_PARAM_VERSION) == 0)
            done &= set_text(params, ROOTSCOPE_VERSION);
        else if (strcmp(params->key, OSSL_PROV_PARAM_BUILDINFO) == 0)
            done &= set_text(params, provider_describe(provctx));
        else if (strcmp(params->key, OSSL_PROV_PARAM_STATUS) == 0)
            done &= set_status(params, 1);
    }
    return done;
}

static const OSSL_DISPATCH provider_functions[] = {
    {OSSL_FUNC_PROVIDER_TEARDOWN, (void (*)(void))provider_teardown},
    {OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, (void (*)(void))provider_gettable_params},
    {OSSL_FUNC_PROVIDER_GET_PARAMS, (void (*)(void))provider_get_params},
    {0, NULL},
};

/* What we take from the core; only valid during init. */
typedef struct core {
    OSSL_FUNC_core_get_params_fn *get_params;
    OSSL_FUNC_core_get_libctx_fn *get_libctx;
} core;

static core core_of(const OSSL_DISPATCH *in)
{
    core c = {NULL, NULL};
    for (; in->function_id != 0; in++) {
        if (in->function_id == OSSL_FUNC_CORE_GET_PARAMS)
            c.get_params = OSSL_FUNC_core_get_params(in);
        else if (in->function_id == OSSL_FUNC_CORE_GET_LIBCTX)
            c.get_libctx = OSSL_FUNC_core_get_libctx(in);
    }
    return c;
}

/* The keys of our section in openssl.cnf. The core cannot list them, only answer for each. */
static void read_settings(const core *c, const OSSL_CORE_HANDLE *handle, rs_settings *settings)
{
    const char *key;
    for (size_t i = 0; c->get_params != NULL && (key = rs_settings_key(i)) != NULL; i++) {
        char *value = NULL;
        OSSL_PARAM asked[] = {OSSL_PARAM_utf8_ptr(key, &value, 0), OSSL_PARAM_END};
        if (c->get_params(handle, asked) && value != NULL)
            rs_settings_set(settings, key, value);
    }
}

/* OSSL_provider_init_fn; declared here, since no header of ours is for OpenSSL. */
int OSSL_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
                       const OSSL_DISPATCH **out, void **provctx);

__attribute__((visibility("default"))) int OSSL_provider_init(const OSSL_CORE_HANDLE *handle,
                                                              const OSSL_DISPATCH *in,
                                                              const OSSL_DISPATCH **out,
                                                              void **provctx)
{
    int saved_errno = errno;
    core c = core_of(in);
    rs_settings *settings = rs_settings_new();
    if (settings != NULL)
        read_settings(&c, handle, settings);
    const rs_openssl_copy *copy =
        rs_openssl_copy_of((const void *)(uintptr_t)c.get_params, rs_entry_tells(settings));
    OSSL_LIB_CTX *libctx =
        c.get_libctx == NULL ? NULL : (OSSL_LIB_CTX *)(void *)c.get_libctx(handle);
    rs_entry entry = rs_entry_guard(copy, libctx, settings);
    rs_settings_free(settings);

    /* Without memory for a context the guard is in force all the same; OpenSSL is told no. */
    provider *p = calloc(1, sizeof *p);
    if (p != NULL)
        p->entry = entry;
    *out = provider_functions;
    *provctx = p;
    errno = saved_errno;
    return p != NULL;
}
