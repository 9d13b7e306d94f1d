/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of counters: only letters, digits, `_` and `-`, with a dot between the parts.
 */
#ifndef RS_STATSD_NAME_H
#define RS_STATSD_NAME_H

#include "command/telemetry/line.h"

enum {
    RS_STATSD_LABEL_MAX = 48,  /* bytes of a label or a word in a name */
    RS_STATSD_ROOT_SIZE = 128, /* bytes of a root's name with its NUL */
    RS_STATSD_WORD_SIZE = RS_STATSD_LABEL_MAX + 1,
};

/* A word in which everything else became `_`, once for many in a row; "_" for an empty one. */
void rs_statsd_word(rs_bytes text, char out[RS_STATSD_WORD_SIZE]);

/* "spki-sha256-" and the first 16 digits; what is not a hash ("default") as rs_statsd_word. */
void rs_statsd_root_id(rs_bytes root, char out[RS_STATSD_ROOT_SIZE]);

/* "Corp_Root_2024-0123456789abcdef", as roots may share a label; without one rs_statsd_root_id. */
void rs_statsd_root_name(rs_bytes root, rs_bytes label, char out[RS_STATSD_ROOT_SIZE]);

#endif
