/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/root_removal.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/hint.h"
#include "command/list/root_match.h"
#include "command/list/root_search.h"
#include "command/list/root_stanzas.h"

/* How many roots of a stanza go. */
static size_t count_found(const rs_list_stanza *stanza, const rs_found_roots *found)
{
    size_t count = 0;
    for (size_t i = 0; i < found->count; i++)
        count += rs_root_stanzas_has(stanza, found->items[i]);
    return count;
}

static void remove_from(rs_local_edits *edits, const rs_source_file *file,
                        const rs_list_stanza *stanza, const rs_found_roots *found)
{
    size_t count = count_found(stanza, found);
    if (count == 0)
        return;
    rs_source_edit *edit = rs_local_edits_of(edits, file->path);
    if (count >= stanza->root_count)
        rs_source_edit_remove(edit, stanza->line);
    for (size_t i = 0; i < stanza->root_count && count < stanza->root_count; i++)
        for (size_t k = 0; k < found->count; k++)
            if (rs_root_stanzas_same(&stanza->roots[i], found->items[k]))
                rs_source_edit_remove_line(edit, stanza->roots[i].line);
}

/* The last shipped stanza with rules for a root, and the number of local stanzas for it. */
static rs_placed_stanza look_up(const rs_sources *sources, const rs_list_root *root, size_t *locals)
{
    rs_placed_stanza shipped = {.file = NULL};
    *locals = 0;
    for (size_t i = 0; i < sources->count; i++)
        for (size_t k = 0; k < sources->files[i].list.stanza_count; k++) {
            rs_placed_stanza here = {.file = &sources->files[i],
                                     .stanza = &sources->files[i].list.stanzas[k]};
            if (!rs_root_stanzas_has(here.stanza, root))
                continue;
            *locals += !here.file->is_shipped;
            if (here.file->is_shipped && here.stanza->rule_count > 0)
                shipped = here;
        }
    return shipped;
}

/* What holds for the root, or for chains without a listed one, when no stanza names it. */
static const char *rest_of(const rs_sources *sources, const rs_list_root *root)
{
    bool has_default = false;
    for (size_t i = 0; i < sources->merged.stanza_count; i++)
        has_default |= sources->merged.stanzas[i].root_count == 0;
    if (root == NULL)
        return "chains without a listed root are free";
    return has_default ? "the default stanza applies to it now"
                       : "where it is trusted, it may vouch for every name";
}

/* Tells what becomes of a root. Returns false, after a message, if it cannot be removed. */
static bool tell(rs_local_edits *edits, const rs_list_root *root)
{
    size_t locals;
    const char *what = rs_root_stanzas_text(edits->arena, root);
    rs_placed_stanza shipped = look_up(edits->sources, root, &locals);
    if (locals == 0) {
        rs_message_error("%s:%u: only this shipped source lists %s, which stays as it is; to lift "
                         "its limits: %s off %s",
                         shipped.file->path, (unsigned)shipped.stanza->line, what,
                         rs_hint_command(edits->arena, edits->target, "set-mode"),
                         rs_root_match_word_of(edits->arena, &edits->sources->merged, root));
        return false;
    }
    rs_local_edits_tell(
        edits,
        shipped.file == NULL
            ? rs_text_format(edits->arena, "%s: removed; %s", what, rest_of(edits->sources, root))
            : rs_text_format(edits->arena, "%s: removed; %s:%u limits it again", what,
                             shipped.file->path, (unsigned)shipped.stanza->line));
    return true;
}

bool rs_root_removal_plan(void *wanted, rs_local_edits *edits)
{
    rs_found_roots found;
    bool good = rs_root_search(edits->sources, edits->arena, wanted, &found);
    for (size_t i = 0; good && i < found.count; i++)
        good = tell(edits, found.items[i]);
    for (size_t i = 0; good && i < edits->sources->count; i++) {
        const rs_source_file *file = &edits->sources->files[i];
        for (size_t k = 0; k < file->list.stanza_count && !file->is_shipped; k++)
            remove_from(edits, file, &file->list.stanzas[k], &found);
    }
    return good;
}
