/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that runs out when a test wants it to. Included by a test program once, it takes the
 * place of malloc, calloc and realloc in the whole program.
 *
 * Not where AddressSanitizer is linked statically (clang): its free would not know what comes
 * from here. There nothing ever fails, and what is tested by failures is not tested.
 */
#ifndef RS_FAILING_MEMORY_H
#define RS_FAILING_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* How many more allocations succeed before one fails; negative: none fails. */
static long successes_left = -1;
static bool memory_failed;

/* The allocation after the next n fails, and none after that one. */
static inline void memory_fail_after(long n)
{
    memory_failed = false;
    successes_left = n;
}

/* No more failures; whether there was one. */
static inline bool memory_fail_stop(void)
{
    successes_left = -1;
    return memory_failed;
}

#if defined(__clang__) && defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define RS_MEMORY_NEVER_FAILS
#endif
#endif

#ifndef RS_MEMORY_NEVER_FAILS

#include <dlfcn.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *p, size_t size);

static bool fails_now(void)
{
    if (successes_left < 0 || successes_left-- > 0)
        return false;
    memory_failed = true;
    return true;
}

void *malloc(size_t size)
{
    static void *(*next)(size_t);
    if (next == NULL)
        *(void **)&next = dlsym(RTLD_NEXT, "malloc");
    return fails_now() ? NULL : next(size);
}

void *calloc(size_t count, size_t size)
{
    static void *(*next)(size_t, size_t);
    if (next == NULL)
        *(void **)&next = dlsym(RTLD_NEXT, "calloc");
    return fails_now() ? NULL : next(count, size);
}

void *realloc(void *p, size_t size)
{
    static void *(*next)(void *, size_t);
    if (next == NULL)
        *(void **)&next = dlsym(RTLD_NEXT, "realloc");
    return fails_now() ? NULL : next(p, size);
}

#endif

#endif
