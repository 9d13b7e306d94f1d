/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event of telemetry that was read, and what can become of one.
 */
#ifndef RS_TELEMETRY_EVENT_H
#define RS_TELEMETRY_EVENT_H

#include "lib/base/bytes.h"
#include "lib/base/telemetry_words.h"
#include "lib/image/mode.h"

enum {
    RS_TELEMETRY_LINE_MAX = 64 * 1024, /* bytes; a longer line is malformed */
    RS_TELEMETRY_PADDING = 64,         /* readable bytes that must follow a line */
    RS_TELEMETRY_TEXT_MAX = 512,       /* bytes of a string value; a longer one is malformed */
    RS_TELEMETRY_WORD_MAX = 64,        /* bytes of form, reason, kind and consequence */
};

/* A larger number is malformed: the integers that every JSON reader keeps. */
#define RS_TELEMETRY_NUMBER_MAX ((UINT64_C(1) << 53) - 1)

typedef enum rs_telemetry_status {
    RS_TELEMETRY_OK = 0,
    RS_TELEMETRY_FOREIGN,   /* no event in it: another program's line in a log, an empty line */
    RS_TELEMETRY_MALFORMED, /* torn, not JSON, a key missing, repeated or of a wrong type */
    RS_TELEMETRY_UNKNOWN,   /* an event of another version, or with an unknown word */
    RS_TELEMETRY_NO_MEMORY,
} rs_telemetry_status;

/*
 * An event. Views are UTF-8 without escapes, may hold any character, NUL included, and are valid
 * until the parser reads the next line, and as long as the line itself. A key that the event or the
 * line does not have is empty or 0. All numbers of chains are increments.
 */
typedef struct rs_telemetry_line {
    rs_telemetry_event event;
    int64_t time;     /* seconds since 1970 UTC */
    rs_bytes program; /* the file of the program where the journal knows it, else what it says */
    bool has_writer;  /* the journal knows who wrote the line */
    uint32_t writer;  /* then: the number of the user */
    uint64_t dropped; /* lines or counts that were lost before this one */

    /* violation and checks */
    rs_bytes root;  /* "spki-sha256:…", "cert-sha256:…", "default" or "none" */
    rs_bytes label; /* may be empty */
    rs_mode mode;   /* RS_MODE_ENFORCE or RS_MODE_TEST */

    /* violation */
    rs_telemetry_verdict verdict;
    bool verified;         /* every signature of the chain holds */
    rs_bytes form, reason; /* the words of rs_form_word and rs_reason_word, or later ones */
    rs_bytes suffix;       /* may be empty */
    rs_bytes name;         /* empty unless telemetry_names = full */
    uint64_t count;        /* chains */

    /* checks: chains; checked is permitted + violated, but for what happened in between */
    uint64_t checked, permitted, violated, unverified;

    /* problem */
    rs_bytes kind, problem, list, object, consequence;
} rs_telemetry_line;

#endif
