/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/temp_folder.h"

#include "command/base/message.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 32, PATH_SIZE = 512 };

/* What a signal handler may read: fixed memory. A path counts once file_count says so. */
static char folder[PATH_SIZE];
static char files[FILES_MAX][PATH_SIZE];
static atomic_int file_count;
static atomic_int children[RS_TEMP_CHILDREN];
static pid_t owner; /* the children of a fork must not clean up after us */

/* Only what a signal handler may call. */
static void clean_up(void)
{
    if (getpid() != owner)
        return;
    for (int i = 0; i < RS_TEMP_CHILDREN; i++) {
        pid_t child = atomic_exchange(&children[i], 0);
        if (child > 0 && kill(-child, SIGKILL) != 0)
            kill(child, SIGKILL);
    }
    for (int i = atomic_exchange(&file_count, 0); i-- > 0;)
        unlink(files[i]);
    if (folder[0] != '\0')
        rmdir(folder);
    folder[0] = '\0';
}

static void on_signal(int number)
{
    clean_up();
    signal(number, SIG_DFL);
    raise(number);
}

static void watch_signals(void)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        struct sigaction before, ours = {.sa_handler = on_signal};
        sigemptyset(&ours.sa_mask);
        /* What nohup ignores stays ignored. */
        if (sigaction(ending[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(ending[i], &ours, NULL);
    }
}

/* Whether other users can enter this folder: some systems give each user a private TMPDIR. */
static bool is_open_to_all(const char *path)
{
    char part[PATH_SIZE];
    struct stat s;
    size_t length = strlen(path);
    if (path[0] != '/' || length >= sizeof part)
        return false;
    memcpy(part, path, length + 1);
    for (char *slash = part + length; slash != NULL; slash = strrchr(part, '/')) {
        *slash = '\0';
        if (stat(part[0] == '\0' ? "/" : part, &s) != 0 || (s.st_mode & S_IXOTH) == 0)
            return false;
    }
    return true;
}

bool rs_temp_folder_make(void)
{
    if (folder[0] != '\0')
        return true;
    const char *base = secure_getenv("TMPDIR");
    char made[PATH_SIZE];
    int length = snprintf(made, sizeof made, "%s/rootscope-XXXXXX",
                          base == NULL || !is_open_to_all(base) ? "/tmp" : base);
    if (length < 0 || length >= (int)sizeof made - 64 || mkdtemp(made) == NULL) {
        rs_message_error("no temporary folder can be made: %s", strerror(errno));
        return false;
    }
    owner = getpid();
    memcpy(folder, made, sizeof made);
    watch_signals();
    atexit(clean_up);
    if (chmod(folder, 0755) == 0)
        return true;
    rs_message_error("%s: %s", folder, strerror(errno));
    return false;
}

const char *rs_temp_folder_path(const char *name)
{
    int next = atomic_load(&file_count);
    if (next == FILES_MAX)
        return NULL;
    int length = snprintf(files[next], PATH_SIZE, "%s/%s", folder, name);
    if (length < 0 || length >= PATH_SIZE)
        return NULL;
    for (int i = 0; i < next; i++)
        if (strcmp(files[i], files[next]) == 0)
            return files[i];
    atomic_store(&file_count, next + 1);
    return files[next];
}

static bool write_all(int fd, rs_bytes content)
{
    while (content.n > 0) {
        ssize_t written = write(fd, content.p, content.n);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            content.p += written;
            content.n -= (size_t)written;
        }
    }
    return true;
}

const char *rs_temp_folder_write(const char *name, rs_bytes content)
{
    const char *path = rs_temp_folder_path(name);
    int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool written = fd >= 0 && write_all(fd, content) && fchmod(fd, 0644) == 0;
    int reason = errno;
    if (fd >= 0 && close(fd) != 0)
        written = false;
    if (!written)
        rs_message_error("%s: %s", path == NULL ? name : path, strerror(reason));
    return written ? path : NULL;
}

void rs_temp_folder_child(int place, pid_t child)
{
    atomic_store(&children[place], child);
}
