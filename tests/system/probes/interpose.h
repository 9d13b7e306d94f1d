/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the module asks of the C library, answered as a test wants it: memory that runs out, files
 * that cannot be read, a clock that runs ahead. Everybody else's calls go through untouched.
 *
 * The program defines malloc, read and the like itself, and tells the module's calls by their
 * return address. It must export its symbols (ENABLE_EXPORTS), so that the module finds them.
 */
#ifndef PROBE_INTERPOSE_H
#define PROBE_INTERPOSE_H

#include <stdbool.h>

/* Calls that can fail; each of these is counted apart. */
typedef enum fault {
    FAULT_MEMORY, /* malloc, calloc: NULL */
    FAULT_OPEN,   /* EMFILE */
    FAULT_STAT,   /* stat and fstat: EIO */
    FAULT_READ,   /* EIO */
    FAULTS
} fault;

/* How a read that does not fail goes. */
typedef enum reading {
    READ_WHOLE,
    READ_BYTE_BY_BYTE,
    READ_INTERRUPTED, /* EINTR every other time */
    READ_SHRUNK,      /* half of the bytes, then the end of the file */
} reading;

/* Whose calls: those of the object at a path, which is loaded and stays. The probe ends if it
 * cannot be. Until then nothing fails and nothing is counted. */
void interpose_calls_of(const char *module);

/* Of the calls of a kind, the one after the next n fails; with `all`, all that follow as well. */
void interpose_fail_after(fault kind, long n, bool all);

/* Whether something has failed since. */
bool interpose_has_failed(void);

/* From here on nothing fails. */
void interpose_stop(void);

void interpose_reading(reading how);

/* The clock that the module sees is that many seconds ahead of what it was. */
void interpose_pass_seconds(long seconds);

/* Blocks that the module took and has not given back. */
long interpose_live_blocks(void);

#endif
