/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/writers.h"

#include "command/base/text.h"

enum { FIRST_ORDINARY = 1000, FIRST_DYNAMIC = 61184, LAST_DYNAMIC = 65519 };

static bool is_system(uint32_t user)
{
    return user < FIRST_ORDINARY || (user >= FIRST_DYNAMIC && user <= LAST_DYNAMIC);
}

void rs_writers_add_user(rs_writers *writers, uint32_t user)
{
    writers->has_system |= is_system(user);
    for (uint8_t i = 0; i < writers->count; i++)
        if (writers->users[i] == user)
            return;
    if (writers->count == RS_WRITERS_MAX)
        writers->has_more = true;
    else
        writers->users[writers->count++] = user;
}

void rs_writers_add_unknown(rs_writers *writers)
{
    writers->has_unknown = true;
}

void rs_writers_merge(rs_writers *writers, const rs_writers *others)
{
    for (uint8_t i = 0; i < others->count; i++)
        rs_writers_add_user(writers, others->users[i]);
    writers->has_more |= others->has_more;
    writers->has_unknown |= others->has_unknown;
    writers->has_system |= others->has_system;
}

bool rs_writers_are_ordinary(const rs_writers *writers)
{
    return writers->count > 0 && !writers->has_system && !writers->has_unknown;
}

const char *rs_writers_text(rs_arena *arena, const rs_writers *writers)
{
    const char *text = "";
    for (uint8_t i = 0; i < writers->count; i++)
        text = rs_text_format(arena, "%s%suser %u", text, i == 0 ? "" : ", ",
                              (unsigned)writers->users[i]);
    if (writers->has_more)
        text = rs_text_format(arena, "%s, and more", text);
    if (writers->has_unknown)
        text = rs_text_format(arena, "%s%sunknown user", text, text[0] == '\0' ? "" : ", ");
    return text;
}
