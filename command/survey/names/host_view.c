/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/names/host_view.h"

bool rs_host_view_are_long_labels(rs_bytes text, size_t n, uint64_t *dots)
{
    size_t label = 0; /* bytes of the last one so far */
    size_t size = (n - 1) % RS_HOST_VIEW_WORD + 1;
    for (; n > 0; text = rs_bytes_skip(text, size), n -= size, size = RS_HOST_VIEW_WORD) {
        uint64_t all = UINT64_MAX >> (RS_HOST_VIEW_WORD - size);
        rs_host_view_marks marks = rs_host_view_mark(text, size);
        marks.dots &= all;
        *dots = marks.dots << (RS_HOST_VIEW_WORD - size);
        if ((marks.hosts & all) != all || (marks.dots & marks.dots << 1) != 0)
            return false;
        if (marks.dots == 0) {
            label += size;
            continue;
        }
        label += (size_t)__builtin_ctzll(marks.dots);
        if (label == 0 || label > RS_LABEL_MAX)
            return false;
        label = (size_t)__builtin_clzll(*dots);
    }
    return label > 0 && label <= RS_LABEL_MAX;
}
