/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/probes/replace.h"

#include "tests/system/probes/probe.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

static void copy(FILE *from, FILE *to)
{
    char piece[4096];
    size_t size;
    while ((size = fread(piece, 1, sizeof piece, from)) > 0)
        if (fwrite(piece, 1, size, to) != size)
            give_up("writing a file");
    if (ferror(from) || fflush(to) != 0)
        give_up("copying a file");
}

void replace_file(const char *path, const char *with)
{
    char temporary[PATH_MAX];
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *from = must(fopen(with, "rb"), with), *to = must(fopen(temporary, "wb"), temporary);
    copy(from, to);
    if (fchmod(fileno(to), 0644) != 0 || fclose(to) != 0 || rename(temporary, path) != 0)
        give_up("replacing a file");
    fclose(from);
}
