/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/host_part.h"

#include "lib/base/ascii.h"

/* The index of the first `c` from `from` on; text.n if there is none. */
static size_t find(rs_bytes text, size_t from, uint8_t c)
{
    const uint8_t *at = from < text.n ? memchr(text.p + from, c, text.n - from) : NULL;
    return at == NULL ? text.n : (size_t)(at - text.p);
}

static rs_bytes slice(rs_bytes text, size_t from, size_t to)
{
    return rs_bytes_make(text.p + from, to - from);
}

static bool has_control_or_space(rs_bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == ' ' || rs_ascii_is_control(text.p[i]))
            return true;
    return false;
}

static bool fail(rs_reason *why, rs_reason reason)
{
    *why = reason;
    return false;
}

/* Splits at the only `@`, with something before it. */
static bool split_at(rs_bytes text, rs_host_part *part, rs_reason *why)
{
    size_t at = find(text, 0, '@');
    if (at == 0 || at == text.n || find(text, at + 1, '@') != text.n)
        return fail(why, RS_REASON_BAD_MAILBOX);
    part->local = slice(text, 0, at);
    part->host = slice(text, at + 1, text.n);
    return true;
}

static bool of_mailbox(rs_bytes text, rs_host_part *part, rs_reason *why)
{
    if (has_control_or_space(text))
        return fail(why, RS_REASON_BAD_CHARACTER);
    if (!split_at(text, part, why))
        return false;
    return find(part->local, 0, '"') == part->local.n || fail(why, RS_REASON_BAD_MAILBOX);
}

static bool is_scheme(rs_bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        bool later = rs_ascii_is_digit(c) || c == '+' || c == '-' || c == '.';
        if (!rs_ascii_is_alpha(c) && !(i > 0 && later))
            return false;
    }
    return text.n > 0;
}

static bool is_one_of(rs_bytes scheme, const char *const *words)
{
    for (; *words != NULL; words++) {
        rs_bytes word = rs_bytes_of_string(*words);
        size_t i = 0;
        while (i < word.n && i < scheme.n && rs_ascii_lower(scheme.p[i]) == word.p[i])
            i++;
        if (i == word.n && i == scheme.n)
            return true;
    }
    return false;
}

/* The host of `[user@]host[:port]`. */
static bool of_authority(rs_bytes authority, rs_host_part *part, rs_reason *why)
{
    if (find(authority, 0, '[') != authority.n || find(authority, 0, '%') != authority.n)
        return fail(why, RS_REASON_BAD_AUTHORITY);
    size_t at = find(authority, 0, '@');
    if (at != authority.n) {
        authority = rs_bytes_skip(authority, at + 1);
        if (find(authority, 0, '@') != authority.n)
            return fail(why, RS_REASON_BAD_AUTHORITY);
    }
    size_t colon = find(authority, 0, ':');
    for (size_t i = colon + 1; i < authority.n; i++)
        if (!rs_ascii_is_digit(authority.p[i]))
            return fail(why, RS_REASON_BAD_AUTHORITY);
    part->host = slice(authority, 0, colon);
    return part->host.n > 0 || fail(why, RS_REASON_EMPTY_NAME);
}

/* Up to the first of the characters in `ends`. */
static rs_bytes up_to(rs_bytes text, const char *ends)
{
    size_t n = 0;
    while (n < text.n && strchr(ends, text.p[n]) == NULL)
        n++;
    return slice(text, 0, n);
}

/* A `;` or `?` may stand in the user part too, so behind one an `@` says two things. */
static bool of_sip(rs_bytes rest, rs_host_part *part, rs_reason *why)
{
    rs_bytes authority = up_to(rest, ";?");
    if (find(rest, authority.n, '@') != rest.n)
        return fail(why, RS_REASON_BAD_AUTHORITY);
    return of_authority(authority, part, why);
}

static bool of_uri(rs_bytes text, rs_host_part *part, rs_reason *why)
{
    /* Schemes of which some parsers find the host even where `//` is missing or misspelt. */
    static const char *const web[] = {"http", "https", "ws", "wss", "ftp", "file", NULL};
    static const char *const sip[] = {"sip", "sips", NULL};

    size_t colon = find(text, 0, ':');
    rs_bytes scheme = slice(text, 0, colon);
    if (colon == text.n || !is_scheme(scheme))
        return fail(why, RS_REASON_BAD_AUTHORITY);
    rs_bytes rest = rs_bytes_skip(text, colon + 1);
    bool has_authority = rest.n >= 2 && rest.p[0] == '/' && rest.p[1] == '/';
    if (!has_authority && !is_one_of(scheme, web) && !is_one_of(scheme, sip))
        return fail(why, RS_REASON_IGNORED);
    if (has_control_or_space(text) || !rs_bytes_are_ascii(text))
        return fail(why, RS_REASON_BAD_CHARACTER);
    if (find(text, 0, '\\') != text.n)
        return fail(why, RS_REASON_BAD_AUTHORITY);
    if (has_authority)
        return of_authority(up_to(rs_bytes_skip(rest, 2), "/?#"), part, why);
    return is_one_of(scheme, sip) ? of_sip(rest, part, why) : fail(why, RS_REASON_BAD_AUTHORITY);
}

static bool of_srv(rs_bytes text, rs_host_part *part, rs_reason *why)
{
    size_t dot = find(text, 0, '.');
    if (text.p[0] != '_' || dot == 1 || dot == text.n)
        return fail(why, RS_REASON_BAD_CHARACTER);
    for (size_t i = 1; i < dot; i++)
        if (!rs_ascii_is_label(text.p[i]))
            return fail(why, RS_REASON_BAD_CHARACTER);
    part->host = rs_bytes_skip(text, dot + 1);
    return true;
}

static bool of_xmpp(rs_bytes text, rs_host_part *part, rs_reason *why)
{
    if (find(text, 0, 0) != text.n)
        return fail(why, RS_REASON_BAD_CHARACTER);
    part->host = up_to(text, "/"); /* a resource may contain `@` */
    return find(part->host, 0, '@') == part->host.n || split_at(part->host, part, why);
}

static bool of_upn(rs_bytes text, rs_host_part *part, rs_reason *why)
{
    if (find(text, 0, 0) != text.n)
        return fail(why, RS_REASON_BAD_CHARACTER);
    return split_at(text, part, why);
}

rs_bytes rs_common_name_bare(rs_bytes text)
{
    while (text.n > 0 && text.p[text.n - 1] == 0)
        text.n--;
    while (text.n > 0 && text.p[text.n - 1] == ' ')
        text.n--;
    while (text.n > 0 && text.p[0] == ' ')
        text = rs_bytes_skip(text, 1);
    return text;
}

static bool of_common_name(rs_bytes text, rs_host_part *part, rs_reason *why)
{
    part->host = rs_common_name_bare(text);
    return find(text, 0, '@') == text.n || of_mailbox(part->host, part, why);
}

bool rs_host_part_of(rs_form form, rs_bytes name, rs_host_part *part, rs_reason *why)
{
    *part = (rs_host_part){.host = name};
    if (name.n == 0)
        return fail(why, RS_REASON_EMPTY_NAME);
    switch (form) {
    case RS_FORM_DNS:
    case RS_FORM_KRB5:
    case RS_FORM_NAI:
        return true;
    case RS_FORM_CN:
        return of_common_name(name, part, why);
    case RS_FORM_EMAIL:
        return of_mailbox(name, part, why);
    case RS_FORM_URI:
        return of_uri(name, part, why);
    case RS_FORM_SRV:
        return of_srv(name, part, why);
    case RS_FORM_XMPP:
        return of_xmpp(name, part, why);
    case RS_FORM_UPN:
        return of_upn(name, part, why);
    case RS_FORM_IP:
    case RS_FORM_DIRNAME:
    case RS_FORM_ORGANIZATION:
    case RS_FORM_OTHERNAME:
    case RS_FORM_EXTENSION:
    case RS_FORMS:
        break;
    }
    return fail(why, RS_REASON_IGNORED);
}

bool rs_host_of_name(rs_form form, rs_bytes name, rs_host_part *part, rs_host_name *host,
                     rs_reason *why)
{
    if (!rs_host_part_of(form, name, part, why))
        return false;
    if (form == RS_FORM_EMAIL ? !rs_host_name_read_utf8(part->host, host, why)
                              : !rs_host_name_read(part->host, host, why))
        return false;
    return !host->wildcard || rs_form_has_wildcards(form) || fail(why, RS_REASON_WILDCARD);
}
