/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/chain/root_advice.h"
#include "command/command.h"
#include "command/list/change.h"
#include "command/list/root_hashes.h"
#include "command/list/source_edit.h"
#include "command/list/stanza_text.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct options {
    rs_change_target target;
    const char *file, *label, *mode, *ca_file;
    rs_words exclude;
} options;

static bool all_safe(char *const *values)
{
    for (; *values != NULL; values++)
        if (!rs_stanza_text_is_safe(*values) || **values == '\0')
            return false;
    return true;
}

static const char *take_mode(void *into, const char *value)
{
    *(const char **)into = value;
    return strcmp(value, "test") == 0 || strcmp(value, "enforce") == 0 ? NULL : "test or enforce";
}

static int refuse_contradictions(options *o, const rs_words *arguments)
{
    const rs_subcommand *self = &rs_command_add;
    if (arguments->count == 0)
        return rs_message_usage(self, "missing argument: PEM");
    if (arguments->count < 2 && o->exclude.count == 0)
        return rs_message_usage(self, "missing argument: NAME, or --exclude NAME");
    if (!all_safe(arguments->items + 1) || !all_safe(o->exclude.items))
        return rs_message_usage(self, "a name must be text without control characters");
    return rs_change_target_complete(self, &o->target, "no-compile");
}

/* Many CAs of a company issue for `srv01` beside `srv01.corp.example`: a line for each of these
 * names is not what the user means. */
static void advise_on_names(char *const *names)
{
    const char *label = NULL;
    bool has_suffix = false;
    for (; *names != NULL; names++) {
        if (strpbrk(*names, ":*@\" ") != NULL || strcmp(*names, "single-label") == 0)
            continue;
        has_suffix |= strchr(*names, '.') != NULL;
        label = strchr(*names, '.') == NULL ? *names : label;
    }
    if (label != NULL && has_suffix)
        rs_message_warning("%s is one host name of one label; to permit all of them, give "
                           "single-label instead",
                           label);
}

/* Makes the stanza of a certificate. Returns NULL, after a message, if that cannot be read. */
static const char *make_stanza(const options *o, const char *pem, char *const *permit,
                               rs_arena *arena, rs_root_hashes *root)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    X509 *certificate = rs_cert_file_read_root(pem, why);
    if (certificate == NULL) {
        rs_message_error("%s: %s", pem, why);
        return NULL;
    }
    if (!o->target.quiet) {
        rs_root_advice_print(pem, certificate, o->ca_file);
        advise_on_names(permit);
    }
    const char *text = NULL;
    if (rs_root_hashes_of(certificate, root)) {
        char hex[RS_HEX_SIZE];
        rs_text_hex(root->spki_sha256, hex);
        rs_stanza_text stanza = {
            .spki_sha256 = hex,
            .label = o->label == NULL ? rs_stanza_text_label(arena, certificate) : o->label,
            .permit = permit,
            .exclude = o->exclude.items,
            .mode = o->mode};
        text = rs_stanza_text_write(arena, &stanza);
    } else {
        rs_message_error("%s: the certificate cannot be encoded", pem);
    }
    X509_free(certificate);
    return text;
}

static bool names_same_root(const rs_list_root *listed, const rs_root_hashes *root)
{
    const uint8_t *own =
        listed->kind == RS_ROOT_SPKI ? root->spki_sha256 : root->certificate_sha256;
    return memcmp(listed->sha256, own, RS_SHA256_SIZE) == 0;
}

/* Whether a parsed source already lists the root. Prints a message if so. */
static bool is_listed(const char *path, const rs_list *list, const rs_root_hashes *root)
{
    for (size_t i = 0; i < list->stanza_count; i++)
        for (size_t k = 0; k < list->stanzas[i].root_count; k++) {
            const rs_list_root *listed = &list->stanzas[i].roots[k];
            if (!names_same_root(listed, root))
                continue;
            rs_message_error("%s:%u: the root is listed here already; edit this stanza", path,
                             listed->line);
            return true;
        }
    return false;
}

/* Returns the text of the source with the stanza at its end. */
static rs_bytes append(rs_arena *arena, const rs_source_file *file, const char *stanza)
{
    rs_source_edit edit;
    rs_bytes old = rs_bytes_make(NULL, 0);
    if (file != NULL && file->size > 0) {
        old = rs_arena_copy(arena, rs_bytes_make(file->text, file->size));
        rs_message_need((void *)(uintptr_t)old.p);
    }
    rs_source_edit_init(&edit, arena, old);
    rs_source_edit_append(&edit, stanza);
    return rs_source_edit_text(&edit);
}

/* Whether the stanza may be added to the parsed sources. Prints a message if not. */
static bool may_be_added(const rs_sources *sources, const char *path, const rs_root_hashes *root)
{
    const rs_source_file *file = rs_sources_find(sources, path);
    if (file != NULL)
        return !is_listed(path, &file->list, root);
    return !rs_change_would_hide(sources, path);
}

/* Returns the new text of the source at `path`. After a message, its p is NULL. */
static rs_bytes make_source(const options *o, const char *path, const char *stanza,
                            const rs_root_hashes *root, rs_arena *arena)
{
    rs_bytes text = {0};
    rs_sources sources = {0};
    if (rs_sources_add_folders(&sources, o->target.shipped, o->target.local) &&
        rs_sources_parse(&sources, false) && may_be_added(&sources, path, root))
        text = append(arena, rs_sources_find(&sources, path), stanza);
    rs_sources_clear(&sources);
    return text;
}

static int add(const options *o, char *const *arguments)
{
    rs_arena arena = {0};
    rs_root_hashes root = {0};
    bool done = false;
    const char *path = rs_text_format(&arena, "%s/%s", o->target.local, o->file);
    const char *stanza = make_stanza(o, arguments[0], arguments + 1, &arena, &root);
    if (stanza != NULL) {
        rs_bytes text = make_source(o, path, stanza, &root, &arena);
        rs_change change = {.path = path, .text = text};
        done = text.p != NULL && rs_change_write(&o->target, &change, 1);
    }
    rs_arena_clear(&arena);
    return done ? RS_EXIT_OK : RS_EXIT_ERROR;
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
     "warn of CAs below the root that are in the trust store FILE (default: the system's)",
     rs_option_text, offsetof(options, ca_file)},
    {RS_ROW_NO_COMPILE(target.no_output)},
    {RS_ROW_OUTPUT(target.output)},
    {RS_ROW_QUIET(target.quiet)},
    {RS_ROW_SHIPPED(target.shipped)},
    {RS_ROW_LOCAL(target.local)},
    {0},
};

const rs_subcommand rs_command_add = {
    .name = "add",
    .summary = "limit a root certificate to names, and compile",
    .usage = "Usage: rootscope add [OPTION...] PEM NAME...\n"
             "\n"
             "Limits the root certificate in the file PEM to the given names: adds a stanza\n"
             "for its key to a local list source, then compiles as `rootscope compile` does.\n"
             "Write each NAME as after `permit` in rootscope-list(5), for example corp.example\n"
             "or ip:10.0.0.0/8. Nothing is written if any source has an error.\n",
    .options = known,
    .run = run,
};
