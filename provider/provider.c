/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry as a provider (provider(7ossl)): it offers no algorithms, only its presence.
 */
#include "provider/entry.h"

#include <errno.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <stdio.h>
#include <stdlib.h>

/* The object's provider context; all that OpenSSL gives back to us at each call. */
typedef struct provider {
    rs_entry entry;
    char description[RS_PATH_MAX + 256]; /* the latest answer for buildinfo: not for two at once */
} provider;

static void provider_teardown(void *provctx)
{
    /* The policy and the hook stay: what was guarded once is guarded until the process ends. */
    free(provctx);
}

static const OSSL_PARAM *provider_gettable_params(void *provctx)
{
    static const OSSL_PARAM gettable[] = {
        {OSSL_PROV_PARAM_NAME, OSSL_PARAM_UTF8_PTR, NULL, 0, 0},
        {OSSL_PROV_PARAM_VERSION, OSSL_PARAM_UTF8_PTR, NULL, 0, 0},
        {OSSL_PROV_PARAM_BUILDINFO, OSSL_PARAM_UTF8_PTR, NULL, 0, 0},
        {OSSL_PROV_PARAM_STATUS, OSSL_PARAM_INTEGER, NULL, 0, 0},
        {NULL, 0, NULL, 0, 0},
    };
    (void)provctx;
    return gettable;
}

static void describe_policy(rs_policy *policy, char *out, size_t size)
{
    const rs_settings *settings = rs_policy_settings(policy);
    const char *mode = rs_mode_word(settings->mode);
    if (settings->problem != NULL) {
        snprintf(out, size, "mode %s, %s: bad settings, %s", mode,
                 settings->mode == RS_MODE_ENFORCE ? "denies everything" : "checks nothing",
                 settings->problem);
        return;
    }
    const char *problem = rs_list_problem_text(rs_policy_problem(policy));
    rs_generation *generation = rs_policy_acquire(policy);
    if (generation == NULL) {
        bool denies = settings->mode == RS_MODE_ENFORCE && !settings->allow_without_list;
        snprintf(out, size, "mode %s, %s: list %s %s", mode,
                 denies ? "denies everything" : "checks nothing", settings->list,
                 settings->mode == RS_MODE_OFF ? "is not looked at" : problem);
        return;
    }
    snprintf(out, size, "mode %s, list %s, generation %016llx, list mode %s, roots %u%s%s", mode,
             settings->list, (unsigned long long)generation->image.generation,
             rs_mode_word(generation->image.mode.mode), generation->image.root_count,
             rs_policy_problem(policy) == RS_LIST_OK ? "" : ", not the latest: the file ",
             rs_policy_problem(policy) == RS_LIST_OK ? "" : problem);
    rs_policy_release(generation);
}

static const char *provider_describe(provider *p)
{
    if (!p->entry.is_guarding)
        return "does not guard: this copy of OpenSSL hides its functions, or had no memory";
    if (p->entry.policy == NULL)
        return rs_policy_overflowed()
                   ? "denies everything: no memory, or more policies than can be kept"
                   : "checks nothing: no memory, or more policies than can be kept";
    describe_policy(p->entry.policy, p->description, sizeof p->description);
    return p->description;
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
            c.get_params = (OSSL_FUNC_core_get_params_fn *)in->function;
        else if (in->function_id == OSSL_FUNC_CORE_GET_LIBCTX)
            c.get_libctx = (OSSL_FUNC_core_get_libctx_fn *)in->function;
    }
    return c;
}

/* The keys of our section in openssl.cnf. The core cannot list them, only answer for each. */
static void read_settings(const core *c, const OSSL_CORE_HANDLE *handle, rs_settings *settings)
{
    rs_settings_init(settings);
    for (size_t i = 0; c->get_params != NULL && rs_settings_keys[i] != NULL; i++) {
        char *value = NULL;
        OSSL_PARAM asked[] = {
            {rs_settings_keys[i], OSSL_PARAM_UTF8_PTR, &value, 0, OSSL_PARAM_UNMODIFIED},
            {NULL, 0, NULL, 0, 0},
        };
        if (c->get_params(handle, asked) && value != NULL)
            rs_settings_set(settings, rs_settings_keys[i], value);
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
    rs_settings settings;
    read_settings(&c, handle, &settings);
    const rs_openssl_copy *copy =
        rs_openssl_copy_of((const void *)(uintptr_t)c.get_params, rs_entry_tells(&settings));
    OSSL_LIB_CTX *libctx =
        c.get_libctx == NULL ? NULL : (OSSL_LIB_CTX *)(void *)c.get_libctx(handle);
    rs_entry entry = rs_entry_guard(copy, libctx, &settings);

    /* Without memory for a context the guard is in force all the same; OpenSSL is told no. */
    provider *p = calloc(1, sizeof *p);
    if (p != NULL)
        p->entry = entry;
    *out = provider_functions;
    *provctx = p;
    errno = saved_errno;
    return p != NULL;
}
