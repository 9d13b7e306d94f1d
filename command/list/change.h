/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes changed local list sources, and the list that is compiled from all sources.
 */
#ifndef RS_CHANGE_H
#define RS_CHANGE_H

#include "command/base/options.h"
#include "command/list/sources.h"

/* The new text of a local source. */
typedef struct rs_change {
    const char *path;
    rs_bytes old; /* what was read; p is NULL: the file is new */
    rs_bytes text;
} rs_change;

typedef struct rs_change_target {
    const char *shipped, *local; /* folders of the sources */
    const char *output;          /* the compiled list; NULL: that of the machine */
    bool no_output;              /* no list is written */
    bool dry_run;                /* nothing is written: the changes are printed as a diff */
    bool quiet;
} rs_change_target;

/* Rows of options of several subcommands; `member` is one of the caller's struct `options`. */
#define RS_ROW_NO_COMPILE(member)                                                                  \
    "no-compile", 'n', NULL, "do not compile afterwards", rs_option_flag, offsetof(options, member)
#define RS_ROW_OUTPUT(member)                                                                      \
    "output", 'o', "FILE", "write the compiled list to FILE (default: " ROOTSCOPE_LIST ")",        \
        rs_option_text, offsetof(options, member)
#define RS_ROW_QUIET(member)                                                                       \
    "quiet", 'q', NULL, "print errors only", rs_option_flag, offsetof(options, member)
#define RS_ROW_SHIPPED(member)                                                                     \
    "shipped", 0, "DIR", "read shipped sources from DIR (default: " ROOTSCOPE_SOURCES_SHIPPED ")", \
        rs_option_text, offsetof(options, member)
#define RS_ROW_DRY_RUN(member)                                                                     \
    "dry-run", 0, NULL, "print the changes as a diff, and write nothing", rs_option_flag,          \
        offsetof(options, member)
#define RS_ROW_LOCAL(member)                                                                       \
    "local", 0, "DIR", "read local sources from DIR (default: " ROOTSCOPE_SOURCES_LOCAL ")",       \
        rs_option_text, offsetof(options, member)

/* All rows of an rs_change_target, the member `target`. */
#define RS_ROWS_CHANGE                                                                             \
    {RS_ROW_DRY_RUN(target.dry_run)}, {RS_ROW_NO_COMPILE(target.no_output)}, RS_ROWS_PLACES

/* Those that say where it is read and written. */
#define RS_ROWS_PLACES                                                                             \
    {RS_ROW_OUTPUT(target.output)}, {RS_ROW_QUIET(target.quiet)},                                  \
        {RS_ROW_SHIPPED(target.shipped)},                                                          \
    {                                                                                              \
        RS_ROW_LOCAL(target.local)                                                                 \
    }

/*
 * Fills in the folders that no option named. Returns RS_OPTIONS_READ, or an exit status after a
 * message. `output` excludes `no_output`, the option `alternative` (NULL: there is none). One of
 * them must be there if a folder was named: the list of other folders is not the machine's.
 */
int rs_change_target_complete(const rs_subcommand *command, rs_change_target *target,
                              const char *alternative);

/* Whether all sources are good with the new texts among them. Prints their errors. */
bool rs_change_check(const rs_change_target *target, const rs_change *changes, size_t count);

/*
 * Checks all sources with the new texts among them, writes each new text (whole or not at all), and
 * compiles. If anything fails, returns false after messages, which also name the files that are
 * unchanged. A file that is no longer what was read is not overwritten. Holds the lock of the
 * folder of local sources meanwhile; see edit_lock.h.
 */
bool rs_change_write(const rs_change_target *target, const rs_change *changes, size_t count);

/*
 * Whether a new local source at `path` would hide a shipped one of the same base name in `sources`.
 * Prints a message if so.
 */
bool rs_change_would_hide(const rs_sources *sources, const char *path);

#endif
