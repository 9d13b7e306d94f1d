/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/command.h"
#include "command/diff/output.h"
#include "command/list/change.h"

#include <stddef.h>
#include <time.h>

typedef struct options {
    const char *shipped, *local;
    bool json, quiet;
} options;

static bool open_after(const options *o, const char *path, rs_list_side *side)
{
    if (path != NULL)
        return rs_list_side_open(path, side);
    return rs_list_side_open_folders(o->shipped == NULL ? ROOTSCOPE_SOURCES_SHIPPED : o->shipped,
                                     o->local == NULL ? ROOTSCOPE_SOURCES_LOCAL : o->local, side);
}

static int compare(const options *o, const rs_list_side *before, const rs_list_side *after)
{
    rs_root_changes changes = {0};
    int status = RS_EXIT_ERROR;
    if (rs_root_changes_find(&before->image, &after->image, time(NULL), &changes)) {
        status = changes.wider > 0 ? RS_EXIT_WIDER : RS_EXIT_OK;
        if (o->json)
            rs_diff_output_json(before, after, &changes);
        else if (!o->quiet)
            rs_diff_output_text(&after->image, &changes, false, stdout);
    }
    rs_root_changes_clear(&changes);
    return status;
}

static int diff(const options *o, char *const *paths)
{
    rs_list_side before = {0}, after = {0};
    const char *old = paths[0] == NULL ? ROOTSCOPE_LIST : paths[0];
    const char *new = paths[0] == NULL ? NULL : paths[1];
    int status = RS_EXIT_ERROR;
    if (rs_list_side_open(old, &before) && open_after(o, new, &after))
        status = compare(o, &before, &after);
    rs_list_side_clear(&before);
    rs_list_side_clear(&after);
    return status;
}

static int run(int argc, char **argv)
{
    const rs_subcommand *self = &rs_command_diff;
    options o = {0};
    rs_words paths;
    int status = rs_options_read(self, argc, argv, &o, &paths);
    if (status != RS_OPTIONS_READ)
        return status;
    if (o.json && o.quiet)
        return rs_message_usage(self, "--json and --quiet cannot be combined");
    if (paths.count > 2)
        return rs_message_usage(self, "unknown argument: %s", paths.items[2]);
    if (paths.count == 2 && (o.shipped != NULL || o.local != NULL))
        return rs_message_usage(self, "NEW cannot be combined with --shipped or --local");
    return diff(&o, paths.items);
}

static const rs_option known[] = {
    {"json", 'j', NULL, "print the answer as JSON", rs_option_flag, offsetof(options, json)},
    {"quiet", 'q', NULL, "print nothing; the exit status is the answer", rs_option_flag,
     offsetof(options, quiet)},
    {RS_ROW_SHIPPED(shipped)},
    {RS_ROW_LOCAL(local)},
    {0},
};

const rs_subcommand rs_command_diff = {
    .name = "diff",
    .summary = "tell which root gains or loses which names",
    .usage = "Usage: rootscope diff [--json | -q] OLD NEW\n"
             "       rootscope diff [--json | -q] [--shipped DIR] [--local DIR] [OLD]\n"
             "\n"
             "Compares what two lists permit, not how they are spelt. OLD and NEW are each a\n"
             "compiled list, a list source, or a folder of sources. With no NEW, compare with\n"
             "the sources that `compile` reads. With no OLD, compare with\n" ROOTSCOPE_LIST ".\n"
             "Roots that are wider come first: from now on, some name that OLD denies or\n"
             "reports is denied no more, or not even reported.\n",
    .options = known,
    .notes = "Exit status: 0 no root is wider, 1 some root is wider, 2 error.\n",
    .run = run,
};
