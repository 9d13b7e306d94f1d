/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/config_includes.h"

#include "command/base/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 8 }; /* of files that include others */

typedef struct scan {
    const rs_openssl_config *config;
    rs_problems *problems;
    bool has_folder; /* `.pragma includedir:` says where relative paths start */
} scan;

static void scan_path(scan *s, const char *path, int depth);

static const char *skip_space(const char *text)
{
    return text + strspn(text, " \t");
}

/* What follows a word like `.include` and its `=`, cut off after itself; NULL: another line. */
static char *value_of(char *line, const char *word)
{
    char *at = line + (skip_space(line) - line);
    size_t length = strlen(word);
    if (strncmp(at, word, length) != 0 || strchr(" \t=", at[length]) == NULL)
        return NULL;
    at += length;
    at += strspn(at, " \t=");
    size_t end = strcspn(at, "#\r\n");
    while (end > 0 && (at[end - 1] == ' ' || at[end - 1] == '\t'))
        end--;
    at[end] = '\0';
    return at;
}

/* The path that was probably meant: beside the file that includes it. */
static const char *beside(rs_arena *arena, const char *file, const char *relative)
{
    const char *slash = strrchr(file, '/');
    int length = slash == NULL ? 0 : (int)(slash - file);
    return rs_text_format(arena, "%.*s/%s", length, file, relative);
}

static void take_include(scan *s, const char *file, unsigned line, const char *path, int depth)
{
    if (path[0] == '/') {
        scan_path(s, path, depth + 1);
        return;
    }
    /* Variables and quotes are not interpreted here. */
    if (path[0] == '\0' || strchr("$\"'`", path[0]) != NULL || s->has_folder)
        return;
    rs_arena *arena = &s->problems->arena;
    rs_problems_add(
        s->problems, s->config->entry == RS_ENTRY_NONE ? RS_NOT_GUARDED : RS_DOUBTFUL,
        "include-relative",
        rs_text_format(arena, "write the absolute path: .include %s", beside(arena, file, path)),
        "%s:%u: the path in `.include %s` is relative: each program looks for it in its "
        "own working directory, which is / for daemons, and goes on without it",
        file, line, path);
}

static void scan_file(scan *s, const char *path, int depth)
{
    FILE *in = fopen(path, "re");
    char *line = NULL;
    size_t capacity = 0;
    for (unsigned number = 1; in != NULL && getline(&line, &capacity, in) > 0; number++) {
        const char *value = value_of(line, ".pragma");
        if (value != NULL && strncmp(value, "includedir:", strlen("includedir:")) == 0)
            s->has_folder = true;
        value = value_of(line, ".include");
        if (value != NULL)
            take_include(s, path, number, value, depth);
    }
    free(line);
    if (in != NULL)
        fclose(in);
}

/* OpenSSL takes `*.cnf` and `*.conf` of a folder. */
static int is_config_name(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && (strcmp(dot, ".cnf") == 0 || strcmp(dot, ".conf") == 0);
}

static void scan_folder(scan *s, const char *path, int depth)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_config_name, alphasort);
    for (int i = 0; i < count; i++) {
        scan_file(s, rs_text_format(&s->problems->arena, "%s/%s", path, entries[i]->d_name), depth);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static void scan_path(scan *s, const char *path, int depth)
{
    struct stat file;
    if (depth > DEPTH_MAX || stat(path, &file) != 0)
        return;
    if (S_ISDIR(file.st_mode))
        scan_folder(s, path, depth);
    else if (S_ISREG(file.st_mode))
        scan_file(s, path, depth);
}

void rs_config_includes_find(const rs_openssl_config *config, rs_problems *problems)
{
    scan s = {.config = config, .problems = problems};
    scan_path(&s, config->path, 0);
}
