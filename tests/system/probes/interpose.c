/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/probes/interpose.h"

#include "tests/system/probes/probe.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The module's code; empty: none is watched. */
static uintptr_t code_start, code_end;

static atomic_long successes_left[FAULTS] = {-1, -1, -1, -1}; /* negative: none fails */
static atomic_bool all_fail, failed;
static atomic_int how_to_read;
static atomic_long seconds_ahead;

/* The blocks that the module has. Kept one by one, since libcrypto's frees jump into free, and then
 * look like the module's if that called libcrypto. */
enum { BLOCKS_MAX = 4096 };
static _Atomic(void *) blocks[BLOCKS_MAX];

static int find_code(struct dl_phdr_info *info, size_t size, void *name)
{
    (void)size;
    if (strcmp(info->dlpi_name, name) != 0)
        return 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X)) {
            code_start = info->dlpi_addr + segment->p_vaddr;
            code_end = code_start + segment->p_memsz;
        }
    }
    return 1;
}

void interpose_calls_of(const char *module)
{
    struct link_map *map = NULL;
    void *handle = must(dlopen(module, RTLD_NOW), module);
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        give_up("the module's name");
    dl_iterate_phdr(find_code, map->l_name);
    if (code_end == 0)
        give_up("the module's code");
}

static bool is_watched(const void *caller)
{
    return (uintptr_t)caller >= code_start && (uintptr_t)caller < code_end;
}

void interpose_fail_after(fault kind, long n, bool all)
{
    atomic_store(&failed, false);
    atomic_store(&all_fail, all);
    atomic_store(&successes_left[kind], n);
}

bool interpose_has_failed(void)
{
    return atomic_load(&failed);
}

void interpose_stop(void)
{
    for (int kind = 0; kind < FAULTS; kind++)
        atomic_store(&successes_left[kind], -1);
}

static bool fails(fault kind, const void *caller)
{
    if (!is_watched(caller) || atomic_load(&successes_left[kind]) < 0)
        return false;
    if (atomic_load(&successes_left[kind]) > 0) {
        atomic_fetch_sub(&successes_left[kind], 1);
        return false;
    }
    if (!atomic_load(&all_fail))
        atomic_store(&successes_left[kind], -1);
    atomic_store(&failed, true);
    return true;
}

static int fail_with(int error)
{
    errno = error;
    return -1;
}

void interpose_reading(reading how)
{
    atomic_store(&how_to_read, (int)how);
}

void interpose_pass_seconds(long seconds)
{
    atomic_fetch_add(&seconds_ahead, seconds);
}

/* Puts `now` where `before` is among the blocks, if it is there. */
static void replace_block(void *before, void *now)
{
    for (size_t i = 0; i < BLOCKS_MAX; i++) {
        void *present = before;
        if (atomic_compare_exchange_strong(&blocks[i], &present, now))
            return;
    }
}

long interpose_live_blocks(void)
{
    long count = 0;
    for (size_t i = 0; i < BLOCKS_MAX; i++)
        count += atomic_load(&blocks[i]) != NULL;
    return count;
}

/* The function that would have been called. */
#define NEXT(type, name, arguments)                                                                \
    static type(*next) arguments;                                                                  \
    if (next == NULL)                                                                              \
    *(void **)&next = dlsym(RTLD_NEXT, name)

static void *counted(void *taken, const void *caller)
{
    if (taken != NULL && is_watched(caller))
        replace_block(NULL, taken);
    return taken;
}

void *malloc(size_t size)
{
    NEXT(void *, "malloc", (size_t));
    const void *caller = __builtin_return_address(0);
    return fails(FAULT_MEMORY, caller) ? NULL : counted(next(size), caller);
}

void *calloc(size_t count, size_t size)
{
    NEXT(void *, "calloc", (size_t, size_t));
    const void *caller = __builtin_return_address(0);
    return fails(FAULT_MEMORY, caller) ? NULL : counted(next(count, size), caller);
}

void free(void *taken)
{
    static void (*next)(void *);
    static bool looking_up; /* at the program's start: there are no threads yet */
    if (looking_up)
        return; /* by dlsym, of what an earlier error left: nothing that will be missed */
    if (next == NULL) {
        looking_up = true;
        *(void **)&next = dlsym(RTLD_NEXT, "free");
        looking_up = false;
    }
    if (taken != NULL && is_watched(__builtin_return_address(0)))
        replace_block(taken, NULL);
    next(taken);
}

int open(const char *path, int flags, ...)
{
    NEXT(int, "open", (const char *, int, ...));
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fails(FAULT_OPEN, __builtin_return_address(0)) ? fail_with(EMFILE)
                                                          : next(path, flags, mode);
}

int stat(const char *path, struct stat *status)
{
    NEXT(int, "stat", (const char *, struct stat *));
    return fails(FAULT_STAT, __builtin_return_address(0)) ? fail_with(EIO) : next(path, status);
}

int fstat(int fd, struct stat *status)
{
    NEXT(int, "fstat", (int, struct stat *));
    return fails(FAULT_STAT, __builtin_return_address(0)) ? fail_with(EIO) : next(fd, status);
}

/* How many bytes a read that goes this way may take; -1: a signal came first. */
static ssize_t share(int fd, size_t size)
{
    static atomic_bool interrupted;
    struct stat status;
    switch ((reading)atomic_load(&how_to_read)) {
    case READ_WHOLE:
        break;
    case READ_BYTE_BY_BYTE:
        return size > 0;
    case READ_INTERRUPTED:
        if (!atomic_exchange(&interrupted, !atomic_load(&interrupted)))
            return fail_with(EINTR);
        break;
    case READ_SHRUNK:
        if (fstat(fd, &status) != 0 || lseek(fd, 0, SEEK_CUR) >= status.st_size / 2)
            return 0;
        return (ssize_t)(size / 2);
    }
    return (ssize_t)size;
}

ssize_t read(int fd, void *bytes, size_t size)
{
    NEXT(ssize_t, "read", (int, void *, size_t));
    const void *caller = __builtin_return_address(0);
    if (fails(FAULT_READ, caller))
        return fail_with(EIO);
    ssize_t allowed = is_watched(caller) ? share(fd, size) : (ssize_t)size;
    return allowed < 0 ? -1 : next(fd, bytes, (size_t)allowed);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    NEXT(int, "clock_gettime", (clockid_t, struct timespec *));
    int result = next(clock, now);
    if (result == 0 && is_watched(__builtin_return_address(0)))
        now->tv_sec += atomic_load(&seconds_ahead);
    return result;
}
