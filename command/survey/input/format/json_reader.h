/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds chains in a JSON document, by simdjson. A document is an object. It has its chains, in
 * base64, in one of these places:
 *
 *     {"chain": [LEAF, …]}                                         leaf first
 *     {…"server_certificates": {"certificate": {"raw": LEAF}, "chain": [{"raw": …}, …]}…}
 *                                                                  zgrab2, at any depth
 *     {"entries": [{"leaf_input": …, "extra_data": …}, …]}         get-entries of RFC 6962
 *     {"leaf_input": …, "extra_data": …}                           one of these entries
 *
 * What else a document has is validated no further than simdjson has to, to skip it.
 */
#ifndef RS_SURVEY_JSON_READER_H
#define RS_SURVEY_JSON_READER_H

#include "command/survey/input/format/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rs_json_reader rs_json_reader;

enum {
    RS_JSON_PADDING = 64,            /* so many bytes behind a document must be readable */
    RS_JSON_DOCUMENT_MAX = 16 << 20, /* a longer one is not JSON to it */
    RS_JSON_TEXTS_MAX = 256,         /* texts of one document that are remembered at once */
    RS_JSON_DEPTH_MAX = 32,          /* objects within objects that are searched */
};

/* The characters of a string, without quotes and escapes. They may be overwritten. */
typedef struct rs_json_text {
    uint8_t *p;
    size_t n;
} rs_json_text;

/* Takes what a document has. Both return false to stop. The texts live until the next document. */
typedef struct rs_json_taker {
    void *context;
    /* A chain, leaf first: after the whole document was read without a mistake. */
    bool (*chain)(void *context, const rs_json_text *texts, size_t count);
    /* An entry of a log, at once. A member that is missing is empty. */
    bool (*log_entry)(void *context, rs_json_text leaf_input, rs_json_text extra_data);
} rs_json_taker;

typedef enum rs_json_status {
    RS_JSON_OK = 0,
    RS_JSON_STOPPED,  /* the taker returned false */
    RS_JSON_NOT_JSON, /* or not an object, or a value of another type than it should be */
    RS_JSON_TOO_MANY, /* more texts than RS_JSON_TEXTS_MAX */
    RS_JSON_NO_CHAIN, /* it has neither a chain nor an entry */
    RS_JSON_NO_MEMORY,
} rs_json_status;

/* NULL if there is no memory. Not for two threads at a time. */
rs_json_reader *rs_json_reader_new(void);
void rs_json_reader_free(rs_json_reader *reader);

/* Reads one document. */
rs_json_status rs_json_read(rs_json_reader *reader, rs_bytes document, const rs_json_taker *taker);

#ifdef __cplusplus
}
#endif

#endif
