/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/list_status.h"

#include "command/list/sources.h"
#include "provider/list_file.h"

#include <stdlib.h>
#include <time.h>

static const char *fix_of(rs_list_problem problem)
{
    switch (problem) {
    case RS_LIST_MISSING:
    case RS_LIST_BAD_IMAGE:
        return "run `rootscope compile`";
    case RS_LIST_WRITABLE:
        return "chmod go-w it";
    case RS_LIST_UNREADABLE:
        return "chmod 0644 it, and let everybody into its folder";
    default:
        return "put a compiled list there, a regular file";
    }
}

static void compare_sources(const rs_list_sources *from, rs_list_status *status,
                            rs_problems *problems)
{
    rs_sources sources = {0};
    bool read = rs_sources_add_folders(&sources, from->shipped, from->local);
    bool good = rs_sources_parse(&sources, false) && read;
    status->source_count = sources.count;
    if (!good) {
        rs_problems_add(problems, RS_DOUBTFUL, "sources-bad",
                        "mend what `rootscope compile --check` reports",
                        "the list's sources have errors: they can't be compiled");
    } else if (sources.count > 0) {
        status->compared = true;
        status->sources_differ = memcmp(sources.merged.sources_sha256, status->image.sources_sha256,
                                        RS_SHA256_SIZE) != 0;
        if (status->sources_differ)
            rs_problems_add(problems, RS_DOUBTFUL, "list-outdated", "run `rootscope compile`",
                            "%s was not compiled from the sources as they are now", status->path);
    }
    rs_sources_clear(&sources);
}

static void judge_content(rs_list_status *status, rs_problems *problems)
{
    status->mode = rs_mode_at(status->image.mode, time(NULL));
    if (status->mode == RS_MODE_OFF)
        rs_problems_add(problems, RS_NOT_GUARDED, "list-mode-off",
                        "remove the line `mode off` from its source and run `rootscope compile`",
                        "%s is off as a whole: nothing is checked", status->path);
    if (status->mode == RS_MODE_TEST)
        rs_problems_add(problems, RS_DOUBTFUL, "list-mode-test",
                        "remove the line `mode test` from its source and run `rootscope compile`",
                        "%s is in test mode: violations are reported and nothing is refused",
                        status->path);
    if (status->image.root_count == 0 && status->image.default_stanza == RS_NO_STANZA)
        rs_problems_add(problems, RS_DOUBTFUL, "list-empty", "add a root with `rootscope add`",
                        "%s lists no root: it restricts nothing", status->path);
}

void rs_list_status_read(const char *path, const rs_list_sources *sources, rs_list_status *status,
                         rs_problems *problems)
{
    *status = (rs_list_status){.path = path};
    rs_file_state state;
    rs_list_problem problem = rs_list_file_read(path, NULL, &status->bytes, &status->image, &state);
    status->loaded = problem == RS_LIST_OK;
    if (!status->loaded) {
        rs_problems_add(problems, RS_NOT_GUARDED, "list-unusable", fix_of(problem), "%s %s", path,
                        rs_list_problem_text(problem));
        return;
    }
    judge_content(status, problems);
    if (sources->shipped != NULL && sources->local != NULL)
        compare_sources(sources, status, problems);
}

void rs_list_status_clear(rs_list_status *status)
{
    if (status->loaded)
        free(status->bytes);
    *status = (rs_list_status){0};
}
