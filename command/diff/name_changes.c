/* SPDX-License-Identifier: Apache-2.0 */
#include "command/diff/name_changes.h"

#include "command/base/message.h"
#include "command/base/text.h"

void rs_name_changes_add(rs_name_changes *changes, bool gained, unsigned forms, rs_covers covers,
                         const char *name)
{
    rs_name_change *made = rs_message_need(rs_arena_take(changes->arena, sizeof *made));
    *made = (rs_name_change){
        .gained = gained, .forms = (uint16_t)forms, .covers = covers, .name = name};
    if (changes->last == NULL)
        changes->first = made;
    else
        changes->last->next = made;
    changes->last = made;
    changes->gained += gained;
    changes->lost += !gained;
}

void rs_name_changes_judge(rs_name_changes *changes, rs_verdict before, rs_verdict after,
                           rs_form form, rs_covers covers, const char *name)
{
    bool was = before == RS_PERMITTED, is = after == RS_PERMITTED;
    if (was != is)
        rs_name_changes_add(changes, is, 1u << form, covers, name);
}

const char *rs_covers_word(rs_covers covers)
{
    static const char *const words[] = {"tree",         "self",    "below",     "wildcard",
                                        "single-label", "unicode", "addresses", "others"};
    return words[covers];
}

/* What the names are, without their form. */
static const char *describe(rs_arena *arena, const rs_name_change *change)
{
    const char *name = change->name;
    switch (change->covers) {
    case RS_COVERS_TREE:
        return name[0] == '\0'
                   ? "every host"
                   : rs_text_format(arena, "%s and every %s below it", name,
                                    (change->forms & 1u << RS_FORM_DIRNAME) != 0 ? "name" : "host");
    case RS_COVERS_SELF:
        return name;
    case RS_COVERS_BELOW:
        return name[0] == '\0' ? "every host of several labels"
                               : rs_text_format(arena, "every host below %s", name);
    case RS_COVERS_WILDCARD:
        return rs_text_format(arena, "the wildcard *%s%s", name[0] == '\0' ? "" : ".", name);
    case RS_COVERS_LABEL:
        return change->forms == 1u << RS_FORM_CN ? "every single word" : "every host of one label";
    case RS_COVERS_UNICODE:
        return name[0] == '\0' ? "hosts in other scripts"
                               : rs_text_format(arena, "hosts in other scripts below %s", name);
    case RS_COVERS_RANGE:
        return rs_text_format(arena, "the addresses %s", name);
    case RS_COVERS_OTHERS:
        return name[0] == '\0' ? "every name that no rule has" : name;
    }
    return name;
}

const char *rs_name_change_text(rs_arena *arena, const rs_name_change *change)
{
    const char *what = describe(arena, change);
    if ((change->forms & RS_ALL_HOST_FORMS) == RS_ALL_HOST_FORMS ||
        change->covers == RS_COVERS_RANGE)
        return what;
    const char *separator = ", as ";
    for (rs_form form = 0; form < RS_FORMS; form++)
        if ((change->forms & 1u << form) != 0) {
            what = rs_text_format(arena, "%s%s%s", what, separator, rs_form_word(form));
            separator = ", ";
        }
    return what;
}
