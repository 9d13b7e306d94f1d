/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/international_mail.h"

#include "lib/base/ascii.h"
#include "tests/property/spelling.h"

/* The host of a mailbox, or of a rule about some, without dots at its ends. */
static rs_bytes host_of(const trial_text *value)
{
    rs_bytes text = view_of(value);
    for (size_t i = 0; i < value->n; i++)
        if (value->p[i] == '@')
            text = rs_bytes_skip(view_of(value), i + 1);
    if (text.n > 0 && text.p[0] == '.')
        text = rs_bytes_skip(text, 1);
    return without_last_dot(text);
}

static bool is_about_mailbox(const trial_rule *r)
{
    return r->kind == NAME_EMAIL && has_byte(view_of(&r->value), '@');
}

static bool is_about_mail_host(const trial_rule *r)
{
    return r->kind == NAME_EMAIL && !has_byte(view_of(&r->value), '@');
}

/* With each label that is one in the other alphabet. */
static void relabel(trial_text *value, const char *from, const char *to)
{
    trial_text made = {.n = 0};
    size_t from_size = strlen(from), to_size = strlen(to), start = 0;
    for (size_t i = 0; i <= value->n; i++) {
        bool border = i == value->n || value->p[i] == '.' || value->p[i] == '@';
        if (!border)
            continue;
        rs_bytes label = rs_bytes_make(value->p + start, i - start);
        bool same = same_but_for_case(label, rs_bytes_make(from, from_size));
        memcpy(made.p + made.n, same ? (const uint8_t *)to : label.p, same ? to_size : label.n);
        made.n += same ? to_size : label.n;
        if (i < value->n)
            made.p[made.n++] = value->p[i];
        start = i + 1;
    }
    value->n = made.n;
    memcpy(value->p, made.p, made.n);
}

/* Whether `host` is `above` or a name below it. */
static bool is_within(rs_bytes host, rs_bytes above)
{
    if (above.n == 0)
        return true;
    return host.n >= above.n && same_but_for_case(rs_bytes_tail(host, above.n), above) &&
           (host.n == above.n || host.p[host.n - above.n - 1] == '.');
}

/* The last labels of `host` that some rule's host ends in, too, in either alphabet. */
static rs_bytes known_tail(const trial *t, rs_bytes host)
{
    for (size_t start = 0; start < host.n; start++) {
        rs_bytes tail = rs_bytes_skip(host, start);
        if (start > 0 && host.p[start - 1] != '.')
            continue;
        for (size_t i = 0; i < t->rule_count; i++) {
            trial_text unicode = t->rules[i].value;
            relabel(&unicode, A_LABEL, U_LABEL);
            if (is_about_mail_host(&t->rules[i]) && (is_within(host_of(&t->rules[i].value), tail) ||
                                                     is_within(host_of(&unicode), tail)))
                return tail;
        }
    }
    return rs_bytes_tail(host, 0);
}

/*
 * Whether a host with U-labels may be another spelling of an excluded one, and the mailbox is not
 * itself permitted: docs/semantics.md, on internationalised mailboxes.
 */
static bool is_suspect(const trial *t, const trial_text *mailbox)
{
    rs_bytes host = host_of(mailbox), known = known_tail(t, host);
    rs_bytes unknown = rs_bytes_make(host.p, host.n - known.n), label = unknown;
    bool suspect = false;
    if (unknown.n > 0 && known.n > 0)
        label = unknown = rs_bytes_make(host.p, unknown.n - 1);
    for (size_t i = 0; i < unknown.n; i++)
        if (unknown.p[i] == '.')
            label = rs_bytes_skip(unknown, i + 1);
    for (size_t i = 0; i < t->rule_count; i++) {
        trial_text unicode = t->rules[i].value;
        relabel(&unicode, A_LABEL, U_LABEL);
        rs_bytes excluded = host_of(&t->rules[i].value), excluded_unicode = host_of(&unicode);
        bool below = (excluded.n > known.n && is_within(excluded, known)) ||
                     (excluded_unicode.n > known.n && is_within(excluded_unicode, known));
        if (t->rules[i].polarity == RS_EXCLUDE)
            suspect |= is_about_mailbox(&t->rules[i])
                           ? has_non_ascii(unknown)
                           : is_about_mail_host(&t->rules[i]) && below && has_non_ascii(label);
    }
    return suspect;
}

/* Whether a rule permits this very mailbox. */
static bool is_permitted(const trial *t, const trial_text *mailbox)
{
    rs_bytes host = host_of(mailbox);
    size_t local = 0;
    while (mailbox->p[local] != '@')
        local++;
    for (size_t i = 0; i < t->rule_count; i++) {
        trial_text unicode = t->rules[i].value;
        relabel(&unicode, A_LABEL, U_LABEL);
        if (t->rules[i].polarity == RS_PERMIT && is_about_mailbox(&t->rules[i]) &&
            unicode.n > local && memcmp(unicode.p, mailbox->p, local + 1) == 0 &&
            same_but_for_case(host_of(&unicode), host))
            return true;
    }
    return false;
}

/* Rules of which OpenSSL does not see what they are about, or sees U-labels. */
static bool is_special(const trial_rule *r)
{
    bool has_a_label = false;
    for (size_t i = 0; i + 4 <= r->value.n; i++)
        has_a_label |=
            same_but_for_case(rs_bytes_make(r->value.p + i, 4), rs_bytes_of_string("xn--"));
    return r->kind == NAME_EMAIL &&
           (has_a_label || r->value.p[0] == '.' || has_byte(view_of(&r->value), '@'));
}

bool international_mailbox(trial *t, bool *denied)
{
    bool special = false, applies = false;
    for (size_t i = 0; i < t->rule_count; i++)
        special |= is_special(&t->rules[i]);
    for (size_t i = 0; i < t->name_count; i++) {
        trial_name *n = &t->names[i];
        bool unicode = n->kind == NAME_SMTP_UTF8 && has_non_ascii(host_of(&n->value));
        if (n->kind != NAME_SMTP_UTF8 || !(special || unicode))
            continue;
        applies = true;
        *denied |= unicode && is_suspect(t, &n->value) && !is_permitted(t, &n->value);
        n->kind = NAME_EMAIL;
        relabel(&n->value, U_LABEL, A_LABEL);
    }
    return applies;
}
