/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/list_status.h"

#include "command/base/text.h"
#include "command/lint/run.h"
#include "command/list/hint.h"
#include "command/list/root_hashes.h"
#include "command/list/root_match.h"
#include "command/list/sources.h"
#include "provider/list_file.h"

#include <stdlib.h>
#include <time.h>

enum { ROOTS_NAMED = 5 };

static const char *fix_of(rs_arena *arena, rs_list_problem problem, const rs_list_status *status)
{
    switch (problem) {
    case RS_LIST_MISSING:
    case RS_LIST_BAD_IMAGE:
        return rs_text_format(arena, "run `%s`", rs_hint_compile(arena, &status->target));
    case RS_LIST_WRITABLE:
        return rs_text_format(arena, "run `chmod go-w %s`", rs_text_shell(arena, status->path));
    case RS_LIST_UNREADABLE:
        return "make it readable for every user: chmod 0644, and 0755 for its folders";
    default:
        return "put a compiled list there, a regular file";
    }
}

/* Likely mistakes are told in one line, and leave the exit status as it is: the list holds. */
static void lint(const rs_sources *sources, const char *ca_file, rs_list_status *status)
{
    char *file = (char *)(uintptr_t)ca_file;
    const rs_trust_stores stores = {.files = {.items = &file, .count = ca_file == NULL ? 0 : 1}};
    rs_lint_findings findings = {0};
    status->linted = rs_lint_run(sources, &stores, &findings);
    status->lint_warnings = findings.count;
    rs_lint_findings_clear(&findings);
}

static void compare_sources(const rs_list_sources *from, rs_list_status *status,
                            rs_problems *problems)
{
    rs_arena *arena = &problems->arena;
    rs_sources sources = {0};
    bool read = rs_sources_add_folders(&sources, from->shipped, from->local);
    bool good = rs_sources_parse(&sources, false) && read;
    status->source_count = sources.count;
    if (!good) {
        rs_problems_add(problems, RS_DOUBTFUL, "sources-bad",
                        rs_text_format(arena, "correct the errors that `%s` reports",
                                       rs_hint_check(arena, &status->target)),
                        "the list's sources have errors and cannot be compiled");
    } else if (sources.count > 0) {
        status->compared = true;
        status->sources_differ = memcmp(sources.merged.sources_sha256, status->image.sources_sha256,
                                        RS_SHA256_SIZE) != 0;
        if (status->sources_differ)
            rs_problems_add(
                problems, RS_DOUBTFUL, "list-outdated",
                rs_text_format(arena, "run `%s`", rs_hint_compile(arena, &status->target)),
                "%s is older than its sources", status->path);
        lint(&sources, from->ca_file, status);
    }
    rs_sources_clear(&sources);
}

/* Roots that the list does not enforce, while it enforces others. */
static void judge_roots(const rs_list_status *status, rs_mode mode, const char *id,
                        const char *what, rs_problems *problems)
{
    rs_arena *arena = &problems->arena;
    const rs_image *image = &status->image;
    const char *names = "";
    size_t count = 0;
    for (uint32_t i = 0; i < image->root_count; i++) {
        rs_root root = rs_image_root(image, i);
        rs_stanza stanza;
        rs_image_stanza(image, root.stanza, &stanza);
        if (rs_mode_at(stanza.mode, time(NULL)) != mode)
            continue;
        if (count++ < ROOTS_NAMED)
            names = rs_text_format(arena, "%s%s%s", names, names[0] == '\0' ? "" : " ",
                                   rs_root_match_word(arena, image, i));
    }
    if (count > 0)
        rs_problems_add(problems, RS_DOUBTFUL, id,
                        rs_text_format(arena, "run `%s enforce %s` once you want that",
                                       rs_hint_command(arena, &status->target, "set-mode"), names),
                        "%zu of %u listed roots: mode %s, %s: %s%s", count,
                        (unsigned)image->root_count, rs_mode_word(mode), what, names,
                        count > ROOTS_NAMED ? " and more" : "");
}

static void judge_content(rs_list_status *status, rs_problems *problems)
{
    rs_arena *arena = &problems->arena;
    const char *set_mode = rs_hint_command(arena, &status->target, "set-mode");
    status->mode = rs_mode_at(status->image.mode, time(NULL));
    if (status->mode == RS_MODE_OFF)
        rs_problems_add(problems, RS_NOT_GUARDED, "list-mode-off",
                        rs_text_format(arena, "run `%s enforce --all`", set_mode),
                        "%s is off as a whole: nothing is checked", status->path);
    if (status->mode == RS_MODE_TEST)
        rs_problems_add(
            problems, RS_DOUBTFUL, "list-mode-test",
            rs_text_format(arena, "run `%s enforce --all` once you want that", set_mode),
            "%s is in test mode: violations are reported and nothing is refused", status->path);
    if (status->mode == RS_MODE_ENFORCE)
        judge_roots(status, RS_MODE_TEST, "roots-mode-test", "nothing is refused", problems);
    if (status->mode != RS_MODE_OFF)
        judge_roots(status, RS_MODE_OFF, "roots-mode-off", "nothing is checked", problems);
    if (status->image.root_count == 0 && status->image.default_stanza == RS_NO_STANZA)
        rs_problems_add(problems, RS_DOUBTFUL, "list-empty",
                        rs_text_format(arena, "add a root: `%s ROOT.pem NAME...`",
                                       rs_hint_command(arena, &status->target, "add")),
                        "%s lists no root and restricts nothing", status->path);
}

/* What becomes of certificates while no list can be used. */
static const char *consequence(const rs_settings *settings)
{
    if (settings->mode == RS_MODE_ENFORCE && !settings->allow_without_list)
        return "every certificate is refused";
    return "nothing is checked";
}

void rs_list_status_read(const rs_settings *settings, const rs_list_sources *sources,
                         rs_list_status *status, rs_problems *problems)
{
    *status = (rs_list_status){
        .path = settings->list,
        .target = rs_hint_target(settings->list, sources->shipped, sources->local)};
    rs_file_state state;
    rs_list_problem problem =
        rs_list_file_read(status->path, NULL, &status->bytes, &status->image, &state);
    if (problem == RS_LIST_OK && rs_image_open(status->image.file, &status->image) != RS_IMAGE_OK) {
        free(status->bytes); /* the module finds that out only where it looks names up */
        problem = RS_LIST_BAD_IMAGE;
    }
    status->loaded = problem == RS_LIST_OK;
    if (!status->loaded) {
        rs_problems_add(problems, RS_NOT_GUARDED, "list-unusable",
                        fix_of(&problems->arena, problem, status), "%s: %s %s",
                        consequence(settings), status->path, rs_list_problem_text(problem));
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

bool rs_list_status_has(const rs_list_status *status, const X509 *certificate)
{
    const rs_image *image = &status->image;
    rs_root_hashes hashes;
    uint32_t index;
    return rs_root_hashes_of(certificate, &hashes) &&
           (rs_image_find_root(image, RS_ROOT_SPKI, hashes.spki_sha256, &index) ||
            rs_image_find_root(image, RS_ROOT_CERTIFICATE, hashes.certificate_sha256, &index));
}
