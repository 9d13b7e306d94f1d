/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/file/walk.h"

#include "command/survey/input/file/walked_folders.h"

#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LEVELS_MAX = 6 };

struct rs_walk {
    FTS *tree;
    char **paths;
    rs_walked_folders folders; /* but for those that are given themselves */
};

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

rs_walk *rs_walk_new(char *const *paths, size_t count)
{
    rs_walk *walk = calloc(1, sizeof *walk);
    char **copy = calloc(count + 1, sizeof *copy);
    if (walk == NULL || copy == NULL) {
        free(copy);
        free(walk);
        return NULL;
    }
    if (count > 0)
        memcpy(copy, paths, count * sizeof *copy);
    walk->paths = copy;
    walk->tree = count == 0 ? NULL : fts_open(copy, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    if (count > 0 && walk->tree == NULL) {
        rs_walk_free(walk);
        return NULL;
    }
    return walk;
}

void rs_walk_free(rs_walk *walk)
{
    if (walk == NULL)
        return;
    FTSENT *entry;
    /* Not in the middle: glibc's fts_close forgets some of its memory there. */
    while (walk->tree != NULL && (entry = fts_read(walk->tree)) != NULL)
        fts_set(walk->tree, entry, FTS_SKIP);
    if (walk->tree != NULL)
        fts_close(walk->tree);
    rs_walked_folders_clear(&walk->folders);
    free(walk->paths);
    free(walk);
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Whether it is what a log has beside `tile/data`. */
static bool is_beside_data(const FTSENT *entry)
{
    char path[PATH_MAX];
    const FTSENT *folder = entry->fts_parent;
    if (entry->fts_level < 1 || strcmp(folder->fts_name, "tile") != 0 ||
        strcmp(entry->fts_name, "data") == 0)
        return false;
    int n = snprintf(path, sizeof path, "%.*s/data", (int)folder->fts_pathlen, entry->fts_path);
    return n > 0 && n < (int)sizeof path && is_folder(path);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether a path ends as that of a part of a tile does: 067.p/17 has 17 of its 256 entries. */
static bool is_part(const char *path)
{
    const char *width = strrchr(path, '/');
    if (width == NULL || width - path < 5 || (width - path > 5 && width[-6] != '/'))
        return false;
    const char *index = width++ - 5;
    size_t digits = strspn(width, "0123456789");
    return is_digit(index[0]) && is_digit(index[1]) && is_digit(index[2]) && index[3] == '.' &&
           index[4] == 'p' && digits > 0 && digits <= 3 && width[0] != '0' && width[digits] == '\0';
}

/* Whether it is a certificate of a log, which names them so: other folders may be `issuer`, too. */
static bool is_issuer(const FTSENT *entry)
{
    enum { DIGITS = 64 };
    return entry->fts_level >= 1 && strcmp(entry->fts_parent->fts_name, "issuer") == 0 &&
           entry->fts_namelen == DIGITS &&
           strspn(entry->fts_name, "0123456789abcdefABCDEF") == DIGITS;
}

static bool is_item(rs_walk *walk, FTSENT *entry, rs_walk_item *item)
{
    item->path = entry->fts_path;
    item->kind = RS_WALK_FILE;
    item->size = 0;
    switch (entry->fts_info) {
    case FTS_F:
        item->size = (uint64_t)entry->fts_statp->st_size;
        if (is_issuer(entry))
            item->kind = RS_WALK_ISSUER;
        else if (is_part(entry->fts_path))
            item->kind = RS_WALK_PART;
        return true;
    case FTS_D:
        if (is_beside_data(entry) ||
            (entry->fts_level > 0 && rs_walked_folders_have(&walk->folders, entry->fts_statp)))
            fts_set(walk->tree, entry, FTS_SKIP);
        return false;
    case FTS_DEFAULT:
        return entry->fts_level == 0;
    case FTS_NS:
    case FTS_DNR:
    case FTS_ERR:
    case FTS_SLNONE:
        item->kind = RS_WALK_BROKEN;
        return true;
    default:
        return false;
    }
}

bool rs_walk_next(rs_walk *walk, rs_walk_item *item)
{
    FTSENT *entry;
    while (walk->tree != NULL && (entry = fts_read(walk->tree)) != NULL) {
        if (is_item(walk, entry, item))
            return true;
    }
    return false;
}

bool rs_walk_issuers_of(const char *path, char *buffer)
{
    char *folder = realpath(path, NULL), *slash;
    bool found = false;
    for (int level = 0; folder != NULL && level < LEVELS_MAX && !found; level++) {
        if ((slash = strrchr(folder, '/')) == NULL)
            break;
        *slash = '\0';
        int n = snprintf(buffer, PATH_MAX, "%s/issuer", folder);
        found = n > 0 && n < PATH_MAX && is_folder(buffer);
    }
    free(folder);
    return found;
}
