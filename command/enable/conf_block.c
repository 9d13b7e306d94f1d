/* SPDX-License-Identifier: Apache-2.0 */
#include "command/enable/conf_block.h"

#include "command/base/message.h"
#include "command/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN       "# rootscope enable: begin"
#define END         "# rootscope enable: end"
#define HINT        "; `rootscope disable` removes these lines"
#define NEW_FILE    " (of a new file)"
#define NO_LINE_END " (the line above had no end)"

enum { PLACES_MAX = 16 }; /* lines of the first section that are tried */

static bool starts_with(rs_bytes text, const char *word)
{
    size_t n = strlen(word);
    return text.n >= n && memcmp(text.p, word, n) == 0;
}

static rs_bytes first_line(rs_bytes text)
{
    const uint8_t *end = text.n == 0 ? NULL : memchr(text.p, '\n', text.n);
    return rs_bytes_make(text.p, end == NULL ? text.n : (size_t)(end - text.p) + 1);
}

static const char *line_end_of(rs_bytes line)
{
    return line.n > 1 && memcmp(line.p + line.n - 2, "\r\n", 2) == 0 ? "\r\n" : "\n";
}

static bool has(rs_bytes line, const char *word)
{
    return line.n > 0 && memmem(line.p, line.n, word, strlen(word)) != NULL;
}

rs_conf_rest rs_conf_block_strip(rs_arena *arena, rs_bytes text)
{
    rs_conf_rest rest = {0};
    uint8_t *out = rs_message_need(rs_arena_take(arena, text.n + 1));
    size_t length = 0;
    unsigned opened = 0, number = 1;
    for (rs_bytes line; text.n > 0; text = rs_bytes_skip(text, line.n), number++) {
        line = first_line(text);
        bool begins = starts_with(line, BEGIN), ends = starts_with(line, END);
        if (begins == (opened != 0) && (begins || ends) && rest.broken_at == 0)
            rest.broken_at = begins ? opened : number;
        if (begins) {
            opened = number;
            rest.blocks++;
            rest.is_new |= has(line, NEW_FILE);
            if (has(line, NO_LINE_END))
                length -= length > 0;
        } else if (ends) {
            opened = 0;
        } else if (opened == 0) {
            memcpy(out + length, line.p, line.n);
            length += line.n;
        }
    }
    if (opened != 0 && rest.broken_at == 0)
        rest.broken_at = opened;
    rest.text = rs_bytes_make(out, length);
    return rest;
}

/* A text that grows; its memory is malloc's until it is done. */
typedef struct block {
    const rs_conf_plan *plan;
    const char *line_end;
    FILE *out;
} block;

static void put_section(const block *b, const char *section)
{
    fprintf(b->out, "[%s]%s", section, b->line_end);
}

/* The lines of a section, in one place. */
static void put_lines(const block *b, const char *section)
{
    put_section(b, section);
    for (const rs_conf_line *l = b->plan->first; l != NULL; l = l->next)
        if (strcmp(l->section, section) == 0)
            fprintf(b->out, "%s = %s%s", l->key, rs_openssl_config_escape(b->plan->arena, l->value),
                    b->line_end);
}

static bool is_first_of_section(const rs_conf_plan *plan, const rs_conf_line *line)
{
    const rs_conf_line *l = plan->first;
    while (strcmp(l->section, line->section) != 0)
        l = l->next;
    return l == line;
}

/* Where a block goes. */
typedef struct place {
    size_t at;
    const char *reopen; /* the section that is open there and that no line opens; NULL: none */
    const char *note;
} place;

static rs_bytes with_block(const rs_conf_plan *plan, rs_bytes text, const place *p)
{
    char *made = NULL;
    size_t size = 0;
    block b = {.plan = plan,
               .line_end = line_end_of(first_line(text)),
               .out = rs_message_need(open_memstream(&made, &size))};
    bool is_open = p->at == text.n && text.n > 0 && text.p[text.n - 1] != '\n';
    fwrite(text.p, 1, p->at, b.out);
    fprintf(b.out, "%s" BEGIN HINT "%s%s%s", is_open ? "\n" : "", p->note,
            is_open ? NO_LINE_END : "", b.line_end);
    for (const rs_conf_line *l = plan->first; l != NULL; l = l->next)
        if (is_first_of_section(plan, l))
            put_lines(&b, l->section);
    if (p->reopen != NULL)
        put_section(&b, p->reopen);
    fprintf(b.out, END "%s", b.line_end);
    fwrite(text.p + p->at, 1, text.n - p->at, b.out);
    bool failed = ferror(b.out) != 0;
    rs_message_need(fclose(b.out) != 0 || failed ? NULL : made);
    rs_bytes copy = rs_arena_copy(plan->arena, rs_bytes_make(made, size));
    free(made);
    rs_message_need((void *)(uintptr_t)copy.p);
    return copy;
}

/* Whether all that one configuration has is in the other one, or what the plan has in its place. */
static bool is_within(const rs_openssl_config *one, const rs_openssl_config *other,
                      const rs_conf_plan *plan)
{
    STACK_OF(OPENSSL_CSTRING) *names = NCONF_get_section_names(one->conf);
    bool good = names != NULL;
    for (int i = 0; good && i < sk_OPENSSL_CSTRING_num(names); i++) {
        const char *section = sk_OPENSSL_CSTRING_value(names, i);
        STACK_OF(CONF_VALUE) *values = rs_openssl_config_section(one, section);
        good = rs_openssl_config_section(other, section) != NULL ||
               (plan != NULL && sk_CONF_VALUE_num(values) > 0);
        for (int k = 0; good && k < sk_CONF_VALUE_num(values); k++) {
            const CONF_VALUE *v = sk_CONF_VALUE_value(values, k);
            const char *value = plan != NULL ? rs_conf_plan_get(plan, section, v->name)
                                             : rs_openssl_config_get(other, section, v->name);
            good = value != NULL && (plan == NULL || strcmp(value, v->value) == 0);
        }
    }
    sk_OPENSSL_CSTRING_free(names);
    return good;
}

/* Whether a configuration is that of the plan with its lines added, and nothing else. */
static bool is_as_planned(const rs_conf_plan *plan, const rs_openssl_config *made)
{
    for (const rs_conf_line *l = plan->first; l != NULL; l = l->next)
        if (rs_openssl_config_get(made, l->section, l->key) == NULL)
            return false;
    return is_within(plan->config, made, NULL) && is_within(made, plan->config, plan);
}

static bool is_good(const rs_conf_plan *plan, const char *path, rs_bytes text, rs_bytes before)
{
    rs_problems problems = {0};
    rs_openssl_config made = {.conf = rs_openssl_config_parse(path, text, &problems)};
    rs_conf_rest rest = rs_conf_block_strip(plan->arena, text);
    bool good = made.conf != NULL && is_as_planned(plan, &made) && rest.blocks == 1 &&
                rest.broken_at == 0 && rs_bytes_equal(rest.text, before);
    NCONF_free(made.conf);
    rs_problems_clear(&problems);
    return good;
}

/* Whether a line is `[section]`, as far as it shows. */
static bool opens(rs_bytes line, const char *section)
{
    const char *space = " \t\r\n";
    while (line.n > 0 && strchr(space, line.p[0]) != NULL)
        line = rs_bytes_skip(line, 1);
    if (!starts_with(line, "["))
        return false;
    do
        line = rs_bytes_skip(line, 1);
    while (line.n > 0 && strchr(space, line.p[0]) != NULL);
    if (!starts_with(line, section))
        return false;
    for (line = rs_bytes_skip(line, strlen(section)); line.n > 0; line = rs_bytes_skip(line, 1))
        if (strchr(space, line.p[0]) == NULL)
            return line.p[0] == ']';
    return false;
}

/* The section that is open at the end of a text, by what becomes of a further line. */
static const char *open_at_end(const rs_conf_plan *plan, const char *path, rs_bytes text)
{
    static const char key[] = "rootscope_open_section";
    rs_problems problems = {0};
    const char *longer = rs_text_format(plan->arena, "%.*s\n\n%s = 1\n", (int)text.n,
                                        text.n == 0 ? "" : (const char *)text.p, key);
    rs_openssl_config c = {
        .conf = rs_openssl_config_parse(path, rs_bytes_of_string(longer), &problems)};
    STACK_OF(OPENSSL_CSTRING) *names = c.conf == NULL ? NULL : NCONF_get_section_names(c.conf);
    const char *found = "default";
    for (int i = 0; i < sk_OPENSSL_CSTRING_num(names); i++)
        if (rs_openssl_config_get(&c, sk_OPENSSL_CSTRING_value(names, i), key) != NULL)
            found = rs_text_format(plan->arena, "%s", sk_OPENSSL_CSTRING_value(names, i));
    sk_OPENSSL_CSTRING_free(names);
    NCONF_free(c.conf);
    rs_problems_clear(&problems);
    return found;
}

static bool insert_at(const rs_conf_plan *plan, const char *path, rs_bytes text, const place *p,
                      rs_bytes *result)
{
    *result = with_block(plan, text, p);
    return is_good(plan, path, *result, text);
}

/* What OpenSSL reads in a way that no line can be added to safely; NULL: nothing. */
static const char *fault_of(rs_bytes text)
{
    if (text.n > 0 && memchr(text.p, '\0', text.n) != NULL)
        return "has a NUL character";
    if (starts_with(text, "\xEF\xBB\xBF"))
        return "starts with a byte order mark, so that no other file can include it";
    return NULL;
}

bool rs_conf_block_insert(const rs_conf_plan *plan, const char *path, rs_bytes text, bool is_new,
                          rs_bytes *result, rs_problems *problems)
{
    place p = {.note = is_new ? NEW_FILE : ""};
    unsigned tried = 0;
    const char *fault = fault_of(text);
    for (rs_bytes line; fault == NULL && p.at < text.n && tried < PLACES_MAX; p.at += line.n) {
        line = first_line(rs_bytes_skip(text, p.at));
        if (opens(line, plan->init) && tried++ < PLACES_MAX &&
            insert_at(plan, path, text, &p, result))
            return true;
    }
    p.at = text.n;
    p.reopen = open_at_end(plan, path, text);
    if (fault == NULL && insert_at(plan, path, text, &p, result))
        return true;
    rs_problems_add(
        problems, RS_NOT_GUARDED, "config-not-editable",
        "correct that, or add the lines by hand, as in the example openssl-system.cnf", "%s: %s",
        path, fault != NULL ? fault : "has lines that would change the meaning of what is added");
    return false;
}
