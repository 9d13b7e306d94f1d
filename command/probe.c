/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `rootscope status` runs as a child: a program that starts OpenSSL as every application
 * does, and reports what it finds in itself then.
 */
#include "command/base/cert_file.h"
#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/command.h"
#include "command/status/probe_chain.h"
#include "command/status/probe_run.h"

#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <openssl/conf.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509_vfy.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

/* Arguments by place; `-` stands for none. */
enum { USER = 1, CONFIG, LIST, MODULE, CHAINS, ARGUMENTS };

static const char *given(const char *argument)
{
    return strcmp(argument, "-") == 0 ? NULL : argument;
}

static bool become_user(const char *name)
{
    if (name == NULL)
        return true;
    const struct passwd *user = getpwnam(name);
    if (user != NULL && setgroups(0, NULL) == 0 && setgid(user->pw_gid) == 0 &&
        setuid(user->pw_uid) == 0)
        return true;
    rs_message_error("cannot become the user %s", name);
    return false;
}

static int append_provider(OSSL_PROVIDER *provider, void *array)
{
    const char *build_info = NULL;
    OSSL_PARAM asked[] = {
        OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_BUILDINFO, (char **)(uintptr_t)&build_info, 0),
        OSSL_PARAM_END,
    };
    bool answered = OSSL_PROVIDER_get_params(provider, asked) == 1;
    json_t *object = rs_message_need(json_object());
    rs_json_set(object, "name", json_string(OSSL_PROVIDER_get0_name(provider)));
    rs_json_set(object, "build_info", rs_json_of_text(answered ? build_info : NULL));
    rs_json_append(array, object);
    return 1;
}

static json_t *providers(void)
{
    json_t *array = rs_message_need(json_array());
    OSSL_PROVIDER_do_all(NULL, append_provider, array);
    return array;
}

static bool has_algorithms(void)
{
    EVP_MD *digest = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    EVP_MD_free(digest);
    return digest != NULL;
}

/* The file of the function that a new context would verify with. */
static json_t *verify_function_file(void)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    Dl_info info;
    const char *file = NULL;
    if (context != NULL && X509_STORE_CTX_init(context, NULL, NULL, NULL) == 1 &&
        dladdr((const void *)(uintptr_t)X509_STORE_CTX_get_verify(context), &info) != 0)
        file = info.dli_fname;
    json_t *value = rs_json_of_text(file);
    X509_STORE_CTX_free(context);
    return value;
}

static json_t *load_error(const char *module)
{
    if (module == NULL || dlopen(module, RTLD_LAZY | RTLD_LOCAL) != NULL)
        return json_null();
    return rs_json_of_text(dlerror());
}

/* Whether there are some if nothing is asked of them by default. Nothing may come after this. */
static bool has_algorithms_at_all(void)
{
    return EVP_set_default_properties(NULL, NULL) == 1 && has_algorithms();
}

/*
 * At which line of its first section OpenSSL stops in the configuration, and why: it is read in the
 * one way in which OpenSSL tells. This must be the first time in the process.
 */
static json_t *config_error(void)
{
    char *path = CONF_get1_default_config_file();
    bool loaded = path == NULL || OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1 ||
                  OSSL_LIB_CTX_load_config(NULL, path) == 1;
    OPENSSL_free(path);
    const char *data, *first_data = "", *first_reason = NULL, *line = NULL;
    int flags;
    unsigned long code;
    rs_arena arena = {0};
    while (!loaded && (code = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
        if (first_reason == NULL) {
            first_reason = ERR_reason_error_string(code);
            first_data = rs_text_format(&arena, "%s", (flags & ERR_TXT_STRING) != 0 ? data : "");
        }
        if (ERR_GET_LIB(code) == ERR_LIB_CONF && strncmp(data, "module=", 7) == 0)
            line = rs_text_format(&arena, "%.*s", (int)strcspn(data + 7, ","), data + 7);
    }
    json_t *error = rs_message_need(json_object());
    rs_json_set(error, "line", rs_json_of_text(line));
    rs_json_set(error, "reason", rs_json_of_text(first_reason));
    rs_json_set(error, "detail", rs_json_of_text(first_data));
    rs_arena_clear(&arena);
    return error;
}

static json_t *errors_as_json(X509 *leaf, X509 *anchor)
{
    rs_probe_errors errors = rs_probe_chain(leaf, anchor);
    if (!errors.ran)
        return json_null();
    json_t *codes = rs_message_need(json_array());
    for (size_t i = 0; i < errors.count; i++)
        rs_json_append(codes, json_integer(errors.codes[i]));
    return codes;
}

/* The file has pairs of a leaf and its anchor. */
static json_t *chains(const char *path)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    json_t *results = rs_message_need(json_array());
    STACK_OF(X509) *pairs = path == NULL ? NULL : rs_cert_file_read_all(path, why);
    if (path != NULL && pairs == NULL)
        rs_message_error("%s: %s", path, why);
    for (int i = 0; i + 1 < sk_X509_num(pairs); i += 2)
        rs_json_append(results,
                       errors_as_json(sk_X509_value(pairs, i), sk_X509_value(pairs, i + 1)));
    sk_X509_pop_free(pairs, X509_free);
    return results;
}

/* What a program finds in itself that starts as every application does. */
static json_t *look_around(char *const *argv)
{
    bool started = OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL) == 1;
    const char *list = given(argv[LIST]);
    json_t *top = rs_message_need(json_object());
    rs_json_set(top, "openssl", json_string(OpenSSL_version(OPENSSL_VERSION)));
    rs_json_set(top, "started", json_boolean(started));
    rs_json_set(top, "config_readable", json_boolean(access(argv[CONFIG], R_OK) == 0));
    rs_json_set(top, "list_readable", json_boolean(list == NULL || access(list, R_OK) == 0));
    rs_json_set(top, "has_algorithms", json_boolean(has_algorithms()));
    rs_json_set(top, "providers", providers());
    rs_json_set(top, "verify_function", verify_function_file());
    rs_json_set(top, "load_error", load_error(given(argv[MODULE])));
    rs_json_set(top, "chains", chains(given(argv[CHAINS])));
    rs_json_set(top, "has_algorithms_at_all", json_boolean(has_algorithms_at_all()));
    return top;
}

static int run(int argc, char **argv)
{
    if (argc != ARGUMENTS)
        return rs_message_usage(&rs_command_probe, "only `rootscope status` runs this");
    if (!become_user(given(argv[USER])))
        return RS_EXIT_ERROR;
    /* As a daemon starts. */
    if (chdir("/") != 0)
        rs_message_error("/: %s", strerror(errno));
    rs_json_print(strcmp(argv[CHAINS], RS_PROBE_EXPLAIN) == 0 ? config_error() : look_around(argv));
    return RS_EXIT_OK;
}

const rs_subcommand rs_command_probe = {
    .name = "status-probe",
    .usage = "Usage: rootscope status-probe USER CONFIG LIST MODULE CHAINS\n"
             "\n"
             "`rootscope status` runs this to find out what a program gets from OpenSSL's\n"
             "configuration. Do not run it yourself.\n",
    .loads_config = true,
    .run = run,
};
