/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/phrases.h"

#include "command/base/text.h"
#include "command/report/in_force.h"
#include "lib/base/utc.h"

#include <stdlib.h>

enum { TEXT_SHOWN = 128 }; /* bytes of a label, a name, a problem */

const char *rs_report_text(rs_arena *arena, rs_bytes text)
{
    return rs_text_excerpt(arena, text, TEXT_SHOWN);
}

const char *rs_report_time(rs_arena *arena, int64_t time)
{
    char text[RS_UTC_TEXT_SIZE];
    rs_utc_text(time, text);
    return rs_text_format(arena, "%s", text);
}

/* "spki-sha256:" or "cert-sha256:", a whole hash, and so many digits of it that are shown. */
enum { PREFIX = 12, DIGITS = 16, WHOLE = PREFIX + 64 };

static bool is_hash(rs_bytes name)
{
    return name.n == WHOLE && (memcmp(name.p, "spki-sha256:", PREFIX) == 0 ||
                               memcmp(name.p, "cert-sha256:", PREFIX) == 0);
}

const char *rs_report_root_id(rs_arena *arena, rs_bytes name)
{
    return is_hash(name) ? rs_text_excerpt(arena, name, PREFIX + DIGITS)
                         : rs_report_text(arena, name);
}

const char *rs_report_root_word(rs_arena *arena, rs_bytes name)
{
    rs_bytes word = is_hash(name) ? rs_bytes_make(name.p + PREFIX, DIGITS) : name;
    return rs_text_shell(arena, rs_text_printable(arena, word));
}

/* Words for chains without a listed root; NULL for a root. */
static const char *rootless(rs_bytes name)
{
    if (rs_bytes_equal(name, rs_bytes_of_string("default")))
        return "Roots that are not listed (default)";
    if (rs_bytes_equal(name, rs_bytes_of_string("none")))
        return "Chains that cannot be judged (none)";
    return NULL;
}

const char *rs_report_root_label(rs_arena *arena, const rs_totals_root *root)
{
    const char *title = rootless(root->name);
    if (title == NULL && root->label.n > 0)
        title = rs_report_text(arena, root->label);
    return title != NULL ? title : rs_report_root_id(arena, root->name);
}

const char *rs_report_root_title(rs_arena *arena, const rs_totals_root *root)
{
    const char *label = rs_report_root_label(arena, root);
    if (root->label.n == 0 || rootless(root->name) != NULL)
        return label;
    return rs_text_format(arena, "%s  %s", label, rs_report_root_id(arena, root->name));
}

const char *rs_report_rate(rs_arena *arena, const rs_totals_root *root)
{
    if (root->checked == 0)
        return NULL;
    double percent = 100 * (double)root->violated / (double)root->checked;
    if (percent > 0 && percent < 0.01)
        return "under 0.01 %";
    return rs_text_format(arena, "%.2f %%", percent);
}

const char *rs_report_readiness(rs_arena *arena, const rs_report *report,
                                const rs_totals_root *root)
{
    uint64_t n;
    switch (rs_report_readiness_of(report, root)) {
    case RS_READINESS_READY:
        return "ready for mode enforce";
    case RS_READINESS_ENFORCED:
        return "already enforced";
    case RS_READINESS_VIOLATIONS:
        n = rs_totals_violated(root);
        return rs_text_format(arena, "not ready: %s chain%s would be refused",
                              rs_text_number(arena, n), n == 1 ? "" : "s");
    case RS_READINESS_TOO_FEW_CHECKS:
        n = root->checked;
        return rs_text_format(arena, "not ready: only %s check%s of the %s that are required",
                              rs_text_number(arena, n), n == 1 ? "" : "s",
                              rs_text_number(arena, report->min_checks));
    case RS_READINESS_NOT_APPLICABLE:
        break;
    }
    return NULL;
}

const char rs_report_overridden[] =
    "overridden: by the application's callback; it may still have refused the chain";

const char *rs_report_verdicts(rs_arena *arena, const rs_totals_violations *count)
{
    const char *text = "";
    const struct {
        uint64_t chains;
        const char *what;
    } parts[] = {{count->denied, "denied"},
                 {count->overridden, "overridden"},
                 {count->would_deny, "would be denied"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].chains > 0)
            text = rs_text_format(arena, "%s%s%s %s", text, text[0] == '\0' ? "" : ", ",
                                  rs_text_number(arena, parts[i].chains), parts[i].what);
    return text;
}

const char *rs_report_suffix(rs_arena *arena, const rs_totals_row *row)
{
    return row->suffix.n == 0 ? "(no suffix)" : rs_report_text(arena, row->suffix);
}

uint64_t rs_report_chains(const rs_totals_violations *count, bool verified)
{
    return verified ? count->verified : count->unverified;
}

/* Most first, then by suffix. */
static int by_unverified(const void *a, const void *b)
{
    const rs_totals_row *one = *(const rs_totals_row *const *)a;
    const rs_totals_row *two = *(const rs_totals_row *const *)b;
    uint64_t m = one->count.unverified, n = two->count.unverified;
    return m != n ? (m < n) - (m > n) : rs_bytes_compare(one->suffix, two->suffix);
}

const rs_totals_row **rs_report_rows(const rs_report *report, const rs_totals_root *root,
                                     bool verified, size_t *count)
{
    const rs_totals_row **rows = rs_totals_sorted_rows(report->totals, root);
    *count = 0;
    for (size_t i = 0; i < root->row_count; i++)
        if (rs_report_chains(&rows[i]->count, verified) > 0)
            rows[(*count)++] = rows[i];
    if (!verified)
        qsort(rows, *count, sizeof *rows, by_unverified);
    return rows;
}
