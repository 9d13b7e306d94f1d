/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/source_edit.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "lib/compiler/lexer.h"

#include <stdlib.h>

typedef enum statement_kind {
    RULE,
    PERMIT,
    ROOT,
    DEFAULT,
    MODE,
} statement_kind;

/* Where a statement stands: offsets in the text. */
typedef struct rs_source_statement {
    statement_kind kind;
    uint32_t line;
    size_t start;     /* of its line */
    size_t first;     /* of its first word */
    size_t words_end; /* after its last word */
    size_t end;       /* after its line's end */
} statement;

/* Statements from `first` on, up to and without `end`. */
typedef struct range {
    const statement *first, *end;
} range;

static statement_kind kind_of(const rs_word *word)
{
    static const struct {
        const char *word;
        statement_kind kind;
    } kinds[] = {{"permit", PERMIT}, {"root", ROOT}, {"default", DEFAULT}, {"mode", MODE}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (rs_bytes_equal(word->text, rs_bytes_of_string(kinds[i].word)))
            return kinds[i].kind;
    return RULE;
}

/* How many bytes of the text the word at `at` takes, quotes and escapes included. */
static size_t raw_size(rs_bytes text, size_t at, const rs_word *word)
{
    if (!word->quoted)
        return word->text.n;
    size_t i = word->bare + 1;
    while (text.p[at + i] != '"')
        i += text.p[at + i] == '\\' ? 2 : 1;
    return i + 1;
}

static statement locate(rs_bytes text, size_t end, const rs_line *line)
{
    size_t start = end - 1;
    while (start > 0 && text.p[start - 1] != '\n')
        start--;
    size_t kept = line->count < RS_LINE_WORDS ? line->count : RS_LINE_WORDS;
    const rs_word *last = &line->words[kept - 1];
    size_t last_at = start + last->column - 1;
    return (statement){.kind = kind_of(&line->words[0]),
                       .line = line->number,
                       .start = start,
                       .first = start + line->words[0].column - 1,
                       .words_end = last_at + raw_size(text, last_at, last),
                       .end = end};
}

/* Reads all statements; counts them only if `into` is NULL. */
static size_t read_statements(rs_bytes text, statement *into)
{
    size_t count = 0;
    rs_diagnostics diagnostics = {0};
    rs_lexer lexer;
    rs_line line;
    rs_lexed lexed;
    rs_lexer_init(&lexer, "", text, &diagnostics);
    while ((lexed = rs_lexer_next(&lexer, &line)) != RS_LEXED_END) {
        if (lexed != RS_LEXED_LINE)
            continue;
        if (into != NULL)
            into[count] = locate(text, text.n - lexer.rest.n, &line);
        count++;
    }
    rs_diagnostics_clear(&diagnostics);
    return count;
}

void rs_source_edit_init(rs_source_edit *edit, rs_arena *arena, rs_bytes text)
{
    *edit = (rs_source_edit){.arena = arena, .text = text};
    size_t count = read_statements(text, NULL);
    edit->statements = rs_message_need(rs_arena_take(arena, (count + 1) * sizeof(statement)));
    edit->statement_count = read_statements(text, edit->statements);
}

static const char *line_end(const rs_source_edit *edit)
{
    const uint8_t *end = edit->text.n == 0 ? NULL : memchr(edit->text.p, '\n', edit->text.n);
    return end != NULL && end > edit->text.p && end[-1] == '\r' ? "\r\n" : "\n";
}

static void add_splice(rs_source_edit *edit, size_t at, size_t removed, const char *text)
{
    if (edit->splice_count == edit->splice_capacity) {
        size_t capacity = edit->splice_capacity == 0 ? 16 : 2 * edit->splice_capacity;
        rs_source_splice *grown =
            rs_message_need(rs_arena_take(edit->arena, capacity * sizeof *grown));
        if (edit->splice_count > 0)
            memcpy(grown, edit->splices, edit->splice_count * sizeof *grown);
        edit->splices = grown;
        edit->splice_capacity = capacity;
    }
    edit->splices[edit->splice_count] = (rs_source_splice){.at = at,
                                                           .removed = removed,
                                                           .order = edit->splice_count,
                                                           .text = rs_bytes_of_string(text)};
    edit->splice_count++;
}

/* The statements of a stanza, or those before the first one. */
static range range_of(const rs_source_edit *edit, uint32_t stanza)
{
    const statement *s = edit->statements, *end = s + edit->statement_count;
    while (stanza != 0 && s < end && s->line != stanza)
        s++;
    range r = {.first = s};
    bool in_roots = true;
    for (; s < end; s++) {
        bool starts = s->kind == DEFAULT || s->kind == ROOT;
        if (starts && (stanza == 0 || (s > r.first && (s->kind == DEFAULT || !in_roots))))
            break;
        in_roots = s->kind == ROOT;
    }
    r.end = s;
    return r;
}

/* The last statement of a kind; NULL if there is none. */
static const statement *last_of(range r, statement_kind kind)
{
    for (const statement *s = r.end; s > r.first; s--)
        if (s[-1].kind == kind)
            return s - 1;
    return NULL;
}

static void remove_statement(rs_source_edit *edit, const statement *s)
{
    size_t rest = s->words_end;
    while (edit->text.p[rest] == ' ' || edit->text.p[rest] == '\t')
        rest++;
    if (edit->text.p[rest] == '#')
        add_splice(edit, s->first, rest - s->first, "");
    else
        add_splice(edit, s->start, s->end - s->start, "");
}

/* Adds a line below a statement, indented as that is; a first one below `root` by four spaces. */
static void add_below(rs_source_edit *edit, const statement *above, const char *words)
{
    bool in_body = above->kind != ROOT && above->kind != DEFAULT;
    const char *indent = in_body ? (const char *)edit->text.p + above->start : "    ";
    int columns = in_body ? (int)(above->first - above->start) : 4;
    add_splice(edit, above->end, 0,
               rs_text_format(edit->arena, "%.*s%s%s", columns, indent, words, line_end(edit)));
}

void rs_source_edit_set_mode(rs_source_edit *edit, uint32_t stanza, const char *mode)
{
    range r = range_of(edit, stanza);
    const statement *found = last_of(r, MODE);
    const char *words = mode == NULL ? "" : rs_text_format(edit->arena, "mode %s", mode);
    if (found != NULL && mode == NULL)
        remove_statement(edit, found);
    else if (found != NULL)
        add_splice(edit, found->first, found->words_end - found->first, words);
    else if (mode != NULL && stanza == 0)
        add_splice(edit, 0, 0, rs_text_format(edit->arena, "%s%s", words, line_end(edit)));
    else if (mode != NULL && r.end > r.first)
        add_below(edit, r.end - 1, words);
}

/* The start of the line before `at`; `at` itself if that has more than white space. */
static size_t blank_line_before(rs_bytes text, size_t at)
{
    if (at == 0)
        return at;
    size_t start = at - 1;
    while (start > 0 && text.p[start - 1] != '\n') {
        start--;
        if (memchr(" \t\r", text.p[start], 3) == NULL)
            return at;
    }
    return start;
}

static bool is_blank_or_end(rs_bytes text, size_t at)
{
    while (at < text.n && text.p[at] != '\n' && memchr(" \t\r", text.p[at], 3) != NULL)
        at++;
    return at == text.n || text.p[at] == '\n';
}

void rs_source_edit_remove(rs_source_edit *edit, uint32_t stanza)
{
    range r = range_of(edit, stanza);
    if (r.end == r.first)
        return;
    size_t blank = blank_line_before(edit->text, r.first->start);
    if (blank < r.first->start && is_blank_or_end(edit->text, r.end[-1].end))
        add_splice(edit, blank, r.first->start - blank, "");
    for (const statement *s = r.first; s < r.end; s++)
        remove_statement(edit, s);
}

void rs_source_edit_remove_line(rs_source_edit *edit, uint32_t line)
{
    for (size_t i = 0; i < edit->statement_count; i++)
        if (edit->statements[i].line == line)
            remove_statement(edit, &edit->statements[i]);
}

void rs_source_edit_add(rs_source_edit *edit, uint32_t stanza, const char *const *statements,
                        size_t count)
{
    range r = range_of(edit, stanza);
    const statement *above = last_of(r, PERMIT);
    if (above == NULL)
        above = last_of(r, ROOT);
    if (above == NULL)
        above = last_of(r, DEFAULT);
    for (size_t i = 0; i < count && above != NULL; i++)
        add_below(edit, above, statements[i]);
}

const char **rs_source_edit_rules(const rs_source_edit *edit, uint32_t stanza, size_t room,
                                  size_t *count)
{
    range r = range_of(edit, stanza);
    size_t all = (size_t)(r.end - r.first) + room;
    const char **rules = rs_message_need(rs_arena_take(edit->arena, (all + 1) * sizeof *rules));
    *count = 0;
    for (const statement *s = r.first; s < r.end; s++)
        if (s->kind == RULE || s->kind == PERMIT)
            rules[(*count)++] = rs_text_format(edit->arena, "%.*s", (int)(s->words_end - s->first),
                                               (const char *)edit->text.p + s->first);
    return rules;
}

void rs_source_edit_append(rs_source_edit *edit, const char *lines)
{
    const char *end = line_end(edit);
    size_t first = edit->splice_count;
    if (edit->text.n > 0 || edit->splice_count > 0)
        add_splice(edit, edit->text.n, 0, end);
    while (*lines != '\0') {
        size_t n = strcspn(lines, "\n");
        add_splice(edit, edit->text.n, 0,
                   rs_text_format(edit->arena, "%.*s%s", (int)n, lines, end));
        lines += n + (lines[n] == '\n');
    }
    for (size_t i = first; i < edit->splice_count; i++)
        edit->splices[i].is_appended = true;
}

static int by_place(const void *left, const void *right)
{
    const rs_source_splice *a = left, *b = right;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    if ((a->removed == 0) != (b->removed == 0))
        return a->removed == 0 ? -1 : 1; /* what is added there is not removed */
    if (a->is_appended != b->is_appended)
        return a->is_appended ? 1 : -1;
    return (a->order > b->order) - (a->order < b->order);
}

static void put(uint8_t *out, size_t *length, rs_bytes bytes)
{
    if (bytes.n > 0)
        memcpy(out + *length, bytes.p, bytes.n);
    *length += bytes.n;
}

rs_bytes rs_source_edit_text(rs_source_edit *edit)
{
    size_t size = edit->text.n, length = 0, from = 0;
    if (edit->splice_count > 0)
        qsort(edit->splices, edit->splice_count, sizeof *edit->splices, by_place);
    for (size_t i = 0; i < edit->splice_count; i++)
        size += edit->splices[i].text.n;
    uint8_t *out = rs_message_need(rs_arena_take(edit->arena, size + 1));
    for (size_t i = 0; i < edit->splice_count; i++) {
        const rs_source_splice *s = &edit->splices[i];
        put(out, &length, rs_bytes_make(edit->text.p + from, s->at - from));
        put(out, &length, s->text);
        from = s->at + s->removed;
    }
    put(out, &length, rs_bytes_skip(edit->text, from));
    return rs_bytes_make(out, length);
}
