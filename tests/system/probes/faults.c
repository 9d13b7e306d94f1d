/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each allocation, and each call that reads the list, failed in turn: while the configuration is
 * loaded, in the first verifications, in reloads. What the module makes of it must deny or be as
 * documented, and once the fault is over and the next look was due, the list must be in force.
 *
 * Arguments: the module; the path of the list in force, with refresh = 1; two lists to put there
 * in turn, both of which permit corp.example and neither evil.example; "deny" or "allow", the
 * configuration's on_list_error.
 *
 * Each fault has a process of its own: a configuration is loaded once.
 */
#include "tests/system/probes/interpose.h"
#include "tests/system/probes/issue.h"
#include "tests/system/probes/replace.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOKS = 3, FAULTS_MAX = 2000, STRANGE_ERRNO = 123, BEYOND_LOOK = 2 /* seconds */ };

typedef enum phase { LOADING, CHECKING, RELOADING, PHASES } phase;
static const char *const phase_names[PHASES] = {"loading", "checking", "reloading"};

/* One fault: which, and how it goes on. */
typedef struct incident {
    fault kind;
    long after; /* calls that succeed; negative: no fault */
    bool all;   /* those that follow fail, too */
    reading how;
} incident;

/* What the process with the fault saw. */
typedef struct report {
    bool failed;      /* the fault happened */
    phase at;         /* in which phase first */
    int bad_accepted; /* while the fault lasted */
    int good_denied;  /* the same */
    int guest_broken; /* verifications that left errno or the error queue changed */
    bool recovered;   /* good accepted and bad denied afterwards */
    long live_blocks; /* at the end */
} report;

static int accept_as_before(X509_STORE_CTX *ctx)
{
    /* What a store's own verify function comes to, once ours has had its say. */
    X509_STORE_CTX_set_error(ctx, X509_V_OK);
    return 1;
}

static outcome verify_politely(X509_STORE *store, X509 *leaf, report *r)
{
    ERR_clear_error();
    errno = STRANGE_ERRNO;
    outcome seen = verify(store, leaf);
    r->guest_broken += errno != STRANGE_ERRNO || ERR_peek_error() != 0;
    return seen;
}

/* Both leaves, by a store as it is and by one with a verify function of its own. */
static void verify_both(const probe *p, report *r)
{
    for (int own = 0; own < 2; own++) {
        X509_STORE *store = probe_store(p);
        if (own)
            X509_STORE_set_verify(store, accept_as_before);
        r->bad_accepted += verify_politely(store, p->bad, r).result == 1;
        r->good_denied += verify_politely(store, p->good, r).result != 1;
        X509_STORE_free(store);
    }
}

/* The other list, at the path of the one in force, and the next look due. */
static void put_list(const probe *p, int turn)
{
    replace_file(probe_argument(p, 1), probe_argument(p, 2 + turn % 2));
    interpose_pass_seconds(BEYOND_LOOK);
}

static void note_phase(report *r, phase now)
{
    if (!r->failed && interpose_has_failed()) {
        r->failed = true;
        r->at = now;
    }
}

static void go_on_afterwards(const probe *p, report *r)
{
    report after = {.bad_accepted = 0};
    for (int turn = 0; turn < LOOKS; turn++) {
        put_list(p, turn);
        verify_both(p, &after); /* takes it, by the way */
    }
    after = (report){.bad_accepted = 0};
    verify_both(p, &after);
    r->guest_broken += after.guest_broken;
    r->recovered = after.bad_accepted == 0 && after.good_denied == 0;
    r->live_blocks = interpose_live_blocks();
}

/* In a process of its own. */
static report live_through(probe *p, const incident *of)
{
    report r = {.failed = false};
    interpose_calls_of(probe_argument(p, 0));
    interpose_reading(of->how);
    if (of->after >= 0)
        interpose_fail_after(of->kind, of->after, of->all);
    probe_certificates(p);
    note_phase(&r, LOADING);
    verify_both(p, &r);
    note_phase(&r, CHECKING);
    for (int turn = 0; turn < LOOKS; turn++) {
        put_list(p, turn);
        verify_both(p, &r);
    }
    note_phase(&r, RELOADING);
    interpose_stop();
    interpose_reading(READ_WHOLE);
    go_on_afterwards(p, &r);
    return r;
}

static report in_child(probe *p, const incident *of)
{
    int ends[2], status = -1;
    report r = {.failed = false};
    fflush(stdout);
    replace_file(probe_argument(p, 1), probe_argument(p, 2));
    if (pipe(ends) != 0)
        give_up("a pipe");
    pid_t child = fork();
    if (child == 0) {
        r = live_through(p, of);
        fflush(stdout);
        _exit(write(ends[1], &r, sizeof r) == sizeof r ? 0 : 1);
    }
    close(ends[1]);
    bool told = read(ends[0], &r, sizeof r) == sizeof r;
    close(ends[0]);
    waitpid(child, &status, 0);
    if (!told || status != 0) {
        expect(false, "fault %d, number %ld: the process ended with status %x", (int)of->kind,
               of->after, (unsigned)status);
        r = (report){.failed = false};
    }
    return r;
}

/* What all faults of a kind came to. */
typedef struct total {
    long faults, denying, live_blocks;
    long in_phase[PHASES];
} total;

static bool is_lenient(const probe *p)
{
    return strcmp(probe_argument(p, 4), "allow") == 0;
}

/* With no fault: how it has to be, and how many blocks are in use then. */
static long without_fault(probe *p)
{
    report r = in_child(p, &(incident){.after = -1});
    expect(p->guarded ? r.recovered && r.bad_accepted == 0 : r.good_denied == 0,
           "without a fault: bad accepted %d times, good denied %d times", r.bad_accepted,
           r.good_denied);
    return r.live_blocks;
}

static void judge(const probe *p, const incident *of, const report *r, total *all)
{
    /* While no list was ever loaded nothing else can be asked of `allow`. */
    bool may_accept = is_lenient(p) && r->at == LOADING;
    if (r->bad_accepted > 0 && !may_accept)
        expect(false, "number %ld, while %s: bad accepted %d times", of->after, phase_names[r->at],
               r->bad_accepted);
    /* A list that was loaded stays; only a verify function may lack the memory to be guarded. */
    if (r->good_denied > 0 &&
        (r->at == RELOADING || (r->at == CHECKING && of->kind != FAULT_MEMORY)))
        expect(false, "number %ld, while %s: good denied %d times", of->after, phase_names[r->at],
               r->good_denied);
    if (!r->recovered)
        expect(false, "number %ld, while %s: afterwards the list is not in force", of->after,
               phase_names[r->at]);
    if (r->guest_broken > 0)
        expect(false, "number %ld, while %s: errno or the error queue changed %d times", of->after,
               phase_names[r->at], r->guest_broken);
    if (r->live_blocks > all->live_blocks)
        expect(false, "number %ld, while %s: %ld blocks are left, not %ld", of->after,
               phase_names[r->at], r->live_blocks, all->live_blocks);
    all->faults++;
    all->in_phase[r->at]++;
    all->denying += r->good_denied > 0;
}

static void each_in_turn(probe *p, fault kind, bool all_that_follow, const char *name)
{
    total all = {.live_blocks = without_fault(p)};
    incident of = {.kind = kind, .all = all_that_follow};
    for (; of.after < FAULTS_MAX; of.after++) {
        report r = in_child(p, &of);
        if (!r.failed)
            break;
        judge(p, &of, &r, &all);
    }
    expect(of.after < FAULTS_MAX && (all.faults > 0) == p->guarded,
           "%s: %ld faults: %ld in loading, %ld in checking, %ld in reloading; after %ld good was "
           "denied",
           name, all.faults, all.in_phase[LOADING], all.in_phase[CHECKING], all.in_phase[RELOADING],
           all.denying);
}

static void memory_fails_once(probe *p)
{
    each_in_turn(p, FAULT_MEMORY, false, "one allocation");
}

static void memory_is_out(probe *p)
{
    each_in_turn(p, FAULT_MEMORY, true, "all allocations from one on");
}

static void file_fails_once(probe *p)
{
    each_in_turn(p, FAULT_OPEN, false, "one open");
    each_in_turn(p, FAULT_STAT, false, "one stat");
    each_in_turn(p, FAULT_READ, false, "one read");
}

static void file_fails_for_long(probe *p)
{
    each_in_turn(p, FAULT_OPEN, true, "all open from one on");
    each_in_turn(p, FAULT_STAT, true, "all stat from one on");
    each_in_turn(p, FAULT_READ, true, "all reads from one on");
}

/* Signals and short reads are no faults: the list is read all the same. */
static void slow_reads(probe *p)
{
    static const reading ways[] = {READ_BYTE_BY_BYTE, READ_INTERRUPTED};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        report r = in_child(p, &(incident){.after = -1, .how = ways[i]});
        expect(r.good_denied == 0 && (r.bad_accepted == 0) == p->guarded &&
                   r.recovered == p->guarded,
               "reads in way %d: bad accepted %d times, good denied %d times", (int)ways[i],
               r.bad_accepted, r.good_denied);
    }
}

/* A file that ends early, from the first on: there is no list until it is whole. */
static void shrunk_reads(probe *p)
{
    report r = in_child(p, &(incident){.after = -1, .how = READ_SHRUNK});
    bool lenient = is_lenient(p) || !p->guarded;
    expect((r.bad_accepted > 0) == lenient && (r.good_denied == 0) == lenient &&
               r.recovered == p->guarded,
           "reads that end early: bad accepted %d times, good denied %d times, then in force: %d",
           r.bad_accepted, r.good_denied, r.recovered);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "memory_fails_once", .run = memory_fails_once, .early = true},
        {.name = "memory_is_out", .run = memory_is_out, .early = true},
        {.name = "file_fails_once", .run = file_fails_once, .early = true},
        {.name = "file_fails_for_long", .run = file_fails_for_long, .early = true},
        {.name = "slow_reads", .run = slow_reads, .early = true},
        {.name = "shrunk_reads", .run = shrunk_reads, .early = true},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
