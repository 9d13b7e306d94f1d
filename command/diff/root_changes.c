/* SPDX-License-Identifier: Apache-2.0 */
#include "command/diff/root_changes.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/diff/stanza_changes.h"
#include "lib/image/restriction.h"

#include <stdlib.h>

typedef struct comparison {
    const rs_image *before, *after;
    int64_t now;
    const char *fresh;
    rs_root_changes *changes;
} comparison;

static bool has_text(rs_bytes bytes, const char *text)
{
    return memmem(bytes.p, bytes.n, text, strlen(text)) != NULL;
}

/* A word that no rule of either list has anywhere. */
static const char *make_fresh(rs_arena *arena, rs_bytes a, rs_bytes b)
{
    for (unsigned i = 0;; i++) {
        const char *word = rs_text_format(arena, "x%u", i);
        if (!has_text(a, word) && !has_text(b, word))
            return word;
    }
}

/* The rules and the mode of a stanza; without one, all is free. */
static void read_stanza(const rs_image *image, uint32_t index, rs_stanza *stanza)
{
    if (index == RS_NO_STANZA)
        *stanza = (rs_stanza){.flags = 0};
    else
        rs_image_stanza(image, index, stanza);
}

/* A test that is over enforces. */
static rs_mode_period at_now(rs_mode_period period, int64_t now)
{
    rs_mode mode = rs_mode_at(period, now);
    return (rs_mode_period){.mode = mode, .until = mode == RS_MODE_TEST ? period.until : 0};
}

/* Periods from the strictest to the weakest: enforce, test until some day, test, off. */
static int compare_periods(rs_mode_period a, rs_mode_period b)
{
    if (a.mode != b.mode || a.until == b.until)
        return (a.mode > b.mode) - (a.mode < b.mode);
    return a.until == 0 || (b.until != 0 && a.until > b.until) ? 1 : -1;
}

static rs_mode_period mode_of(const rs_image *image, const rs_stanza *stanza, int64_t now)
{
    rs_mode_period list = at_now(image->mode, now), own = at_now(stanza->mode, now);
    return compare_periods(list, own) > 0 ? list : own;
}

static void judge_root(const comparison *c, rs_root_change *root)
{
    rs_stanza before, after;
    read_stanza(c->before, root->stanza_before, &before);
    read_stanza(c->after, root->stanza_after, &after);
    bool limited = rs_stanza_restricts(&before, RS_FORM_EXTENSION);
    bool limits = rs_stanza_restricts(&after, RS_FORM_EXTENSION);
    root->mode_before = mode_of(c->before, &before, c->now);
    root->mode_after = mode_of(c->after, &after, c->now);
    bool was_on = root->mode_before.mode != RS_MODE_OFF;
    bool is_on = root->mode_after.mode != RS_MODE_OFF;
    int mode = compare_periods(root->mode_after, root->mode_before);
    root->leaves_other_roots = root->was_listed && !root->is_listed && was_on && limited;
    root->is_wider =
        (mode > 0 && limited) || (was_on && root->names->gained > 0) || root->leaves_other_roots;
    root->is_narrower = (mode < 0 && limits) || (is_on && root->names->lost > 0) ||
                        (!root->was_listed && root->is_listed && is_on && limits);
}

/* Compares the rules of two stanzas. */
static const rs_name_changes *compare_stanzas(const comparison *c, uint32_t index_before,
                                              uint32_t index_after)
{
    rs_arena *arena = &c->changes->arena;
    rs_stanza before, after;
    rs_name_changes *names = rs_message_need(rs_arena_take(arena, sizeof *names));
    read_stanza(c->before, index_before, &before);
    read_stanza(c->after, index_after, &after);
    *names =
        (rs_name_changes){.arena = arena, .fresh = c->fresh, .before = &before, .after = &after};
    bool good = rs_stanza_changes_find(names);
    names->before = names->after = NULL;
    return good ? names : NULL;
}

static int compare_stanza_pairs(const void *a, const void *b)
{
    const rs_root_change *x = a, *y = b;
    if (x->stanza_before != y->stanza_before)
        return x->stanza_before < y->stanza_before ? -1 : 1;
    return (x->stanza_after > y->stanza_after) - (x->stanza_after < y->stanza_after);
}

static int compare_shown(const void *a, const void *b)
{
    const rs_root_change *x = a, *y = b;
    if (x->is_wider != y->is_wider)
        return x->is_wider ? -1 : 1;
    if (x->is_default != y->is_default)
        return x->is_default ? 1 : -1;
    if (x->root.kind != y->root.kind)
        return x->root.kind < y->root.kind ? -1 : 1;
    return memcmp(x->root.sha256, y->root.sha256, RS_SHA256_SIZE);
}

/* Judges all roots, those of the same two stanzas by one comparison. */
static bool judge_roots(const comparison *c, rs_root_change *roots, size_t count)
{
    qsort(roots, count, sizeof *roots, compare_stanza_pairs);
    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && compare_stanza_pairs(&roots[i - 1], &roots[i]) == 0;
        roots[i].names = same ? roots[i - 1].names
                              : compare_stanzas(c, roots[i].stanza_before, roots[i].stanza_after);
        if (roots[i].names == NULL) {
            rs_message_error("a list has rules that cannot be read");
            return false;
        }
        judge_root(c, &roots[i]);
    }
    return true;
}

static bool has_changed(const rs_root_change *root)
{
    return root->is_wider || root->is_narrower || root->was_listed != root->is_listed ||
           root->names->first != NULL || compare_periods(root->mode_before, root->mode_after) != 0;
}

/* Keeps the roots that changed, in the order in which they are shown. */
static void keep_changed(rs_root_changes *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const rs_root_change *root = &changes->items[i];
        changes->wider += root->is_wider;
        changes->narrower += root->is_narrower && !root->is_wider;
        if (has_changed(root))
            changes->items[changes->count++] = *root;
    }
    changes->unchanged = count - changes->count;
    qsort(changes->items, changes->count, sizeof *changes->items, compare_shown);
}

/* Adds a root of one list: with the stanza that the other has for it. */
static void add_root(const comparison *c, rs_root root, bool is_after)
{
    const rs_image *other = is_after ? c->before : c->after;
    uint32_t index;
    bool in_other = rs_image_find_root(other, root.kind, root.sha256, &index);
    if (in_other && !is_after)
        return; /* the second list adds it */
    uint32_t of_other = in_other ? rs_image_root(other, index).stanza : other->default_stanza;
    c->changes->items[c->changes->count++] = (rs_root_change){
        .root = root,
        .stanza_before = is_after ? of_other : root.stanza,
        .stanza_after = is_after ? root.stanza : of_other,
        .was_listed = !is_after || in_other,
        .is_listed = is_after,
    };
}

bool rs_root_changes_find(const rs_image *before, const rs_image *after, int64_t now,
                          rs_root_changes *changes)
{
    comparison c = {.before = before, .after = after, .now = now, .changes = changes};
    size_t room = (size_t)before->root_count + after->root_count + 1;
    c.fresh = make_fresh(&changes->arena, before->file, after->file);
    changes->items = rs_message_need(rs_arena_take(&changes->arena, room * sizeof *changes->items));
    for (uint32_t i = 0; i < after->root_count; i++)
        add_root(&c, rs_image_root(after, i), true);
    for (uint32_t i = 0; i < before->root_count; i++)
        add_root(&c, rs_image_root(before, i), false);
    changes->items[changes->count++] = (rs_root_change){.is_default = true,
                                                        .stanza_before = before->default_stanza,
                                                        .stanza_after = after->default_stanza};
    size_t count = changes->count;
    changes->count = 0;
    if (!judge_roots(&c, changes->items, count))
        return false;
    keep_changed(changes, count);
    return true;
}

void rs_root_changes_clear(rs_root_changes *changes)
{
    rs_arena_clear(&changes->arena);
    *changes = (rs_root_changes){.count = 0};
}
