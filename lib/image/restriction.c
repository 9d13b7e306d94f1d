/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/image/restriction.h"

static bool is_closed(const rs_stanza *stanza)
{
    return (stanza->flags & RS_STANZA_CLOSED) != 0;
}

static bool restricts_hosts(const rs_stanza *stanza, rs_form form)
{
    uint8_t all = stanza->hosts[form].root_rules;
    if (form == RS_FORM_EMAIL && stanza->mailboxes.exclude.count > 0)
        return true;
    return (all & RS_SUFFIX_EXCLUDES) != 0 ||
           (is_closed(stanza) && (all & RS_SUFFIX_PERMIT_BELOW) == 0);
}

static bool restricts_addresses(const rs_stanza *stanza)
{
    if (stanza->ip4.exclude.count > 0 || stanza->ip6.exclude.count > 0)
        return true;
    return is_closed(stanza) &&
           !(rs_range_set_is_all(&stanza->ip4.permit) && rs_range_set_is_all(&stanza->ip6.permit));
}

static bool restricts_common_names(const rs_stanza *stanza)
{
    return stanza->common_names.exclude.count > 0 || (stanza->flags & RS_STANZA_CN_NONE) != 0 ||
           restricts_hosts(stanza, RS_FORM_DNS) || restricts_addresses(stanza) ||
           restricts_hosts(stanza, RS_FORM_EMAIL);
}

static bool restricts_some(const rs_stanza *stanza)
{
    for (unsigned form = 0; form < RS_FORM_EXTENSION; form++)
        if (rs_stanza_restricts(stanza, (rs_form)form))
            return true;
    return false;
}

bool rs_stanza_restricts(const rs_stanza *stanza, rs_form form)
{
    switch (form) {
    case RS_FORM_IP:
        return restricts_addresses(stanza);
    case RS_FORM_CN:
        return restricts_common_names(stanza);
    case RS_FORM_DIRNAME:
        return (stanza->flags & RS_STANZA_DIRNAMES) != 0 ||
               stanza->distinguished_names.exclude.count > 0;
    case RS_FORM_ORGANIZATION:
        return (stanza->flags & RS_STANZA_ORGANIZATIONS) != 0;
    case RS_FORM_OTHERNAME:
        return (stanza->flags & RS_STANZA_OTHERNAMES) != 0 || stanza->other_names.exclude.count > 0;
    case RS_FORM_EXTENSION:
        return restricts_some(stanza);
    default:
        return (unsigned)form >= RS_HOST_FORMS || restricts_hosts(stanza, form);
    }
}
