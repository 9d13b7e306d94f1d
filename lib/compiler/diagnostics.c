/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/diagnostics.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

/* Most diagnostics of a run are of one file: its name is kept once. */
static const char *file_keep(rs_diagnostics *all, const char *file)
{
    if (all->count > 0 && strcmp(all->items[all->count - 1].file, file) == 0)
        return all->items[all->count - 1].file;
    return (const char *)rs_arena_copy(&all->arena, rs_bytes_of_string(file)).p;
}

static const char *text_keep(rs_diagnostics *all, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    char *text = NULL;
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length >= 0)
        text = rs_arena_take(&all->arena, (size_t)length + 1);
    if (text != NULL)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

static void add(rs_diagnostics *all, rs_diagnostic at, const char *format, va_list arguments)
{
    if (at.severity == RS_ERROR)
        all->errors++;
    if (all->items == NULL)
        all->items = rs_arena_take(&all->arena, RS_DIAGNOSTICS_MAX * sizeof *all->items);
    if (all->items == NULL || all->count == RS_DIAGNOSTICS_MAX) {
        all->incomplete = true;
        return;
    }
    at.file = file_keep(all, at.file);
    at.text = text_keep(all, format, arguments);
    if (at.file == NULL || at.text == NULL) {
        all->incomplete = true;
        return;
    }
    all->items[all->count++] = at;
}

void rs_diagnostics_add(rs_diagnostics *all, rs_severity severity, const char *file, uint32_t line,
                        uint32_t column, const char *format, ...)
{
    rs_diagnostic at = {.severity = severity, .file = file, .line = line, .column = column};
    va_list arguments;
    va_start(arguments, format);
    add(all, at, format, arguments);
    va_end(arguments);
}

static rs_diagnostic at_place(const rs_place *place, size_t offset, rs_severity severity)
{
    return (rs_diagnostic){
        .severity = severity,
        .file = place->file,
        .line = place->line,
        .column = place->column + (place->fixed ? 0 : (uint32_t)offset),
    };
}

void rs_place_error(const rs_place *place, size_t offset, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(place->diagnostics, at_place(place, offset, RS_ERROR), format, arguments);
    va_end(arguments);
}

void rs_place_warning(const rs_place *place, size_t offset, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(place->diagnostics, at_place(place, offset, RS_WARNING), format, arguments);
    va_end(arguments);
}

void rs_diagnostics_clear(rs_diagnostics *all)
{
    rs_arena_clear(&all->arena);
    *all = (rs_diagnostics){.items = NULL};
}

const char *rs_severity_word(rs_severity severity)
{
    switch (severity) {
    case RS_WARNING:
        return "warning";
    case RS_NOTE:
        return "note";
    case RS_ERROR:
        break;
    }
    return "error";
}

rs_quoted rs_quote(rs_bytes text)
{
    static const char hex[] = "0123456789abcdef", ellipsis[] = "...";
    rs_quoted quoted;
    size_t n = 0;
    while (text.n > 0) {
        uint32_t ignored;
        size_t size = rs_utf8_get(text, &ignored);
        rs_bytes character = rs_bytes_make(text.p, size == 0 ? 1 : size);
        char escaped[] = {'\\', 'x', hex[text.p[0] >> 4], hex[text.p[0] & 15]};
        if (size == 0 || (size == 1 && rs_ascii_is_control(text.p[0])))
            character = rs_bytes_make(escaped, sizeof escaped);
        /* Whatever follows, there is always room for the ellipsis and its NUL. */
        if (n + character.n + sizeof ellipsis > sizeof quoted.text) {
            memcpy(quoted.text + n, ellipsis, sizeof ellipsis);
            return quoted;
        }
        memcpy(quoted.text + n, character.p, character.n);
        n += character.n;
        text = rs_bytes_skip(text, size == 0 ? 1 : size);
    }
    quoted.text[n] = 0;
    return quoted;
}
