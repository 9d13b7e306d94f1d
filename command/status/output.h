/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer of `rootscope status`, for people and for programs.
 */
#ifndef RS_STATUS_OUTPUT_H
#define RS_STATUS_OUTPUT_H

#include "command/status/library_cover.h"
#include "command/status/live_check.h"
#include "command/status/own_services.h"

#include <jansson.h>

typedef struct rs_status {
    rs_openssl_config config;
    rs_list_status list;
    rs_live_check live;
    rs_library_cover libraries;
    rs_own_services services;
    rs_problems problems;
} rs_status;

void rs_status_print_text(const rs_status *status);
void rs_status_print_json(const rs_status *status);

/* Each problem and what to do, for the other kinds of status too; the second is the caller's. */
void rs_status_print_problems(const rs_problems *problems);
json_t *rs_status_problems_json(const rs_problems *problems);

#endif
