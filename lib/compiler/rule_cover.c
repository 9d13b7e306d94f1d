/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/rule_cover.h"

static bool is_at_or_below(rs_bytes name, rs_bytes suffix)
{
    if (suffix.n == 0 || rs_bytes_equal(name, suffix))
        return true;
    return name.n > suffix.n && rs_bytes_equal(rs_bytes_tail(name, suffix.n), suffix) &&
           name.p[name.n - suffix.n - 1] == '.';
}

static bool is_range_within(rs_bytes inner, rs_bytes outer)
{
    size_t n = outer.n / 2;
    return inner.n == outer.n && memcmp(outer.p, inner.p, n) <= 0 &&
           memcmp(inner.p + n, outer.p + n, n) <= 0;
}

static bool suffix_covers(const rs_rule *wide, const rs_rule *narrow)
{
    if ((narrow->forms & ~wide->forms) != 0)
        return false;
    bool is_same = rs_bytes_equal(narrow->value, wide->value);
    bool is_under = wide->below && is_at_or_below(narrow->value, wide->value);
    bool has_self = is_same ? wide->self : is_under;
    return (!narrow->self || has_self || wide->value.n == 0) && (!narrow->below || is_under);
}

bool rs_rule_covers(const rs_rule *wide, const rs_rule *narrow)
{
    if (wide->kind != narrow->kind)
        return false;
    switch (narrow->kind) {
    case RS_RULE_SUFFIX:
        return suffix_covers(wide, narrow);
    case RS_RULE_IP:
        return is_range_within(narrow->value, wide->value);
    default:
        return rs_bytes_equal(wide->value, narrow->value);
    }
}
