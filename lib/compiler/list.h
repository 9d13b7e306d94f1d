/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A permitted suffix list in memory: what the source parser makes and the compiler consumes.
 *
 * Everything hangs on the list's arena: strings and arrays live until rs_list_free. Not for the
 * module, which never sees a source.
 */
#ifndef RS_LIST_H
#define RS_LIST_H

#include "lib/base/arena.h"
#include "lib/image/image.h"
#include "lib/names/distinguished_name.h"

typedef enum rs_polarity {
    RS_PERMIT,
    RS_EXCLUDE,
} rs_polarity;

/* What a rule's value is, hence which set of the stanza it goes to. */
typedef enum rs_rule_kind {
    RS_RULE_SUFFIX,  /* host: value is lower-case A-labels without dots at the ends; empty: * */
    RS_RULE_MAILBOX, /* value: local part, `@`, host in lower case */
    RS_RULE_IP,      /* value: first and last address, 2 * 4 or 2 * 16 octets */
    RS_RULE_CN,      /* value: UTF-8, ASCII letters in lower case; empty: any */
    RS_RULE_DIRNAME, /* value: canonical form */
    RS_RULE_ORGANIZATION, /* value: folded UTF-8; always RS_PERMIT, and closes nothing */
    RS_RULE_OTHERNAME,    /* value: content of the OID */
    RS_RULE_SINGLE_LABEL, /* no value: any DNS name or common name of one label; always RS_PERMIT */
} rs_rule_kind;

enum { RS_RULE_KINDS = RS_RULE_SINGLE_LABEL + 1 };

/* Bytes of the longest value, a distinguished name; no longer name is ever looked up. */
#define RS_RULE_VALUE_MAX RS_DISTINGUISHED_NAME_MAX

typedef struct rs_rule {
    rs_rule_kind kind;
    rs_polarity polarity;
    rs_form_set forms; /* SUFFIX: the host-bearing forms it is for */
    bool self;         /* SUFFIX: the host itself */
    bool below;        /* SUFFIX: every host below it */
    uint32_t line;     /* in the stanza's file, from 1 */
    rs_bytes value;
} rs_rule;

typedef struct rs_list_root {
    rs_root_kind kind;
    uint8_t sha256[RS_SHA256_SIZE];
    bool has_certificate; /* `pem:`: the certificate is known too, to see a root named twice */
    uint8_t certificate_sha256[RS_SHA256_SIZE];
    rs_bytes label;
    const char *file; /* where it was said */
    uint32_t line;
} rs_list_root;

typedef struct rs_list_stanza {
    rs_list_root *roots;
    size_t root_count; /* 0: the default stanza */
    rs_rule *rules;
    size_t rule_count;
    bool has_mode;
    rs_mode_period mode;
    const char *file;
    uint32_t line;
} rs_list_stanza;

typedef struct rs_list {
    rs_arena arena;
    bool has_mode;
    rs_mode_period mode;
    uint32_t mode_line; /* where `mode` was said */
    const char *mode_file;
    rs_list_stanza *stanzas; /* at most one default among them once merged */
    size_t stanza_count;
    uint8_t sources_sha256[RS_SHA256_SIZE]; /* over all that the sources say: list_merge.h */
} rs_list;

#endif
