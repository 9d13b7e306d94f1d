/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public suffixes of millions of names. libpsl knows the rules of the public suffix list, but is
 * slower than all else that is done with a name. So it is asked once for each end of a name that
 * the rules tell apart, and its answer is kept: which ends those are, the list itself shows.
 */
#ifndef RS_SURVEY_SUFFIXES_H
#define RS_SURVEY_SUFFIXES_H

#include "command/survey/names/host_view.h"

typedef struct rs_suffixes rs_suffixes;

/* Lengths of a host name's ends in bytes. */
typedef struct rs_suffix_ends {
    uint8_t domain; /* the registrable domain; the suffix itself if the name is no longer */
    uint8_t suffix; /* the public suffix; 0: it has none */
    uint8_t tld;    /* the last label */
    /* A name that ends in a dot and so many bytes has this domain, too; 0: nothing is known. */
    uint8_t closed;
} rs_suffix_ends;

/*
 * Reads a public suffix list (its text, in UTF-8); NULL: the one of the system or, where there is
 * none, what libpsl has built in. Then every name is asked for, which is slower. Its memory is
 * bounded by the list's. NULL: the file cannot be read, or there is no memory.
 */
rs_suffixes *rs_suffixes_new(const char *path);
void rs_suffixes_free(rs_suffixes *suffixes);

/*
 * The ends of a name in A-labels that has one label or more. A top-level domain that no rule names
 * is not a suffix. Thread-safe.
 */
rs_suffix_ends rs_suffixes_find(rs_suffixes *suffixes, const rs_host_view *host);

#endif
