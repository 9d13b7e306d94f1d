/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/mode_plan.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/hint.h"
#include "command/list/root_match.h"
#include "command/list/root_search.h"
#include "command/list/root_stanzas.h"
#include "command/list/stanza_text.h"
#include "lib/base/utc.h"
#include "lib/compiler/mode_line.h"

#include <stdlib.h>

enum { WEAKER_NAMED = 5 };

/* A root whose mode is to be set; NULL: the default stanza. */
typedef struct subject {
    const rs_list_root *root;
    rs_root_stanzas by;
    rs_mode_period now;
} subject;

typedef struct subjects {
    subject *items;
    size_t count;
} subjects;

const char *rs_mode_plan_text(rs_arena *arena, rs_mode_period mode)
{
    char date[RS_UTC_DAY_SIZE];
    if (mode.mode != RS_MODE_TEST || mode.until == 0)
        return rs_mode_word(mode.mode);
    rs_utc_day_text(mode.until, date);
    return rs_text_format(arena, "test until %s", date);
}

bool rs_mode_plan_read(const char *words, rs_mode_period *mode)
{
    rs_arena arena = {0};
    rs_diagnostics wrong = {0};
    rs_lexer *lexer = rs_message_need(rs_arena_take(&arena, sizeof *lexer));
    rs_line line;
    const char *text = rs_text_format(&arena, "mode %s\n", words);
    rs_lexer_init(lexer, "", rs_bytes_of_string(text), &wrong);
    bool good = rs_stanza_text_is_safe(words) && rs_lexer_next(lexer, &line) == RS_LEXED_LINE &&
                line.count <= 4 && rs_mode_line_read(&lexer->place, &line, mode);
    rs_diagnostics_clear(&wrong);
    rs_arena_clear(&arena);
    return good;
}

bool rs_mode_plan_same(rs_mode_period a, rs_mode_period b)
{
    return a.mode == b.mode && (a.mode != RS_MODE_TEST || a.until == b.until);
}

/* Whether the stanza has a root whose mode must not change; `*other` becomes that root. */
static bool is_for_others(const rs_mode_plan *plan, rs_placed_stanza s, const subjects *all,
                          const rs_list_root **other)
{
    for (size_t i = 0; i < s.stanza->root_count; i++) {
        bool selected = false;
        *other = &s.stanza->roots[i];
        for (size_t k = 0; k < all->count && !selected; k++)
            selected = rs_root_stanzas_same(all->items[k].root, *other);
        if (!selected && rs_root_stanzas_find(plan->edits->sources, *other).mode.stanza == s.stanza)
            return true;
    }
    return false;
}

/* Whether the roots of a stanza would be enforced without it. */
static bool is_superfluous(const rs_mode_plan *plan, rs_placed_stanza s)
{
    if (s.stanza->rule_count > 0)
        return false;
    for (size_t i = 0; i < s.stanza->root_count || (i == 0 && s.stanza->root_count == 0); i++) {
        const rs_list_root *root = s.stanza->root_count == 0 ? NULL : &s.stanza->roots[i];
        rs_root_stanzas by = rs_root_stanzas_find(plan->edits->sources, root);
        if (by.mode.stanza == s.stanza &&
            rs_root_stanzas_mode(by.mode_before.stanza).mode != RS_MODE_ENFORCE)
            return false;
    }
    return true;
}

/* Changes a stanza of a local file. All of its roots get the mode. */
static void change_stanza(rs_mode_plan *plan, rs_placed_stanza s)
{
    rs_source_edit *edit = rs_local_edits_of(plan->edits, s.file->path);
    bool enforce = plan->wanted.mode == RS_MODE_ENFORCE;
    if (enforce && is_superfluous(plan, s))
        rs_source_edit_remove(edit, s.stanza->line);
    else
        rs_source_edit_set_mode(edit, s.stanza->line,
                                enforce && s.stanza->rule_count > 0
                                    ? NULL
                                    : rs_mode_plan_text(plan->edits->arena, plan->wanted));
}

/* Adds a stanza with nothing but the mode. */
static bool add_stanza(rs_mode_plan *plan, const subject *s, const rs_list_root *other)
{
    const char *path = rs_local_edits_later(plan->edits, s->by.mode.file);
    if (path == NULL) {
        if (other != NULL)
            rs_message_error("%s:%u: this stanza is also for %s; name all of its roots",
                             s->by.mode.file->path, (unsigned)s->by.mode.stanza->line,
                             rs_root_stanzas_text(plan->edits->arena, other));
        return false;
    }
    rs_arena *arena = plan->edits->arena;
    rs_source_edit_append(rs_local_edits_of(plan->edits, path),
                          rs_text_format(arena, "%s\n    mode %s\n",
                                         rs_root_stanzas_head(arena, s->root),
                                         rs_mode_plan_text(arena, plan->wanted)));
    return true;
}

/* Whether a stanza was changed already, for a root before this one. */
static bool is_done(const subjects *all, size_t end)
{
    for (size_t i = 0; i < end; i++)
        if (all->items[i].by.mode.stanza == all->items[end].by.mode.stanza)
            return true;
    return false;
}

static bool plan_subject(rs_mode_plan *plan, const subjects *all, size_t at)
{
    const subject *s = &all->items[at];
    const rs_list_root *other = NULL;
    if (rs_mode_plan_same(s->now, plan->wanted))
        return true;
    if (s->by.mode.file->is_shipped || is_for_others(plan, s->by.mode, all, &other))
        return add_stanza(plan, s, other);
    if (!is_done(all, at))
        change_stanza(plan, s->by.mode);
    return true;
}

static void tell(rs_mode_plan *plan, const char *what, rs_mode_period before)
{
    const char *wanted = rs_mode_plan_text(plan->edits->arena, plan->wanted);
    bool same = rs_mode_plan_same(before, plan->wanted);
    rs_local_edits_tell(plan->edits,
                        rs_text_format(plan->edits->arena, "%s: mode %s%s%s", what, wanted,
                                       same ? " already" : ", was ",
                                       same ? "" : rs_mode_plan_text(plan->edits->arena, before)));
}

/* Finds out what decides on each root. */
static subjects look_up(const rs_mode_plan *plan, const rs_found_roots *found)
{
    rs_arena *arena = plan->edits->arena;
    subjects all = {.items = rs_message_need(rs_arena_take(arena, found->count * sizeof(subject))),
                    .count = found->count};
    for (size_t i = 0; i < found->count; i++) {
        subject *s = &all.items[i];
        s->root = found->items[i];
        s->by = rs_root_stanzas_find(plan->edits->sources, s->root);
        s->now = rs_root_stanzas_mode(s->by.mode.stanza);
    }
    return all;
}

bool rs_mode_plan_roots(rs_mode_plan *plan, char *const *wanted)
{
    rs_found_roots found;
    bool good = rs_root_search(plan->edits->sources, plan->edits->arena, wanted, &found);
    subjects all = look_up(plan, &found);
    for (size_t i = 0; i < all.count && good; i++) {
        good = plan_subject(plan, &all, i);
        tell(plan, rs_root_stanzas_text(plan->edits->arena, all.items[i].root), all.items[i].now);
    }
    return good;
}

/* Returns the last file before `end` that has a list-wide mode; NULL: none has. */
static const rs_source_file *file_with_mode(const rs_sources *sources, const rs_source_file *end)
{
    const rs_source_file *found = NULL;
    for (size_t i = 0; i < sources->count && &sources->files[i] != end; i++)
        if (sources->files[i].list.has_mode)
            found = &sources->files[i];
    return found;
}

bool rs_mode_plan_list(rs_mode_plan *plan)
{
    const rs_list *merged = &plan->edits->sources->merged;
    const rs_source_file *last = file_with_mode(plan->edits->sources, NULL);
    rs_mode_period enforce = {.mode = RS_MODE_ENFORCE};
    rs_mode_period now = merged->has_mode ? merged->mode : enforce;
    const char *text = rs_mode_plan_text(plan->edits->arena, plan->wanted);
    const char *path = NULL;
    plan->of_list = true;
    tell(plan, "the whole list", now);
    if (rs_mode_plan_same(now, plan->wanted))
        return true;
    if (last != NULL && !last->is_shipped) {
        path = last->path;
        const rs_source_file *before = file_with_mode(plan->edits->sources, last);
        if (plan->wanted.mode == RS_MODE_ENFORCE &&
            (before == NULL || before->list.mode.mode == RS_MODE_ENFORCE))
            text = NULL;
    } else {
        path = rs_local_edits_later(plan->edits, last);
    }
    if (path != NULL)
        rs_source_edit_set_mode(rs_local_edits_of(plan->edits, path), 0, text);
    return path != NULL;
}

/* "rootscope set-mode test --until 2027-03-01": what sets the mode of what follows. */
static const char *set_mode_command(const rs_mode_plan *plan)
{
    rs_arena *arena = plan->edits->arena;
    const char *command = rs_hint_command(arena, plan->edits->target, "set-mode");
    char date[RS_UTC_DAY_SIZE];
    bool has_date = plan->wanted.mode == RS_MODE_TEST && plan->wanted.until != 0;
    rs_utc_day_text(plan->wanted.until, date);
    return rs_text_format(arena, "%s %s%s%s", command, rs_mode_word(plan->wanted.mode),
                          has_date ? " --until " : "", has_date ? date : "");
}

/* Counts the roots with a weaker mode of their own; the default stanza is one. Names the first. */
static size_t find_weaker(const rs_mode_plan *plan, const char **words)
{
    rs_arena *arena = plan->edits->arena;
    const rs_list *list = &plan->edits->sources->merged;
    size_t count = 0;
    *words = "";
    for (size_t i = 0; i < list->stanza_count; i++) {
        const rs_list_stanza *stanza = &list->stanzas[i];
        if (!stanza->has_mode || stanza->mode.mode <= plan->wanted.mode)
            continue;
        for (size_t k = 0; k < stanza->root_count || (k == 0 && stanza->root_count == 0); k++)
            if (count++ < WEAKER_NAMED)
                *words = rs_text_format(
                    arena, "%s %s", *words,
                    rs_root_match_word_of(arena, list,
                                          stanza->root_count == 0 ? NULL : &stanza->roots[k]));
    }
    return count;
}

void rs_mode_plan_warn(const rs_mode_plan *plan)
{
    const rs_list *list = &plan->edits->sources->merged;
    const char *words;
    size_t weaker = find_weaker(plan, &words);
    if (plan->of_list && weaker > 0)
        rs_message_warning("%zu root%s a weaker mode, which applies; to change %s: %s%s", weaker,
                           weaker == 1 ? " has" : "s have",
                           weaker > WEAKER_NAMED ? "the first of them"
                           : weaker == 1         ? "it"
                                                 : "them",
                           set_mode_command(plan), words);
    if (!plan->of_list && list->has_mode && list->mode.mode > plan->wanted.mode)
        rs_message_warning("%s:%u: the list's mode is %s, which applies to every root; to change "
                           "it: %s --all",
                           list->mode_file, (unsigned)list->mode_line,
                           rs_mode_plan_text(plan->edits->arena, list->mode),
                           set_mode_command(plan));
}
