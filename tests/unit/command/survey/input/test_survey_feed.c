/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/feed.h"

#include "command/survey/input/file/stream.h"
#include "tests/unit/command/survey/input/taken.h"
#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <pthread.h>
#include <zlib.h>

#define LINE "{\"chain\":[\"MAMCAQc=\"]}\n"

static bool no_issuer(void *context, rs_bytes certificate)
{
    (void)context, (void)certificate;
    CU_FAIL("an issuer");
    return true;
}

typedef struct sum {
    size_t units, rejected_units;
    int error;       /* of the last unit */
    uint64_t digest; /* a sum over units: the same for any order */
    uint64_t size_read;
    taken taken;
} sum;

/* Takes all units of a feed. */
static void take_all(rs_survey_feed *feed, sum *s)
{
    rs_survey_unit unit = {.name = NULL};
    rs_survey_sink sink = taken_sink(&s->taken);
    while (rs_survey_feed_next(feed, &unit)) {
        uint64_t digest;
        memcpy(&digest, unit.digest, sizeof digest);
        s->units++;
        s->rejected_units += unit.is_rejected;
        s->error = unit.error;
        s->digest += digest;
        s->size_read += unit.size_read;
        CU_ASSERT(rs_survey_unit_decode(&unit, &sink));
    }
    rs_survey_unit_clear(&unit);
}

static sum *read_paths(char *const *paths, size_t count)
{
    static sum s;
    memset(&s, 0, sizeof s);
    rs_survey_feed *feed = rs_survey_feed_new(paths, count, no_issuer, NULL, NULL);
    CU_ASSERT_FATAL(feed != NULL);
    take_all(feed, &s);
    CU_ASSERT(!rs_survey_feed_failed(feed));
    rs_survey_feed_free(feed);
    return &s;
}

static sum *read_one(scratch_path path)
{
    char *paths[] = {path.text};
    return read_paths(paths, 1);
}

/* Lines of so many bytes, with a chain in each; give the text back with exact_free. */
static rs_bytes many_lines(size_t count, size_t size)
{
    static const char start[] = "{\"chain\":[\"MAMCAQc=\"],\"x\":\"", end[] = "\"}\n";
    char *text = malloc(count * size);
    if (text == NULL)
        abort();
    memset(text, 'x', count * size);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * size, start, sizeof start - 1);
        memcpy(text + (i + 1) * size - (sizeof end - 1), end, sizeof end - 1);
    }
    return rs_bytes_make(text, count * size);
}

static void a_file_is_a_unit(void)
{
    scratch_path path = scratch("lines");
    scratch_write(path.text, rs_bytes_of_string(LINE LINE));
    sum *s = read_one(path);
    CU_ASSERT(s->units == 1 && s->size_read == 2 * (sizeof LINE - 1));
    CU_ASSERT_STRING_EQUAL(s->taken.text, "3003020107 3003020107 ");
    uint64_t digest = s->digest;
    scratch_write(scratch("copy").text, rs_bytes_of_string(LINE LINE));
    CU_ASSERT(read_one(scratch("copy"))->digest == digest);
    scratch_write(path.text, rs_bytes_of_string(LINE LINE "\n"));
    CU_ASSERT(read_one(path)->digest != digest);
}

static void gzip_changes_nothing(void)
{
    enum { LINES = 10000, SIZE = 1024, UNITS = (LINES * SIZE - 1) / RS_STREAM_UNIT + 1 };
    rs_bytes text = many_lines(LINES, SIZE);
    scratch_path plain = scratch("plain"), packed = scratch("packed");
    scratch_write(plain.text, text);
    gzFile file = gzopen(packed.text, "wb1");
    CU_ASSERT(gzwrite(file, text.p, (unsigned)text.n) == (int)text.n && gzclose(file) == Z_OK);
    sum one = *read_one(plain), *other = read_one(packed);
    CU_ASSERT(one.units == UNITS && one.taken.entries == LINES && one.taken.rejections == 0);
    CU_ASSERT(other->units == UNITS && other->taken.entries == LINES &&
              one.digest == other->digest);
    CU_ASSERT(one.size_read == text.n && other->size_read < text.n);
    exact_free(text);
}

/* More is read where there is no end of a line, but not all that may be. */
static void long_lines_have_larger_units(void)
{
    enum { LINES = 20, SIZE = RS_STREAM_UNIT + 1024, AT_ONCE = 8 * RS_STREAM_UNIT / SIZE };
    scratch_path path = scratch("larger");
    rs_bytes text = many_lines(LINES, SIZE);
    scratch_write(path.text, text);
    sum *s = read_one(path);
    CU_ASSERT(s->units == (LINES - 1) / AT_ONCE + 1 && s->taken.entries == LINES);
    exact_free(text);
}

static void a_line_that_is_too_long_is_one_less(void)
{
    enum { LONG = RS_STREAM_UNIT_MAX + 5 };
    static const size_t lengths[] = {LONG, 2 * LONG, RS_STREAM_UNIT_MAX - 1};
    for (size_t i = 0; i < ROWS(lengths); i++) {
        scratch_path path = scratch("long");
        FILE *file = fopen(path.text, "wb");
        fputs(LINE, file);
        for (size_t n = 0; n < lengths[i]; n++)
            putc('{', file);
        fputs("\n" LINE, file);
        fclose(file);
        sum *s = read_one(path);
        const char *reason = lengths[i] < RS_STREAM_UNIT_MAX ? "3003020107 !not-json 3003020107 "
                                                             : "3003020107 !too-large 3003020107 ";
        CU_ASSERT_STRING_EQUAL(s->taken.text, reason);
    }
}

static void what_cannot_be_read_is_counted(void)
{
    scratch_path path = scratch("missing");
    sum *s = read_one(path);
    CU_ASSERT(s->error == ENOENT);
    CU_ASSERT_STRING_EQUAL(s->taken.text, "!unreadable ");
    scratch_write(path.text, rs_bytes_of_string(""));
    CU_ASSERT_STRING_EQUAL(read_one(path)->taken.text, "!no-chain ");
    scratch_write(path.text, rs_bytes_of_string("What is this?\n"));
    s = read_one(path);
    CU_ASSERT(s->units == 1 && s->rejected_units == 1 && s->error == 0);
    CU_ASSERT_STRING_EQUAL(s->taken.text, "!unknown-format ");
}

/* The system opens it, and refuses to read. */
static void a_read_that_fails_is_told(void)
{
    sum *s = read_one((scratch_path){.text = "/proc/self/mem"});
    CU_ASSERT(s->units == 1 && s->error == EIO);
    CU_ASSERT_STRING_EQUAL(s->taken.text, "!unreadable ");
}

static rs_survey_feed *shared;

static void *take_some(void *arg)
{
    take_all(shared, arg);
    return NULL;
}

static void threads_share_the_units(void)
{
    enum { THREADS = 4 };
    static sum sums[THREADS];
    pthread_t threads[THREADS];
    rs_bytes text = many_lines(10000, 1024);
    scratch_path folder = scratch("folder");
    CU_ASSERT(mkdir(folder.text, 0755) == 0);
    scratch_write(scratch("folder/a").text, text);
    scratch_write(scratch("folder/b").text, text);
    for (char c = 'c'; c <= 'z'; c++) {
        char name[] = {'f', 'o', 'l', 'd', 'e', 'r', '/', c, '\0'};
        scratch_write(scratch(name).text, rs_bytes_make(text.p, (size_t)(c - 'a') * 1024));
    }
    sum alone = *read_one(folder);
    char *paths[] = {folder.text};
    shared = rs_survey_feed_new(paths, 1, no_issuer, NULL, NULL);
    CU_ASSERT_FATAL(shared != NULL);
    CU_ASSERT(rs_survey_feed_size(shared) == alone.size_read);
    memset(sums, 0, sizeof sums);
    for (size_t i = 0; i < THREADS; i++)
        CU_ASSERT_FATAL(pthread_create(&threads[i], NULL, take_some, &sums[i]) == 0);
    sum all = {.units = 0};
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        all.units += sums[i].units;
        all.digest += sums[i].digest;
        all.size_read += sums[i].size_read;
        all.taken.entries += sums[i].taken.entries;
    }
    CU_ASSERT(all.units == alone.units && all.digest == alone.digest);
    CU_ASSERT(all.size_read == alone.size_read && all.taken.entries == alone.taken.entries);
    rs_survey_feed_free(shared);
    exact_free(text);
}

static bool count_issuer(void *context, rs_bytes certificate)
{
    CU_ASSERT(certificate.n == 5);
    return ++*(size_t *)context < 3;
}

/* A file in the log's folder for issuers, with a name as a log gives, of this digit. */
static scratch_path issuer_file(char digit)
{
    char text[100] = "log/issuer/";
    memset(text + strlen(text), digit, 2 * RS_SURVEY_SHA256_SIZE);
    return scratch(text);
}

/*
 * Of a copy of a log only data tiles and issuers are of use, wherever one points to. What lies
 * among these and is none is read as what it is.
 */
static void a_log_is_read_with_its_issuers(void)
{
    static made tile;
    const char *const folders[] = {"log",           "log/tile",   "log/tile/0",
                                   "log/tile/data", "log/issuer", "log/tile/data/x001"};
    const char *const read_from[] = {"log", "log/tile", "log/tile/data/x001/000"};
    tile.n = 0;
    put_log_entry(&tile, false, "\x30\x03\x02\x01\x07", 5);
    put_number(&tile, 2, 0);
    for (size_t i = 0; i < ROWS(folders); i++)
        CU_ASSERT(mkdir(scratch(folders[i]).text, 0755) == 0);
    scratch_write(scratch("log/tile/0/000").text, rs_bytes_of_string("hashes"));
    scratch_write(scratch("log/tile/data/x001/000").text, made_bytes(&tile));
    scratch_write(issuer_file('a').text, rs_bytes_make("\x30\x03\x02\x01\x08", 5));
    scratch_write(issuer_file('0').text, rs_bytes_of_string("not DER"));
    for (size_t i = 0; i < ROWS(read_from); i++) {
        static sum s;
        size_t issuers = 0;
        scratch_path path = scratch(read_from[i]);
        char *paths[] = {path.text};
        memset(&s, 0, sizeof s);
        rs_survey_feed *feed = rs_survey_feed_new(paths, 1, count_issuer, NULL, &issuers);
        CU_ASSERT_FATAL(feed != NULL);
        take_all(feed, &s);
        CHECK_ROW(issuers == 1, read_from[i]);
        CHECK_ROW(strcmp(s.taken.text, "!unknown-format 3003020107l ") == 0, read_from[i]);
        rs_survey_feed_free(feed);
    }
}

/* In 16 folders, two ways lead from each to the next, and a circle leads back: 65,536 ways. */
static void a_folder_is_read_once_however_many_ways_lead_to_it(void)
{
    enum { FOLDERS = 16 };
    char name[32], other[32];
    for (int i = 0; i <= FOLDERS; i++) {
        snprintf(name, sizeof name, "ways-%d", i);
        CU_ASSERT(mkdir(scratch(name).text, 0755) == 0);
        snprintf(other, sizeof other, "../ways-%d", i < FOLDERS ? i + 1 : 0);
        for (char way = 'a'; way <= 'b'; way++) {
            snprintf(name, sizeof name, "ways-%d/%c", i, way);
            CU_ASSERT(symlink(other, scratch(name).text) == 0);
        }
    }
    snprintf(name, sizeof name, "ways-%d/file", FOLDERS);
    scratch_write(scratch(name).text, rs_bytes_of_string(LINE));
    scratch_path path = scratch("ways-0");
    char *const paths[] = {path.text};
    const sum *s = read_paths(paths, 1);
    CU_ASSERT(s->units == 1 && s->rejected_units == 0);
}

/* Its entries are in the whole tile again: they would count twice. */
static void a_part_of_a_tile_is_left_out(void)
{
    static const struct {
        const char *path;
        bool is_part;
    } rows[] = {
        {"parts/000.p/7", true},     {"parts/999.p/255", true}, {"parts/000.p/07", false},
        {"parts/000.p/1000", false}, {"parts/000.p/x", false},  {"parts/000.p/7x", false},
        {"parts/000/7", false},      {"parts/00.p/7", false},   {"parts/1000.p/7", false},
        {"parts/00a.p/7", false},
    };
    static made tile;
    tile.n = 0;
    put_log_entry(&tile, false, "\x30\x03\x02\x01\x07", 5);
    put_number(&tile, 2, 0);
    CU_ASSERT(mkdir(scratch("parts").text, 0755) == 0);
    for (size_t i = 0; i < ROWS(rows); i++) {
        static sum s;
        scratch_path path = scratch(rows[i].path), folder = path;
        *strrchr(folder.text, '/') = '\0';
        CU_ASSERT(mkdir(folder.text, 0755) == 0 || errno == EEXIST);
        scratch_write(path.text, made_bytes(&tile));
        /* As it is found in a folder, and given itself. */
        char *const given[] = {folder.text, path.text};
        for (size_t k = 0; k < ROWS(given); k++) {
            memset(&s, 0, sizeof s);
            rs_survey_feed *feed = rs_survey_feed_new(&given[k], 1, no_issuer, NULL, NULL);
            CU_ASSERT_FATAL(feed != NULL);
            take_all(feed, &s);
            CHECK_ROW(rs_survey_feed_parts(feed) == rows[i].is_part, rows[i].path);
            CHECK_ROW(s.taken.entries == !rows[i].is_part, rows[i].path);
            CHECK_ROW(s.taken.rejections == 0, rows[i].path);
            rs_survey_feed_free(feed);
        }
        CU_ASSERT(unlink(path.text) == 0);
    }
}

static void without_memory_for_issuers_there_is_no_feed(void)
{
    size_t issuers = 2;
    scratch_path path = scratch("log");
    char *paths[] = {path.text};
    CU_ASSERT(rs_survey_feed_new(paths, 1, count_issuer, NULL, &issuers) == NULL);
}

static CU_TestInfo tests[] = {
    {"a_file_is_a_unit", a_file_is_a_unit},
    {"gzip_changes_nothing", gzip_changes_nothing},
    {"long_lines_have_larger_units", long_lines_have_larger_units},
    {"a_line_that_is_too_long_is_one_less", a_line_that_is_too_long_is_one_less},
    {"what_cannot_be_read_is_counted", what_cannot_be_read_is_counted},
    {"a_read_that_fails_is_told", a_read_that_fails_is_told},
    {"threads_share_the_units", threads_share_the_units},
    {"a_folder_is_read_once_however_many_ways_lead_to_it",
     a_folder_is_read_once_however_many_ways_lead_to_it},
    {"a_log_is_read_with_its_issuers", a_log_is_read_with_its_issuers},
    {"a_part_of_a_tile_is_left_out", a_part_of_a_tile_is_left_out},
    {"without_memory_for_issuers_there_is_no_feed", without_memory_for_issuers_there_is_no_feed},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_feed", tests)
