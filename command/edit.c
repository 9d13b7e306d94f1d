/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/draft.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/command.h"
#include "command/list/change.h"
#include "lib/base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct options {
    rs_change_target target;
} options;

/* Reads the draft again. */
static bool read_draft(const rs_draft *d, rs_bytes *text)
{
    uint8_t *bytes;
    size_t size;
    rs_file_status status = rs_file_read(d->path, RS_SOURCE_SIZE_MAX, &bytes, &size);
    if (status != RS_FILE_OK) {
        rs_message_error("%s: %s", d->path,
                         status == RS_FILE_SYSTEM ? strerror(errno) : rs_file_status_text(status));
        return false;
    }
    free((void *)(uintptr_t)text->p);
    *text = rs_bytes_make(bytes, size);
    return true;
}

/* Edits until the draft has no errors or is given up. `change` has the path and the old text. */
static int edit_draft(const options *o, const rs_draft *d, rs_change *change)
{
    static const char question[] =
        "e: edit it again, k: keep the draft and change nothing, d: discard it? ";
    char answer = 'k';
    do {
        bool edited = rs_draft_edit(d) && read_draft(d, &change->text);
        if (edited && rs_bytes_equal(change->text, change->old)) {
            if (!o->target.quiet)
                rs_message_done("%s: no change", change->path);
            rs_draft_discard(d);
            return RS_EXIT_OK;
        }
        if (edited && rs_change_check(&o->target, change, 1)) {
            bool written = rs_change_write(&o->target, change, 1);
            answer = 'k';
            if (!written)
                break;
            if (!o->target.quiet && !o->target.dry_run)
                rs_message_done("changed %s", change->path);
            rs_draft_discard(d);
            return RS_EXIT_OK;
        }
        answer = rs_draft_ask(d, question, "ekd");
    } while (answer == 'e');
    if (answer == 'd') {
        rs_draft_discard(d);
        return RS_EXIT_ERROR;
    }
    /* Nobody is there to ask, or wants it: work is not thrown away. */
    rs_message_error("%s is unchanged; the draft is %s", change->path, d->path);
    rs_draft_keep(d);
    return RS_EXIT_ERROR;
}

/* The source that is edited: the local one, or else the shipped one of that name, or nothing. */
static const rs_source_file *find_source(const rs_sources *sources, const char *name)
{
    for (size_t i = 0; i < sources->count; i++)
        if (strcmp(strrchr(sources->files[i].path, '/') + 1, name) == 0)
            return &sources->files[i];
    return NULL;
}

static int edit(const options *o, const char *name)
{
    rs_arena arena = {0};
    rs_sources sources = {0};
    rs_draft d;
    int status = RS_EXIT_ERROR;
    if (rs_sources_add_folders(&sources, o->target.shipped, o->target.local)) {
        const rs_source_file *file = find_source(&sources, name);
        rs_bytes text = file == NULL ? (rs_bytes){0} : rs_bytes_make(file->text, file->size);
        bool is_copy = file != NULL && file->is_shipped;
        rs_change change = {.path = rs_text_format(&arena, "%s/%s", o->target.local, name),
                            .old = is_copy ? (rs_bytes){0} : text};
        if (is_copy)
            rs_message_warning("%s would hide all of %s; to change one root, use rootscope permit, "
                               "exclude or set-mode",
                               change.path, file->path);
        if (rs_draft_make(&arena, name, text, &d))
            status = edit_draft(o, &d, &change);
        free((void *)(uintptr_t)change.text.p);
    }
    rs_sources_clear(&sources);
    rs_arena_clear(&arena);
    return status;
}

/* A source may also be given with the folder that it is in. */
static const char *name_of(const options *o, const char *given)
{
    size_t n = strlen(o->target.local);
    return strncmp(given, o->target.local, n) == 0 && given[n] == '/' ? given + n + 1 : given;
}

static int run(int argc, char **argv)
{
    const rs_subcommand *self = &rs_command_edit;
    options o = {0};
    rs_words arguments;
    int status = rs_options_read(self, argc, argv, &o, &arguments);
    if (status == RS_OPTIONS_READ)
        status = rs_change_target_complete(self, &o.target, "no-compile");
    if (status != RS_OPTIONS_READ)
        return status;
    if (arguments.count > 1)
        return rs_message_usage(self, "unknown argument: %s", arguments.items[1]);
    const char *name = arguments.count == 0 ? "local.list" : name_of(&o, arguments.items[0]);
    if (!rs_sources_is_name(name))
        return rs_message_usage(self, "a source has a name that ends in .list and is in %s: %s",
                                o.target.local, arguments.items[0]);
    if (!rs_draft_has_editor()) {
        rs_message_error("an editor needs a terminal; here, change %s/%s with rootscope permit, "
                         "exclude, remove or set-mode, or set EDITOR to a command that edits a "
                         "file by itself",
                         o.target.local, name);
        return RS_EXIT_ERROR;
    }
    return edit(&o, name);
}

static const rs_option known[] = {
    RS_ROWS_CHANGE,
    {0},
};

const rs_subcommand rs_command_edit = {
    .name = "edit",
    .summary = "edit a local list source, and compile",
    .usage = "Usage: rootscope edit [OPTION...] [FILE]\n"
             "\n"
             "Starts an editor on a copy of a local list source (default: local.list). When\n"
             "the editor ends, checks the copy; if it is free of errors, puts it in place of\n"
             "the source and compiles as `rootscope compile` does. Otherwise asks whether to\n"
             "edit it again, to keep the copy, or to discard it. The editor is that of VISUAL\n"
             "or EDITOR. If neither is set, run this in a terminal.\n",
    .options = known,
    .run = run,
};
