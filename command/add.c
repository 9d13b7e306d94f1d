/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/chain/root_advice.h"
#include "command/command.h"
#include "command/list/hint.h"
#include "command/list/local_edits.h"
#include "command/list/name_rule.h"
#include "command/list/root_hashes.h"
#include "command/list/root_match.h"
#include "command/list/root_stanzas.h"
#include "command/list/stanza_text.h"
#include "command/status/openssl_config.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct options {
    rs_change_target target;
    const char *file, *label, *mode, *ca_file;
    rs_words exclude;
} options;

static const char *take_mode(void *into, const char *value)
{
    *(const char **)into = value;
    return strcmp(value, "test") == 0 || strcmp(value, "enforce") == 0 ? NULL : "test or enforce";
}

static int refuse_contradictions(options *o, const rs_words *arguments)
{
    const rs_subcommand *self = &rs_command_add;
    if (arguments->count == 0)
        return rs_message_usage(self, "missing argument: CERT");
    if (arguments->count < 2 && o->exclude.count == 0)
        return rs_message_usage(self, "missing argument: NAME, or --exclude NAME");
    int status = rs_name_rule_certificate_first(self, arguments->items);
    if (status != RS_OPTIONS_READ)
        return status;
    bool good = rs_name_rule_check(RS_PERMIT, arguments->items + 1, !o->target.quiet);
    if (!rs_name_rule_check(RS_EXCLUDE, o->exclude.items, false) || !good)
        return RS_EXIT_ERROR;
    return rs_change_target_complete(self, &o->target, "no-compile");
}

/* What is to be added. */
typedef struct request {
    const options *options;
    char *const *permit;
    const char *stanza, *label;
    bool is_trusted; /* the trust store has the root */
    rs_root_hashes root;
} request;

static bool names_same_root(const rs_list_root *listed, const rs_root_hashes *root)
{
    const uint8_t *own =
        listed->kind == RS_ROOT_SPKI ? root->spki_sha256 : root->certificate_sha256;
    return memcmp(listed->sha256, own, RS_SHA256_SIZE) == 0;
}

/* Makes the stanza of a certificate. Returns false, after a message, if that cannot be read. */
static bool make_stanza(request *r, rs_arena *arena, const char *path)
{
    const options *o = r->options;
    char why[RS_CERT_FILE_REASON_SIZE];
    X509 *certificate = rs_cert_file_read_root(path, why);
    if (certificate == NULL) {
        rs_message_error("%s: %s", path, why);
        return false;
    }
    if (!o->target.quiet)
        r->is_trusted = rs_root_advice_print(path, certificate, o->ca_file);
    if (rs_root_hashes_of(certificate, &r->root)) {
        char hex[RS_HEX_SIZE];
        rs_text_hex(r->root.spki_sha256, hex);
        r->label = o->label == NULL ? rs_stanza_text_label(arena, certificate) : o->label;
        rs_stanza_text stanza = {.spki_sha256 = hex,
                                 .label = r->label,
                                 .permit = r->permit,
                                 .exclude = o->exclude.items,
                                 .mode = o->mode};
        r->stanza = rs_stanza_text_write(arena, &stanza);
    } else {
        rs_message_error("%s: the certificate cannot be encoded", path);
    }
    X509_free(certificate);
    return r->stanza != NULL;
}

/* "rootscope permit 'Corp Root' corp.example": what does to a listed root what was asked for. */
static const char *edit_command(const request *r, const rs_local_edits *edits,
                                const rs_list_root *listed)
{
    bool permits = r->permit[0] != NULL;
    const char *command =
        rs_text_format(edits->arena, "%s %s",
                       rs_hint_command(edits->arena, edits->target, permits ? "permit" : "exclude"),
                       rs_root_match_word_of(edits->arena, &edits->sources->merged, listed));
    char *const *names = permits ? r->permit : r->options->exclude.items;
    for (; *names != NULL; names++)
        command =
            rs_text_format(edits->arena, "%s %s", command, rs_text_shell(edits->arena, *names));
    return command;
}

/* Returns a root of a stanza of the file that is the one to be added; NULL: none. */
static const rs_list_root *find_root(const rs_source_file *file, bool with_rules,
                                     const rs_root_hashes *root)
{
    for (size_t i = 0; i < file->list.stanza_count; i++) {
        const rs_list_stanza *stanza = &file->list.stanzas[i];
        for (size_t k = 0; k < stanza->root_count; k++)
            if ((!with_rules || stanza->rule_count > 0) && names_same_root(&stanza->roots[k], root))
                return &stanza->roots[k];
    }
    return NULL;
}

/* Whether a local source already lists the root. Prints a message if so. */
static bool is_listed(const request *r, const rs_local_edits *edits, const char *path)
{
    for (size_t i = 0; i < edits->sources->count; i++) {
        const rs_source_file *file = &edits->sources->files[i];
        /* A stanza of another file that has only a mode gives way. */
        const rs_list_root *listed =
            file->is_shipped ? NULL : find_root(file, strcmp(file->path, path) != 0, &r->root);
        if (listed == NULL)
            continue;
        rs_message_error("%s:%u: the root is listed here already; to change its stanza: %s",
                         file->path, (unsigned)listed->line, edit_command(r, edits, listed));
        return true;
    }
    return false;
}

static bool plan_stanza(void *arg, rs_local_edits *edits)
{
    const request *r = arg;
    const char *path = rs_text_format(edits->arena, "%s/%s", edits->folder, edits->file);
    if (is_listed(r, edits, path) || rs_change_would_hide(edits->sources, path))
        return false;
    rs_source_edit_append(rs_local_edits_of(edits, path), r->stanza);
    rs_list_root root = {.kind = RS_ROOT_SPKI, .label = rs_bytes_of_string(r->label)};
    memcpy(root.sha256, r->root.spki_sha256, RS_SHA256_SIZE);
    rs_local_edits_tell(edits, rs_text_format(edits->arena, "%s: a stanza for %s", path,
                                              rs_root_stanzas_text(edits->arena, &root)));
    return true;
}

/* What is still missing until the machine limits the root. */
static void tell_next(const request *r, rs_arena *arena, const char *path)
{
    const rs_change_target *target = &r->options->target;
    if (target->quiet || target->dry_run)
        return;
    if (target->no_output)
        rs_message_done("next: `%s` puts it in force", rs_hint_compile(arena, target));
    if (target->no_output || target->output != NULL)
        return; /* not the list of the machine */
    rs_openssl_config config;
    rs_problems problems = {0};
    rs_openssl_config_read(NULL, &config, &problems);
    if (config.entry == RS_ENTRY_NONE)
        puts("next: no program uses the list yet: run `rootscope enable`");
    else if (config.settings.refresh == 0)
        puts("running programs follow when they are started again");
    else
        rs_message_done("running programs follow within %lld seconds",
                        (long long)config.settings.refresh);
    if (!r->is_trusted)
        rs_message_done(
            "next: the trust store does not have the root, so most programs refuse what it "
            "issued: run `rootscope trust %s`",
            access(path, F_OK) == 0 ? rs_text_shell(&problems.arena, path) : "CERT");
    rs_openssl_config_clear(&config);
    rs_problems_clear(&problems);
}

static int add(const options *o, char *const *arguments)
{
    rs_arena arena = {0};
    request r = {.options = o, .permit = arguments + 1};
    int status = RS_EXIT_ERROR;
    if (make_stanza(&r, &arena, arguments[0]))
        status = rs_local_edits_run(&o->target, o->file, plan_stanza, &r);
    if (status == RS_EXIT_OK)
        tell_next(&r, &arena, arguments[0]);
    rs_arena_clear(&arena);
    return status;
}

static int run(int argc, char **argv)
{
    rs_words arguments;
    options o = {.file = "local.list",
                 .exclude.items = rs_message_need(calloc((size_t)argc + 1, sizeof(char *)))};
    int status = rs_options_read(&rs_command_add, argc, argv, &o, &arguments);
    if (status == RS_OPTIONS_READ)
        status = refuse_contradictions(&o, &arguments);
    if (status == RS_OPTIONS_READ)
        status = add(&o, arguments.items);
    free(o.exclude.items);
    return status;
}

static const rs_option known[] = {
    {"exclude", 'x', "NAME", "refuse NAME, below a permitted one; repeat it for more names",
     rs_option_words, offsetof(options, exclude)},
    {"label", 'l', "TEXT", "call the root TEXT (default: its common name)", rs_stanza_text_take,
     offsetof(options, label)},
    {"mode", 'm', "test|enforce", "test: only log violations; enforce (default): refuse them",
     take_mode, offsetof(options, mode)},
    {"file", 'f', "NAME", "add to the local source NAME (default: local.list)",
     rs_sources_take_name, offsetof(options, file)},
    {"CAfile", 0, "FILE",
     "look for the root, and for CAs that it issued, in the trust store FILE (default: the "
     "system's)",
     rs_option_text, offsetof(options, ca_file)},
    RS_ROWS_CHANGE,
    {0},
};

const rs_subcommand rs_command_add = {
    .name = "add",
    .summary = "limit a root certificate to names, and compile",
    .usage = "Usage: rootscope add [OPTION...] CERT NAME...\n"
             "\n"
             "Limits the root certificate in the file CERT to the given names: adds a stanza\n"
             "for its key to a local list source, then compiles as `rootscope compile` does.\n"
             "CERT may have any form. When CERT is -, read standard input.\n"
             "Write each NAME as after `permit` in rootscope-list(5), for example corp.example\n"
             "or ip:10.0.0.0/8. Nothing is written if any source has an error.\n",
    .options = known,
    .run = run,
};
