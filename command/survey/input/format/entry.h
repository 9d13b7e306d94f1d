/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the survey reads: certificates, each with what its source tells about its issuers. The
 * readers of command/survey/input turn bytes into entries, and hand each to a sink.
 *
 * Nothing is checked here but what a reader needs to find where a certificate ends: the first tag
 * is a SEQUENCE's, and its length is all there is. Whoever takes an entry has to expect any bytes.
 */
#ifndef RS_SURVEY_ENTRY_H
#define RS_SURVEY_ENTRY_H

#include "lib/base/bytes.h"

enum { RS_SURVEY_SHA256_SIZE = 32 };

/*
 * One certificate. Everything is borrowed: it lives while the sink is called, no longer. An entry
 * may be a CA's own certificate: logs and PEM files have those, too.
 */
typedef struct rs_survey_entry {
    rs_bytes certificate; /* DER; what the names are read from */
    bool is_tbs;          /* a log's precertificate: `certificate` is a TBSCertificate */

    /* With `is_tbs`: the precertificate as its CA signed it, in DER. Empty: none was given. */
    rs_bytes precertificate;
    /* SHA-256 of the issuer's SubjectPublicKeyInfo, of a log's precertificate; NULL: unknown. */
    const uint8_t *issuer_key_hash;

    /* What the source gave as the chain above, in DER, upwards as a rule. May be none. */
    const rs_bytes *issuers;
    size_t issuer_count;
    /* A number of each, of issuer_ids.h; NULL: nobody gave them numbers. */
    const uint64_t *issuer_ids;
    /* The same as SHA-256 of each certificate: static CT logs name issuers so. May be none. */
    const uint8_t (*issuer_fingerprints)[RS_SURVEY_SHA256_SIZE];
    size_t fingerprint_count;

    bool from_log; /* a CT log accepted it, so a log verified the signature */
} rs_survey_entry;

/* Why something in an input is not an entry, with a word for tables and a text for people. */
#define RS_SURVEY_REJECTIONS(X)                                                                    \
    X(UNREADABLE, "unreadable", "it cannot be read")                                               \
    X(UNKNOWN_FORMAT, "unknown-format", "it has no known format")                                  \
    X(DATABASE, "database", "it is a database, not an input (a store is given with --store)")      \
    X(DAMAGED, "damaged", "its compressed data is damaged or ends early")                          \
    X(EXPANDS, "expands", "it expands to much more than its compressed size explains")             \
    X(TOO_LARGE, "too-large", "it is larger than is read at once")                                 \
    X(TRUNCATED, "truncated", "it ends inside an entry")                                           \
    X(LENGTH, "length", "a length in it does not match what it holds")                             \
    X(ENTRY_TYPE, "entry-type", "its entry type is unknown")                                       \
    X(NOT_JSON, "not-json", "it is not valid JSON")                                                \
    X(NO_CHAIN, "no-chain", "it has no certificate")                                               \
    X(NOT_BASE64, "not-base64", "it is not valid base64")                                          \
    X(NOT_HEX, "not-hex", "it is not valid hexadecimal")                                           \
    X(NOT_DER, "not-der", "it is not a certificate in DER")                                        \
    X(NOT_IN_TREE, "not-in-tree", "it is not what the log's checkpoint stands for")                \
    X(TOO_MANY, "too-many", "it has more certificates than a chain may have")

typedef enum rs_survey_rejection {
#define RS_SURVEY_REJECTION_ENUM(name, word, text) RS_SURVEY_##name,
    RS_SURVEY_REJECTIONS(RS_SURVEY_REJECTION_ENUM)
#undef RS_SURVEY_REJECTION_ENUM
        RS_SURVEY_REJECTION_COUNT
} rs_survey_rejection;

/* The word for tables, and the rest of the sentence "FILE: …". Never NULL. */
const char *rs_survey_rejection_word(rs_survey_rejection rejection);
const char *rs_survey_rejection_text(rs_survey_rejection rejection);

/*
 * Takes what a reader finds. Both are called from the thread that reads, and return false to stop
 * it: for want of memory, or because the user wants to. Neither is NULL.
 */
typedef struct rs_survey_sink {
    void *context;
    bool (*entry)(void *context, const rs_survey_entry *entry);
    /* Something that would have been an entry, or several: a file, a line, a certificate. */
    bool (*rejected)(void *context, rs_survey_rejection rejection);
} rs_survey_sink;

#endif
