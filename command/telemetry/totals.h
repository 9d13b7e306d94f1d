/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sums of many lines of telemetry: by root, by violation, by program, and problems.
 *
 * Memory is bounded whatever the lines contain: each table has a limit, and what does not fit is
 * summed as "others". A sum that would exceed INT64_MAX stays there. Everything is owned by the
 * totals and lives until rs_totals_clear; arrays move when a line is added, so take
 * pointers into them after the last line. Without memory, the functions exit, as rs_message_need
 * does.
 *
 * Texts are as in the lines: hostile, see command/telemetry/line.h.
 */
#ifndef RS_TOTALS_H
#define RS_TOTALS_H

#include "command/telemetry/line.h"
#include "command/telemetry/texts.h"
#include "command/telemetry/timeline.h"
#include "command/telemetry/writers.h"

enum {
    RS_TOTALS_ROOTS_MAX = 4096,
    RS_TOTALS_ROWS_MAX = 65536,
    /* Of these, how many that were first seen with signatures that do not hold: forged chains
     * must not crowd out real ones. */
    RS_TOTALS_UNVERIFIED_ROWS_MAX = 16384,
    RS_TOTALS_PROGRAMS_MAX = 16384,    /* of all roots together */
    RS_TOTALS_ROOT_PROGRAMS_MAX = 256, /* of one root */
    RS_TOTALS_PROBLEMS_MAX = 1024,
    RS_TOTALS_WORDS = 3, /* of a key */
};

#define RS_TOTALS_END UINT32_MAX /* ends a list of indices */

/* Times of events, seconds since 1970 UTC. */
typedef struct rs_totals_span {
    int64_t first, last;
} rs_totals_span;

/*
 * Violations: chains, each once for each form, suffix and reason that it violates. `verified` have
 * signatures that hold, and are the sum of the next three.
 */
typedef struct rs_totals_violations {
    uint64_t verified;
    uint64_t denied, overridden, would_deny;
    uint64_t unverified; /* the signatures do not hold, or that cannot be told */
} rs_totals_violations;

/* What an element of a table is told apart by: a root, and the numbers of texts. */
typedef struct rs_totals_key {
    uint32_t root; /* index in roots; RS_TOTALS_END for problems */
    uint32_t words[RS_TOTALS_WORDS];
} rs_totals_key;

/* How the elements of a table are found. */
typedef struct rs_totals_index {
    rs_texts words[RS_TOTALS_WORDS]; /* of keys, a column each */
    rs_hash_index table;
} rs_totals_index;

/* The violations of one root by one suffix, form and reason. */
typedef struct rs_totals_row {
    /* What each line is compared with and changes: together in the cache. */
    rs_totals_key key;
    rs_totals_violations count;
    rs_totals_span seen;
    rs_writers writers;            /* of violations with signatures that hold */
    uint32_t next;                 /* index in rows of the root's next one, or RS_TOTALS_END */
    rs_bytes name;                 /* an example; empty if no line had one */
    rs_bytes suffix, form, reason; /* the suffix may be empty */
} rs_totals_row;

/* One program's chains of one root. */
typedef struct rs_totals_program {
    rs_totals_key key;
    uint64_t checked;  /* by checks lines; 0 where only violations were reported */
    uint64_t violated; /* of these */
    uint64_t told;     /* by violation lines, signatures holding; see rs_totals_violations */
    rs_bytes name;
    uint32_t next; /* index in programs of the root's next one, or RS_TOTALS_END */
} rs_totals_program;

typedef struct rs_totals_root {
    rs_bytes name;  /* "spki-sha256:…", "cert-sha256:…", "default" or "none" */
    rs_bytes label; /* of the latest line; may be empty */
    rs_mode mode;   /* of the latest line: RS_MODE_ENFORCE or RS_MODE_TEST */

    /* The sums of checks lines. All 0 where only violations are reported (syslog, enforced). */
    uint64_t checked, permitted, violated, unverified;

    rs_totals_violations count;  /* the sum of violation lines, those without a row included */
    rs_totals_violations others; /* of these, those that did not fit into rows */
    uint64_t most_verified;      /* in one row or line: so many different chains, at least */
    rs_totals_span seen;
    rs_timeline timeline; /* of violations with signatures that hold, by violation lines */

    uint32_t first_row, row_count;         /* in rows; unsorted */
    uint32_t first_program, program_count; /* in programs; unsorted */
    uint64_t other_programs;               /* lines of programs that did not fit */
} rs_totals_root;

/* A problem that a process had: a list or settings it refused, and the like. */
typedef struct rs_totals_problem {
    rs_totals_key key;
    rs_bytes kind;        /* "list-refused", "settings-refused", "unguarded", "no-policy" or new */
    rs_bytes text;        /* what is wrong */
    rs_bytes path;        /* of the list or object concerned; may be empty */
    rs_bytes consequence; /* of the first such line; may be empty */
    rs_bytes program;     /* of the first such line */
    uint64_t count;       /* lines */
    rs_totals_span seen;
} rs_totals_problem;

/* All zero is empty. */
typedef struct rs_totals {
    rs_totals_root *roots; /* in order of appearance */
    rs_totals_row *rows;
    rs_totals_program *programs;
    rs_totals_problem *problems;
    size_t root_count, row_count, program_count, problem_count;
    size_t unverified_row_count; /* rows that were first seen unverified */

    /* What did not fit. */
    rs_totals_violations other_roots; /* violations of roots beyond the limit */
    uint64_t other_root_lines;        /* all lines of such roots */
    uint64_t other_problems;          /* lines */

    /* Lines: how many, by what became of them; their sum is all that were read. */
    uint64_t added, foreign, malformed, unknown;
    uint64_t outside; /* not within the time asked for */
    uint64_t dropped; /* lines that their writers lost */
    bool mixed;       /* the journal's lines stood among others: who wrote any line is not known */
    rs_totals_span seen;

    /* How the tables are searched. */
    rs_texts root_names; /* numbered as the roots */
    rs_totals_index row_index, program_index, problem_index;
    rs_arena arena;
} rs_totals;

/* Takes in an event; counts it in `added`. */
void rs_totals_add(rs_totals *totals, const rs_telemetry_line *line);

/* Frees; the totals are empty and usable again. */
void rs_totals_clear(rs_totals *totals);

/*
 * Sorted copies of the pointers, as many as the totals (or the root) have, to be freed; never NULL.
 *
 * roots:    by violations with signatures that hold, most first; then by name
 * rows:     by verified, then unverified, most first; then by form, suffix, reason
 * programs: by violated, told, checked, most first; then by name
 * problems: by kind; then by count, most first; then by text
 */
const rs_totals_root **rs_totals_sorted_roots(const rs_totals *totals);
const rs_totals_row **rs_totals_sorted_rows(const rs_totals *totals, const rs_totals_root *root);
const rs_totals_program **rs_totals_sorted_programs(const rs_totals *totals,
                                                    const rs_totals_root *root);
const rs_totals_problem **rs_totals_sorted_problems(const rs_totals *totals);

/*
 * How many chains of a root violated its scope, signatures holding: by checks lines or by
 * violation lines, whichever has more, since either may have been lost. A lower bound.
 */
uint64_t rs_totals_violated(const rs_totals_root *root);

#endif
