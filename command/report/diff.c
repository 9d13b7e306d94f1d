/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/diff.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/base/text_diff.h"
#include "command/list/hint.h"
#include "command/list/scope_plan.h"
#include "command/report/proposals.h"
#include "command/report/told_root.h"
#include "lib/compiler/rule_cover.h"

#include <stdio.h>

/* A root of the report among the sources. */
typedef struct subject {
    const rs_list_root *root; /* NULL: the default */
    const char *name;         /* for messages */
    rs_root_stanzas by;
} subject;

/* Lines for a stanza. */
typedef struct lines {
    const char **items;
    size_t count;
} lines;

static bool is_named(const rs_list_root *root, rs_bytes name)
{
    rs_root_kind kind;
    uint8_t sha256[RS_SHA256_SIZE];
    return rs_told_root_read(name, &kind, sha256) && kind == root->kind &&
           memcmp(sha256, root->sha256, sizeof sha256) == 0;
}

/* Finds the root that telemetry names in the merged sources. */
static bool find_subject(rs_local_edits *edits, rs_bytes name, subject *s)
{
    const rs_list *list = &edits->sources->merged;
    bool is_default = rs_bytes_equal(name, rs_bytes_of_string("default")), found = false;
    for (size_t i = 0; i < list->stanza_count && !found; i++) {
        const rs_list_stanza *stanza = &list->stanzas[i];
        found = is_default && stanza->root_count == 0;
        for (size_t k = 0; k < stanza->root_count && !found; k++) {
            s->root = &stanza->roots[k];
            found = is_named(s->root, name);
        }
    }
    if (!found) {
        rs_message_warning("no source lists the root %s", rs_text_excerpt(edits->arena, name, 100));
        return false;
    }
    s->root = is_default ? NULL : s->root;
    s->name = rs_root_stanzas_text(edits->arena, s->root);
    s->by = rs_root_stanzas_find(edits->sources, s->root);
    return true;
}

/* How a proposal relates to the rules of a stanza. */
typedef struct standing {
    bool permits;   /* the stanza has permit lines; without them it restricts nothing */
    bool permitted; /* the name of the proposal */
    bool excluded;
} standing;

static standing standing_of(const rs_list_stanza *stanza, const rs_proposal *proposal)
{
    standing s = {.permits = false};
    for (size_t i = 0; i < stanza->rule_count; i++) {
        const rs_rule *rule = &stanza->rules[i];
        bool within = rs_rule_covers(rule, &proposal->parsed);
        bool permits = rule->polarity == RS_PERMIT;
        s.permits |= permits && rule->kind != RS_RULE_ORGANIZATION;
        s.permitted |= permits && within;
        s.excluded |= !permits && within;
    }
    return s;
}

static const char *objection(const subject *s, const rs_proposal *proposal)
{
    standing now = standing_of(s->by.rules.stanza, proposal);
    if (now.excluded)
        return "the stanza excludes it";
    if (now.permitted)
        return "the stanza already permits it";
    if (!now.permits)
        return "the stanza has no permit line, so it permits this already";
    return NULL;
}

/* The proposals that can be lines of the stanza. It warns of the others. */
static lines select_lines(rs_arena *arena, const subject *s, const rs_proposals *made)
{
    lines wanted = {.items =
                        rs_message_need(rs_arena_take(arena, (made->count + 1) * sizeof(char *)))};
    for (size_t i = 0; i < made->count; i++) {
        const char *why = objection(s, &made->items[i]);
        if (why == NULL)
            wanted.items[wanted.count++] =
                rs_text_format(arena, "permit %s%s", made->items[i].rule,
                               rs_report_proposals_remark(arena, &made->items[i]));
        else
            rs_message_warning("%s: left out: permit %s: %s", s->name, made->items[i].rule, why);
    }
    if (made->unproposed_count > 0)
        rs_message_warning("%s: some violations need a decision; see the report", s->name);
    return wanted;
}

static bool add_root(rs_local_edits *edits, const rs_report *report, const rs_totals_root *root)
{
    subject s = {.root = NULL};
    rs_proposals made = rs_report_proposals_of(edits->arena, report, root);
    if ((made.count == 0 && made.unproposed_count == 0) || !find_subject(edits, root->name, &s))
        return true;
    lines wanted = select_lines(edits->arena, &s, &made);
    const char *copied;
    rs_scope_change change = {.add = wanted.items, .add_count = wanted.count};
    return wanted.count == 0 || rs_scope_plan_change(edits, s.root, &change, &copied);
}

/* What a header of a diff can name without quotes. */
static bool is_plain(const char *name)
{
    for (; *name != '\0'; name++)
        if (*name <= ' ' || *name == '"' || *name == '\\' || *name == 0x7f)
            return false;
    return true;
}

static bool print_edit(rs_local_edit *edit)
{
    const char *name = strrchr(edit->path, '/') + 1;
    if (!is_plain(name)) {
        rs_message_error("%s: a patch cannot contain this name", edit->path);
        return false;
    }
    if (edit->is_new)
        puts("--- /dev/null");
    else
        printf("--- a/%s\n", name);
    printf("+++ b/%s\n%s", name,
           rs_text_diff(edit->edit.arena, edit->edit.text, rs_source_edit_text(&edit->edit)));
    return true;
}

static bool print_edits(rs_local_edits *edits)
{
    bool good = true;
    if (edits->count > 0)
        rs_message_done("# In the folder of local sources (%s): patch -p1, then %s.", edits->folder,
                        rs_hint_compile(edits->arena, edits->target));
    for (size_t i = 0; i < edits->count; i++)
        good &= print_edit(&edits->items[i]);
    return good;
}

bool rs_report_diff(const rs_report *report, const rs_report_diff_places *places)
{
    rs_arena arena = {0};
    rs_sources sources = {0};
    bool is_machines = strcmp(report->target.output, ROOTSCOPE_LIST) == 0;
    const rs_change_target target = {.shipped = places->shipped,
                                     .local = places->local,
                                     .output = is_machines ? NULL : report->target.output};
    rs_local_edits edits = {.arena = &arena,
                            .sources = &sources,
                            .target = &target,
                            .folder = places->local,
                            .file = places->file};
    bool good = rs_sources_add_folders(&sources, places->shipped, places->local) &&
                rs_sources_parse(&sources, false);
    for (size_t i = 0; i < report->root_count && good; i++)
        good = add_root(&edits, report, report->roots[i]);
    good = good && print_edits(&edits);
    rs_sources_clear(&sources);
    rs_arena_clear(&arena);
    return good;
}
