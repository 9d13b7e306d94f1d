/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/writer.h"

#include "command/base/message.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

typedef struct waiting_unit {
    rs_unit_id id;
    rs_bytes contribution;
} waiting_unit;

typedef struct batch {
    waiting_unit *units;
    size_t count, capacity, size;
} batch;

struct rs_survey_writer {
    rs_survey_store *store;
    unsigned seconds;
    rs_survey_writer_prepare *prepare;
    void *context;
    pthread_mutex_t writing; /* held while a batch is written; taken before `waiting_lock` */
    rs_counts counts;        /* of the units that are written, not yet in the store's sums */
    uint64_t added, adding;  /* units that were new to the store: all, and those of this batch */
    pthread_mutex_t waiting_lock;
    batch waiting; /* under `waiting_lock`, as all that follows */
    time_t written_at;
    bool failed;
};

static time_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

rs_survey_writer *rs_survey_writer_new(rs_survey_store *store, unsigned seconds,
                                       rs_survey_writer_prepare *prepare, void *context)
{
    rs_survey_writer *writer = rs_message_need(calloc(1, sizeof *writer));
    writer->store = store;
    writer->seconds = seconds;
    writer->prepare = prepare;
    writer->context = context;
    writer->written_at = now();
    rs_counts_init(&writer->counts);
    pthread_mutex_init(&writer->writing, NULL);
    pthread_mutex_init(&writer->waiting_lock, NULL);
    return writer;
}

static void clear_batch(batch *taken)
{
    for (size_t i = 0; i < taken->count; i++)
        free((void *)taken->units[i].contribution.p);
    free(taken->units);
    *taken = (batch){0};
}

void rs_survey_writer_free(rs_survey_writer *writer)
{
    if (writer == NULL)
        return;
    clear_batch(&writer->waiting);
    rs_counts_clear(&writer->counts);
    pthread_mutex_destroy(&writer->writing);
    pthread_mutex_destroy(&writer->waiting_lock);
    free(writer);
}

/* Adds the sums of the units so far to the store, and begins anew. */
static bool add_sums(rs_survey_writer *writer)
{
    bool good = rs_survey_store_add_counts(writer->store, &writer->counts);
    rs_counts_reset(&writer->counts);
    return good;
}

/* Adds one unit, and its part to the sums if the store did not have it. */
static bool write_unit(rs_survey_writer *writer, const waiting_unit *unit)
{
    if (rs_unit_id_has_tile(&unit->id) && !rs_survey_store_add_tile(writer->store, unit->id.tile))
        return false;
    switch (rs_survey_store_add_unit(writer->store, unit->id.digest, unit->contribution)) {
    case RS_SURVEY_STORE_KNOWN:
        return true;
    case RS_SURVEY_STORE_ADDED:
        if (rs_contribution_read(unit->contribution, &writer->counts) != RS_CONTRIBUTION_ADDED)
            rs_message_need(NULL); /* it was written here, so nothing else is wrong */
        writer->adding++;
        return writer->counts.row_count < RS_SURVEY_SUMS || add_sums(writer);
    default:
        return false;
    }
}

static bool write_units(rs_survey_writer *writer, const batch *taken)
{
    for (size_t i = 0; i < taken->count; i++)
        if (!write_unit(writer, &taken->units[i]))
            return false;
    return true;
}

static bool write_batch(rs_survey_writer *writer, const batch *taken)
{
    rs_survey_store *store = writer->store;
    writer->adding = 0;
    if (!rs_survey_store_begin(store))
        return false;
    bool good = (writer->prepare == NULL || writer->prepare(writer->context, store)) &&
                write_units(writer, taken) && add_sums(writer);
    if (!good) {
        rs_counts_reset(&writer->counts);
        return rs_survey_store_rollback(store);
    }
    if (!rs_survey_store_commit(store))
        return false;
    writer->added += writer->adding;
    return true;
}

/* Writes all that waits. `writing` is held. */
static bool write_waiting(rs_survey_writer *writer)
{
    pthread_mutex_lock(&writer->waiting_lock);
    batch taken = writer->waiting;
    bool failed = writer->failed;
    writer->waiting = (batch){0};
    writer->written_at = now();
    pthread_mutex_unlock(&writer->waiting_lock);
    failed = failed || !write_batch(writer, &taken);
    clear_batch(&taken);
    pthread_mutex_lock(&writer->waiting_lock);
    writer->failed = failed;
    pthread_mutex_unlock(&writer->waiting_lock);
    return !failed;
}

static void append(batch *waiting, const waiting_unit *unit)
{
    if (waiting->count == waiting->capacity) {
        waiting->capacity = waiting->capacity == 0 ? 256 : 2 * waiting->capacity;
        waiting->units = rs_message_need(
            reallocarray(waiting->units, waiting->capacity, sizeof *waiting->units));
    }
    waiting->units[waiting->count++] = *unit;
    waiting->size += sizeof *unit + unit->contribution.n;
}

bool rs_survey_writer_put(rs_survey_writer *writer, const rs_unit_id *id, rs_bytes contribution)
{
    waiting_unit unit = {.id = *id, .contribution = contribution};
    pthread_mutex_lock(&writer->waiting_lock);
    append(&writer->waiting, &unit);
    bool failed = writer->failed;
    bool due =
        writer->waiting.size >= RS_SURVEY_BATCH || now() - writer->written_at > writer->seconds;
    /* Who brings more than can be written has to wait: memory is bounded so. */
    bool behind = writer->waiting.size >= 2 * RS_SURVEY_BATCH;
    pthread_mutex_unlock(&writer->waiting_lock);
    if (failed || !due)
        return !failed;
    if (behind)
        pthread_mutex_lock(&writer->writing);
    else if (pthread_mutex_trylock(&writer->writing) != 0)
        return true;
    bool good = write_waiting(writer);
    pthread_mutex_unlock(&writer->writing);
    return good;
}

bool rs_survey_writer_finish(rs_survey_writer *writer, uint64_t *added)
{
    pthread_mutex_lock(&writer->writing);
    bool good = write_waiting(writer);
    *added = writer->added;
    pthread_mutex_unlock(&writer->writing);
    return good;
}
