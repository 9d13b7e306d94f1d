/* SPDX-License-Identifier: Apache-2.0 */
#include "command/diff/list_side.h"

#include "command/base/message.h"
#include "command/list/build.h"
#include "command/list/open_list.h"
#include "lib/image/image_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static bool is_compiled(const char *path)
{
    char magic[RS_IMAGE_MAGIC_SIZE];
    struct stat status;
    if (stat(path, &status) != 0)
        return strcmp(path, ROOTSCOPE_LIST) == 0; /* which is not made yet */
    if (!S_ISREG(status.st_mode))
        return false;
    FILE *file = fopen(path, "re");
    bool is = file != NULL && fread(magic, 1, sizeof magic, file) == sizeof magic &&
              memcmp(magic, RS_IMAGE_MAGIC, sizeof magic) == 0;
    if (file != NULL)
        fclose(file);
    return is;
}

static bool compile(rs_sources *sources, rs_list_side *side)
{
    return rs_sources_parse(sources, false) && rs_build_image(sources, &side->bytes, &side->image);
}

bool rs_list_side_open_folders(const char *shipped, const char *local, rs_list_side *side)
{
    rs_sources sources = {0};
    side->path = local;
    bool good = rs_sources_add_folders(&sources, shipped, local);
    if (good && sources.count == 0) {
        rs_message_error("no *.list in %s%s%s", shipped, shipped == local ? "" : " or ",
                         shipped == local ? "" : local);
        good = false;
    }
    good = good && compile(&sources, side);
    rs_sources_clear(&sources);
    return good;
}

bool rs_list_side_open(const char *path, rs_list_side *side)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return rs_list_side_open_folders(path, path, side);
    side->path = path;
    if (is_compiled(path)) {
        uint8_t *bytes;
        bool opened = rs_open_list(path, &bytes, &side->image);
        side->bytes = opened ? bytes : NULL;
        return opened;
    }
    rs_sources sources = {0};
    bool good = rs_sources_add_file(&sources, path) && compile(&sources, side);
    rs_sources_clear(&sources);
    return good;
}

void rs_list_side_clear(rs_list_side *side)
{
    free(side->bytes);
    *side = (rs_list_side){.bytes = NULL};
}
