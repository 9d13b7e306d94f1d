/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/command.h"
#include "command/list/change.h"
#include "lib/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct options {
    rs_change_target target;
} options;

/* As other programs choose one; it may be a command with options. */
#define EDITOR "${VISUAL:-${EDITOR:-$(command -v sensible-editor || command -v editor || echo vi)}}"

/* A copy of a source that an editor changes, in a folder of its own. */
typedef struct draft {
    const char *folder, *path;
    rs_bytes text; /* as it was read last; owned */
} draft;

static bool fail(const char *path)
{
    rs_message_error("%s: %s", path, strerror(errno));
    return false;
}

static bool make_draft(rs_arena *arena, const char *name, rs_bytes text, draft *d)
{
    const char *base = getenv("TMPDIR");
    char *folder = (char *)(uintptr_t)rs_text_format(
        arena, "%s/rootscope-edit.XXXXXX", base == NULL || base[0] != '/' ? "/tmp" : base);
    if (mkdtemp(folder) == NULL)
        return fail(folder);
    *d = (draft){.folder = folder, .path = rs_text_format(arena, "%s/%s", folder, name)};
    int fd = open(d->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
    bool good = file != NULL && (text.n == 0 || fwrite(text.p, 1, text.n, file) == text.n);
    return (file != NULL && fclose(file) == 0 && good) || fail(d->path);
}

static void discard(draft *d)
{
    unlink(d->path);
    rmdir(d->folder);
}

/* Runs the editor and reads the draft again. */
static bool run_editor(rs_arena *arena, draft *d)
{
    uint8_t *text;
    size_t size;
    int ended = system(rs_text_format(arena, "exec " EDITOR " %s", rs_text_shell(arena, d->path)));
    if (ended != 0) {
        rs_message_error("the editor failed; set VISUAL or EDITOR to another one");
        return false;
    }
    rs_file_status read = rs_file_read(d->path, RS_SOURCE_SIZE_MAX, &text, &size);
    if (read != RS_FILE_OK) {
        rs_message_error("%s: %s", d->path,
                         read == RS_FILE_SYSTEM ? strerror(errno) : rs_file_status_text(read));
        return false;
    }
    free((void *)(uintptr_t)d->text.p);
    d->text = rs_bytes_make(text, size);
    return true;
}

/* Asks what to do with a draft that has errors: 'e', 'k' or 'd'. */
static char ask(void)
{
    char line[80];
    for (;;) {
        fputs("e: edit it again, k: keep the draft and change nothing, d: discard it? ", stderr);
        if (fgets(line, sizeof line, stdin) == NULL)
            return 'k'; /* nobody is there to ask, and work is not thrown away */
        if (strchr("ekd", line[0]) != NULL)
            return line[0];
    }
}

/* Edits until the draft has no errors or is given up. `change` has the path and the old text. */
static int edit_draft(const options *o, rs_arena *arena, draft *d, rs_change *change)
{
    char answer = 'k';
    do {
        bool edited = run_editor(arena, d);
        change->text = d->text;
        if (edited && rs_bytes_equal(d->text, change->old)) {
            if (!o->target.quiet)
                printf("%s: no change\n", change->path);
            discard(d);
            return RS_EXIT_OK;
        }
        if (edited && rs_change_check(&o->target, change, 1)) {
            bool written = rs_change_write(&o->target, change, 1);
            answer = 'k';
            if (!written)
                break;
            if (!o->target.quiet && !o->target.dry_run)
                printf("changed %s\n", change->path);
            discard(d);
            return RS_EXIT_OK;
        }
        answer = ask();
    } while (answer == 'e');
    if (answer == 'd')
        discard(d);
    else
        rs_message_error("%s is unchanged; the draft is %s", change->path, d->path);
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
    draft d = {0};
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
        if (make_draft(&arena, name, text, &d))
            status = edit_draft(o, &arena, &d, &change);
    }
    free((void *)(uintptr_t)d.text.p);
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
             "or EDITOR.\n",
    .options = known,
    .run = run,
};
