/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS host names as certificates and lists spell them (RFC 1123, RFC 6125).
 */
#ifndef RS_HOST_NAME_H
#define RS_HOST_NAME_H

#include "lib/base/likely.h"
#include "lib/names/verdict.h"

#define RS_HOST_NAME_MAX  253
#define RS_HOST_NAME_ROOM 256 /* whole blocks (host_block.h) */
#define RS_HOST_DOTS_MAX  64
#define RS_LABEL_MAX      63

/* A host name in the one form in which names and rules are compared. */
typedef struct rs_host_name {
    uint8_t text[RS_HOST_NAME_ROOM]; /* lower case, no trailing dot, no leading `*.` */
    uint64_t dots;                   /* the dots of its last RS_HOST_DOTS_MAX bytes; see below */
    uint8_t length;                  /* 0 only for the wildcard `*` */
    bool wildcard;                   /* it stood for every name one label below */
    bool unicode;                    /* some label of it is not ASCII */
} rs_host_name;

/*
 * Reads a host name: ASCII letters folded, one trailing dot stripped, a whole first label `*`
 * taken as a wildcard.
 *
 * Returns false, and sets `*why`, if it is malformed: RS_REASON_EMPTY_NAME, _EMPTY_LABEL,
 * _LONG_LABEL, _LONG_NAME, _BAD_CHARACTER, _WILDCARD, or _ADDRESS_TEXT if it ends in a number.
 * `*host` is then unset. Of several reasons the total length comes first, then whatever is furthest
 * left; a label's length is judged at its end.
 */
bool rs_host_name_read(rs_bytes text, rs_host_name *host, rs_reason *why);

/*
 * Is the last label a number, decimal or hexadecimal with 0x? Such a text is an IPv4 address, in
 * one of the spellings that inet_aton(3) reads, or nothing at all: no top-level domain is a number.
 */
bool rs_host_name_ends_in_number(rs_bytes text);

/*
 * The same as rs_host_name_read of a text whose labels may be UTF-8, which the caller has checked:
 * that of a SmtpUTF8Mailbox. A name that is not ASCII is not a wildcard, and all of its
 * internationalised labels are U-labels: `xn--` in it is RS_REASON_BAD_CHARACTER, for a name spelt
 * in two ways at once would have more spellings than a list can hold.
 *
 * Whether a label is a proper U-label (normalised, in lower case) is not looked at: it takes
 * tables that the module does not have. rs_suffix_set_match says what follows from that.
 */
bool rs_host_name_read_utf8(rs_bytes text, rs_host_name *host, rs_reason *why);

/*
 * Sets `dots` by the text and its length, for who has made a name otherwise. The highest bit stands
 * for the last byte: names are read from there.
 */
void rs_host_name_find_dots(rs_host_name *host);

/* The rest of rs_host_label: of a label that starts before the dots that are marked. */
static inline size_t rs_host_far_label(rs_bytes text, size_t end)
{
    size_t start = end;
    while (start > 0 && text.p[start - 1] != '.')
        start--;
    return start;
}

/* rs_host_name_label of a text and the dots of its last bytes. */
static inline size_t rs_host_label(rs_bytes text, uint64_t dots, size_t end)
{
    size_t behind = text.n - end;
    uint64_t before = behind < RS_HOST_DOTS_MAX ? dots << behind : 0;
    if (RS_LIKELY(before != 0))
        return end - (size_t)__builtin_clzll(before);
    return RS_LIKELY(text.n <= RS_HOST_DOTS_MAX) ? 0 : rs_host_far_label(text, end);
}

/* The bytes to compare, without the wildcard. */
static inline rs_bytes rs_host_name_bytes(const rs_host_name *host)
{
    return rs_bytes_make(host->text, host->length);
}

/* The start of the label whose end is at `end`; the dot before it is at one less. */
static inline size_t rs_host_name_label(const rs_host_name *host, size_t end)
{
    return rs_host_label(rs_host_name_bytes(host), host->dots, end);
}

#endif
