/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/file/walked_folders.h"

#include "lib/base/hash.h"

#include <stdlib.h>

static bool is_folder(const void *array, uint32_t index, const void *key)
{
    const rs_walked_folder *one = &((const rs_walked_folder *)array)[index], *other = key;
    return one->device == other->device && one->number == other->number;
}

static bool has_room(rs_walked_folders *folders)
{
    if (folders->count < folders->capacity)
        return true;
    size_t capacity = 2 * folders->capacity + 64;
    rs_walked_folder *grown =
        capacity < RS_HASH_INDEX_NONE ? reallocarray(folders->all, capacity, sizeof *grown) : NULL;
    if (grown == NULL)
        return false;
    folders->all = grown;
    folders->capacity = capacity;
    return true;
}

bool rs_walked_folders_have(rs_walked_folders *folders, const struct stat *status)
{
    const rs_walked_folder folder = {status->st_dev, status->st_ino};
    uint32_t hash = rs_hash_finish(rs_hash_step(folder.device, folder.number));
    if (rs_hash_index_find(&folders->index, hash, is_folder, folders->all, &folder) !=
        RS_HASH_INDEX_NONE)
        return true;
    if (has_room(folders)) {
        folders->all[folders->count] = folder;
        if (rs_hash_index_add(&folders->index, hash, (uint32_t)folders->count) ==
            RS_HASH_INDEX_ADDED)
            folders->count++;
    }
    return false;
}

void rs_walked_folders_clear(rs_walked_folders *folders)
{
    rs_hash_index_clear(&folders->index);
    free(folders->all);
    *folders = (rs_walked_folders){.all = NULL};
}
