/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the module tells the administrator, as lines of JSON: violations, counters of roots, lists
 * and settings that cannot be used, copies of OpenSSL that cannot be guarded.
 * rootscope-telemetry(5) has the keys. What an event is about is copied, since it is told after the
 * list and the chain were let go.
 */
#ifndef RS_EVENT_H
#define RS_EVENT_H

#include "lib/chain/chain.h"
#include "provider/telemetry/sink.h"

#define RS_REPORTED_LABEL_MAX 120 /* bytes of a root's label that are kept */
#define RS_REPORTED_NAME_MAX  300 /* bytes of a name that are kept */

/* What a line is about: a root of the list, the default stanza, or the chain as a whole. */
typedef enum rs_reported_kind {
    RS_REPORTED_SPKI,
    RS_REPORTED_CERTIFICATE,
    RS_REPORTED_DEFAULT,
    RS_REPORTED_NONE,
} rs_reported_kind;

typedef struct rs_reported_root {
    rs_reported_kind kind;
    rs_mode mode;                   /* enforce or test */
    uint8_t sha256[RS_SHA256_SIZE]; /* all zero if it is no root of the list */
    uint8_t label_size;
    char label[RS_REPORTED_LABEL_MAX]; /* UTF-8, perhaps cut */
} rs_reported_root;

/* Whose certificate it is, where that can be told. */
typedef enum rs_peer {
    RS_PEER_UNKNOWN,
    RS_PEER_SERVER,
    RS_PEER_CLIENT,
} rs_peer;

typedef struct rs_reported_violation {
    rs_reported_root root;
    rs_telemetry_verdict verdict;
    rs_signatures signatures;
    rs_peer peer;
    rs_form form;
    rs_reason reason;
    int depth;
    bool reference; /* the application's reference identity, not a name in a certificate */
    bool has_name;  /* only where full names may be told */
    uint8_t suffix_size;
    uint16_t name_size;
    char suffix[RS_HOST_NAME_MAX];
    char name[RS_REPORTED_NAME_MAX];
} rs_reported_violation;

/* Chains of one root: what came of them since the last line. */
typedef struct rs_reported_checks {
    uint64_t permitted, violated, unverified;
} rs_reported_checks;

/* What a problem leads to. */
typedef enum rs_consequence {
    RS_EVERYTHING_IS_DENIED,
    RS_NOTHING_IS_CHECKED,
    RS_OLDER_LIST_STAYS,
} rs_consequence;

/* The root at an index of the image, RS_NO_ROOT being the default stanza, and how it is treated. */
void rs_reported_root_init(rs_reported_root *reported, const rs_image *image, uint32_t root,
                           rs_mode mode);

/* The chain as a whole. */
void rs_reported_root_init_none(rs_reported_root *reported, rs_mode mode);

/* Writes that `count` chains had the violation. False if the line was lost, which counts as one. */
bool rs_event_violation(rs_sink *sink, const rs_reported_violation *violation, uint64_t count);

/* Writes what came of a root's chains. False likewise. */
bool rs_event_checks(rs_sink *sink, const rs_reported_root *root, const rs_reported_checks *checks);

/*
 * The others are rare, and written if the sink's budget has room for them.
 *
 * That the list at a path is of no use, and why.
 */
void rs_event_list_problem(rs_sink *sink, const char *path, const char *problem,
                           rs_consequence consequence);

/* That settings are wrong, and why. */
void rs_event_settings_problem(rs_sink *sink, const char *problem, rs_consequence consequence);

/*
 * That a list denies a certificate in whose verification nothing tells of a peer: most likely it is
 * the process's own.
 */
void rs_event_own_certificate(rs_sink *sink, const char *path);

/* That a chain was denied for want of a policy. `sink` NULL: the one below. */
void rs_event_no_policy(rs_sink *sink, const char *why);

/*
 * That a copy of OpenSSL is not guarded, and why; `object` is the file that holds it. There is no
 * policy to ask: it goes to the system's log.
 */
void rs_event_unguarded(const char *object, const char *problem);

/* In a child of fork: what was lost before, the parent tells. */
void rs_event_after_fork(void);

#endif
