/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/extension.h"
#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/export/formats.h"

#include <stdio.h>

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

int rs_export_extension(const rs_export *e)
{
    print_title(&e->root);
    rs_extension_counts counts = rs_extension_text_write(&e->stanza, RS_EXTENSION_EXACT, stdout);
    if (!counts.good) {
        rs_message_error("%s has rules that cannot be read", e->path);
        return RS_EXIT_ERROR;
    }
    if (counts.inexpressible == 0)
        return RS_EXIT_OK;
    rs_message_warning("an extension cannot express %zu line%s of the list; see the comments",
                       counts.inexpressible, counts.inexpressible == 1 ? "" : "s");
    return RS_EXIT_PARTLY;
}
