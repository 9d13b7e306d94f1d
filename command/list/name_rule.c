/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/name_rule.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/stanza_text.h"
#include "lib/base/utf8.h"
#include "lib/compiler/idn.h"
#include "lib/compiler/rule.h"

#include <libpsl.h>
#include <string.h>
#include <unistd.h>

/* What the user may have meant by a keyword of a list source; NULL: it is none. */
static const char *meant_by(const char *text)
{
    static const struct {
        const char *word, *meant;
    } keywords[] = {
        {"exclude", "did you mean --exclude, or rootscope exclude?"},
        {"permit", "give the names without it"},
        {"mode", "did you mean --mode, or rootscope set-mode?"},
        {"organization", "did you mean organization:TEXT?"},
    };
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strcmp(text, keywords[i].word) == 0)
            return keywords[i].meant;
    return NULL;
}

/* What is wrong with a name that was copied from elsewhere, and what to give; NULL: nothing. */
static const char *copied(rs_arena *arena, const char *text)
{
    const char *colon = strchr(text, ':');
    if (colon == NULL)
        return strchr(text, ',') == NULL ? NULL : "it has a comma; give each name as a word";
    if (strncmp(colon, "://", 3) == 0)
        return rs_text_format(arena, "it is a URL; give its host: %.*s",
                              (int)strcspn(colon + 3, "/:?#"), colon + 3);
    bool has_port = colon[1] != '\0' && colon[1 + strspn(colon + 1, "0123456789")] == '\0';
    return has_port && memchr(text, '.', (size_t)(colon - text)) != NULL
               ? rs_text_format(arena, "a name has no port; give %.*s", (int)(colon - text), text)
               : NULL;
}

static size_t read_rules(rs_arena *arena, rs_polarity polarity, rs_name_rule *name,
                         const char **why)
{
    rs_diagnostics wrong = {0};
    rs_lexer *lexer = rs_message_need(rs_arena_take(arena, sizeof *lexer));
    uint8_t *value = rs_message_need(rs_arena_take(arena, RS_RULE_VALUE_MAX));
    rs_line line;
    size_t count = 0;
    rs_lexer_init(lexer, "", rs_bytes_of_string(rs_text_format(arena, "%s\n", name->statement)),
                  &wrong);
    bool is_line = rs_lexer_next(lexer, &line) == RS_LEXED_LINE && line.count == 2;
    if (is_line && name->statement[0] != 'o')
        count = rs_rule_read(&lexer->place, &line.words[1], polarity, name->rules, value);
    else if (is_line && polarity == RS_PERMIT)
        count = rs_rule_read_organization(&lexer->place, &line.words[1], name->rules, value);
    *why =
        wrong.count > 0 ? rs_text_format(arena, "%s", wrong.items[0].text) : "it is not one name";
    rs_diagnostics_clear(&wrong);
    return count;
}

bool rs_name_rule_read(rs_arena *arena, rs_polarity polarity, const char *text, rs_name_rule *name)
{
    const char *why = "a name has no control characters";
    *name = (rs_name_rule){.text = rs_text_printable(arena, rs_bytes_of_string(text))};
    const char *meant = meant_by(text);
    if (meant != NULL) {
        rs_message_error("%s is not a name; %s (A host of this name is dns:%s.)", text, meant,
                         text);
        return false;
    }
    const char *mistake = copied(arena, name->text);
    if (mistake != NULL) {
        why = mistake;
    } else if (rs_stanza_text_is_safe(text) && text[0] != '\0') {
        name->statement =
            rs_stanza_text_rule(arena, polarity == RS_PERMIT ? "permit" : "exclude", text);
        name->rule_count = read_rules(arena, polarity, name, &why);
    } else if (text[0] == '\0') {
        why = "a name is expected, such as corp.example";
    }
    if (name->rule_count == 0)
        rs_message_error("%s: %s", text[0] == '\0' ? "\"\"" : name->text, why);
    return name->rule_count > 0;
}

/* The scripts that have letters which look like those of another one. Japanese mixes others. */
static unsigned script_of(uint32_t c)
{
    static const struct {
        uint32_t first, last;
        unsigned script;
    } ranges[] = {{'a', 'z', 1},       {0xe0, 0x24f, 1},    {0x370, 0x3ff, 2},
                  {0x400, 0x52f, 4},   {0x530, 0x58f, 8},   {0x13a0, 0x13ff, 16},
                  {0x1e00, 0x1eff, 1}, {0x1f00, 0x1fff, 2}, {0xab70, 0xabbf, 16}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return ranges[i].script;
    return 0;
}

static bool mixes_scripts(const rs_rule *rule)
{
    rs_host_name host;
    unsigned scripts = 0;
    if (rs_idn_to_unicode(rule->value, &host) != RS_IDN_FOUND)
        return false;
    for (rs_bytes rest = rs_host_name_bytes(&host); rest.n > 0;) {
        uint32_t c;
        size_t n = rs_utf8_get(rest, &c);
        if (n == 0)
            return false;
        scripts = c == '.' ? 0 : scripts | script_of(c);
        if ((scripts & (scripts - 1)) != 0)
            return true;
        rest = rs_bytes_skip(rest, n);
    }
    return false;
}

static bool is_one_of(rs_bytes value, const char *a, const char *b)
{
    return rs_bytes_equal(value, rs_bytes_of_string(a)) ||
           rs_bytes_equal(value, rs_bytes_of_string(b));
}

/* Names that nobody else can have, and the whole world, which is meant if it is said. */
static bool needs_advice(const rs_rule *rule)
{
    return rule->kind == RS_RULE_SUFFIX && rule->value.n > 0 &&
           !is_one_of(rule->value, "localhost", "test");
}

static void advise(rs_arena *arena, const psl_ctx_t *psl, const rs_name_rule *name)
{
    const rs_rule *rule = &name->rules[0];
    if (!needs_advice(rule))
        return;
    const char *host =
        rs_text_format(arena, "%.*s", (int)rule->value.n, (const char *)rule->value.p);
    bool is_public =
        psl != NULL && psl_is_public_suffix2(psl, host, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 0;
    if (is_public)
        rs_message_warning(
            "%s is a public suffix: the root may vouch for every domain that anybody "
            "has below it; give the domains that are meant",
            name->text);
    else if (strchr(host, '.') == NULL)
        rs_message_warning("%s is one host name of one label, and what is below it; to permit all "
                           "host names of one label, give single-label instead",
                           name->text);
    if (mixes_scripts(rule))
        rs_message_warning("%s mixes letters of scripts that look alike, as names do that imitate "
                           "others; in ASCII it is %s",
                           name->text, host);
}

bool rs_name_rule_check(rs_polarity polarity, char *const *names, bool with_advice)
{
    rs_arena arena = {0};
    const psl_ctx_t *psl = psl_builtin();
    bool good = true;
    for (; *names != NULL; names++) {
        rs_name_rule name;
        bool is_good = rs_name_rule_read(&arena, polarity, *names, &name);
        if (is_good && with_advice && polarity == RS_PERMIT)
            advise(&arena, psl, &name);
        good &= is_good;
    }
    rs_arena_clear(&arena);
    return good;
}

int rs_name_rule_certificate_first(const rs_subcommand *self, char *const *arguments)
{
    if (strcmp(arguments[0], "-") == 0 || access(arguments[0], F_OK) == 0)
        return RS_OPTIONS_READ;
    char *const *name = arguments + 1;
    while (*name != NULL && access(*name, F_OK) != 0)
        name++;
    if (*name == NULL)
        return RS_OPTIONS_READ;
    return rs_message_usage(self, "%s: no such file; the certificate comes before the names: %s",
                            arguments[0], *name);
}
