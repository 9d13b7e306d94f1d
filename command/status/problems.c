/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/problems.h"

#include "command/base/message.h"
#include "command/base/text.h"

#include <stdarg.h>
#include <stdio.h>

void rs_problems_add(rs_problems *problems, rs_weight weight, const char *id, const char *fix,
                     const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = rs_text_format_list(&problems->arena, format, arguments);
    va_end(arguments);
    rs_problem *made = rs_message_need(rs_arena_take(&problems->arena, sizeof *made));
    made->weight = weight;
    made->id = id;
    made->text = rs_text_printable(&problems->arena, rs_bytes_of_string(text));
    made->fix = rs_text_printable(&problems->arena, rs_bytes_of_string(fix));
    if (problems->last == NULL)
        problems->first = made;
    else
        problems->last->next = made;
    problems->last = made;
    if (weight > problems->worst)
        problems->worst = weight;
}

bool rs_problems_have(const rs_problems *problems, const char *id)
{
    for (const rs_problem *p = problems->first; p != NULL; p = p->next)
        if (strcmp(p->id, id) == 0)
            return true;
    return false;
}

const char *rs_weight_word(rs_weight weight)
{
    static const char *const words[] = {"guarded", "warning", "not guarded"};
    return words[weight];
}

void rs_problems_clear(rs_problems *problems)
{
    rs_arena_clear(&problems->arena);
    *problems = (rs_problems){0};
}
