/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/common_name.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/chain/name_check.h"
#include "lib/image/restriction.h"
#include "lib/names/der.h"
#include "lib/names/directory_string.h"
#include "lib/names/host_part.h"
#include "lib/names/ip_address.h"

enum { CONVERTED_MAX = 384 }; /* bytes of UTF-8: more than a host or a listed mailbox has */

/* One reading of an attribute. */
typedef struct reading {
    rs_bytes value;  /* as it stands in the certificate */
    rs_bytes text;   /* as it is read: rs_common_name_bare */
    bool words_free; /* a bare word is nobody's name */
} reading;

static rs_finding found(const reading *r, rs_reason reason)
{
    return (rs_finding){.verdict = rs_reason_verdict(reason),
                        .form = RS_FORM_CN,
                        .reason = reason,
                        .name = r->value};
}

/* What the text spells, judged as a name of another form. */
static rs_finding found_as(const reading *r, rs_finding finding)
{
    finding.form = RS_FORM_CN;
    finding.name = r->value;
    /*
     * The rule is a part of the text, which lies in the certificate only if it was not converted.
     */
    if (r->text.p != r->value.p)
        finding.rule = rs_bytes_make(NULL, 0);
    return finding;
}

static bool is_listed(const rs_string_set *names, rs_bytes text)
{
    rs_string_search search = rs_string_search_start(names);
    rs_string_search_add_lower(&search, text);
    return rs_string_search_found(&search);
}

static bool has(rs_bytes text, uint8_t c)
{
    return text.n > 0 && memchr(text.p, c, text.n) != NULL;
}

static bool has_control(rs_bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (rs_ascii_is_control(text.p[i]))
            return true;
    return false;
}

/* A full stop, or one of those that IDNA takes for one: U+3002, U+FF0E, U+FF61. */
static bool has_dot(rs_bytes text)
{
    uint32_t character = 0;
    while (text.n > 0) {
        size_t n = rs_utf8_get(text, &character);
        if (character == '.' || character == 0x3002 || character == 0xff0e || character == 0xff61)
            return true;
        text = rs_bytes_skip(text, n > 0 ? n : text.n);
    }
    return false;
}

/* Characters of host names only, wildcards included. */
static bool is_host_like(rs_bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '.' && text.p[i] != '*' && !rs_ascii_is_label(text.p[i]))
            return false;
    return text.n > 0;
}

/* One dot at the end makes no other host, address or word of it. */
static rs_bytes without_last_dot(rs_bytes text)
{
    if (text.n > 1 && text.p[text.n - 1] == '.')
        text.n--;
    return text;
}

static bool has_labels(rs_bytes text)
{
    text = without_last_dot(text);
    return is_host_like(text) && (has(text, '.') || has(text, '*'));
}

static bool is_single_label(rs_bytes text)
{
    return is_host_like(text) && !has_labels(text) && without_last_dot(text).n <= RS_LABEL_MAX;
}

static bool is_address(rs_bytes text)
{
    rs_ip_address address;
    return rs_ip_address_from_text(without_last_dot(text), &address);
}

/* No line for a common name permits what is excluded, or may be: the list is damaged there. */
static bool is_final(rs_reason reason)
{
    return reason == RS_REASON_EXCLUDED || reason == RS_REASON_EXCLUDED_BELOW ||
           reason == RS_REASON_UNDECODABLE;
}

/* A bare word that no host rule permits: `single-label` and `cn:*` lines are for it. */
static rs_finding check_word(const rs_stanza *stanza, const reading *r, rs_finding as_host)
{
    if (r->words_free)
        return found(r, RS_REASON_IGNORED);
    if (is_final(as_host.reason))
        return as_host;
    bool opened = (stanza->flags & (RS_STANZA_SINGLE_LABEL | RS_STANZA_CN_ANY)) != 0;
    return opened && as_host.verdict != RS_PERMITTED ? found(r, RS_REASON_PERMITTED) : as_host;
}

/* One word of ASCII that no host is: `user+x`, `https://…`, a hash of 64 digits. */
static rs_finding check_other_word(const rs_stanza *stanza, const reading *r)
{
    if (r->words_free)
        return found(r, RS_REASON_IGNORED);
    if (!rs_stanza_restricts(stanza, RS_FORM_DNS) || (stanza->flags & RS_STANZA_CN_ANY) != 0)
        return found(r, rs_check_unread(stanza));
    return found(r, stanza->flags & RS_STANZA_CLOSED ? RS_REASON_NOT_PERMITTED
                                                     : RS_REASON_UNRESTRICTED);
}

/* Judges a text by what it spells. */
static rs_finding check_spelling(const rs_stanza *stanza, const reading *r)
{
    if (r->text.n == 0 || has(r->text, ' '))
        return found(r, RS_REASON_IGNORED);
    if (has(r->text, '@'))
        return found_as(r, rs_check_host_bearing(stanza, RS_FORM_EMAIL, r->text));
    if (!rs_bytes_are_ascii(r->text))
        return found(r, has_dot(r->text) && rs_stanza_restricts(stanza, RS_FORM_DNS)
                            ? RS_REASON_BAD_CHARACTER
                            : RS_REASON_IGNORED);
    if (is_single_label(r->text))
        return check_word(stanza, r, found_as(r, rs_check_dns(stanza, r->text)));
    if (is_address(r->text) || has_labels(r->text))
        return found_as(r, rs_check_dns(stanza, r->text));
    return check_other_word(stanza, r);
}

/* Judges one reading: exclusions first, then lines for this very name. */
static rs_finding check_reading(const rs_stanza *stanza, const reading *r, rs_common_name_use use)
{
    if (stanza->flags & RS_STANZA_CN_NONE || is_listed(&stanza->common_names.exclude, r->text))
        return found(r, RS_REASON_EXCLUDED);
    if (use.ignored)
        return found(r, RS_REASON_IGNORED);
    rs_finding finding = check_spelling(stanza, r);
    if (!is_final(finding.reason) && is_listed(&stanza->common_names.permit, r->text))
        return found(r, RS_REASON_PERMITTED);
    return finding;
}

/* Not inlined: the host that it reads would lie on the stack below everything that follows. */
__attribute__((noinline)) static bool spells_mailbox(rs_bytes text)
{
    rs_host_part part;
    rs_host_name host;
    rs_reason why;
    const uint8_t *at = text.n > 0 ? memrchr(text.p, '@', text.n) : NULL;
    if (at != NULL && is_host_like(rs_bytes_skip(text, (size_t)(at - text.p) + 1)))
        return true; /* also a host that is malformed, such as an address */
    return rs_host_of_name(RS_FORM_EMAIL, text, &part, &host, &why);
}

/*
 * Judges the octets of a string that are not its text, as a C program reads them: up to a NUL.
 * They are a name by accident or by malice, so only what spells one counts.
 */
static rs_finding check_octets(const rs_stanza *stanza, const reading *as_text,
                               rs_common_name_use use)
{
    reading r = *as_text;
    const uint8_t *nul = r.value.n > 0 ? memchr(r.value.p, 0, r.value.n) : NULL;
    r.text = rs_bytes_make(r.value.p, nul != NULL ? (size_t)(nul - r.value.p) : r.value.n);
    r.text = rs_common_name_bare(r.text);
    bool spells = is_host_like(r.text) || is_address(r.text) || spells_mailbox(r.text);
    if (!spells)
        use.ignored = true;
    return check_reading(stanza, &r, use);
}

/* Judges all readings of an attribute. */
static rs_finding check_attribute(const rs_stanza *stanza, uint8_t string_tag, reading *r,
                                  rs_common_name_use use)
{
    r->text = rs_common_name_bare(r->text);
    if (has_control(r->text))
        return found(r, RS_REASON_BAD_CHARACTER);
    rs_finding as_text = check_reading(stanza, r, use);
    bool has_octets = string_tag == RS_DER_BMP_STRING || string_tag == RS_DER_UNIVERSAL_STRING ||
                      string_tag == RS_DER_TELETEX_STRING;
    if (as_text.verdict != RS_PERMITTED || !has_octets || r->text.p == r->value.p)
        return as_text;
    rs_finding as_octets = check_octets(stanza, r, use);
    return as_octets.verdict < as_text.verdict ? as_octets : as_text;
}

rs_finding rs_check_common_name(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value,
                                rs_common_name_use use)
{
    uint8_t converted[CONVERTED_MAX];
    reading r = {.value = value};
    if (use.is_issuer)
        return found(&r, RS_REASON_IGNORED);
    if (!rs_stanza_restricts(stanza, RS_FORM_CN))
        return found(&r, rs_check_unread(stanza));
    if (!rs_directory_string_view(string_tag, value, converted, sizeof converted, &r.text))
        return found(&r, RS_REASON_UNDECODABLE);
    return check_attribute(stanza, string_tag, &r, use);
}

bool rs_common_name_repeats(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value,
                            rs_bytes permitted_dns)
{
    bool is_read_by_its_octets = string_tag == RS_DER_UTF8_STRING ||
                                 string_tag == RS_DER_PRINTABLE_STRING ||
                                 string_tag == RS_DER_IA5_STRING;
    return permitted_dns.n > 0 && is_read_by_its_octets && rs_bytes_equal(value, permitted_dns) &&
           stanza->common_names.exclude.count == 0 && (stanza->flags & RS_STANZA_CN_NONE) == 0;
}

rs_finding rs_check_email_attribute(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value,
                                    rs_common_name_use use)
{
    uint8_t converted[CONVERTED_MAX];
    reading r = {.value = value, .words_free = true};
    if (!rs_stanza_restricts(stanza, RS_FORM_CN))
        return found(&r, rs_check_unread(stanza));
    if (!rs_directory_string_view(string_tag, value, converted, sizeof converted, &r.text))
        return found(&r, RS_REASON_UNDECODABLE);
    if (!has(r.text, '@'))
        return use.is_issuer ? found(&r, RS_REASON_IGNORED)
                             : check_attribute(stanza, string_tag, &r, use);
    rs_finding finding = found_as(&r, rs_check_email(stanza, r.text));
    finding.form = RS_FORM_EMAIL;
    return finding;
}
