/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes that confine themselves, or were started with the rights of another user.
 *
 * Arguments of the scenarios that change the list (chroot_*, drops_privileges): the path of the
 * list in force, which is looked at every second; a folder to make the root, where a stranger has
 * put another list at that path; and, as seen from within it, another good list.
 */
#include "tests/system/probes/arrival.h"
#include "tests/system/probes/handshake.h"
#include "tests/system/probes/replace.h"

#include <errno.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOBODY 65534

/* OpenSSL then ignores OPENSSL_CONF: the configuration is the one of its compiled-in path. */
static void setuid_program(probe *p)
{
    expect(getauxval(AT_SECURE) == 1 && geteuid() != getuid(), "the program is set-user-ID");
    expect_in_force(p, "in a set-user-ID program");
    expect_tls_in_force(p, NULL, "in a set-user-ID program");
}

static void enter_root(const probe *p)
{
    if (chroot(probe_argument(p, 1)) != 0 || chdir("/") != 0)
        skip("chroot: only the superuser may");
}

static void become_nobody(void)
{
    if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
        skip("another user: only the superuser may");
}

/* A child that keeps the rights, and replaces the list once it is told to. */
typedef struct keeper {
    pid_t child;
    int request;
} keeper;

static keeper start_keeper(const probe *p)
{
    int ends[2];
    char byte;
    if (pipe(ends) != 0)
        give_up("a pipe");
    fflush(stdout);
    keeper k = {.child = fork(), .request = ends[1]};
    if (k.child < 0)
        give_up("a child");
    if (k.child > 0) {
        close(ends[0]);
        return k;
    }
    close(ends[1]);
    if (read(ends[0], &byte, 1) == 1)
        replace_file(probe_argument(p, 0), probe_argument(p, 2));
    _exit(0);
}

static void let_keeper_replace(const keeper *k)
{
    int status = -1;
    if (write(k->request, "", 1) != 1 || waitpid(k->child, &status, 0) != k->child || status != 0)
        give_up("the child that replaces the list");
    close(k->request);
}

/* The list at the path is now a stranger's: it is not taken. A later one of the owner is. */
static void chroot_strange_list(probe *p)
{
    expect_in_force(p, "at first");
    enter_root(p);
    expect_no_change(p, "a stranger's list");
    replace_file(probe_argument(p, 0), probe_argument(p, 2));
    expect_other_list(p, "the owner's");
}

static void chroot_and_drop_privileges(probe *p)
{
    expect_in_force(p, "at first");
    enter_root(p);
    keeper k = start_keeper(p);
    become_nobody();
    expect_no_change(p, "a stranger's list, which is ours");
    let_keeper_replace(&k);
    expect_other_list(p, "the owner's");
}

/* Without a new root: the list in force is one that only its owner may read. */
static void drops_privileges(probe *p)
{
    expect_in_force(p, "at first");
    become_nobody();
    expect(!p->guarded || access(probe_argument(p, 0), R_OK) != 0, "the list is out of reach");
    expect_no_change(p, "as another user");
}

/*
 * Room for all that the verifications to come ask of the heap, so that it asks the kernel nothing;
 * and a first line of output, before which stdio looks what it writes to.
 */
static void warm_up(const probe *p)
{
    enum { ROOM = 8 << 20 };
#ifdef __GLIBC__
    mallopt(M_TRIM_THRESHOLD, 4 * ROOM);
    mallopt(M_MMAP_THRESHOLD, 2 * ROOM);
    free(must(malloc(ROOM), "memory"));
#endif
    X509_STORE *store = probe_store(p);
    for (int round = 0; round < 20; round++)
        verify(store, round % 2 == 0 ? p->good : p->bad);
    X509_STORE_free(store);
    note("warmed up");
}

/* exit_group, which _exit calls, is not among the four system calls of the strict mode. */
static _Noreturn void leave(void)
{
    for (;;)
        syscall(SYS_exit, probe_status());
}

static void verify_strictly(const probe *p)
{
    warm_up(p);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
        skip("seccomp: not here");
    expect_in_force(p, "with read, write and exit alone");
    leave();
}

/* Until a look was due for sure; nothing is waited for but time. */
static void verify_strictly_when_due(const probe *p)
{
    const struct timespec pause = {.tv_sec = 2};
    warm_up(p);
    nanosleep(&pause, NULL);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
        skip("seccomp: not here");
    expect_in_force(p, "when a look is due");
    leave();
}

/* More denials than before: a report of them is due at each doubling of their number. */
static void deny_strictly(const probe *p)
{
    warm_up(p);
    X509_STORE *store = probe_store(p);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
        skip("seccomp: not here");
    for (int round = 0; round < 20; round++)
        expect_denied(p, verify(store, p->bad), "with read, write and exit alone");
    leave();
}

static void accept_strictly(const probe *p)
{
    warm_up(p);
    X509_STORE *store = probe_store(p);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
        skip("seccomp: not here");
    for (int round = 0; round < 20; round++)
        expect_accepted(verify(store, p->good), "with read, write and exit alone");
    leave();
}

static void skip_if_sanitized(void)
{
#ifdef PROBE_SANITIZED
    skip("a sanitizer makes system calls of its own");
#endif
}

static void seccomp_strict(probe *p)
{
    skip_if_sanitized();
    probe_child(p, verify_strictly);
}

/* Whatever is to be said of a denial, an acceptance says nothing. */
static void seccomp_strict_accepts(probe *p)
{
    skip_if_sanitized();
    probe_child(p, accept_strictly);
}

/*
 * SIGSEGV: the strict mode also takes away the instruction that clock_gettime reads a clock with.
 */
static void expect_killed(const probe *p, int status, const char *what)
{
    bool killed =
        WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGSEGV);
    bool went_on = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    expect(p->guarded ? killed : went_on, "%s: the child's status is %x", what, (unsigned)status);
}

/* Stated limits: where a system call kills, a look and a report do. */
static void seccomp_strict_looks(probe *p)
{
    skip_if_sanitized();
    expect_killed(p, probe_child_status(p, verify_strictly_when_due), "a look is due");
}

static void seccomp_strict_reports(probe *p)
{
    skip_if_sanitized();
    expect_killed(p, probe_child_status(p, deny_strictly), "a denial is reported");
}

/* Lets pass what a server at work needs, and answers all else with an action. */
static void filter_system_calls(uint32_t otherwise)
{
#define NUMBER_IS(number, steps) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, steps, 0)
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        NUMBER_IS(SYS_read, 8),
        NUMBER_IS(SYS_write, 7),
        NUMBER_IS(SYS_exit, 6),
        NUMBER_IS(SYS_exit_group, 5),
        NUMBER_IS(SYS_futex, 4),
        NUMBER_IS(SYS_clock_gettime, 3),
        NUMBER_IS(SYS_clock_nanosleep, 2),
        NUMBER_IS(SYS_rt_sigreturn, 1),
        BPF_STMT(BPF_RET | BPF_K, otherwise),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
#undef NUMBER_IS
    const struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        skip("seccomp: no filters here");
}

static void verify_filtered(const probe *p)
{
    warm_up(p);
    filter_system_calls(SECCOMP_RET_KILL_PROCESS);
    expect_in_force(p, "with a filter that kills");
}

static void seccomp_filter_kills(probe *p)
{
    skip_if_sanitized();
    probe_child(p, verify_filtered);
}

/* A look and a report that the kernel refuses do no harm: the list stays, the report is lost. */
static void verify_refused(const probe *p)
{
    warm_up(p);
    filter_system_calls(SECCOMP_RET_ERRNO | EPERM);
    expect_in_force(p, "with a filter that refuses");
    expect_no_change(p, "with a filter that refuses");
}

static void seccomp_filter_refuses(probe *p)
{
    skip_if_sanitized();
    probe_child(p, verify_refused);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "setuid_program", .run = setuid_program},
        {.name = "chroot_strange_list", .run = chroot_strange_list},
        {.name = "chroot_and_drop_privileges", .run = chroot_and_drop_privileges},
        {.name = "drops_privileges", .run = drops_privileges},
        {.name = "seccomp_strict", .run = seccomp_strict},
        {.name = "seccomp_strict_accepts", .run = seccomp_strict_accepts},
        {.name = "seccomp_strict_looks", .run = seccomp_strict_looks},
        {.name = "seccomp_strict_reports", .run = seccomp_strict_reports},
        {.name = "seccomp_filter_kills", .run = seccomp_filter_kills},
        {.name = "seccomp_filter_refuses", .run = seccomp_filter_refuses},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
