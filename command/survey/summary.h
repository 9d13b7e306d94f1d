/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a store says of its roots and top-level domains in a few numbers.
 */
#ifndef RS_SURVEY_SUMMARY_H
#define RS_SURVEY_SUMMARY_H

#include "command/survey/tally/suffix_tally.h"

/* "fewer than 11 top-level domains": the number by which published surveys group roots. */
enum { RS_SURVEY_FEW_TLDS = 11 };

/* A root, or a top-level domain. Texts are fit for a terminal, whoever wrote the store. */
typedef struct rs_summary_line {
    const char *name, *label; /* a key's SHA-256 in hexadecimal and what it is called; a domain */
    int64_t others;           /* how many of the other kind belong to it */
    int64_t certificates;     /* of a root */
    bool has_com;
} rs_summary_line;

typedef struct rs_summary_lines {
    rs_summary_line *all; /* those with most of the other kind first */
    size_t count;
} rs_summary_lines;

typedef struct rs_summary {
    rs_summary_lines roots, tlds;
    size_t few, never_com; /* roots */
    int64_t certificates, domains;
    int64_t without_root; /* certificates that reach none of the roots */
    rs_arena arena;
} rs_summary;

/* False after a message; rs_summary_clear is for both. */
bool rs_summary_read(rs_survey_store *store, rs_summary *summary);
void rs_summary_clear(rs_summary *summary);

/* How many of the other kind the one in the middle has. */
int64_t rs_summary_median(const rs_summary_lines *lines);

/* For people, on standard output. */
void rs_summary_text(rs_summary *summary);

/* For programs, as rootscope-survey(1) documents it. */
void rs_summary_json(const rs_summary *summary);

#endif
