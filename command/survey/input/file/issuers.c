/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/file/issuers.h"

#include "command/survey/input/file/walk.h"
#include "lib/base/file.h"
#include "lib/names/der.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { CERTIFICATE_MAX = 1 << 20 };

static bool load_file(const char *path, const rs_issuers_sink *sink)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    rs_bytes content;
    rs_file_status status = rs_file_read(path, CERTIFICATE_MAX, &bytes, &size);
    if (status == RS_FILE_NO_MEMORY)
        return false;
    bool is_certificate =
        status == RS_FILE_OK && rs_der_only(rs_bytes_make(bytes, size), RS_DER_SEQUENCE, &content);
    bool ok = is_certificate ? sink->issuer(sink->context, rs_bytes_make(bytes, size))
                             : sink->other(sink->other_context, path);
    free(bytes);
    return ok;
}

/* The issuers in the paths; the size of the rest is added up. */
static bool load_all(char *const *paths, size_t count, const rs_issuers_sink *sink, uint64_t *size)
{
    rs_walk_item item;
    rs_walk *walk = rs_walk_new(paths, count);
    bool ok = walk != NULL;
    while (ok && rs_walk_next(walk, &item)) {
        if (item.kind == RS_WALK_ISSUER)
            ok = load_file(item.path, sink);
        else if (item.kind == RS_WALK_FILE)
            *size += item.size;
    }
    rs_walk_free(walk);
    return ok;
}

/* Of a path that is a tile, or a folder of some. Most have those of the one before them. */
static bool load_beside(const char *path, char *before, const rs_issuers_sink *sink)
{
    char folder[PATH_MAX];
    char *folders[] = {folder};
    uint64_t unused = 0;
    if (!rs_walk_issuers_of(path, folder) || strcmp(folder, before) == 0)
        return true;
    memcpy(before, folder, strlen(folder) + 1);
    return load_all(folders, 1, sink, &unused);
}

bool rs_issuers_load(char *const *paths, size_t count, const rs_issuers_sink *sink, uint64_t *size)
{
    char before[PATH_MAX] = "";
    *size = 0;
    for (size_t i = 0; i < count; i++) {
        if (!load_beside(paths[i], before, sink))
            return false;
    }
    return load_all(paths, count, sink, size);
}
