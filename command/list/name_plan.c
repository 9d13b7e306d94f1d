/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/name_plan.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/name_rule.h"
#include "command/list/root_search.h"
#include "command/list/scope_plan.h"
#include "lib/compiler/rule_cover.h"

typedef struct names {
    rs_name_rule *items;
    size_t count;
} names;

static bool read_names(rs_arena *arena, const rs_name_plan *plan, names *all)
{
    size_t count = 0;
    bool good = true;
    while (plan->names[count] != NULL)
        count++;
    all->items = rs_message_need(rs_arena_take(arena, (count + 1) * sizeof *all->items));
    for (all->count = 0; all->count < count; all->count++)
        good &= rs_name_rule_read(arena, plan->polarity, plan->names[all->count],
                                  &all->items[all->count]);
    return good;
}

/* The root at work on, and what is to change in its stanza. */
typedef struct scope {
    rs_local_edits *edits;
    const char *root; /* for people */
    rs_placed_stanza now;
    const char **add;
    uint32_t *drop;
    size_t add_count, drop_count;
} scope;

/* Returns the line of the stanza's rule that covers one rule of a name; 0: there is none. */
static uint32_t line_covering(const scope *s, const rs_rule *narrow, bool only_same)
{
    for (size_t i = 0; i < s->now.stanza->rule_count; i++) {
        const rs_rule *rule = &s->now.stanza->rules[i];
        if (rule->polarity == narrow->polarity && rs_rule_covers(rule, narrow) &&
            (!only_same || rs_rule_covers(narrow, rule)))
            return rule->line;
    }
    return 0;
}

/* The same for all rules of a name, as rules of a polarity. */
static uint32_t covered_by(const scope *s, const rs_name_rule *n, rs_polarity polarity,
                           bool only_same)
{
    uint32_t line = 0;
    for (size_t i = 0; i < n->rule_count && (i == 0 || line != 0); i++) {
        rs_rule narrow = n->rules[i];
        narrow.polarity = polarity;
        line = line_covering(s, &narrow, only_same);
    }
    return line;
}

static bool is_dropped(const scope *s, uint32_t line)
{
    for (size_t i = 0; i < s->drop_count; i++)
        if (s->drop[i] == line)
            return true;
    return false;
}

/* Without a line of that kind, a stanza permits all that it does not exclude. */
static bool restricts(const rs_list_stanza *stanza, const rs_name_rule *n)
{
    bool is_organization = n->rules[0].kind == RS_RULE_ORGANIZATION;
    for (size_t i = 0; i < stanza->rule_count; i++)
        if (stanza->rules[i].polarity == RS_PERMIT &&
            (stanza->rules[i].kind == RS_RULE_ORGANIZATION) == is_organization)
            return true;
    return false;
}

static void tell(const scope *s, const char *what, const rs_name_rule *n, uint32_t line)
{
    rs_arena *arena = s->edits->arena;
    const char *where =
        line == 0 ? "" : rs_text_format(arena, " (%s:%u)", s->now.file->path, (unsigned)line);
    rs_local_edits_tell(s->edits,
                        rs_text_format(arena, "%s: %s %s%s", s->root, what, n->text, where));
}

static void permit(scope *s, const rs_name_rule *n)
{
    uint32_t excluded = covered_by(s, n, RS_EXCLUDE, true);
    uint32_t permitted = covered_by(s, n, RS_PERMIT, false);
    if (excluded != 0 && !is_dropped(s, excluded)) {
        s->drop[s->drop_count++] = excluded;
        tell(s, "no longer excludes", n, excluded);
    }
    if (!restricts(s->now.stanza, n)) {
        if (excluded == 0)
            tell(s, "has no such line, so it permits already what it does not exclude:", n, 0);
    } else if (permitted != 0) {
        if (excluded == 0)
            tell(s, "already permits", n, permitted);
    } else {
        s->add[s->add_count++] = n->statement;
        tell(s, "now permits", n, 0);
    }
    uint32_t above = covered_by(s, n, RS_EXCLUDE, false);
    if (above != 0 && !is_dropped(s, above))
        rs_message_warning("%s stays refused: an exclude line wins, see %s:%u", n->text,
                           s->now.file->path, (unsigned)above);
}

static void exclude(scope *s, const rs_name_rule *n)
{
    uint32_t excluded = covered_by(s, n, RS_EXCLUDE, false);
    if (excluded == 0)
        s->add[s->add_count++] = n->statement;
    tell(s, excluded == 0 ? "now excludes" : "already excludes", n, excluded);
}

static size_t count_permits(const rs_list_stanza *stanza)
{
    size_t count = 0;
    uint32_t line = 0; /* `ip:*` is two rules of one line */
    for (size_t i = 0; i < stanza->rule_count; i++) {
        const rs_rule *rule = &stanza->rules[i];
        count +=
            rule->polarity == RS_PERMIT && rule->kind != RS_RULE_ORGANIZATION && rule->line != line;
        line = rule->line;
    }
    return count;
}

/* Takes the line of a name out. Returns false after a message: there is none, or it must stay. */
static bool take_out(scope *s, const rs_name_rule *n, rs_polarity polarity)
{
    uint32_t line = covered_by(s, n, polarity, true);
    if (line == 0) {
        rs_message_error("%s has no line for %s; see `rootscope show`", s->root, n->text);
        return false;
    }
    if (is_dropped(s, line))
        return true;
    bool permits = polarity == RS_PERMIT && n->rules[0].kind != RS_RULE_ORGANIZATION;
    if (permits && count_permits(s->now.stanza) == s->drop_count + 1) {
        rs_message_error("%s:%u: without this line, %s would be permitted every name that is not "
                         "excluded; permit another name first",
                         s->now.file->path, (unsigned)line, s->root);
        return false;
    }
    s->drop[s->drop_count++] = line;
    tell(s, polarity == RS_PERMIT ? "no longer permits by itself" : "no longer excludes by itself",
         n, line);
    return true;
}

static bool plan_root(const rs_name_plan *plan, rs_local_edits *edits, const rs_list_root *root,
                      const names *all)
{
    rs_arena *arena = edits->arena;
    size_t room = all->count + 1;
    scope s = {.edits = edits,
               .root = rs_root_stanzas_text(arena, root),
               .now = rs_root_stanzas_find(edits->sources, root).rules,
               .add = rs_message_need(rs_arena_take(arena, room * sizeof *s.add)),
               .drop = rs_message_need(rs_arena_take(arena, room * sizeof *s.drop))};
    bool good = true;
    for (size_t i = 0; i < all->count; i++)
        if (plan->remove)
            good &= take_out(&s, &all->items[i], plan->polarity);
        else
            (plan->polarity == RS_PERMIT ? permit : exclude)(&s, &all->items[i]);
    if (!good)
        return false;
    if (s.add_count + s.drop_count == 0)
        return true;
    const char *copied;
    rs_scope_change change = {
        .add = s.add, .add_count = s.add_count, .drop = s.drop, .drop_count = s.drop_count};
    if (!rs_scope_plan_change(edits, root, &change, &copied))
        return false;
    const char *place =
        copied == NULL
            ? rs_text_format(arena, "changed %s", s.now.file->path)
            : rs_text_format(arena, "%s has a stanza for %s now, which keeps what %s:%u says",
                             copied, s.root, s.now.file->path, (unsigned)s.now.stanza->line);
    rs_local_edits_tell(edits, place);
    return true;
}

bool rs_name_plan_run(const rs_name_plan *plan, rs_local_edits *edits)
{
    names all = {.count = 0};
    rs_found_roots found;
    bool good = read_names(edits->arena, plan, &all) &&
                rs_root_search(edits->sources, edits->arena, plan->root, &found);
    for (size_t i = 0; good && i < found.count; i++)
        good = plan_root(plan, edits, found.items[i], &all);
    return good;
}
