/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/command.h"
#include "command/lint/run.h"
#include "command/list/change.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct options {
    const char *shipped, *local;
    rs_trust_stores stores;
    bool json, quiet;
} options;

static bool read_sources(const options *o, char *const *paths, rs_sources *sources)
{
    bool good = true;
    if (*paths == NULL)
        good = rs_sources_add_folders(sources,
                                      o->shipped == NULL ? ROOTSCOPE_SOURCES_SHIPPED : o->shipped,
                                      o->local == NULL ? ROOTSCOPE_SOURCES_LOCAL : o->local);
    for (; *paths != NULL; paths++)
        good &= rs_sources_add_file(sources, *paths);
    return rs_sources_parse(sources, false) && good;
}

static void print(const options *o, const rs_lint_findings *findings)
{
    if (o->json) {
        json_t *top = rs_message_need(json_object());
        rs_json_set(top, "warnings", rs_lint_findings_json(findings));
        rs_json_print(top);
    } else if (!o->quiet) {
        rs_lint_findings_print(findings);
    }
}

/* What the commands that mend something change; nothing says which list is made of it. */
static rs_change_target target_of(const options *o, bool has_paths)
{
    if (has_paths)
        return (rs_change_target){.shipped = "DIR", .local = "DIR", .no_output = true};
    return (rs_change_target){.shipped = o->shipped,
                              .local = o->local,
                              .no_output = o->shipped != NULL || o->local != NULL};
}

static int lint(const options *o, char *const *paths)
{
    rs_sources sources = {0};
    rs_lint_findings findings = {.target = target_of(o, *paths != NULL)};
    int status = RS_EXIT_ERROR;
    if (read_sources(o, paths, &sources) && rs_lint_run(&sources, &o->stores, &findings)) {
        status = findings.count > 0 ? RS_EXIT_WARNINGS : RS_EXIT_OK;
        print(o, &findings);
    }
    rs_lint_findings_clear(&findings);
    rs_sources_clear(&sources);
    return status;
}

static int run(int argc, char **argv)
{
    const rs_subcommand *self = &rs_command_lint;
    rs_words paths;
    options o = {.stores.files.items = rs_message_need(calloc((size_t)argc + 1, sizeof(char *)))};
    int status = rs_options_read(self, argc, argv, &o, &paths);
    if (status == RS_OPTIONS_READ && o.json && o.quiet)
        status = rs_message_usage(self, "--json and --quiet cannot be combined");
    if (status == RS_OPTIONS_READ && paths.count > 0 && (o.shipped != NULL || o.local != NULL))
        status =
            rs_message_usage(self, "SOURCE arguments cannot be combined with --shipped or --local");
    if (status == RS_OPTIONS_READ)
        status = lint(&o, paths.items);
    free(o.stores.files.items);
    return status;
}

static const rs_option known[] = {
    {"json", 'j', NULL, "print the answer as JSON", rs_option_flag, offsetof(options, json)},
    {"quiet", 'q', NULL, "print nothing; the exit status is the answer", rs_option_flag,
     offsetof(options, quiet)},
    {"CAfile", 0, "FILE",
     "look for roots in the trust store FILE, not in the system's; repeat it for more",
     rs_option_words, offsetof(options, stores.files)},
    {"anchors", 0, "DIR", "the administrator's CAs are in DIR (default: where the system has them)",
     rs_option_text, offsetof(options, stores.anchors)},
    {RS_ROW_SHIPPED(shipped)},
    {RS_ROW_LOCAL(local)},
    {0},
};

const rs_subcommand rs_command_lint = {
    .name = "lint",
    .summary = "warn of likely mistakes in list sources and trust stores",
    .usage = "Usage: rootscope lint [--json | -q] [OPTION...] [SOURCE.list...]\n"
             "\n"
             "Looks for what a list most likely does not mean: roots that nobody trusts,\n"
             "CAs that nothing limits, rules without effect, names under no top-level domain.\n"
             "Each warning has the file and the line, and below it the command that mends it.\n"
             "With no SOURCE, read the sources that `compile` reads; the shipped ones among\n"
             "them get no warnings.\n",
    .options = known,
    .notes = "Exit status: 0 no warning, 1 warnings, 2 error.\n",
    .run = run,
};
