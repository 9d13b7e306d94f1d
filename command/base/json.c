/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/json.h"

#include "command/base/message.h"
#include "command/base/text.h"

#include <stdio.h>

void rs_json_set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, rs_message_need(value)) != 0)
        rs_message_need(NULL);
}

void rs_json_append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, rs_message_need(value)) != 0)
        rs_message_need(NULL);
}

json_t *rs_json_of_text(const char *text)
{
    if (text == NULL)
        return json_null();
    rs_arena arena = {0};
    json_t *value = json_string(rs_text_printable(&arena, rs_bytes_of_string(text)));
    rs_arena_clear(&arena);
    return value;
}

static void print(json_t *value, size_t flags)
{
    if (json_dumpf(value, stdout, flags) == 0)
        putchar('\n');
    json_decref(value);
}

void rs_json_print(json_t *value)
{
    print(value, JSON_INDENT(2));
}

void rs_json_print_line(json_t *value)
{
    print(value, JSON_COMPACT);
}
