/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory of its own for a test program, removed at its end, and what tests put there.
 */
#ifndef RS_SCRATCH_H
#define RS_SCRATCH_H

#include "lib/compiler/image_writer.h"
#include "lib/compiler/list_merge.h"
#include "lib/compiler/source.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct scratch_path {
    char text[128];
} scratch_path;

static char scratch_directory[64];
static pid_t scratch_owner;

static inline int scratch_remove_one(const char *path, const struct stat *status, int flag,
                                     struct FTW *walk)
{
    (void)status, (void)flag, (void)walk;
    return remove(path);
}

/* A child of fork that exits must leave it. */
static inline void scratch_remove(void)
{
    if (getpid() == scratch_owner)
        nftw(scratch_directory, scratch_remove_one, 4, FTW_DEPTH | FTW_PHYS);
}

/* The path of a file in the directory; the first call makes the directory. */
static inline scratch_path scratch(const char *name)
{
    if (scratch_directory[0] == '\0') {
        snprintf(scratch_directory, sizeof scratch_directory, "/tmp/rootscope-test-XXXXXX");
        scratch_owner = getpid();
        if (mkdtemp(scratch_directory) == NULL || atexit(scratch_remove) != 0)
            abort();
    }
    scratch_path path;
    if ((size_t)snprintf(path.text, sizeof path.text, "%s/%s", scratch_directory, name) >=
        sizeof path.text)
        abort();
    return path;
}

/* Writes a file in place, as cp would. */
static inline void scratch_write(const char *path, rs_bytes content)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(content.p, 1, content.n, file) != content.n || fclose(file) != 0 ||
        chmod(path, 0644) != 0)
        abort();
}

/* As if a file had last been written an hour ago. */
static inline void scratch_age(const char *path)
{
    const struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = time(NULL) - 3600}};
    if (utimensat(AT_FDCWD, path, times, 0) != 0)
        abort();
}

/* Puts a file in the place of another, as `rootscope compile` does. */
static inline void scratch_replace(const char *path, rs_bytes content)
{
    char temporary[160];
    snprintf(temporary, sizeof temporary, "%s.new", path);
    scratch_write(temporary, content);
    if (rename(temporary, path) != 0)
        abort();
}

/* The image of a list source, in memory from malloc: give it back with exact_free (rows.h). */
static inline rs_bytes compiled(const char *text)
{
    rs_diagnostics diagnostics = {0};
    rs_list list = {0}, merged = {0};
    rs_list *lists[] = {&list};
    uint8_t *bytes = NULL;
    size_t size = 0;
    rs_source source = {.file = "test.list", .text = rs_bytes_of_string(text)};
    if (!rs_source_parse(&source, &list, &diagnostics) ||
        !rs_list_merge(lists, 1, &merged, &diagnostics) || diagnostics.errors > 0 ||
        rs_image_write(&merged, &bytes, &size) != RS_WRITE_OK) {
        fprintf(stderr, "%s\n", diagnostics.count > 0 ? diagnostics.items[0].text : "no image");
        abort();
    }
    rs_list_free(&merged);
    rs_list_free(&list);
    rs_diagnostics_clear(&diagnostics);
    return rs_bytes_make(bytes, size);
}

#endif
