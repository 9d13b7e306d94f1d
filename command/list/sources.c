/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/sources.h"

#include "command/base/message.h"
#include "command/list/root_hashes.h"
#include "lib/base/file.h"
#include "lib/compiler/list_merge.h"
#include "lib/image/image_layout.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static int compare_files(const rs_source_file *a, const rs_source_file *b)
{
    if (a->is_shipped != b->is_shipped)
        return a->is_shipped ? -1 : 1;
    int order = strcmp(base_name(a->path), base_name(b->path));
    return order != 0 ? order : strcmp(a->path, b->path);
}

/* Takes ownership of the file's text, and copies its path. */
static void insert(rs_sources *sources, rs_source_file file)
{
    size_t bytes = (sources->count + 1) * sizeof *sources->files;
    sources->files = rs_message_need(realloc(sources->files, bytes));
    file.path = rs_message_need(strdup(file.path));
    size_t at = sources->count++;
    for (; at > 0 && compare_files(&sources->files[at - 1], &file) > 0; at--)
        sources->files[at] = sources->files[at - 1];
    sources->files[at] = file;
}

static bool add_file(rs_sources *sources, char *path, bool is_shipped)
{
    rs_source_file file = {.path = path, .is_shipped = is_shipped};
    rs_file_status status = rs_file_read(path, RS_SOURCE_SIZE_MAX, &file.text, &file.size);
    struct stat found;
    bool is_image = status == RS_FILE_OK && file.size >= RS_IMAGE_MAGIC_SIZE &&
                    memcmp(file.text, RS_IMAGE_MAGIC, RS_IMAGE_MAGIC_SIZE) == 0;
    if (is_image) {
        rs_message_error("%s: it is a compiled list, not a source; rootscope show prints it as one",
                         path);
        free(file.text);
        return false;
    }
    if (status == RS_FILE_OK)
        insert(sources, file);
    else if (status == RS_FILE_NOT_REGULAR && stat(path, &found) == 0 && S_ISDIR(found.st_mode))
        rs_message_error("%s: it is a folder; --local reads the sources of a folder", path);
    else if (status == RS_FILE_SYSTEM)
        rs_message_error("%s: %s", path, strerror(errno));
    else
        rs_message_error("%s: %s", path, rs_file_status_text(status));
    return status == RS_FILE_OK;
}

bool rs_sources_add_file(rs_sources *sources, const char *path)
{
    return add_file(sources, (char *)(uintptr_t)path, false);
}

bool rs_sources_is_name(const char *name)
{
    size_t length = strlen(name);
    return name[0] != '.' && strchr(name, '/') == NULL && length > 5 &&
           strcmp(name + length - 5, ".list") == 0;
}

const char *rs_sources_take_name(void *into, const char *value)
{
    *(const char **)into = value;
    return rs_sources_is_name(value) ? NULL : "a name that ends in .list, without a folder";
}

static bool has_base_name(const rs_sources *sources, const char *name)
{
    for (size_t i = 0; i < sources->count; i++)
        if (strcmp(base_name(sources->files[i].path), name) == 0)
            return true;
    return false;
}

static bool add_entry(rs_sources *sources, const char *folder, const char *name, bool is_shipped)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = rs_message_need(malloc(size));
    size_t length = strlen(folder);
    memcpy(path, folder, length);
    path[length] = '/';
    memcpy(path + length + 1, name, strlen(name) + 1);
    bool added = add_file(sources, path, is_shipped);
    free(path);
    return added;
}

static bool add_folder(rs_sources *sources, const char *folder, bool is_shipped)
{
    DIR *directory = opendir(folder);
    if (directory == NULL && errno == ENOENT)
        return true;
    if (directory == NULL) {
        rs_message_error("%s: %s", folder, strerror(errno));
        return false;
    }
    bool good = true;
    const struct dirent *entry;
    errno = 0;
    while ((entry = readdir(directory)) != NULL) {
        if (rs_sources_is_name(entry->d_name) && !has_base_name(sources, entry->d_name))
            good &= add_entry(sources, folder, entry->d_name, is_shipped);
        errno = 0;
    }
    if (errno != 0) {
        rs_message_error("%s: %s", folder, strerror(errno));
        good = false;
    }
    closedir(directory);
    return good;
}

bool rs_sources_add_folders(rs_sources *sources, const char *shipped, const char *local)
{
    /* The local ones first: what has a name already is not read again. */
    bool good = add_folder(sources, local, false);
    return add_folder(sources, shipped, true) && good;
}

const rs_source_file *rs_sources_find(const rs_sources *sources, const char *path)
{
    for (size_t i = 0; i < sources->count; i++)
        if (strcmp(sources->files[i].path, path) == 0)
            return &sources->files[i];
    return NULL;
}

void rs_sources_replace(rs_sources *sources, const char *path, rs_bytes text)
{
    uint8_t *copy = rs_message_need(malloc(text.n + 1));
    if (text.n > 0)
        memcpy(copy, text.p, text.n);
    for (size_t i = 0; i < sources->count; i++)
        if (strcmp(sources->files[i].path, path) == 0) {
            free(sources->files[i].text);
            sources->files[i].text = copy;
            sources->files[i].size = text.n;
            return;
        }
    insert(sources,
           (rs_source_file){.path = (char *)(uintptr_t)path, .text = copy, .size = text.n});
}

static bool merge(rs_sources *sources)
{
    rs_list **lists = rs_message_need(calloc(sources->count + 1, sizeof(rs_list *)));
    for (size_t i = 0; i < sources->count; i++)
        lists[i] = &sources->files[i].list;
    bool merged = rs_list_merge(lists, sources->count, &sources->merged, &sources->diagnostics);
    free(lists);
    return merged;
}

static void print_diagnostic(const rs_diagnostic *diagnostic)
{
    char line[16] = "", column[16] = "";
    if (diagnostic->line != 0)
        snprintf(line, sizeof line, "%u:", diagnostic->line);
    if (diagnostic->line != 0 && diagnostic->column != 0)
        snprintf(column, sizeof column, "%u:", diagnostic->column);
    rs_message_place("%s:%s%s %s: %s", diagnostic->file, line, column,
                     rs_severity_word(diagnostic->severity), diagnostic->text);
}

/* Prints every diagnostic of at least this severity. */
static void print_diagnostics(const rs_diagnostics *diagnostics, rs_severity least)
{
    for (size_t i = 0; i < diagnostics->count; i++)
        if (diagnostics->items[i].severity <= least)
            print_diagnostic(&diagnostics->items[i]);
    if (diagnostics->incomplete)
        rs_message_error("there are more errors than are shown");
}

bool rs_sources_parse(rs_sources *sources, bool verbose)
{
    bool good = true;
    for (size_t i = 0; i < sources->count; i++) {
        rs_source_file *file = &sources->files[i];
        rs_source source = {.file = file->path,
                            .text = rs_bytes_make(file->text, file->size),
                            .pem.read = rs_root_hashes_read};
        good &= rs_source_parse(&source, &file->list, &sources->diagnostics);
    }
    if (good && sources->diagnostics.errors == 0)
        good = merge(sources);
    print_diagnostics(&sources->diagnostics, verbose ? RS_NOTE : RS_ERROR);
    return good && sources->diagnostics.errors == 0;
}

void rs_sources_clear(rs_sources *sources)
{
    rs_list_free(&sources->merged);
    for (size_t i = 0; i < sources->count; i++) {
        rs_list_free(&sources->files[i].list);
        free(sources->files[i].text);
        free(sources->files[i].path);
    }
    free(sources->files);
    rs_diagnostics_clear(&sources->diagnostics);
    *sources = (rs_sources){0};
}
