/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list changes under a running process that looks for a newer one every second.
 *
 * Arguments: the path of the list in force, which permits corp.example, and which the probe
 * replaces; another list, which permits evil.example instead; the first one again; a file that is
 * no list; an empty folder.
 */
#include "issue.h"
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STRANGE_ERRNO 123
#define THREADS       4
#define PATIENCE      30.0 /* seconds until a change must have arrived */
#define STAYS         2.5  /* seconds in which at least two looks were due */
#define DESCRIPTORS   64

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

static void expect_other_list(const probe *p, const char *where)
{
    if (!p->guarded)
        return;
    expect(becomes(p, p->bad, 1, PATIENCE), "%s: the other list permits evil.example", where);
    expect(becomes(p, p->good, 0, PATIENCE), "%s: and corp.example no longer", where);
}

static void expect_first_list(const probe *p, const char *where)
{
    expect(becomes(p, p->good, 1, PATIENCE), "%s: the first list permits corp.example", where);
    if (p->guarded)
        expect(becomes(p, p->bad, 0, PATIENCE), "%s: and evil.example no longer", where);
}

/* Two looks later nothing has changed. */
static void expect_no_change(const probe *p, const char *where)
{
    expect(!becomes(p, p->bad, p->guarded ? 1 : 0, STAYS), "%s: the bad leaf fares as before",
           where);
    expect(!becomes(p, p->good, 0, STAYS / 2), "%s: the good leaf is accepted as before", where);
}

static void to_other(const probe *p)
{
    replace_file(probe_argument(p, 0), probe_argument(p, 1));
}

static void to_first(const probe *p)
{
    replace_file(probe_argument(p, 0), probe_argument(p, 2));
}

static void changes(probe *p)
{
    expect_in_force(p, "at first");
    to_other(p);
    expect_other_list(p, "replaced");
    to_first(p);
    expect_first_list(p, "replaced back");
}

static void bad_list(probe *p)
{
    expect_in_force(p, "at first");
    replace_file(probe_argument(p, 0), probe_argument(p, 3));
    expect_no_change(p, "replaced by what is no list");
    to_other(p);
    expect_other_list(p, "replaced by a good one");
}

static void vanished_list(probe *p)
{
    expect_in_force(p, "at first");
    if (unlink(probe_argument(p, 0)) != 0)
        give_up("removing the list");
    expect_no_change(p, "removed");
    to_other(p);
    expect_other_list(p, "there again");
}

static void in_child(probe *p)
{
    expect_in_force(p, "at first");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        to_other(p);
        expect_other_list(p, "in the child");
        fflush(stdout);
        _exit(probe_status());
    }
    int status = -1;
    waitpid(child, &status, 0);
    expect(child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child's status is %x",
           (unsigned)status);
    expect_other_list(p, "in the parent");
}

/* Root changes after the list was read, as daemons do: the list is out of reach, and stays. */
static void after_chroot(probe *p)
{
    expect_in_force(p, "at first");
    if (chroot(probe_argument(p, 4)) != 0 || chdir("/") != 0)
        skip("chroot: only the superuser may");
    expect_no_change(p, "after chroot");
}

typedef struct watched {
    const probe *p;
    X509 *never, *always;
    atomic_bool stop;
    atomic_long wrong, verified;
} watched;

static void *watch(void *argument)
{
    watched *shared = argument;
    X509_STORE *store = probe_store(shared->p);
    int denied = shared->p->guarded ? 0 : 1;
    while (!atomic_load(&shared->stop)) {
        if (verify(store, shared->never).result != denied)
            atomic_fetch_add(&shared->wrong, 1);
        if (verify(store, shared->always).result != 1)
            atomic_fetch_add(&shared->wrong, 1);
        atomic_fetch_add(&shared->verified, 2);
    }
    X509_STORE_free(store);
    return NULL;
}

/* Whichever list is in force, one leaf is denied and one accepted: at no moment otherwise. */
static void changes_under_threads(probe *p)
{
    watched shared = {.p = p};
    shared.never = issue_leaf(p, "www.other.example", "DNS:www.other.example");
    shared.always = issue_leaf(p, "localhost", "DNS:localhost");
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, watch, &shared) != 0)
            give_up("a thread");
    for (int round = 0; round < 2; round++) {
        to_other(p);
        expect_other_list(p, "replaced");
        to_first(p);
        expect_first_list(p, "replaced back");
    }
    atomic_store(&shared.stop, true);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    expect(atomic_load(&shared.wrong) == 0, "%ld of %ld verifications went wrong",
           atomic_load(&shared.wrong), atomic_load(&shared.verified));
    X509_free(shared.never);
    X509_free(shared.always);
}

/* A daemon closes every descriptor but the standard ones, and opens its own in their place. */
static int take_over_descriptors(const char *path)
{
    int taken = 0;
    for (int fd = 3; fd < DESCRIPTORS; fd++)
        close(fd);
    for (int fd = 3; fd < DESCRIPTORS; fd++)
        taken += open(path, O_RDONLY) == fd;
    return taken;
}

static int count_descriptors(const struct stat *of)
{
    int count = 0;
    for (int fd = 3; fd < DESCRIPTORS; fd++) {
        struct stat now;
        count += fstat(fd, &now) == 0 && now.st_dev == of->st_dev && now.st_ino == of->st_ino &&
                 lseek(fd, 0, SEEK_CUR) == 0;
    }
    return count;
}

static void descriptors_reused(probe *p)
{
    struct stat mine;
    expect_in_force(p, "at first");
    int taken = take_over_descriptors(p->root_file);
    if (taken != DESCRIPTORS - 3 || stat(p->root_file, &mine) != 0)
        give_up("descriptors");
    to_other(p);
    expect_other_list(p, "descriptors reused");
    to_first(p);
    expect_first_list(p, "descriptors reused");
    expect(count_descriptors(&mine) == taken, "all %d descriptors are as they were", taken);
    int next = open(p->root_file, O_RDONLY);
    expect(next == DESCRIPTORS, "and none was left open: the next is %d", next);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "changes", .run = changes},
        {.name = "bad_list", .run = bad_list},
        {.name = "vanished_list", .run = vanished_list},
        {.name = "in_child", .run = in_child},
        {.name = "after_chroot", .run = after_chroot},
        {.name = "changes_under_threads", .run = changes_under_threads},
        {.name = "descriptors_reused", .run = descriptors_reused},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
