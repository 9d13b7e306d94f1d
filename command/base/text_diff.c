/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/text_diff.h"

#include "command/base/message.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CONTEXT = 3,       /* lines of a hunk before and after what differs */
    CHANGES_MAX = 2000 /* so many changed lines are looked for; time and memory grow with them */
};

/* A text by lines, each with its end. */
typedef struct side {
    rs_bytes *lines;
    bool *changed; /* the line is not in the other text */
    size_t count;
} side;

typedef struct diff {
    rs_arena *arena;
    side old, new;
    FILE *out;
} diff;

static void *take(rs_arena *arena, size_t size)
{
    return rs_message_need(rs_arena_take(arena, size));
}

static side split(rs_arena *arena, rs_bytes text)
{
    side s = {.count = 0};
    for (size_t i = 0; i < text.n; i++)
        s.count += text.p[i] == '\n' || i + 1 == text.n;
    s.lines = take(arena, (s.count + 1) * sizeof *s.lines);
    s.changed = take(arena, s.count + 1);
    for (size_t i = 0; i < s.count; i++) {
        const uint8_t *end = memchr(text.p, '\n', text.n);
        size_t n = end == NULL ? text.n : (size_t)(end - text.p) + 1;
        s.lines[i] = rs_bytes_make(text.p, n);
        text = rs_bytes_skip(text, n);
    }
    return s;
}

static bool same(const diff *d, size_t old, size_t new)
{
    return rs_bytes_equal(d->old.lines[old], d->new.lines[new]);
}

/* The part of both texts between the lines that they have in common at their ends. */
typedef struct middle {
    size_t start; /* of both */
    int old, new; /* lines */
} middle;

/* Goes back from the end by the steps that were kept, and marks the lines that differ. */
static void mark(diff *d, const middle *m, int *const *steps, int changes)
{
    int x = m->old, y = m->new;
    for (; changes > 0; changes--) {
        const int *v = steps[changes];
        int k = x - y;
        bool adds = k == -changes || (k != changes && v[k - 1] < v[k + 1]);
        int from = adds ? v[k + 1] : v[k - 1];
        if (adds)
            d->new.changed[m->start + (size_t)(from - (k + 1))] = true;
        else
            d->old.changed[m->start + (size_t)from] = true;
        x = from;
        y = adds ? from - (k + 1) : from - (k - 1);
    }
}

/*
 * E. W. Myers, An O(ND) difference algorithm: v[k] is how far one gets in the old text on the
 * diagonal k = old - new with so many changes. Returns false if there are too many.
 */
static bool find_changes(diff *d, const middle *m)
{
    int **steps = take(d->arena, (CHANGES_MAX + 1) * sizeof *steps);
    int *row = take(d->arena, (2 * CHANGES_MAX + 3) * sizeof *row);
    int *v = row + CHANGES_MAX + 1;
    v[1] = 0;
    for (int changes = 0; changes <= CHANGES_MAX; changes++) {
        size_t size = (2 * (size_t)changes + 3) * sizeof *row;
        int *kept = take(d->arena, size);
        memcpy(kept, v - changes - 1, size);
        steps[changes] = kept + changes + 1;
        for (int k = -changes; k <= changes; k += 2) {
            bool adds = k == -changes || (k != changes && v[k - 1] < v[k + 1]);
            int x = adds ? v[k + 1] : v[k - 1] + 1;
            while (x < m->old &&
                   x - k < m->new &&same(d, m->start + (size_t)x, m->start + (size_t)(x - k)))
                x++;
            v[k] = x;
            if (x >= m->old && x - k >= m->new) {
                mark(d, m, steps, changes);
                return true;
            }
        }
    }
    return false;
}

static void compare(diff *d)
{
    middle m = {.start = 0};
    size_t old = d->old.count, new = d->new.count;
    while (m.start < old && m.start < new &&same(d, m.start, m.start))
        m.start++;
    while (old > m.start && new > m.start && same(d, old - 1, new - 1)) {
        old--;
        new --;
    }
    m.old = (int)(old - m.start);
    m.new = (int)(new - m.start);
    if (find_changes(d, &m))
        return;
    memset(d->old.changed + m.start, true, (size_t)m.old);
    memset(d->new.changed + m.start, true, (size_t)m.new);
}

static void print_lines(const diff *d, char mark, const rs_bytes *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        putc(mark, d->out);
        fwrite(lines[i].p, 1, lines[i].n, d->out);
        if (lines[i].p[lines[i].n - 1] != '\n')
            fputs("\n\\ No newline at end of file\n", d->out);
    }
}

static size_t count_changed(const side *s, size_t at)
{
    size_t n = 0;
    while (at + n < s->count && s->changed[at + n])
        n++;
    return n;
}

/* Walks from a place in both texts to the next change, or over `limit` lines that are the same. */
static size_t count_same(const diff *d, size_t old, size_t new, size_t limit)
{
    size_t n = 0;
    while (n < limit && old + n < d->old.count && new + n < d->new.count &&
           !d->old.changed[old + n] && !d->new.changed[new + n])
        n++;
    return n;
}

static bool ends(const diff *d, size_t old, size_t new)
{
    return old == d->old.count && new == d->new.count;
}

/* Prints or only measures a hunk from a place on, which has up to CONTEXT lines before a change. */
static void walk_hunk(const diff *d, size_t *old, size_t *new, bool print)
{
    for (;;) {
        size_t n = count_same(d, *old, *new, 2 * CONTEXT + 1);
        bool is_last = n > 2 * CONTEXT || ends(d, *old + n, *new + n);
        if (is_last && n > CONTEXT)
            n = CONTEXT;
        if (print)
            print_lines(d, ' ', d->old.lines + *old, n);
        *old += n;
        *new += n;
        if (is_last)
            return;
        size_t gone = count_changed(&d->old, *old), come = count_changed(&d->new, *new);
        if (print) {
            print_lines(d, '-', d->old.lines + *old, gone);
            print_lines(d, '+', d->new.lines + *new, come);
        }
        *old += gone;
        *new += come;
    }
}

static void print_hunks(const diff *d)
{
    size_t old = 0, new = 0;
    for (;;) {
        size_t n = count_same(d, old, new, SIZE_MAX);
        if (ends(d, old + n, new + n))
            return;
        size_t skipped = n > CONTEXT ? n - CONTEXT : 0;
        old += skipped;
        new += skipped;
        size_t old_end = old, new_end = new;
        walk_hunk(d, &old_end, &new_end, false);
        /* An empty range is named by the line before it. */
        fprintf(d->out, "@@ -%zu,%zu +%zu,%zu @@\n", old + (old_end > old), old_end - old,
                new + (new_end > new), new_end - new);
        walk_hunk(d, &old, &new, true);
    }
}

const char *rs_text_diff(rs_arena *arena, rs_bytes old, rs_bytes new)
{
    rs_arena own = {0};
    char *text = NULL;
    size_t size = 0;
    diff d = {.arena = &own,
              .old = split(&own, old),
              .new = split(&own, new),
              .out = rs_message_need(open_memstream(&text, &size))};
    compare(&d);
    print_hunks(&d);
    bool failed = ferror(d.out) != 0;
    rs_message_need(fclose(d.out) != 0 || failed ? NULL : &d);
    rs_arena_clear(&own);
    const char *copy = (const char *)rs_arena_copy(arena, rs_bytes_make(text, size)).p;
    free(text);
    return rs_message_need((void *)(uintptr_t)copy);
}
