/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/root_stanzas.h"

#include "command/base/text.h"

bool rs_root_stanzas_same(const rs_list_root *a, const rs_list_root *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->kind == b->kind && memcmp(a->sha256, b->sha256, RS_SHA256_SIZE) == 0;
}

bool rs_root_stanzas_has(const rs_list_stanza *stanza, const rs_list_root *root)
{
    if (stanza->root_count == 0)
        return root == NULL;
    for (size_t i = 0; i < stanza->root_count; i++)
        if (rs_root_stanzas_same(&stanza->roots[i], root))
            return true;
    return false;
}

rs_root_stanzas rs_root_stanzas_find(const rs_sources *sources, const rs_list_root *root)
{
    rs_root_stanzas found = {.rules = {.file = NULL}};
    for (size_t i = 0; i < sources->count; i++) {
        const rs_list *list = &sources->files[i].list;
        for (size_t k = 0; k < list->stanza_count; k++) {
            rs_placed_stanza here = {.file = &sources->files[i], .stanza = &list->stanzas[k]};
            if (!rs_root_stanzas_has(here.stanza, root))
                continue;
            if (here.stanza->rule_count > 0)
                found = (rs_root_stanzas){.rules = here, .mode = here};
            else if (found.rules.stanza != NULL)
                found = (rs_root_stanzas){
                    .rules = found.rules, .mode = here, .mode_before = found.mode};
        }
    }
    return found;
}

rs_mode_period rs_root_stanzas_mode(const rs_list_stanza *stanza)
{
    rs_mode_period none = {.mode = RS_MODE_ENFORCE};
    return stanza != NULL && stanza->has_mode ? stanza->mode : none;
}

const char *rs_root_stanzas_text(rs_arena *arena, const rs_list_root *root)
{
    enum { DIGITS = 16 };
    char hex[RS_HEX_SIZE];
    if (root == NULL)
        return "default";
    rs_text_hex(root->sha256, hex);
    const char *label = rs_text_printable(arena, root->label);
    return rs_text_format(arena, "%s%s%s:%.*s%s", label, label[0] == '\0' ? "" : " (",
                          rs_root_kind_word(root->kind), DIGITS, hex, label[0] == '\0' ? "" : ")");
}

const char *rs_root_stanzas_head(rs_arena *arena, const rs_list_root *root)
{
    char hex[RS_HEX_SIZE];
    if (root == NULL)
        return "default";
    rs_text_hex(root->sha256, hex);
    const char *kind = rs_root_kind_word(root->kind);
    if (root->label.n == 0)
        return rs_text_format(arena, "root %s:%s", kind, hex);
    return rs_text_format(arena, "root %s:%s %s", kind, hex,
                          rs_text_label(arena, (const char *)root->label.p));
}
