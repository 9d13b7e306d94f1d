/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/in_force.h"

#include "command/report/told_root.h"
#include "lib/chain/name_check.h"
#include "lib/names/ip_address.h"

#include <stdio.h>

/* The index of the stanza that holds for a root; RS_NO_STANZA: none. */
static uint32_t stanza_of(const rs_image *image, rs_bytes name)
{
    rs_root_kind kind;
    uint8_t sha256[RS_SHA256_SIZE];
    uint32_t index;
    bool is_listed =
        rs_told_root_read(name, &kind, sha256) && rs_image_find_root(image, kind, sha256, &index);
    return is_listed ? rs_image_root(image, index).stanza : image->default_stanza;
}

/* A name made of a suffix. */
static bool permits(const rs_stanza *stanza, rs_form form, const char *before, rs_bytes suffix)
{
    char name[RS_TELEMETRY_TEXT_MAX + 8];
    int n = snprintf(name, sizeof name, "%s%.*s", before, (int)suffix.n, (const char *)suffix.p);
    return rs_check_host_bearing(stanza, form, rs_bytes_make(name, (size_t)n)).verdict ==
           RS_PERMITTED;
}

static bool is_form(const rs_totals_row *row, rs_form form)
{
    return rs_bytes_equal(row->form, rs_bytes_of_string(rs_form_word(form)));
}

bool rs_report_is_permitted_now(const rs_report *report, const rs_totals_root *root,
                                const rs_totals_row *row)
{
    rs_stanza stanza;
    rs_ip_address address;
    if (report->in_force == NULL || row->suffix.n == 0)
        return false;
    uint32_t index = stanza_of(report->in_force, root->name);
    if (index == RS_NO_STANZA)
        return true;
    rs_image_stanza(report->in_force, index, &stanza);
    if (rs_ip_address_from_text_unmapped(row->suffix, &address))
        return rs_check_ip(&stanza, rs_bytes_make(address.octets, address.length)).verdict ==
               RS_PERMITTED;
    if (is_form(row, RS_FORM_DNS) || is_form(row, RS_FORM_CN))
        return permits(&stanza, RS_FORM_DNS, "", row->suffix) &&
               permits(&stanza, RS_FORM_DNS, "x.", row->suffix);
    return is_form(row, RS_FORM_EMAIL) && permits(&stanza, RS_FORM_EMAIL, "x@", row->suffix) &&
           permits(&stanza, RS_FORM_EMAIL, "x@x.", row->suffix);
}

static bool are_all_permitted(const rs_report *report, const rs_totals_root *root)
{
    bool all = root->first_row != RS_TOTALS_END && root->others.verified == 0;
    for (uint32_t i = root->first_row; i != RS_TOTALS_END && all;
         i = report->totals->rows[i].next) {
        const rs_totals_row *row = &report->totals->rows[i];
        all = row->count.verified == 0 || rs_report_is_permitted_now(report, root, row);
    }
    return all && root->count.verified > 0;
}

rs_readiness rs_report_readiness_of(const rs_report *report, const rs_totals_root *root)
{
    rs_readiness told = rs_readiness_of(root, report->min_checks);
    if (told != RS_READINESS_VIOLATIONS || !are_all_permitted(report, root))
        return told;
    return root->checked < report->min_checks ? RS_READINESS_TOO_FEW_CHECKS : RS_READINESS_READY;
}
