/* SPDX-License-Identifier: Apache-2.0 */
#include "command/diff/output.h"

#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/list_json.h"
#include "command/list/mode_plan.h"
#include "command/list/root_stanzas.h"
#include "command/text/stanza.h"

static const char *root_text(rs_arena *arena, const rs_root_change *change)
{
    rs_list_root root = {.kind = change->root.kind, .label = change->root.label};
    memcpy(root.sha256, change->root.sha256, sizeof root.sha256);
    return rs_root_stanzas_text(arena, change->is_default ? NULL : &root);
}

/* What happened to the root's stanza; NULL: it had one and has one. */
static const char *listing_text(const rs_root_change *change)
{
    if (change->is_default && change->stanza_before != change->stanza_after)
        return change->stanza_after == RS_NO_STANZA    ? "no default stanza any more"
               : change->stanza_before == RS_NO_STANZA ? "a default stanza now:"
                                                       : NULL;
    if (change->was_listed == change->is_listed)
        return NULL;
    if (change->is_listed)
        return change->stanza_before == RS_NO_STANZA
                   ? "listed now; it may vouch only for what its stanza permits:"
                   : "listed now; it fell under the default stanza";
    return change->stanza_after == RS_NO_STANZA
               ? "no longer listed: nothing limits it any more"
               : "no longer listed: it falls under the default stanza, and limits no chain that "
                 "another listed root is in";
}

/* Wildcards and names in other scripts change wherever an exclusion below them does. */
static bool is_aside(const rs_name_change *change)
{
    return change->covers == RS_COVERS_WILDCARD || change->covers == RS_COVERS_UNICODE;
}

/* Whether a change of a name below is told, too; in their order, that would be the next one. */
static bool is_told_below(const rs_name_change *change)
{
    const rs_name_change *next = change->next;
    while (next != NULL && (next->gained != change->gained || is_aside(next)))
        next = next->next;
    size_t n = strlen(change->name), longer = next == NULL ? 0 : strlen(next->name);
    return next != NULL && next->covers <= RS_COVERS_BELOW && (next->forms & change->forms) != 0 &&
           longer > n && strcmp(next->name + longer - n, change->name) == 0;
}

static void print_names(rs_arena *arena, const rs_name_changes *names, bool gained, FILE *out)
{
    for (const rs_name_change *n = names->first; n != NULL; n = n->next)
        if (n->gained == gained && !(is_aside(n) && is_told_below(n)))
            fprintf(out, "    %s %s\n", gained ? "gains" : "loses", rs_name_change_text(arena, n));
}

static void print_rule(void *out, rs_rule_word word, const char *value)
{
    fprintf(out, "    %s %s\n", rs_rule_word_text(word), value);
}

/* What is free on one side is told by the rules of the other, not by all that they deny. */
static void print_rules(rs_arena *arena, const rs_root_change *change, const rs_image *after,
                        FILE *out)
{
    rs_stanza stanza;
    rs_rule_printer printer = {.arena = arena, .each = print_rule, .arg = out};
    if (change->stanza_before == RS_NO_STANZA && change->stanza_after != RS_NO_STANZA) {
        rs_image_stanza(after, change->stanza_after, &stanza);
        rs_rules_each(&stanza, &printer);
    } else if (change->stanza_after != RS_NO_STANZA) {
        print_names(arena, change->names, true, out);
        print_names(arena, change->names, false, out);
    }
}

static void print_root(rs_arena *arena, const rs_root_change *change, const rs_image *after,
                       FILE *out)
{
    const char *listing = listing_text(change);
    const char *before = rs_mode_plan_text(arena, change->mode_before);
    const char *mode = rs_mode_plan_text(arena, change->mode_after);
    fprintf(out, "%s: %s\n",
            change->is_wider      ? "wider"
            : change->is_narrower ? "narrower"
                                  : "no wider",
            root_text(arena, change));
    if (listing != NULL)
        fprintf(out, "    %s\n", listing);
    if (strcmp(before, mode) != 0)
        fprintf(out, "    mode %s -> %s\n", before, mode);
    print_rules(arena, change, after, out);
}

void rs_diff_output_text(const rs_image *after, const rs_root_changes *changes, bool only_wider,
                         FILE *out)
{
    rs_arena arena = {0};
    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i].is_wider || !only_wider)
            print_root(&arena, &changes->items[i], after, out);
    if (!only_wider)
        fprintf(out, "%s%s wider, %s narrower, %s unchanged\n", changes->count == 0 ? "" : "\n",
                rs_text_number(&arena, changes->wider), rs_text_number(&arena, changes->narrower),
                rs_text_number(&arena, changes->unchanged));
    rs_arena_clear(&arena);
}

static json_t *json_of_name(rs_arena *arena, const rs_name_change *change)
{
    json_t *object = rs_message_need(json_object());
    json_t *forms = rs_message_need(json_array());
    for (rs_form form = 0; form < RS_FORMS; form++)
        if ((change->forms & 1u << form) != 0)
            rs_json_append(forms, json_string(rs_form_word(form)));
    rs_json_set(object, "forms", forms);
    rs_json_set(object, "covers", json_string(rs_covers_word(change->covers)));
    rs_json_set(object, "name", json_string(change->name));
    rs_json_set(object, "text", json_string(rs_name_change_text(arena, change)));
    return object;
}

static json_t *json_of_names(rs_arena *arena, const rs_name_changes *names, bool gained)
{
    json_t *array = rs_message_need(json_array());
    for (const rs_name_change *n = names->first; n != NULL; n = n->next)
        if (n->gained == gained)
            rs_json_append(array, json_of_name(arena, n));
    return array;
}

static json_t *json_of_listing(bool listed, uint32_t stanza)
{
    return json_string(listed ? "listed" : stanza == RS_NO_STANZA ? "free" : "default");
}

static json_t *json_of_root(rs_arena *arena, const rs_root_change *change)
{
    json_t *object = rs_message_need(json_object());
    rs_json_set(object, "root",
                change->is_default ? json_null() : rs_list_json_of_root(arena, &change->root));
    rs_json_set(object, "wider", json_boolean(change->is_wider));
    rs_json_set(object, "narrower", json_boolean(change->is_narrower));
    rs_json_set(object, "stanza_before",
                json_of_listing(change->was_listed, change->stanza_before));
    rs_json_set(object, "stanza_after", json_of_listing(change->is_listed, change->stanza_after));
    rs_json_set(object, "mode_before", json_string(rs_mode_plan_text(arena, change->mode_before)));
    rs_json_set(object, "mode_after", json_string(rs_mode_plan_text(arena, change->mode_after)));
    rs_json_set(object, "gains", json_of_names(arena, change->names, true));
    rs_json_set(object, "loses", json_of_names(arena, change->names, false));
    return object;
}

void rs_diff_output_json(const rs_list_side *before, const rs_list_side *after,
                         const rs_root_changes *changes)
{
    rs_arena arena = {0};
    json_t *top = rs_message_need(json_object());
    json_t *roots = rs_message_need(json_array());
    for (size_t i = 0; i < changes->count; i++)
        rs_json_append(roots, json_of_root(&arena, &changes->items[i]));
    rs_json_set(top, "before", rs_list_json_of_image(&arena, before->path, &before->image));
    rs_json_set(top, "after", rs_list_json_of_image(&arena, after->path, &after->image));
    rs_json_set(top, "wider", json_integer((json_int_t)changes->wider));
    rs_json_set(top, "narrower", json_integer((json_int_t)changes->narrower));
    rs_json_set(top, "unchanged", json_integer((json_int_t)changes->unchanged));
    rs_json_set(top, "roots", roots);
    rs_json_print(top);
    rs_arena_clear(&arena);
}
