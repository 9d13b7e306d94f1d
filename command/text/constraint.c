/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/constraint.h"

#include "command/base/text.h"
#include "command/text/dirname.h"
#include "command/text/name.h"
#include "command/text/oid.h"
#include "lib/names/der.h"
#include "lib/names/ip_address.h"
#include "lib/names/other_name_type.h"

static rs_constraint_text refuse(const char *why)
{
    return (rs_constraint_text){.form = RS_FORM_EXTENSION, .why = why};
}

/* Visible ASCII: what an IA5String of a host or mailbox has, and no line of a source minds. */
static bool is_visible(rs_bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] <= ' ' || text.p[i] >= 0x7f)
            return false;
    return true;
}

static rs_constraint_text text_of_host(rs_arena *arena, rs_form form, rs_bytes value)
{
    if (!is_visible(value))
        return refuse("it has characters that no host name has");
    if (value.n == 0)
        return refuse("it is empty, which nobody has said the meaning of");
    if (value.n == 1 && value.p[0] == '*')
        return refuse("it is not a name; an empty dNSName means every name");
    return (rs_constraint_text){.form = form,
                                .rule = rs_text_format(arena, "%s:%.*s", rs_form_word(form),
                                                       (int)value.n, (const char *)value.p)};
}

static rs_constraint_text text_of_dns(rs_arena *arena, rs_bytes value)
{
    if (value.n == 0)
        return (rs_constraint_text){.form = RS_FORM_DNS, .rule = "dns:*", .everything = true};
    return text_of_host(arena, RS_FORM_DNS, value);
}

/* How many bits a mask has from the left; -1 if others follow. */
static int prefix_of_mask(rs_bytes mask)
{
    int bits = 0;
    bool ended = false;
    for (size_t i = 0; i < 8 * mask.n; i++) {
        bool bit = (mask.p[i / 8] >> (7 - i % 8) & 1) != 0;
        if (bit && ended)
            return -1;
        ended = !bit;
        bits += bit;
    }
    return bits;
}

static rs_constraint_text text_of_ip(rs_arena *arena, rs_bytes value)
{
    size_t width = value.n / 2;
    if (value.n != 8 && value.n != 32)
        return refuse("it is not an address with a mask (8 or 32 octets)");
    int prefix = prefix_of_mask(rs_bytes_skip(value, width));
    if (prefix < 0)
        return refuse("its mask is not a prefix");
    rs_ip_address first = {.length = (uint8_t)width};
    for (size_t i = 0; i < width; i++)
        first.octets[i] = value.p[i] & value.p[width + i];
    char text[RS_IP_TEXT_SIZE];
    rs_ip_address_to_text(&first, text);
    return (rs_constraint_text){.form = RS_FORM_IP,
                                .rule = rs_text_format(arena, "ip:%s/%d", text, prefix)};
}

static rs_constraint_text text_of_directory_name(rs_arena *arena, rs_bytes name)
{
    rs_bytes rdns;
    bool decodes = rs_der_only(name, RS_DER_SEQUENCE, &rdns);
    const char *text = decodes ? rs_dirname_text(arena, rdns) : NULL;
    if (text == NULL)
        return refuse("it does not decode");
    if (text[0] == '\0')
        return (rs_constraint_text){.form = RS_FORM_DIRNAME,
                                    .why = "it is empty, hence every name, and no rule says so",
                                    .everything = true};
    return (rs_constraint_text){.form = RS_FORM_DIRNAME,
                                .rule = rs_text_format(arena, "dirname:%s", text)};
}

/* RFC 4985 allows a service, a domain, or both: a list knows domains. */
static rs_constraint_text text_of_other_name(rs_arena *arena, const rs_general_name *name)
{
    rs_bytes text;
    const rs_other_name_type *type = rs_other_name_type_of(name->type_id);
    if (type == NULL || rs_other_name_form(type) != RS_FORM_SRV)
        return refuse("no standard says what a constraint of this type means");
    if (!rs_other_name_text(type, name->value, &text))
        return refuse("its value is not an IA5String");
    if (text.n > 0 && text.p[0] == '_')
        return refuse("it names a service, and a list only domains");
    if (text.n > 0 && text.p[0] == '.')
        return refuse("it starts with a dot");
    return text_of_host(arena, RS_FORM_SRV, text);
}

rs_constraint_text rs_constraint_text_of(rs_arena *arena, const rs_constraint *constraint)
{
    const rs_general_name *base = &constraint->base;
    if (constraint->has_distance)
        return refuse("it has a minimum or a maximum");
    switch (base->type) {
    case RS_GENERAL_NAME_DNS:
        return text_of_dns(arena, base->value);
    case RS_GENERAL_NAME_EMAIL:
        return text_of_host(arena, RS_FORM_EMAIL, base->value);
    case RS_GENERAL_NAME_URI:
        return text_of_host(arena, RS_FORM_URI, base->value);
    case RS_GENERAL_NAME_IP:
        return text_of_ip(arena, base->value);
    case RS_GENERAL_NAME_DIRECTORY:
        return text_of_directory_name(arena, base->value);
    case RS_GENERAL_NAME_OTHER:
        return text_of_other_name(arena, base);
    case RS_GENERAL_NAME_X400:
    case RS_GENERAL_NAME_EDI_PARTY:
    case RS_GENERAL_NAME_REGISTERED_ID:
        break;
    }
    return refuse("a list has no rules for names of this form");
}

/* What there is to see of a base. */
static const char *describe_base(rs_arena *arena, const rs_general_name *base)
{
    const char *text = NULL;
    switch (base->type) {
    case RS_GENERAL_NAME_IP:
        return rs_text_format(arena, "%zu octets", base->value.n);
    case RS_GENERAL_NAME_DIRECTORY:
        text = rs_name_text_of_der(arena, base->value);
        break;
    case RS_GENERAL_NAME_OTHER:
        text = rs_oid_text(arena, base->type_id);
        break;
    case RS_GENERAL_NAME_REGISTERED_ID:
        text = rs_oid_text(arena, base->value);
        break;
    default:
        break;
    }
    if (text == NULL)
        text = rs_text_printable(arena, base->value);
    return rs_text_label(arena, rs_name_text_shorten(arena, text));
}

const char *rs_constraint_text_describe(rs_arena *arena, const rs_constraint *constraint)
{
    static const char *const words[] = {
        [RS_GENERAL_NAME_OTHER] = "otherName",
        [RS_GENERAL_NAME_EMAIL] = "rfc822Name",
        [RS_GENERAL_NAME_DNS] = "dNSName",
        [RS_GENERAL_NAME_X400] = "x400Address",
        [RS_GENERAL_NAME_DIRECTORY] = "directoryName",
        [RS_GENERAL_NAME_EDI_PARTY] = "ediPartyName",
        [RS_GENERAL_NAME_URI] = "uniformResourceIdentifier",
        [RS_GENERAL_NAME_IP] = "iPAddress",
        [RS_GENERAL_NAME_REGISTERED_ID] = "registeredID",
    };
    return rs_text_format(arena, "%s %s %s", constraint->excluded ? "excluded" : "permitted",
                          words[constraint->base.type], describe_base(arena, &constraint->base));
}
