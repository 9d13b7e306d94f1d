/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of this machine that have a TLS library mapped, as far as /proc shows them.
 *
 * What a program carries inside itself (Go, Java, rustls, a static OpenSSL) does not show here.
 */
#ifndef RS_PROCESS_TABLE_H
#define RS_PROCESS_TABLE_H

#include "command/status/process_code.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef enum rs_process_state {
    RS_PROCESS_LOADED,  /* it has the module: guarded, by the configuration that it started with */
    RS_PROCESS_RESTART, /* it would be guarded, or be guarded by newer code, after a restart */
    RS_PROCESS_RELEASE, /* it has the module, which is switched off: until a restart */
    RS_PROCESS_NOT_LOADED, /* it has OpenSSL and not the module, though it started late enough */
    RS_PROCESS_CANNOT,     /* no module of ours can guard what it has */
} rs_process_state;

enum {
    RS_LIBRARY_CRYPTO = 1,
    RS_LIBRARY_SSL = 2,
    RS_LIBRARY_GNUTLS = 4,
    RS_LIBRARY_NSS = 8,
    RS_LIBRARY_OLD_OPENSSL = 16, /* 1.1 and before */
};

typedef struct rs_process {
    pid_t pid;
    const char *name;                    /* the kernel's short one, fit for a terminal */
    const char *module;                  /* the file of the module that it has mapped; NULL: none */
    const char *conf;                    /* the OPENSSL_CONF that it was started with; NULL: none */
    const char *crypto;                  /* the file of the libcrypto that it has mapped */
    const char *unit;                    /* systemd's name of its service; NULL: none */
    unsigned libraries;                  /* RS_LIBRARY_* */
    int foreign;                         /* 1: of another architecture; 0; -1: cannot be told */
    int64_t started;                     /* milliseconds since 1970 UTC */
    bool module_deleted, crypto_deleted; /* the file was replaced or removed since */
    rs_process_state state;
    struct rs_process *next;
} rs_process;

typedef struct rs_process_table {
    rs_arena arena;
    rs_process *first, *last; /* by process number */
    unsigned unreadable;      /* processes whose mappings we may not see */
    unsigned without;         /* processes with no TLS library that shows */
    unsigned unverifying;     /* processes that use libcrypto and verify nothing with it */
    unsigned elsewhere;       /* processes with another root directory: of containers */
    rs_process_code code;
} rs_process_table;

/* What the processes are compared with. */
typedef struct rs_process_goal {
    const char *config; /* the path of the configuration */
    int64_t changed;    /* when it last changed, in milliseconds since 1970 UTC */
    bool is_off;        /* it has no module, or one in mode off */
} rs_process_goal;

/*
 * Looks at all of them. Processes come and go meanwhile; one that went is not counted at all.
 * False, and the reason on standard error, if /proc cannot be read. Clear it in any case.
 */
bool rs_process_table_read(rs_process_table *table, const rs_process_goal *goal);
void rs_process_table_clear(rs_process_table *table);

/* "loaded", "restart", "restart to release", "not loaded", "cannot be guarded". */
const char *rs_process_state_word(rs_process_state state);

/* Why it is in this state, a constant phrase. */
const char *rs_process_reason(const rs_process *process);

/* The name of one RS_LIBRARY_*: "libcrypto". */
const char *rs_library_word(unsigned library);
#define RS_LIBRARY_LAST RS_LIBRARY_OLD_OPENSSL

#endif
