/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/name.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/text/dirname.h"
#include "command/text/oid.h"
#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/compiler/host_rule.h"
#include "lib/compiler/idn.h"
#include "lib/names/der.h"
#include "lib/names/host_part.h"
#include "lib/names/ip_address.h"

#include <openssl/bio.h>
#include <openssl/err.h>

enum {
    NAME_SHOWN_MAX = 512, /* bytes of a name; a certificate may have one of megabytes */
};

const char *rs_name_text_of_x509(rs_arena *arena, const X509_NAME *name)
{
    /* UTF-8 as it is: rs_text_printable escapes what a terminal should not get. */
    const unsigned long flags =
        (XN_FLAG_RFC2253 | ASN1_STRFLGS_UTF8_CONVERT) & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
    if (X509_NAME_entry_count(name) == 0)
        return "(empty)";
    BIO *bio = rs_message_need(BIO_new(BIO_s_mem()));
    const char *text = NULL;
    if (X509_NAME_print_ex(bio, name, 0, flags) >= 0) {
        char *data = NULL;
        long size = BIO_get_mem_data(bio, &data);
        text = rs_text_printable(arena, rs_bytes_make(data, (size_t)size));
    }
    BIO_free(bio);
    return text;
}

const char *rs_name_text_shorten(rs_arena *arena, const char *text)
{
    return rs_text_excerpt(arena, rs_bytes_of_string(text), NAME_SHOWN_MAX);
}

const char *rs_name_text_of_subject(rs_arena *arena, const X509 *certificate)
{
    const char *text = rs_name_text_of_x509(arena, X509_get_subject_name(certificate));
    return text == NULL ? "(undecodable)" : rs_name_text_shorten(arena, text);
}

const char *rs_name_text_of_der(rs_arena *arena, rs_bytes der)
{
    const unsigned char *p = der.p;
    X509_NAME *name = der.n <= LONG_MAX ? d2i_X509_NAME(NULL, &p, (long)der.n) : NULL;
    const char *text = name == NULL ? NULL : rs_name_text_of_x509(arena, name);
    X509_NAME_free(name);
    ERR_clear_error();
    return text;
}

static const char *text_of_address(rs_arena *arena, rs_bytes octets)
{
    rs_ip_address address;
    if (!rs_ip_address_from_octets(octets, &address))
        return NULL;
    char text[RS_IP_TEXT_SIZE];
    rs_ip_address_to_text(&address, text);
    return rs_text_printable(arena, rs_bytes_of_string(text));
}

static const char *whole_text(rs_arena *arena, bool reference, const rs_finding *finding)
{
    const char *text = NULL;
    if (finding->form == RS_FORM_IP && !reference)
        text = text_of_address(arena, finding->name);
    else if (finding->form == RS_FORM_DIRNAME)
        text = rs_name_text_of_der(arena, finding->name);
    else if (finding->form == RS_FORM_OTHERNAME)
        text = rs_oid_text(arena, finding->name);
    return text != NULL ? text : rs_text_printable(arena, finding->name);
}

const char *rs_name_text_of_finding(rs_arena *arena, bool reference, const rs_finding *finding)
{
    return rs_name_text_shorten(arena, whole_text(arena, reference, finding));
}

/* Whether a rule of this host would cover it: a sloppily spelt one it would not. */
static bool can_be_listed(const rs_host_name *host)
{
    uint8_t ascii[RS_IDN_ASCII_MAX];
    size_t length;
    rs_host_name listed;
    if (!host->unicode)
        return true;
    return rs_idn_to_ascii(rs_host_name_bytes(host), ascii, &length) == NULL &&
           rs_idn_to_unicode(rs_bytes_make(ascii, length), &listed) == RS_IDN_FOUND &&
           rs_bytes_equal(rs_host_name_bytes(&listed), rs_host_name_bytes(host));
}

/* Whether a source can have it as it is: what is escaped for a terminal would be another name. */
static bool is_plain_text(rs_arena *arena, rs_bytes text)
{
    return rs_bytes_equal(rs_bytes_of_string(rs_text_printable(arena, text)), text);
}

static const char *hint_for_address(rs_arena *arena, rs_bytes name)
{
    rs_ip_address address;
    if (name.n > 1 && name.p[name.n - 1] == '.')
        name.n--;
    if (!rs_ip_address_from_text_unmapped(name, &address))
        return NULL;
    return rs_text_format(arena, "ip:%s",
                          text_of_address(arena, rs_bytes_make(address.octets, address.length)));
}

/* The mailbox alone, if a list can have it. */
static const char *hint_for_mailbox(rs_arena *arena, rs_bytes mailbox)
{
    uint8_t value[RS_RULE_VALUE_MAX];
    rs_rule rule = {.kind = RS_RULE_SUFFIX, .forms = 1u << RS_FORM_EMAIL};
    rs_diagnostics wrong = {0};
    rs_place place = {.diagnostics = &wrong, .file = "", .line = 1, .column = 1};
    bool good = mailbox.n < RS_RULE_VALUE_MAX && is_plain_text(arena, mailbox) &&
                rs_host_rule_read(&place, mailbox, &rule, value) && rule.kind == RS_RULE_MAILBOX;
    rs_diagnostics_clear(&wrong);
    return good ? rs_text_format(arena, "email:%s", rs_text_printable(arena, mailbox)) : NULL;
}

static const char *hint_for_host(rs_arena *arena, rs_form form, rs_bytes name)
{
    bool any_below = name.n > 1 && name.p[0] == '.'; /* a reference identity of that kind */
    rs_host_part part;
    rs_host_name host;
    rs_reason why;
    if (!rs_host_of_name(form, rs_bytes_skip(name, any_below ? 1 : 0), &part, &host, &why) ||
        !can_be_listed(&host))
        return NULL;
    const char *mailbox = form == RS_FORM_EMAIL ? hint_for_mailbox(arena, name) : NULL;
    if (mailbox != NULL)
        return mailbox;
    const char *dot = (host.wildcard || any_below) && host.length > 0 ? "." : "";
    const char *text = host.length == 0 ? "*" : rs_text_printable(arena, rs_host_name_bytes(&host));
    return rs_text_format(arena, "%s:%s%s", rs_form_word(form), dot, text);
}

/* A DNS name, or a common name that spells one: the address or the host. */
static const char *hint_for_dns(rs_arena *arena, rs_bytes name)
{
    const char *address = hint_for_address(arena, name);
    return address != NULL ? address : hint_for_host(arena, RS_FORM_DNS, name);
}

/*
 * A common name is covered by what it spells, and by itself: the latter also where it is
 * malformed, and for a bare word, which is more often a role than a host.
 */
static const char *hint_for_common_name(rs_arena *arena, const rs_finding *finding)
{
    rs_bytes name = rs_common_name_bare(finding->name);
    const char *hint = NULL;
    if (!is_plain_text(arena, name) || name.n == 0)
        return NULL;
    if (finding->verdict == RS_DENIED && memchr(name.p, '@', name.n) != NULL)
        hint = hint_for_host(arena, RS_FORM_EMAIL, name);
    else if (finding->verdict == RS_DENIED && memchr(name.p, '.', name.n) != NULL)
        hint = hint_for_dns(arena, name);
    else if (finding->verdict == RS_DENIED)
        hint = hint_for_address(arena, name);
    if (hint != NULL)
        return hint;
    return rs_text_format(arena, "cn:%s", rs_text_printable(arena, name));
}

static const char *hint_for_directory_name(rs_arena *arena, rs_bytes der)
{
    rs_bytes rdns;
    const char *text =
        rs_der_only(der, RS_DER_SEQUENCE, &rdns) ? rs_dirname_text(arena, rdns) : NULL;
    return text == NULL ? NULL : rs_text_format(arena, "dirname:%s", text);
}

const char *rs_name_text_hint(rs_arena *arena, bool reference, const rs_finding *finding)
{
    bool is_common_name = finding->form == RS_FORM_CN && finding->verdict == RS_MALFORMED;
    if (finding->reason != RS_REASON_NOT_PERMITTED && !is_common_name)
        return NULL;
    const char *text = whole_text(arena, reference, finding);
    switch (finding->form) {
    case RS_FORM_CN:
        return hint_for_common_name(arena, finding);
    case RS_FORM_DNS:
        return hint_for_dns(arena, finding->name);
    case RS_FORM_IP:
    case RS_FORM_OTHERNAME:
    case RS_FORM_ORGANIZATION:
        return rs_text_format(arena, "%s:%s", rs_form_word(finding->form), text);
    case RS_FORM_DIRNAME:
        return hint_for_directory_name(arena, finding->name);
    default:
        return hint_for_host(arena, finding->form, finding->name);
    }
}
