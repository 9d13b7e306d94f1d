/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/proposal.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/telemetry/saturated.h"
#include "lib/base/ascii.h"
#include "lib/compiler/host_rule.h"
#include "lib/names/host_name.h"
#include "lib/names/ip_address.h"

#include <stdio.h>
#include <stdlib.h>

/* The proposals for one root, while they are made. */
typedef struct maker {
    rs_arena *arena;
    const psl_ctx_t *psl;
    bool any_user;
    bool are_writers_known;
    rs_bytes example_of; /* of the next proposals */
    rs_proposals made;
} maker;

/*
 * The host-bearing form whose rules permit a name that was told under a word; RS_HOST_FORMS: none.
 */
static rs_form find_form(rs_bytes told)
{
    if (rs_bytes_equal(told, rs_bytes_of_string(rs_form_word(RS_FORM_CN))))
        return RS_FORM_DNS;
    unsigned form = 0;
    while (form < RS_HOST_FORMS &&
           !rs_bytes_equal(told, rs_bytes_of_string(rs_form_word((rs_form)form))))
        form++;
    return (rs_form)form;
}

bool rs_proposal_is_public(const psl_ctx_t *psl, rs_bytes suffix)
{
    char text[RS_HOST_NAME_MAX + 1];
    if (psl == NULL || suffix.n == 0 || suffix.n >= sizeof text)
        return true;
    memcpy(text, suffix.p, suffix.n);
    text[suffix.n] = '\0';
    return psl_is_public_suffix(psl, text) != 0;
}

/* Reads a host, whose canonical form is on the arena then; false for anything else. */
static bool read_host(rs_arena *arena, rs_bytes text, rs_bytes *host)
{
    uint8_t value[RS_RULE_VALUE_MAX];
    rs_rule rule = {.kind = RS_RULE_SUFFIX, .forms = RS_ALL_HOST_FORMS};
    rs_diagnostics wrong = {0};
    rs_place place = {.diagnostics = &wrong, .file = "", .line = 1, .column = 1};
    bool good = rs_host_rule_read(&place, text, &rule, value) && rule.self;
    rs_diagnostics_clear(&wrong);
    if (!good)
        return false;
    *host = rs_arena_copy(arena, rule.value);
    rs_message_need((void *)(uintptr_t)host->p);
    return true;
}

/* Who reported a row, as far as that can be believed. */
static rs_writers writers_of(const maker *m, const rs_totals_row *row)
{
    return m->are_writers_known ? row->writers : (rs_writers){.has_unknown = true};
}

static void propose(maker *m, const char *rule, const rs_rule *parsed, const rs_totals_row *row)
{
    m->made.items[m->made.count++] = (rs_proposal){.rule = rule,
                                                   .parsed = *parsed,
                                                   .row = row,
                                                   .chains = row->count.verified,
                                                   .writers = writers_of(m, row),
                                                   .example_of = m->example_of};
}

static void propose_address(maker *m, const rs_ip_address *address, const rs_totals_row *row)
{
    char text[RS_IP_TEXT_SIZE];
    uint8_t range[2 * sizeof address->octets];
    rs_ip_address_to_text(address, text);
    memcpy(range, address->octets, address->length);
    memcpy(range + address->length, address->octets, address->length);
    rs_rule rule = {.kind = RS_RULE_IP,
                    .value =
                        rs_arena_copy(m->arena, rs_bytes_make(range, 2 * (size_t)address->length))};
    rs_message_need((void *)(uintptr_t)rule.value.p);
    propose(m, rs_text_format(m->arena, "ip:%s", text), &rule, row);
}

static void propose_host(maker *m, rs_form form, rs_bytes host, const rs_totals_row *row)
{
    bool below = rs_form_rule_cover(form) == RS_RULE_COVERS_BELOW;
    rs_rule rule = {.kind = RS_RULE_SUFFIX,
                    .forms = (rs_form_set)(1u << form),
                    .self = true,
                    .below = below,
                    .value = host};
    const char *word = rs_form_word(form), *name = (const char *)host.p;
    propose(m, rs_text_format(m->arena, "%s:%s", word, name), &rule, row);
    if (below || host.n > RS_HOST_NAME_MAX - 2)
        return;
    /* Telemetry does not tell whether the names were at the host or below it. */
    rule.self = false;
    rule.below = true;
    propose(m, rs_text_format(m->arena, "%s:.%s", word, name), &rule, row);
}

static bool is_common_name(const rs_totals_row *row)
{
    return rs_bytes_equal(row->form, rs_bytes_of_string(rs_form_word(RS_FORM_CN)));
}

/* ASCII letters match in either case. */
static bool is_same_word(rs_bytes a, rs_bytes b)
{
    bool same = a.n == b.n;
    for (size_t i = 0; same && i < a.n; i++)
        same = rs_ascii_lower(a.p[i]) == rs_ascii_lower(b.p[i]);
    return same;
}

static void propose_word(maker *m, rs_bytes word, const rs_totals_row *row)
{
    const rs_rule rule = {.kind = RS_RULE_CN, .value = word};
    propose(m, rs_text_format(m->arena, "cn:%s", (const char *)word.p), &rule, row);
}

static bool is_below(rs_bytes host, rs_bytes suffix)
{
    return host.n > suffix.n && host.p[host.n - suffix.n - 1] == '.' &&
           rs_bytes_equal(rs_bytes_tail(host, suffix.n), suffix);
}

/* The host that a row's example names, in canonical form; false if it has none below its suffix. */
static bool read_example(const maker *m, const rs_totals_row *row, rs_bytes suffix, rs_bytes *host)
{
    rs_bytes name = row->name;
    const uint8_t *at = name.n == 0 ? NULL : memrchr(name.p, '@', name.n);
    if (at != NULL)
        name = rs_bytes_skip(name, (size_t)(at + 1 - name.p));
    if (name.n > 2 && memcmp(name.p, "*.", 2) == 0)
        name = rs_bytes_skip(name, 2);
    return read_host(m->arena, name, host) && is_below(*host, suffix);
}

/*
 * Nobody should permit a public suffix, which is all that telemetry may have: what was registered
 * below it for the example is proposed instead. Returns NULL, or why there is nothing to propose.
 */
static const char *propose_below(maker *m, rs_form form, rs_bytes suffix, const rs_totals_row *row)
{
    rs_bytes host;
    if (row->name.n == 0)
        return "telemetry has only the public suffix; telemetry_names = full tells the name";
    if (!read_example(m, row, suffix, &host))
        return "a public suffix: anybody can register names below it";
    const char *registered = psl_registrable_domain(m->psl, (const char *)host.p);
    if (registered == NULL)
        return "a public suffix: anybody can register names below it";
    m->example_of = suffix;
    propose_host(m, form, rs_bytes_of_string(registered), row);
    m->example_of = rs_bytes_make(NULL, 0);
    return NULL;
}

static bool is_word(const rs_totals_row *row, rs_bytes host)
{
    return is_common_name(row) && memchr(host.p, '.', host.n) == NULL &&
           (row->name.n == 0 || is_same_word(row->name, host));
}

/* Proposes what would permit a row. Returns NULL, or why nothing can be proposed. */
static const char *propose_row(maker *m, const rs_totals_row *row)
{
    rs_ip_address address;
    rs_bytes host;
    rs_form form = find_form(row->form);
    bool is_ip = rs_bytes_equal(row->form, rs_bytes_of_string("ip"));
    if (!rs_bytes_equal(row->reason, rs_bytes_of_string("not-permitted")))
        return "a permit line would not help";
    if (form == RS_HOST_FORMS && !is_ip)
        return "telemetry does not have names of this form";
    rs_writers writers = writers_of(m, row);
    if (rs_writers_are_ordinary(&writers) && !m->any_user)
        return "only ordinary users reported it; --any-user proposes it";
    if (row->suffix.n == 0)
        return "telemetry does not have the name";
    if ((is_ip || form == RS_FORM_DNS) && rs_ip_address_from_text_unmapped(row->suffix, &address))
        propose_address(m, &address, row);
    else if (is_ip || memchr(row->suffix.p, '/', row->suffix.n) != NULL)
        return "telemetry has only the network";
    else if (!read_host(m->arena, row->suffix, &host))
        return "not a name that a list can have";
    else if (is_word(row, host))
        propose_word(m, host, row);
    else if (rs_proposal_is_public(m->psl, host))
        return propose_below(m, form, host, row);
    else
        propose_host(m, form, host, row);
    return NULL;
}

static void leave(maker *m, const rs_totals_row *row, uint64_t chains, const char *why)
{
    m->made.unproposed[m->made.unproposed_count++] =
        (rs_unproposed){.row = row, .chains = chains, .why = why};
}

static int by_rule(const void *left, const void *right)
{
    const rs_proposal *a = left, *b = right;
    return strcmp(a->rule, b->rule);
}

static int by_chains(const void *left, const void *right)
{
    const rs_proposal *a = left, *b = right;
    return a->chains != b->chains ? (a->chains < b->chains ? 1 : -1) : by_rule(left, right);
}

static void join(rs_proposal *to, const rs_proposal *from)
{
    to->chains = rs_saturated_sum(to->chains, from->chains);
    rs_writers_merge(&to->writers, &from->writers);
}

/* A common name and a DNS name may come to the same line. */
static void join_same(rs_proposals *made)
{
    if (made->count == 0)
        return;
    qsort(made->items, made->count, sizeof *made->items, by_rule);
    size_t kept = 0;
    for (size_t i = 1; i < made->count; i++) {
        rs_proposal *last = &made->items[kept];
        if (by_rule(last, &made->items[i]) == 0)
            join(last, &made->items[i]);
        else
            made->items[++kept] = made->items[i];
    }
    made->count = kept + 1;
    qsort(made->items, made->count, sizeof *made->items, by_chains);
}

rs_proposals rs_proposals_of(rs_arena *arena, const psl_ctx_t *psl, const rs_totals *totals,
                             const rs_totals_root *root, bool any_user)
{
    maker m = {
        .arena = arena, .psl = psl, .any_user = any_user, .are_writers_known = !totals->mixed};
    size_t room = (size_t)root->row_count + 1;
    m.made.items = rs_message_need(rs_arena_take(arena, 2 * room * sizeof *m.made.items));
    m.made.unproposed = rs_message_need(rs_arena_take(arena, room * sizeof *m.made.unproposed));
    const rs_totals_row **rows = rs_totals_sorted_rows(totals, root);
    for (size_t i = 0; i < root->row_count; i++) {
        if (rows[i]->count.verified == 0)
            continue;
        const char *why = propose_row(&m, rows[i]);
        if (why != NULL)
            leave(&m, rows[i], rows[i]->count.verified, why);
    }
    free(rows);
    if (root->others.verified > 0)
        leave(&m, NULL, root->others.verified, "more suffixes than the report keeps");
    join_same(&m.made);
    return m.made;
}
