/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/edit_lock.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/command.h"
#include "command/diff/output.h"
#include "command/list/build.h"
#include "command/list/change.h"

#include <stddef.h>
#include <stdlib.h>
#include <time.h>

typedef struct options {
    rs_change_target target;
    const char *no_wider_than; /* a list; NULL: as wide as the sources say */
} options;

static int refuse_contradictions(rs_change_target *target, bool has_sources)
{
    const rs_subcommand *self = &rs_command_compile;
    if (has_sources && (target->shipped != NULL || target->local != NULL))
        return rs_message_usage(self,
                                "SOURCE arguments cannot be combined with --shipped or --local");
    if (has_sources && target->output == NULL && !target->no_output)
        return rs_message_usage(self, "SOURCE arguments require --output or --check");
    return rs_change_target_complete(self, target, "check");
}

/* A list without sources would lift every restriction. Hardly anybody means that. */
static bool read_folders(rs_sources *sources, const rs_change_target *target)
{
    bool good = rs_sources_add_folders(sources, target->shipped, target->local);
    if (good && sources->count == 0) {
        rs_message_error("no *.list in %s or %s; `rootscope add CERT NAME` writes one",
                         target->shipped, target->local);
        return false;
    }
    return good;
}

static bool read_sources(rs_sources *sources, const rs_change_target *target, char *const *paths)
{
    if (*paths == NULL)
        return read_folders(sources, target);
    bool good = true;
    for (; *paths != NULL; paths++)
        good &= rs_sources_add_file(sources, *paths);
    return good;
}

/* Compares with a list, and tells on standard error what would be wider. */
static bool is_no_wider(const rs_image *image, const char *than)
{
    rs_list_side before = {0};
    rs_root_changes changes = {0};
    bool compared = rs_list_side_open(than, &before) &&
                    rs_root_changes_find(&before.image, image, time(NULL), &changes);
    bool good = compared && changes.wider == 0;
    if (compared && !good) {
        rs_message_error("the list would be wider than %s", than);
        rs_diff_output_text(image, &changes, true, stderr);
    }
    rs_root_changes_clear(&changes);
    rs_list_side_clear(&before);
    return good;
}

static bool build(const rs_sources *sources, const rs_build *plan, const char *no_wider_than)
{
    uint8_t *bytes;
    rs_image image;
    if (!rs_build_image(sources, &bytes, &image))
        return false;
    bool good = (no_wider_than == NULL || is_no_wider(&image, no_wider_than)) &&
                rs_build_write(sources, &image, plan);
    free(bytes);
    return good;
}

static int compile(const options *o, char *const *paths)
{
    const rs_change_target *target = &o->target;
    bool is_default = target->output == NULL;
    rs_build plan = {
        .output = target->no_output ? NULL
                  : is_default      ? ROOTSCOPE_LIST
                                    : target->output,
        .make_folder = is_default,
        .quiet = target->quiet,
    };
    rs_sources sources = {0};
    rs_edit_lock lock = {.fd = -1};
    /* Else a list of older sources could take the place of a newer one. */
    bool locked = *paths != NULL || plan.output == NULL ||
                  rs_edit_lock_take(&lock, target->local, RS_EDIT_LOCK_SECONDS);
    bool read = locked && read_sources(&sources, target, paths);
    bool done = locked && rs_sources_parse(&sources, !target->quiet) && read &&
                build(&sources, &plan, o->no_wider_than);
    rs_edit_lock_release(&lock);
    rs_sources_clear(&sources);
    if (!done && plan.output != NULL)
        rs_message_error("%s is unchanged", plan.output);
    return done ? RS_EXIT_OK : RS_EXIT_ERROR;
}

static int run(int argc, char **argv)
{
    options o = {0};
    rs_words sources;
    int status = rs_options_read(&rs_command_compile, argc, argv, &o, &sources);
    if (status == RS_OPTIONS_READ)
        status = refuse_contradictions(&o.target, sources.count > 0);
    return status == RS_OPTIONS_READ ? compile(&o, sources.items) : status;
}

static const rs_option known[] = {
    {RS_ROW_OUTPUT(target.output)},
    {"check", 0, NULL, "only look for errors, and write nothing", rs_option_flag,
     offsetof(options, target.no_output)},
    {"no-wider-than", 0, "FILE",
     "refuse to permit a root more than FILE does, a compiled list, a "
     "source, or a folder of sources",
     rs_option_text, offsetof(options, no_wider_than)},
    {RS_ROW_QUIET(target.quiet)},
    {RS_ROW_SHIPPED(target.shipped)},
    {RS_ROW_LOCAL(target.local)},
    {0},
};

const rs_subcommand rs_command_compile = {
    .name = "compile",
    .summary = "make the compiled list from its sources",
    .usage = "Usage: rootscope compile [-q] [--check | -o FILE] [--no-wider-than FILE]\n"
             "                         [--shipped DIR] [--local DIR]\n"
             "       rootscope compile [-q] --check | -o FILE SOURCE.list...\n"
             "\n"
             "Compiles list sources into a list that the module reads. With no SOURCE, compile\n"
             "every *.list in the folders of shipped and local sources. A local file hides the\n"
             "shipped file of the same name. Nothing is written if any source has an error.\n",
    .options = known,
    .run = run,
};
