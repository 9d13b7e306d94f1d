/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/extension.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/text/dirname.h"
#include "command/text/extension_name.h"
#include "command/text/ip_block.h"
#include "command/text/oid.h"
#include "lib/base/ascii.h"
#include "lib/compiler/suffix_walk.h"

/* The stanza is gone through once for each: what comes first depends on what comes later. */
typedef enum part {
    PART_COMMENTS,
    PART_CONSTRAINTS,
    PART_NAMES, /* sections that directoryName constraints refer to */
} part;

typedef enum base { BASE_DNS, BASE_EMAIL, BASE_URI, BASE_IP, BASE_DIRECTORY_NAME, BASES } base;

typedef struct writer {
    const rs_stanza *stanza;
    rs_extension_style style;
    rs_arena *arena; /* for one line */
    FILE *out;
    part part;
    unsigned numbers[BASES][2]; /* of the last constraint of a kind, as its key has it */
    rs_extension_counts counts;
} writer;

static const char *const base_words[BASES] = {"DNS", "email", "URI", "IP", "dirName"};

static const char *polarity_word(bool excluded)
{
    return excluded ? "exclude" : "permit";
}

/* A rule that no constraint says; of the text after `permit` or `exclude`. */
static void put_inexpressible(writer *w, const char *word, const char *text)
{
    if (w->part != PART_COMMENTS)
        return;
    fprintf(w->out, RS_EXTENSION_NOT_EXPRESSIBLE "%s %s\n", word, text);
    w->counts.inexpressible++;
}

static void put_constraint(writer *w, bool excluded, base kind, const char *value)
{
    if (w->part != PART_CONSTRAINTS)
        return;
    if (w->counts.constraints++ == 0)
        fputs("nameConstraints = critical,@rootscope_names\n\n[rootscope_names]\n", w->out);
    fprintf(w->out, "%s;%s.%u = %s\n", excluded ? "excluded" : "permitted", base_words[kind],
            ++w->numbers[kind][excluded], value);
}

/* The constraint of a host-bearing form; BASES: OpenSSL knows none. */
static base base_of(rs_form form)
{
    return form == RS_FORM_DNS     ? BASE_DNS
           : form == RS_FORM_EMAIL ? BASE_EMAIL
           : form == RS_FORM_URI   ? BASE_URI
                                   : BASES;
}

/*
 * Every name of a form is excluded. An empty dNSName says so; of e-mail and URIs, no constraint
 * that OpenSSL reads in this way.
 */
static void put_all_excluded(writer *w, rs_form form)
{
    bool has_nobody = form == RS_FORM_EMAIL || form == RS_FORM_URI;
    if (form == RS_FORM_DNS)
        put_constraint(w, true, BASE_DNS, "");
    else if (has_nobody && w->style == RS_EXTENSION_CLOSED)
        put_constraint(w, false, base_of(form), RS_EXTENSION_NOBODY);
    else
        put_inexpressible(w, "exclude", rs_text_format(w->arena, "%s:*", rs_form_word(form)));
}

/* The names of one polarity at one place of the tree, which is not its root. */
static void put_host(writer *w, rs_form form, bool excluded, rs_bytes name, bool self, bool below)
{
    const char *text = rs_text_printable(w->arena, name);
    const char *above = rs_text_format(w->arena, ".%s", text);
    base kind = base_of(form);
    /* A dNSName without a dot has what is below in it; e-mail and URIs have two constraints. */
    bool is_both = self && below && form != RS_FORM_EMAIL && form != RS_FORM_URI;
    bool is_sayable = kind != BASES && !(form == RS_FORM_DNS && self && !below);
    for (int turn = 0; turn < 2; turn++) {
        bool wanted = turn == 0 ? self : below && !is_both;
        const char *value = turn == 0 ? text : above;
        if (wanted && is_sayable)
            put_constraint(w, excluded, kind, value);
        else if (wanted)
            put_inexpressible(w, polarity_word(excluded),
                              rs_text_format(w->arena, "%s:%s", rs_form_word(form), value));
    }
}

static void put_nodes(writer *w, rs_form form, bool excluded, const rs_suffix_node *nodes,
                      size_t count)
{
    uint8_t self_rule = excluded ? RS_SUFFIX_EXCLUDE_SELF : RS_SUFFIX_PERMIT_SELF;
    uint8_t below_rule = excluded ? RS_SUFFIX_EXCLUDE_BELOW : RS_SUFFIX_PERMIT_BELOW;
    for (size_t i = 0; i < count; i++) {
        bool self = (nodes[i].rules & self_rule) != 0, below = (nodes[i].rules & below_rule) != 0;
        /* U-labels only repeat for the module what is said in A-labels. */
        if ((!self && !below) || !rs_bytes_are_ascii(nodes[i].name))
            continue;
        if (nodes[i].name.n > 0)
            put_host(w, form, excluded, nodes[i].name, self, below);
        else if (excluded)
            put_all_excluded(w, form);
    }
}

/* Mailboxes of the list; the U-labels of a host only repeat its A-labels. */
static void put_mailboxes(writer *w, bool excluded, const rs_string_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        rs_bytes mailbox = rs_string_set_at(set, i);
        const uint8_t *at = mailbox.n == 0 ? NULL : memchr(mailbox.p, '@', mailbox.n);
        if (at == NULL || !rs_bytes_are_ascii(rs_bytes_skip(mailbox, (size_t)(at - mailbox.p))))
            continue;
        const char *text = rs_text_printable(w->arena, mailbox);
        if (rs_bytes_are_ascii(mailbox))
            put_constraint(w, excluded, BASE_EMAIL, rs_extension_value(w->arena, text));
        else
            put_inexpressible(w, polarity_word(excluded),
                              rs_text_format(w->arena, "email:%s", text));
    }
}

/*
 * Permitted lines of which no constraint says any would leave all of the form open. The exact style
 * says so in comments.
 */
static bool is_left_open(const writer *w, rs_form form, unsigned permitted_before)
{
    base kind = base_of(form);
    return w->style == RS_EXTENSION_CLOSED && w->part == PART_CONSTRAINTS && kind != BASES &&
           w->numbers[kind][false] == permitted_before;
}

static bool put_form(writer *w, rs_form form)
{
    rs_suffix_node *nodes;
    size_t count;
    bool permits = false, permits_all = false;
    unsigned permitted_before = base_of(form) == BASES ? 0 : w->numbers[base_of(form)][false];
    if (!rs_suffix_walk(&w->stanza->hosts[form], w->arena, &nodes, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        permits |= (nodes[i].rules & (RS_SUFFIX_PERMIT_SELF | RS_SUFFIX_PERMIT_BELOW)) != 0;
    permits_all = (w->stanza->hosts[form].root_rules & RS_SUFFIX_PERMIT_BELOW) != 0;
    if (form == RS_FORM_EMAIL)
        permits |= w->stanza->mailboxes.permit.count > 0;
    bool excludes_all = (w->stanza->hosts[form].root_rules & RS_SUFFIX_EXCLUDE_BELOW) != 0;
    /* An extension that permits none of a form leaves it alone: as a list that permits all. What
     * is permitted would open what is excluded by permitting nobody. */
    if (!permits_all && !(excludes_all && w->style == RS_EXTENSION_CLOSED)) {
        put_nodes(w, form, false, nodes, count);
        if (form == RS_FORM_EMAIL)
            put_mailboxes(w, false, &w->stanza->mailboxes.permit);
    }
    bool is_closed = (w->stanza->flags & RS_STANZA_CLOSED) != 0 && !permits_all && !excludes_all;
    if (is_closed && (!permits || is_left_open(w, form, permitted_before)))
        put_all_excluded(w, form);
    put_nodes(w, form, true, nodes, count);
    if (form == RS_FORM_EMAIL)
        put_mailboxes(w, true, &w->stanza->mailboxes.exclude);
    return true;
}

static void put_block(writer *w, bool excluded, const rs_ip_address *first, unsigned prefix)
{
    rs_ip_address mask = {.length = first->length};
    for (unsigned i = 0; i < prefix; i++)
        mask.octets[i / 8] |= (uint8_t)(0x80u >> i % 8);
    char address_text[RS_IP_TEXT_SIZE], mask_text[RS_IP_TEXT_SIZE];
    rs_ip_address_to_text(first, address_text);
    rs_ip_address_to_text(&mask, mask_text);
    put_constraint(w, excluded, BASE_IP,
                   rs_text_format(w->arena, "%s/%s", address_text, mask_text));
}

static void put_ranges(writer *w, bool excluded, const rs_range_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        const uint8_t *range = set->ranges + 2 * (size_t)set->width * i;
        const uint8_t *last = range + set->width;
        rs_ip_address first = {.length = set->width};
        memcpy(first.octets, range, set->width);
        unsigned prefix;
        do {
            prefix = rs_ip_block_prefix(first.octets, last, set->width);
            put_block(w, excluded, &first, prefix);
        } while (rs_ip_block_next(first.octets, prefix) &&
                 memcmp(first.octets, last, set->width) <= 0);
    }
}

static void put_addresses(writer *w)
{
    static const rs_ip_address ip4 = {.length = 4}, ip6 = {.length = 16};
    const rs_polar_ranges *four = &w->stanza->ip4, *six = &w->stanza->ip6;
    if (!rs_range_set_is_all(&four->permit) || !rs_range_set_is_all(&six->permit)) {
        put_ranges(w, false, &four->permit);
        put_ranges(w, false, &six->permit);
    }
    /* To some, a network of one family says nothing of the other: the closed style does. */
    bool no_four = four->permit.count == 0, no_six = six->permit.count == 0;
    bool is_closed = (w->stanza->flags & RS_STANZA_CLOSED) != 0;
    bool apart = w->style == RS_EXTENSION_CLOSED;
    if (is_closed && no_four && (no_six || apart))
        put_block(w, true, &ip4, 0);
    if (is_closed && no_six && (no_four || apart))
        put_block(w, true, &ip6, 0);
    put_ranges(w, true, &four->exclude);
    put_ranges(w, true, &six->exclude);
}

static bool put_directory_names(writer *w, bool excluded, const rs_string_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        rs_bytes canonical = rs_string_set_at(set, i);
        const char *section = rs_extension_name(w->arena, canonical);
        const char *text = rs_dirname_text(w->arena, canonical);
        if (text == NULL)
            return false;
        if (section == NULL) {
            put_inexpressible(
                w, polarity_word(excluded),
                rs_text_format(w->arena, "dirname:%s", rs_text_quoted(w->arena, text)));
            continue;
        }
        const char *number = rs_text_format(w->arena, "rootscope_%s_name_%u",
                                            excluded ? "excluded" : "permitted", i + 1);
        put_constraint(w, excluded, BASE_DIRECTORY_NAME, number);
        if (w->part == PART_NAMES)
            fprintf(w->out, "\n[%s]\n%s", number, section);
    }
    return true;
}

/* How a set's bytes become the text of a rule; NULL if they are not what they should be. */
typedef const char *(*text_fn)(rs_arena *arena, rs_bytes bytes);

static bool put_strings(writer *w, const char *word, const char *prefix, const rs_string_set *set,
                        text_fn text)
{
    for (uint32_t i = 0; i < set->count; i++) {
        const char *value = text(w->arena, rs_string_set_at(set, i));
        if (value == NULL)
            return false;
        put_inexpressible(
            w, word, rs_text_format(w->arena, "%s%s", prefix, rs_text_quoted(w->arena, value)));
    }
    return true;
}

/* Rules of forms that an extension has no constraints for. */
static bool put_others(writer *w)
{
    const rs_stanza *stanza = w->stanza;
    if ((stanza->flags & RS_STANZA_CN_ANY) != 0)
        put_inexpressible(w, "permit", "cn:*");
    if ((stanza->flags & RS_STANZA_SINGLE_LABEL) != 0)
        put_inexpressible(w, "permit", "single-label");
    if ((stanza->flags & RS_STANZA_CN_NONE) != 0)
        put_inexpressible(w, "exclude", "cn:*");
    if (stanza->mode.mode != RS_MODE_ENFORCE)
        put_inexpressible(w, "mode", rs_mode_word(stanza->mode.mode));
    return put_strings(w, "permit", "cn:", &stanza->common_names.permit, rs_text_printable) &&
           put_strings(w, "exclude", "cn:", &stanza->common_names.exclude, rs_text_printable) &&
           put_strings(w, "permit", "othername:", &stanza->other_names.permit, rs_oid_text) &&
           put_strings(w, "exclude", "othername:", &stanza->other_names.exclude, rs_oid_text) &&
           put_strings(w, "organization", "", &stanza->organizations, rs_text_printable);
}

static bool put_part(writer *w)
{
    bool good = true;
    for (rs_form form = 0; form < RS_HOST_FORMS && good; form++)
        good = put_form(w, form);
    put_addresses(w);
    return good && put_directory_names(w, false, &w->stanza->distinguished_names.permit) &&
           put_directory_names(w, true, &w->stanza->distinguished_names.exclude) && put_others(w);
}

rs_extension_counts rs_extension_text_write(const rs_stanza *stanza, rs_extension_style style,
                                            FILE *out)
{
    rs_arena arena = {0};
    writer w = {
        .stanza = stanza, .style = style, .arena = &arena, .out = out, .counts = {.good = true}};
    for (w.part = PART_COMMENTS; w.part <= PART_NAMES && w.counts.good; w.part++) {
        w.counts.good = put_part(&w);
        rs_arena_clear(&arena);
    }
    if (w.counts.good && w.counts.constraints == 0)
        fputs("# It constrains no name: there is no extension.\n", out);
    return w.counts;
}
