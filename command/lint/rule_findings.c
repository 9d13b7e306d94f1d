/* SPDX-License-Identifier: Apache-2.0 */
#include "command/lint/rule_findings.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/lint/rule_index.h"
#include "command/list/hint.h"
#include "command/list/mode_plan.h"
#include "command/list/root_match.h"
#include "lib/compiler/lexer.h"

#include <stdio.h>

enum { WORDS_IN_A_FIX = 4 }; /* a command line with more roots or names is not for people */

typedef struct search {
    const rs_sources *sources;
    const psl_ctx_t *psl;
    int64_t now;
    rs_lint_findings *findings;
    /* The source that was looked at last, from a line on. */
    const rs_source_file *source;
    uint32_t line;
    rs_bytes from_line;
} search;

/* Lines of a stanza that permit public suffixes; the first of them. */
typedef struct public_lines {
    const rs_rule *first[WORDS_IN_A_FIX];
    size_t count;
} public_lines;

bool rs_rule_findings_counts(const rs_sources *sources, const char *file)
{
    const rs_source_file *source = file == NULL ? NULL : rs_sources_find(sources, file);
    return source != NULL && !source->is_shipped;
}

/* A source from one of its lines on. Lines that come in order cost one pass over the source. */
static rs_bytes text_from(search *s, const char *file, uint32_t line)
{
    const rs_source_file *source = rs_sources_find(s->sources, file);
    if (source != s->source || line < s->line) {
        s->source = source;
        s->line = 1;
        s->from_line = rs_bytes_make(source->text, source->size);
    }
    for (; s->line < line && s->from_line.n > 0; s->line++) {
        const uint8_t *end = memchr(s->from_line.p, '\n', s->from_line.n);
        s->from_line = rs_bytes_skip(
            s->from_line, end == NULL ? s->from_line.n : (size_t)(end + 1 - s->from_line.p));
    }
    return s->from_line;
}

/* Whether a line has a comment; its words have no `#` in them. */
static bool has_comment(search *s, const char *file, uint32_t line)
{
    rs_bytes text = text_from(s, file, line);
    const uint8_t *end = text.n == 0 ? NULL : memchr(text.p, '\n', text.n);
    return end != NULL && memchr(text.p, '#', (size_t)(end - text.p)) != NULL;
}

/* The name on a line of a source, without its quotes: as a command line has it. */
static const char *name_on_line(search *s, const char *file, uint32_t line)
{
    rs_diagnostics unused = {0};
    rs_lexer lexer;
    rs_line read;
    const char *name = NULL;
    rs_lexer_init(&lexer, file, text_from(s, file, line), &unused);
    if (rs_lexer_next(&lexer, &read) == RS_LEXED_LINE && read.count >= 2)
        name = (const char *)rs_message_need(
            (void *)(uintptr_t)rs_arena_copy(&s->findings->arena, read.words[1].text).p);
    rs_diagnostics_clear(&unused);
    return name == NULL ? "" : name;
}

/* The same command for each root of a stanza; NULL if that would be too long. */
static const char *fix_roots(const search *s, const rs_list_stanza *stanza, const char *subcommand,
                             const char *before, const char *after)
{
    rs_arena *arena = &s->findings->arena;
    const char *command = rs_hint_command(arena, &s->findings->target, subcommand);
    const char *fix = NULL;
    if (stanza->root_count > WORDS_IN_A_FIX)
        return NULL;
    for (size_t i = 0; i < stanza->root_count || i == 0; i++) {
        const rs_list_root *root = stanza->root_count == 0 ? NULL : &stanza->roots[i];
        const char *word = rs_root_match_word_of(arena, &s->sources->merged, root);
        const char *one = rs_text_format(arena, "%s %s %s%s%s", command, before, word,
                                         after[0] == '\0' ? "" : " ", after);
        fix = fix == NULL ? one : rs_text_format(arena, "%s && %s", fix, one);
    }
    return fix;
}

static bool is_among(const rs_rule *const *rules, size_t count, uint32_t line)
{
    for (size_t i = 0; i < count; i++)
        if (rules[i]->line == line)
            return true;
    return false;
}

/* Without any permit line, a stanza would permit everything: the last ones cannot be taken out. */
static bool are_last_permits(const rs_list_stanza *stanza, const rs_rule *const *rules,
                             size_t count)
{
    for (size_t i = 0; i < stanza->rule_count; i++)
        if (stanza->rules[i].polarity == RS_PERMIT &&
            stanza->rules[i].kind != RS_RULE_ORGANIZATION &&
            !is_among(rules, count, stanza->rules[i].line))
            return false;
    return rules[0]->polarity == RS_PERMIT;
}

/* The command that takes rules of one polarity out; NULL if none can. */
static const char *fix_remove(search *s, const rs_list_stanza *stanza, const rs_rule *const *rules,
                              size_t count)
{
    rs_arena *arena = &s->findings->arena;
    const char *names = "";
    if (rules[0]->kind == RS_RULE_ORGANIZATION || are_last_permits(stanza, rules, count))
        return NULL;
    for (size_t i = 0; i < count; i++)
        names = rs_text_format(arena, "%s%s%s", names, i == 0 ? "" : " ",
                               rs_text_shell(arena, name_on_line(s, stanza->file, rules[i]->line)));
    return fix_roots(s, stanza, rules[0]->polarity == RS_PERMIT ? "permit" : "exclude", "--remove",
                     names);
}

static void find_idle(search *s, const rs_list_stanza *stanza, const rs_rule_index *index,
                      const rs_rule *rule)
{
    const rs_rule *other = rs_rule_index_covering(index, rule);
    if (other != NULL)
        rs_lint_findings_add(s->findings, "covered", stanza->file, rule->line,
                             fix_remove(s, stanza, &rule, 1), "%s is covered by line %u",
                             name_on_line(s, stanza->file, rule->line), (unsigned)other->line);
    else if (rule->polarity == RS_EXCLUDE && !rs_rule_index_is_reachable(index, rule))
        rs_lint_findings_add(s->findings, "exclusion-idle", stanza->file, rule->line,
                             fix_remove(s, stanza, &rule, 1),
                             "nothing permits %s, so that there is nothing to exclude",
                             name_on_line(s, stanza->file, rule->line));
    else if (rule->polarity == RS_PERMIT && (other = rs_rule_index_excluding(index, rule)) != NULL)
        rs_lint_findings_add(s->findings, "permit-excluded", stanza->file, rule->line,
                             fix_remove(s, stanza, &rule, 1), "line %u excludes all of %s",
                             (unsigned)other->line, name_on_line(s, stanza->file, rule->line));
}

static bool is_public(const search *s, rs_bytes host, int type)
{
    char text[RS_HOST_NAME_MAX + 1];
    snprintf(text, sizeof text, "%.*s", (int)host.n, (const char *)host.p);
    return psl_is_public_suffix2(s->psl, text, type | PSL_TYPE_NO_STAR_RULE) == 1;
}

/* Names that are reserved, and so will never be top-level domains of the Internet. */
static bool is_special(rs_bytes label)
{
    static const char *const special[] = {"test",    "localhost", "local", "internal",
                                          "example", "invalid",   "onion", "alt"};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (rs_bytes_equal(label, rs_bytes_of_string(special[i])))
            return true;
    return false;
}

static rs_bytes last_label(rs_bytes host)
{
    const uint8_t *dot = host.n == 0 ? NULL : memrchr(host.p, '.', host.n);
    return dot == NULL ? host : rs_bytes_skip(host, (size_t)(dot + 1 - host.p));
}

static void find_odd_suffix(search *s, const rs_list_stanza *stanza, const rs_rule *rule,
                            public_lines *found)
{
    if (s->psl == NULL || rule->kind != RS_RULE_SUFFIX || rule->value.n == 0 || !rule->below)
        return;
    rs_bytes label = last_label(rule->value);
    /* One label is excluded where single labels are permitted. */
    if (rule->polarity == RS_EXCLUDE && label.n == rule->value.n)
        return;
    if (!is_special(label) && !is_public(s, label, PSL_TYPE_ICANN))
        rs_lint_findings_add(s->findings, "unknown-tld", stanza->file, rule->line,
                             fix_remove(s, stanza, &rule, 1), "%s is under no top-level domain",
                             name_on_line(s, stanza->file, rule->line));
    else if (rule->polarity == RS_PERMIT &&
             is_public(s, rule->value, PSL_TYPE_ICANN | PSL_TYPE_PRIVATE) &&
             !has_comment(s, stanza->file, rule->line) && found->count++ < WORDS_IN_A_FIX)
        found->first[found->count - 1] = rule;
}

/*
 * One warning for all of a stanza: a public CA issues for hundreds. A comment on a line, such as
 * the evidence of a proposed list, says that the line is meant.
 */
static void tell_public(search *s, const rs_list_stanza *stanza, const public_lines *lines)
{
    if (lines->count == 0)
        return;
    uint32_t line = lines->first[0]->line;
    const char *fix =
        lines->count > WORDS_IN_A_FIX ? NULL : fix_remove(s, stanza, lines->first, lines->count);
    const char *what =
        lines->count == 1
            ? "a public suffix"
            : rs_text_format(&s->findings->arena, "one of %zu public suffixes of the stanza",
                             lines->count);
    rs_lint_findings_add(s->findings, "public-suffix", stanza->file, line, fix,
                         "%s is %s: anybody can register a name below it; if that is meant, say "
                         "why in a comment on the line",
                         name_on_line(s, stanza->file, line), what);
}

/* Whether all that a stanza permits is excluded, too; `by` becomes an exclusion that does it. */
static bool permits_nothing(const rs_list_stanza *stanza, const rs_rule_index *index,
                            const rs_rule **by)
{
    *by = NULL;
    for (size_t i = 0; i < stanza->rule_count; i++) {
        const rs_rule *rule = &stanza->rules[i];
        if (rule->polarity == RS_EXCLUDE || rule->kind == RS_RULE_ORGANIZATION)
            continue;
        const rs_rule *excluding = rs_rule_index_excluding(index, rule);
        if (excluding == NULL)
            return false;
        *by = excluding;
    }
    return *by != NULL;
}

static void find_in_rules(search *s, const rs_list_stanza *stanza)
{
    rs_rule_index index;
    public_lines found = {.count = 0};
    const rs_rule *by;
    rs_rule_index_init(&index, stanza, &s->findings->arena);
    if (permits_nothing(stanza, &index, &by)) {
        rs_lint_findings_add(s->findings, "permits-nothing", stanza->file, stanza->line,
                             fix_remove(s, stanza, &by, 1),
                             "the stanza excludes all that it permits, such as by line %u",
                             (unsigned)by->line);
        return;
    }
    for (size_t i = 0; i < stanza->rule_count; i++) {
        /* `ip:*` is two rules of one line. */
        if (i > 0 && stanza->rules[i].line == stanza->rules[i - 1].line)
            continue;
        find_idle(s, stanza, &index, &stanza->rules[i]);
        find_odd_suffix(s, stanza, &stanza->rules[i], &found);
    }
    tell_public(s, stanza, &found);
}

static bool is_over(rs_mode_period mode, int64_t now)
{
    return mode.mode == RS_MODE_TEST && rs_mode_at(mode, now) == RS_MODE_ENFORCE;
}

static void find_in_modes(const search *s, const rs_list_stanza *stanza)
{
    if (!stanza->has_mode || !is_over(stanza->mode, s->now))
        return;
    rs_lint_findings_add(s->findings, "test-over", stanza->file, stanza->line,
                         fix_roots(s, stanza, "set-mode", "enforce", ""),
                         "mode %s is over: the stanza is enforced",
                         rs_mode_plan_text(&s->findings->arena, stanza->mode));
}

void rs_rule_findings_find(const rs_sources *sources, const psl_ctx_t *psl, int64_t now,
                           rs_lint_findings *findings)
{
    const rs_list *list = &sources->merged;
    search s = {.sources = sources, .psl = psl, .now = now, .findings = findings};
    if (list->has_mode && is_over(list->mode, now) &&
        rs_rule_findings_counts(sources, list->mode_file))
        rs_lint_findings_add(
            findings, "test-over", list->mode_file, list->mode_line,
            rs_text_format(&findings->arena, "%s enforce --all",
                           rs_hint_command(&findings->arena, &findings->target, "set-mode")),
            "mode %s is over: the list is enforced",
            rs_mode_plan_text(&findings->arena, list->mode));
    for (size_t i = 0; i < list->stanza_count; i++) {
        if (!rs_rule_findings_counts(sources, list->stanzas[i].file))
            continue;
        find_in_rules(&s, &list->stanzas[i]);
        find_in_modes(&s, &list->stanzas[i]);
    }
}
