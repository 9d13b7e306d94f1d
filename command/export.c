/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/bundle/bundle.h"
#include "command/bundle/folder.h"
#include "command/bundle/store.h"
#include "command/bundle/write.h"
#include "command/command.h"
#include "command/export/formats.h"
#include "command/list/open_list.h"
#include "command/list/root_hashes.h"
#include "command/list/root_match.h"

#include <stdlib.h>
#include <time.h>

static const struct format {
    const char *name;
    bool needs_certificate;
    int (*run)(const rs_export *e);
} formats[] = {
    {"extension", false, rs_export_extension},
    {"json", false, rs_export_json},
    {"chrome-policy", true, rs_export_chrome_policy},
    {"p11-kit", true, rs_export_p11_kit},
    {"go", true, rs_export_go},
};

#define FORMAT_WORDS "extension, json, chrome-policy, p11-kit, go or bundle"

enum { FORMATS = sizeof formats / sizeof *formats };

typedef struct options {
    const char *root, *path, *certificate;
    const char *store, *output; /* of a bundle */
    enum { UNTOLD, PEM, FOLDER } shape;
    const struct format *format;
} options;

/* Finds the root that matches: the first of a stanza. Returns false, after a message, if there is
 * none, or if several with different stanzas match. */
static bool find_root(const options *o, const rs_image *image, rs_root *found)
{
    bool some = false;
    for (uint32_t i = 0; i < image->root_count; i++) {
        rs_root root = rs_image_root(image, i);
        if (!rs_root_match(o->root, &root))
            continue;
        if (some && root.stanza != found->stanza) {
            rs_message_error("%s: several roots match %s, with different stanzas; give more "
                             "digits of a hash",
                             o->path, o->root);
            return false;
        }
        if (!some)
            *found = root;
        some = true;
    }
    if (!some)
        rs_root_match_report(o->path, o->root);
    return some;
}

/* Reads the root's certificate. Returns false, after a message, if it is that of another root. */
static bool read_certificate(const options *o, rs_export *e)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    rs_root_hashes hashes;
    e->certificate = rs_cert_file_read_root(o->certificate, why);
    if (e->certificate == NULL) {
        rs_message_error("%s: %s", o->certificate, why);
        return false;
    }
    if (rs_root_hashes_of(e->certificate, &hashes) &&
        memcmp(e->root.sha256,
               e->root.kind == RS_ROOT_SPKI ? hashes.spki_sha256 : hashes.certificate_sha256,
               RS_SHA256_SIZE) == 0)
        return true;
    rs_message_error("%s is not the certificate of %s in %s", o->certificate, o->root, o->path);
    return false;
}

static int export(const options *o)
{
    uint8_t *bytes;
    rs_image image;
    rs_export e = {.path = o->path};
    int status = RS_EXIT_ERROR;
    if (!rs_open_list(o->path, &bytes, &image))
        return RS_EXIT_ERROR;
    if (find_root(o, &image, &e.root)) {
        rs_image_stanza(&image, e.root.stanza, &e.stanza);
        if (o->certificate == NULL || read_certificate(o, &e))
            status = o->format->run(&e);
    }
    X509_free(e.certificate);
    free(bytes);
    return status;
}

static const char *take_shape(void *into, const char *value)
{
    options *o = into;
    o->shape = strcmp(value, "pem") == 0 ? PEM : strcmp(value, "dir") == 0 ? FOLDER : UNTOLD;
    return o->shape == UNTOLD ? "pem or dir" : NULL;
}

static int write_bundle(const options *o, const rs_image *image)
{
    rs_bundle bundle;
    STACK_OF(X509) *store = rs_bundle_store_read(o->store);
    int status = RS_EXIT_ERROR;
    if (store != NULL && rs_bundle_make(image, store, time(NULL), false, &bundle)) {
        if (o->shape == FOLDER ? rs_bundle_write_folder(bundle.certificates, o->output)
                               : rs_bundle_write_file(bundle.certificates, o->output))
            status = bundle.is_partial ? RS_EXIT_PARTLY : RS_EXIT_OK;
        rs_bundle_clear(&bundle);
    }
    sk_X509_pop_free(store, X509_free);
    return status;
}

static int export_bundle(options *o, const rs_words *arguments)
{
    uint8_t *bytes;
    rs_image image;
    if (arguments->count > 2)
        return rs_message_usage(&rs_command_export, "unknown argument: %s", arguments->items[2]);
    if (o->certificate != NULL)
        return rs_message_usage(&rs_command_export, "a bundle takes no --certificate; the roots "
                                                    "are those of --store");
    if (o->shape == FOLDER && o->output == NULL)
        return rs_message_usage(&rs_command_export, "--format dir needs -o DIR");
    if (arguments->count == 2)
        o->path = arguments->items[1];
    if (!rs_open_list(o->path, &bytes, &image))
        return RS_EXIT_ERROR;
    int status = write_bundle(o, &image);
    free(bytes);
    return status;
}

static int run(int argc, char **argv)
{
    const rs_subcommand *self = &rs_command_export;
    rs_words arguments;
    options o = {.path = ROOTSCOPE_LIST};
    int status = rs_options_read(self, argc, argv, &o, &arguments);
    if (status != RS_OPTIONS_READ)
        return status;
    if (arguments.count > 0 && strcmp(arguments.items[0], "bundle") == 0)
        return export_bundle(&o, &arguments);
    if (o.store != NULL || o.output != NULL || o.shape != UNTOLD)
        return rs_message_usage(self, "--%s is for a bundle: rootscope export bundle",
                                o.store != NULL    ? "store"
                                : o.output != NULL ? "output"
                                                   : "format");
    for (size_t i = 0; i < FORMATS && arguments.count > 0; i++)
        if (strcmp(arguments.items[0], formats[i].name) == 0)
            o.format = &formats[i];
    if (o.format == NULL)
        return rs_message_usage(self,
                                arguments.count == 0 ? "missing argument: " FORMAT_WORDS "%s"
                                                     : "give " FORMAT_WORDS ": %s",
                                arguments.count == 0 ? "" : arguments.items[0]);
    if (arguments.count < 2)
        return rs_message_usage(self, "missing argument: ROOT");
    if (arguments.count > 3)
        return rs_message_usage(self, "unknown argument: %s", arguments.items[3]);
    if (o.format->needs_certificate && o.certificate == NULL)
        return rs_message_usage(self, "--certificate FILE is required for %s", o.format->name);
    if (!o.format->needs_certificate && o.certificate != NULL)
        return rs_message_usage(self, "--certificate has no meaning for %s", o.format->name);
    o.root = arguments.items[1];
    if (arguments.count == 3)
        o.path = arguments.items[2];
    return export(&o);
}

static const rs_option known[] = {
    {"certificate", 0, "FILE", "the root's certificate, which chrome-policy, p11-kit and go need",
     rs_option_text, offsetof(options, certificate)},
    {"store", 0, "FILE", "the trust store of a bundle, a folder too (default: the system's)",
     rs_option_text, offsetof(options, store)},
    {"output", 'o', "FILE", "write a bundle to this file or folder (default: standard output)",
     rs_option_text, offsetof(options, output)},
    {"format", 0, "pem|dir", "a bundle in one file (default), or in a folder of hashed names",
     take_shape, 0},
    {0},
};

const rs_subcommand rs_command_export = {
    .name = "export",
    .summary = "print the limits of a root, or a limited trust store, for other programs",
    .usage = "Usage: rootscope export extension|json ROOT [FILE.rsl]\n"
             "       rootscope export chrome-policy|p11-kit|go --certificate FILE ROOT\n"
             "                               [FILE.rsl]\n"
             "       rootscope export bundle [--store FILE] [-o FILE] [--format pem|dir]\n"
             "                               [FILE.rsl]\n"
             "\n"
             "Prints the stanza of a root:\n"
             "\n"
             "  extension      as a nameConstraints extension in the language of openssl.cnf,\n"
             "                 for `openssl x509 -req -extfile`\n"
             "  json           as JSON\n"
             "  chrome-policy  as Chrome's policy CACertificatesWithConstraints\n"
             "  p11-kit        as the extension that p11-kit attaches to the root's key\n"
             "  go             as code that adds the root to a pool of Go, which limits it\n"
             "\n"
             "`export bundle` prints the trust store for programs without OpenSSL: each root\n"
             "that the list limits is replaced by its twin, a certificate of the same name\n"
             "and key with name constraints. A super-root, whose key is wiped, issued them.\n"
             "\n"
             "ROOT is the root's label, or 8 or more digits of its hash. FILE.rsl is a\n"
             "compiled list (default: " ROOTSCOPE_LIST ").\n"
             "Messages on standard error say what a format cannot express.\n",
    .options = known,
    .notes = "Exit status: 0 done, 1 the format says less than the list, 2 error.\n",
    .run = run,
};
