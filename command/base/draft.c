/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/draft.h"

#include "command/base/message.h"
#include "command/base/remove_folder.h"
#include "command/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* As other programs choose one; it may be a command with options. */
#define EDITOR "${VISUAL:-${EDITOR:-$(command -v sensible-editor || command -v editor || echo vi)}}"

enum { EDITOR_ENDS_SECONDS = 5 };

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0';
}

bool rs_draft_has_editor(void)
{
    return is_set("VISUAL") || is_set("EDITOR") || (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));
}

static void hold_signals(rs_draft *d)
{
    static const int numbers[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
    sigset_t held;
    sigemptyset(&d->ending);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction now;
        /* What nohup ignores stays ignored. */
        if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&d->ending, numbers[i]);
    }
    held = d->ending;
    sigaddset(&held, SIGCHLD);
    signal(SIGCHLD, SIG_DFL); /* ignored, the editor's end would not be told */
    sigprocmask(SIG_BLOCK, &held, &d->before);
}

bool rs_draft_make(rs_arena *arena, const char *name, rs_bytes text, rs_draft *d)
{
    const char *base = getenv("TMPDIR");
    char *folder = (char *)(uintptr_t)rs_text_format(
        arena, "%s/rootscope-edit.XXXXXX", base == NULL || base[0] != '/' ? "/tmp" : base);
    *d = (rs_draft){.folder = folder};
    hold_signals(d);
    bool good = mkdtemp(folder) != NULL;
    if (!good) {
        rs_message_file(folder, errno);
        rs_draft_keep(d);
        return false;
    }
    d->path = rs_text_format(arena, "%s/%s", folder, name);
    int fd = open(d->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
    good = file != NULL && (text.n == 0 || fwrite(text.p, 1, text.n, file) == text.n);
    if (file != NULL && fclose(file) == 0 && good)
        return true;
    rs_message_file(d->path, errno);
    rs_draft_discard(d);
    return false;
}

/* Ends the command as the signal would have done. */
_Noreturn static void end_by(const rs_draft *d, int number)
{
    rs_draft_discard(d);
    raise(number);
    _exit(128 + number); /* it was held back before, too */
}

static void end_editor(pid_t editor, int number)
{
    const struct timespec second = {.tv_sec = 1};
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    kill(editor, number);
    for (int i = 0; i < EDITOR_ENDS_SECONDS; i++) {
        if (waitpid(editor, NULL, WNOHANG) != 0)
            return;
        (void)sigtimedwait(&ended, NULL, &second);
    }
    kill(editor, SIGKILL);
    waitpid(editor, NULL, 0);
}

/* The status of the editor when it has ended. */
static int wait_for_editor(const rs_draft *d, pid_t editor)
{
    sigset_t awaited = d->ending;
    sigaddset(&awaited, SIGCHLD);
    for (;;) {
        int number, status;
        if (sigwait(&awaited, &number) != 0)
            continue;
        if (number == SIGCHLD && waitpid(editor, &status, WNOHANG) == editor)
            return status;
        if (number == SIGTERM || number == SIGHUP) {
            end_editor(editor, number);
            end_by(d, number);
        }
    }
}

bool rs_draft_edit(const rs_draft *d)
{
    rs_arena arena = {0};
    const char *command =
        rs_text_format(&arena, "exec " EDITOR " %s", rs_text_shell(&arena, d->path));
    pid_t editor = fork();
    if (editor == 0) {
        sigprocmask(SIG_SETMASK, &d->before, NULL);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    bool good = editor > 0 && wait_for_editor(d, editor) == 0;
    if (!good)
        rs_message_error("the editor failed; set VISUAL or EDITOR to another one");
    rs_arena_clear(&arena);
    return good;
}

/* Waits until there is something to read, or the end of it. */
static void wait_for_input(const rs_draft *d, int signals)
{
    struct pollfd awaited[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                               {.fd = signals, .events = POLLIN}};
    int number;
    while (poll(awaited, 2, -1) < 0 && errno == EINTR)
        continue;
    if (awaited[1].revents != 0 && sigwait(&d->ending, &number) == 0)
        end_by(d, number);
}

char rs_draft_ask(const rs_draft *d, const char *question, const char *answers)
{
    char line[80], answer = '\0';
    int signals = signalfd(-1, &d->ending, SFD_CLOEXEC);
    setvbuf(stdin, NULL, _IONBF, 0); /* what is read already would not be waited for */
    for (bool is_there = true; is_there && answer == '\0';) {
        fputs(question, stderr);
        wait_for_input(d, signals);
        is_there = fgets(line, sizeof line, stdin) != NULL;
        if (is_there && line[0] != '\0' && strchr(answers, line[0]) != NULL)
            answer = line[0];
    }
    if (signals >= 0)
        close(signals);
    return answer;
}

void rs_draft_keep(const rs_draft *d)
{
    sigprocmask(SIG_SETMASK, &d->before, NULL);
}

void rs_draft_discard(const rs_draft *d)
{
    rs_remove_folder(d->folder);
    rs_draft_keep(d);
}
