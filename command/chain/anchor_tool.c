/* SPDX-License-Identifier: Apache-2.0 */
#include "command/chain/anchor_tool.h"

#include "command/base/child_process.h"
#include "command/base/message.h"
#include "command/base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TOOL_SECONDS = 300 };

/* In this order: SUSE has a tool of the same name as Debian's, Arch one as Fedora's. */
static const rs_anchor_tool tools[] = {
    /* SUSE */
    {"/etc/pki/trust/anchors", "/usr/sbin/update-ca-certificates", NULL, NULL},
    /* Fedora and what derives from it */
    {"/etc/pki/ca-trust/source/anchors", "/usr/bin/update-ca-trust", "extract", "extract"},
    /* Arch */
    {"/etc/ca-certificates/trust-source/anchors", "/usr/bin/update-ca-trust", "extract", "extract"},
    /* Debian and what derives from it, Alpine. Links to a file that is gone stay otherwise. */
    {"/usr/local/share/ca-certificates", "/usr/sbin/update-ca-certificates", NULL, "--fresh"},
};

enum { TOOL_COUNT = sizeof tools / sizeof *tools };

const rs_anchor_tool *rs_anchor_tool_at(size_t index)
{
    return index < TOOL_COUNT ? &tools[index] : NULL;
}

/* The folder itself may be missing: it is made. */
static bool has_parent(const char *folder)
{
    char parent[64];
    size_t length = (size_t)(strrchr(folder, '/') - folder);
    if (length >= sizeof parent)
        return false;
    memcpy(parent, folder, length);
    parent[length] = '\0';
    return access(parent, F_OK) == 0;
}

const rs_anchor_tool *rs_anchor_tool_find(void)
{
    for (size_t i = 0; i < TOOL_COUNT; i++)
        if (access(tools[i].program, X_OK) == 0 && has_parent(tools[i].folder))
            return &tools[i];
    rs_message_error("this machine has neither update-ca-certificates nor update-ca-trust; install "
                     "the package ca-certificates");
    return NULL;
}

const char *rs_anchor_tool_name(const rs_anchor_tool *tool)
{
    return strrchr(tool->program, '/') + 1;
}

static const char *argument_of(const rs_anchor_tool *tool, bool removed)
{
    return removed ? tool->removing : tool->argument;
}

const char *rs_anchor_tool_command(const rs_anchor_tool *tool, bool removed, rs_arena *arena)
{
    const char *argument = argument_of(tool, removed);
    return argument == NULL ? tool->program
                            : rs_text_format(arena, "%s %s", tool->program, argument);
}

static char *word(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* The last line of the output; the tools print what they do before. */
static const char *last_line(const rs_child_result *result, rs_arena *arena)
{
    size_t end = result->length;
    while (end > 0 && result->text[end - 1] == '\n')
        end--;
    size_t start = end;
    while (start > 0 && result->text[start - 1] != '\n')
        start--;
    return rs_text_excerpt(arena, rs_bytes_make(result->text + start, end - start), 200);
}

static void report_failure(const rs_anchor_tool *tool, const rs_child_result *result)
{
    rs_arena arena = {0};
    switch (result->end) {
    case RS_CHILD_EXITED:
        rs_message_error("%s fails with status %d: %s", tool->program, result->code,
                         last_line(result, &arena));
        break;
    case RS_CHILD_KILLED:
        rs_message_error("%s: signal %d killed it", tool->program, result->code);
        break;
    case RS_CHILD_TIMED_OUT:
        rs_message_error("%s has not ended after %d seconds", tool->program, TOOL_SECONDS);
        break;
    case RS_CHILD_NOT_RUN:
        rs_message_error("%s cannot be run: %s", tool->program, strerror(result->code));
        break;
    }
    rs_arena_clear(&arena);
}

bool rs_anchor_tool_run(const rs_anchor_tool *tool, bool removed)
{
    char *argv[] = {word(tool->program), word(argument_of(tool, removed)), NULL};
    const rs_child child = {.argv = argv, .seconds = TOOL_SECONDS, .join_errors = true};
    rs_child_result *result = rs_message_need(malloc(sizeof *result));
    rs_child_run(&child, result);
    bool good = result->end == RS_CHILD_EXITED && result->code == 0;
    if (!good)
        report_failure(tool, result);
    free(result);
    return good;
}
