/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words that the module writes and the command reads: the keys of a line of telemetry and some
 * of their values (rootscope-telemetry(5)), and phrases of the module's build information. The
 * writer and each reader take them from here, so a word cannot change on one side alone.
 */
#ifndef RS_TELEMETRY_WORDS_H
#define RS_TELEMETRY_WORDS_H

/* What a line starts with, and the version of its form. */
#define RS_TELEMETRY_START   "{\"rootscope\":"
#define RS_TELEMETRY_VERSION 1

/* X(NAME, word): the keys, in the order in which lines have them. */
#define RS_TELEMETRY_FIELDS(X)                                                                     \
    X(VERSION, "rootscope")                                                                        \
    X(EVENT, "event")                                                                              \
    X(TIME, "time")                                                                                \
    X(PROGRAM, "program")                                                                          \
    X(PID, "pid")                                                                                  \
    X(ROOT, "root")                                                                                \
    X(LABEL, "label")                                                                              \
    X(MODE, "mode")                                                                                \
    X(VERDICT, "verdict")                                                                          \
    X(DEPTH, "depth")                                                                              \
    X(FORM, "form")                                                                                \
    X(REASON, "reason")                                                                            \
    X(ERROR, "error")                                                                              \
    X(REFERENCE, "reference")                                                                      \
    X(SUFFIX, "suffix")                                                                            \
    X(SIGNATURES, "signatures")                                                                    \
    X(PEER, "peer")                                                                                \
    X(COUNT, "count")                                                                              \
    X(CHECKED, "checked")                                                                          \
    X(PERMITTED, "permitted")                                                                      \
    X(VIOLATED, "violated")                                                                        \
    X(UNVERIFIED, "unverified")                                                                    \
    X(KIND, "kind")                                                                                \
    X(PROBLEM, "problem")                                                                          \
    X(LIST, "list")                                                                                \
    X(OBJECT, "object")                                                                            \
    X(CONSEQUENCE, "consequence")                                                                  \
    X(NAME, "name")                                                                                \
    X(DROPPED, "dropped")

typedef enum rs_telemetry_field {
#define RS_TELEMETRY_FIELD(name, word) RS_FIELD_##name,
    RS_TELEMETRY_FIELDS(RS_TELEMETRY_FIELD)
#undef RS_TELEMETRY_FIELD
        RS_FIELDS
} rs_telemetry_field;

typedef enum rs_telemetry_event {
    RS_TELEMETRY_VIOLATION,
    RS_TELEMETRY_CHECKS,
    RS_TELEMETRY_PROBLEM,
} rs_telemetry_event;

/* What became of a chain with a violation. */
typedef enum rs_telemetry_verdict {
    RS_TELEMETRY_DENIED,
    RS_TELEMETRY_OVERRIDDEN, /* denied, but the application's callback accepted it */
    RS_TELEMETRY_WOULD_DENY, /* test mode, and the chain was accepted */
} rs_telemetry_verdict;

/* Whether the signatures of a chain hold, so that a forged one cannot frame a CA. */
typedef enum rs_signatures {
    RS_SIGNATURES_UNKNOWN,
    RS_SIGNATURES_VALID,
    RS_SIGNATURES_INVALID,
} rs_signatures;

/* The key of a field, or the word for a value; static. `event` must be one of the enumeration. */
static inline const char *rs_telemetry_field_word(rs_telemetry_field field)
{
    static const char *const words[] = {
#define RS_TELEMETRY_WORD(name, word) word,
        RS_TELEMETRY_FIELDS(RS_TELEMETRY_WORD)
#undef RS_TELEMETRY_WORD
    };
    return words[field];
}

static inline const char *rs_telemetry_event_word(rs_telemetry_event event)
{
    static const char *const words[] = {"violation", "checks", "problem"};
    return words[event];
}

static inline const char *rs_telemetry_verdict_word(rs_telemetry_verdict verdict)
{
    static const char *const words[] = {"denied", "overridden", "would-deny"};
    return words[verdict];
}

static inline const char *rs_signatures_word(rs_signatures signatures)
{
    static const char *const words[] = {"unknown", "valid", "invalid"};
    return words[signatures];
}

/*
 * Phrases of the build information that say that the module does not check chains against a list.
 */
#define RS_BUILD_INFO_DENIES  "denies everything"
#define RS_BUILD_INFO_CHECKS  "checks nothing"
#define RS_BUILD_INFO_MISSING "does not guard"

#endif
