/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/change.h"

#include "command/base/edit_lock.h"
#include "command/base/message.h"
#include "command/base/output_file.h"
#include "command/base/text_diff.h"
#include "command/list/build.h"

#include <stdio.h>

int rs_change_target_complete(const rs_subcommand *command, rs_change_target *target,
                              const char *alternative)
{
    if (target->no_output && target->output != NULL)
        return rs_message_usage(command, "--%s cannot be combined with --output", alternative);
    bool named = target->shipped != NULL || target->local != NULL;
    if (named && target->output == NULL && !target->no_output && !target->dry_run)
        return rs_message_usage(command, "--shipped and --local require --output%s%s",
                                alternative == NULL ? "" : " or --",
                                alternative == NULL ? "" : alternative);
    if (target->shipped == NULL)
        target->shipped = ROOTSCOPE_SOURCES_SHIPPED;
    if (target->local == NULL)
        target->local = ROOTSCOPE_SOURCES_LOCAL;
    return RS_OPTIONS_READ;
}

bool rs_change_would_hide(const rs_sources *sources, const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    for (size_t i = 0; i < sources->count; i++) {
        const char *other = sources->files[i].path;
        if (strcmp(path, other) == 0 || strcmp(name, strrchr(other, '/') + 1) != 0)
            continue;
        rs_message_error("%s would hide %s; give another --file, or copy that file first", path,
                         other);
        return true;
    }
    return false;
}

static bool parse_changed(const rs_change_target *target, const rs_change *changes, size_t count,
                          bool verbose, rs_sources *sources)
{
    if (!rs_sources_add_folders(sources, target->shipped, target->local))
        return false;
    for (size_t i = 0; i < count; i++) {
        const rs_source_file *file = rs_sources_find(sources, changes[i].path);
        rs_bytes now = file == NULL ? (rs_bytes){0} : rs_bytes_make(file->text, file->size);
        if (!rs_bytes_equal(now, changes[i].old)) {
            rs_message_error("%s was changed by somebody else meanwhile; run the command again",
                             changes[i].path);
            return false;
        }
        rs_sources_replace(sources, changes[i].path, changes[i].text);
    }
    return rs_sources_parse(sources, verbose);
}

bool rs_change_check(const rs_change_target *target, const rs_change *changes, size_t count)
{
    rs_sources sources = {0};
    bool good = parse_changed(target, changes, count, false, &sources);
    rs_sources_clear(&sources);
    return good;
}

static bool write_sources(const rs_change *changes, size_t count)
{
    size_t written = 0;
    while (written < count && rs_output_file_make_folder(changes[written].path) &&
           rs_output_file_write(changes[written].path, changes[written].text, true))
        written++;
    for (size_t i = 0; i < written && written < count; i++)
        rs_message_error("%s is already written", changes[i].path);
    return written == count;
}

static void print_diffs(const rs_change *changes, size_t count)
{
    rs_arena arena = {0};
    for (size_t i = 0; i < count; i++)
        printf("--- %s\n+++ %s\n%s", changes[i].old.p == NULL ? "/dev/null" : changes[i].path,
               changes[i].path, rs_text_diff(&arena, changes[i].old, changes[i].text));
    rs_arena_clear(&arena);
}

/* With the lock of the folder. */
static bool write_locked(const rs_change_target *target, const rs_change *changes, size_t count)
{
    rs_sources sources = {0};
    bool is_default = target->output == NULL;
    rs_build build = {.output = is_default ? ROOTSCOPE_LIST : target->output,
                      .make_folder = is_default,
                      .quiet = target->quiet};
    bool good = parse_changed(target, changes, count, !target->quiet, &sources);
    for (size_t i = 0; i < count && !good; i++)
        rs_message_error("%s is unchanged", changes[i].path);
    if (good && target->dry_run)
        print_diffs(changes, count);
    else
        good = good && write_sources(changes, count);
    if (good && !target->dry_run && !target->no_output && !rs_build_run(&sources, &build)) {
        for (size_t i = 0; i < count; i++)
            rs_message_error("%s is written, but %s is unchanged", changes[i].path, build.output);
        good = false;
    }
    rs_sources_clear(&sources);
    return good;
}

bool rs_change_write(const rs_change_target *target, const rs_change *changes, size_t count)
{
    rs_edit_lock lock;
    bool good = rs_edit_lock_take(&lock, target->local, RS_EDIT_LOCK_SECONDS) &&
                write_locked(target, changes, count);
    rs_edit_lock_release(&lock);
    return good;
}
