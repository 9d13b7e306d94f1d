/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/stanza_hosts.h"

#include "command/base/text.h"
#include "lib/compiler/suffix_walk.h"

/* The names of each form, and how far they are printed. */
typedef struct cursor {
    const rs_suffix_node *nodes;
    size_t count, next;
} cursor;

/* One name, and which forms (bit 1 << rs_form) have which rules for it. */
typedef struct host_rule {
    const char *name; /* empty: every host */
    unsigned self, below;
} host_rule;

static bool same_set(const rs_suffix_set *a, const rs_suffix_set *b)
{
    return a->buckets == b->buckets && a->entries == b->entries && a->root_rules == b->root_rules;
}

/* Leaves out the names in U-labels, which only repeat what is said in A-labels. */
static size_t drop_unicode(rs_suffix_node *nodes, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (rs_bytes_are_ascii(nodes[i].name))
            nodes[kept++] = nodes[i];
    return kept;
}

/* Equal sets are stored once, so most stanzas are walked once for all forms. */
static bool walk_forms(const rs_stanza *stanza, rs_arena *arena, cursor forms[RS_HOST_FORMS])
{
    for (size_t i = 0; i < RS_HOST_FORMS; i++) {
        size_t same = 0;
        while (same < i && !same_set(&stanza->hosts[same], &stanza->hosts[i]))
            same++;
        forms[i] = forms[same];
        if (same < i)
            continue;
        rs_suffix_node *nodes;
        size_t count;
        if (!rs_suffix_walk(&stanza->hosts[i], arena, &nodes, &count))
            return false;
        forms[i].nodes = nodes;
        forms[i].count = drop_unicode(nodes, count);
        forms[i].next = 0;
    }
    return true;
}

/* `*` is what lies below the root; a leading dot leaves the name itself out. */
static void print_one(const rs_rule_printer *out, rs_rule_word word, const char *form,
                      const char *name, bool with_self)
{
    const char *dot = with_self || name[0] == '\0' ? "" : ".";
    const char *colon = form[0] == '\0' ? "" : ":";
    out->each(
        out->arg, word,
        rs_text_format(out->arena, "%s%s%s%s", form, colon, dot, name[0] == '\0' ? "*" : name));
}

static void print_rule(const rs_rule_printer *out, rs_rule_word word, host_rule rule)
{
    if (rule.below == RS_ALL_HOST_FORMS) {
        bool with_self = rule.self == RS_ALL_HOST_FORMS;
        print_one(out, word, "", rule.name, with_self);
        if (with_self)
            return;
        rule.below = 0;
    }
    for (size_t form = 0; form < RS_HOST_FORMS; form++) {
        bool self = (rule.self >> form & 1) != 0, below = (rule.below >> form & 1) != 0;
        const char *prefix = rs_form_word((rs_form)form);
        if (self)
            print_one(out, word, prefix, rule.name, true);
        if (below && (!self || rs_form_rule_cover((rs_form)form) == RS_RULE_COVERS_SELF))
            print_one(out, word, prefix, rule.name, false);
    }
}

/* The first name, in order, that a form still has; false if none has one. */
static bool next_name(const cursor forms[RS_HOST_FORMS], rs_bytes *name)
{
    bool some = false;
    for (size_t i = 0; i < RS_HOST_FORMS; i++) {
        if (forms[i].next == forms[i].count)
            continue;
        rs_bytes candidate = forms[i].nodes[forms[i].next].name;
        if (!some || rs_suffix_order(candidate, *name) < 0)
            *name = candidate;
        some = true;
    }
    return some;
}

static void print_name(const rs_rule_printer *out, rs_rule_word word, cursor forms[RS_HOST_FORMS],
                       rs_bytes name)
{
    uint8_t self = word == RS_WORD_PERMIT ? RS_SUFFIX_PERMIT_SELF : RS_SUFFIX_EXCLUDE_SELF;
    uint8_t below = word == RS_WORD_PERMIT ? RS_SUFFIX_PERMIT_BELOW : RS_SUFFIX_EXCLUDE_BELOW;
    host_rule rule = {.name = rs_text_printable(out->arena, name)};
    for (size_t i = 0; i < RS_HOST_FORMS; i++) {
        if (forms[i].next == forms[i].count ||
            !rs_bytes_equal(forms[i].nodes[forms[i].next].name, name))
            continue;
        uint8_t rules = forms[i].nodes[forms[i].next++].rules;
        rule.self |= (unsigned)((rules & self) != 0) << i;
        rule.below |= (unsigned)((rules & below) != 0) << i;
    }
    print_rule(out, word, rule);
}

bool rs_host_rules_each(const rs_stanza *stanza, const rs_rule_printer *out)
{
    cursor forms[RS_HOST_FORMS] = {0};
    if (!walk_forms(stanza, out->arena, forms))
        return false;
    for (rs_rule_word word = RS_WORD_PERMIT; word <= RS_WORD_EXCLUDE; word++) {
        rs_bytes name;
        while (next_name(forms, &name))
            print_name(out, word, forms, name);
        for (size_t i = 0; i < RS_HOST_FORMS; i++)
            forms[i].next = 0;
    }
    return true;
}
