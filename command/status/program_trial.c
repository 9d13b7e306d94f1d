/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/program_trial.h"

#include "command/base/child_process.h"
#include "command/base/message.h"
#include "command/base/temp_folder.h"
#include "command/base/text.h"
#include "command/status/probe_run.h"
#include "command/status/throwaway_files.h"
#include "command/status/tls_responder.h"

#include <stdlib.h>

typedef struct lab {
    const rs_openssl_config *config;
    char *const *argv;
    int seconds;
    rs_throwaway_files files;
    rs_throwaway_pki strange; /* of a root that nobody trusts */
    rs_responder responder;
    const char *ca;                            /* file */
    const char *configs[RS_TRIAL_DENYING + 1]; /* by rs_trial_module */
    rs_trial *trial;
} lab;

static bool set_up(lab *l)
{
    rs_arena *arena = &l->trial->arena;
    if (!rs_throwaway_files_make(l->config, &l->files) || !rs_throwaway_pki_make(&l->strange))
        return false;
    X509 *ca[] = {l->files.pki.root, NULL};
    const char *nothing = rs_temp_folder_path("no-such.rsl");
    l->ca = rs_throwaway_pem("ca.pem", ca);
    l->configs[RS_TRIAL_ON] = l->files.config;
    l->configs[RS_TRIAL_OFF] = rs_throwaway_config(l->config, "off.cnf", "mode = off\n");
    l->configs[RS_TRIAL_DENYING] = rs_throwaway_config(
        l->config, "denying.cnf",
        rs_text_format(arena, "list = %s\nmode = enforce\non_list_error = deny\n", nothing));
    const rs_responder_identity identities[RS_RESPONDER_SERVERS] = {
        [RS_TRIAL_GOOD] = {l->files.pki.good, l->files.pki.leaf_key},
        [RS_TRIAL_BAD] = {l->files.pki.bad, l->files.pki.leaf_key},
        [RS_TRIAL_STRANGER] = {l->strange.good, l->strange.leaf_key},
    };
    return l->ca != NULL && l->configs[RS_TRIAL_OFF] != NULL &&
           l->configs[RS_TRIAL_DENYING] != NULL && rs_responder_start(&l->responder, identities);
}

static void take_down(lab *l)
{
    rs_responder_stop(&l->responder);
    rs_throwaway_pki_clear(&l->strange);
    rs_throwaway_files_clear(&l->files);
}

/* The value of a placeholder that the text starts with, and its length; NULL: none. */
static const char *placeholder(const lab *l, rs_trial_certificate server, const char *text,
                               size_t *length)
{
    rs_arena *arena = &l->trial->arena;
    unsigned port = l->responder.ports[server];
    const struct {
        const char *name, *value;
    } known[] = {
        {"{url}", rs_text_format(arena, "https://localhost:%u/", port)},
        {"{host}", "localhost"},
        {"{port}", rs_text_format(arena, "%u", port)},
        {"{ca}", l->ca},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        *length = strlen(known[i].name);
        if (strncmp(text, known[i].name, *length) == 0)
            return known[i].value;
    }
    return NULL;
}

static char *fill_in(const lab *l, rs_trial_certificate server, const char *text)
{
    rs_arena *arena = &l->trial->arena;
    const char *filled = "";
    while (*text != '\0') {
        size_t plain = strcspn(text, "{"), length = 0;
        filled = rs_text_format(arena, "%s%.*s", filled, (int)plain, text);
        text += plain;
        if (*text == '\0')
            break;
        const char *value = placeholder(l, server, text, &length);
        filled = rs_text_format(arena, "%s%s", filled, value == NULL ? "{" : value);
        text += value == NULL ? 1 : length;
    }
    return (char *)(uintptr_t)filled;
}

static char **arguments(const lab *l, rs_trial_certificate server)
{
    size_t count = 0;
    while (l->argv[count] != NULL)
        count++;
    char **filled = rs_message_need(rs_arena_take(&l->trial->arena, (count + 1) * sizeof *filled));
    for (size_t i = 0; i < count; i++)
        filled[i] = fill_in(l, server, l->argv[i]);
    return filled;
}

static const char *end_text(rs_arena *arena, const rs_child_result *result, int seconds)
{
    switch (result->end) {
    case RS_CHILD_EXITED:
        return rs_text_format(arena, "exit %d", result->code);
    case RS_CHILD_KILLED:
        return rs_text_format(arena, "signal %d", result->code);
    case RS_CHILD_TIMED_OUT:
        return rs_text_format(arena, "killed after %d seconds", seconds);
    case RS_CHILD_NOT_RUN:
        break;
    }
    return rs_text_format(arena, "cannot be run: %s", strerror(result->code));
}

static const rs_trial_run *run(lab *l, rs_trial_certificate server, rs_trial_module module)
{
    /* Programs find the root here, unless their arguments name one. No proxy comes between. */
    const rs_child_variable environment[] = {
        {"OPENSSL_CONF", l->configs[module]},
        {"CURL_CA_BUNDLE", l->ca},
        {"REQUESTS_CA_BUNDLE", l->ca},
        {"SSL_CERT_FILE", l->ca},
        {"SSL_CERT_DIR", NULL},
        {"OPENSSL_MODULES", NULL},
        {"OPENSSL_CONF_INCLUDE", NULL},
        {"https_proxy", NULL},
        {"HTTPS_PROXY", NULL},
        {"all_proxy", NULL},
        {"ALL_PROXY", NULL},
        {NULL, NULL},
    };
    rs_arena *arena = &l->trial->arena;
    const rs_child child = {.argv = arguments(l, server),
                            .environment = environment,
                            .seconds = l->seconds,
                            .join_errors = true};
    unsigned before = atomic_load(&l->responder.handshakes[server]);
    rs_child_result *result = rs_message_need(malloc(sizeof *result));
    rs_child_run(&child, result);
    rs_trial_run *made = &l->trial->runs[l->trial->count++];
    *made = (rs_trial_run){
        .certificate = server,
        .module = module,
        .connected = atomic_load(&l->responder.handshakes[server]) != before,
        .was_run = result->end != RS_CHILD_NOT_RUN,
        .timed_out = result->end == RS_CHILD_TIMED_OUT,
        .accepted = result->end == RS_CHILD_EXITED && result->code == 0,
        .end = end_text(arena, result, l->seconds),
        .output = rs_text_format(arena, "%s", result->text),
    };
    free(result);
    return made;
}

static rs_trial_verdict tell(lab *l, rs_trial_verdict verdict, const char *why)
{
    l->trial->why = why;
    return verdict;
}

/* A program's refusal proves nothing if the configuration does not enforce. */
static bool config_enforces(const lab *l)
{
    const char *why;
    X509 *pairs[] = {l->files.pki.bad, l->files.pki.root, NULL};
    const rs_probe_run probe = {.config = l->config,
                                .config_file = l->files.config,
                                .chains = rs_throwaway_pem("bad.pem", pairs)};
    json_t *answer = rs_probe_run_json(&probe, &l->trial->arena, &why);
    rs_probe_errors errors = rs_probe_run_errors(answer, 0);
    json_decref(answer);
    return rs_probe_is_refusal(&errors);
}

/* A run that proves nothing: it did not end because of the certificate. */
static bool is_inconclusive(lab *l, const rs_trial_run *run)
{
    if (!run->was_run)
        tell(l, RS_TRIAL_UNKNOWN, "the program is missing, or cannot be run");
    else if (run->timed_out)
        tell(l, RS_TRIAL_UNKNOWN, "it did not end in time");
    else if (!run->connected)
        tell(l, RS_TRIAL_UNKNOWN,
             "it did not connect to {host}, port {port}, or not with TLS, in one of the runs");
    return run->timed_out || !run->connected;
}

/* It refused the good certificate under the module. */
static rs_trial_verdict explain_refusal(lab *l)
{
    if (run(l, RS_TRIAL_GOOD, RS_TRIAL_OFF)->accepted)
        return tell(l, RS_TRIAL_UNKNOWN,
                    "it refuses a certificate within the scope, and accepts it with the module "
                    "off");
    return tell(l, RS_TRIAL_UNKNOWN,
                "it refuses a certificate within the scope, with and without the module: does it "
                "trust {ca}?");
}

/* It accepted the bad certificate under the module. */
static rs_trial_verdict explain_acceptance(lab *l)
{
    const rs_trial_run *denied = run(l, RS_TRIAL_GOOD, RS_TRIAL_DENYING);
    if (is_inconclusive(l, denied))
        return RS_TRIAL_UNKNOWN;
    if (!denied->accepted)
        return tell(l, RS_TRIAL_NOT_COVERED,
                    "it reads the configuration, but accepts a certificate outside the scope");
    const rs_trial_run *strange = run(l, RS_TRIAL_STRANGER, RS_TRIAL_OFF);
    if (is_inconclusive(l, strange))
        return RS_TRIAL_UNKNOWN;
    if (strange->accepted)
        return tell(l, RS_TRIAL_UNVERIFIED,
                    "it accepts a certificate of a root that it does not "
                    "know");
    return tell(l, RS_TRIAL_IGNORES,
                "it verifies certificates, but not with this configuration: it has another TLS "
                "library, or an OpenSSL that does not read it");
}

static rs_trial_verdict try_program(lab *l)
{
    const rs_trial_run *first = run(l, RS_TRIAL_GOOD, RS_TRIAL_ON);
    if (is_inconclusive(l, first))
        return RS_TRIAL_UNKNOWN;
    if (!first->accepted)
        return explain_refusal(l);
    const rs_trial_run *second = run(l, RS_TRIAL_BAD, RS_TRIAL_ON);
    if (is_inconclusive(l, second))
        return RS_TRIAL_UNKNOWN;
    if (second->accepted)
        return explain_acceptance(l);
    if (run(l, RS_TRIAL_BAD, RS_TRIAL_OFF)->accepted)
        return tell(l, RS_TRIAL_COVERED,
                    "it refuses a certificate outside the scope, and accepts it with the module "
                    "off");
    return tell(l, RS_TRIAL_UNKNOWN,
                "it refuses a certificate outside the scope without the module, too");
}

void rs_trial_run_all(const rs_openssl_config *config, char *const *argv, int seconds,
                      rs_trial *trial)
{
    *trial = (rs_trial){.verdict = RS_TRIAL_UNKNOWN};
    lab l = {
        .config = config, .argv = argv, .seconds = seconds, .trial = trial, .responder.pid = -1};
    if (!set_up(&l))
        tell(&l, RS_TRIAL_UNKNOWN, "nothing could be tried");
    else if (!config_enforces(&l))
        tell(&l, RS_TRIAL_UNKNOWN,
             "the configuration itself does not guard: see `rootscope status`");
    else
        trial->verdict = try_program(&l);
    take_down(&l);
}

void rs_trial_clear(rs_trial *trial)
{
    rs_arena_clear(&trial->arena);
    *trial = (rs_trial){.verdict = RS_TRIAL_UNKNOWN};
}

const char *rs_trial_verdict_word(rs_trial_verdict verdict)
{
    static const char *const words[] = {"covered", "not covered", "ignores the configuration",
                                        "does not verify", "cannot tell"};
    return words[verdict];
}

const char *rs_trial_certificate_word(rs_trial_certificate certificate)
{
    static const char *const words[] = {"good", "bad", "stranger"};
    return words[certificate];
}

const char *rs_trial_module_word(rs_trial_module module)
{
    static const char *const words[] = {"on", "off", "denying"};
    return words[module];
}
