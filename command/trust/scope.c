/* SPDX-License-Identifier: Apache-2.0 */
#include "command/trust/scope.h"

#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/hint.h"
#include "command/list/mode_plan.h"
#include "command/list/root_match.h"
#include "command/list/root_removal.h"
#include "command/list/root_search.h"
#include "command/list/root_stanzas.h"
#include "command/list/stanza_text.h"

#include <stdlib.h>
#include <string.h>

typedef struct plan {
    const rs_scope_wish *wish;
    rs_arena *arena;
    const char *place; /* NULL: it cannot be had */
    bool is_there;
} plan;

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The rules of a stanza in one order, however the file has them. */
static const char **sorted_rules(rs_arena *arena, rs_bytes text, uint32_t stanza, size_t *count)
{
    rs_source_edit edit;
    rs_source_edit_init(&edit, arena, text);
    const char **rules = rs_source_edit_rules(&edit, stanza, 0, count);
    qsort(rules, *count, sizeof *rules, compare_texts);
    return rules;
}

static bool has_rules(rs_arena *arena, const rs_placed_stanza *listed, const char *stanza)
{
    size_t own_count, wanted_count;
    const rs_source_file *file = listed->file;
    const char **own = sorted_rules(arena, rs_bytes_make(file->text, file->size),
                                    listed->stanza->line, &own_count);
    const char **wanted = sorted_rules(arena, rs_bytes_of_string(stanza), 1, &wanted_count);
    bool same = own_count == wanted_count;
    for (size_t i = 0; same && i < own_count; i++)
        same = strcmp(own[i], wanted[i]) == 0;
    return same;
}

static const char *write_stanza(rs_arena *arena, const rs_scope_wish *wish)
{
    char hex[RS_HEX_SIZE];
    rs_text_hex(wish->root->sha256, hex);
    bool enforces = wish->mode.mode == RS_MODE_ENFORCE;
    rs_stanza_text stanza = {.spki_sha256 = hex,
                             .label = (const char *)wish->root->label.p,
                             .permit = wish->permit,
                             .exclude = wish->exclude,
                             .mode = enforces ? NULL : rs_mode_plan_text(arena, wish->mode)};
    return rs_stanza_text_write(arena, &stanza);
}

static bool use(plan *p, const rs_placed_stanza *listed)
{
    p->is_there = true;
    p->place =
        rs_text_format(p->arena, "%s:%u", listed->file->path, (unsigned)listed->stanza->line);
    return true;
}

static bool add(plan *p, rs_local_edits *edits, const char *stanza)
{
    const char *path = rs_text_format(p->arena, "%s/%s", edits->folder, edits->file);
    if (rs_change_would_hide(edits->sources, path))
        return false;
    rs_source_edit_append(rs_local_edits_of(edits, path), stanza);
    p->place = path;
    return true;
}

/* "rootscope permit 'Corp Root' corp.example" */
static const char *permit_command(const rs_local_edits *edits, const rs_scope_wish *wish)
{
    rs_arena *arena = edits->arena;
    const char *command =
        rs_text_format(arena, "%s %s", rs_hint_command(arena, edits->target, "permit"),
                       rs_root_match_word_of(arena, &edits->sources->merged, wish->root));
    for (char *const *names = wish->permit; *names != NULL; names++)
        command = rs_text_format(arena, "%s %s", command, rs_text_shell(arena, *names));
    return command;
}

static bool plan_scope(void *arg, rs_local_edits *edits)
{
    plan *p = arg;
    const rs_scope_wish *wish = p->wish;
    rs_root_stanzas by = rs_root_stanzas_find(edits->sources, wish->root);
    bool is_local = by.rules.stanza != NULL && !by.rules.file->is_shipped;
    if (wish->permit[0] == NULL && wish->exclude[0] == NULL) {
        if (by.rules.stanza != NULL)
            return use(p, &by.rules);
        rs_message_error("no source limits this root yet; give the names that it may vouch for");
        return false;
    }
    const char *stanza = write_stanza(edits->arena, wish);
    if (is_local && has_rules(edits->arena, &by.rules, stanza) &&
        rs_mode_plan_same(rs_root_stanzas_mode(by.mode.stanza), wish->mode))
        return use(p, &by.rules);
    if (!is_local)
        return add(p, edits, stanza);
    rs_message_error("%s:%u lists this root with other names or another mode; give no names to "
                     "use that stanza as it is; to permit it more: %s",
                     by.rules.file->path, (unsigned)by.rules.stanza->line,
                     permit_command(edits, wish));
    return false;
}

const char *rs_scope_ensure(const rs_change_target *target, const char *file,
                            const rs_scope_wish *wish, rs_arena *arena)
{
    plan p = {.wish = wish, .arena = arena};
    if (rs_local_edits_run(target, file, plan_scope, &p) != RS_EXIT_OK)
        return NULL;
    /* An earlier run may have ended between the source and the list. */
    return p.is_there && !rs_change_write(target, NULL, 0) ? NULL : p.place;
}

static bool read_sources(const rs_change_target *target, rs_sources *sources)
{
    return rs_sources_add_folders(sources, target->shipped, target->local) &&
           rs_sources_parse(sources, false);
}

bool rs_scope_find(const rs_change_target *target, const char *wanted, rs_arena *arena,
                   rs_list_root *root)
{
    rs_sources sources = {0};
    rs_found_roots found = {0};
    char *const words[] = {(char *)(uintptr_t)wanted, NULL};
    bool good = read_sources(target, &sources) && rs_root_search(&sources, arena, words, &found);
    if (good && (found.count > 1 || found.items[0] == NULL)) {
        rs_message_error("%s is not one root; give its file, or 8 or more digits of its hash",
                         wanted);
        good = false;
    }
    if (good) {
        *root = *found.items[0];
        root->label = rs_arena_copy(arena, root->label);
    }
    rs_sources_clear(&sources);
    return good;
}

bool rs_scope_is_local(const rs_change_target *target, const rs_list_root *root)
{
    rs_sources sources = {0};
    bool found = false;
    bool read = read_sources(target, &sources);
    for (size_t i = 0; read && i < sources.count; i++) {
        const rs_source_file *file = &sources.files[i];
        for (size_t k = 0; k < file->list.stanza_count && !file->is_shipped; k++)
            found |= rs_root_stanzas_has(&file->list.stanzas[k], root);
    }
    rs_sources_clear(&sources);
    return found;
}

bool rs_scope_remove(const rs_change_target *target, const rs_list_root *root)
{
    char hex[RS_HEX_SIZE];
    rs_text_hex(root->sha256, hex);
    char *wanted[] = {hex, NULL};
    return rs_local_edits_run(target, RS_LOCAL_EDITS_FILE, rs_root_removal_plan, wanted) ==
           RS_EXIT_OK;
}
