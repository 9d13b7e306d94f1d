/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The distribution's tool that makes the trust store which programs read, from certificates that
 * the administrator put into a folder.
 */
#ifndef RS_ANCHOR_TOOL_H
#define RS_ANCHOR_TOOL_H

#include "lib/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct rs_anchor_tool {
    const char *folder;   /* of the added certificates */
    const char *program;  /* makes the trust store from them */
    const char *argument; /* of the program; NULL: none */
    const char *removing; /* the argument after a removal; NULL: none */
} rs_anchor_tool;

/* One of all tools that are known, whatever machine this is; NULL behind the last. */
const rs_anchor_tool *rs_anchor_tool_at(size_t index);

/* The tool of this machine; NULL, after a message, if it is none that is known. */
const rs_anchor_tool *rs_anchor_tool_find(void);

/* The name of the program without its folder. */
const char *rs_anchor_tool_name(const rs_anchor_tool *tool);

/* The command line that an administrator types; `removed` as below. On the arena. */
const char *rs_anchor_tool_command(const rs_anchor_tool *tool, bool removed, rs_arena *arena);

/*
 * Runs the tool, `removed`: after files of the folder were removed. Returns false, after a message
 * with what the tool said, if it fails.
 */
bool rs_anchor_tool_run(const rs_anchor_tool *tool, bool removed);

#endif
