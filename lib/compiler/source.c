/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/source.h"

#include "lib/compiler/lexer.h"
#include "lib/compiler/mode_line.h"
#include "lib/compiler/root_line.h"
#include "lib/compiler/rule.h"

#include <stdlib.h>

/* What the lines so far belong to. */
typedef enum state {
    TOP,   /* no stanza yet */
    ROOTS, /* a stanza that has only root lines so far */
    BODY,
} state;

typedef struct parser {
    const rs_source *source;
    rs_list *list;
    const char *file;
    rs_place place; /* of the line that is being read */
    rs_list_root *roots;
    rs_rule *rules;
    size_t root_count, root_capacity;
    size_t rule_count, rule_capacity;
    size_t stanza_capacity;
    state state;
    rs_list_stanza stanza; /* the one that is being read; its arrays are set at the end */
    uint32_t default_line; /* 0: none so far */
    bool excused; /* a line could not be read: what seems misplaced or missing may be its fault */
    bool no_memory;
    uint8_t value[RS_RULE_VALUE_MAX];
} parser;

static void report_no_memory(parser *p)
{
    rs_place_error(&p->place, 0, "out of memory");
    p->no_memory = true;
}

/* Makes room for one more item of `size` bytes; NULL if there is no memory. */
static void *grow(rs_arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t more = *capacity == 0 ? 64 : *capacity * 2;
    void *grown = more > SIZE_MAX / size ? NULL : rs_arena_take(arena, more * size);
    if (grown == NULL)
        return NULL;
    if (count > 0)
        memcpy(grown, items, count * size);
    *capacity = more;
    return grown;
}

static void end_stanza(parser *p)
{
    if (p->state == TOP)
        return;
    if (p->stanza.rule_count == 0 && !p->stanza.has_mode && !p->excused) {
        rs_place start = p->place;
        start.line = p->stanza.line;
        rs_place_error(&start, 0,
                       "stanza without rules; expected permit, exclude, organization or mode "
                       "lines below");
    }
    rs_list *list = p->list;
    void *stanzas = grow(&list->arena, list->stanzas, list->stanza_count, &p->stanza_capacity,
                         sizeof *list->stanzas);
    if (stanzas == NULL) {
        report_no_memory(p);
        return;
    }
    list->stanzas = stanzas;
    list->stanzas[list->stanza_count++] = p->stanza;
}

static void begin_stanza(parser *p, state first)
{
    end_stanza(p);
    p->state = first;
    p->stanza = (rs_list_stanza){.file = p->file, .line = p->place.line};
    p->excused = false;
}

/* Keeps a rule, which takes its value's bytes along. */
static void keep_rule(parser *p, const rs_rule *rule)
{
    rs_arena *arena = &p->list->arena;
    rs_rule *rules = grow(arena, p->rules, p->rule_count, &p->rule_capacity, sizeof *p->rules);
    rs_bytes value = rs_arena_copy(arena, rule->value);
    if (rules == NULL || value.p == NULL) {
        report_no_memory(p);
        return;
    }
    p->rules = rules;
    p->rules[p->rule_count] = *rule;
    p->rules[p->rule_count].value = value;
    p->rule_count++;
    p->stanza.rule_count++;
}

static void keep_root(parser *p, const rs_list_root *root)
{
    rs_arena *arena = &p->list->arena;
    rs_list_root *roots = grow(arena, p->roots, p->root_count, &p->root_capacity, sizeof *p->roots);
    rs_bytes label = rs_arena_copy(arena, root->label);
    if (roots == NULL || label.p == NULL) {
        report_no_memory(p);
        return;
    }
    p->roots = roots;
    p->roots[p->root_count] = *root;
    p->roots[p->root_count].label = label;
    p->roots[p->root_count].file = p->file;
    p->root_count++;
    p->stanza.root_count++;
}

/* Whether a line ends after its first `count` words, of fewer than RS_LINE_WORDS. */
static bool check_end(const parser *p, const rs_line *line, size_t count)
{
    if (line->count <= count)
        return true;
    rs_place place = rs_lexer_word_place(&p->place, &line->words[count], 0);
    rs_place_error(&place, 0,
                   "unexpected \"%s\"; write one statement in a line, and quotes around a value "
                   "that has spaces",
                   rs_quote(line->words[count].text).text);
    return false;
}

/* Whether a body line stands in a stanza, whose body it then is part of. */
static bool enter_body(parser *p, const char *word)
{
    if (p->state == TOP && !p->excused) {
        rs_place_error(&p->place, 0, "%s before any stanza; expected root or default first", word);
        return false;
    }
    if (p->state == TOP) {
        /* The line that could not be read may have been its root. */
        begin_stanza(p, BODY);
        p->excused = true;
    }
    p->state = BODY;
    return true;
}

static bool read_rule(parser *p, const rs_line *line, rs_polarity polarity, const char *word)
{
    rs_rule rules[2];
    if (!enter_body(p, word))
        return false;
    if (line->count < 2) {
        rs_place_error(&p->place, 0, "%s without a name; expected one, as in %s corp.example", word,
                       word);
        return false;
    }
    if (line->count > 2 &&
        rs_bytes_equal(line->words[1].text, rs_bytes_of_string("organization"))) {
        rs_place_error(&p->place, 0,
                       "%s organization; write organization \"NAME\" as a line of its own", word);
        return false;
    }
    size_t count = rs_rule_read(&p->place, &line->words[1], polarity, rules, p->value);
    for (size_t i = 0; i < count; i++)
        keep_rule(p, &rules[i]);
    return check_end(p, line, 2) && count > 0;
}

static bool read_permit(parser *p, const rs_line *line)
{
    return read_rule(p, line, RS_PERMIT, "permit");
}

static bool read_exclude(parser *p, const rs_line *line)
{
    return read_rule(p, line, RS_EXCLUDE, "exclude");
}

static bool read_organization(parser *p, const rs_line *line)
{
    rs_rule rule;
    if (!enter_body(p, "organization"))
        return false;
    if (line->count < 2) {
        rs_place_error(&p->place, 0, "organization without a name; expected organization \"NAME\"");
        return false;
    }
    if (rs_rule_read_organization(&p->place, &line->words[1], &rule, p->value) == 0)
        return false;
    keep_rule(p, &rule);
    return check_end(p, line, 2);
}

static bool read_root(parser *p, const rs_line *line)
{
    rs_list_root root;
    if (p->state != ROOTS)
        begin_stanza(p, ROOTS);
    if (!rs_root_line_read(&p->source->pem, &p->place, line, &root))
        return false;
    keep_root(p, &root);
    return check_end(p, line, 3);
}

static bool read_default(parser *p, const rs_line *line)
{
    begin_stanza(p, BODY);
    if (p->default_line != 0) {
        rs_place_error(&p->place, 0, "second default; the first one is in line %u",
                       (unsigned)p->default_line);
        return false;
    }
    p->default_line = line->number;
    return check_end(p, line, 1);
}

static bool read_mode(parser *p, const rs_line *line)
{
    rs_mode_period mode;
    rs_list *list = p->list;
    bool whole_list = p->state == TOP;
    if (!whole_list)
        p->state = BODY;
    if (!rs_mode_line_read(&p->place, line, &mode))
        return false;
    if (whole_list ? list->has_mode : p->stanza.has_mode) {
        if (!p->excused)
            rs_place_error(&p->place, 0, "second mode for %s; expected one",
                           whole_list ? "the list" : "the stanza");
        return false;
    }
    if (whole_list) {
        list->has_mode = true;
        list->mode = mode;
        list->mode_file = p->file;
        list->mode_line = line->number;
    } else {
        p->stanza.has_mode = true;
        p->stanza.mode = mode;
    }
    return check_end(p, line, 4);
}

static void read_line(parser *p, const rs_line *line)
{
    static const struct {
        const char *word;
        bool (*read)(parser *p, const rs_line *line);
    } statements[] = {
        {"permit", read_permit}, {"exclude", read_exclude}, {"organization", read_organization},
        {"root", read_root},     {"default", read_default}, {"mode", read_mode},
    };
    const rs_word *first = &line->words[0];
    p->place.line = line->number;
    p->place.column = first->column;
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        if (first->quoted || !rs_bytes_equal(first->text, rs_bytes_of_string(statements[i].word)))
            continue;
        /* Without the list's mode nothing is missing from what follows. */
        if (!statements[i].read(p, line) && (p->state != TOP || statements[i].read != read_mode))
            p->excused = true;
        return;
    }
    rs_place_error(&p->place, 0,
                   "unknown statement \"%s\"; expected mode, root, default, permit, exclude or "
                   "organization",
                   rs_quote(first->text).text);
    p->excused = true;
}

static void read_lines(parser *p)
{
    rs_lexer lexer;
    rs_line line;
    rs_lexed lexed;
    rs_lexer_init(&lexer, p->file, p->source->text, p->place.diagnostics);
    while (!p->no_memory && (lexed = rs_lexer_next(&lexer, &line)) != RS_LEXED_END) {
        if (lexed == RS_LEXED_LINE)
            read_line(p, &line);
        else
            p->excused = true;
    }
}

static int compare_roots(const void *left, const void *right)
{
    const rs_list_root *a = *(const rs_list_root *const *)left;
    const rs_list_root *b = *(const rs_list_root *const *)right;
    int order = a->kind != b->kind ? (a->kind > b->kind ? 1 : -1)
                                   : memcmp(a->sha256, b->sha256, RS_SHA256_SIZE);
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static void check_duplicates(parser *p)
{
    const rs_list_root **sorted =
        rs_arena_take(&p->list->arena, (p->root_count + 1) * sizeof *sorted);
    if (sorted == NULL) {
        report_no_memory(p);
        return;
    }
    for (size_t i = 0; i < p->root_count; i++)
        sorted[i] = &p->roots[i];
    qsort(sorted, p->root_count, sizeof *sorted, compare_roots);
    size_t first = 0;
    for (size_t i = 1; i < p->root_count; i++) {
        const rs_list_root *a = sorted[first], *b = sorted[i];
        if (a->kind != b->kind || memcmp(a->sha256, b->sha256, RS_SHA256_SIZE) != 0) {
            first = i;
            continue;
        }
        rs_diagnostics_add(p->place.diagnostics, RS_ERROR, p->file, b->line, 1,
                           "the same root as in line %u; list each key once in a file",
                           (unsigned)a->line);
    }
}

/* Roots and rules were kept in the order of the stanzas that they belong to. */
static void set_arrays(parser *p)
{
    rs_list_root *root = p->roots;
    rs_rule *rule = p->rules;
    for (size_t i = 0; i < p->list->stanza_count; i++) {
        rs_list_stanza *stanza = &p->list->stanzas[i];
        if (stanza->root_count > 0) {
            stanza->roots = root;
            root += stanza->root_count;
        }
        if (stanza->rule_count > 0) {
            stanza->rules = rule;
            rule += stanza->rule_count;
        }
    }
}

static void hash_framed(rs_sha256 *hash, rs_bytes bytes)
{
    uint8_t length[8];
    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (uint8_t)((uint64_t)bytes.n >> (8 * (sizeof length - 1 - i)));
    rs_sha256_update(hash, rs_bytes_make(length, sizeof length));
    rs_sha256_update(hash, bytes);
}

static void set_digest(parser *p)
{
    rs_sha256 hash;
    const char *slash = strrchr(p->file, '/');
    rs_sha256_init(&hash);
    hash_framed(&hash, rs_bytes_of_string(slash == NULL ? p->file : slash + 1));
    hash_framed(&hash, p->source->text);
    for (size_t i = 0; i < p->root_count; i++) {
        const rs_list_root *root = &p->roots[i];
        if (!root->has_certificate)
            continue;
        rs_sha256_update(&hash, rs_bytes_make(root->sha256, RS_SHA256_SIZE));
        rs_sha256_update(&hash, rs_bytes_make(root->certificate_sha256, RS_SHA256_SIZE));
    }
    rs_sha256_final(&hash, p->list->sources_sha256);
}

bool rs_source_parse(const rs_source *source, rs_list *list, rs_diagnostics *diagnostics)
{
    parser p = {
        .source = source,
        .list = list,
        .place = {.diagnostics = diagnostics, .file = source->file},
    };
    if (source->text.n > RS_SOURCE_SIZE_MAX) {
        rs_place_error(&p.place, 0, "file of %zu bytes; expected at most %u", source->text.n,
                       RS_SOURCE_SIZE_MAX);
        return true;
    }
    p.file = (const char *)rs_arena_copy(&list->arena, rs_bytes_of_string(source->file)).p;
    if (p.file == NULL) {
        report_no_memory(&p);
        return false;
    }
    read_lines(&p);
    end_stanza(&p);
    check_duplicates(&p);
    if (p.no_memory) {
        list->stanza_count = 0;
        return false;
    }
    set_arrays(&p);
    set_digest(&p);
    return true;
}

void rs_list_free(rs_list *list)
{
    rs_arena_clear(&list->arena);
    *list = (rs_list){.stanzas = NULL};
}
