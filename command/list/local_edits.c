/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/local_edits.h"

#include "command/base/message.h"
#include "command/base/text.h"

rs_source_edit *rs_local_edits_of(rs_local_edits *edits, const char *path)
{
    for (size_t i = 0; i < edits->count; i++)
        if (strcmp(edits->items[i].path, path) == 0)
            return &edits->items[i].edit;
    if (edits->items == NULL)
        /* Each source that there is, and one for added stanzas. */
        edits->items = rs_message_need(
            rs_arena_take(edits->arena, (edits->sources->count + 1) * sizeof *edits->items));
    const rs_source_file *file = rs_sources_find(edits->sources, path);
    rs_local_edit *started = &edits->items[edits->count++];
    started->path = path;
    started->is_new = file == NULL;
    rs_source_edit_init(&started->edit, edits->arena,
                        file == NULL ? rs_bytes_make(NULL, 0)
                                     : rs_bytes_make(file->text, file->size));
    return &started->edit;
}

const char *rs_local_edits_later(const rs_local_edits *edits, const rs_source_file *file)
{
    if (file != NULL && !file->is_shipped &&
        strcmp(edits->file, strrchr(file->path, '/') + 1) <= 0) {
        rs_message_error("%s cannot change what %s says, because it does not sort after it; give "
                         "another --file",
                         edits->file, file->path);
        return NULL;
    }
    const char *path = rs_text_format(edits->arena, "%s/%s", edits->folder, edits->file);
    return rs_change_would_hide(edits->sources, path) ? NULL : path;
}

rs_change *rs_local_edits_changes(rs_local_edits *edits)
{
    rs_change *changes =
        rs_message_need(rs_arena_take(edits->arena, (edits->count + 1) * sizeof *changes));
    for (size_t i = 0; i < edits->count; i++)
        changes[i] = (rs_change){.path = edits->items[i].path,
                                 .text = rs_source_edit_text(&edits->items[i].edit)};
    return changes;
}
