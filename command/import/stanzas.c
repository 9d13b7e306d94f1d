/* SPDX-License-Identifier: Apache-2.0 */
#include "command/import/stanzas.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/stanza_text.h"

#include <search.h>
#include <stdio.h>

typedef struct printed {
    rs_root_kind kind;
    const char *hex;
    const char *rules; /* the lines below that of the root */
} printed;

static int compare(const void *a, const void *b)
{
    const printed *one = a, *other = b;
    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    return strcmp(one->hex, other->hex);
}

const char *rs_import_stanzas_print(rs_import_stanzas *stanzas, const rs_import_rules *rules,
                                    const rs_import_root *root)
{
    rs_arena *arena = &stanzas->arena;
    bool by_key = root->kind == RS_ROOT_SPKI;
    const char *text =
        rs_stanza_text_write(arena, &(rs_stanza_text){.spki_sha256 = by_key ? root->hex : NULL,
                                                      .cert_sha256 = by_key ? NULL : root->hex,
                                                      .label = root->label,
                                                      .permit = rules->permit,
                                                      .exclude = rules->exclude});
    printed *entry = rs_message_need(rs_arena_take(arena, sizeof *entry));
    *entry = (printed){.kind = root->kind,
                       .hex = rs_text_format(arena, "%s", root->hex),
                       .rules = strchr(text, '\n')};
    printed *const *found = rs_message_need(tsearch(entry, &stanzas->roots, compare));
    if (*found == entry)
        fputs(text, stdout);
    else if (strcmp((*found)->rules, entry->rules) != 0)
        return "this root is in the input before, with other constraints; leave one of the two out";
    return NULL;
}

/* The entries are on the arena. */
static void keep(void *entry)
{
    (void)entry;
}

void rs_import_stanzas_clear(rs_import_stanzas *stanzas)
{
    tdestroy(stanzas->roots, keep);
    stanzas->roots = NULL;
    rs_arena_clear(&stanzas->arena);
}
