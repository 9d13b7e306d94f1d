/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that write while another one rotates the file below them: every line is whole, and
 * each is in a file or was reported as lost.
 */
#include "provider/telemetry/log_file.h"

#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

enum { WRITERS = 8, ROTATIONS = 1000, DELETIONS = 200, LINES_MAX = 200000 };

typedef struct writer {
    pthread_t thread;
    rs_log_file *file;
    unsigned number, written, lost;
} writer;

static atomic_bool stop;
static atomic_uint running; /* writers that wrote something */

static void *write_until_stopped(void *argument)
{
    writer *w = argument;
    char line[64];
    while (!atomic_load(&stop) && w->written + w->lost < LINES_MAX) {
        int size = snprintf(line, sizeof line, "{\"writer\":%u,\"line\":%u}", w->number,
                            w->written + w->lost);
        if (rs_log_file_write(w->file, rs_bytes_make(line, (size_t)size)))
            w->written++;
        else
            w->lost++;
        if (w->written + w->lost == 1)
            atomic_fetch_add(&running, 1);
    }
    return NULL;
}

static void start_writers(writer *writers, rs_log_file *file)
{
    atomic_store(&stop, false);
    atomic_store(&running, 0);
    for (unsigned i = 0; i < WRITERS; i++) {
        writers[i] = (writer){.file = file, .number = i};
        CU_ASSERT_FATAL(
            pthread_create(&writers[i].thread, NULL, write_until_stopped, &writers[i]) == 0);
    }
    while (atomic_load(&running) < WRITERS)
        sched_yield();
}

/* Returns how many lines were written; all that were not in `*lost`. */
static unsigned stop_writers(writer *writers, unsigned *lost)
{
    unsigned written = 0;
    *lost = 0;
    atomic_store(&stop, true);
    for (unsigned i = 0; i < WRITERS; i++) {
        pthread_join(writers[i].thread, NULL);
        written += writers[i].written;
        *lost += writers[i].lost;
    }
    return written;
}

/* Counts the lines of a file, up to one that is torn or not in its writer's order. */
static unsigned lines_of(FILE *file, unsigned next[WRITERS])
{
    char text[256];
    unsigned count = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    while (fgets(text, sizeof text, file) != NULL) {
        unsigned number, line;
        int end = 0;
        bool whole = sscanf(text, "{\"writer\":%u,\"line\":%u}%n", &number, &line, &end) == 2 &&
                     end > 0 && strcmp(text + end, "\n") == 0 && number < WRITERS;
        if (!whole || line < next[number])
            break;
        next[number] = line + 1;
        count++;
    }
    fclose(file);
    return count;
}

static void nothing_is_lost_when_rotated(void)
{
    rs_log_file file;
    writer writers[WRITERS];
    scratch_path path = scratch("log");
    char moved[160];
    unsigned next[WRITERS] = {0}, count = 0, lost;
    rs_log_file_init(&file, path.text);
    start_writers(writers, &file);
    for (unsigned i = 0; i < ROTATIONS; i++) {
        snprintf(moved, sizeof moved, "%s.%u", path.text, i);
        CU_ASSERT(rename(path.text, moved) == 0);
        rs_log_file_refresh(&file);
    }
    unsigned written = stop_writers(writers, &lost);
    for (unsigned i = 0; i < ROTATIONS; i++) {
        snprintf(moved, sizeof moved, "%s.%u", path.text, i);
        count += lines_of(fopen(moved, "r"), next);
    }
    count += lines_of(fopen(path.text, "r"), next);
    CU_ASSERT(count == written);
    CU_ASSERT(lost == 0);
    rs_log_file_clear(&file);
}

/* What was deleted is still read here, so that what a writer wrote too late is counted. */
static void writers_replace_what_is_deleted(void)
{
    static int deleted[DELETIONS];
    rs_log_file file;
    writer writers[WRITERS];
    scratch_path path = scratch("deleted");
    unsigned next[WRITERS] = {0}, count = 0, lost, deletions = 0;
    rs_log_file_init(&file, path.text);
    start_writers(writers, &file);
    while (deletions < DELETIONS) {
        int fd = open(path.text, O_RDONLY | O_CLOEXEC);
        if (fd < 0) { /* nobody wrote since the last one */
            rs_log_file_refresh(&file);
            continue;
        }
        deleted[deletions++] = fd;
        CU_ASSERT(unlink(path.text) == 0);
    }
    unsigned written = stop_writers(writers, &lost);
    for (unsigned i = 0; i < DELETIONS; i++)
        count += lines_of(fdopen(deleted[i], "r"), next);
    rs_log_file_refresh(&file);
    count += lines_of(fopen(path.text, "r"), next);
    CU_ASSERT(count == written);
    rs_log_file_clear(&file);
}

static CU_TestInfo tests[] = {
    {"nothing is lost when rotated", nothing_is_lost_when_rotated},
    {"writers replace what is deleted", writers_replace_what_is_deleted},
    CU_TEST_INFO_NULL,
};

RS_SUITE("log_file_threads", tests)
