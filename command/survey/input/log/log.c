/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/log/log.h"

#include "command/survey/input/format/tile.h"
#include "command/survey/input/log/http.h"
#include "command/survey/input/log/log_tree.h"
#include "command/survey/input/log/log_url.h"
#include "lib/base/hash_index.h"
#include "lib/base/little_endian.h"

#include <stdio.h>
#include <stdlib.h>

enum { CHECKPOINT_MAX = 64 * 1024, ISSUER_MAX = 1 << 20, URL_MAX = 2 * RS_LOG_URL_MAX };

/* A tile that was asked for. */
typedef struct asked_tile {
    uint64_t index;
    rs_log_tree_status status; /* of the hash, which is what the log's tree has in its place */
    rs_merkle_hash hash;
} asked_tile;

/* An issuer that was asked for. */
typedef struct asked_issuer {
    uint8_t fingerprint[RS_SURVEY_SHA256_SIZE];
    bool has_failed; /* the log may have it, but did not give it */
} asked_issuer;

struct rs_log {
    char *prefix; /* with a slash at its end */
    rs_log_url url;
    bool is_wrong; /* the URL */
    bool is_open, is_done, has_part;
    rs_http *tiles, *others;
    rs_log_tree tree;
    uint64_t next, end; /* of the tiles that were not asked for */
    asked_tile under_way[RS_LOG_TRANSFERS];
    size_t under_way_count;
    uint64_t position;
    rs_survey_issuer *issuer;
    rs_log_wants_tile *wants;
    void *context;
    asked_issuer *seen;
    size_t seen_count, seen_capacity;
    rs_hash_index seen_index;
};

rs_log *rs_log_new(const char *url, rs_survey_issuer *issuer, rs_log_wants_tile *wants,
                   void *context, unsigned delay)
{
    rs_log *log = calloc(1, sizeof *log);
    if (log == NULL)
        return NULL;
    log->is_wrong = rs_log_url_read(url, &log->url) != NULL;
    size_t length = log->url.length;
    log->prefix = malloc(length + sizeof "/");
    log->tiles = rs_http_new(delay);
    log->others = rs_http_new(delay);
    if (log->prefix == NULL || log->tiles == NULL || log->others == NULL) {
        rs_log_free(log);
        return NULL;
    }
    snprintf(log->prefix, length + sizeof "/", "%.*s%s", (int)length, url,
             url[length - 1] == '/' ? "" : "/");
    log->issuer = issuer;
    log->wants = wants;
    log->context = context;
    return log;
}

void rs_log_free(rs_log *log)
{
    if (log == NULL)
        return;
    rs_http_free(log->tiles);
    rs_http_free(log->others);
    rs_hash_index_clear(&log->seen_index);
    free(log->seen);
    free(log->prefix);
    free(log);
}

uint64_t rs_log_position(const rs_log *log)
{
    return log->position;
}

bool rs_log_has_part(const rs_log *log)
{
    return log->has_part;
}

static void make_url(const rs_log *log, const char *path, char url[URL_MAX])
{
    snprintf(url, URL_MAX, "%s%s", log->prefix, path);
}

static rs_http_reply get(rs_log *log, const char *path, size_t max)
{
    char url[URL_MAX];
    make_url(log, path, url);
    return rs_http_get(log->others, url, max);
}

/* An rs_log_tree_get. */
static bool get_hashes(void *context, unsigned level, uint64_t index, size_t width,
                       rs_merkle_hash *hashes)
{
    char name[] = {(char)('0' + level), '\0'}, path[RS_LOG_TILE_PATH_MAX];
    size_t size = width * sizeof *hashes;
    rs_log_tile_path(name, index, width, path);
    rs_http_reply reply = get(context, path, RS_TILE_WIDTH * sizeof *hashes);
    if (reply.status != RS_HTTP_OK && width < RS_TILE_WIDTH) {
        /* A log may drop a part once it has the whole. */
        rs_log_tile_path(name, index, RS_TILE_WIDTH, path);
        reply = get(context, path, RS_TILE_WIDTH * sizeof *hashes);
    }
    bool good = reply.status == RS_HTTP_OK && reply.size >= size;
    if (good)
        memcpy(hashes, reply.body, size);
    free(reply.body);
    return good;
}

/* Reads the checkpoint and the right edge of the tree. False, with a reason, if that fails. */
static bool open_log(rs_log *log, rs_survey_rejection *reason)
{
    rs_checkpoint checkpoint;
    rs_http_reply reply = {.status = RS_HTTP_FAILED};
    *reason = RS_SURVEY_UNREADABLE;
    if (!log->is_wrong)
        reply = get(log, "checkpoint", CHECKPOINT_MAX);
    bool good = reply.status == RS_HTTP_OK &&
                rs_checkpoint_read(rs_bytes_make(reply.body, reply.size), &checkpoint);
    free(reply.body);
    if (!good)
        return false;
    switch (rs_log_tree_open(&log->tree, &checkpoint, get_hashes, log)) {
    case RS_LOG_TREE_OK:
        break;
    case RS_LOG_TREE_FORGED:
        *reason = RS_SURVEY_NOT_IN_TREE;
        return false;
    case RS_LOG_TREE_NO_TILE:
        return false;
    }
    log->next = (log->url.first + RS_TILE_WIDTH - 1) / RS_TILE_WIDTH;
    log->end = log->url.last / RS_TILE_WIDTH + 1;
    uint64_t whole = checkpoint.size / RS_TILE_WIDTH;
    log->has_part = checkpoint.size % RS_TILE_WIDTH > 0 && log->next <= whole && log->end > whole;
    if (log->end > whole)
        log->end = whole;
    return true;
}

/* Asks for the next tile, if it is needed. */
static bool ask_next(rs_log *log)
{
    char path[RS_LOG_TILE_PATH_MAX], url[URL_MAX];
    asked_tile *asked = &log->under_way[log->under_way_count];
    asked->index = log->next++;
    asked->status = rs_log_tree_hash(&log->tree, 1, asked->index, &asked->hash);
    if (asked->status == RS_LOG_TREE_OK && log->wants != NULL &&
        !log->wants(log->context, asked->hash.octets))
        return true;
    rs_log_tile_path("data", asked->index, RS_TILE_WIDTH, path);
    make_url(log, path, url);
    log->under_way_count++;
    return rs_http_start(log->tiles, url, RS_STREAM_UNIT_MAX, asked->index);
}

/* Keeps as many requests for tiles under way as there may be. */
static bool ask(rs_log *log)
{
    while (log->next < log->end && log->under_way_count < RS_LOG_TRANSFERS)
        if (!ask_next(log))
            return false;
    return true;
}

/* The tile of this index is under way no more. */
static asked_tile take_asked(rs_log *log, uint64_t index)
{
    size_t at = 0;
    while (log->under_way[at].index != index)
        at++;
    asked_tile asked = log->under_way[at];
    log->under_way[at] = log->under_way[--log->under_way_count];
    return asked;
}

/* Whether a tile is whole, and what the log's tree has in its place. */
static bool is_in_tree(const asked_tile *asked, rs_bytes tile, rs_survey_rejection *reason)
{
    rs_merkle_hash leaves[RS_TILE_WIDTH];
    rs_survey_entry entry;
    rs_survey_rejection unused;
    rs_bytes hashed;
    size_t count = 0;
    while (count < RS_TILE_WIDTH && rs_tile_next(&tile, &entry, &hashed, &unused))
        leaves[count++] = rs_merkle_leaf(hashed);
    *reason = RS_SURVEY_NOT_IN_TREE;
    if (count < RS_TILE_WIDTH || tile.n > 0)
        return false;
    if (asked->status == RS_LOG_TREE_NO_TILE)
        *reason = RS_SURVEY_UNREADABLE;
    rs_merkle_hash root = rs_merkle_root(leaves, count);
    return asked->status == RS_LOG_TREE_OK && rs_merkle_equal(&root, &asked->hash);
}

static bool is_fingerprint(const void *array, uint32_t index, const void *key)
{
    const asked_issuer *seen = array;
    return memcmp(seen[index].fingerprint, key, RS_SURVEY_SHA256_SIZE) == 0;
}

/* The issuer of this fingerprint; `*is_new` if it was not asked for. NULL if there is no memory. */
static asked_issuer *remember(rs_log *log, const uint8_t *fingerprint, bool *is_new)
{
    uint32_t hash = rs_le32_get(fingerprint);
    uint32_t at =
        rs_hash_index_find(&log->seen_index, hash, is_fingerprint, log->seen, fingerprint);
    *is_new = at == RS_HASH_INDEX_NONE;
    if (!*is_new)
        return &log->seen[at];
    if (log->seen_count == log->seen_capacity) {
        size_t capacity = 2 * log->seen_capacity + 64;
        void *seen = realloc(log->seen, capacity * sizeof *log->seen);
        if (seen == NULL)
            return NULL;
        log->seen = seen;
        log->seen_capacity = capacity;
    }
    asked_issuer *issuer = &log->seen[log->seen_count];
    memcpy(issuer->fingerprint, fingerprint, sizeof issuer->fingerprint);
    issuer->has_failed = false;
    return rs_hash_index_add(&log->seen_index, hash, (uint32_t)log->seen_count++) ==
                   RS_HASH_INDEX_ADDED
               ? issuer
               : NULL;
}

/* Hands on the issuer of this fingerprint, if the log has it. */
static rs_http_status get_issuer(rs_log *log, const uint8_t *fingerprint)
{
    char path[8 + 2 * RS_SURVEY_SHA256_SIZE] = "issuer/";
    uint8_t digest[RS_SHA256_SIZE];
    for (size_t i = 0; i < RS_SURVEY_SHA256_SIZE; i++)
        snprintf(path + 7 + 2 * i, 3, "%02x", fingerprint[i]);
    rs_http_reply reply = get(log, path, ISSUER_MAX);
    if (reply.status != RS_HTTP_OK)
        return reply.status == RS_HTTP_MISSING ? RS_HTTP_OK : reply.status;
    rs_sha256_digest(rs_bytes_make(reply.body, reply.size), digest);
    bool goes_on = memcmp(digest, fingerprint, sizeof digest) != 0 ||
                   log->issuer(log->context, rs_bytes_make(reply.body, reply.size));
    free(reply.body);
    return goes_on ? RS_HTTP_OK : RS_HTTP_NO_MEMORY;
}

/* The same, but asks for each only once. */
static rs_http_status need_issuer(rs_log *log, const uint8_t *fingerprint)
{
    bool is_new;
    asked_issuer *issuer = remember(log, fingerprint, &is_new);
    rs_http_status status = issuer == NULL ? RS_HTTP_NO_MEMORY
                            : is_new       ? get_issuer(log, fingerprint)
                                           : RS_HTTP_OK;
    if (status == RS_HTTP_FAILED)
        issuer->has_failed = true;
    return status == RS_HTTP_OK && issuer->has_failed ? RS_HTTP_FAILED : status;
}

/*
 * Those that a tile names. RS_HTTP_FAILED: another run may get one that this one did not; then it
 * must not find that the store has the tile.
 */
static rs_http_status get_issuers(rs_log *log, rs_bytes tile)
{
    rs_survey_entry entry;
    rs_survey_rejection unused;
    rs_bytes hashed;
    while (rs_tile_next(&tile, &entry, &hashed, &unused)) {
        for (size_t i = 0; i < entry.fingerprint_count; i++) {
            rs_http_status status = need_issuer(log, entry.issuer_fingerprints[i]);
            if (status != RS_HTTP_OK)
                return status;
        }
    }
    return RS_HTTP_OK;
}

static rs_stream_status reject(rs_survey_unit *unit, rs_survey_rejection reason)
{
    unit->is_rejected = true;
    unit->rejection = reason;
    return RS_STREAM_OK;
}

/* Makes a reply to a request for a tile the unit. */
static rs_stream_status take_tile(rs_log *log, const rs_http_reply *reply, rs_survey_unit *unit)
{
    rs_survey_rejection reason;
    rs_bytes tile = rs_bytes_make(reply->body, reply->size);
    asked_tile asked = take_asked(log, reply->tag);
    if (reply->status != RS_HTTP_OK)
        return reply->status == RS_HTTP_NO_MEMORY ? RS_STREAM_NO_MEMORY
                                                  : reject(unit, RS_SURVEY_UNREADABLE);
    if (!is_in_tree(&asked, tile, &reason))
        return reject(unit, reason);
    rs_http_status status = get_issuers(log, tile);
    if (status == RS_HTTP_FAILED)
        return reject(unit, RS_SURVEY_UNREADABLE);
    if (status != RS_HTTP_OK || !rs_survey_unit_reserve(unit, tile.n))
        return RS_STREAM_NO_MEMORY;
    rs_survey_unit_put_first(unit, tile);
    memcpy(unit->tile, asked.hash.octets, sizeof unit->tile);
    unit->format = RS_SURVEY_FORMAT_TILE;
    unit->bytes = rs_bytes_make(unit->buffer, tile.n);
    unit->size_read = tile.n;
    return RS_STREAM_OK;
}

static rs_stream_status begin_tile(const rs_log *log, rs_survey_unit *unit)
{
    char path[RS_LOG_TILE_PATH_MAX], url[URL_MAX];
    rs_log_tile_path("data", log->position, RS_TILE_WIDTH, path);
    make_url(log, path, url);
    return rs_survey_unit_begin(unit, url) ? RS_STREAM_OK : RS_STREAM_NO_MEMORY;
}

/* The first call: what the URL leads to. */
static rs_stream_status begin(rs_log *log, rs_survey_unit *unit)
{
    rs_survey_rejection reason;
    log->is_open = true;
    if (open_log(log, &reason))
        return RS_STREAM_OK;
    log->is_done = true;
    if (!rs_survey_unit_begin(unit, log->prefix))
        return RS_STREAM_NO_MEMORY;
    (void)reject(unit, reason);
    return RS_STREAM_LAST;
}

rs_stream_status rs_log_next(rs_log *log, rs_survey_unit *unit)
{
    rs_http_reply reply;
    if (!log->is_open) {
        rs_stream_status status = begin(log, unit);
        if (status != RS_STREAM_OK)
            return status;
    }
    if (log->is_done)
        return RS_STREAM_END;
    if (!ask(log))
        return RS_STREAM_NO_MEMORY;
    if (!rs_http_wait(log->tiles, &reply))
        return RS_STREAM_END;
    log->position = reply.tag;
    rs_stream_status status = begin_tile(log, unit);
    if (status == RS_STREAM_OK)
        status = take_tile(log, &reply, unit);
    free(reply.body);
    return status;
}
