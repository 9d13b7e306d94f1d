/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/reported_name.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/names/host_part.h"
#include "lib/names/ip_address.h"

#include <stdio.h>

enum { NETWORK4_BITS = 24, NETWORK6_BITS = 48 };

static void set_suffix(rs_reported_violation *reported, rs_bytes suffix)
{
    suffix = rs_utf8_cut(suffix, sizeof reported->suffix);
    reported->suffix_size = (uint8_t)suffix.n;
    for (size_t i = 0; i < suffix.n; i++)
        reported->suffix[i] = (char)rs_ascii_lower(suffix.p[i]);
}

static void set_name(rs_reported_violation *reported, rs_bytes name)
{
    name = rs_utf8_cut(name, sizeof reported->name);
    reported->has_name = true;
    reported->name_size = (uint16_t)name.n;
    if (name.n > 0)
        memcpy(reported->name, name.p, name.n);
}

/* In a certificate an iPAddress is octets; a reference identity and a common name are text. */
static bool read_address(const rs_finding *finding, bool reference, rs_ip_address *address)
{
    if (finding->form == RS_FORM_IP && !reference &&
        rs_ip_address_from_octets(finding->name, address))
        return true;
    rs_bytes text = rs_common_name_bare(finding->name);
    if (text.n > 0 && text.p[text.n - 1] == '.')
        text.n--;
    return rs_ip_address_from_text_unmapped(text, address);
}

static void set_address(rs_reported_violation *reported, const rs_ip_address *address, bool full)
{
    char text[RS_IP_TEXT_SIZE + sizeof "/48"];
    rs_ip_address network = *address;
    unsigned bits = address->length == 4 ? NETWORK4_BITS : NETWORK6_BITS;
    rs_ip_address_to_text(address, text);
    if (full) {
        set_suffix(reported, rs_bytes_of_string(text));
        set_name(reported, rs_bytes_of_string(text));
        return;
    }
    memset(network.octets + bits / 8, 0, address->length - bits / 8);
    rs_ip_address_to_text(&network, text);
    snprintf(text + strlen(text), sizeof "/48", "/%u", bits);
    set_suffix(reported, rs_bytes_of_string(text));
}

/* Reads the host; false if there is none, as in a common name that is a person's. */
static bool read_host(const rs_finding *finding, rs_host_name *host)
{
    rs_host_part part;
    rs_reason why;
    rs_bytes name = finding->name;
    /* A reference identity may stand for every host below. */
    if (finding->form == RS_FORM_DNS && name.n > 1 && name.p[0] == '.')
        name = rs_bytes_skip(name, 1);
    return rs_host_of_name(finding->form, name, &part, host, &why);
}

static rs_bytes last_labels(rs_bytes name, unsigned count)
{
    size_t start = name.n;
    while (start > 0) {
        if (name.p[start - 1] == '.' && --count == 0)
            break;
        start--;
    }
    return rs_bytes_skip(name, start);
}

static void set_host(rs_reported_violation *reported, const rs_stanza *stanza, rs_form form,
                     const rs_host_name *host)
{
    uint8_t labels = stanza->hosts[form == RS_FORM_CN ? RS_FORM_DNS : form].labels;
    set_suffix(reported, last_labels(rs_host_name_bytes(host), labels > 0 ? labels : 1));
}

/* By a `cn:` rule, not as the host that it may spell. */
static bool is_common_name_by_itself(const rs_finding *finding)
{
    return finding->form == RS_FORM_CN && finding->reason == RS_REASON_EXCLUDED &&
           finding->rule.n == 0;
}

void rs_reported_name_set(rs_reported_violation *reported, const rs_stanza *stanza,
                          const rs_finding *finding, bool full)
{
    rs_ip_address address;
    rs_host_name host;
    reported->has_name = false;
    reported->suffix_size = 0;
    reported->name_size = 0;
    if (full)
        set_name(reported, finding->name);
    if (finding->verdict != RS_DENIED)
        return;
    if ((finding->form == RS_FORM_IP || finding->form == RS_FORM_CN ||
         finding->form == RS_FORM_DNS) &&
        read_address(finding, reported->reference, &address))
        set_address(reported, &address, full);
    else if (finding->rule.n > 0)
        set_suffix(reported, finding->rule);
    else if (!is_common_name_by_itself(finding) && read_host(finding, &host))
        set_host(reported, stanza, finding->form, &host);
    else if (full && (finding->form == RS_FORM_CN || finding->form == RS_FORM_ORGANIZATION))
        set_suffix(reported, finding->name);
}
