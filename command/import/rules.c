/* SPDX-License-Identifier: Apache-2.0 */
#include "command/import/rules.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/stanza_text.h"
#include "lib/compiler/source.h"

/* Returns NULL if a list source accepts a stanza of this rule alone, else the reason against it. */
static const char *reason_against(rs_arena *arena, bool exclude, char *rule)
{
    char hex[RS_HEX_SIZE];
    char *const one[] = {rule, NULL}, *const none[] = {NULL};
    rs_text_hex((const uint8_t[RS_SHA256_SIZE]){0}, hex);
    rs_stanza_text stanza = {.spki_sha256 = hex,
                             .label = "",
                             .permit = exclude ? none : one,
                             .exclude = exclude ? one : none};
    rs_source source = {.file = "",
                        .text = rs_bytes_of_string(rs_stanza_text_write(arena, &stanza))};
    rs_diagnostics diagnostics = {0};
    rs_list list = {0};
    const char *why = NULL;
    if (!rs_source_parse(&source, &list, &diagnostics))
        rs_message_need(NULL);
    for (size_t i = 0; i < diagnostics.count && why == NULL; i++)
        if (diagnostics.items[i].severity == RS_ERROR)
            why = rs_text_format(arena, "%s", diagnostics.items[i].text);
    rs_list_free(&list);
    rs_diagnostics_clear(&diagnostics);
    return why;
}

/* Appends to an array that NULL ends; its room is the next power of two. */
static void append(rs_arena *arena, char ***items, size_t *count, char *item)
{
    if (*items == NULL || (*count + 1 >= 8 && ((*count + 1) & *count) == 0)) {
        size_t room = *count + 1 < 8 ? 8 : 2 * (*count + 1);
        char **larger = rs_message_need(rs_arena_take(arena, room * sizeof *larger));
        if (*count > 0)
            memcpy(larger, *items, *count * sizeof *larger);
        *items = larger;
    }
    (*items)[(*count)++] = item;
    (*items)[*count] = NULL;
}

const char *rs_import_rules_add(rs_import_rules *rules, rs_form form, bool exclude,
                                const char *rule)
{
    char *copy = (char *)(uintptr_t)rule;
    if (!rs_stanza_text_is_safe(rule))
        return "it has control characters";
    const char *why = reason_against(rules->arena, exclude, copy);
    if (why != NULL)
        return why;
    if (exclude) {
        append(rules->arena, &rules->exclude, &rules->exclude_count, copy);
        return NULL;
    }
    append(rules->arena, &rules->permit, &rules->permit_count, copy);
    rules->is_permitted[form] = true;
    return NULL;
}

void rs_import_rules_open(rs_import_rules *rules, rs_form form)
{
    rules->is_permitted[form] = rules->is_open[form] = true;
}

static bool is_of_open_form(const rs_import_rules *rules, const char *rule)
{
    for (rs_form form = 0; form < RS_FORMS; form++) {
        const char *word = rs_form_word(form);
        size_t n = strlen(word);
        if (rules->is_open[form] && strncmp(rule, word, n) == 0 && rule[n] == ':')
            return true;
    }
    return false;
}

void rs_import_rules_close(rs_import_rules *rules)
{
    static char *none[] = {NULL};
    size_t kept = 0;
    bool some = false;
    for (size_t i = 0; i < rules->permit_count; i++)
        if (!is_of_open_form(rules, rules->permit[i]))
            rules->permit[kept++] = rules->permit[i];
    if (rules->permit != NULL)
        rules->permit[kept] = NULL;
    rules->permit_count = kept;
    for (rs_form form = 0; form < RS_FORMS; form++)
        some |= rules->is_permitted[form];
    for (rs_form form = 0; some && form <= RS_FORM_IP; form++)
        if (!rules->is_permitted[form] || rules->is_open[form])
            append(rules->arena, &rules->permit, &rules->permit_count,
                   (char *)(uintptr_t)rs_text_format(rules->arena, "%s:*", rs_form_word(form)));
    rules->permit = rules->permit == NULL ? none : rules->permit;
    rules->exclude = rules->exclude == NULL ? none : rules->exclude;
}
