/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/probes/arrival.h"

#include <errno.h>
#include <openssl/err.h>
#include <time.h>

#define STRANGE_ERRNO 123
#define PATIENCE      30.0 /* seconds until a change must have arrived */
#define STAYS         2.5  /* seconds in which at least two looks were due */

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

/* Verifies again and again, politely, until the result is what is wanted or time is up. */
static bool becomes(const probe *p, X509 *leaf, int wanted, double patience)
{
    const struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    X509_STORE *store = probe_store(p);
    bool reached = false;
    while (!reached && seconds_since(&start) < patience) {
        ERR_clear_error();
        errno = STRANGE_ERRNO;
        reached = verify(store, leaf).result == wanted;
        if (errno != STRANGE_ERRNO || ERR_peek_error() != 0)
            expect(false, "a verification left errno %d, error %lx", errno, ERR_peek_error());
        nanosleep(&pause, NULL);
    }
    X509_STORE_free(store);
    return reached;
}

void expect_other_list(const probe *p, const char *where)
{
    if (!p->guarded)
        return;
    expect(becomes(p, p->bad, 1, PATIENCE), "%s: the other list permits evil.example", where);
    expect(becomes(p, p->good, 0, PATIENCE), "%s: and corp.example no longer", where);
}

void expect_first_list(const probe *p, const char *where)
{
    expect(becomes(p, p->good, 1, PATIENCE), "%s: the first list permits corp.example", where);
    if (p->guarded)
        expect(becomes(p, p->bad, 0, PATIENCE), "%s: and evil.example no longer", where);
}

void expect_no_change(const probe *p, const char *where)
{
    expect(!becomes(p, p->bad, p->guarded ? 1 : 0, STAYS), "%s: the bad leaf fares as before",
           where);
    expect(!becomes(p, p->good, 0, STAYS / 2), "%s: the good leaf is accepted as before", where);
}
