/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/feed.h"

#include "command/survey/input/file/issuers.h"
#include "command/survey/input/file/stream.h"
#include "command/survey/input/file/walk.h"
#include "command/survey/input/log/http.h"
#include "command/survey/input/log/log_url.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A file, or a log, of which some unit was taken, and perhaps not the last. */
typedef struct open_file {
    rs_stream *stream; /* NULL: it is a log */
    rs_log *log;
    bool is_busy; /* a thread takes a unit from it */
    struct open_file *next;
} open_file;

struct rs_survey_feed {
    uint64_t size;
    pthread_mutex_t lock; /* of all that follows, but not of what a busy file has */
    pthread_cond_t freed; /* a file is not busy any more, or gone */
    rs_walk *walk;
    bool walk_ended, has_failed;
    uint64_t parts;
    open_file *files;
    char **others; /* paths of a log's issuers that are none, to be read as what they are */
    size_t other_count, others_read;
};

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* Takes over either of the two; one that is NULL is for want of memory if the other is, too. */
static bool add_file(rs_survey_feed *feed, rs_stream *stream, rs_log *log)
{
    open_file *file = calloc(1, sizeof *file);
    if (file == NULL || (stream == NULL && log == NULL)) {
        free(file);
        rs_stream_free(stream);
        rs_log_free(log);
        return false;
    }
    *file = (open_file){.stream = stream, .log = log, .next = feed->files};
    feed->files = file;
    return true;
}

static bool keep_other(void *context, const char *path)
{
    rs_survey_feed *feed = context;
    char **grown = reallocarray(feed->others, feed->other_count + 1, sizeof *grown);
    if (grown == NULL)
        return false;
    feed->others = grown;
    feed->others[feed->other_count] = strdup(path);
    return feed->others[feed->other_count++] != NULL;
}

/* Standard input and logs are open already; the others are walked. */
static bool open_inputs(rs_survey_feed *feed, char *const *paths, size_t count,
                        rs_survey_issuer *issuer, rs_log_wants_tile *wants, void *context)
{
    char **walked = calloc(count + 1, sizeof *walked);
    size_t n = 0;
    const rs_issuers_sink sink = {issuer, context, keep_other, feed};
    bool ok = walked != NULL;
    for (size_t i = 0; i < count && ok; i++) {
        if (is_standard_input(paths[i]))
            ok = add_file(feed, rs_stream_new(paths[i]), NULL);
        else if (rs_log_url_is(paths[i]))
            ok = add_file(feed, NULL, rs_log_new(paths[i], issuer, wants, context, RS_HTTP_DELAY));
        else
            walked[n++] = paths[i];
    }
    feed->walk = ok ? rs_walk_new(walked, n) : NULL;
    ok = feed->walk != NULL && rs_issuers_load(walked, n, &sink, &feed->size);
    free(walked);
    return ok;
}

rs_survey_feed *rs_survey_feed_new(char *const *paths, size_t count, rs_survey_issuer *issuer,
                                   rs_log_wants_tile *wants, void *context)
{
    rs_survey_feed *feed = calloc(1, sizeof *feed);
    if (feed == NULL)
        return NULL;
    pthread_mutex_init(&feed->lock, NULL);
    pthread_cond_init(&feed->freed, NULL);
    if (!open_inputs(feed, paths, count, issuer, wants, context)) {
        rs_survey_feed_free(feed);
        return NULL;
    }
    return feed;
}

static void free_file(open_file *file)
{
    rs_stream_free(file->stream);
    rs_log_free(file->log);
    free(file);
}

void rs_survey_feed_free(rs_survey_feed *feed)
{
    if (feed == NULL)
        return;
    while (feed->files != NULL) {
        open_file *file = feed->files;
        feed->files = file->next;
        free_file(file);
    }
    rs_walk_free(feed->walk);
    for (size_t i = 0; i < feed->other_count; i++)
        free(feed->others[i]);
    free(feed->others);
    pthread_cond_destroy(&feed->freed);
    pthread_mutex_destroy(&feed->lock);
    free(feed);
}

bool rs_survey_feed_can_repeat(const char *path)
{
    struct stat status;
    if (is_standard_input(path))
        return false;
    return rs_log_url_is(path) || stat(path, &status) != 0 || S_ISREG(status.st_mode) ||
           S_ISDIR(status.st_mode);
}

uint64_t rs_survey_feed_size(const rs_survey_feed *feed)
{
    return feed->size;
}

static bool begin_path(rs_survey_feed *feed, const char *path)
{
    feed->has_failed = !add_file(feed, rs_stream_new(path), NULL);
    return !feed->has_failed;
}

/* Begins the next file. False where none is left; the file is in the list, first, if not. */
static bool begin_next(rs_survey_feed *feed)
{
    rs_walk_item item;
    if (feed->others_read < feed->other_count)
        return begin_path(feed, feed->others[feed->others_read++]);
    while (!feed->walk_ended && !feed->has_failed) {
        if (!rs_walk_next(feed->walk, &item)) {
            feed->walk_ended = true;
        } else if (item.kind == RS_WALK_PART) {
            feed->parts++;
        } else if (item.kind != RS_WALK_ISSUER) {
            return begin_path(feed, item.path);
        }
    }
    return false;
}

/*
 * A file that no other thread reads, which is busy now: an open one rather than a new one, so that
 * few are open. Waits where all open ones are busy and no new one is left. NULL: there is none.
 */
static open_file *claim(rs_survey_feed *feed)
{
    open_file *file = NULL;
    pthread_mutex_lock(&feed->lock);
    while (!feed->has_failed) {
        for (file = feed->files; file != NULL && file->is_busy;)
            file = file->next;
        if (file == NULL && begin_next(feed))
            file = feed->files;
        if (file != NULL || feed->files == NULL || feed->has_failed)
            break;
        pthread_cond_wait(&feed->freed, &feed->lock);
    }
    if (feed->has_failed)
        file = NULL;
    if (file != NULL)
        file->is_busy = true;
    pthread_mutex_unlock(&feed->lock);
    return file;
}

static void release(rs_survey_feed *feed, open_file *file, rs_stream_status status)
{
    bool is_over = status != RS_STREAM_OK;
    pthread_mutex_lock(&feed->lock);
    feed->has_failed |= status == RS_STREAM_NO_MEMORY;
    file->is_busy = false;
    if (is_over) {
        feed->parts += file->log != NULL && rs_log_has_part(file->log);
        open_file **link = &feed->files;
        while (*link != file)
            link = &(*link)->next;
        *link = file->next;
    }
    pthread_cond_broadcast(&feed->freed);
    pthread_mutex_unlock(&feed->lock);
    if (is_over)
        free_file(file);
}

bool rs_survey_feed_next(rs_survey_feed *feed, rs_survey_unit *unit)
{
    open_file *file;
    while ((file = claim(feed)) != NULL) {
        bool is_log = file->log != NULL;
        rs_stream_status status =
            is_log ? rs_log_next(file->log, unit) : rs_stream_next(file->stream, unit);
        uint64_t position = is_log ? rs_log_position(file->log) : rs_stream_position(file->stream);
        release(feed, file, status);
        if (status == RS_STREAM_NO_MEMORY)
            return false;
        if (status != RS_STREAM_END) {
            rs_survey_unit_seal(unit, position);
            return true;
        }
    }
    return false;
}

uint64_t rs_survey_feed_parts(rs_survey_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    uint64_t parts = feed->parts;
    pthread_mutex_unlock(&feed->lock);
    return parts;
}

bool rs_survey_feed_failed(rs_survey_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    bool failed = feed->has_failed;
    pthread_mutex_unlock(&feed->lock);
    return failed;
}
