/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/command.h"
#include "command/list/open_list.h"
#include "command/list/root_match.h"
#include "command/text/extension.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct options {
    const char *root, *path;
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

static void print_title(const rs_root *root)
{
    rs_arena arena = {0};
    char hex[RS_HEX_SIZE];
    rs_text_hex(root->sha256, hex);
    printf("# The scope of root %s:%s", rs_root_kind_word(root->kind), hex);
    if (root->label.n > 0)
        printf(" %s", rs_text_label(&arena, rs_text_printable(&arena, root->label)));
    puts("\n# as name constraints, for openssl x509 -req -extfile. Put other extensions above.");
    rs_arena_clear(&arena);
}

static int print_extension(const options *o, const rs_image *image)
{
    rs_root root = {0};
    rs_stanza stanza;
    if (!find_root(o, image, &root))
        return RS_EXIT_ERROR;
    rs_image_stanza(image, root.stanza, &stanza);
    print_title(&root);
    rs_extension_counts counts = rs_extension_text_write(&stanza, stdout);
    if (!counts.good) {
        rs_message_error("%s has rules that cannot be read", o->path);
        return RS_EXIT_ERROR;
    }
    if (counts.inexpressible == 0)
        return RS_EXIT_OK;
    rs_message_warning("an extension cannot express %zu line%s of the list; see the comments",
                       counts.inexpressible, counts.inexpressible == 1 ? "" : "s");
    return RS_EXIT_PARTLY;
}

static int export_extension(const options *o)
{
    uint8_t *bytes;
    rs_image image;
    if (!rs_open_list(o->path, &bytes, &image))
        return RS_EXIT_ERROR;
    int status = print_extension(o, &image);
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
    if (arguments.count > 0 && strcmp(arguments.items[0], "extension") != 0)
        return rs_message_usage(self, "unknown argument: %s", arguments.items[0]);
    if (arguments.count < 2)
        return rs_message_usage(self, "missing argument: export extension ROOT");
    if (arguments.count > 3)
        return rs_message_usage(self, "unknown argument: %s", arguments.items[3]);
    o.root = arguments.items[1];
    if (arguments.count == 3)
        o.path = arguments.items[2];
    return export_extension(&o);
}

const rs_subcommand rs_command_export = {
    .name = "export",
    .summary = "print a root's stanza as a name constraints extension",
    .usage = "Usage: rootscope export extension ROOT [FILE.rsl]\n"
             "\n"
             "Prints the stanza of a root as a nameConstraints extension in the language of\n"
             "openssl.cnf, to be put into the certificate of a CA:\n"
             "\n"
             "  rootscope export extension \"Corp Root\" >names.cnf\n"
             "  openssl x509 -req -in ca.csr -CA root.pem -extfile names.cnf -out ca.pem\n"
             "\n"
             "ROOT is the root's label, or 8 or more digits of its hash. FILE.rsl is a\n"
             "compiled list (default: " ROOTSCOPE_LIST ").\n"
             "Comments that start with `# not expressible:` have what an extension cannot\n"
             "say.\n",
    .notes = "Exit status: 0 done, 1 the extension says less than the list, 2 error.\n",
    .run = run,
};
