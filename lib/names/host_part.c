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

/* Splits at the only `@`. */
static rs_reason split_at(rs_bytes text, rs_bytes *before, rs_bytes *after)
{
    size_t at = find(text, 0, '@');
    if (at == 0 || at == text.n || find(text, at + 1, '@') != text.n)
        return RS_REASON_BAD_MAILBOX;
    *before = slice(text, 0, at);
    *after = slice(text, at + 1, text.n);
    return RS_REASON_PERMITTED;
}

rs_reason rs_host_part_of_mailbox(rs_bytes text, bool utf8, rs_bytes *local, rs_bytes *host)
{
    if (text.n == 0)
        return RS_REASON_EMPTY_NAME;
    if (has_control_or_space(text) || (!utf8 && !rs_bytes_are_ascii(text)))
        return RS_REASON_BAD_CHARACTER;
    rs_reason split = split_at(text, local, host);
    if (split != RS_REASON_PERMITTED)
        return split;
    return find(*local, 0, '"') == local->n ? RS_REASON_PERMITTED : RS_REASON_BAD_MAILBOX;
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
static rs_reason authority_host(rs_bytes authority, rs_bytes *host)
{
    if (find(authority, 0, '[') != authority.n || find(authority, 0, '%') != authority.n)
        return RS_REASON_BAD_AUTHORITY;
    size_t at = find(authority, 0, '@');
    if (at != authority.n) {
        authority = rs_bytes_skip(authority, at + 1);
        if (find(authority, 0, '@') != authority.n)
            return RS_REASON_BAD_AUTHORITY;
    }
    size_t colon = find(authority, 0, ':');
    for (size_t i = colon + 1; i < authority.n; i++)
        if (!rs_ascii_is_digit(authority.p[i]))
            return RS_REASON_BAD_AUTHORITY;
    *host = slice(authority, 0, colon);
    return host->n == 0 ? RS_REASON_EMPTY_NAME : RS_REASON_PERMITTED;
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
static rs_reason sip_host(rs_bytes rest, rs_bytes *host)
{
    rs_bytes authority = up_to(rest, ";?");
    if (find(rest, authority.n, '@') != rest.n)
        return RS_REASON_BAD_AUTHORITY;
    return authority_host(authority, host);
}

rs_reason rs_host_part_of_uri(rs_bytes text, rs_bytes *host)
{
    /* Schemes of which some parsers find the host even where `//` is missing or misspelt. */
    static const char *const web[] = {"http", "https", "ws", "wss", "ftp", "file", NULL};
    static const char *const sip[] = {"sip", "sips", NULL};

    if (text.n == 0)
        return RS_REASON_EMPTY_NAME;
    if (has_control_or_space(text) || !rs_bytes_are_ascii(text))
        return RS_REASON_BAD_CHARACTER;
    size_t colon = find(text, 0, ':');
    rs_bytes scheme = slice(text, 0, colon);
    if (colon == text.n || !is_scheme(scheme) || find(text, 0, '\\') != text.n)
        return RS_REASON_BAD_AUTHORITY;
    rs_bytes rest = rs_bytes_skip(text, colon + 1);
    if (rest.n >= 2 && rest.p[0] == '/' && rest.p[1] == '/')
        return authority_host(up_to(rs_bytes_skip(rest, 2), "/?#"), host);
    if (is_one_of(scheme, sip))
        return sip_host(rest, host);
    return is_one_of(scheme, web) ? RS_REASON_BAD_AUTHORITY : RS_REASON_IGNORED;
}

rs_reason rs_host_part_of_srv(rs_bytes text, rs_bytes *host)
{
    if (text.n == 0)
        return RS_REASON_EMPTY_NAME;
    size_t dot = find(text, 0, '.');
    if (text.p[0] != '_' || dot == 1 || dot == text.n)
        return RS_REASON_BAD_CHARACTER;
    for (size_t i = 1; i < dot; i++)
        if (!rs_ascii_is_label(text.p[i]))
            return RS_REASON_BAD_CHARACTER;
    *host = rs_bytes_skip(text, dot + 1);
    return RS_REASON_PERMITTED;
}

rs_reason rs_host_part_of_xmpp(rs_bytes text, rs_bytes *host)
{
    rs_bytes local;
    if (text.n == 0)
        return RS_REASON_EMPTY_NAME;
    if (find(text, 0, 0) != text.n)
        return RS_REASON_BAD_CHARACTER;
    *host = up_to(text, "/"); /* a resource may contain `@` */
    if (find(*host, 0, '@') == host->n)
        return RS_REASON_PERMITTED;
    return split_at(*host, &local, host);
}

rs_reason rs_host_part_of_upn(rs_bytes text, rs_bytes *host)
{
    rs_bytes user;
    if (text.n == 0)
        return RS_REASON_EMPTY_NAME;
    if (find(text, 0, 0) != text.n)
        return RS_REASON_BAD_CHARACTER;
    return split_at(text, &user, host);
}
