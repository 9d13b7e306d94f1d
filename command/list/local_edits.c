/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/local_edits.h"

#include "command/base/edit_lock.h"
#include "command/base/exit_status.h"
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

void rs_local_edits_tell(rs_local_edits *edits, const char *line)
{
    if (edits->line_count == edits->line_capacity) {
        size_t capacity = 2 * edits->line_capacity + 8;
        const char **grown = rs_message_need(rs_arena_take(edits->arena, capacity * sizeof *grown));
        if (edits->line_count > 0)
            memcpy(grown, edits->lines, edits->line_count * sizeof *grown);
        edits->lines = grown;
        edits->line_capacity = capacity;
    }
    edits->lines[edits->line_count++] = line;
}

static bool write_changes(rs_local_edits *edits, const rs_change_target *target)
{
    if (edits->count == 0)
        return true;
    rs_change *changes =
        rs_message_need(rs_arena_take(edits->arena, edits->count * sizeof *changes));
    for (size_t i = 0; i < edits->count; i++) {
        rs_local_edit *item = &edits->items[i];
        changes[i] = (rs_change){.path = item->path,
                                 .old = item->is_new ? (rs_bytes){0} : item->edit.text,
                                 .text = rs_source_edit_text(&item->edit)};
    }
    return rs_change_write(target, changes, edits->count);
}

int rs_local_edits_run(const rs_change_target *target, const char *file, rs_local_edits_plan *plan,
                       void *arg)
{
    rs_arena arena = {0};
    rs_sources sources = {0};
    rs_local_edits edits = {.arena = &arena,
                            .sources = &sources,
                            .target = target,
                            .folder = target->local,
                            .file = file};
    rs_edit_lock lock;
    bool good = rs_edit_lock_take(&lock, target->local, RS_EDIT_LOCK_SECONDS) &&
                rs_sources_add_folders(&sources, target->shipped, target->local) &&
                rs_sources_parse(&sources, false) && plan(arg, &edits) &&
                write_changes(&edits, target);
    rs_edit_lock_release(&lock);
    for (size_t i = 0; i < edits.line_count && good && !target->quiet && !target->dry_run; i++)
        rs_message_done("%s", edits.lines[i]);
    rs_sources_clear(&sources);
    rs_arena_clear(&arena);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}
