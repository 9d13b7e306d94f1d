/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many log entries a second a survey takes from the page cache, beside SHA-256 of each
 * certificate alone, over the same tiles in the same run.
 *
 * usage: bench_survey COUNT DISTINCT THREADS ROOTS CAS TILE...
 *
 * Writes COUNT copies of the tiles into a new folder. In DISTINCT of a hundred, every domain gets
 * another name, so that the store grows as it does with a log. Prints a line of numbers.
 */
#include "command/survey/ca_files.h"
#include "command/survey/input/tile.h"
#include "command/survey/resolve.h"
#include "command/survey/run.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static uint64_t random_state = 1;

static unsigned random_number(void)
{
    random_state = random_state * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(random_state >> 33);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void *need(void *pointer)
{
    if (pointer == NULL)
        abort();
    return pointer;
}

static uint8_t *read_file(const char *path, size_t *size)
{
    struct stat about;
    FILE *file = need(fopen(path, "rb"));
    if (fstat(fileno(file), &about) != 0)
        abort();
    uint8_t *bytes = need(malloc((size_t)about.st_size));
    *size = fread(bytes, 1, (size_t)about.st_size, file);
    fclose(file);
    return bytes;
}

/* Every letter of the first label of each domain becomes another one. */
static void rename_domains(uint8_t *tile, size_t size, rs_suffixes *suffixes)
{
    rs_bytes rest = rs_bytes_make(tile, size), hashed;
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
            if (name < tile || name >= tile + size || memcmp(name, "xn--", 4) == 0)
                continue;
            for (uint8_t *at = tile + (name - tile); *at != '.'; at++)
                if (*at >= 'a' && *at <= 'z')
                    *at = (uint8_t)('a' + random_number() % 26);
        }
    }
    rs_survey_names_clear(&names);
}

static uint64_t hash_certificates(rs_bytes rest)
{
    uint64_t entries = 0;
    rs_survey_entry entry;
    rs_survey_rejection reason;
    rs_bytes hashed;
    static uint8_t digest[32];
    for (; rest.n > 0 && rs_tile_next(&rest, &entry, &hashed, &reason); entries++)
        SHA256(entry.certificate.p, entry.certificate.n, digest);
    return entries;
}

static void write_tiles(const char *folder, int count, unsigned distinct, char **paths,
                        int path_count)
{
    rs_suffixes *suffixes = need(rs_suffixes_new(NULL));
    for (int i = 0; i < count; i++) {
        size_t size;
        char path[200];
        uint8_t *tile = read_file(paths[i % path_count], &size);
        tile[7] = (uint8_t)i, tile[6] = (uint8_t)(i >> 8), tile[5] = (uint8_t)(i >> 16);
        if (random_number() % 100 < distinct)
            rename_domains(tile, size, suffixes);
        snprintf(path, sizeof path, "%s/tiles/%d", folder, i);
        FILE *file = need(fopen(path, "wb"));
        if (fwrite(tile, 1, size, file) != size || fclose(file) != 0)
            abort();
        free(tile);
    }
    rs_suffixes_free(suffixes);
}

/* As a program would that does nothing else: it reads each file and hashes its certificates. */
static double hash_all(const char *folder, int count, uint64_t *entries)
{
    double begun = seconds();
    *entries = 0;
    for (int i = 0; i < count; i++) {
        size_t size;
        char path[200];
        snprintf(path, sizeof path, "%s/tiles/%d", folder, i);
        uint8_t *tile = read_file(path, &size);
        *entries += hash_certificates(rs_bytes_make(tile, size));
        free(tile);
    }
    return seconds() - begun;
}

static double survey_all(const char *folder, unsigned threads, const char *roots, const char *cas)
{
    char tiles[200], path[200], *inputs[] = {tiles};
    rs_arena arena = {0};
    rs_ca_files_count counted = {0};
    rs_survey_result result;
    snprintf(tiles, sizeof tiles, "%s/tiles", folder);
    snprintf(path, sizeof path, "%s/store.db", folder);
    rs_survey_job job = {.scope = {.pool = need(rs_ca_pool_new()),
                                   .suffixes = need(rs_suffixes_new(NULL)),
                                   .since = INT64_MIN,
                                   .until = INT64_MAX},
                         .store = need(rs_survey_store_open(path)),
                         .inputs = inputs,
                         .input_count = 1,
                         .threads = threads};
    if (!rs_ca_files_add_roots(job.scope.pool, roots, &arena, &roots, &counted) ||
        !rs_ca_files_add(job.scope.pool, cas, RS_CA_GIVEN, &counted))
        abort();
    double begun = seconds();
    if (!rs_survey_run(&job, &result) || !rs_survey_resolve(job.store, job.scope.pool))
        abort();
    double taken = seconds() - begun;
    rs_survey_store_close(job.store);
    rs_suffixes_free(job.scope.suffixes);
    rs_ca_pool_free(job.scope.pool);
    rs_arena_clear(&arena);
    return taken;
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/bench_survey.XXXXXX", text[300];
    if (argc < 7 || mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    int count = atoi(argv[1]);
    snprintf(text, sizeof text, "%s/tiles", folder);
    if (mkdir(text, 0755) != 0)
        return EXIT_FAILURE;
    write_tiles(folder, count, (unsigned)atoi(argv[2]), argv + 6, argc - 6);
    uint64_t entries;
    double bare = hash_all(folder, count, &entries);
    double survey = survey_all(folder, (unsigned)atoi(argv[3]), argv[4], argv[5]);
    double again = hash_all(folder, count, &entries);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    bare = again < bare ? again : bare;
    printf("entries %llu  bare %.0f/s  survey %.0f/s  ratio %.3f  memory %ld KiB\n",
           (unsigned long long)entries, (double)entries / bare, (double)entries / survey,
           bare / survey, usage.ru_maxrss);
    snprintf(text, sizeof text, "rm -r '%s'", folder);
    return system(text) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
