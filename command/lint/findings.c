/* SPDX-License-Identifier: Apache-2.0 */
#include "command/lint/findings.h"

#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *printable(rs_arena *arena, const char *text)
{
    return text == NULL ? NULL : rs_text_printable(arena, rs_bytes_of_string(text));
}

void rs_lint_findings_add(rs_lint_findings *all, const char *id, const char *file, uint32_t line,
                          const char *fix, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = rs_text_format_list(&all->arena, format, arguments);
    va_end(arguments);
    rs_lint_finding *made = rs_message_need(rs_arena_take(&all->arena, sizeof *made));
    *made = (rs_lint_finding){.id = id,
                              .file = printable(&all->arena, file),
                              .line = line,
                              .text = printable(&all->arena, text),
                              .fix = printable(&all->arena, fix)};
    if (all->last == NULL)
        all->first = made;
    else
        all->last->next = made;
    all->last = made;
    all->count++;
}

/* A finding and its place among the others. */
typedef struct placed {
    rs_lint_finding *finding;
    size_t place;
} placed;

static int compare(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    const char *file_x = x->finding->file == NULL ? "" : x->finding->file;
    const char *file_y = y->finding->file == NULL ? "" : y->finding->file;
    int order = strcmp(file_x, file_y);
    if (order == 0 && x->finding->line != y->finding->line)
        order = x->finding->line < y->finding->line ? -1 : 1;
    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

void rs_lint_findings_sort(rs_lint_findings *all)
{
    placed *items = rs_message_need(calloc(all->count + 1, sizeof *items));
    size_t count = 0;
    for (rs_lint_finding *f = all->first; f != NULL; f = f->next, count++)
        items[count] = (placed){.finding = f, .place = count};
    qsort(items, count, sizeof *items, compare);
    for (size_t i = 0; i < count; i++)
        items[i].finding->next = i + 1 < count ? items[i + 1].finding : NULL;
    if (count > 0) {
        all->first = items[0].finding;
        all->last = items[count - 1].finding;
    }
    free(items);
}

void rs_lint_findings_print(const rs_lint_findings *all)
{
    for (const rs_lint_finding *f = all->first; f != NULL; f = f->next) {
        if (f->file != NULL)
            printf("%s:", f->file);
        if (f->file != NULL && f->line != 0)
            printf("%u:", f->line);
        printf("%swarning: %s [%s]\n", f->file != NULL ? " " : "", f->text, f->id);
        if (f->fix != NULL)
            printf("  %s\n", f->fix);
    }
}

json_t *rs_lint_findings_json(const rs_lint_findings *all)
{
    json_t *array = rs_message_need(json_array());
    for (const rs_lint_finding *f = all->first; f != NULL; f = f->next) {
        json_t *object = rs_message_need(json_object());
        rs_json_set(object, "id", json_string(f->id));
        rs_json_set(object, "file", rs_json_of_text(f->file));
        rs_json_set(object, "line", f->line == 0 ? json_null() : json_integer(f->line));
        rs_json_set(object, "text", json_string(f->text));
        rs_json_set(object, "fix", rs_json_of_text(f->fix));
        rs_json_append(array, object);
    }
    return array;
}

void rs_lint_findings_clear(rs_lint_findings *all)
{
    rs_arena_clear(&all->arena);
    *all = (rs_lint_findings){.count = 0};
}
