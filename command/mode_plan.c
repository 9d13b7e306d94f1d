/* SPDX-License-Identifier: Apache-2.0 */
#include "mode_plan.h"

#include "message.h"
#include "open_list.h"
#include "root_match.h"
#include "text.h"

#include <stdlib.h>

enum { ROOTS_SHOWN = 20 };

typedef struct rs_mode_plan_edit {
    const char *path;
    rs_source_edit edit;
} plan_edit;

/* A stanza that has a say in the mode of a root. NULL: none. */
typedef struct setter {
    const rs_source_file *file;
    const rs_list_stanza *stanza;
} setter;

/* What decides the mode of a root now, and what would without that. */
typedef struct setters {
    setter last, before;
} setters;

/* A root, or with NULL the default stanza, of which the mode is to be set. */
typedef struct subject {
    const rs_list_root *root;
    setters by;
    rs_mode_period now;
} subject;

typedef struct subjects {
    subject *items;
    size_t count;
} subjects;

const char *rs_mode_plan_text(rs_arena *arena, rs_mode_period mode)
{
    char date[RS_DATE_SIZE];
    if (mode.mode != RS_MODE_TEST || mode.until == 0)
        return rs_mode_word(mode.mode);
    rs_date_text(mode.until, date);
    return rs_text_format(arena, "test until %s", date);
}

static bool is_same_mode(rs_mode_period a, rs_mode_period b)
{
    return a.mode == b.mode && (a.mode != RS_MODE_TEST || a.until == b.until);
}

static bool is_same_root(const rs_list_root *a, const rs_list_root *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->kind == b->kind && memcmp(a->sha256, b->sha256, RS_SHA256_SIZE) == 0;
}

static bool has_root(const rs_list_stanza *stanza, const rs_list_root *root)
{
    if (stanza->root_count == 0)
        return root == NULL;
    for (size_t i = 0; i < stanza->root_count; i++)
        if (is_same_root(&stanza->roots[i], root))
            return true;
    return false;
}

/* As rs_list_merge decides: the last stanza with rules counts, and those after it. */
static setters setters_of(const rs_sources *sources, const rs_list_root *root)
{
    setters by = {.last = {.file = NULL}};
    for (size_t i = 0; i < sources->count; i++) {
        const rs_list *list = &sources->files[i].list;
        for (size_t k = 0; k < list->stanza_count; k++) {
            const rs_list_stanza *stanza = &list->stanzas[k];
            if (!has_root(stanza, root) || (by.last.stanza == NULL && stanza->rule_count == 0))
                continue;
            by.before = stanza->rule_count == 0 ? by.last : (setter){.file = NULL};
            by.last = (setter){.file = &sources->files[i], .stanza = stanza};
        }
    }
    return by;
}

static rs_mode_period mode_of(setter s)
{
    rs_mode_period none = {.mode = RS_MODE_ENFORCE};
    return s.stanza != NULL && s.stanza->has_mode ? s.stanza->mode : none;
}

static void add_subject(const rs_mode_plan *plan, subjects *all, const rs_list_root *root)
{
    for (size_t i = 0; i < all->count; i++)
        if (is_same_root(all->items[i].root, root))
            return;
    subject *s = &all->items[all->count++];
    s->root = root;
    s->by = setters_of(plan->sources, root);
    s->now = mode_of(s->by.last);
}

/* "Corp Root (spki-sha256:0123456789abcdef)" */
static const char *root_text(rs_arena *arena, const rs_list_root *root)
{
    enum { DIGITS = 16 };
    char hex[RS_HEX_SIZE];
    if (root == NULL)
        return "default";
    rs_text_hex(root->sha256, hex);
    const char *label = rs_text_printable(arena, root->label);
    return rs_text_format(arena, "%s%s%s:%.*s%s", label, label[0] == '\0' ? "" : " (",
                          rs_root_kind_word(root->kind), DIGITS, hex, label[0] == '\0' ? "" : ")");
}

static void report_missing(const rs_mode_plan *plan, const char *wanted)
{
    const rs_list *list = &plan->sources->merged;
    rs_arena arena = {0};
    size_t shown = 0;
    rs_message_error("no source lists a root %s (a label as listed, or 8 or more digits of a hash)",
                     rs_text_printable(&arena, rs_bytes_of_string(wanted)));
    for (size_t i = 0; i < list->stanza_count; i++)
        for (size_t k = 0; k < list->stanzas[i].root_count && shown <= ROOTS_SHOWN; k++, shown++)
            rs_message_error(
                "%s%s", shown == ROOTS_SHOWN ? "and more; see rootscope show" : "listed: ",
                shown == ROOTS_SHOWN ? "" : root_text(&arena, &list->stanzas[i].roots[k]));
    rs_arena_clear(&arena);
}

/* Adds the roots that a word means; false if there are none. */
static bool find_roots(const rs_mode_plan *plan, const char *wanted, subjects *all)
{
    const rs_list *list = &plan->sources->merged;
    bool is_default = strcmp(wanted, "default") == 0, found = false;
    for (size_t i = 0; i < list->stanza_count; i++) {
        const rs_list_stanza *stanza = &list->stanzas[i];
        if (is_default && stanza->root_count == 0) {
            add_subject(plan, all, NULL);
            found = true;
        }
        for (size_t k = 0; k < stanza->root_count; k++) {
            const rs_list_root *listed = &stanza->roots[k];
            rs_root root = {.kind = listed->kind, .label = listed->label};
            memcpy(root.sha256, listed->sha256, RS_SHA256_SIZE);
            if (!rs_root_match(wanted, &root))
                continue;
            add_subject(plan, all, listed);
            found = true;
        }
    }
    if (!found)
        report_missing(plan, wanted);
    return found;
}

/* Room for each root of the list, the default, and each word. */
static void make_room(rs_mode_plan *plan, subjects *all)
{
    const rs_list *list = &plan->sources->merged;
    size_t count = 1;
    for (size_t i = 0; i < list->stanza_count; i++)
        count += list->stanzas[i].root_count;
    all->items = rs_message_need(rs_arena_take(plan->arena, count * sizeof *all->items));
    plan->edits = rs_message_need(
        rs_arena_take(plan->arena, (plan->sources->count + 1) * sizeof *plan->edits));
    plan->lines = rs_message_need(rs_arena_take(plan->arena, count * sizeof *plan->lines));
}

static const char *path_of(const rs_mode_plan *plan, const char *name)
{
    return rs_text_format(plan->arena, "%s/%s", plan->local, name);
}

static const char *base_name(const rs_source_file *file)
{
    return strrchr(file->path, '/') + 1;
}

static bool is_local(const rs_mode_plan *plan, const rs_source_file *file)
{
    return strcmp(file->path, path_of(plan, base_name(file))) == 0;
}

/* The edit of a file, started if it is the first. */
static rs_source_edit *edit_of(rs_mode_plan *plan, const char *path)
{
    for (size_t i = 0; i < plan->edit_count; i++)
        if (strcmp(plan->edits[i].path, path) == 0)
            return &plan->edits[i].edit;
    const rs_source_file *file = rs_sources_find(plan->sources, path);
    plan_edit *new = &plan->edits[plan->edit_count++];
    new->path = path;
    rs_source_edit_init(&new->edit, plan->arena,
                        file == NULL ? rs_bytes_make(NULL, 0)
                                     : rs_bytes_make(file->text, file->size));
    return &new->edit;
}

/* A root of the stanza whose mode must stay as it is; NULL in *other for the default. */
static bool is_for_others(const rs_mode_plan *plan, setter s, const subjects *all,
                          const rs_list_root **other)
{
    for (size_t i = 0; i < s.stanza->root_count; i++) {
        bool selected = false;
        *other = &s.stanza->roots[i];
        for (size_t k = 0; k < all->count && !selected; k++)
            selected = is_same_root(all->items[k].root, *other);
        if (!selected && setters_of(plan->sources, *other).last.stanza == s.stanza)
            return true;
    }
    return false;
}

/* Whether the roots of a stanza would be enforced without it. */
static bool is_superfluous(const rs_mode_plan *plan, setter s)
{
    if (s.stanza->rule_count > 0)
        return false;
    for (size_t i = 0; i < s.stanza->root_count || (i == 0 && s.stanza->root_count == 0); i++) {
        const rs_list_root *root = s.stanza->root_count == 0 ? NULL : &s.stanza->roots[i];
        setters by = setters_of(plan->sources, root);
        if (by.last.stanza == s.stanza && mode_of(by.before).mode != RS_MODE_ENFORCE)
            return false;
    }
    return true;
}

/* Changes a stanza of a local file, all of whose roots get the mode. */
static void change_stanza(rs_mode_plan *plan, setter s)
{
    rs_source_edit *edit = edit_of(plan, path_of(plan, base_name(s.file)));
    bool enforce = plan->wanted.mode == RS_MODE_ENFORCE;
    if (enforce && is_superfluous(plan, s))
        rs_source_edit_remove(edit, s.stanza->line);
    else
        rs_source_edit_set_mode(edit, s.stanza->line,
                                enforce && s.stanza->rule_count > 0
                                    ? NULL
                                    : rs_mode_plan_text(plan->arena, plan->wanted));
}

/* The path of the file for what is added, which must come after another; NULL if it cannot. */
static const char *later_path(const rs_mode_plan *plan, const rs_source_file *file)
{
    if (file != NULL && strcmp(plan->file, base_name(file)) <= 0) {
        rs_message_error("%s sets the mode, and %s does not sort after it; choose another --file",
                         file->path, plan->file);
        return NULL;
    }
    const char *path = path_of(plan, plan->file);
    return rs_change_would_hide(plan->sources, path) ? NULL : path;
}

/* Adds a stanza with the mode alone. */
static bool add_stanza(rs_mode_plan *plan, const subject *s, const rs_list_root *other)
{
    const char *path = later_path(plan, s->by.last.file);
    if (path == NULL) {
        if (other != NULL)
            rs_message_error("%s:%u: this stanza is also for %s; name all of its roots",
                             s->by.last.file->path, (unsigned)s->by.last.stanza->line,
                             root_text(plan->arena, other));
        return false;
    }
    const char *head = "default";
    char hex[RS_HEX_SIZE];
    if (s->root != NULL) {
        rs_text_hex(s->root->sha256, hex);
        head = rs_text_format(plan->arena, "root %s:%s", rs_root_kind_word(s->root->kind), hex);
    }
    if (s->root != NULL && s->root->label.n > 0)
        head = rs_text_format(plan->arena, "%s %s", head,
                              rs_text_label(plan->arena, (const char *)s->root->label.p));
    rs_source_edit_append(edit_of(plan, path),
                          rs_text_format(plan->arena, "%s\n    mode %s\n", head,
                                         rs_mode_plan_text(plan->arena, plan->wanted)));
    return true;
}

/* Whether a stanza was changed already, for a root before this one. */
static bool is_done(const subjects *all, size_t end)
{
    for (size_t i = 0; i < end; i++)
        if (all->items[i].by.last.stanza == all->items[end].by.last.stanza)
            return true;
    return false;
}

static bool plan_subject(rs_mode_plan *plan, const subjects *all, size_t at)
{
    const subject *s = &all->items[at];
    const rs_list_root *other = NULL;
    if (is_same_mode(s->now, plan->wanted))
        return true;
    if (!is_local(plan, s->by.last.file) || is_for_others(plan, s->by.last, all, &other))
        return add_stanza(plan, s, other);
    if (!is_done(all, at))
        change_stanza(plan, s->by.last);
    return true;
}

static void tell(rs_mode_plan *plan, const char *what, rs_mode_period before)
{
    const char *wanted = rs_mode_plan_text(plan->arena, plan->wanted);
    bool same = is_same_mode(before, plan->wanted);
    plan->lines[plan->line_count++] =
        rs_text_format(plan->arena, "%s: mode %s%s%s", what, wanted, same ? " already" : ", was ",
                       same ? "" : rs_mode_plan_text(plan->arena, before));
}

bool rs_mode_plan_roots(rs_mode_plan *plan, char *const *wanted)
{
    subjects all = {0};
    bool good = true;
    make_room(plan, &all);
    for (; *wanted != NULL; wanted++)
        good &= find_roots(plan, *wanted, &all);
    for (size_t i = 0; i < all.count && good; i++) {
        good = plan_subject(plan, &all, i);
        tell(plan, root_text(plan->arena, all.items[i].root), all.items[i].now);
    }
    return good;
}

/* The last file with a list-wide mode of those before `end`; NULL if there is none. */
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
    subjects none;
    const rs_list *merged = &plan->sources->merged;
    const rs_source_file *last = file_with_mode(plan->sources, NULL);
    rs_mode_period enforce = {.mode = RS_MODE_ENFORCE};
    rs_mode_period now = merged->has_mode ? merged->mode : enforce;
    const char *text = rs_mode_plan_text(plan->arena, plan->wanted);
    const char *path = NULL;
    make_room(plan, &none);
    plan->of_list = true;
    tell(plan, "the whole list", now);
    if (is_same_mode(now, plan->wanted))
        return true;
    if (last != NULL && is_local(plan, last)) {
        path = path_of(plan, base_name(last));
        const rs_source_file *before = file_with_mode(plan->sources, last);
        if (plan->wanted.mode == RS_MODE_ENFORCE &&
            (before == NULL || before->list.mode.mode == RS_MODE_ENFORCE))
            text = NULL;
    } else {
        path = later_path(plan, last);
    }
    if (path != NULL)
        rs_source_edit_set_mode(edit_of(plan, path), 0, text);
    return path != NULL;
}

rs_change *rs_mode_plan_changes(rs_mode_plan *plan)
{
    rs_change *changes =
        rs_message_need(rs_arena_take(plan->arena, (plan->edit_count + 1) * sizeof *changes));
    for (size_t i = 0; i < plan->edit_count; i++)
        changes[i] = (rs_change){.path = plan->edits[i].path,
                                 .text = rs_source_edit_text(&plan->edits[i].edit)};
    return changes;
}

/* How many roots, the default included, have a weaker mode of their own. */
static size_t count_weaker(const rs_list *list, rs_mode mode)
{
    size_t count = 0;
    for (size_t i = 0; i < list->stanza_count; i++) {
        const rs_list_stanza *stanza = &list->stanzas[i];
        if (stanza->has_mode && stanza->mode.mode > mode)
            count += stanza->root_count == 0 ? 1 : stanza->root_count;
    }
    return count;
}

void rs_mode_plan_warn(const rs_mode_plan *plan)
{
    const rs_list *list = &plan->sources->merged;
    size_t weaker = count_weaker(list, plan->wanted.mode);
    if (plan->of_list && weaker > 0)
        rs_message_warning("%zu root%s a weaker mode of %s own, which holds", weaker,
                           weaker == 1 ? " has" : "s have", weaker == 1 ? "its" : "their");
    if (!plan->of_list && list->has_mode && list->mode.mode > plan->wanted.mode)
        rs_message_warning("%s:%u: the list's mode is %s, which holds for every root",
                           list->mode_file, (unsigned)list->mode_line,
                           rs_mode_plan_text(plan->arena, list->mode));
}
