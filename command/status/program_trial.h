/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a program covered? It is run against test servers, and its exit status is believed: 0
 * means that it accepted the server's certificate.
 */
#ifndef RS_PROGRAM_TRIAL_H
#define RS_PROGRAM_TRIAL_H

#include "command/status/openssl_config.h"

typedef enum rs_trial_verdict {
    RS_TRIAL_COVERED,     /* it refuses what is outside the scope, because of the module */
    RS_TRIAL_NOT_COVERED, /* it accepts that, though it takes the configuration */
    RS_TRIAL_IGNORES,     /* it verifies, but without the configuration */
    RS_TRIAL_UNVERIFIED,  /* it accepts any certificate */
    RS_TRIAL_UNKNOWN      /* it cannot be told; `why` says why */
} rs_trial_verdict;

/* What the test server shows. */
typedef enum rs_trial_certificate {
    RS_TRIAL_GOOD,    /* within the scope of its root */
    RS_TRIAL_BAD,     /* outside it */
    RS_TRIAL_STRANGER /* of a root that nobody trusts */
} rs_trial_certificate;

/* With what configuration the program runs. */
typedef enum rs_trial_module {
    RS_TRIAL_ON,     /* the module enforces the test list */
    RS_TRIAL_OFF,    /* mode off */
    RS_TRIAL_DENYING /* the module finds no list and refuses everything */
} rs_trial_module;

typedef struct rs_trial_run {
    rs_trial_certificate certificate;
    rs_trial_module module;
    bool connected; /* the server showed its certificate */
    bool was_run;   /* there is such a program, and it may be run */
    bool timed_out; /* it was killed when its time was over */
    bool accepted;
    const char *end;    /* "exit 0", "signal 11" ... */
    const char *output; /* what it printed, NUL-terminated, not fit for a terminal */
} rs_trial_run;

#define RS_TRIAL_RUNS 4 /* at most */

typedef struct rs_trial {
    rs_arena arena;
    rs_trial_verdict verdict;
    const char *why; /* a sentence */
    rs_trial_run runs[RS_TRIAL_RUNS];
    unsigned count;
} rs_trial;

/*
 * Runs a program, argv ended by NULL, in whose arguments {url}, {host}, {port} and {ca} are
 * replaced, as often as needed. The configuration must have the module. What has not ended after
 * `seconds` is killed. Clear it in any case.
 */
void rs_trial_run_all(const rs_openssl_config *config, char *const *argv, int seconds,
                      rs_trial *trial);
void rs_trial_clear(rs_trial *trial);

/* "covered", "not covered", "ignores the configuration", "does not verify", "cannot tell". */
const char *rs_trial_verdict_word(rs_trial_verdict verdict);

/* "good", "bad", "stranger". */
const char *rs_trial_certificate_word(rs_trial_certificate certificate);

/* "on", "off", "denying". */
const char *rs_trial_module_word(rs_trial_module module);

#endif
