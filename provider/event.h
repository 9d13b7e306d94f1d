/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the module tells the administrator: violations, lists that cannot be used, copies of
 * OpenSSL that cannot be guarded. One line of `word key=value …` each; values from outside are
 * quoted, with everything but printable ASCII as \xNN.
 */
#ifndef RS_EVENT_H
#define RS_EVENT_H

#include "chain.h"
#include "list_file.h"
#include "settings.h"

/* Room for the longest line: three quoted values of 300 characters each, and all the rest. */
typedef struct rs_event {
    char text[1400];
    size_t length;
} rs_event;

/* Whether the signatures of a chain hold, so that a forged one cannot frame a CA. */
typedef enum rs_signatures {
    RS_SIGNATURES_UNKNOWN,
    RS_SIGNATURES_VALID,
    RS_SIGNATURES_INVALID,
} rs_signatures;

/* What is said of a chain: refused, or would be refused if the mode were enforce. */
typedef enum rs_event_outcome {
    RS_EVENT_DENIED,
    RS_EVENT_OBSERVED,
} rs_event_outcome;

/*
 * Writes the line for a violation. What it needs of the image and the chain is copied: the event
 * outlives them.
 */
void rs_event_of_violation(rs_event *event, rs_event_outcome outcome, const rs_image *image,
                           const rs_violation *violation);

/* Writes the line for a chain that is denied because there is no usable policy. */
void rs_event_of_missing_policy(rs_event *event, const char *why);

/* Completes a violation's line and sends it. The caller has asked rs_syslog_admits. */
void rs_event_send(rs_event *event, rs_signatures signatures);

/* Sends that the list at the settings' path is of no use; `in_force`: an older one still is. */
void rs_event_list_problem(const rs_settings *settings, rs_list_problem problem, bool in_force);

/* Sends that settings are wrong and therefore deny. */
void rs_event_settings_problem(const rs_settings *settings);

/* Sends that a copy of OpenSSL is not guarded, and why; `object` is the file that holds it. */
void rs_event_unguarded(const char *object, const char *problem);

#endif
