/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits the machine's trust store for programs that verify with other libraries than OpenSSL, and
 * gives it back.
 */
#ifndef RS_LIBRARIES_H
#define RS_LIBRARIES_H

#include <stdbool.h>

typedef struct rs_libraries_work {
    bool in_root; /* this process has changed its root directory */
    bool dry_run; /* show what would be done, and try it; change nothing */
} rs_libraries_work;

/*
 * Makes the store of the list and of what update-ca-certificates left, proves it, puts it in place
 * and proves it there; else takes it back. Each prints what it did on standard output, and returns
 * an exit status after its messages. With nothing new, enable writes nothing.
 */
int rs_libraries_enable(const rs_libraries_work *work);
int rs_libraries_disable(const rs_libraries_work *work);

#endif
