/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/chain/trust_store.h"
#include "command/command.h"
#include "command/list/root_hashes.h"
#include "command/list/root_stanzas.h"
#include "command/list/stanza_text.h"
#include "command/trust/anchor.h"
#include "command/trust/issued.h"
#include "command/trust/proof.h"
#include "command/trust/scope.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct options {
    rs_change_target target;
} options;

typedef struct work {
    const options *options;
    rs_arena arena;
    rs_list_root root;
    const char *name;  /* fit for a terminal */
    X509 *certificate; /* owned; NULL: unknown */
    const rs_anchor_tool *tool;
    rs_anchor_files files;
} work;

static bool names_root(const void *root, const X509 *certificate)
{
    return rs_root_hashes_match(root, certificate);
}

static bool is_trusted(const work *w)
{
    const X509_NAME *subject =
        w->certificate == NULL ? NULL : X509_get_subject_name(w->certificate);
    return rs_trust_store_has(subject, names_root, &w->root);
}

/* By its key: a re-issued root has the same one, and the list limits both. */
static bool read_root(work *w, const char *path)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    rs_root_hashes hashes;
    w->certificate = rs_cert_file_read_root(path, why);
    if (w->certificate == NULL) {
        rs_message_error("%s: %s", path, why);
        return false;
    }
    w->root.kind = RS_ROOT_SPKI;
    w->root.label = rs_bytes_of_string(rs_stanza_text_label(&w->arena, w->certificate));
    if (!rs_root_hashes_of(w->certificate, &hashes))
        return false;
    memcpy(w->root.sha256, hashes.spki_sha256, RS_SHA256_SIZE);
    return true;
}

/* Of a root that the list names only, a file of the trust store's folder has the certificate. */
static void find_certificate(work *w)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    if (w->certificate == NULL && w->files.count > 0)
        w->certificate = rs_cert_file_read_one(w->files.paths[0], why);
}

static bool plan(work *w, const char *wanted)
{
    bool is_file = strcmp(wanted, "-") == 0 || access(wanted, F_OK) == 0;
    if (!(is_file ? read_root(w, wanted)
                  : rs_scope_find(&w->options->target, wanted, &w->arena, &w->root)))
        return false;
    w->name = rs_root_stanzas_text(&w->arena, &w->root);
    w->tool = rs_anchor_tool_find();
    if (w->tool == NULL || !rs_anchor_find(w->tool, &w->root, &w->arena, &w->files))
        return false;
    find_certificate(w);
    return true;
}

static void print_plan(work *w)
{
    for (size_t i = 0; i < w->files.count; i++)
        rs_message_done("would remove %s", w->files.paths[i]);
    if (w->files.count > 0)
        rs_message_done("would run %s", rs_anchor_tool_command(w->tool, true, &w->arena));
    if (rs_scope_is_local(&w->options->target, &w->root))
        rs_message_done("would then remove the stanza of %s, and compile", w->name);
}

static bool take_out(const work *w)
{
    bool has_files = w->files.count > 0;
    if (!rs_anchor_remove(&w->files))
        return false;
    /* An interrupted run may have removed the files only. */
    if ((has_files || is_trusted(w)) && !rs_anchor_tool_run(w->tool, true))
        return false;
    if (is_trusted(w)) {
        rs_message_error("%s is still trusted: the trust store has it from elsewhere than %s; the "
                         "list still limits it",
                         w->name, w->tool->folder);
        return false;
    }
    for (size_t i = 0; i < w->files.count && !w->options->target.quiet; i++)
        rs_message_done("removed: %s", w->files.paths[i]);
    if (!w->options->target.quiet)
        rs_message_done("not trusted: %s", w->name);
    return true;
}

/* When the trust store last changed, in milliseconds; now, if that cannot be told. */
static int64_t last_change(void)
{
    rs_arena arena = {0};
    const char *path;
    struct stat file;
    STACK_OF(X509) *all = rs_trust_store_read(NULL, &arena, &path);
    int64_t changed = stat(path, &file) == 0 ? (int64_t)file.st_mtim.tv_sec : (int64_t)time(NULL);
    sk_X509_pop_free(all, X509_free);
    rs_arena_clear(&arena);
    return changed * 1000;
}

/* How many processes read the trust store while it had the root, and would lose its limit. */
static unsigned count_holders(void)
{
    rs_problems problems = {0};
    rs_openssl_config config;
    rs_openssl_config_read(NULL, &config, &problems);
    unsigned holders = rs_proof_running_count(&config, last_change()).guarded;
    rs_openssl_config_clear(&config);
    rs_problems_clear(&problems);
    return holders;
}

static bool lift_limit(const work *w)
{
    const rs_change_target *target = &w->options->target;
    if (!rs_scope_is_local(target, &w->root))
        return true;
    unsigned holders = count_holders();
    if (holders > 0) {
        rs_message_warning("the list still limits the root, for processes that may still trust it: "
                           "%u; restart them, then repeat the command; see "
                           "`rootscope status --processes`",
                           holders);
        return true;
    }
    return rs_scope_remove(target, &w->root);
}

/* The order matters: whatever ends this early, the root is not trusted without a limit. */
static int untrust(const options *o, const char *wanted)
{
    work w = {.options = o};
    bool good = plan(&w, wanted);
    if (good && o->target.dry_run)
        print_plan(&w);
    else if (good)
        good = take_out(&w) && lift_limit(&w);
    if (good && w.certificate != NULL)
        rs_trust_issued_warn(w.certificate, w.tool);
    X509_free(w.certificate);
    rs_arena_clear(&w.arena);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

static int run(int argc, char **argv)
{
    const rs_subcommand *self = &rs_command_untrust;
    rs_words arguments;
    options o = {0};
    int status = rs_options_read(self, argc, argv, &o, &arguments);
    if (status != RS_OPTIONS_READ)
        return status;
    if (arguments.count == 0)
        return rs_message_usage(self, "missing argument: CERT or ROOT");
    if (arguments.count > 1)
        return rs_message_usage(self, "unknown argument: %s", arguments.items[1]);
    status = rs_change_target_complete(self, &o.target, NULL);
    return status == RS_OPTIONS_READ ? untrust(&o, arguments.items[0]) : status;
}

static const rs_option known[] = {
    {"dry-run", 0, NULL, "print what would be done, and do nothing", rs_option_flag,
     offsetof(options, target.dry_run)},
    RS_ROWS_PLACES,
    {0},
};

const rs_subcommand rs_command_untrust = {
    .name = "untrust",
    .summary = "take a CA out of the trust store, then lift its limit",
    .usage = "Usage: rootscope untrust [OPTION...] CERT\n"
             "       rootscope untrust [OPTION...] ROOT\n"
             "\n"
             "Takes a root out of the system's trust store: the one in the file CERT, or the\n"
             "listed one of the label or hash ROOT. Removes its stanza from the local list\n"
             "sources once no program can trust the root any more.\n",
    .options = known,
    .run = run,
};
