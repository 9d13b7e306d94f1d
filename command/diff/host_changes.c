/* SPDX-License-Identifier: Apache-2.0 */
#include "command/diff/host_changes.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/diff/host_nodes.h"
#include "lib/chain/common_name.h"
#include "lib/chain/name_check.h"
#include "lib/names/der.h"

#include <limits.h>
#include <stdio.h>

/*
 * The kinds of names that rules cannot tell apart, for each name `s` that some rule has or that
 * stands above one: with x and y for labels that no rule has. Of the empty name, SELF is x and
 * BELOW is y.x.
 */
typedef enum sort_of_name {
    SELF,          /* s */
    BELOW,         /* x.s */
    WILDCARD,      /* *.s */
    UNICODE,       /* in an e-mail address: x.s, of letters that are not ASCII */
    UNICODE_LATER, /* y.x.s, of which only y is not ASCII */
    KINDS
} sort_of_name;

/* Which forms gain or lose a kind of names. */
typedef struct masks {
    unsigned gained[KINDS], lost[KINDS];
} masks;

enum {
    DNS = 1u << RS_FORM_DNS,
    MAIL = 1u << RS_FORM_EMAIL,
    CN = 1u << RS_FORM_CN,
    WILDCARD_FORMS = DNS | 1u << RS_FORM_NAI | CN,
    NAME_SIZE = RS_HOST_NAME_MAX + 4 * RS_FRESH_MAX + 16,
};

/* Writes the host that stands for a kind. It may be too long to be one: then both judge so. */
static void write_host(const rs_name_changes *changes, sort_of_name sort, rs_bytes s, char *out)
{
    const char *x = changes->fresh;
    const char *dot = s.n == 0 ? "" : ".";
    int n = (int)s.n;
    const char *p = n == 0 ? "" : (const char *)s.p;
    switch (sort) {
    case SELF:
        snprintf(out, NAME_SIZE, "%.*s", n == 0 ? RS_FRESH_MAX : n, n == 0 ? x : p);
        break;
    case BELOW:
        snprintf(out, NAME_SIZE, "%s.%.*s", x, n == 0 ? RS_FRESH_MAX : n, n == 0 ? x : p);
        break;
    case WILDCARD:
        snprintf(out, NAME_SIZE, "*%s%.*s", dot, n, p);
        break;
    case UNICODE:
        snprintf(out, NAME_SIZE, "\303\274%s%s%.*s", x, dot, n, p);
        break;
    case UNICODE_LATER:
        snprintf(out, NAME_SIZE, "\303\274.%s%s%.*s", x, dot, n, p);
        break;
    case KINDS:
        break;
    }
}

/* Judges a host in a form: as the name that has it. */
static bool permits(const rs_name_changes *changes, const rs_stanza *stanza, rs_form form,
                    const char *host)
{
    static const char *const in_front[RS_HOST_FORMS] = {
        [RS_FORM_URI] = "https://", [RS_FORM_SRV] = "_x."};
    char name[NAME_SIZE];
    if (form == RS_FORM_CN) {
        rs_common_name_use use = {.is_issuer = false};
        rs_bytes text = rs_bytes_of_string(host);
        return rs_check_common_name(stanza, RS_DER_UTF8_STRING, text, use).verdict == RS_PERMITTED;
    }
    bool has_user = form == RS_FORM_EMAIL || form == RS_FORM_UPN;
    const char *front = in_front[form] == NULL ? "" : in_front[form];
    snprintf(name, sizeof name, "%s%s%s", has_user ? changes->fresh : front, has_user ? "@" : "",
             host);
    rs_finding finding = rs_check_host_bearing(stanza, form, rs_bytes_of_string(name));
    return finding.verdict == RS_PERMITTED;
}

static bool has_kind(rs_form form, sort_of_name sort)
{
    if (sort == WILDCARD)
        return (WILDCARD_FORMS & 1u << form) != 0;
    return sort < WILDCARD || form == RS_FORM_EMAIL;
}

/* Forms of equal sets, and without rules of their own, get the same answers. */
static rs_form same_as(const rs_name_changes *changes, rs_form form)
{
    const rs_stanza *before = changes->before, *after = changes->after;
    for (rs_form other = RS_FORM_URI; form < RS_FORM_NAI && other < form; other++)
        if (rs_host_nodes_same_set(&before->hosts[other], &before->hosts[form]) &&
            rs_host_nodes_same_set(&after->hosts[other], &after->hosts[form]))
            return other;
    return form;
}

static void judge_kind(const rs_name_changes *changes, const rs_form same[RS_FORMS],
                       sort_of_name sort, rs_bytes s, masks *all)
{
    char host[NAME_SIZE];
    write_host(changes, sort, s, host);
    for (rs_form form = 0; form <= RS_FORM_CN; form++) {
        if (form == RS_FORM_IP || !has_kind(form, sort))
            continue;
        unsigned bit = 1u << form, copied = 1u << same[form];
        bool was = copied == bit && permits(changes, changes->before, form, host);
        bool is = copied == bit && permits(changes, changes->after, form, host);
        if (copied == bit ? is && !was : (all->gained[sort] & copied) != 0)
            all->gained[sort] |= bit;
        if (copied == bit ? was && !is : (all->lost[sort] & copied) != 0)
            all->lost[sort] |= bit;
    }
}

/* A common name is told only where a DNS name does not change in the same way. */
static unsigned shown(unsigned forms)
{
    return (forms & DNS) != 0 ? forms & ~(unsigned)CN : forms;
}

static void add(rs_name_changes *changes, bool gained, unsigned forms, rs_covers covers,
                rs_bytes name)
{
    if (forms != 0)
        rs_name_changes_add(changes, gained, shown(forms), covers,
                            rs_text_printable(changes->arena, name));
}

/* Tells what changes at a name, given what changes everywhere below the name above it. */
static void tell(rs_name_changes *changes, bool gained, const unsigned here[KINDS],
                 const unsigned above[KINDS], rs_bytes name)
{
    /* Only mail has names in other scripts; elsewhere these are malformed. */
    unsigned implied = above[BELOW] & (rs_bytes_are_ascii(name) ? UINT_MAX : MAIL);
    bool is_implied = here[SELF] == implied && here[BELOW] == implied &&
                      here[WILDCARD] == (implied & WILDCARD_FORMS);
    unsigned tree = here[SELF] & here[BELOW];
    /* A common name of one label is told by what changes for all of them. */
    bool is_label = name.n > 0 && memchr(name.p, '.', name.n) == NULL;
    unsigned self = here[SELF] & ~(is_label ? tree | (above[SELF] & CN) : tree);
    if (!is_implied || name.n == 0) {
        add(changes, gained, tree, RS_COVERS_TREE, name);
        add(changes, gained, self, name.n == 0 ? RS_COVERS_LABEL : RS_COVERS_SELF, name);
        add(changes, gained, here[BELOW] & ~tree, RS_COVERS_BELOW, name);
        add(changes, gained, here[WILDCARD] & ~here[BELOW], RS_COVERS_WILDCARD, name);
    }
    unsigned unicode = here[UNICODE] | here[UNICODE_LATER];
    if (unicode != above[UNICODE_LATER])
        add(changes, gained, unicode & ~here[BELOW], RS_COVERS_UNICODE, name);
}

/* How many labels a name has. */
static size_t depth_of(rs_bytes name)
{
    size_t depth = name.n > 0;
    for (size_t i = 0; i < name.n; i++)
        depth += name.p[i] == '.';
    return depth;
}

bool rs_host_changes_find(rs_name_changes *changes)
{
    rs_host_nodes nodes;
    rs_form same[RS_FORMS];
    if (!rs_host_nodes_collect(changes->arena, changes->before, changes->after, &nodes))
        return false;
    for (rs_form form = 0; form < RS_FORMS; form++)
        same[form] = same_as(changes, form);
    /* A name comes right after those above it: what changes at each of them, by depth. */
    masks *path =
        rs_message_need(rs_arena_take(changes->arena, (RS_SUFFIX_LABELS_MAX + 1) * sizeof *path));
    static const masks none = {.gained = {0}};
    for (size_t i = 0; i < nodes.count; i++) {
        rs_bytes name = nodes.names[i];
        size_t depth = depth_of(name);
        const masks *above = depth == 0 ? &none : &path[depth - 1];
        masks *here = &path[depth];
        *here = none;
        for (sort_of_name sort = 0; sort < KINDS; sort++)
            judge_kind(changes, same, sort, name, here);
        tell(changes, true, here->gained, above->gained, name);
        tell(changes, false, here->lost, above->lost, name);
    }
    return true;
}
