/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/host_name.h"

#include "lib/base/ascii.h"
#include "lib/names/host_block.h"

enum { FORBIDDEN = 0, BORDER = 1 };

/* What each byte becomes in the form that is compared, or one of the two above. */
static const uint8_t folded[256] = {
    ['-'] = '-', ['.'] = BORDER, ['_'] = '_', ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3',
    ['4'] = '4', ['5'] = '5',    ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9', ['A'] = 'a',
    ['B'] = 'b', ['C'] = 'c',    ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h',
    ['I'] = 'i', ['J'] = 'j',    ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o',
    ['P'] = 'p', ['Q'] = 'q',    ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v',
    ['W'] = 'w', ['X'] = 'x',    ['Y'] = 'y', ['Z'] = 'z', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c',
    ['d'] = 'd', ['e'] = 'e',    ['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j',
    ['k'] = 'k', ['l'] = 'l',    ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q',
    ['r'] = 'r', ['s'] = 's',    ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x',
    ['y'] = 'y', ['z'] = 'z',
};

/* Cold: no name of an accepted chain is malformed. */
__attribute__((cold, noinline)) static bool fail(rs_reason *why, rs_reason reason)
{
    *why = reason;
    return false;
}

static bool label_check(size_t length, rs_reason *why)
{
    if (length == 0)
        return fail(why, RS_REASON_EMPTY_LABEL);
    return length <= RS_LABEL_MAX || fail(why, RS_REASON_LONG_LABEL);
}

static bool forbid(uint8_t c, rs_reason *why)
{
    return fail(why, c == '*' ? RS_REASON_WILDCARD : RS_REASON_BAD_CHARACTER);
}

/* Copies the labels, folded. `to` has room for as many bytes. */
__attribute__((cold, noinline)) static bool labels_read(rs_bytes text, uint8_t *to, rs_reason *why)
{
    size_t start = 0;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = folded[text.p[i]];
        if (c > BORDER) {
            to[i] = c;
            continue;
        }
        if (c == FORBIDDEN)
            return forbid(text.p[i], why);
        if (!label_check(i - start, why))
            return false;
        to[i] = '.';
        start = i + 1;
    }
    return label_check(text.n - start, why);
}

void rs_host_name_find_dots(rs_host_name *host)
{
    host->dots = 0;
    for (size_t i = 0; i < host->length; i++)
        host->dots = host->dots >> 1 | (uint64_t)(host->text[i] == '.') << (RS_HOST_DOTS_MAX - 1);
}

/* Marks of the bytes of a short name. */
typedef struct name_marks {
    uint64_t dots, hosts;
} name_marks;

/* Copies the block at `at` of a name, folded, and marks its bytes. */
static inline void block_read(const uint8_t *text, size_t at, uint8_t *to, name_marks *marks)
{
    rs_host_block_marks block = rs_host_block_fold(text + at, to + at);
    marks->dots |= (uint64_t)block.dots << at;
    marks->hosts |= (uint64_t)block.hosts << at;
}

/*
 * Copies the labels of a name as long as one label may be, folded, a block at a time, and finds
 * their dots. True only if they are good; of others labels_read says more.
 */
static bool labels_read_quickly(rs_bytes text, rs_host_name *host)
{
    name_marks marks = {0, 0};
    if (text.n < RS_HOST_BLOCK) {
        memcpy(host->text, text.p, text.n);
        block_read(host->text, 0, host->text, &marks);
    } else {
        size_t last = text.n - RS_HOST_BLOCK; /* it mostly overlaps the one before */
        for (size_t at = 0; at < last; at += RS_HOST_BLOCK)
            block_read(text.p, at, host->text, &marks);
        block_read(text.p, last, host->text, &marks);
    }
    if (!rs_host_block_are_labels(marks.dots, marks.hosts, text.n))
        return false; /* also if there is none */
    host->dots = marks.dots << (RS_HOST_DOTS_MAX - text.n);
    return true;
}

/* The same of longer names. */
__attribute__((noinline)) static bool long_labels_read_quickly(rs_bytes text, rs_host_name *host)
{
    size_t start = 0; /* of the label */
    host->dots = 0;
    for (size_t at = 0; at < text.n; at += RS_HOST_BLOCK) {
        size_t seen = text.n - at < RS_HOST_BLOCK ? at + RS_HOST_BLOCK - text.n : 0;
        size_t from = at - seen; /* the last block starts within the one before */
        rs_host_block_marks marks = rs_host_block_fold(text.p + from, host->text + from);
        if (marks.hosts != RS_HOST_BLOCK_ALL)
            return false;
        uint32_t dots = marks.dots >> seen;
        host->dots = host->dots >> (RS_HOST_BLOCK - seen) |
                     (uint64_t)dots << (RS_HOST_DOTS_MAX - RS_HOST_BLOCK + seen);
        if (dots == 0)
            continue;
        size_t first = at + (size_t)__builtin_ctz(dots);
        if (first == start || first - start > RS_LABEL_MAX || (dots & dots << 1) != 0)
            return false;
        start = at + 32 - (size_t)__builtin_clz(dots); /* behind the last one */
    }
    return text.n > start && text.n - start <= RS_LABEL_MAX;
}

__attribute__((cold, noinline)) static bool is_number_from_digit(rs_bytes label)
{
    bool hexadecimal = label.n >= 2 && label.p[0] == '0' && rs_ascii_lower(label.p[1]) == 'x';
    for (size_t i = hexadecimal ? 2 : 0; i < label.n; i++)
        if (hexadecimal ? rs_ascii_hex_value(label.p[i]) < 0 : !rs_ascii_is_digit(label.p[i]))
            return false;
    return true;
}

static inline bool label_is_number(rs_bytes label)
{
    return label.n > 0 && rs_ascii_is_digit(label.p[0]) && is_number_from_digit(label);
}

bool rs_host_name_ends_in_number(rs_bytes text)
{
    if (text.n > 0 && text.p[text.n - 1] == '.')
        text.n--;
    size_t start = text.n;
    while (start > 0 && text.p[start - 1] != '.')
        start--;
    return label_is_number(rs_bytes_skip(text, start));
}

/* Takes one trailing dot off and judges what is left by its length. */
static bool trim(rs_bytes *text, rs_reason *why)
{
    if (text->n > 0 && text->p[text->n - 1] == '.')
        text->n--;
    if (text->n == 0)
        return fail(why, RS_REASON_EMPTY_NAME);
    return text->n <= RS_HOST_NAME_MAX || fail(why, RS_REASON_LONG_NAME);
}

bool rs_host_name_read(rs_bytes text, rs_host_name *host, rs_reason *why)
{
    if (RS_UNLIKELY(!trim(&text, why)))
        return false;
    host->unicode = false;
    host->wildcard = text.p[0] == '*' && (text.n == 1 || text.p[1] == '.');
    rs_bytes labels = text;
    if (host->wildcard)
        labels = rs_bytes_skip(text, text.n == 1 ? 1 : 2);
    host->length = (uint8_t)labels.n;
    if (RS_UNLIKELY(text.n == 1 && host->wildcard)) {
        host->dots = 0;
        return true;
    }
    bool read = RS_UNLIKELY(labels.n > RS_LABEL_MAX) ? long_labels_read_quickly(labels, host)
                                                     : labels_read_quickly(labels, host);
    if (RS_UNLIKELY(!read)) {
        if (!labels_read(labels, host->text, why))
            return false;
        rs_host_name_find_dots(host);
    }
    size_t last = rs_host_name_label(host, labels.n);
    return !label_is_number(rs_bytes_skip(labels, last)) || fail(why, RS_REASON_ADDRESS_TEXT);
}

static bool is_a_label(rs_bytes label)
{
    return label.n >= 4 && memcmp(label.p, "xn--", 4) == 0;
}

bool rs_host_name_read_utf8(rs_bytes text, rs_host_name *host, rs_reason *why)
{
    if (rs_bytes_are_ascii(text))
        return rs_host_name_read(text, host, why);
    if (!trim(&text, why))
        return false;
    size_t start = 0;
    for (size_t i = 0; i <= text.n; i++) {
        uint8_t byte = i < text.n ? text.p[i] : '.';
        uint8_t c = byte < 0x80 ? folded[byte] : byte;
        if (c == FORBIDDEN)
            return forbid(byte, why);
        if (c == BORDER) {
            if (!label_check(i - start, why))
                return false;
            if (is_a_label(rs_bytes_make(host->text + start, i - start)))
                return fail(why, RS_REASON_BAD_CHARACTER);
            start = i + 1;
        }
        if (i < text.n)
            host->text[i] = c == BORDER ? '.' : c;
    }
    host->length = (uint8_t)text.n;
    host->wildcard = false;
    host->unicode = true;
    rs_host_name_find_dots(host);
    return true;
}
