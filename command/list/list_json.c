/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/list_json.h"

#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/text.h"

#include <inttypes.h>

json_t *rs_list_json_of_root(rs_arena *arena, const rs_root *root)
{
    char hex[RS_HEX_SIZE];
    rs_text_hex(root->sha256, hex);
    json_t *object = rs_message_need(json_object());
    rs_json_set(object, "kind", json_string(rs_root_kind_word(root->kind)));
    rs_json_set(object, "sha256", json_string(hex));
    rs_json_set(object, "label", json_string(rs_text_printable(arena, root->label)));
    return object;
}

json_t *rs_list_json_of_image(rs_arena *arena, const char *path, const rs_image *image)
{
    json_t *object = rs_message_need(json_object());
    rs_json_set(object, "path", json_string(rs_text_printable(arena, rs_bytes_of_string(path))));
    rs_json_set(object, "format", json_integer(image->version));
    rs_json_set(object, "generation",
                json_string(rs_text_format(arena, "%016" PRIx64, image->generation)));
    rs_json_set(object, "size", json_integer((json_int_t)image->file.n));
    return object;
}
