/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/counting/run.h"

#include "command/base/message.h"
#include "command/base/progress.h"
#include "command/survey/counting/held.h"
#include "command/survey/input/feed.h"
#include "command/survey/store/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { SECONDS = 2 }; /* of work, no more, are lost to kill -9 */

/* What the threads of a run share. */
typedef struct shared {
    const rs_survey_scope *scope;
    rs_survey_feed *feed;
    rs_survey_writer *writer;
    rs_survey_hashes units, tiles; /* of the store when the run began */
    rs_held held;
    bool is_second_pass; /* only what was held is read, and counts */
    atomic_bool failed;
    atomic_uint_fast64_t units_put, units_known, unreadable, refused;
    uint64_t units_added, parts, lost;
    pthread_mutex_t progress_lock;
    rs_progress progress;
} shared;

static void advance(shared *s, uint64_t bytes)
{
    pthread_mutex_lock(&s->progress_lock);
    rs_progress_advance(&s->progress, bytes);
    pthread_mutex_unlock(&s->progress_lock);
}

/* What is in a file may be anything; that a file cannot be read is an error. */
static void leave_out(shared *s, const rs_survey_unit *unit)
{
    bool is_refused = unit->rejection == RS_SURVEY_UNREADABLE;
    const char *reason =
        unit->error != 0 ? strerror(unit->error) : rs_survey_rejection_text(unit->rejection);
    s->unreadable++;
    s->refused += is_refused;
    pthread_mutex_lock(&s->progress_lock);
    rs_progress_hide(&s->progress);
    if (is_refused)
        rs_message_error("%s: %s; it is left out", unit->name, reason);
    else
        rs_message_warning("%s: %s; it is left out", unit->name, reason);
    pthread_mutex_unlock(&s->progress_lock);
}

static bool put(void *context, const rs_unit_id *id, rs_bytes contribution)
{
    shared *s = context;
    s->units_put++;
    return rs_survey_writer_put(s->writer, id, contribution);
}

static bool count_unit(shared *s, rs_survey_counter *counter, rs_survey_unit *unit)
{
    if (!rs_survey_counter_read(counter, unit))
        rs_message_need(NULL);
    rs_bytes contribution = rs_contribution_write(&counter->contribution);
    if (contribution.p == NULL)
        rs_message_need(NULL);
    rs_unit_id id;
    memcpy(id.digest, unit->digest, sizeof id.digest);
    memcpy(id.tile, unit->tile, sizeof id.tile);
    if (s->is_second_pass || !counter->may_change)
        return put(s, &id, contribution);
    rs_held_add(&s->held, &id, counter->generation, contribution);
    return true;
}

static bool take_unit(shared *s, rs_survey_counter *counter, rs_survey_unit *unit)
{
    if (s->is_second_pass)
        return unit->is_rejected || !rs_held_take(&s->held, unit->digest) ||
               count_unit(s, counter, unit);
    if (unit->is_rejected) {
        leave_out(s, unit);
        return true;
    }
    if (!rs_survey_hashes_have(&s->units, unit->digest))
        return count_unit(s, counter, unit);
    s->units_known++;
    return true;
}

static void *work(void *context)
{
    shared *s = context;
    rs_survey_counter counter;
    rs_survey_unit unit = {0};
    if (!rs_survey_counter_init(&counter, s->scope))
        rs_message_need(NULL);
    while (!s->failed && rs_survey_feed_next(s->feed, &unit)) {
        if (!take_unit(s, &counter, &unit))
            s->failed = true;
        advance(s, unit.size_read);
    }
    if (rs_survey_feed_failed(s->feed))
        rs_message_need(NULL);
    rs_survey_unit_clear(&unit);
    rs_survey_counter_clear(&counter);
    return NULL;
}

/* The calling thread is one of them; with fewer than were asked for, it only takes longer. */
static void work_together(shared *s, unsigned threads)
{
    pthread_t *others = rs_message_need(calloc(threads, sizeof *others));
    unsigned started = 0;
    while (started + 1 < threads && pthread_create(&others[started], NULL, work, s) == 0)
        started++;
    work(s);
    for (unsigned i = 0; i < started; i++)
        pthread_join(others[i], NULL);
    free(others);
}

/* An issuer that a folder of a log gives beside its tiles. */
static bool take_issuer(void *context, rs_bytes certificate)
{
    const shared *s = context;
    return rs_new_ca_offer(s->scope->new_ca, s->scope->pool, certificate);
}

/* Whether a tile of a log has to be read, by its hash in the log's tree. */
static bool wants_tile(void *context, const uint8_t hash[RS_SHA256_SIZE])
{
    shared *s = context;
    if (s->is_second_pass)
        return rs_held_has_tile(&s->held, hash);
    if (!rs_survey_hashes_have(&s->tiles, hash))
        return true;
    s->units_known++;
    return false;
}

static bool read_all(shared *s, const rs_survey_job *job)
{
    char **inputs = rs_message_need(calloc(job->input_count + 1, sizeof *inputs));
    size_t count = 0;
    for (size_t i = 0; i < job->input_count; i++)
        if (!s->is_second_pass || rs_survey_feed_can_repeat(job->inputs[i]))
            inputs[count++] = job->inputs[i];
    s->feed = rs_message_need(rs_survey_feed_new(inputs, count, take_issuer, wants_tile, s));
    rs_progress_begin(&s->progress, STDERR_FILENO, rs_survey_feed_size(s->feed));
    work_together(s, job->threads);
    rs_progress_hide(&s->progress);
    s->parts = rs_survey_feed_parts(s->feed);
    rs_survey_feed_free(s->feed);
    free(inputs);
    return !s->failed;
}

/* Those that were held, when all that could bring an issuer was read. */
static bool read_held(shared *s, const rs_survey_job *job)
{
    if (!rs_held_release(&s->held, rs_ca_pool_generation(job->scope.pool), put, s))
        return false;
    s->units_known += s->held.repeated;
    s->is_second_pass = true;
    if (s->held.count > 0 && !read_all(s, job))
        return false;
    size_t lost;
    bool good = rs_held_release_rest(&s->held, put, s, &lost);
    s->lost = lost;
    return good;
}

static bool run(shared *s, const rs_survey_job *job)
{
    if (!rs_survey_hashes_load(&s->units, job->store, "SELECT digest FROM unit ORDER BY digest") ||
        !rs_survey_hashes_load(&s->tiles, job->store, "SELECT hash FROM tile ORDER BY hash"))
        return false;
    s->writer = rs_survey_writer_new(job->store, SECONDS, rs_new_ca_write, s->scope->new_ca);
    bool good = read_all(s, job) && read_held(s, job);
    /* What was read is kept also when something failed. */
    good = rs_survey_writer_finish(s->writer, &s->units_added) && good;
    rs_survey_writer_free(s->writer);
    return good;
}

bool rs_survey_run(const rs_survey_job *job, rs_survey_result *result)
{
    rs_survey_scope scope = job->scope;
    shared s = {.scope = &scope};
    scope.new_ca = rs_new_ca_new();
    pthread_mutex_init(&s.held.lock, NULL);
    pthread_mutex_init(&s.progress_lock, NULL);
    bool good = run(&s, job);
    uint64_t twice = s.units_put - s.units_added;
    *result = (rs_survey_result){.units_added = s.units_added,
                                 .units_known = s.units_known + twice,
                                 .unreadable = s.unreadable,
                                 .refused = s.refused,
                                 .lost = s.lost,
                                 .parts = s.parts};
    rs_held_clear(&s.held);
    pthread_mutex_destroy(&s.held.lock);
    pthread_mutex_destroy(&s.progress_lock);
    rs_new_ca_free(scope.new_ca);
    rs_survey_hashes_clear(&s.units);
    rs_survey_hashes_clear(&s.tiles);
    return good;
}
