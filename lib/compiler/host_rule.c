/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/host_rule.h"

#include "lib/base/ascii.h"
#include "lib/compiler/idn.h"
#include "lib/names/host_part.h"

enum {
    PARENT_NAME_MAX = RS_HOST_NAME_MAX - 2, /* room for a label and its dot below it */
};

static void report_character(const rs_place *place, rs_bytes text)
{
    size_t at = 0;
    while (at < text.n && (rs_ascii_is_label(text.p[at]) || text.p[at] == '.'))
        at++;
    rs_place_error(
        place, at, "\"%s\" in the host name \"%s\"; expected letters, digits, -, _ and dots",
        rs_quote(rs_bytes_make(text.p + at, at < text.n ? 1 : 0)).text, rs_quote(text).text);
}

/* Whether a message may propose it: it is not refused in its turn, as with a dot at its end. */
static bool is_name(rs_bytes text)
{
    rs_host_name host;
    rs_reason why;
    return rs_host_name_read(text, &host, &why) && !host.wildcard && host.length == text.n &&
           rs_idn_check(rs_host_name_bytes(&host));
}

static void report_last_dot(const rs_place *place, rs_bytes text)
{
    rs_bytes bare = rs_bytes_make(text.p, text.n - 1);
    if (is_name(bare))
        rs_place_error(place, bare.n, "dot at the end of \"%s\"; write \"%s\"", rs_quote(text).text,
                       rs_quote(bare).text);
    else
        rs_place_error(place, bare.n, "dot at the end of \"%s\", which is not a host name",
                       rs_quote(text).text);
}

/* Says what is wrong with an ASCII text that is not a name for a rule. */
static void report(const rs_place *place, rs_bytes text, rs_reason reason)
{
    switch (reason) {
    case RS_REASON_EMPTY_NAME:
        rs_place_error(place, 0, "empty name; expected a host name or *");
        break;
    case RS_REASON_EMPTY_LABEL:
        rs_place_error(place, 0, "empty label in \"%s\"; expected one dot between labels",
                       rs_quote(text).text);
        break;
    case RS_REASON_LONG_LABEL:
        rs_place_error(place, 0, "label over %d bytes in \"%s\"; expected at most %d", RS_LABEL_MAX,
                       rs_quote(text).text, RS_LABEL_MAX);
        break;
    case RS_REASON_LONG_NAME:
        rs_place_error(place, 0, "name of %zu bytes; expected at most %d", text.n,
                       RS_HOST_NAME_MAX);
        break;
    case RS_REASON_ADDRESS_TEXT:
        rs_place_error(
            place, 0,
            "\"%s\" is not a host name; write an address with ip:, for example ip:192.0.2.1",
            rs_quote(text).text);
        break;
    case RS_REASON_WILDCARD:
        if (text.n > 2 && text.p[0] == '*' && text.p[1] == '.' && is_name(rs_bytes_skip(text, 2)))
            rs_place_error(place, 0,
                           "\"%s\" is not a suffix; write \".%s\" for every name below it",
                           rs_quote(text).text, rs_quote(rs_bytes_skip(text, 2)).text);
        else
            report_character(place, text);
        break;
    default:
        report_character(place, text);
        break;
    }
}

/* Reads a host name in ASCII. */
static bool read_ascii(const rs_place *place, rs_bytes text, rs_host_name *host)
{
    if (text.n > 1 && text.p[text.n - 1] == '.') {
        report_last_dot(place, text);
        return false;
    }
    rs_reason why = RS_REASON_WILDCARD;
    if (!rs_host_name_read(text, host, &why) || host->wildcard) {
        report(place, text, why);
        return false;
    }
    if (!rs_idn_check(rs_host_name_bytes(host))) {
        rs_place_error(place, 0, "\"%s\" has a label xn-- that is not an A-label of IDNA 2008",
                       rs_quote(text).text);
        return false;
    }
    return true;
}

/* Reads a host name, of at most `max` bytes as A-labels. */
static bool read_host(const rs_place *place, rs_bytes text, size_t max, rs_host_name *host)
{
    uint8_t ascii[RS_IDN_ASCII_MAX];
    rs_bytes spelt = text;
    rs_place at = *place;
    if (!rs_bytes_are_ascii(text)) {
        at.fixed = true;
        size_t length;
        const char *wrong = rs_idn_to_ascii(text, ascii, &length);
        if (wrong != NULL) {
            rs_place_error(place, 0, "\"%s\" is not a name of IDNA 2008: %s", rs_quote(text).text,
                           wrong);
            return false;
        }
        spelt = rs_bytes_make(ascii, length);
    }
    if (!read_ascii(&at, spelt, host))
        return false;
    if (host->length > max) {
        rs_place_error(place, 0,
                       "name of %d bytes; expected at most %zu, as names below it have "
                       "at most %d",
                       host->length, max, RS_HOST_NAME_MAX);
        return false;
    }
    return true;
}

/* Reads `x`, `.x` or `*`; `x` sets `self` alone. */
static bool read_constraint(const rs_place *place, rs_bytes text, rs_rule *rule, uint8_t *value)
{
    rs_host_name host;
    size_t dot = text.n > 1 && text.p[0] == '.' ? 1 : 0;
    rs_place name = *place;
    name.column += (uint32_t)dot;
    rule->self = false;
    rule->below = true;
    rule->value = rs_bytes_make(value, 0);
    if (text.n == 1 && text.p[0] == '*')
        return true;
    if (!read_host(&name, rs_bytes_skip(text, dot), dot ? PARENT_NAME_MAX : RS_HOST_NAME_MAX,
                   &host))
        return false;
    rule->self = dot == 0;
    rule->below = dot == 1;
    memcpy(value, host.text, host.length);
    rule->value.n = host.length;
    return true;
}

/* Forms share a rule only where it covers the hosts below in each, as a bare suffix does. */
static bool covers_below(rs_form_set forms)
{
    for (unsigned form = 0; form < RS_HOST_FORMS; form++)
        if ((forms >> form & 1) != 0 && rs_form_rule_cover((rs_form)form) == RS_RULE_COVERS_BELOW)
            return true;
    return false;
}

/* A character of an atom (RFC 5321, 4.1.2; RFC 6531 for what is not ASCII). */
static bool is_atom(uint8_t c)
{
    static const char marks[] = "!#$%&'*+-/=?^_`{|}~";
    return rs_ascii_is_alpha(c) || rs_ascii_is_digit(c) || c >= 0x80 ||
           memchr(marks, c, sizeof marks - 1) != NULL;
}

/* Checks that a local part is a dot-atom of a size that mail can have. */
static bool check_local(const rs_place *place, rs_bytes local)
{
    if (local.n == 0 || local.n > RS_LOCAL_PART_LISTED_MAX) {
        rs_place_error(place, 0, "%zu bytes before the @; expected a mailbox's name of 1 to %d",
                       local.n, RS_LOCAL_PART_LISTED_MAX);
        return false;
    }
    bool dot_allowed = false;
    for (size_t i = 0; i < local.n; i++) {
        bool dot = local.p[i] == '.';
        if (dot ? !dot_allowed || i + 1 == local.n : !is_atom(local.p[i])) {
            rs_place_error(place, i,
                           "\"%s\" before the @ is not the name of a mailbox; expected atoms "
                           "with single dots between them",
                           rs_quote(local).text);
            return false;
        }
        dot_allowed = !dot;
    }
    return true;
}

static bool read_mailbox(const rs_place *place, rs_bytes text, size_t at, rs_rule *rule,
                         uint8_t *value)
{
    rs_bytes local = rs_bytes_make(text.p, at), domain = rs_bytes_skip(text, at + 1);
    rs_host_name host;
    rs_place after = *place;
    after.column += (uint32_t)at + 1;
    if (!check_local(place, local) || !read_host(&after, domain, RS_HOST_NAME_MAX, &host))
        return false;
    for (size_t i = 0; i < at; i++)
        value[i] = rule->polarity == RS_PERMIT ? local.p[i] : rs_ascii_lower(local.p[i]);
    value[at] = '@';
    memcpy(value + at + 1, host.text, host.length);
    if (at == 1 && local.p[0] == '*')
        rs_place_warning(place, 0,
                         "\"%s\" is one mailbox, called *; for every mailbox at the host write "
                         "email:%s",
                         rs_quote(text).text, rs_quote(domain).text);
    rule->kind = RS_RULE_MAILBOX;
    rule->forms = 0;
    rule->self = rule->below = false;
    rule->value = rs_bytes_make(value, at + 1 + host.length);
    return true;
}

bool rs_host_rule_read(const rs_place *place, rs_bytes text, rs_rule *rule, uint8_t *value)
{
    const uint8_t *at = text.n == 0 ? NULL : memchr(text.p, '@', text.n);
    if (at != NULL && rule->forms == 1u << RS_FORM_EMAIL)
        return read_mailbox(place, text, (size_t)(at - text.p), rule, value);
    if (!read_constraint(place, text, rule, value))
        return false;
    rule->below |= covers_below(rule->forms);
    return true;
}
