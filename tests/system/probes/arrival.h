/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which list is in force, for probes that change it under a process that looks every second: the
 * first one permits corp.example, the other one evil.example instead.
 *
 * Each verifies again and again until the change has arrived, and expects errno and the error
 * queue to be left alone.
 */
#ifndef PROBE_ARRIVAL_H
#define PROBE_ARRIVAL_H

#include "tests/system/probes/probe.h"

/* The other list comes into force, within half a minute. Bare: nothing is expected. */
void expect_other_list(const probe *p, const char *where);

/* The first list comes into force. Bare: the good leaf is accepted. */
void expect_first_list(const probe *p, const char *where);

/* Through two looks and more, the first list stays in force. */
void expect_no_change(const probe *p, const char *where);

#endif
