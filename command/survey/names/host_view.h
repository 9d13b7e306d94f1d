/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host name where it stands. Nearly all dNSNames are spelt in the one form in which names are
 * compared, and are taken without a copy.
 */
#ifndef RS_SURVEY_HOST_VIEW_H
#define RS_SURVEY_HOST_VIEW_H

#include "lib/names/host_block.h"
#include "lib/names/host_name.h"

enum {
    RS_HOST_VIEW_LEAST = 8, /* bytes that can be read of the shortest text */
    RS_HOST_VIEW_WORD = 64, /* bytes whose marks are in one word */
};

typedef struct rs_host_view {
    rs_bytes text; /* as of rs_host_name; RS_HOST_VIEW_LEAST bytes can be read, however short */
    uint64_t dots; /* as of rs_host_name */
} rs_host_view;

/* A name that was read. The view lives as long. */
static inline rs_host_view rs_host_view_of(const rs_host_name *host)
{
    return (rs_host_view){rs_host_name_bytes(host), host->dots};
}

/* The start of the label whose end is at `end`; the dot before it is at one less. */
static inline size_t rs_host_view_label(const rs_host_view *host, size_t end)
{
    return rs_host_label(host->text, host->dots, end);
}

/* Marks of up to RS_HOST_VIEW_WORD bytes, the lowest bit for the first. */
typedef struct rs_host_view_marks {
    uint64_t dots, hosts;
} rs_host_view_marks;

/* Of the first `n` bytes, and of some more, of a text of RS_HOST_VIEW_LEAST bytes or more. */
static inline rs_host_view_marks rs_host_view_mark(rs_bytes text, size_t n)
{
    enum { HALF = RS_HOST_BLOCK / 2 };
    rs_host_view_marks all = {0, 0};
    if (text.n < RS_HOST_BLOCK) { /* its halves mostly overlap */
        size_t last = text.n - HALF;
        rs_host_block_marks marks = rs_host_block_mark_halves(text.p, text.p + last);
        all.dots = (marks.dots & 0xff) | (uint64_t)(marks.dots >> HALF) << last;
        all.hosts = (marks.hosts & 0xff) | (uint64_t)(marks.hosts >> HALF) << last;
        return all;
    }
    for (size_t at = 0; at < n; at += RS_HOST_BLOCK) {
        size_t from = at + RS_HOST_BLOCK <= text.n ? at : text.n - RS_HOST_BLOCK;
        rs_host_block_marks marks = rs_host_block_mark(text.p + from);
        all.dots |= (uint64_t)marks.dots << from;
        all.hosts |= (uint64_t)marks.hosts << from;
    }
    return all;
}

/* rs_host_view_are_labels for other lengths than those of one label, a word at a time. */
bool rs_host_view_are_long_labels(rs_bytes text, size_t n, uint64_t *dots);

/*
 * Whether the first `n` bytes of a text of RS_HOST_VIEW_LEAST bytes or more are labels in lower
 * case, with dots between them. `*dots` becomes those of the last ones, as rs_host_name has them.
 */
static inline bool rs_host_view_are_labels(rs_bytes text, size_t n, uint64_t *dots)
{
    if (n == 0 || n > RS_LABEL_MAX)
        return rs_host_view_are_long_labels(text, n, dots);
    rs_host_view_marks marks = rs_host_view_mark(text, n);
    *dots = marks.dots << (RS_HOST_DOTS_MAX - n);
    return rs_host_block_are_labels(marks.dots, marks.hosts, n);
}

/*
 * Reads a host name in one go if it is what nearly all are: RS_HOST_VIEW_LEAST bytes or more, in
 * lower case, with no dot at its end. False: it may be any other, or malformed, or an address.
 */
static inline bool rs_host_view_read(rs_bytes text, rs_host_view *host)
{
    if (text.n > RS_HOST_NAME_MAX)
        return false;
    if (text.n > 2 && text.p[0] == '*' && text.p[1] == '.')
        text = rs_bytes_skip(text, 2);
    host->text = text;
    return text.n >= RS_HOST_VIEW_LEAST && rs_host_view_are_labels(text, text.n, &host->dots) &&
           !rs_ascii_is_digit(text.p[rs_host_view_label(host, text.n)]);
}

#endif
