/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/open_list.h"
#include "command/list/root_match.h"
#include "command/text/extension.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct options {
    const char *root, *path;
} options;

/* The root that is meant, the first if one stanza has several; false, and says so, if none. */
static bool find_root(const options *o, const rs_image *image, rs_root *found)
{
    bool some = false;
    for (uint32_t i = 0; i < image->root_count; i++) {
        rs_root root = rs_image_root(image, i);
        if (!rs_root_match(o->root, &root))
            continue;
        if (some && root.stanza != found->stanza) {
            rs_message_error("%s has roots %s with different stanzas; more digits of a hash tell "
                             "them apart",
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
    puts("\n# as name constraints, for openssl x509 -req -extfile; more extensions go above them.");
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
    rs_message_warning("%zu of what the list says no extension can express; see the comments",
                       counts.inexpressible);
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
    static const struct option known[] = {
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const rs_command *self = &rs_command_export;
    opterr = 0;
    int option = getopt_long(argc, argv, ":h", known, NULL);
    if (option == 'h')
        return rs_message_help(self);
    if (option != -1)
        return rs_message_option(self, option, argv);
    if (optind == argc || strcmp(argv[optind], "extension") != 0)
        return rs_message_usage(self, "export what? extension is what there is");
    if (argc - optind < 2 || argc - optind > 3)
        return rs_message_usage(self, "one root is needed, and one list at most");
    options o = {.root = argv[optind + 1],
                 .path = argc - optind == 3 ? argv[optind + 2] : ROOTSCOPE_LIST};
    return export_extension(&o);
}

const rs_command rs_command_export = {
    .name = "export",
    .summary = "a root's stanza as an extension for a CA of one's own",
    .help = "Usage: rootscope export extension ROOT [FILE.rsl]\n"
            "\n"
            "Prints what a compiled list, by default\n" ROOTSCOPE_LIST
            ", says of a root (its label, or 8 or\n"
            "more digits of its hash) as a nameConstraints extension in the language of\n"
            "openssl.cnf, so that a certificate for a CA can say the same:\n"
            "\n"
            "  rootscope export extension \"Corp Root\" >names.cnf\n"
            "  openssl x509 -req -in ca.csr -CA root.pem -extfile names.cnf -out ca.pem\n"
            "\n"
            "What no extension can express is in comments, `# not expressible: ...`.\n"
            "\n"
            "  -h, --help  this text\n"
            "\n"
            "Exit status: 0 it says the same, 1 not all could be expressed, 2 error.\n",
    .run = run,
};
