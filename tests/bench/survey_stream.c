/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates without end, made from real ones: what a survey's memory is measured with.
 *
 *     survey_stream COUNT TILE... | rootscope survey --intermediates CAS -
 *
 * Writes COUNT entries of data tiles, one after another and again, as answers to get-entries. In
 * one of three, the first label of every domain has other letters, so that the domains go on.
 */
#include "command/survey/certificate/certificate.h"
#include "command/survey/input/format/tile.h"
#include "command/survey/names/names.h"
#include "lib/base/file.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

enum { ENTRIES_MAX = 4096, LETTERS_MAX = 4096, TILE_MAX = 64 << 20, ENTRY_MAX = 1 << 16 };
enum { RENAMED = 3, ANSWER = 256 };

/* A TimestampedEntry, and where it has the letters that change. */
typedef struct model {
    rs_bytes bytes;
    bool is_tbs;
    size_t letters[LETTERS_MAX], letter_count;
} model;

static model models[ENTRIES_MAX];
static size_t model_count;

static void need(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "survey_stream: %s\n", what);
    exit(1);
}

static void find_letters(model *m, const rs_survey_entry *entry, rs_survey_names *names,
                         rs_suffixes *suffixes)
{
    rs_survey_certificate certificate;
    if (!rs_survey_certificate_read(entry->certificate, entry->is_tbs, &certificate) ||
        rs_survey_names_read(names, suffixes, &certificate) != RS_SURVEY_NAMES_READ)
        return;
    for (size_t i = 0; i < names->count; i++) {
        const uint8_t *name = names->domains[i].name.p;
        /* A name that was changed to be read lies elsewhere. */
        bool is_inside = name >= m->bytes.p && name < m->bytes.p + m->bytes.n;
        for (; is_inside && *name != '.' && m->letter_count < LETTERS_MAX; name++)
            if (*name >= 'a' && *name <= 'z')
                m->letters[m->letter_count++] = (size_t)(name - m->bytes.p);
    }
}

static void take_tile(const char *path, rs_survey_names *names, rs_suffixes *suffixes)
{
    uint8_t *bytes;
    size_t size;
    rs_survey_entry entry;
    rs_survey_rejection reason;
    rs_bytes hashed;
    need(rs_file_read(path, TILE_MAX, &bytes, &size) == RS_FILE_OK, path);
    rs_bytes rest = rs_bytes_make(bytes, size);
    while (model_count < ENTRIES_MAX && rs_tile_next(&rest, &entry, &hashed, &reason)) {
        model *m = &models[model_count];
        if (hashed.n > ENTRY_MAX)
            continue;
        *m = (model){.bytes = hashed, .is_tbs = entry.is_tbs};
        find_letters(m, &entry, names, suffixes);
        model_count++;
    }
}

static char random_letter(void)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005 + 1442695040888963407;
    return (char)('a' + (state >> 33) % 26);
}

static void write_entry(const model *m, bool is_renamed)
{
    static uint8_t leaf[2 + ENTRY_MAX]; /* with version and type, which are zero */
    static unsigned char text[2 * sizeof leaf];
    memcpy(leaf + 2, m->bytes.p, m->bytes.n);
    for (size_t i = 0; is_renamed && i < m->letter_count; i++)
        leaf[2 + m->letters[i]] = (uint8_t)random_letter();
    EVP_EncodeBlock(text, leaf, (int)(2 + m->bytes.n));
    /* An empty precertificate, if it is one, and an empty chain. */
    printf("{\"leaf_input\":\"%s\",\"extra_data\":\"%s\"}", text, m->is_tbs ? "AAAAAAAA" : "AAAA");
}

int main(int argc, char **argv)
{
    rs_survey_names names = {0};
    rs_suffixes *suffixes = rs_suffixes_new(NULL);
    need(argc > 2 && suffixes != NULL, "usage: survey_stream COUNT TILE...");
    for (int i = 2; i < argc; i++)
        take_tile(argv[i], &names, suffixes);
    need(model_count > 0, "no entry");
    uint64_t count = strtoull(argv[1], NULL, 10);
    for (uint64_t i = 0; i < count; i++) {
        bool is_last = i + 1 == count || i % ANSWER == ANSWER - 1;
        fputs(i % ANSWER == 0 ? "{\"entries\":[" : ",", stdout);
        write_entry(&models[i % model_count], i % RENAMED == 0);
        fputs(is_last ? "]}\n" : "", stdout);
    }
    rs_survey_names_clear(&names);
    rs_suffixes_free(suffixes);
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 1;
}
