/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target on files, and on all files of directories, without a fuzzer.
 *
 * usage: TARGET_replay FILE-OR-DIRECTORY...
 */
#include "lib/base/file.h"
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>

enum { SIZE_LIMIT = 1 << 20 };

static size_t files;

static bool replay_file(const char *path)
{
    uint8_t *bytes;
    size_t size;
    rs_file_status status = rs_file_read(path, SIZE_LIMIT, &bytes, &size);
    if (status != RS_FILE_OK) {
        fprintf(stderr, "%s: %s\n", path, rs_file_status_text(status));
        return false;
    }
    /* Seen if it is the last one: then this input is what ended the process. */
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    files++;
    return true;
}

static bool replay_directory(const char *path, DIR *directory)
{
    bool good = true;
    const struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        char file[PATH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        int n = snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        good &= n > 0 && (size_t)n < sizeof file && replay_file(file);
    }
    return good;
}

static bool replay(const char *path)
{
    DIR *directory = opendir(path);
    if (directory == NULL)
        return replay_file(path);
    bool good = replay_directory(path, directory);
    closedir(directory);
    return good;
}

int main(int argc, char **argv)
{
    bool good = true;
    for (int i = 1; i < argc; i++)
        good &= replay(argv[i]);
    printf("%zu files\n", files);
    return good && files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
