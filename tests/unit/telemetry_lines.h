/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events for tests of what reads telemetry.
 */
#ifndef RS_TELEMETRY_LINES_H
#define RS_TELEMETRY_LINES_H

#include "command/telemetry/line.h"

#define ROOT_A "spki-sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ROOT_B "spki-sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static inline rs_telemetry_line violation_line(const char *root, const char *suffix, uint64_t count)
{
    return (rs_telemetry_line){
        .event = RS_TELEMETRY_VIOLATION,
        .time = 1000,
        .program = rs_bytes_of_string("curl"),
        .root = rs_bytes_of_string(root),
        .mode = RS_MODE_TEST,
        .verdict = RS_TELEMETRY_WOULD_DENY,
        .verified = true,
        .form = rs_bytes_of_string("dns"),
        .reason = rs_bytes_of_string("not-permitted"),
        .suffix = rs_bytes_of_string(suffix),
        .count = count,
    };
}

static inline rs_telemetry_line checks_line(const char *root, uint64_t permitted, uint64_t violated)
{
    return (rs_telemetry_line){
        .event = RS_TELEMETRY_CHECKS,
        .time = 1000,
        .program = rs_bytes_of_string("curl"),
        .root = rs_bytes_of_string(root),
        .mode = RS_MODE_TEST,
        .checked = permitted + violated,
        .permitted = permitted,
        .violated = violated,
    };
}

#endif
