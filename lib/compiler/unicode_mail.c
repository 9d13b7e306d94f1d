/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/unicode_mail.h"

#include "lib/compiler/idn.h"
#include "lib/names/host_name.h"

/* The host of a rule for e-mail; empty if it is none. */
static rs_bytes mail_host(const rs_rule *rule)
{
    if (rule->kind == RS_RULE_SUFFIX && (rule->forms & 1 << RS_FORM_EMAIL) != 0)
        return rule->value;
    const uint8_t *at = rule->kind == RS_RULE_MAILBOX && rule->value.n > 0
                            ? memchr(rule->value.p, '@', rule->value.n)
                            : NULL;
    return at == NULL ? rs_bytes_make(NULL, 0)
                      : rs_bytes_skip(rule->value, (size_t)(at - rule->value.p) + 1);
}

/* The rule's value with its host, which is the end of it, in U-labels; p is NULL without memory. */
static rs_bytes respelt(rs_arena *arena, rs_bytes value, rs_bytes host, const rs_host_name *unicode)
{
    size_t before = value.n - host.n;
    uint8_t *text = rs_arena_take(arena, before + unicode->length);
    if (text == NULL)
        return rs_bytes_make(NULL, 0);
    memcpy(text, value.p, before);
    memcpy(text + before, unicode->text, unicode->length);
    return rs_bytes_make(text, before + unicode->length);
}

rs_write_status rs_unicode_mail_rules(const rs_list_stanza *stanza, rs_arena *arena,
                                      rs_rule **rules, size_t *count)
{
    size_t room = 0;
    *rules = NULL;
    *count = 0;
    for (size_t i = 0; i < stanza->rule_count; i++) {
        const rs_rule *rule = &stanza->rules[i];
        rs_bytes host = mail_host(rule);
        rs_host_name unicode;
        rs_idn_form form = rs_idn_to_unicode(host, &unicode);
        if (form == RS_IDN_NONE)
            continue;
        /* The labels were checked when they were read. */
        if (form == RS_IDN_FAILED)
            return RS_WRITE_NO_MEMORY;
        if (*count == room) {
            room = room == 0 ? 16 : 2 * room;
            rs_rule *larger = rs_arena_take(arena, room * sizeof *larger);
            if (larger == NULL)
                return RS_WRITE_NO_MEMORY;
            if (*count > 0)
                memcpy(larger, *rules, *count * sizeof *larger);
            *rules = larger;
        }
        rs_rule *companion = &(*rules)[(*count)++];
        *companion = *rule;
        companion->forms &= 1u << RS_FORM_EMAIL;
        companion->value = respelt(arena, rule->value, host, &unicode);
        if (companion->value.p == NULL)
            return RS_WRITE_NO_MEMORY;
    }
    return RS_WRITE_OK;
}
