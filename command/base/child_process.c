/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/child_process.h"

#include "command/base/temp_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* In the child; `output` is the pipe, `failed` gets the errno if the program cannot be run. */
_Noreturn static void become(const rs_child *child, int output, int failed)
{
    sigset_t empty;
    sigemptyset(&empty);
    sigprocmask(SIG_SETMASK, &empty, NULL); /* a draft holds signals back */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    int none = open("/dev/null", O_RDWR);
    dup2(none, 0);
    dup2(output, 1);
    dup2(child->join_errors ? output : none, 2);
    for (const rs_child_variable *v = child->environment; v != NULL && v->name != NULL; v++)
        if (v->value == NULL)
            unsetenv(v->name);
        else
            setenv(v->name, v->value, 1);
    if (child->file == NULL)
        execvp(child->argv[0], child->argv);
    else
        execv(child->file, child->argv);
    int reason = errno;
    ssize_t told = write(failed, &reason, sizeof reason);
    _exit(told < 0 ? 126 : 127);
}

/* Takes the output that is there; false at its end. */
static bool take_output(int fd, rs_child_result *result)
{
    char rest[4096];
    size_t room = sizeof result->text - 1 - result->length;
    ssize_t got =
        room > 0 ? read(fd, result->text + result->length, room) : read(fd, rest, sizeof rest);
    if (got < 0)
        return errno == EINTR || errno == EAGAIN;
    if (room > 0)
        result->length += (size_t)got;
    else if (got > 0)
        result->cut = true;
    return got > 0;
}

/* Until the process ended (true) or the deadline; a grandchild may keep the pipe open. */
static bool follow(int process, int output, int64_t deadline, rs_child_result *result)
{
    struct pollfd watched[] = {{.fd = process, .events = POLLIN}, {.fd = output, .events = POLLIN}};
    for (;;) {
        int64_t left = deadline - now_ms();
        if (left <= 0)
            return false;
        int ready = poll(watched, 2, (int)left);
        if (ready < 0 && errno != EINTR)
            return false;
        if (ready <= 0)
            continue;
        if (watched[1].revents != 0 && !take_output(output, result))
            watched[1].fd = -1;
        else if (watched[1].revents == 0 && watched[0].revents != 0)
            return true;
        if (watched[1].fd == -1 && watched[0].revents != 0)
            return true;
    }
}

static void finish(pid_t pid, int process, int output, int seconds, rs_child_result *result)
{
    bool ended = follow(process, output, now_ms() + (int64_t)seconds * 1000, result);
    kill(-pid, SIGKILL);
    if (!ended)
        kill(pid, SIGKILL);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    rs_temp_folder_child(0, 0);
    if (!ended)
        result->end = RS_CHILD_TIMED_OUT;
    else if (WIFEXITED(status))
        result->end = RS_CHILD_EXITED, result->code = WEXITSTATUS(status);
    else
        result->end = RS_CHILD_KILLED, result->code = WTERMSIG(status);
}

static void not_run(rs_child_result *result, int reason)
{
    result->end = RS_CHILD_NOT_RUN;
    result->code = reason;
}

static void start(const rs_child *child, const int output[2], const int failed[2],
                  rs_child_result *result)
{
    pid_t pid = fork();
    if (pid == 0)
        become(child, output[1], failed[1]);
    close(output[1]);
    close(failed[1]);
    if (pid < 0) {
        not_run(result, errno);
        return;
    }
    rs_temp_folder_child(0, pid);
    setpgid(pid, pid); /* the child does the same; either may come first */
    int process = (int)syscall(SYS_pidfd_open, pid, 0);
    finish(pid, process, output[0], process < 0 ? 0 : child->seconds, result);
    if (process >= 0)
        close(process);
    int reason = 0;
    if (read(failed[0], &reason, sizeof reason) == (ssize_t)sizeof reason)
        not_run(result, reason);
}

void rs_child_run(const rs_child *child, rs_child_result *result)
{
    int output[2], failed[2];
    *result = (rs_child_result){0};
    if (pipe2(output, O_CLOEXEC) != 0) {
        not_run(result, errno);
        return;
    }
    if (pipe2(failed, O_CLOEXEC | O_NONBLOCK) != 0) {
        not_run(result, errno);
        close(output[0]);
        close(output[1]);
        return;
    }
    start(child, output, failed, result);
    close(output[0]);
    close(failed[0]);
}
