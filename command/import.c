/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/command.h"
#include "command/import/certificate.h"
#include "command/import/foreign.h"
#include "command/import/formats.h"
#include "command/list/stanza_text.h"

#include <stdlib.h>
#include <sys/stat.h>

typedef struct options {
    const char *certificate, *ccadb, *policy, *root_store, *label;
} options;

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

typedef bool read_format(rs_import_stanzas *stanzas, const char *path, rs_bytes text);

static bool import_file(rs_import_stanzas *stanzas, const char *path, read_format *format)
{
    size_t size;
    char *text = rs_foreign_read(path, &size);
    bool good = text != NULL && format(stanzas, path, rs_bytes_make(text, size));
    free(text);
    return good;
}

static bool import(const options *o, rs_import_stanzas *stanzas)
{
    if (o->ccadb != NULL)
        return import_file(stanzas, o->ccadb, rs_import_ccadb);
    if (o->policy != NULL)
        return import_file(stanzas, o->policy, rs_import_chrome_policy);
    if (o->root_store != NULL)
        return import_file(stanzas, o->root_store, rs_import_chrome_root_store);
    return is_folder(o->certificate)
               ? rs_import_certificate_folder(stanzas, o->certificate, o->label)
               : rs_import_certificate(stanzas, o->certificate, o->label);
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
    int sources =
        (o.certificate != NULL) + (o.ccadb != NULL) + (o.policy != NULL) + (o.root_store != NULL);
    if (sources != 1)
        return rs_message_usage(self, "give one of the options --from-...");
    if (o.label != NULL && o.certificate == NULL)
        return rs_message_usage(self, "--label is for --from-certificate");
    rs_import_stanzas stanzas = {0};
    bool good = import(&o, &stanzas);
    rs_import_stanzas_clear(&stanzas);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

static const rs_option known[] = {
    {"from-certificate", 0, "FILE", "read the certificate from FILE, or those of a folder",
     rs_option_text, offsetof(options, certificate)},
    {"from-ccadb", 0, "FILE", "read Mozilla's constraints from a CSV report of the CCADB",
     rs_option_text, offsetof(options, ccadb)},
    {"from-chrome-policy", 0, "FILE", "read Chrome's policy CACertificatesWithConstraints",
     rs_option_text, offsetof(options, policy)},
    {"from-chrome-root-store", 0, "FILE", "read Chrome's root_store.textproto", rs_option_text,
     offsetof(options, root_store)},
    {"label", 'l', "TEXT", "call the root TEXT (default: its common name)", rs_stanza_text_take,
     offsetof(options, label)},
    {0},
};

const rs_subcommand rs_command_import = {
    .name = "import",
    .summary = "print name constraints from elsewhere as stanzas",
    .usage = "Usage: rootscope import --from-certificate FILE [--label TEXT]\n"
             "       rootscope import --from-ccadb FILE\n"
             "       rootscope import --from-chrome-policy FILE\n"
             "       rootscope import --from-chrome-root-store FILE\n"
             "\n"
             "Prints constraints as stanzas of the same meaning, for a list source:\n"
             "\n"
             "  rootscope import --from-certificate ca.pem >/etc/rootscope/ca.list\n"
             "\n"
             "A certificate has them in its nameConstraints extension. When FILE is -, read\n"
             "the certificate from standard input.\n"
             "Constraints do not restrict forms of names that they permit none of; a stanza\n"
             "with a permit line does. Therefore the stanza gets a line such as\n"
             "`permit email:*` for each of these forms. A root with constraints that a list\n"
             "cannot express gets no stanza, and the exit status is 2.\n",
    .options = known,
    .run = run,
};
