/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/pem.h"
#include "command/base/text.h"
#include "command/list/change.h"
#include "command/list/source_edit.h"
#include "command/list/stanza_text.h"

#include <getopt.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct options {
    const char *output;
    const char *shipped, *local;
    const char *file, *label, *mode;
    char **exclude; /* ended by NULL */
    size_t exclude_count;
    bool no_compile, quiet;
} options;

enum { OPTIONS_DONE = -1 };

/* How a list may name the root. */
typedef struct root_hashes {
    uint8_t spki_sha256[RS_SHA256_SIZE], certificate_sha256[RS_SHA256_SIZE];
} root_hashes;

static int take_option(int option, char *const *argv, options *o)
{
    switch (option) {
    case 'o':
        o->output = optarg;
        break;
    case 's':
        o->shipped = optarg;
        break;
    case 'L':
        o->local = optarg;
        break;
    case 'f':
        o->file = optarg;
        break;
    case 'l':
        o->label = optarg;
        break;
    case 'm':
        o->mode = optarg;
        break;
    case 'x':
        o->exclude[o->exclude_count++] = optarg;
        break;
    case 'n':
        o->no_compile = true;
        break;
    case 'q':
        o->quiet = true;
        break;
    case 'h':
        return rs_message_help(&rs_command_add);
    default:
        return rs_message_option(&rs_command_add, option, argv);
    }
    return OPTIONS_DONE;
}

static int read_options(int argc, char **argv, options *o)
{
    static const struct option known[] = {
        {"label", required_argument, NULL, 'l'},
        {"file", required_argument, NULL, 'f'},
        {"mode", required_argument, NULL, 'm'},
        {"exclude", required_argument, NULL, 'x'},
        {"no-compile", no_argument, NULL, 'n'},
        {"output", required_argument, NULL, 'o'},
        {"shipped", required_argument, NULL, 's'},
        {"local", required_argument, NULL, 'L'},
        {"quiet", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option, status = OPTIONS_DONE;
    opterr = 0;
    while (status == OPTIONS_DONE &&
           (option = getopt_long(argc, argv, ":l:f:m:x:no:qh", known, NULL)) != -1)
        status = take_option(option, argv, o);
    return status;
}

static bool all_safe(char *const *values)
{
    for (; *values != NULL; values++)
        if (!rs_stanza_text_is_safe(*values) || **values == '\0')
            return false;
    return true;
}

static int refuse_contradictions(const options *o, int argc, char *const *argv)
{
    const rs_command *self = &rs_command_add;
    if (optind == argc)
        return rs_message_usage(self, "which certificate? a PEM file is needed");
    if (argc - optind < 2 && o->exclude_count == 0)
        return rs_message_usage(self, "which names? at least one NAME or --exclude is needed");
    if (o->mode != NULL && strcmp(o->mode, "test") != 0 && strcmp(o->mode, "enforce") != 0)
        return rs_message_usage(self, "--mode is test or enforce");
    if (!all_safe(argv + optind + 1) || !all_safe(o->exclude) ||
        (o->label != NULL && !rs_stanza_text_is_safe(o->label)))
        return rs_message_usage(self, "names and labels have no control characters, and a name is "
                                      "not empty");
    if (o->file != NULL && !rs_sources_is_name(o->file))
        return rs_message_usage(self, "--file is a name that ends in .list, without a folder "
                                      "(--local says where)");
    if ((o->shipped != NULL || o->local != NULL) && o->output == NULL && !o->no_compile)
        return rs_message_usage(self, "with --shipped or --local, -o FILE or --no-compile is "
                                      "needed");
    return OPTIONS_DONE;
}

/* The certificate's stanza; NULL, and the reason on standard error, if it cannot be read. */
static const char *make_stanza(const options *o, const char *pem, char *const *permit,
                               rs_arena *arena, root_hashes *root)
{
    char why[RS_PEM_REASON_SIZE];
    X509 *certificate = rs_pem_read_one(pem, why);
    if (certificate == NULL) {
        rs_message_error("%s: %s", pem, why);
        return NULL;
    }
    if (X509_check_ca(certificate) == 0)
        rs_message_warning("%s is no CA certificate; the stanza will be of use only if it is "
                           "trusted as it is",
                           pem);
    const char *text = NULL;
    if (rs_pem_hash(certificate, root->spki_sha256, root->certificate_sha256)) {
        char hex[RS_HEX_SIZE];
        rs_text_hex(root->spki_sha256, hex);
        rs_stanza_text stanza = {
            .spki_sha256 = hex,
            .label = o->label == NULL ? rs_stanza_text_label(arena, certificate) : o->label,
            .permit = permit,
            .exclude = o->exclude,
            .mode = o->mode};
        text = rs_stanza_text_write(arena, &stanza);
    } else {
        rs_message_error("%s: its certificate cannot be encoded", pem);
    }
    X509_free(certificate);
    return text;
}

static bool names_same_root(const rs_list_root *listed, const root_hashes *root)
{
    const uint8_t *own =
        listed->kind == RS_ROOT_SPKI ? root->spki_sha256 : root->certificate_sha256;
    return memcmp(listed->sha256, own, RS_SHA256_SIZE) == 0;
}

/* Whether a parsed source lists the root already; then it says what to do instead. */
static bool is_listed(const char *path, const rs_list *list, const root_hashes *root)
{
    for (size_t i = 0; i < list->stanza_count; i++)
        for (size_t k = 0; k < list->stanzas[i].root_count; k++) {
            const rs_list_root *listed = &list->stanzas[i].roots[k];
            if (!names_same_root(listed, root))
                continue;
            rs_message_error("%s:%u: this root is listed already; edit its stanza there", path,
                             listed->line);
            return true;
        }
    return false;
}

/* The source with the stanza after what it has. */
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

/* Whether the stanza may be added to what the sources, read and parsed, say now. */
static bool may_be_added(const rs_sources *sources, const char *path, const root_hashes *root)
{
    const rs_source_file *file = rs_sources_find(sources, path);
    if (file != NULL)
        return !is_listed(path, &file->list, root);
    return !rs_change_would_hide(sources, path);
}

/* The new text of the source at `path`; p is NULL if there can be none, which is reported. */
static rs_bytes make_source(const options *o, const char *path, const char *stanza,
                            const root_hashes *root, rs_arena *arena)
{
    rs_bytes text = {0};
    rs_sources sources = {0};
    if (rs_sources_add_folders(&sources, o->shipped, o->local) &&
        rs_sources_parse(&sources, false) && may_be_added(&sources, path, root))
        text = append(arena, rs_sources_find(&sources, path), stanza);
    rs_sources_clear(&sources);
    return text;
}

static int add(const options *o, char *const *arguments)
{
    rs_arena arena = {0};
    root_hashes root = {0};
    bool done = false;
    const char *path = rs_text_format(&arena, "%s/%s", o->local, o->file);
    const char *stanza = make_stanza(o, arguments[0], arguments + 1, &arena, &root);
    if (stanza != NULL) {
        rs_bytes text = make_source(o, path, stanza, &root, &arena);
        rs_change change = {.path = path, .text = text};
        rs_change_target target = {.shipped = o->shipped,
                                   .local = o->local,
                                   .output = o->output,
                                   .no_compile = o->no_compile,
                                   .quiet = o->quiet};
        done = text.p != NULL && rs_change_write(&target, &change, 1);
    }
    rs_arena_clear(&arena);
    return done ? RS_EXIT_OK : RS_EXIT_ERROR;
}

static void set_defaults(options *o)
{
    if (o->shipped == NULL)
        o->shipped = ROOTSCOPE_SOURCES_SHIPPED;
    if (o->local == NULL)
        o->local = ROOTSCOPE_SOURCES_LOCAL;
    if (o->file == NULL)
        o->file = "local.list";
}

static int run(int argc, char **argv)
{
    options o = {.exclude = rs_message_need(calloc((size_t)argc + 1, sizeof(char *)))};
    int status = read_options(argc, argv, &o);
    if (status == OPTIONS_DONE)
        status = refuse_contradictions(&o, argc, argv);
    if (status == OPTIONS_DONE) {
        set_defaults(&o);
        status = add(&o, argv + optind);
    }
    free(o.exclude);
    return status;
}

const rs_command rs_command_add = {
    .name = "add",
    .summary = "give a root certificate a scope, and compile",
    .help = "Usage: rootscope add [OPTION...] PEM NAME...\n"
            "\n"
            "Appends a stanza for the certificate in the file PEM to a local list source:\n"
            "the names that it may vouch for, as after `permit` in rootscope-list(5), for\n"
            "example corp.example or ip:10.0.0.0/8. Then it compiles as `rootscope compile`\n"
            "does.\n"
            "Nothing is written unless every source is free of errors with the new stanza.\n"
            "\n"
            "  -x, --exclude NAME  a name that it may not vouch for; may be given repeatedly\n"
            "  -l, --label TEXT    what to call it; default: its common name\n"
            "  -m, --mode MODE     test: violations are logged only; enforce: the default\n"
            "  -f, --file NAME     the source, by its name in the folder of local sources;\n"
            "                      default: local.list\n"
            "  -n, --no-compile    do not compile\n"
            "  -o, --output FILE   write the list to FILE\n"
            "                      default: " ROOTSCOPE_LIST "\n"
            "  -q, --quiet         neither summary nor warnings\n"
            "      --shipped DIR   take shipped sources from DIR\n"
            "      --local DIR     the folder of local sources\n"
            "  -h, --help          this text\n",
    .run = run,
};
