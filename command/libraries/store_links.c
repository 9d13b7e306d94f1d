/* SPDX-License-Identifier: Apache-2.0 */
#include "command/libraries/store_links.h"

#include "command/base/limited_store.h"
#include "command/base/message.h"
#include "command/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY ".rootscope." /* what files that are being written are called */

enum { HASHES_MAX = 100 };

static bool fail(const char *path)
{
    return rs_message_file(path, errno);
}

const char *rs_store_links_twin(rs_arena *arena, const char *name)
{
    return rs_text_format(arena, RS_STORE_FOLDER "/" RS_STORE_TWINS "/%s", name);
}

const char *rs_store_links_kept(rs_arena *arena, const char *name)
{
    return rs_text_format(arena, RS_STORE_ORIGINALS "/%s", name);
}

/* Where a link leads, on the arena; NULL: it is not a link. */
static const char *target_of(rs_arena *arena, const char *path)
{
    char target[PATH_MAX];
    ssize_t n = readlink(path, target, sizeof target);
    return n <= 0 || n >= (ssize_t)sizeof target ? NULL
                                                 : rs_text_format(arena, "%.*s", (int)n, target);
}

static bool is_ours(const char *target)
{
    static const char start[] = RS_STORE_TWINS "/";
    return strncmp(target, start, sizeof start - 1) == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void take(rs_arena *arena, const char *name, rs_store_links *links)
{
    const char *path = rs_text_format(arena, RS_STORE_FOLDER "/%s", name);
    const char *target = target_of(arena, path);
    struct stat status;
    if (target == NULL && strcmp(name, RS_STORE_BUNDLE) != 0 && stat(path, &status) == 0 &&
        S_ISREG(status.st_mode))
        links->items[links->count++] =
            (rs_store_link){.name = rs_text_format(arena, "%s", name), .is_file = true};
    if (target == NULL || strchr(target, '/') == NULL)
        return;
    rs_store_link link = {.name = rs_text_format(arena, "%s", name),
                          .is_limited = is_ours(target),
                          .original = target};
    if (link.is_limited)
        link.original = target_of(arena, rs_store_links_kept(arena, name));
    links->items[links->count++] = link;
}

bool rs_store_links_read(rs_arena *arena, rs_store_links *links)
{
    struct dirent **entries;
    int count = scandir(RS_STORE_FOLDER, &entries, NULL, by_name);
    *links = (rs_store_links){0};
    if (count < 0)
        return fail(RS_STORE_FOLDER);
    links->items =
        rs_message_need(rs_arena_take(arena, ((size_t)count + 1) * sizeof *links->items));
    for (int i = 0; i < count; i++) {
        if (is_visible(entries[i]))
            take(arena, entries[i]->d_name, links);
        free(entries[i]);
    }
    free(entries);
    return true;
}

bool rs_store_links_point(const char *path, const char *target)
{
    rs_arena arena = {0};
    const char *slash = strrchr(path, '/');
    const char *temporary =
        rs_text_format(&arena, "%.*s/" TEMPORARY "link", (int)(slash - path), path);
    (void)unlink(temporary);
    bool good = symlink(target, temporary) == 0 && rename(temporary, path) == 0;
    if (!good) {
        fail(path);
        (void)unlink(temporary);
    }
    rs_arena_clear(&arena);
    return good;
}

bool rs_store_links_keep(const rs_store_link *link)
{
    rs_arena arena = {0};
    const char *path = rs_store_links_kept(&arena, link->name);
    const char *before = target_of(&arena, path);
    bool good = (before != NULL && strcmp(before, link->original) == 0) ||
                rs_store_links_point(path, link->original);
    rs_arena_clear(&arena);
    return good;
}

void rs_store_links_sweep(const char *folder)
{
    rs_arena arena = {0};
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, NULL);
    for (int i = 0; i < count; i++) {
        if (strncmp(entries[i]->d_name, TEMPORARY, sizeof TEMPORARY - 1) == 0)
            (void)unlink(rs_text_format(&arena, "%s/%s", folder, entries[i]->d_name));
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    rs_arena_clear(&arena);
}

bool rs_store_links_by_hash(const char *name, unsigned long hash, bool make)
{
    rs_arena arena = {0};
    bool good = false, is_there = false;
    for (unsigned i = 0; i < HASHES_MAX && !is_there && !good; i++) {
        const char *path = rs_text_format(&arena, RS_STORE_FOLDER "/%08lx.%u", hash, i);
        const char *target = target_of(&arena, path);
        is_there = target != NULL && strcmp(target, name) == 0;
        good = make && target == NULL && symlink(name, path) == 0;
        if (target == NULL && !good && (!make || errno != EEXIST))
            break;
    }
    rs_arena_clear(&arena);
    return good || is_there || (make && fail(RS_STORE_FOLDER));
}
