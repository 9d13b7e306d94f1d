/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/list_merge.h"

#include <stdlib.h>

/* A root of a source, or a default stanza, and what became of it. */
typedef struct entry {
    const rs_list_stanza *stanza;
    const rs_list_root *root;   /* NULL: the default stanza */
    size_t order;               /* among all, as the sources give them */
    bool kept;                  /* its stanza is the one that holds for it */
    const rs_list_stanza *mode; /* the stanza that sets the mode of a kept one */
} entry;

typedef struct merger {
    rs_list *merged;
    rs_diagnostics *diagnostics;
    entry *entries;      /* in order */
    entry **sorted;      /* the same by key, then in order */
    rs_list_root *roots; /* of the merged stanzas */
    size_t count;
} merger;

/* A stanza that changes nothing but the mode of what another one lists. */
static bool is_mode_only(const rs_list_stanza *stanza)
{
    return stanza->rule_count == 0;
}

static int compare_keys(const rs_list_root *a, const rs_list_root *b)
{
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    if (a->kind != b->kind)
        return a->kind > b->kind ? 1 : -1;
    return memcmp(a->sha256, b->sha256, RS_SHA256_SIZE);
}

static int compare_entries(const void *left, const void *right)
{
    const entry *a = *(entry *const *)left, *b = *(entry *const *)right;
    int order = compare_keys(a->root, b->root);
    return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

static size_t entries_of(const rs_list_stanza *stanza)
{
    return stanza->root_count == 0 ? 1 : stanza->root_count;
}

/* Lists the roots of all sources. */
static bool collect(merger *m, rs_list *const *sources, size_t count)
{
    size_t total = 0, n = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < sources[i]->stanza_count; j++)
            total += entries_of(&sources[i]->stanzas[j]);
    /* In the end there are at most as many roots and stanzas as there are entries now. */
    rs_arena *arena = &m->merged->arena;
    m->entries = rs_arena_take(arena, total * sizeof *m->entries);
    m->sorted = rs_arena_take(arena, total * sizeof *m->sorted);
    m->roots = rs_arena_take(arena, total * sizeof *m->roots);
    m->merged->stanzas = rs_arena_take(arena, total * sizeof *m->merged->stanzas);
    if (m->entries == NULL || m->sorted == NULL || m->roots == NULL || m->merged->stanzas == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < sources[i]->stanza_count; j++) {
            const rs_list_stanza *stanza = &sources[i]->stanzas[j];
            for (size_t k = 0; k < entries_of(stanza); k++, n++) {
                m->entries[n] = (entry){
                    .stanza = stanza,
                    .root = stanza->root_count == 0 ? NULL : &stanza->roots[k],
                    .order = n,
                };
                m->sorted[n] = &m->entries[n];
            }
        }
    }
    m->count = total;
    if (total > 0)
        qsort(m->sorted, total, sizeof *m->sorted, compare_entries);
    return true;
}

static const char *entry_word(const entry *e)
{
    return e->root == NULL ? "default" : "root";
}

static uint32_t entry_line(const entry *e)
{
    return e->root == NULL ? e->stanza->line : e->root->line;
}

/* A kept stanza takes over: what was said of the key before it no longer counts. */
static void replace(merger *m, const entry *later, entry *const *earlier, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const entry *e = earlier[i];
        if (is_mode_only(e->stanza))
            rs_diagnostics_add(m->diagnostics, RS_WARNING, e->stanza->file, entry_line(e), 1,
                               "this mode has no effect, because the stanza at %s:%u comes later; "
                               "put it into a file whose name sorts after that",
                               later->stanza->file, (unsigned)entry_line(later));
        else
            rs_diagnostics_add(m->diagnostics, RS_NOTE, later->stanza->file, entry_line(later), 1,
                               "this %s replaces the one at %s:%u", entry_word(later),
                               e->stanza->file, (unsigned)entry_line(e));
    }
}

/* Decides which of the entries of one key holds, and its mode. */
static void resolve(merger *m, entry **same, size_t count)
{
    entry *holder = NULL;
    size_t settled = 0; /* how many a holder was already compared with */
    for (size_t i = 0; i < count; i++) {
        entry *e = same[i];
        if (!is_mode_only(e->stanza)) {
            replace(m, e, same + settled, i - settled);
            settled = i;
            holder = e;
            holder->mode = e->stanza;
        } else if (holder != NULL) {
            rs_diagnostics_add(m->diagnostics, RS_NOTE, e->stanza->file, entry_line(e), 1,
                               "this sets the mode of the %s at %s:%u", entry_word(e),
                               holder->stanza->file, (unsigned)entry_line(holder));
            holder->mode = e->stanza;
        }
    }
    for (size_t i = 0; i < count && holder == NULL; i++)
        rs_diagnostics_add(m->diagnostics, RS_ERROR, same[i]->stanza->file, entry_line(same[i]), 1,
                           "mode for a %s that no source lists; add rules below, or list it in "
                           "another file",
                           entry_word(same[i]));
    if (holder != NULL)
        holder->kept = true;
}

static void resolve_all(merger *m)
{
    for (size_t first = 0, end; first < m->count; first = end) {
        for (end = first + 1; end < m->count; end++)
            if (compare_keys(m->sorted[first]->root, m->sorted[end]->root) != 0)
                break;
        resolve(m, m->sorted + first, end - first);
    }
}

/* Makes stanzas of what is kept; roots of one stanza stay together as long as their mode does. */
static void build(merger *m)
{
    rs_list *merged = m->merged;
    rs_list_root *roots = m->roots;
    const entry *last = NULL;
    for (size_t i = 0; i < m->count; i++) {
        const entry *e = &m->entries[i];
        if (!e->kept)
            continue;
        if (last == NULL || last->stanza != e->stanza || last->mode != e->mode) {
            rs_list_stanza *stanza = &merged->stanzas[merged->stanza_count++];
            *stanza = *e->stanza;
            stanza->roots = e->root == NULL ? NULL : roots;
            stanza->root_count = 0;
            stanza->has_mode = e->mode->has_mode;
            stanza->mode = e->mode->mode;
        }
        if (e->root != NULL) {
            *roots++ = *e->root;
            merged->stanzas[merged->stanza_count - 1].root_count++;
        }
        last = e;
    }
}

static int compare_certificates(const void *left, const void *right)
{
    const entry *a = *(entry *const *)left, *b = *(entry *const *)right;
    return memcmp(a->root->certificate_sha256, b->root->certificate_sha256, RS_SHA256_SIZE);
}

/* Warns of roots that one stanza names by key and another by certificate, where that is known. */
static void check_certificates(merger *m)
{
    size_t known = 0;
    for (size_t i = 0; i < m->count; i++) {
        entry *e = &m->entries[i];
        if (e->kept && e->root != NULL && e->root->has_certificate)
            m->sorted[known++] = e;
    }
    if (known > 0)
        qsort(m->sorted, known, sizeof *m->sorted, compare_certificates);
    for (size_t i = 0; i < m->count && known > 0; i++) {
        const entry *e = &m->entries[i];
        if (!e->kept || e->root == NULL || e->root->kind != RS_ROOT_CERTIFICATE)
            continue;
        rs_list_root wanted = {.file = NULL};
        memcpy(wanted.certificate_sha256, e->root->sha256, RS_SHA256_SIZE);
        const entry key = {.root = &wanted}, *pointer = &key;
        entry *const *found =
            bsearch(&pointer, m->sorted, known, sizeof *m->sorted, compare_certificates);
        if (found != NULL && (*found)->stanza != e->stanza)
            rs_diagnostics_add(m->diagnostics, RS_WARNING, e->stanza->file, entry_line(e), 1,
                               "the root of %s:%u, named by its certificate; both stanzas apply",
                               (*found)->stanza->file, (unsigned)entry_line(*found));
    }
}

static void join_modes(merger *m, rs_list *const *sources, size_t count)
{
    rs_list *merged = m->merged;
    for (size_t i = 0; i < count; i++) {
        const rs_list *source = sources[i];
        if (!source->has_mode)
            continue;
        if (merged->has_mode)
            rs_diagnostics_add(m->diagnostics, RS_NOTE, source->mode_file, source->mode_line, 1,
                               "this list-wide mode replaces the one at %s:%u", merged->mode_file,
                               (unsigned)merged->mode_line);
        merged->has_mode = true;
        merged->mode = source->mode;
        merged->mode_file = source->mode_file;
        merged->mode_line = source->mode_line;
    }
}

static void join_digests(rs_list *const *sources, size_t count, rs_list *merged)
{
    rs_sha256 hash;
    rs_sha256_init(&hash);
    for (size_t i = 0; i < count; i++)
        rs_sha256_update(&hash, rs_bytes_make(sources[i]->sources_sha256, RS_SHA256_SIZE));
    rs_sha256_final(&hash, merged->sources_sha256);
}

bool rs_list_merge(rs_list *const *sources, size_t count, rs_list *merged,
                   rs_diagnostics *diagnostics)
{
    merger m = {.merged = merged, .diagnostics = diagnostics};
    join_modes(&m, sources, count);
    join_digests(sources, count, merged);
    if (!collect(&m, sources, count)) {
        rs_diagnostics_add(diagnostics, RS_ERROR, "", 0, 0, "out of memory");
        return false;
    }
    resolve_all(&m);
    check_certificates(&m);
    build(&m);
    return true;
}
