/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a process has code that verifies certificates with the libcrypto that it has mapped.
 *
 * Many programs use libcrypto for hashes or random numbers alone: sshd and systemd do.
 */
#ifndef RS_PROCESS_CODE_H
#define RS_PROCESS_CODE_H

#include "lib/base/arena.h"

#include <stdbool.h>
#include <sys/types.h>

/* What is known of files that were looked into; all zero is empty. Its memory is on an arena. */
typedef struct rs_process_code {
    struct rs_process_code_file *first;
} rs_process_code;

/*
 * Looks for the names of OpenSSL's functions that verify certificates in every file of code that
 * the process has mapped, libcrypto's own excepted. True too if a file cannot be read: it may.
 */
bool rs_process_code_verifies(rs_process_code *code, rs_arena *arena, pid_t pid);

#endif
