/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list changes under a running process that looks for a newer one every second.
 *
 * Arguments: the path of the list in force, which permits corp.example, and which the probe
 * replaces; another list, which permits evil.example instead; the first one again; a file that is
 * no list; an empty folder.
 */
#include "tests/system/probes/arrival.h"
#include "tests/system/probes/issue.h"
#include "tests/system/probes/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS     4
#define DESCRIPTORS 64

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

/* What a daemon opens in the place of the descriptors that it closed: files, and sockets. */
typedef struct taken {
    struct stat file;
    int peers[DESCRIPTORS]; /* of the sockets, above DESCRIPTORS; 0: it is a file */
} taken;

static void open_socket(taken *all, int fd)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0 || pair[0] != fd)
        give_up("a socket in the place of a closed descriptor");
    all->peers[fd] = fcntl(pair[1], F_DUPFD, DESCRIPTORS);
    close(pair[1]);
}

/* Closes every descriptor but the standard ones, and opens others in their place. */
static void take_over_descriptors(const char *path, taken *all)
{
    if (close_range(3, ~0U, 0) != 0)
        give_up("closing all descriptors");
    for (int fd = 3; fd < DESCRIPTORS; fd++) {
        all->peers[fd] = 0;
        if (fd % 2 == 0)
            open_socket(all, fd);
        else if (open(path, O_RDWR) != fd)
            give_up("a file in the place of a closed descriptor");
    }
    if (stat(path, &all->file) != 0)
        give_up(path);
}

/* Nothing was read, written, moved or closed. */
static bool is_untouched(const taken *all, int fd)
{
    char byte;
    struct stat now;
    if (all->peers[fd] != 0)
        return recv(fd, &byte, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN &&
               recv(all->peers[fd], &byte, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN;
    return fstat(fd, &now) == 0 && now.st_dev == all->file.st_dev &&
           now.st_ino == all->file.st_ino && now.st_size == all->file.st_size &&
           lseek(fd, 0, SEEK_CUR) == 0;
}

static void expect_untouched(const taken *all, const char *when)
{
    int untouched = 0;
    for (int fd = 3; fd < DESCRIPTORS; fd++)
        untouched += is_untouched(all, fd);
    expect(untouched == DESCRIPTORS - 3, "%s: %d of %d descriptors are as they were", when,
           untouched, DESCRIPTORS - 3);
}

static int lowest_free(void)
{
    int fd = dup(STDIN_FILENO);
    close(fd);
    return fd;
}

/* With telemetry, each denial has something to write as well. */
static void descriptors_reused(probe *p)
{
    taken all;
    expect_in_force(p, "at first");
    take_over_descriptors(p->root_file, &all);
    expect_in_force(p, "descriptors reused");
    int free_at_first = lowest_free();
    expect_untouched(&all, "after a denial");
    to_other(p);
    expect_other_list(p, "descriptors reused");
    to_first(p);
    expect_first_list(p, "descriptors reused");
    expect_untouched(&all, "after two lists");
    expect(lowest_free() == free_at_first, "none was left open: the next is %d", lowest_free());
    take_over_descriptors(p->root_file, &all);
    expect_in_force(p, "descriptors reused again");
    expect_untouched(&all, "after they were reused again");
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
