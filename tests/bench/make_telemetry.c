/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes telemetry as many machines would: usage: make_telemetry LINES
 *
 * The same lines each time: 150 roots, 40 programs, 40 suffixes of each, most of them rare, checks
 * and violations half and half.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROOTS = 150, PROGRAMS = 40, SUFFIXES = 40, BUFFER = 1 << 20 };

static uint64_t state = 1;

/* xorshift64*: below `limit`. */
static uint32_t draw(uint32_t limit)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * UINT64_C(0x2545f4914f6cdd1d) >> 33) % limit);
}

/* Small numbers are much more frequent than large ones. */
static uint32_t draw_skewed(uint32_t limit)
{
    uint32_t within = 1 + draw(limit);
    return draw(within);
}

static void write_root(void)
{
    uint32_t root = draw_skewed(ROOTS);
    printf("\"root\":\"spki-sha256:");
    for (uint32_t i = 0; i < 8; i++)
        printf("%08" PRIx32, (root + 1) * UINT32_C(0x9e3779b9) * (i + 1));
    printf("\",\"label\":\"Example Root CA %" PRIu32 "\",\"mode\":\"%s\",", root,
           root % 3 == 0 ? "enforce" : "test");
}

static void write_checks(void)
{
    uint32_t permitted = 1 + draw(1000), violated = draw(3);
    printf("\"checked\":%" PRIu32 ",\"permitted\":%" PRIu32 ",\"violated\":%" PRIu32
           ",\"unverified\":%" PRIu32 "}\n",
           permitted + violated, permitted, violated, draw(2));
}

static void write_violation(void)
{
    static const char *const verdicts[] = {"denied", "overridden", "would-deny"};
    static const char *const signatures[] = {"valid", "valid", "valid", "invalid", "unknown"};
    uint32_t suffix = draw_skewed(SUFFIXES);
    printf("\"verdict\":\"%s\",\"depth\":0,\"form\":\"dns\",\"reason\":\"not-permitted\","
           "\"error\":47,\"suffix\":\"domain-%" PRIu32 ".example\",\"signatures\":\"%s\","
           "\"peer\":\"server\",\"count\":%" PRIu32 ",\"name\":\"www.domain-%" PRIu32
           ".example\"}\n",
           verdicts[draw(3)], suffix, signatures[draw(5)], 1 + draw(4), suffix);
}

int main(int argc, char **argv)
{
    long lines = argc == 2 ? atol(argv[1]) : 0;
    if (lines <= 0) {
        fputs("usage: make_telemetry LINES\n", stderr);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IOFBF, BUFFER);
    for (long i = 0; i < lines; i++) {
        int violates = draw(2) == 0;
        printf("{\"rootscope\":1,\"event\":\"%s\",\"time\":\"2026-11-%02" PRIu32 "T%02" PRIu32
               ":%02" PRIu32 ":%02" PRIu32 "Z\",\"program\":\"program-%" PRIu32
               "\",\"pid\":%" PRIu32 ",",
               violates ? "violation" : "checks", 1 + draw(30), draw(24), draw(60), draw(60),
               draw_skewed(PROGRAMS), 1 + draw(4000000));
        write_root();
        if (violates)
            write_violation();
        else
            write_checks();
    }
    return fclose(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
