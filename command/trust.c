/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/chain/root_advice.h"
#include "command/chain/trust_store.h"
#include "command/command.h"
#include "command/enable/machine.h"
#include "command/list/mode_plan.h"
#include "command/list/name_rule.h"
#include "command/list/root_hashes.h"
#include "command/list/root_stanzas.h"
#include "command/list/stanza_text.h"
#include "command/trust/anchor.h"
#include "command/trust/proof.h"
#include "command/trust/root_file.h"
#include "command/trust/scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct options {
    rs_change_target target;
    const char *file, *label;
    rs_words exclude;
    rs_mode_period mode;
    bool from_mkcert, no_wait, enable;
} options;

/* All that is known about the root once nothing was found that speaks against it. */
typedef struct work {
    const options *options;
    rs_arena arena;
    X509 *root;
    rs_list_root listed; /* how the list names it */
    rs_list_root itself; /* a twin of the same key is another certificate of the trust store */
    const rs_anchor_tool *tool;
    const char *path; /* of its file in the trust store's folder */
    bool is_there;    /* that file exists */
    rs_proof proof;
} work;

static const char *take_mode(void *into, const char *value)
{
    rs_mode_period *mode = into;
    return rs_mode_plan_read(value, mode) && mode->mode != RS_MODE_OFF
               ? NULL
               : "enforce, test or \"test until YYYY-MM-DD\"";
}

static bool is_same(const void *root, const X509 *certificate)
{
    return X509_cmp(root, certificate) == 0;
}

static bool is_trusted(const work *w)
{
    return rs_trust_store_has(X509_get_subject_name(w->root), is_same, w->root);
}

static bool is_test(const options *o)
{
    return rs_mode_at(o->mode, time(NULL)) == RS_MODE_TEST;
}

/* How the list is to name it: by its key, as `rootscope add` does. */
static bool read_root(work *w, const char *path)
{
    w->root = rs_root_file_read(path);
    rs_root_hashes hashes;
    if (w->root == NULL || !rs_root_hashes_of(w->root, &hashes))
        return false;
    const char *label =
        w->options->label != NULL ? w->options->label : rs_stanza_text_label(&w->arena, w->root);
    w->listed.kind = RS_ROOT_SPKI;
    w->listed.label = rs_bytes_of_string(label);
    memcpy(w->listed.sha256, hashes.spki_sha256, RS_SHA256_SIZE);
    w->itself.kind = RS_ROOT_CERTIFICATE;
    memcpy(w->itself.sha256, hashes.certificate_sha256, RS_SHA256_SIZE);
    if (!w->options->target.quiet)
        rs_root_advice_print(path, w->root, NULL);
    return true;
}

/* Finds out whether all of it can be done, and changes nothing. */
static bool prepare(work *w, const char *path)
{
    const options *o = w->options;
    rs_anchor_files files;
    if (!read_root(w, path) || !rs_proof_begin(&o->target, is_test(o), o->enable, &w->proof))
        return false;
    w->tool = rs_anchor_tool_find();
    if (w->tool == NULL || !rs_anchor_find(w->tool, &w->itself, &w->arena, &files))
        return false;
    w->path = rs_anchor_get0_read(&files);
    w->is_there = w->path != NULL;
    if (!w->is_there)
        w->path = rs_anchor_path(w->tool, w->root, (const char *)w->listed.label.p, &w->arena);
    return true;
}

/* Only now: without a list, the module refuses every certificate. */
static bool switch_on(work *w)
{
    const options *o = w->options;
    if (w->proof.config.entry != RS_ENTRY_NONE)
        return true;
    const rs_target machine = {.module = ROOTSCOPE_MODULE, .list = o->target.output};
    int status = rs_machine_enable(&machine);
    fflush(stdout);
    rs_proof_clear(&w->proof);
    return status == RS_EXIT_OK && rs_proof_begin(&o->target, is_test(o), false, &w->proof);
}

static bool print_rest(work *w)
{
    if (w->proof.config.entry == RS_ENTRY_NONE)
        rs_message_done("would enable rootscope in %s", w->proof.config.path);
    rs_message_done("would compile %s, and try whether programs refuse what is outside",
                    w->options->target.output == NULL ? ROOTSCOPE_LIST : w->options->target.output);
    rs_message_done(w->is_there ? "in the trust store's folder already: %s" : "would write %s",
                    w->path);
    rs_message_done("would run %s", rs_anchor_tool_command(w->tool, false, &w->arena));
    return true;
}

/*
 * A process looks for a newer list once in `refresh` seconds, so it may not know the root yet.
 * Returns whether it waited.
 */
static bool wait_for_running(const work *w)
{
    const options *o = w->options;
    int64_t refresh = w->proof.config.settings.refresh;
    rs_proof_running running = rs_proof_running_count(&w->proof.config, INT64_MAX);
    if (running.without > 0)
        rs_message_warning(
            "processes that run already, without the module, will not limit the root: "
            "%u; see `rootscope status --processes`",
            running.without);
    if (running.guarded == 0)
        return false;
    if (refresh == 0 || o->no_wait) {
        rs_message_warning("running processes that may not have read the list yet: %u; restart "
                           "them; see `rootscope status --processes`",
                           running.guarded);
        return false;
    }
    if (!o->target.quiet)
        fprintf(stderr,
                "waiting %lld seconds, until processes that run already have read the list: %u "
                "(--no-wait does not wait)\n",
                (long long)refresh, running.guarded);
    struct timespec left = {.tv_sec = refresh + 1};
    while (nanosleep(&left, &left) != 0)
        continue;
    return true;
}

/* Takes the new file out of the trust store again. */
static void take_back(work *w)
{
    const char *path = w->path;
    const rs_anchor_files own = {.paths = &path, .count = 1};
    if (w->is_there) {
        if (is_trusted(w))
            rs_message_error("the root was in the trust store before, and stays there");
        return;
    }
    if (rs_anchor_remove(&own) && rs_anchor_tool_run(w->tool, true) && !is_trusted(w))
        rs_message_error("the root is not trusted; %s is removed again", w->path);
    else
        rs_message_error("%s could not be taken out of the trust store; remove it, then run %s",
                         w->path, rs_anchor_tool_command(w->tool, true, &w->arena));
}

static bool is_limited(work *w)
{
    const options *o = w->options;
    return rs_proof_run(&w->proof, &o->target, w->root, is_test(o));
}

static bool put_into_store(work *w)
{
    if (!w->is_there && !rs_anchor_write(w->path, w->root))
        return false;
    bool good = rs_anchor_tool_run(w->tool, false);
    if (good && !is_trusted(w)) {
        rs_message_error("%s has not put %s into the trust store", w->tool->program, w->path);
        good = false;
    }
    /* The tool takes its time, too. */
    good = good && is_limited(w);
    if (!good)
        take_back(w);
    else if (!w->options->target.quiet)
        rs_message_done("trusted: %s", w->path);
    return good;
}

/* The order matters: whatever ends this early, the root is not trusted without a limit. */
static bool carry_out(work *w, char *const *names)
{
    const options *o = w->options;
    const rs_scope_wish wish = {
        .root = &w->listed, .permit = names, .exclude = o->exclude.items, .mode = o->mode};
    const char *place = rs_scope_ensure(&o->target, o->file, &wish, &w->arena);
    if (place == NULL || o->target.dry_run)
        return place != NULL && print_rest(w);
    if (!switch_on(w))
        return false;
    if (!is_limited(w)) {
        rs_message_error("the root is not put into the trust store");
        return false;
    }
    if (!o->target.quiet)
        rs_message_done("%s: %s (%s)", is_test(o) ? "listed, in test mode" : "limited",
                        rs_root_stanzas_text(&w->arena, &w->listed), place);
    if (is_test(o))
        rs_message_warning("in test mode, programs accept certificates outside the names and log "
                           "them");
    /* Somebody else may have changed the list meanwhile. */
    if (!is_trusted(w) && wait_for_running(w) && !is_limited(w)) {
        rs_message_error("the root is not put into the trust store");
        return false;
    }
    return put_into_store(w);
}

static int trust(const options *o, const char *path, char *const *names)
{
    work w = {.options = o};
    bool good = prepare(&w, path) && carry_out(&w, names);
    rs_proof_clear(&w.proof);
    X509_free(w.root);
    rs_arena_clear(&w.arena);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

/* Returns an exit status after a message. */
static int refuse_contradictions(options *o, const rs_words *arguments, char *const *names)
{
    static const char *const unlisted[] = {"label",  "enable", "from-mkcert", "no-wait", "dry-run",
                                           "output", "quiet",  "shipped",     "local",   NULL};
    const rs_subcommand *self = &rs_command_trust;
    int status = names[0] != NULL ? RS_OPTIONS_READ
                                  : rs_options_only(self, arguments, unlisted, "without NAME");
    if (status != RS_OPTIONS_READ)
        return status;
    if (!o->from_mkcert)
        status = rs_name_rule_certificate_first(self, arguments->items);
    if (status != RS_OPTIONS_READ)
        return status;
    bool good = rs_name_rule_check(RS_PERMIT, names, !o->target.quiet);
    if (!rs_name_rule_check(RS_EXCLUDE, o->exclude.items, false) || !good)
        return RS_EXIT_ERROR;
    return rs_change_target_complete(self, &o->target, NULL);
}

/* What a developer's root is for: names that no other machine has. */
static char *const development_names[] = {"test", "localhost", "ip:127.0.0.0/8", "ip:::1/128",
                                          NULL};

static int trust_arguments(options *o, const rs_words *arguments)
{
    rs_arena arena = {0};
    const char *path = o->from_mkcert ? rs_root_file_of_mkcert(&arena) : arguments->items[0];
    char *const *names = arguments->items + (o->from_mkcert || arguments->count == 0 ? 0 : 1);
    if (o->from_mkcert && arguments->count == 0)
        names = development_names;
    int status = RS_EXIT_ERROR;
    if (path != NULL)
        status = refuse_contradictions(o, arguments, names);
    else if (!o->from_mkcert)
        status = rs_message_usage(&rs_command_trust, "missing argument: CERT");
    if (status == RS_OPTIONS_READ)
        status = trust(o, path, names);
    rs_arena_clear(&arena);
    return status;
}

static int run(int argc, char **argv)
{
    rs_words arguments;
    options o = {.file = "local.list",
                 .exclude.items = rs_message_need(calloc((size_t)argc + 1, sizeof(char *))),
                 .mode.mode = RS_MODE_ENFORCE};
    int status = rs_options_read(&rs_command_trust, argc, argv, &o, &arguments);
    if (status == RS_OPTIONS_READ)
        status = trust_arguments(&o, &arguments);
    free(o.exclude.items);
    return status;
}

static const rs_option known[] = {
    {"exclude", 'x', "NAME", "refuse NAME, below a permitted one; repeat it for more names",
     rs_option_words, offsetof(options, exclude)},
    {"label", 'l', "TEXT", "call the root TEXT (default: its common name)", rs_stanza_text_take,
     offsetof(options, label)},
    {"mode", 'm', "MODE",
     "enforce (default), or test or \"test until YYYY-MM-DD\": trust the root, and only log names "
     "outside its own",
     take_mode, offsetof(options, mode)},
    {"file", 'f', "NAME", "add to the local source NAME (default: local.list)",
     rs_sources_take_name, offsetof(options, file)},
    {"enable", 0, NULL, "run `rootscope enable` after the list is compiled, if that is needed",
     rs_option_flag, offsetof(options, enable)},
    {"from-mkcert", 0, NULL,
     "take the root that mkcert made; the default names are test, localhost and the loopback "
     "addresses",
     rs_option_flag, offsetof(options, from_mkcert)},
    {"no-wait", 0, NULL, "do not wait until the processes that run already have read the list",
     rs_option_flag, offsetof(options, no_wait)},
    {"dry-run", 0, NULL, "print what would be done, and do nothing", rs_option_flag,
     offsetof(options, target.dry_run)},
    RS_ROWS_PLACES,
    {0},
};

const rs_subcommand rs_command_trust = {
    .name = "trust",
    .summary = "trust a CA, for some names only",
    .usage = "Usage: rootscope trust [OPTION...] CERT NAME...\n"
             "       rootscope trust [OPTION...] CERT\n"
             "       rootscope trust [OPTION...] --from-mkcert [NAME...]\n"
             "\n"
             "Puts the root certificate in the file CERT into the system's trust store, for\n"
             "the given names only. First limits it as `rootscope add` does; then tries\n"
             "whether programs refuse a certificate of it for other names; only then runs the\n"
             "tool of this system, update-ca-certificates or update-ca-trust. If anything\n"
             "fails, the root is not trusted. Without NAME, the root must be limited already.\n",
    .options = known,
    .notes = "To take it back, run `rootscope untrust CERT`.\n",
    .run = run,
};
