/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/spelling.h"

#include "lib/base/ascii.h"

#include <arpa/inet.h>

bool has_byte(rs_bytes text, uint8_t byte)
{
    return text.n > 0 && memchr(text.p, byte, text.n) != NULL;
}

bool has_control(rs_bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < 0x20 || text.p[i] == 0x7f)
            return true;
    return false;
}

bool has_non_ascii(rs_bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] > 0x7f)
            return true;
    return false;
}

bool same_but_for_case(rs_bytes a, rs_bytes b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++)
        if (rs_ascii_lower(a.p[i]) != rs_ascii_lower(b.p[i]))
            return false;
    return a.n == b.n;
}

rs_bytes without_last_dot(rs_bytes text)
{
    if (text.n > 0 && text.p[text.n - 1] == '.')
        text.n--;
    return text;
}

size_t spelt_address(rs_bytes text, uint8_t octets[16])
{
    char spelt[64];
    if (text.n >= sizeof spelt || has_byte(text, 0))
        return 0;
    memcpy(spelt, text.p, text.n);
    spelt[text.n] = '\0';
    if (inet_pton(AF_INET, spelt, octets) == 1)
        return 4;
    return inet_pton(AF_INET6, spelt, octets) == 1 ? 16 : 0;
}

bool ends_in_number(rs_bytes text)
{
    text = without_last_dot(text);
    size_t start = text.n;
    while (start > 0 && text.p[start - 1] != '.')
        start--;
    rs_bytes label = rs_bytes_skip(text, start);
    if (label.n == 0)
        return false;
    bool hex = label.n >= 2 && label.p[0] == '0' && (label.p[1] == 'x' || label.p[1] == 'X');
    for (size_t k = hex ? 2 : 0; k < label.n; k++)
        if (!rs_ascii_is_digit(label.p[k]) && !(hex && rs_ascii_hex_value(label.p[k]) >= 0))
            return false;
    return true;
}

bool is_host(rs_bytes text, bool wildcard)
{
    text = without_last_dot(text);
    if (text.n == 0 || text.n > 253 || ends_in_number(text))
        return false;
    size_t label = 0, first = 0;
    if (wildcard && text.p[0] == '*' && (text.n == 1 || text.p[1] == '.')) {
        if (text.n == 1)
            return true;
        first = 2;
    }
    for (size_t i = first; i < text.n; i++) {
        uint8_t c = text.p[i];
        if (c == '.' && label == 0)
            return false;
        if (c != '.' && !rs_ascii_is_alpha(c) && !rs_ascii_is_digit(c) && c != '-' && c != '_')
            return false;
        label = c == '.' ? 0 : label + 1;
        if (label > 63)
            return false;
    }
    return label > 0;
}

/* Of U-labels and others, in code points of which UTF-8 takes one or two bytes. */
static bool is_unicode_host(rs_bytes text)
{
    text = without_last_dot(text);
    size_t total = 0, label = 0;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        rs_bytes rest = rs_bytes_skip(text, i);
        if (label == 0 &&
            (c == '.' || (rest.n >= 4 &&
                          same_but_for_case(rs_bytes_make(rest.p, 4), rs_bytes_of_string("xn--")))))
            return false;
        if (c < 0x80 && c != '.' && !rs_ascii_is_label(c))
            return false;
        size_t size = c < 0x80 ? 1 : 2;
        total += size;
        label = c == '.' ? 0 : label + size;
        if (label > 63)
            return false;
    }
    return label > 0 && total <= 253;
}

bool is_mailbox(rs_bytes text, bool wide)
{
    size_t at = 0;
    if (has_control(text) || has_byte(text, ' ') || (!wide && has_non_ascii(text)))
        return false;
    while (at < text.n && text.p[at] != '@')
        at++;
    if (at == 0 || at == text.n || has_byte(rs_bytes_make(text.p, at), '"'))
        return false;
    rs_bytes host = rs_bytes_skip(text, at + 1);
    return has_non_ascii(host) ? is_unicode_host(host) : is_host(host, false);
}

static bool is_scheme(rs_bytes text)
{
    if (text.n == 0 || !rs_ascii_is_alpha(text.p[0]))
        return false;
    for (size_t i = 1; i < text.n; i++)
        if (!rs_ascii_is_alpha(text.p[i]) && !rs_ascii_is_digit(text.p[i]) &&
            (text.p[i] == 0 || strchr("+-.", text.p[i]) == NULL))
            return false;
    return true;
}

static bool is_one_of(rs_bytes word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (same_but_for_case(word, rs_bytes_of_string(*words)))
            return true;
    return false;
}

static rs_bytes before_any(rs_bytes text, const char *stops)
{
    size_t n = 0;
    while (n < text.n && (text.p[n] == 0 || strchr(stops, text.p[n]) == NULL))
        n++;
    return rs_bytes_make(text.p, n);
}

static uri_host host_of_authority(rs_bytes authority, rs_bytes *host)
{
    rs_bytes user = before_any(authority, "@");
    if (has_byte(authority, '%') || has_byte(authority, '['))
        return URI_MALFORMED;
    if (user.n < authority.n)
        authority = rs_bytes_skip(authority, user.n + 1);
    *host = before_any(authority, ":");
    for (size_t i = host->n + 1; i < authority.n; i++)
        if (!rs_ascii_is_digit(authority.p[i]))
            return URI_MALFORMED;
    return is_host(*host, false) ? URI_HOST : URI_MALFORMED;
}

uri_host host_of_uri(rs_bytes text, rs_bytes *host)
{
    static const char *const web[] = {"http", "https", "ws", "wss", "ftp", "file", NULL};
    static const char *const sip[] = {"sip", "sips", NULL};
    rs_bytes scheme = before_any(text, ":");
    if (scheme.n == text.n || !is_scheme(scheme))
        return URI_MALFORMED;
    rs_bytes rest = rs_bytes_skip(text, scheme.n + 1);
    bool has_authority = rest.n >= 2 && rest.p[0] == '/' && rest.p[1] == '/';
    if (!has_authority && !is_one_of(scheme, sip) && !is_one_of(scheme, web))
        return URI_NO_HOST;
    if (has_control(text) || has_byte(text, ' ') || has_non_ascii(text) || has_byte(text, '\\'))
        return URI_MALFORMED;
    if (has_authority)
        return host_of_authority(before_any(rs_bytes_skip(rest, 2), "/?#"), host);
    rs_bytes authority = before_any(rest, ";?");
    if (!is_one_of(scheme, sip) || has_byte(rs_bytes_skip(rest, authority.n), '@'))
        return URI_MALFORMED;
    return host_of_authority(authority, host);
}

rs_bytes openssl_host_of_uri(rs_bytes text)
{
    rs_bytes scheme = before_any(text, ":");
    rs_bytes rest = rs_bytes_skip(text, scheme.n);
    if (rest.n < 3 || rest.p[1] != '/' || rest.p[2] != '/')
        return rs_bytes_make(text.p, 0);
    rest = rs_bytes_skip(rest, 3);
    return has_byte(rest, ':') ? before_any(rest, ":") : before_any(rest, "/");
}

bool is_host_like(rs_bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!rs_ascii_is_alpha(text.p[i]) && !rs_ascii_is_digit(text.p[i]) &&
            (text.p[i] == 0 || strchr("-_.*", text.p[i]) == NULL))
            return false;
    return text.n > 0;
}

bool is_host_to_openssl(rs_bytes text)
{
    bool dots = false;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        bool inside = i > 0 && i + 1 < text.n;
        if (rs_ascii_is_alpha(c) || rs_ascii_is_digit(c) || c == '_' || (inside && c == '-'))
            continue;
        if (!inside || c != '.' || text.p[i + 1] == '.' || text.p[i + 1] == '-' ||
            text.p[i - 1] == '-')
            return false;
        dots = true;
    }
    return dots;
}
