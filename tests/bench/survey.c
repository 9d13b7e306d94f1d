/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast a survey is, beside what does next to nothing with the same certificates.
 *
 *     bench_survey make COUNT DISTINCT FOLDER TILE...
 *
 * Writes COUNT copies of the tiles into a folder, each with another time. In DISTINCT of a hundred,
 * every domain gets another name, so that a store grows as it does with a log.
 *
 *     bench_survey steps ROUNDS SECONDS ROOTS CAS TILE...
 *
 * Takes the steps of a survey one by one, from memory, so many rounds in turn. Prints a line for
 * each: `STEP ROUND ENTRIES-A-SECOND DOMAINS ATTRIBUTED`, the last two of one pass over the tiles.
 *
 *     bench_survey hash ROUNDS SECONDS TILE...
 *
 * The same of the first step alone, which needs no CA certificates.
 *
 *     bench_survey whole THREADS ROOTS CAS INPUT
 *
 * Surveys the input into a new store, and prints the seconds of processor time and of the clock.
 * Then it prints a line for each row of the store's totals.
 *
 * Seconds are of processor time where there is one thread. Whatever is timed is timed within
 * bench_measured, so that callgrind can count the same.
 */
#include "command/survey/attribution/attribution.h"
#include "command/survey/ca/ca_files.h"
#include "command/survey/counting/resolve.h"
#include "command/survey/counting/run.h"
#include "command/survey/input/format/tile.h"
#include "command/survey/names/names.h"
#include "lib/base/file.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

enum { TILE_MAX = 64 * 1024 * 1024, ENTRIES_MAX = 65536 };

static void need(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "bench_survey: %s\n", what);
    exit(1);
}

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

__attribute__((noinline)) void bench_measured(void (*what)(void *context), void *context);

void bench_measured(void (*what)(void *context), void *context)
{
    what(context);
    __asm__ volatile("" ::: "memory"); /* so that it is not a tail call */
}

static rs_bytes read_tile(const char *path)
{
    uint8_t *bytes;
    size_t size;
    need(rs_file_read(path, TILE_MAX, &bytes, &size) == RS_FILE_OK, path);
    return rs_bytes_make(bytes, size);
}

static rs_ca_pool *make_pool(const char *roots, const char *cas)
{
    rs_arena arena = {0};
    rs_ca_files_count count = {0};
    rs_ca_pool *pool = rs_ca_pool_new();
    need(pool != NULL && rs_ca_files_add_roots(pool, roots, &arena, &roots, &count) &&
             rs_ca_files_add(pool, cas, RS_CA_GIVEN, &count),
         "the CA certificates");
    rs_arena_clear(&arena);
    return pool;
}

/* make */

static uint64_t random_state = 1;

static unsigned random_number(void)
{
    random_state = random_state * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(random_state >> 33);
}

/* Every letter of the first label of each domain becomes another one. */
static void rename_domains(rs_bytes tile, rs_suffixes *suffixes)
{
    rs_bytes rest = tile, hashed;
    rs_survey_entry entry;
    rs_survey_rejection reason;
    rs_survey_names names = {0};
    while (rest.n > 0 && rs_tile_next(&rest, &entry, &hashed, &reason)) {
        rs_survey_certificate certificate;
        if (!rs_survey_certificate_read(entry.certificate, entry.is_tbs, &certificate) ||
            rs_survey_names_read(&names, suffixes, &certificate) != RS_SURVEY_NAMES_READ)
            continue;
        for (size_t i = 0; i < names.count; i++) {
            const uint8_t *name = names.domains[i].name.p;
            if (name < tile.p || name >= tile.p + tile.n || memcmp(name, "xn--", 4) == 0)
                continue;
            for (uint8_t *at = (uint8_t *)name; *at != '.'; at++)
                if (*at >= 'a' && *at <= 'z')
                    *at = (uint8_t)('a' + random_number() % 26);
        }
    }
    rs_survey_names_clear(&names);
}

static void make_tiles(char **argv, char **tiles, int tile_count)
{
    rs_suffixes *suffixes = rs_suffixes_new(NULL);
    need(suffixes != NULL, "memory");
    for (int i = 0; i < atoi(argv[0]); i++) {
        char path[300];
        rs_bytes tile = read_tile(tiles[i % tile_count]);
        uint8_t *bytes = (uint8_t *)tile.p;
        bytes[7] = (uint8_t)i, bytes[6] = (uint8_t)(i >> 8), bytes[5] = (uint8_t)(i >> 16);
        if (random_number() % 100 < (unsigned)atoi(argv[1]))
            rename_domains(tile, suffixes);
        snprintf(path, sizeof path, "%s/%d", argv[2], i);
        FILE *file = fopen(path, "wb");
        need(file != NULL && fwrite(bytes, 1, tile.n, file) == tile.n && fclose(file) == 0, path);
        free(bytes);
    }
    rs_suffixes_free(suffixes);
}

/* steps */

typedef struct leaf {
    rs_survey_entry entry;
    EVP_PKEY *issuer; /* NULL: it is not known */
    rs_survey_certificate signed_parts;
} leaf;

typedef struct state {
    leaf leaves[ENTRIES_MAX];
    size_t count;
    rs_ca_pool *pool;
    rs_suffixes *suffixes;
    rs_survey_attributor *logs, *verified;
    rs_survey_names names;
    EVP_MD_CTX *context;
    size_t domains, attributed; /* what the last pass found */
} state;

typedef void step_function(state *s, const leaf *each);

static void hash(state *s, const leaf *each)
{
    s->attributed += XXH3_64bits(each->entry.certificate.p, each->entry.certificate.n) != 0;
}

static void walk(state *s, const leaf *each)
{
    rs_survey_certificate parts;
    s->attributed +=
        rs_survey_certificate_read(each->entry.certificate, each->entry.is_tbs, &parts);
}

static void name(state *s, const leaf *each)
{
    rs_survey_certificate parts;
    if (rs_survey_certificate_read(each->entry.certificate, each->entry.is_tbs, &parts) &&
        rs_survey_names_read(&s->names, s->suffixes, &parts) == RS_SURVEY_NAMES_READ)
        s->domains += s->names.count;
}

static void attribute_by(state *s, const leaf *each, rs_survey_attributor *attributor)
{
    rs_survey_certificate parts;
    rs_issuer_answer issuer;
    if (!rs_survey_certificate_read(each->entry.certificate, each->entry.is_tbs, &parts) ||
        rs_survey_leaf_issuer(attributor, &each->entry, &parts, &issuer) !=
            RS_SURVEY_LEAF_ATTRIBUTED ||
        rs_survey_names_read(&s->names, s->suffixes, &parts) != RS_SURVEY_NAMES_READ)
        return;
    s->domains += s->names.count;
    s->attributed++;
}

static void attribute(state *s, const leaf *each)
{
    attribute_by(s, each, s->logs);
}

static void verify(state *s, const leaf *each)
{
    attribute_by(s, each, s->verified);
}

/* What `verify` cannot do without: all certificates of these tiles are signed with SHA-256. */
static void verify_alone(state *s, const leaf *each)
{
    const rs_survey_certificate *parts = &each->signed_parts;
    if (each->issuer == NULL)
        return;
    EVP_MD_CTX_reset(s->context);
    s->attributed +=
        EVP_DigestVerifyInit(s->context, NULL, EVP_sha256(), NULL, each->issuer) == 1 &&
        EVP_DigestVerify(s->context, parts->signature.p, parts->signature.n, parts->tbs.p,
                         parts->tbs.n) == 1;
}

typedef struct pass {
    state *s;
    step_function *take;
} pass;

static void take_all(void *context)
{
    const pass *p = context;
    p->s->domains = p->s->attributed = 0;
    for (size_t i = 0; i < p->s->count; i++)
        p->take(p->s, &p->s->leaves[i]);
}

static void measure(state *s, double least, const char *step, int round, step_function *take)
{
    double start = seconds(CLOCK_PROCESS_CPUTIME_ID), took;
    pass p = {s, take};
    size_t done = 0;
    do {
        bench_measured(take_all, &p);
        done += s->count;
        took = seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
    } while (took < least);
    printf("%s %d %.0f %zu %zu\n", step, round, (double)done / took, s->domains, s->attributed);
}

static void take_tile(state *s, const char *path)
{
    rs_survey_rejection reason;
    rs_bytes rest = read_tile(path), hashed;
    while (rest.n > 0 && s->count < ENTRIES_MAX) {
        leaf *each = &s->leaves[s->count++];
        need(rs_tile_next(&rest, &each->entry, &hashed, &reason), "a tile that is damaged");
    }
}

static void find_issuer(state *s, leaf *each)
{
    rs_survey_certificate parts;
    rs_issuer_answer issuer;
    const rs_survey_entry *entry = &each->entry;
    rs_bytes der = entry->is_tbs ? entry->precertificate : entry->certificate;
    if (rs_survey_certificate_read(entry->certificate, entry->is_tbs, &parts) &&
        rs_survey_leaf_issuer(s->logs, entry, &parts, &issuer) == RS_SURVEY_LEAF_ATTRIBUTED &&
        rs_survey_certificate_read(der, false, &each->signed_parts))
        each->issuer = rs_ca_pool_key(s->pool, issuer.node);
}

static void take_steps(char **argv, char **tiles, int tile_count)
{
    static const struct {
        const char *name;
        step_function *take;
    } steps[] = {{"hash", hash},           {"walk", walk},     {"names", name},
                 {"attribute", attribute}, {"verify", verify}, {"verify-alone", verify_alone}};
    static state s;
    for (int i = 0; i < tile_count; i++)
        take_tile(&s, tiles[i]);
    s.pool = make_pool(argv[2], argv[3]);
    s.suffixes = rs_suffixes_new(NULL);
    s.logs = rs_survey_attributor_new(s.pool, RS_SURVEY_VERIFY_STRANGERS);
    s.verified = rs_survey_attributor_new(s.pool, RS_SURVEY_VERIFY_ALL);
    s.context = EVP_MD_CTX_new();
    need(s.suffixes != NULL && s.logs != NULL && s.verified != NULL && s.context != NULL, "memory");
    for (size_t i = 0; i < s.count; i++)
        find_issuer(&s, &s.leaves[i]);
    for (int round = 0; round < atoi(argv[0]); round++)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
            measure(&s, strtod(argv[1], NULL), steps[i].name, round, steps[i].take);
}

static void take_hash(char **argv, char **tiles, int tile_count)
{
    static state s;
    for (int i = 0; i < tile_count; i++)
        take_tile(&s, tiles[i]);
    for (int round = 0; round < atoi(argv[0]); round++)
        measure(&s, strtod(argv[1], NULL), "hash", round, hash);
}

/* whole */

static void survey(void *context)
{
    const rs_survey_job *job = context;
    rs_survey_result result;
    need(rs_survey_run(job, &result) && rs_survey_resolve(job->store, job->scope.pool),
         "the survey");
}

static void take_whole(char **argv)
{
    char path[] = "/tmp/bench_survey.XXXXXX";
    int fd = mkstemp(path);
    need(fd >= 0 && close(fd) == 0, path);
    rs_survey_job job = {.scope = {.pool = make_pool(argv[1], argv[2]),
                                   .suffixes = rs_suffixes_new(NULL),
                                   .since = INT64_MIN,
                                   .until = INT64_MAX},
                         .store = rs_survey_store_open(path),
                         .inputs = argv + 3,
                         .input_count = 1,
                         .threads = (unsigned)atoi(argv[0])};
    need(job.store != NULL && job.scope.suffixes != NULL, path);
    double start = seconds(CLOCK_MONOTONIC), processor = seconds(CLOCK_PROCESS_CPUTIME_ID);
    bench_measured(survey, &job);
    printf("%.6f %.6f\n", seconds(CLOCK_PROCESS_CPUTIME_ID) - processor,
           seconds(CLOCK_MONOTONIC) - start);
    sqlite3_stmt *query = rs_survey_store_query(job.store, "SELECT name, count FROM total");
    while (sqlite3_step(query) == SQLITE_ROW)
        printf("%s %lld\n", (const char *)sqlite3_column_text(query, 0),
               (long long)sqlite3_column_int64(query, 1));
    sqlite3_finalize(query);
    rs_survey_store_close(job.store);
    unlink(path);
}

int main(int argc, char **argv)
{
    if (argc > 5 && strcmp(argv[1], "make") == 0)
        make_tiles(argv + 2, argv + 5, argc - 5);
    else if (argc > 6 && strcmp(argv[1], "steps") == 0)
        take_steps(argv + 2, argv + 6, argc - 6);
    else if (argc > 4 && strcmp(argv[1], "hash") == 0)
        take_hash(argv + 2, argv + 4, argc - 4);
    else if (argc == 6 && strcmp(argv[1], "whole") == 0)
        take_whole(argv + 2);
    else
        need(false, "usage: see the beginning of tests/bench/survey.c");
    return 0;
}
