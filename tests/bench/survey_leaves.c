/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast certificates of tiles are read, told apart by domain and attributed, one step after
 * another, beside OpenSSL's bare SHA-256 of the same bytes.
 *
 *     survey_leaves SECONDS INTERMEDIATES TILE...
 *
 * Prints a line for each step: its name, and entries a second, on one core, from the cache.
 */
#include "command/survey/attribution.h"
#include "command/survey/ca_files.h"
#include "command/survey/input/tile.h"
#include "command/survey/names.h"
#include "lib/base/file.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ENTRIES_MAX = 65536, TILE_MAX = 64 * 1024 * 1024 };

typedef struct state {
    rs_survey_entry entries[ENTRIES_MAX];
    size_t count;
    rs_ca_pool *pool;
    rs_suffixes *suffixes;
    rs_survey_attributor *logs, *verified;
    rs_survey_names names;
    EVP_MD *sha256;
    EVP_MD_CTX *context;
    size_t domains, attributed; /* what the last pass found */
} state;

static void need(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "survey_leaves: %s\n", what);
    exit(1);
}

static void take_tile(state *s, const char *path)
{
    uint8_t *bytes;
    size_t size;
    rs_survey_rejection reason;
    rs_bytes hashed;
    need(rs_file_read(path, TILE_MAX, &bytes, &size) == RS_FILE_OK, path);
    rs_bytes rest = rs_bytes_make(bytes, size);
    while (rest.n > 0 && s->count < ENTRIES_MAX) {
        rs_survey_entry entry = {.from_log = true};
        need(rs_tile_next(&rest, &entry, &hashed, &reason), "a tile that is damaged");
        s->entries[s->count++] = entry;
    }
}

static void hash(state *s, const rs_survey_entry *entry)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    need(EVP_DigestInit_ex2(s->context, s->sha256, NULL) == 1 &&
             EVP_DigestUpdate(s->context, entry->certificate.p, entry->certificate.n) == 1 &&
             EVP_DigestFinal_ex(s->context, digest, NULL) == 1,
         "SHA-256");
}

static void walk(state *s, const rs_survey_entry *entry)
{
    rs_survey_certificate parts;
    s->attributed += rs_survey_certificate_read(entry->certificate, entry->is_tbs, &parts);
}

static void name(state *s, const rs_survey_entry *entry)
{
    rs_survey_certificate parts;
    if (rs_survey_certificate_read(entry->certificate, entry->is_tbs, &parts) &&
        rs_survey_names_read(&s->names, s->suffixes, &parts) == RS_SURVEY_NAMES_READ)
        s->domains += s->names.count;
}

static void attribute_by(state *s, const rs_survey_entry *entry, rs_survey_attributor *attributor)
{
    rs_survey_certificate parts;
    const rs_ca_node *issuer;
    if (!rs_survey_certificate_read(entry->certificate, entry->is_tbs, &parts) ||
        rs_survey_names_read(&s->names, s->suffixes, &parts) != RS_SURVEY_NAMES_READ)
        return;
    s->domains += s->names.count;
    s->attributed +=
        rs_survey_leaf_issuer(attributor, entry, &parts, &issuer) == RS_SURVEY_LEAF_ATTRIBUTED;
}

static void attribute(state *s, const rs_survey_entry *entry)
{
    attribute_by(s, entry, s->logs);
}

static void verify(state *s, const rs_survey_entry *entry)
{
    attribute_by(s, entry, s->verified);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void measure(state *s, double seconds, const char *step,
                    void (*take)(state *s, const rs_survey_entry *entry))
{
    double start = now(), took;
    size_t done = 0;
    do {
        s->domains = s->attributed = 0;
        for (size_t i = 0; i < s->count; i++)
            take(s, &s->entries[i]);
        done += s->count;
        took = now() - start;
    } while (took < seconds);
    printf("%-10s %10.0f entries/s  %zu domains, %zu attributed\n", step, (double)done / took,
           s->domains, s->attributed);
}

int main(int argc, char **argv)
{
    static state s;
    rs_arena arena = {0};
    rs_ca_files_count count = {0};
    const char *roots;
    need(argc > 3, "usage: survey_leaves SECONDS INTERMEDIATES TILE...");
    double seconds = strtod(argv[1], NULL);
    for (int i = 3; i < argc; i++)
        take_tile(&s, argv[i]);
    s.pool = rs_ca_pool_new();
    s.suffixes = rs_suffixes_new(NULL);
    s.logs = rs_survey_attributor_new(s.pool, RS_SURVEY_VERIFY_STRANGERS);
    s.verified = rs_survey_attributor_new(s.pool, RS_SURVEY_VERIFY_ALL);
    s.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    s.context = EVP_MD_CTX_new();
    need(s.suffixes != NULL && s.logs != NULL && s.verified != NULL && s.context != NULL, "memory");
    need(rs_ca_files_add_roots(s.pool, NULL, &arena, &roots, &count) &&
             rs_ca_files_add(s.pool, argv[2], RS_CA_GIVEN, &count),
         "the CA certificates");
    measure(&s, seconds, "SHA-256", hash);
    measure(&s, seconds, "walk", walk);
    measure(&s, seconds, "names", name);
    measure(&s, seconds, "attribute", attribute);
    measure(&s, seconds, "verify", verify);
    return 0;
}
