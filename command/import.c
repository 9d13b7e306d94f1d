/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/command.h"
#include "command/list/root_hashes.h"
#include "command/list/stanza_text.h"
#include "command/text/constraint.h"
#include "lib/compiler/source.h"

#include <openssl/x509v3.h>
#include <stdio.h>

typedef struct options {
    const char *certificate, *label;
} options;

/* The rules that an extension amounts to. */
typedef struct imported {
    rs_arena *arena;
    const char *path;
    char **permit, **exclude; /* ended by NULL */
    size_t permit_count, exclude_count;
    bool is_permitted[RS_FORMS]; /* some permitted constraint is of this form */
    bool is_open[RS_FORMS];      /* one of those permits every name: it constrains none */
    bool good;
} imported;

static void refuse(imported *all, const rs_constraint *constraint, const char *why)
{
    rs_message_error("%s: %s: %s", all->path, rs_constraint_text_describe(all->arena, constraint),
                     why);
    all->good = false;
}

/* Returns NULL if a list source accepts a stanza of this rule alone, else the reason against it. */
static const char *reason_against(rs_arena *arena, char *rule)
{
    char hex[RS_HEX_SIZE];
    char *const one[] = {rule, NULL}, *const none[] = {NULL};
    rs_text_hex((const uint8_t[RS_SHA256_SIZE]){0}, hex);
    rs_stanza_text stanza = {.spki_sha256 = hex, .label = "", .permit = one, .exclude = none};
    rs_source source = {.file = "",
                        .text = rs_bytes_of_string(rs_stanza_text_write(arena, &stanza))};
    rs_diagnostics diagnostics = {0};
    rs_list list = {0};
    const char *why = NULL;
    if (!rs_source_parse(&source, &list, &diagnostics))
        rs_message_need(NULL);
    for (size_t i = 0; i < diagnostics.count && why == NULL; i++)
        if (diagnostics.items[i].severity == RS_ERROR)
            why = rs_text_format(arena, "%s", diagnostics.items[i].text);
    rs_list_free(&list);
    rs_diagnostics_clear(&diagnostics);
    return why;
}

static void take(imported *all, const rs_constraint *constraint)
{
    rs_constraint_text text = rs_constraint_text_of(all->arena, constraint);
    if (!constraint->excluded)
        all->is_permitted[text.form] = true;
    if (text.everything && !constraint->excluded) {
        all->is_open[text.form] = true;
        return;
    }
    const char *why = text.why;
    char *rule = text.rule == NULL ? NULL : (char *)(uintptr_t)text.rule;
    if (rule != NULL)
        why = reason_against(all->arena, rule);
    if (why != NULL)
        refuse(all, constraint, why);
    else if (constraint->excluded)
        all->exclude[all->exclude_count++] = rule;
    else
        all->permit[all->permit_count++] = rule;
}

/* A stanza that permits something closes all forms: opens those that the extension does not
 * restrict. */
static void open_forms(imported *all)
{
    bool some = false;
    for (rs_form form = 0; form < RS_FORMS; form++)
        some |= all->is_permitted[form];
    for (rs_form form = 0; some && form <= RS_FORM_IP; form++) {
        if (all->is_permitted[form] && !all->is_open[form])
            continue;
        const char *rule = rs_text_format(all->arena, "%s:*", rs_form_word(form));
        all->permit[all->permit_count++] = (char *)(uintptr_t)rule;
    }
}

static bool is_of_open_form(const imported *all, const char *rule)
{
    for (rs_form form = 0; form < RS_FORMS; form++) {
        const char *word = rs_form_word(form);
        size_t n = strlen(word);
        if (all->is_open[form] && strncmp(rule, word, n) == 0 && rule[n] == ':')
            return true;
    }
    return false;
}

/* Drops permitted names of a form that another constraint opens. */
static void drop_open_forms(imported *all)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->permit_count; i++)
        if (!is_of_open_form(all, all->permit[i]))
            all->permit[kept++] = all->permit[i];
    all->permit[kept] = NULL;
    all->permit_count = kept;
}

/* Reads every constraint of the extension as a rule. Reports those that cannot be rules. */
static bool read_constraints(imported *all, rs_bytes extension)
{
    rs_name_constraints constraints;
    rs_constraint constraint;
    rs_next next = RS_NEXT_MALFORMED;
    /* A constraint takes four bytes at least. */
    size_t room = extension.n / 4 + RS_FORMS + 1;
    all->permit = rs_message_need(rs_arena_take(all->arena, room * sizeof(char *)));
    all->exclude = rs_message_need(rs_arena_take(all->arena, room * sizeof(char *)));
    all->good = true;
    if (rs_name_constraints_init(&constraints, extension))
        while ((next = rs_name_constraints_next(&constraints, &constraint)) == RS_NEXT_ITEM)
            take(all, &constraint);
    if (next == RS_NEXT_MALFORMED) {
        rs_message_error("%s: the nameConstraints extension cannot be decoded", all->path);
        return false;
    }
    drop_open_forms(all);
    open_forms(all);
    return all->good;
}

/* Finds the nameConstraints extension. Returns false, after a message, if there are none or two. */
static bool find_extension(const char *path, const X509 *certificate, rs_bytes *value)
{
    int index = X509_get_ext_by_NID(certificate, NID_name_constraints, -1);
    if (index < 0) {
        rs_message_error("%s: the certificate has no nameConstraints extension", path);
        return false;
    }
    if (X509_get_ext_by_NID(certificate, NID_name_constraints, index) >= 0) {
        rs_message_error("%s: the certificate has two nameConstraints extensions", path);
        return false;
    }
    const ASN1_STRING *data = X509_EXTENSION_get_data(X509_get_ext(certificate, index));
    *value = rs_bytes_make(ASN1_STRING_get0_data(data), (size_t)ASN1_STRING_length(data));
    return true;
}

static bool print_stanza(const options *o, const X509 *certificate, const imported *all)
{
    rs_root_hashes hashes;
    char hex[RS_HEX_SIZE];
    if (!rs_root_hashes_of(certificate, &hashes)) {
        rs_message_error("%s: the certificate cannot be encoded", all->path);
        return false;
    }
    rs_text_hex(hashes.spki_sha256, hex);
    rs_stanza_text stanza = {
        .spki_sha256 = hex,
        .label = o->label == NULL ? rs_stanza_text_label(all->arena, certificate) : o->label,
        .permit = all->permit,
        .exclude = all->exclude};
    fputs(rs_stanza_text_write(all->arena, &stanza), stdout);
    return true;
}

static int import(const options *o)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    X509 *certificate = rs_cert_file_read_one(o->certificate, why);
    if (certificate == NULL) {
        rs_message_error("%s: %s", o->certificate, why);
        return RS_EXIT_ERROR;
    }
    rs_arena arena = {0};
    imported all = {.arena = &arena, .path = o->certificate};
    rs_bytes extension;
    bool good = find_extension(o->certificate, certificate, &extension) &&
                read_constraints(&all, extension) && print_stanza(o, certificate, &all);
    rs_arena_clear(&arena);
    X509_free(certificate);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

static int run(int argc, char **argv)
{
    const rs_subcommand *self = &rs_command_import;
    options o = {0};
    rs_words arguments;
    int status = rs_options_read(self, argc, argv, &o, &arguments);
    if (status != RS_OPTIONS_READ)
        return status;
    if (arguments.count > 0)
        return rs_message_usage(self, "unknown argument: %s", arguments.items[0]);
    if (o.certificate == NULL)
        return rs_message_usage(self, "--from-certificate FILE is required");
    return import(&o);
}

static const rs_option known[] = {
    {"from-certificate", 0, "FILE", "read the certificate from FILE", rs_option_text,
     offsetof(options, certificate)},
    {"label", 'l', "TEXT", "call the root TEXT (default: its common name)", rs_stanza_text_take,
     offsetof(options, label)},
    {0},
};

const rs_subcommand rs_command_import = {
    .name = "import",
    .summary = "print a certificate's name constraints as a stanza",
    .usage = "Usage: rootscope import --from-certificate FILE [--label TEXT]\n"
             "\n"
             "Prints the nameConstraints extension of a certificate as a stanza of the same\n"
             "meaning for the certificate's key, to be put into a list source:\n"
             "\n"
             "  rootscope import --from-certificate ca.pem >/etc/rootscope/ca.list\n"
             "\n"
             "FILE has one certificate in PEM. When FILE is -, read standard input.\n"
             "An extension does not restrict forms of names that it permits none of; a stanza\n"
             "with a permit line does. Therefore the stanza gets a line such as\n"
             "`permit email:*` for each of these forms. Nothing is printed if a list cannot\n"
             "express the extension.\n",
    .options = known,
    .run = run,
};
