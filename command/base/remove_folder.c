/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/remove_folder.h"

#include "command/base/message.h"
#include "command/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

bool rs_remove_folder(const char *folder)
{
    rs_arena arena = {0};
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, NULL);
    for (int i = 0; i < count; i++) {
        (void)unlink(rs_text_format(&arena, "%s/%s", folder, entries[i]->d_name));
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    rs_arena_clear(&arena);
    if (rmdir(folder) == 0 || errno == ENOENT)
        return true;
    return rs_message_file(folder, errno);
}
