/* SPDX-License-Identifier: Apache-2.0 */
/* The source itself is compiled in: what is pending in its tables is looked at. */
#include "provider/telemetry/tally.c"

#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"
#include "tests/unit/syslog_double.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define HASH "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static rs_sink sink;
static rs_tally *tally;
static rs_bytes file;
static rs_image image;

static void start(void)
{
    log_reset();
    rs_sink_init(&sink, &(rs_sink_config){.kind = RS_SINK_SYSLOG});
    tally = rs_tally_new(&sink);
    CU_ASSERT_PTR_NOT_NULL_FATAL(tally);
    file = compiled("root spki-sha256:" HASH " \"Corp\"\n permit corp.example\n"
                    "root cert-sha256:" HASH "\n permit corp.example\n");
    CU_ASSERT_FATAL(rs_image_open(file, &image) == RS_IMAGE_OK);
}

static void end(void)
{
    exact_free(file);
    rs_tally_free(tally);
}

static rs_reported_violation violation_of(unsigned suffix, rs_signatures signatures)
{
    rs_reported_violation violation = {
        .signatures = signatures, .form = RS_FORM_DNS, .reason = RS_REASON_NOT_PERMITTED};
    rs_reported_root_init_none(&violation.root, RS_MODE_ENFORCE);
    violation.suffix_size =
        (uint8_t)snprintf(violation.suffix, sizeof violation.suffix, "s%u.example", suffix);
    return violation;
}

static void add(unsigned suffix, rs_signatures signatures)
{
    rs_reported_violation violation = violation_of(suffix, signatures);
    rs_tally_add_violation(tally, &violation);
}

static bool last_line_has(const char *part)
{
    return strstr(log_text, part) != NULL;
}

static void violations_are_told_at_powers_of_two(void)
{
    start();
    unsigned told = 0;
    for (unsigned n = 1; n <= 1000; n++) {
        add(1, RS_SIGNATURES_VALID);
        told += (n & (n - 1)) == 0;
        CU_ASSERT_FATAL(log_count == told);
    }
    CU_ASSERT(last_line_has("\"count\":256}"));
    rs_tally_flush(tally);
    CU_ASSERT(log_count == told + 1 && last_line_has("\"count\":488}"));
    rs_tally_flush(tally);
    CU_ASSERT(log_count == told + 1);
    end();
}

/* What makes a difference, and what does not. */
static void violations_are_told_apart(void)
{
    rs_reported_violation changed;
    start();
    add(1, RS_SIGNATURES_VALID);
    unsigned expected = 1;
#define DIFFERS(change)                                                                            \
    changed = violation_of(1, RS_SIGNATURES_VALID);                                                \
    change;                                                                                        \
    rs_tally_add_violation(tally, &changed);                                                       \
    CU_ASSERT(log_count == ++expected)
    DIFFERS(changed.root.sha256[31] = 1);
    DIFFERS(changed.root.kind = RS_REPORTED_DEFAULT);
    DIFFERS(changed.verdict = RS_TELEMETRY_OVERRIDDEN);
    DIFFERS(changed.signatures = RS_SIGNATURES_INVALID);
    DIFFERS(changed.form = RS_FORM_CN);
    DIFFERS(changed.reason = RS_REASON_EXCLUDED);
    DIFFERS(changed.suffix[0] = 'x');
    DIFFERS(changed.suffix_size--);
#undef DIFFERS
    changed = violation_of(1, RS_SIGNATURES_VALID);
    changed.depth = 3;
    changed.peer = RS_PEER_CLIENT;
    rs_tally_add_violation(tally, &changed);
    CU_ASSERT(log_count == ++expected && last_line_has("\"peer\":\"client\",\"count\":1}"));
    rs_tally_add_violation(tally, &changed);
    CU_ASSERT(log_count == expected); /* the third of its kind */
    end();
}

static void refused_line_stays_pending(void)
{
    start();
    log_budget = 0;
    add(1, RS_SIGNATURES_VALID);
    add(1, RS_SIGNATURES_VALID);
    rs_tally_flush(tally);
    CU_ASSERT(log_count == 0 && sink.dropped == 0);
    log_budget = 1;
    rs_tally_flush(tally);
    CU_ASSERT(log_count == 1 && last_line_has("\"count\":2}"));
    end();
}

/* All that the line would have told counts. */
static void lost_line_is_counted(void)
{
    start();
    log_budget = 0;
    for (unsigned i = 0; i < 3; i++)
        add(1, RS_SIGNATURES_VALID);
    log_budget = UINT_MAX;
    log_gone = true;
    add(1, RS_SIGNATURES_VALID);
    CU_ASSERT(sink.dropped == 4);
    log_gone = false;
    add(2, RS_SIGNATURES_VALID);
    CU_ASSERT(last_line_has("\"count\":1,\"dropped\":4}"));
    end();
}

/* Told ones make room; what was never told does not, and what finds no room is dropped. */
static void full_table(void)
{
    start();
    for (unsigned i = 0; i < 10 * VERIFIED; i++)
        add(i, RS_SIGNATURES_VALID);
    CU_ASSERT(log_count == 10 * VERIFIED && sink.dropped == 0);
    end();
    start();
    log_budget = 0;
    for (unsigned i = 0; i < 10 * VERIFIED; i++)
        add(i, RS_SIGNATURES_VALID);
    uint64_t pending = 0;
    for (unsigned i = 0; i < VERIFIED; i++)
        pending += tally->violations[i].pending;
    CU_ASSERT(pending > VERIFIED / 2 && pending + sink.dropped == 10 * VERIFIED);
    end();
}

/* However many forged ones there are, those that hold have their table and budget. */
static void forged_chains_take_no_room(void)
{
    start();
    log_budget = 0;
    for (unsigned i = 0; i < 10 * VERIFIED; i++)
        add(i, i % 2 == 0 ? RS_SIGNATURES_INVALID : RS_SIGNATURES_UNKNOWN);
    CU_ASSERT(sink.dropped == 10 * VERIFIED - UNVERIFIED);
    add(1, RS_SIGNATURES_VALID);
    CU_ASSERT(sink.dropped == 10 * VERIFIED - UNVERIFIED);
    CU_ASSERT(tally->verified.budget == RS_BUDGET_VERIFIED);
    CU_ASSERT(tally->unverified.budget == RS_BUDGET_UNVERIFIED);
    end();
}

static rs_tally_place place_of(uint32_t root, rs_mode mode)
{
    rs_tally_place place = {0, 0};
    CU_ASSERT(rs_tally_find_root(tally, &image, root, mode, &place));
    return place;
}

static void roots_are_counted(void)
{
    start();
    rs_tally_place place = place_of(0, RS_MODE_TEST);
    CU_ASSERT(log_count == 0);
    rs_tally_count(tally, place, RS_TALLY_PERMITTED);
    CU_ASSERT(log_count == 1 &&
              last_line_has("\"root\":\"spki-sha256:" HASH
                            "\",\"label\":\"Corp\",\"mode\":\"test\",\"checked\":1,"));
    rs_tally_count(tally, place, RS_TALLY_VIOLATED);
    CU_ASSERT(last_line_has("\"checked\":1,\"permitted\":0,\"violated\":1,\"unverified\":0}"));
    for (unsigned i = 0; i < 6; i++)
        rs_tally_count(tally, place_of(0, RS_MODE_TEST),
                       i < 4 ? RS_TALLY_PERMITTED : RS_TALLY_UNVERIFIED);
    CU_ASSERT(log_count == 4);
    CU_ASSERT(last_line_has("\"checked\":2,\"permitted\":2,\"violated\":0,\"unverified\":2}"));
    end();
}

static void roots_are_told_apart(void)
{
    start();
    static const struct {
        uint32_t root;
        rs_mode mode;
    } rows[] = {
        {0, RS_MODE_TEST}, {0, RS_MODE_ENFORCE}, {1, RS_MODE_TEST}, {RS_NO_ROOT, RS_MODE_TEST}};
    for (unsigned i = 0; i < ROWS(rows); i++)
        for (unsigned j = 0; j < 3; j++)
            rs_tally_count(tally, place_of(rows[i].root, rows[i].mode), RS_TALLY_PERMITTED);
    CU_ASSERT(log_count == 2 * ROWS(rows));
    rs_tally_flush(tally);
    CU_ASSERT(log_count == 3 * ROWS(rows));
    end();
}

static void checks_that_are_refused_or_lost(void)
{
    start();
    rs_tally_place place = place_of(0, RS_MODE_TEST);
    log_budget = 0;
    rs_tally_count(tally, place, RS_TALLY_PERMITTED);
    rs_tally_count(tally, place, RS_TALLY_VIOLATED);
    rs_tally_count(tally, place, RS_TALLY_UNVERIFIED);
    CU_ASSERT(log_count == 0);
    log_budget = UINT_MAX;
    rs_tally_flush(tally);
    CU_ASSERT(last_line_has("\"checked\":2,\"permitted\":1,\"violated\":1,\"unverified\":1}"));
    log_gone = true;
    rs_tally_count(tally, place, RS_TALLY_PERMITTED);
    CU_ASSERT(sink.dropped == 1);
    end();
}

/* A list of many roots, each named by a forged chain. */
static void forged_chains_take_no_room_of_roots(void)
{
    enum { LINES = 120 }; /* bytes of a root's */
    char *text = calloc(4 * ROOTS, LINES), *at = text;
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    for (unsigned i = 0; i < 4 * ROOTS; i++)
        at += snprintf(at, LINES, "root spki-sha256:%08x%056x\n permit corp.example\n",
                       i * 2654435761u, i + 1);
    start();
    exact_free(file);
    file = compiled(text);
    CU_ASSERT_FATAL(rs_image_open(file, &image) == RS_IMAGE_OK);
    log_budget = 0;
    for (uint32_t root = 0; root < 3 * ROOTS; root++)
        rs_tally_count(tally, place_of(root, RS_MODE_ENFORCE), RS_TALLY_UNVERIFIED);
    uint64_t dropped = sink.dropped, pending = 0;
    for (unsigned i = 0; i < ROOTS; i++)
        pending += pending_of(&tally->roots[i]);
    CU_ASSERT(pending + dropped == 3 * ROOTS);
    log_budget = 1;
    rs_tally_count(tally, place_of(4 * ROOTS - 1, RS_MODE_ENFORCE), RS_TALLY_VIOLATED);
    CU_ASSERT(log_count == 1 && last_line_has("\"violated\":1,"));
    free(text);
    end();
}

static void child_starts_from_nothing(void)
{
    start();
    rs_tally_place place = place_of(0, RS_MODE_TEST);
    for (unsigned i = 0; i < 3; i++) {
        add(1, RS_SIGNATURES_VALID);
        add(1, RS_SIGNATURES_INVALID);
        rs_tally_count(tally, place, RS_TALLY_PERMITTED);
    }
    unsigned before = log_count;
    rs_tally_reset(tally);
    rs_tally_flush(tally);
    CU_ASSERT(log_count == before);
    rs_tally_count(tally, place, RS_TALLY_PERMITTED); /* found before the fork */
    CU_ASSERT(log_count == before && sink.dropped == 1);
    add(1, RS_SIGNATURES_VALID);
    CU_ASSERT(log_count == before + 1 && last_line_has("\"count\":1,\"dropped\":1}"));
    rs_tally_count(tally, place_of(0, RS_MODE_TEST), RS_TALLY_PERMITTED);
    CU_ASSERT(log_count == before + 2 && last_line_has("\"checked\":1,"));
    CU_ASSERT(!last_line_has("dropped"));
    end();
}

/* Processes of threads that write to one file, and count more than their tables hold. */
enum { PROCESSES = 4, THREADS = 8, SUFFIXES = 100 };

static unsigned events_per_thread(void)
{
    unsigned all = getenv("ROOTSCOPE_TEST_FULL") == NULL ? 100000 : 1000000;
    return all / (unsigned)(PROCESSES * THREADS);
}

static void *count_many(void *arg)
{
    unsigned seed = *(unsigned *)arg, rest = events_per_thread();
    for (; rest > 0; rest--) {
        seed = seed * 1103515245 + 12345;
        rs_tally_place place;
        if (seed >> 31 == 0)
            add((seed >> 16) % SUFFIXES,
                (seed & 0x4000) == 0 ? RS_SIGNATURES_VALID : RS_SIGNATURES_INVALID);
        else if (rs_tally_find_root(tally, &image, (seed >> 16) % 2, RS_MODE_TEST, &place))
            rs_tally_count(tally, place, RS_TALLY_PERMITTED);
    }
    return NULL;
}

static void count_in_threads(unsigned process)
{
    pthread_t threads[THREADS];
    unsigned seeds[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        seeds[i] = process * THREADS + i;
        if (pthread_create(&threads[i], NULL, count_many, &seeds[i]) != 0)
            abort();
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    rs_tally_flush(tally);
}

/* The number that follows a key; 0 if it is not there. */
static unsigned long long number_after(const char *line, const char *key)
{
    const char *at = strstr(line, key);
    return at == NULL ? 0 : strtoull(at + strlen(key), NULL, 10);
}

/* What all lines of the file tell of together; each must be whole. */
static unsigned long long told_in(const char *path)
{
    static const char head[] = "{\"rootscope\":1,\"event\":\"";
    char line[RS_JSON_LINE_MAX + 2];
    unsigned long long told = 0;
    FILE *log = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(log);
    while (fgets(line, sizeof line, log) != NULL) {
        size_t size = strlen(line);
        CU_ASSERT_FATAL(strncmp(line, head, sizeof head - 1) == 0);
        CU_ASSERT_FATAL(size > 2 && strcmp(line + size - 2, "}\n") == 0);
        CU_ASSERT_FATAL(strstr(line + 1, "{\"rootscope\":") == NULL);
        told += number_after(line, "\"count\":") + number_after(line, "\"checked\":") +
                number_after(line, "\"unverified\":") + number_after(line, "\"dropped\":");
    }
    fclose(log);
    return told;
}

static void processes_and_threads_lose_nothing(void)
{
    pid_t children[PROCESSES];
    int ends[2];
    unsigned long long untold = 0;
    scratch_path path = scratch("telemetry.log");
    start();
    rs_sink_init(&sink, &(rs_sink_config){.kind = RS_SINK_FILE, .path = path.text});
    CU_ASSERT_FATAL(pipe(ends) == 0);
    for (unsigned i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            rs_sink_after_fork(&sink);
            count_in_threads(i);
            uint64_t own = sink.dropped; /* since the last line */
            _exit(write(ends[1], &own, sizeof own) == sizeof own ? 0 : 1);
        }
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        int status;
        uint64_t of_child;
        CU_ASSERT(waitpid(children[i], &status, 0) == children[i] && status == 0);
        CU_ASSERT_FATAL(read(ends[0], &of_child, sizeof of_child) == sizeof of_child);
        untold += of_child;
    }
    close(ends[0]);
    close(ends[1]);
    CU_ASSERT_EQUAL(told_in(path.text) + untold, events_per_thread() * PROCESSES * THREADS);
    rs_sink_clear(&sink);
    end();
}

static CU_TestInfo tests[] = {
    {"violations are told at powers of two", violations_are_told_at_powers_of_two},
    {"violations are told apart", violations_are_told_apart},
    {"refused line stays pending", refused_line_stays_pending},
    {"lost line is counted", lost_line_is_counted},
    {"full table", full_table},
    {"forged chains take no room", forged_chains_take_no_room},
    {"roots are counted", roots_are_counted},
    {"roots are told apart", roots_are_told_apart},
    {"forged chains take no room of roots", forged_chains_take_no_room_of_roots},
    {"checks that are refused or lost", checks_that_are_refused_or_lost},
    {"child starts from nothing", child_starts_from_nothing},
    {"processes and threads lose nothing", processes_and_threads_lose_nothing},
    CU_TEST_INFO_NULL,
};

RS_SUITE("tally", tests)
