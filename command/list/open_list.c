/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/open_list.h"

#include "command/base/message.h"
#include "lib/base/file.h"

#include <errno.h>
#include <stdlib.h>

bool rs_open_list(const char *path, uint8_t **bytes, rs_image *image)
{
    size_t size;
    rs_file_status read = rs_file_read(path, RS_IMAGE_SIZE_MAX, bytes, &size);
    if (read == RS_FILE_SYSTEM) {
        bool not_yet = errno == ENOENT && strcmp(path, ROOTSCOPE_LIST) == 0;
        rs_message_error("%s: %s%s", path, strerror(errno),
                         not_yet ? "; run `rootscope compile`" : "");
        return false;
    }
    if (read != RS_FILE_OK) {
        rs_message_error("%s %s", path, rs_file_status_text(read));
        return false;
    }
    rs_image_status opened = rs_image_open(rs_bytes_make(*bytes, size), image);
    if (opened == RS_IMAGE_OK)
        return true;
    free(*bytes);
    if (opened == RS_IMAGE_NOT_A_LIST)
        rs_message_error("%s %s; of a source, make one: rootscope compile -o FILE.rsl %s", path,
                         rs_image_status_text(opened), path);
    else
        rs_message_error("%s %s", path, rs_image_status_text(opened));
    return false;
}
