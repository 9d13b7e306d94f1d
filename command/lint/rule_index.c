/* SPDX-License-Identifier: Apache-2.0 */
#include "command/lint/rule_index.h"

#include "command/base/message.h"
#include "lib/compiler/suffix_walk.h"

#include <stdlib.h>

/* By polarity, then a name before those below it, then by line. */
static int compare(const void *a, const void *b)
{
    const rs_rule *x = &((const rs_indexed_rule *)a)->host;
    const rs_rule *y = &((const rs_indexed_rule *)b)->host;
    if (x->polarity != y->polarity)
        return x->polarity < y->polarity ? -1 : 1;
    int order = rs_suffix_order(x->value, y->value);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static rs_bytes host_of_mailbox(rs_bytes mailbox)
{
    const uint8_t *at = memrchr(mailbox.p, '@', mailbox.n);
    return at == NULL ? mailbox : rs_bytes_skip(mailbox, (size_t)(at + 1 - mailbox.p));
}

/* What a rule says of hosts, as a rule about them. False if it says nothing. */
static bool as_host(const rs_rule *rule, rs_rule *host)
{
    *host = *rule;
    if (rule->kind == RS_RULE_SUFFIX)
        return true;
    host->kind = RS_RULE_SUFFIX;
    host->self = true;
    host->below = false;
    host->forms = rule->kind == RS_RULE_MAILBOX ? 1u << RS_FORM_EMAIL : RS_ALL_HOST_FORMS;
    if (rule->kind == RS_RULE_MAILBOX)
        host->value = host_of_mailbox(rule->value);
    return rule->kind == RS_RULE_MAILBOX || (rule->kind == RS_RULE_CN && rule->value.n > 0);
}

void rs_rule_index_init(rs_rule_index *index, const rs_list_stanza *stanza, rs_arena *arena)
{
    *index = (rs_rule_index){.stanza = stanza,
                             .hosts = rs_message_need(rs_arena_take(
                                 arena, (stanza->rule_count + 1) * sizeof(rs_indexed_rule)))};
    for (size_t i = 0; i < stanza->rule_count; i++) {
        const rs_rule *rule = &stanza->rules[i];
        bool permits = rule->polarity == RS_PERMIT && rule->kind != RS_RULE_ORGANIZATION;
        index->closed |= permits;
        index->has_labels |= permits && (rule->kind == RS_RULE_SINGLE_LABEL ||
                                         (rule->kind == RS_RULE_CN && rule->value.n == 0));
        index->hosts[index->host_count].rule = rule;
        index->host_count += as_host(rule, &index->hosts[index->host_count].host);
    }
    qsort(index->hosts, index->host_count, sizeof *index->hosts, compare);
}

/* The first rule about hosts at or behind a name, among those of a polarity. */
static size_t first_at(const rs_rule_index *index, rs_polarity polarity, rs_bytes name)
{
    rs_indexed_rule wanted = {.host = {.polarity = polarity, .value = name}};
    size_t low = 0, high = index->host_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&index->hosts[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const rs_rule_index *index, size_t i, rs_polarity polarity, rs_bytes name)
{
    return i < index->host_count && index->hosts[i].host.polarity == polarity &&
           rs_bytes_equal(index->hosts[i].host.value, name);
}

static bool is_at_or_below(rs_bytes name, rs_bytes suffix)
{
    return suffix.n == 0 || rs_bytes_equal(name, suffix) ||
           (name.n > suffix.n && name.p[name.n - suffix.n - 1] == '.' &&
            rs_bytes_equal(rs_bytes_tail(name, suffix.n), suffix));
}

/* The name without its first label; false if it is the empty one. */
static bool go_up(rs_bytes *name)
{
    if (name->n == 0)
        return false;
    const uint8_t *dot = memchr(name->p, '.', name->n);
    *name =
        dot == NULL ? rs_bytes_make(NULL, 0) : rs_bytes_skip(*name, (size_t)(dot + 1 - name->p));
    return true;
}

static bool host_covers(const rs_rule *wide, const rs_rule *narrow)
{
    if ((narrow->forms & ~wide->forms) != 0)
        return false;
    if (!rs_bytes_equal(wide->value, narrow->value) || wide->value.n == 0)
        return wide->below;
    return (wide->self || !narrow->self) && (wide->below || !narrow->below);
}

/* A rule of a polarity about hosts that covers one; `before`: an equal one only on a line above. */
static const rs_rule *covering_host(const rs_rule_index *index, rs_polarity polarity,
                                    const rs_rule *rule, bool before)
{
    rs_bytes name = rule->value;
    do {
        for (size_t i = first_at(index, polarity, name); is_at(index, i, polarity, name); i++) {
            const rs_indexed_rule *indexed = &index->hosts[i];
            const rs_rule *other = &indexed->host;
            bool equal = rs_bytes_equal(other->value, rule->value) && other->forms == rule->forms &&
                         other->self == rule->self && other->below == rule->below;
            if (indexed->rule->kind == RS_RULE_SUFFIX && host_covers(other, rule) &&
                other->line != rule->line && (!before || !equal || other->line < rule->line))
                return indexed->rule;
        }
    } while (go_up(&name));
    return NULL;
}

static bool range_covers(rs_bytes wide, rs_bytes narrow)
{
    size_t n = wide.n / 2;
    return wide.n == narrow.n && memcmp(wide.p, narrow.p, n) <= 0 &&
           memcmp(wide.p + n, narrow.p + n, n) >= 0;
}

static bool ranges_meet(rs_bytes a, rs_bytes b)
{
    size_t n = a.n / 2;
    return a.n == b.n && memcmp(a.p, b.p + n, n) <= 0 && memcmp(b.p, a.p + n, n) <= 0;
}

static bool starts_with(rs_bytes text, rs_bytes start)
{
    return text.n >= start.n && memcmp(text.p, start.p, start.n) == 0;
}

/* Of rules that are not about hosts, and of mailboxes: whether the value of one covers another. */
static bool value_covers(const rs_rule *wide, const rs_rule *narrow)
{
    if (wide->kind != narrow->kind)
        return false;
    switch (wide->kind) {
    case RS_RULE_IP:
        return range_covers(wide->value, narrow->value);
    case RS_RULE_DIRNAME:
        return starts_with(narrow->value, wide->value);
    case RS_RULE_CN:
    case RS_RULE_MAILBOX:
    case RS_RULE_ORGANIZATION:
    case RS_RULE_OTHERNAME:
    case RS_RULE_SINGLE_LABEL:
        return rs_bytes_equal(wide->value, narrow->value);
    case RS_RULE_SUFFIX:
        break;
    }
    return false;
}

static const rs_rule *covering_value(const rs_rule_index *index, rs_polarity polarity,
                                     const rs_rule *rule, bool before)
{
    for (size_t i = 0; i < index->stanza->rule_count; i++) {
        const rs_rule *other = &index->stanza->rules[i];
        if (other->polarity == polarity && other != rule && value_covers(other, rule) &&
            (!before || !value_covers(rule, other) || other < rule))
            return other;
    }
    return NULL;
}

const rs_rule *rs_rule_index_covering(const rs_rule_index *index, const rs_rule *rule)
{
    rs_rule host;
    const rs_rule *found = NULL;
    if (rule->kind == RS_RULE_SUFFIX || rule->kind == RS_RULE_MAILBOX) {
        as_host(rule, &host);
        found = covering_host(index, rule->polarity, &host, true);
    }
    return found == NULL && rule->kind != RS_RULE_SUFFIX
               ? covering_value(index, rule->polarity, rule, true)
               : found;
}

const rs_rule *rs_rule_index_excluding(const rs_rule_index *index, const rs_rule *permit)
{
    rs_rule host;
    const rs_rule *found = NULL;
    if (permit->kind == RS_RULE_SUFFIX || permit->kind == RS_RULE_MAILBOX) {
        as_host(permit, &host);
        found = covering_host(index, RS_EXCLUDE, &host, false);
    }
    return found == NULL && permit->kind != RS_RULE_SUFFIX
               ? covering_value(index, RS_EXCLUDE, permit, false)
               : found;
}

static bool is_host_reachable(const rs_rule_index *index, const rs_rule *exclude)
{
    rs_bytes name = exclude->value;
    if (index->has_labels && (name.n == 0 || memchr(name.p, '.', name.n) == NULL))
        return true;
    /* Permitted at, or below, the excluded name. */
    for (size_t i = first_at(index, RS_PERMIT, name);
         i < index->host_count && index->hosts[i].host.polarity == RS_PERMIT &&
         is_at_or_below(index->hosts[i].host.value, name);
         i++)
        if ((index->hosts[i].host.forms & exclude->forms) != 0)
            return true;
    /* Permitted with all below a name above. */
    while (go_up(&name))
        for (size_t i = first_at(index, RS_PERMIT, name); is_at(index, i, RS_PERMIT, name); i++)
            if (index->hosts[i].host.below && (index->hosts[i].host.forms & exclude->forms) != 0)
                return true;
    return false;
}

bool rs_rule_index_is_reachable(const rs_rule_index *index, const rs_rule *exclude)
{
    if (!index->closed)
        return true;
    if (exclude->kind == RS_RULE_SUFFIX)
        return is_host_reachable(index, exclude);
    if (exclude->kind != RS_RULE_IP)
        return true;
    for (size_t i = 0; i < index->stanza->rule_count; i++) {
        const rs_rule *rule = &index->stanza->rules[i];
        if (rule->polarity == RS_PERMIT && rule->kind == RS_RULE_IP &&
            ranges_meet(rule->value, exclude->value))
            return true;
    }
    return false;
}
