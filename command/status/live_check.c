/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/live_check.h"

#include "command/base/text.h"
#include "command/status/config_problems.h"
#include "command/status/probe_run.h"
#include "command/status/real_list_check.h"
#include "command/status/throwaway_files.h"
#include "lib/base/telemetry_words.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNPRIVILEGED "nobody"

/* All that the checks of one user need. */
typedef struct live {
    const rs_openssl_config *config;
    const rs_list_status *list;
    const rs_throwaway_files *files;
    const char *chains; /* good, root, bad, root */
    rs_forgeries forgeries;
    rs_problems *problems;
} live;

static const char *text_of(const live *l, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? NULL : rs_text_printable(&l->problems->arena, rs_bytes_of_string(text));
}

static const char *build_info_of(const live *l, const json_t *answer)
{
    size_t index;
    const json_t *provider;
    json_array_foreach(json_object_get(answer, "providers"), index, provider)
    {
        const char *name = json_string_value(json_object_get(provider, "name"));
        if (name != NULL && strcmp(name, l->config->name) == 0)
            return text_of(l, provider, "build_info");
    }
    return NULL;
}

static bool is_module(const live *l, const char *file)
{
    struct stat a, b;
    if (file == NULL)
        return false;
    if (l->config->module != NULL && stat(l->config->module, &a) == 0 && stat(file, &b) == 0)
        return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
    return strstr(file, "/rootscope.so") != NULL;
}

static json_t *ask(const live *l, const char *user, const char *config_file, const char *chains)
{
    const char *why = NULL;
    const rs_probe_run run = {.config = l->config,
                              .config_file = config_file,
                              .user = user,
                              .list = l->list->path,
                              .chains = chains};
    json_t *answer = rs_probe_run_json(&run, &l->problems->arena, &why);
    if (answer == NULL)
        rs_problems_add(l->problems, RS_NOT_GUARDED, "program-failed",
                        "run `openssl version` with this configuration and read its message",
                        "a program that starts with this configuration does not work: %s", why);
    return answer;
}

static void judge_access(const live *l, const rs_live_user *user, const json_t *answer)
{
    if (json_is_false(json_object_get(answer, "config_readable")))
        rs_problems_add(l->problems, RS_NOT_GUARDED, "config-unreadable",
                        "make it readable for every user: chmod 0644, and 0755 for its folders",
                        "the user %s cannot read %s", user->name, l->config->path);
    if (l->list->loaded && json_is_false(json_object_get(answer, "list_readable")))
        rs_problems_add(
            l->problems, RS_NOT_GUARDED, "list-unreadable",
            "make it readable for every user: chmod 0644, and 0755 for its folders",
            "the user %s cannot read %s, so this user's programs refuse every certificate",
            user->name, l->list->path);
}

/* The first section of the configuration has a line at which OpenSSL stops. */
static void check_lines(const live *l, const char *become)
{
    json_t *error = ask(l, become, NULL, RS_PROBE_EXPLAIN);
    const char *line = text_of(l, error, "line"), *reason = text_of(l, error, "reason");
    const char *detail = text_of(l, error, "detail");
    json_decref(error);
    if (line == NULL)
        return;
    rs_arena *arena = &l->problems->arena;
    const char *why = reason == NULL ? "" : rs_text_format(arena, ": %s", reason);
    if (detail != NULL && detail[0] != '\0')
        why = rs_text_format(arena, "%s (%s)", why, detail);
    rs_config_problems_add_failure(l->config, line, why, l->problems);
}

/* Programs have no algorithms: because of the default query, or for want of a provider. */
static void judge_algorithms(const live *l, const rs_live_user *user, const json_t *answer)
{
    const char *section = rs_openssl_config_get(l->config, l->config->init, "alg_section");
    if (json_is_true(json_object_get(answer, "has_algorithms_at_all"))) {
        const char *query = rs_openssl_config_get(l->config, section, "default_properties");
        rs_problems_add(l->problems, RS_NOT_GUARDED, "default-properties-unserved",
                        "activate a provider that has such algorithms, or remove that line",
                        "programs have no algorithms (as %s): no activated provider serves "
                        "`default_properties = %s` in [%s]",
                        user->name, query == NULL ? "..." : query,
                        section == NULL ? "..." : section);
    } else if (!rs_problems_have(l->problems, "default-not-activated")) {
        rs_problems_add(l->problems, RS_NOT_GUARDED, "default-not-activated",
                        "activate the default provider, as in the example openssl-system.cnf",
                        "programs have no algorithms (as %s): the default provider is not active",
                        user->name);
    }
}

static void judge_health(const live *l, rs_live_user *user, const json_t *answer)
{
    user->has_algorithms = !json_is_false(json_object_get(answer, "has_algorithms"));
    if (json_is_false(json_object_get(answer, "started")))
        rs_problems_add(l->problems, RS_NOT_GUARDED, "openssl-does-not-start",
                        "run `openssl version` with this configuration and read its message",
                        "OpenSSL does not start with this configuration (as %s)", user->name);
    else if (!user->has_algorithms)
        judge_algorithms(l, user, answer);
}

static void judge_module(const live *l, const rs_live_user *user, const json_t *answer)
{
    const char *error = text_of(l, answer, "load_error");
    if (user->in_force == RS_NO)
        rs_problems_add(l->problems, RS_NOT_GUARDED, "not-in-force",
                        "solve the other problems first; then run `openssl list -providers "
                        "-verbose`",
                        "programs that start now (as %s) are not guarded%s%s", user->name,
                        error == NULL ? "" : ": ", error == NULL ? "" : error);
    const char *info = user->build_info == NULL ? "" : user->build_info;
    if (strstr(info, RS_BUILD_INFO_DENIES) != NULL)
        rs_problems_add(l->problems, RS_NOT_GUARDED, "denies-everything",
                        "correct the list or the settings",
                        "every certificate is refused in programs that start now (as %s): %s",
                        user->name, info);
    else if (strstr(info, RS_BUILD_INFO_MISSING) != NULL ||
             strstr(info, RS_BUILD_INFO_CHECKS) != NULL)
        rs_problems_add(
            l->problems, RS_NOT_GUARDED, "checks-nothing", "correct the list or the settings",
            "nothing is checked in programs that start now (as %s): %s", user->name, info);
}

/* Whether the settings and the list make the module refuse whatever it is shown. */
static bool refuses_all(const live *l, const rs_live_user *user)
{
    const rs_settings *settings = &l->config->settings;
    if (user->in_force != RS_YES || settings->mode != RS_MODE_ENFORCE)
        return false;
    return settings->problem != NULL || (!l->list->loaded && !settings->allow_without_list);
}

/* The configuration as it is. */
static bool check_start(const live *l, const char *become, rs_live_user *user)
{
    json_t *answer = ask(l, become, NULL, NULL);
    if (answer == NULL)
        return false;
    user->openssl = text_of(l, answer, "openssl");
    user->build_info = build_info_of(l, answer);
    user->in_force = is_module(l, json_string_value(json_object_get(answer, "verify_function")))
                         ? RS_YES
                         : RS_NO;
    judge_access(l, user, answer);
    judge_health(l, user, answer);
    judge_module(l, user, answer);
    user->refuses_all = refuses_all(l, user);
    json_decref(answer);
    return true;
}

/* The test list: the bad certificate must be refused for its name alone. */
static void check_enforcement(const live *l, const char *become, rs_live_user *user)
{
    json_t *answer = ask(l, become, l->files->config, l->chains);
    if (answer == NULL)
        return;
    rs_probe_errors good = rs_probe_run_errors(answer, 0), bad = rs_probe_run_errors(answer, 1);
    bool accepts = good.ran && good.count == 0;
    bool refuses = bad.ran && rs_probe_is_refusal(&bad);
    user->enforces = accepts && refuses ? RS_YES : RS_NO;
    if (!accepts)
        rs_problems_add(l->problems, RS_NOT_GUARDED, "good-refused",
                        "solve the other problems first; if there are none, run `openssl version` "
                        "with this configuration",
                        "a certificate within the scope of a test root is refused (as %s)",
                        user->name);
    else if (user->in_force == RS_YES && !refuses)
        rs_problems_add(l->problems, RS_NOT_GUARDED, "not-enforced",
                        "report this as a fault of rootscope: the module is loaded and does not "
                        "check",
                        "a certificate outside the scope of a test root is accepted (as %s)",
                        user->name);
    json_decref(answer);
}

/* The list itself: what is forged must be refused for its name, not only for its signature. */
static void check_listed_roots(const live *l, const char *become, rs_live_user *user)
{
    if (l->forgeries.file == NULL || l->forgeries.config == NULL)
        return;
    json_t *answer = ask(l, become, l->forgeries.config, l->forgeries.file);
    if (answer == NULL)
        return;
    for (unsigned i = 0; i < l->forgeries.count; i++) {
        rs_probe_errors errors = rs_probe_run_errors(answer, i);
        user->forged++;
        user->refused += errors.ran && rs_probe_is_refusal(&errors);
    }
    json_decref(answer);
    if (user->in_force == RS_YES && user->refused < user->forged)
        rs_problems_add(l->problems, RS_NOT_GUARDED, "list-not-enforced",
                        "compare the list that `openssl list -providers -verbose` shows with the "
                        "one above",
                        "%u of %u listed roots in the trust store can vouch for names outside "
                        "their scope (as %s)",
                        user->forged - user->refused, user->forged, user->name);
}

static void check_user(const live *l, const char *become, rs_live_user *user)
{
    if (!check_start(l, become, user))
        return;
    check_lines(l, become);
    /* Without algorithms nothing can be verified. */
    if (!user->has_algorithms)
        return;
    check_enforcement(l, become, user);
    check_listed_roots(l, become, user);
}

static const char *own_name(rs_arena *arena)
{
    const struct passwd *user = getpwuid(geteuid());
    return user != NULL ? rs_text_format(arena, "%s", user->pw_name)
                        : rs_text_format(arena, "uid %ld", (long)geteuid());
}

/* Without the module both certificates are accepted; otherwise a refusal would prove nothing. */
static bool is_sound(const rs_throwaway_pki *pki)
{
    rs_probe_errors good = rs_probe_chain(pki->good, pki->root);
    rs_probe_errors bad = rs_probe_chain(pki->bad, pki->root);
    return good.ran && bad.ran && good.count == 0 && bad.count == 0;
}

static void check_all(live *l, rs_live_check *check)
{
    rs_arena *arena = &l->problems->arena;
    check->roots_not_tried = l->forgeries.why_not;
    check->skipped = l->forgeries.skipped;
    check->skipped_names = l->forgeries.skipped_names;
    check->users[0].name = own_name(arena);
    check_user(l, NULL, &check->users[0]);
    if (geteuid() != 0)
        return;
    if (getpwnam(UNPRIVILEGED) == NULL) {
        rs_problems_add(l->problems, RS_DOUBTFUL, "no-unprivileged-user",
                        "run `rootscope status` as an unprivileged user too",
                        "there is no user %s to look with", UNPRIVILEGED);
        return;
    }
    check->users[1].name = UNPRIVILEGED;
    check_user(l, UNPRIVILEGED, &check->users[1]);
}

void rs_live_check_run(const rs_openssl_config *config, const rs_list_status *list,
                       const char *ca_file, rs_live_check *check, rs_problems *problems)
{
    *check = (rs_live_check){0};
    rs_throwaway_files files;
    live l = {.config = config, .list = list, .files = &files, .problems = problems};
    if (rs_throwaway_files_make(config, &files) && is_sound(&files.pki)) {
        X509 *pairs[] = {files.pki.good, files.pki.root, files.pki.bad, files.pki.root, NULL};
        l.chains = rs_throwaway_pem("test-chains.pem", pairs);
        l.forgeries = rs_forgeries_make(config, list, ca_file, &files.pki, &problems->arena);
    }
    if (l.chains != NULL)
        check_all(&l, check);
    else
        rs_problems_add(problems, RS_NOT_GUARDED, "not-checked",
                        "read the messages above, then run this again",
                        "nothing could be tried in a program");
    rs_throwaway_files_clear(&files);
}
