/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/progress.h"

#include "command/base/terminal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CELLS = 40, INTERVAL = 100 * 1000 * 1000 };

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* A bar that cannot be shown is not an error. */
static void show(const rs_progress *progress, const char *text)
{
    ssize_t written = write(progress->fd, text, strlen(text));
    (void)written;
}

void rs_progress_begin(rs_progress *progress, int fd, uint64_t total)
{
    *progress = (rs_progress){.fd = total > 0 && rs_terminal_moves(fd) ? fd : -1, .total = total};
    if (progress->fd >= 0)
        progress->begun_at = progress->shown_at = now();
}

void rs_progress_text(uint64_t done, uint64_t total, char out[RS_PROGRESS_TEXT_SIZE])
{
    double part = done >= total ? 1.0 : (double)done / (double)total;
    char cells[CELLS + 1];
    for (int i = 0; i < CELLS; i++)
        cells[i] = i < (int)(part * CELLS) ? '#' : '.';
    cells[CELLS] = '\0';
    snprintf(out, RS_PROGRESS_TEXT_SIZE, "[%s] %3d %%", cells, (int)(part * 100));
}

void rs_progress_pace(uint64_t done, uint64_t total, int64_t nanoseconds,
                      char out[RS_PROGRESS_TEXT_SIZE])
{
    double seconds = (double)nanoseconds / 1e9, rate = (double)done / seconds;
    out[0] = '\0';
    if (seconds < 1.0 || done == 0 || done > total)
        return;
    double left = (double)(total - done) / rate;
    unsigned long long whole = left < 1e9 ? (unsigned long long)left : 999999999;
    /* Whole numbers alone: the point of a fraction depends on the locale. */
    unsigned long long tenths = (unsigned long long)(rate / 1e5 + 0.5);
    int length =
        snprintf(out, RS_PROGRESS_TEXT_SIZE, ", %llu.%llu MB/s, ", tenths / 10, tenths % 10);
    if (whole >= 3600)
        length +=
            snprintf(out + length, RS_PROGRESS_TEXT_SIZE - (size_t)length, "%llu:", whole / 3600);
    snprintf(out + length, RS_PROGRESS_TEXT_SIZE - (size_t)length,
             whole >= 3600 ? "%02llu:%02llu left" : "%llu:%02llu left", whole / 60 % 60,
             whole % 60);
}

void rs_progress_advance(rs_progress *progress, uint64_t bytes)
{
    progress->done += bytes;
    if (progress->fd < 0 || now() - progress->shown_at < INTERVAL)
        return;
    char bar[RS_PROGRESS_TEXT_SIZE], pace[RS_PROGRESS_TEXT_SIZE];
    char line[2 * RS_PROGRESS_TEXT_SIZE + 5];
    rs_progress_text(progress->done, progress->total, bar);
    rs_progress_pace(progress->done, progress->total, now() - progress->begun_at, pace);
    snprintf(line, sizeof line, "\r%s%s\033[K", bar, pace); /* it may be shorter than before */
    show(progress, line);
    progress->shown_at = now();
    progress->visible = true;
}

void rs_progress_hide(rs_progress *progress)
{
    if (!progress->visible)
        return;
    show(progress, "\r\033[K");
    progress->visible = false;
}
