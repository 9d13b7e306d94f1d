/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which lines an openssl.cnf lacks to switch the module on.
 *
 * What the file says keeps its meaning: the default provider is activated only if programs get it
 * by themselves today, which is as long as no provider is activated by name. Node.js reads a
 * section of its own; unless the file has one, it gets one that only switches the module on.
 */
#ifndef RS_CONF_PLAN_H
#define RS_CONF_PLAN_H

#include "command/status/openssl_config.h"

typedef struct rs_conf_line {
    const char *section, *key, *value; /* as the parser is to understand them */
    struct rs_conf_line *next;
} rs_conf_line;

typedef struct rs_conf_plan {
    rs_arena *arena;                 /* the caller's; has the lines */
    const rs_openssl_config *config; /* as it is; only `conf` is used */
    const char *module;              /* the module's file */
    const char *list;                /* the compiled list; NULL: the default */
    bool whole;                      /* lines that the file has already are in the plan, too */
    rs_conf_line *first, *last;      /* the result; none: nothing is lacking */
    const char *init;                /* the section that `openssl_conf` names, or will name */
} rs_conf_plan;

/* Adds the lines to a plan whose first five members are set. Exits without memory. */
void rs_conf_plan_make(rs_conf_plan *plan);

/* The value of a key with the plan carried out; NULL: it is not there. */
const char *rs_conf_plan_get(const rs_conf_plan *plan, const char *section, const char *key);

#endif
