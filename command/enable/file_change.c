/* SPDX-License-Identifier: Apache-2.0 */
#include "command/enable/file_change.h"

#include "command/base/message.h"
#include "command/base/output_file.h"
#include "command/base/text.h"
#include "command/base/text_diff.h"
#include "lib/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_NAME ".before-rootscope"

enum { SIZE_MAX_READ = 4 << 20, COPIES_MAX = 9 };

/* `exists` tells whether there is a file; false after a message. */
static bool read_file(rs_arena *arena, const char *path, bool *exists, rs_bytes *text)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    rs_file_status status = rs_file_read(path, SIZE_MAX_READ, &bytes, &size);
    *text = rs_bytes_make("", 0);
    *exists = status == RS_FILE_OK;
    if (status == RS_FILE_SYSTEM && errno == ENOENT)
        return true;
    if (status != RS_FILE_OK) {
        rs_message_error("%s: %s", path,
                         status == RS_FILE_SYSTEM ? strerror(errno) : rs_file_status_text(status));
        return false;
    }
    *text = rs_arena_copy(arena, rs_bytes_make(bytes, size));
    free(bytes);
    rs_message_need((void *)(uintptr_t)text->p);
    return true;
}

bool rs_file_change_read(rs_file_change *change, rs_arena *arena, const char *path)
{
    *change = (rs_file_change){.path = path};
    if (!read_file(arena, path, &change->exists, &change->old))
        return false;
    change->remains = change->exists;
    change->new = change->old;
    return true;
}

void rs_file_change_print(const rs_file_change *change)
{
    rs_arena arena = {0};
    if (change->exists == change->remains && rs_bytes_equal(change->old, change->new))
        return;
    printf("--- %s\n+++ %s\n%s", change->exists ? change->path : "/dev/null",
           change->remains ? change->path : "/dev/null",
           rs_text_diff(&arena, change->old, change->new));
    rs_arena_clear(&arena);
}

static bool put(const char *path, bool remains, rs_bytes text)
{
    if (remains)
        return rs_output_file_write(path, text, true);
    char *file = realpath(path, NULL);
    bool good = file != NULL && unlink(file) == 0;
    if (!good)
        rs_message_file(path, errno);
    free(file);
    return good;
}

/* What somebody else writes while a change is made or tried must not get lost. */
static bool is_still(const char *path, bool existed, rs_bytes text, const char *what_now)
{
    rs_arena arena = {0};
    bool exists;
    rs_bytes now;
    bool good = read_file(&arena, path, &exists, &now);
    if (good && (exists != existed || !rs_bytes_equal(now, text))) {
        rs_message_error("%s: somebody else changed it meanwhile; %s", path, what_now);
        good = false;
    }
    rs_arena_clear(&arena);
    return good;
}

/* It is replaced at once, so that no program reads half of it. */
static void warn_of_links(const char *path)
{
    struct stat file;
    if (stat(path, &file) == 0 && file.st_nlink > 1)
        rs_message_warning("%s: a hard link: its other names keep the old content, and no longer "
                           "follow it",
                           path);
}

bool rs_file_change_make(const rs_file_change *change)
{
    warn_of_links(change->path);
    return is_still(change->path, change->exists, change->old, "run this again") &&
           put(change->path, change->remains, change->new);
}

bool rs_file_change_undo(const rs_file_change *change)
{
    return is_still(change->path, change->remains, change->new,
                    "it is not taken back: see what it says, and run `rootscope disable`") &&
           put(change->path, change->exists, change->old);
}

/* The copy's path by number; NULL if the file has none. Links resolved: it is beside the target. */
static const char *copy_path(const rs_file_change *change, rs_arena *arena, unsigned number)
{
    char *file = realpath(change->path, NULL);
    const char *base = file == NULL ? change->path : file;
    const char *path = number == 1 ? rs_text_format(arena, "%s" COPY_NAME, base)
                                   : rs_text_format(arena, "%s" COPY_NAME "-%u", base, number);
    free(file);
    return path;
}

const char *rs_file_change_keep(const rs_file_change *change, rs_arena *arena, rs_bytes text)
{
    for (unsigned i = 1; i <= COPIES_MAX; i++) {
        const char *path = copy_path(change, arena, i);
        bool exists;
        rs_bytes kept;
        if (!read_file(arena, path, &exists, &kept))
            return NULL;
        if (exists && rs_bytes_equal(kept, text))
            return path;
        if (!exists)
            return rs_output_file_write_like(path, text, change->path) ? path : NULL;
    }
    rs_message_error("%s: there are %u copies named *" COPY_NAME "*; remove those that you do not "
                     "need",
                     change->path, (unsigned)COPIES_MAX);
    return NULL;
}

const char *rs_file_change_drop(const rs_file_change *change, rs_arena *arena, rs_bytes text)
{
    const char *other = NULL;
    for (unsigned i = 1; i <= COPIES_MAX; i++) {
        const char *path = copy_path(change, arena, i);
        bool exists;
        rs_bytes kept;
        if (!read_file(arena, path, &exists, &kept) || !exists)
            continue;
        if (!rs_bytes_equal(kept, text))
            other = path;
        else if (unlink(path) != 0)
            rs_message_warning("%s: %s", path, strerror(errno));
    }
    return other;
}
