/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of telemetry, as rootscope-telemetry(5) describes it, read with simdjson.
 *
 * A line is hostile: names come from certificates, and anybody may have written the file. Escape
 * its texts, as command/base/text.h does, before they reach a terminal or a page.
 */
#ifndef RS_TELEMETRY_LINE_H
#define RS_TELEMETRY_LINE_H

#include "lib/base/bytes.h"
#include "lib/base/telemetry_words.h"
#include "lib/image/mode.h"

#ifdef __cplusplus
extern "C" {
#endif

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

/* Keeps memory from line to line. For one thread at a time. */
typedef struct rs_telemetry_parser rs_telemetry_parser;

/* NULL if there is no memory. */
rs_telemetry_parser *rs_telemetry_parser_new(void);

/* NULL is allowed. */
void rs_telemetry_parser_free(rs_telemetry_parser *parser);

/*
 * Whether a line is an object as `journalctl -o json` prints them. It can be forged in any other
 * text: whoever believes it must make sure that all lines of the text are such.
 */
bool rs_telemetry_is_journal(rs_bytes text);

/*
 * Reads the event of a line (without its newline): the object that starts at the last
 * `{"rootscope":` in it; what follows the object does not matter. If the line is the journal's, the
 * event is in its message. RS_TELEMETRY_PADDING bytes after the line must be readable; what they
 * hold does not matter. `*line` means nothing unless this returns RS_TELEMETRY_OK.
 */
rs_telemetry_status rs_telemetry_parse(rs_telemetry_parser *parser, rs_bytes text,
                                       rs_telemetry_line *line);

#ifdef __cplusplus
}
#endif

#endif
