/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/input.h"

#include "command/base/message.h"
#include "command/base/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct reader {
    rs_telemetry_stream stream;
    rs_progress progress;
} reader;

/* False with errno if reading failed; what came before was taken. */
static bool read_all(reader *r, int fd)
{
    ssize_t got;
    while ((got = rs_telemetry_stream_read(&r->stream, fd)) > 0)
        rs_progress_advance(&r->progress, (uint64_t)got);
    rs_telemetry_stream_end(&r->stream);
    return got == 0;
}

static bool read_path(reader *r, const char *path)
{
    if (strcmp(path, "-") == 0) {
        if (read_all(r, STDIN_FILENO))
            return true;
        rs_progress_hide(&r->progress);
        rs_message_error("standard input: %s", strerror(errno));
        return false;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    bool good = fd >= 0 && read_all(r, fd);
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (!good) {
        rs_progress_hide(&r->progress);
        rs_message_error("%s: %s", path, strerror(error));
    }
    return good;
}

/* Of all files together; 0 if it is not known. */
static uint64_t total_size(char *const *paths, size_t count)
{
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        struct stat file;
        if (strcmp(paths[i], "-") == 0 || stat(paths[i], &file) != 0 || !S_ISREG(file.st_mode))
            return 0;
        total += (uint64_t)file.st_size;
    }
    return total;
}

bool rs_telemetry_input_read(char *const *paths, size_t count, const rs_telemetry_period *period,
                             rs_totals *totals)
{
    rs_telemetry_taker taker = {.period = *period, .totals = totals};
    reader r = {0};
    rs_telemetry_stream_init(&r.stream, &taker);
    rs_progress_begin(&r.progress, STDERR_FILENO, total_size(paths, count));
    bool good = true;
    for (size_t i = 0; i < count; i++)
        good &= read_path(&r, paths[i]);
    rs_progress_hide(&r.progress);
    rs_telemetry_stream_clear(&r.stream);
    return good;
}

void rs_telemetry_input_remark(const rs_totals *totals)
{
    uint64_t passed = totals->malformed + totals->unknown;
    if (passed == 0)
        return;
    rs_message_warning("%" PRIu64 " line%s ignored: %" PRIu64 " malformed, %" PRIu64
                       " of an unknown version or kind",
                       passed, passed == 1 ? " was" : "s were", totals->malformed, totals->unknown);
}
