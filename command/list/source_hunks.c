/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/source_hunks.h"

#include "command/base/message.h"

#include <stdio.h>
#include <stdlib.h>

enum { CONTEXT = 3 }; /* lines of a hunk before and after what is new */

/* A diff: the lines of the text, and what is printed so far. */
typedef struct hunks {
    const rs_source_edit *edit;
    const size_t *starts; /* offsets of the lines, and of the end */
    size_t line_count;
    size_t added; /* lines of the hunks before */
    FILE *out;
} hunks;

/* Returns the offsets of all lines and of the end, and how many lines there are. */
static const size_t *find_lines(const rs_source_edit *edit, size_t *count)
{
    rs_bytes text = edit->text;
    *count = 0;
    for (size_t i = 0; i < text.n; i++)
        *count += text.p[i] == '\n';
    size_t *starts = rs_message_need(rs_arena_take(edit->arena, (*count + 1) * sizeof *starts));
    size_t line = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\n')
            starts[++line] = i + 1;
    return starts;
}

static size_t line_of(const hunks *h, size_t offset)
{
    size_t low = 0, high = h->line_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (h->starts[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void print_context(const hunks *h, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        putc(' ', h->out);
        fwrite(h->edit->text.p + h->starts[i], 1, h->starts[i + 1] - h->starts[i], h->out);
    }
}

/* Prints one hunk: the splices from `first` up to `end`, which are close to each other. */
static void print_hunk(hunks *h, size_t first, size_t end)
{
    const rs_source_splice *splices = h->edit->splices;
    size_t top = line_of(h, splices[first].at), bottom = line_of(h, splices[end - 1].at);
    size_t from = top < CONTEXT ? 0 : top - CONTEXT;
    size_t to = h->line_count - bottom < CONTEXT ? h->line_count : bottom + CONTEXT;
    size_t old = to - from, new = old + (end - first);
    /* An empty range is named by the line before it. */
    fprintf(h->out, "@@ -%zu,%zu +%zu,%zu @@\n", from + (old > 0), old, from + h->added + (new > 0),
            new);
    for (size_t i = first, at = from; i < end; i++) {
        size_t line = line_of(h, splices[i].at);
        print_context(h, at, line);
        putc('+', h->out);
        fwrite(splices[i].text.p, 1, splices[i].text.n, h->out);
        at = line;
    }
    print_context(h, bottom, to);
    h->added += end - first;
}

const char *rs_source_hunks_write(rs_source_edit *edit)
{
    char *text = NULL;
    size_t size = 0;
    hunks h = {.edit = edit, .out = rs_message_need(open_memstream(&text, &size))};
    h.starts = find_lines(edit, &h.line_count);
    rs_source_edit_sort(edit);
    for (size_t first = 0, end; first < edit->splice_count; first = end) {
        for (end = first + 1; end < edit->splice_count; end++)
            if (line_of(&h, edit->splices[end].at) - line_of(&h, edit->splices[end - 1].at) >
                2 * CONTEXT)
                break;
        print_hunk(&h, first, end);
    }
    bool failed = ferror(h.out) != 0;
    rs_message_need(fclose(h.out) != 0 || failed ? NULL : edit);
    const char *copy = (const char *)rs_arena_copy(edit->arena, rs_bytes_make(text, size)).p;
    free(text);
    return rs_message_need((void *)(uintptr_t)copy);
}
