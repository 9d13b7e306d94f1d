/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/progress.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static void text_of_each_part(void)
{
    static const struct {
        uint64_t done, total;
        const char *expected;
    } rows[] = {
        {0, 100, "[........................................]   0 %"},
        {50, 100, "[####################....................]  50 %"},
        {99, 100, "[#######################################.]  99 %"},
        {100, 100, "[########################################] 100 %"},
        {700, 100, "[########################################] 100 %"},
        {UINT64_MAX - 1, UINT64_MAX, "[########################################] 100 %"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[RS_PROGRESS_TEXT_SIZE];
        rs_progress_text(rows[i].done, rows[i].total, text);
        CHECK_ROW(strcmp(text, rows[i].expected) == 0, text);
    }
}

static void pace_and_time_left(void)
{
    static const struct {
        uint64_t done, total;
        double seconds;
        const char *expected;
    } rows[] = {
        {50000000, 100000000, 10, ", 5.0 MB/s, 0:10 left"},
        {1500000, 1000000000, 1.5, ", 1.0 MB/s, 16:38 left"},
        {1000000, 100000000000, 1, ", 1.0 MB/s, 27:46:39 left"},
        {100, 100, 2, ", 0.0 MB/s, 0:00 left"},
        {50, 100, 0.9, ""},
        {0, 100, 5, ""},
        {200, 100, 5, ""},
        {1, UINT64_MAX, 1e9, ", 0.0 MB/s, 277777:46:39 left"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[RS_PROGRESS_TEXT_SIZE];
        rs_progress_pace(rows[i].done, rows[i].total, (int64_t)(rows[i].seconds * 1e9), text);
        CHECK_ROW(strcmp(text, rows[i].expected) == 0, text);
    }
}

/* The two ends of a terminal, of a kind that can go back in a line. */
typedef struct terminal {
    int ours, theirs;
} terminal;

static terminal terminal_open(void)
{
    terminal t = {.ours = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)};
    CU_ASSERT_FATAL(setenv("TERM", "xterm", 1) == 0);
    CU_ASSERT_FATAL(t.ours >= 0 && grantpt(t.ours) == 0 && unlockpt(t.ours) == 0);
    t.theirs = open(ptsname(t.ours), O_RDWR | O_NOCTTY);
    CU_ASSERT_FATAL(t.theirs >= 0);
    return t;
}

static void terminal_close(terminal t)
{
    close(t.theirs);
    close(t.ours);
}

/* What was shown since the last time, NUL-terminated. */
static void read_shown(terminal t, char out[256])
{
    ssize_t n = read(t.ours, out, 255);
    out[n < 0 ? 0 : n] = '\0';
}

/* Moves the last time that the bar was drawn, so that no test depends on how fast it runs. */
static void drawn_a_tenth_of_a_second_ago(rs_progress *progress)
{
    progress->shown_at -= 100 * 1000 * 1000;
}

static void drawn_just_now(rs_progress *progress)
{
    progress->shown_at += INT64_C(3600) * 1000 * 1000 * 1000;
}

static void bar_comes_after_a_while_and_goes(void)
{
    terminal t = terminal_open();
    char shown[256];
    rs_progress progress;
    rs_progress_begin(&progress, t.theirs, 100);
    int64_t begun_at = progress.shown_at;
    drawn_just_now(&progress);
    rs_progress_advance(&progress, 10);
    rs_progress_hide(&progress);
    read_shown(t, shown);
    CU_ASSERT(shown[0] == '\0');
    progress.shown_at = begun_at;
    drawn_a_tenth_of_a_second_ago(&progress);
    rs_progress_advance(&progress, 15);
    read_shown(t, shown);
    CU_ASSERT(strstr(shown, "]  25 %") != NULL && shown[0] == '\r');
    CU_ASSERT(progress.shown_at >= begun_at);
    drawn_just_now(&progress);
    rs_progress_advance(&progress, 25);
    read_shown(t, shown);
    CU_ASSERT(shown[0] == '\0');
    rs_progress_hide(&progress);
    read_shown(t, shown);
    CU_ASSERT(strcmp(shown, "\r\033[K") == 0);
    rs_progress_hide(&progress);
    read_shown(t, shown);
    CU_ASSERT(shown[0] == '\0');
    terminal_close(t);
}

static void nothing_without_a_terminal_or_a_size(void)
{
    terminal t = terminal_open();
    char shown[256];
    rs_progress progress;
    rs_progress_begin(&progress, t.theirs, 0);
    progress.shown_at = 0;
    rs_progress_advance(&progress, 10);
    read_shown(t, shown);
    CU_ASSERT(shown[0] == '\0' && !progress.visible);
    terminal_close(t);
    int pipe_ends[2];
    CU_ASSERT_FATAL(pipe(pipe_ends) == 0);
    rs_progress_begin(&progress, pipe_ends[1], 100);
    progress.shown_at = 0;
    rs_progress_advance(&progress, 10);
    CU_ASSERT(!progress.visible);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

static CU_TestInfo tests[] = {
    {"text_of_each_part", text_of_each_part},
    {"pace_and_time_left", pace_and_time_left},
    {"bar_comes_after_a_while_and_goes", bar_comes_after_a_while_and_goes},
    {"nothing_without_a_terminal_or_a_size", nothing_without_a_terminal_or_a_size},
    CU_TEST_INFO_NULL,
};

RS_SUITE("progress", tests)
