/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/scope_plan.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/mode_plan.h"

#include <stdio.h>

/* Rules of a stanza, as they are spelt. */
typedef struct lines {
    const char **items;
    size_t count;
} lines;

/* The stanza for this root alone in the file at a path; NULL if there is none. */
static const rs_list_stanza *stanza_in(const rs_local_edits *edits, const char *path,
                                       const rs_list_root *root)
{
    const rs_source_file *file = rs_sources_find(edits->sources, path);
    for (size_t i = 0; file != NULL && i < file->list.stanza_count; i++)
        if (rs_root_stanzas_has(&file->list.stanzas[i], root))
            return &file->list.stanzas[i];
    return NULL;
}

/* The rules of a stanza as its file has them, without those that go, and the new ones. */
static lines changed_rules(rs_arena *arena, rs_placed_stanza from, const rs_scope_change *change)
{
    rs_source_edit edit;
    lines all;
    rs_source_edit_init(&edit, arena, rs_bytes_make(from.file->text, from.file->size));
    for (size_t i = 0; i < change->drop_count; i++)
        rs_source_edit_remove_line(&edit, change->drop[i]);
    rs_bytes text = rs_source_edit_text(&edit);
    /* Only rules went, which stand below the stanza's first line. */
    rs_source_edit_init(&edit, arena, text);
    all.items = rs_source_edit_rules(&edit, from.stanza->line, change->add_count, &all.count);
    for (size_t i = 0; i < change->add_count; i++)
        all.items[all.count++] = change->add[i];
    return all;
}

static const char *write_stanza(rs_arena *arena, const rs_list_root *root, rs_mode_period mode,
                                const lines *rules)
{
    const char *head = rs_root_stanzas_head(arena, root);
    const char *tail = mode.mode == RS_MODE_ENFORCE
                           ? ""
                           : rs_text_format(arena, "    mode %s\n", rs_mode_plan_text(arena, mode));
    size_t size = strlen(head) + strlen(tail) + sizeof "\n", length = 0;
    for (size_t i = 0; i < rules->count; i++)
        size += strlen(rules->items[i]) + sizeof "    \n";
    char *text = rs_message_need(rs_arena_take(arena, size));
    length += (size_t)snprintf(text, size, "%s\n", head);
    for (size_t i = 0; i < rules->count; i++)
        length += (size_t)snprintf(text + length, size - length, "    %s\n", rules->items[i]);
    snprintf(text + length, size - length, "%s", tail);
    return text;
}

static const char *add_copy(rs_local_edits *edits, const rs_list_root *root, rs_root_stanzas by,
                            const rs_scope_change *change)
{
    const char *path = rs_local_edits_later(edits, by.rules.file);
    if (path == NULL)
        return NULL;
    lines rules = changed_rules(edits->arena, by.rules, change);
    const rs_list_stanza *there = stanza_in(edits, path, root);
    if (there != NULL && there->root_count > 1) {
        rs_message_error("%s:%u: this stanza is for several roots; choose another --file", path,
                         (unsigned)there->line);
        return NULL;
    }
    rs_source_edit *edit = rs_local_edits_of(edits, path);
    if (there != NULL)
        rs_source_edit_add(edit, there->line, rules.items, rules.count);
    else
        rs_source_edit_append(
            edit, write_stanza(edits->arena, root, rs_root_stanzas_mode(by.mode.stanza), &rules));
    return path;
}

bool rs_scope_plan_change(rs_local_edits *edits, const rs_list_root *root,
                          const rs_scope_change *change, const char **copied)
{
    rs_root_stanzas by = rs_root_stanzas_find(edits->sources, root);
    *copied = NULL;
    if (by.rules.stanza->root_count > 1 || by.rules.file->is_shipped) {
        *copied = add_copy(edits, root, by, change);
        return *copied != NULL;
    }
    rs_source_edit *edit = rs_local_edits_of(edits, by.rules.file->path);
    for (size_t i = 0; i < change->drop_count; i++)
        rs_source_edit_remove_line(edit, change->drop[i]);
    rs_source_edit_add(edit, by.rules.stanza->line, change->add, change->add_count);
    return true;
}
