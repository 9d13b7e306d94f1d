/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files over HTTP, several at a time, through libcurl. It is polite: a server that is busy, or does
 * not answer, is asked again after a second, then two, four and so on, or when it said so; all
 * other requests wait until then, too. Redirections are not followed.
 */
#ifndef RS_SURVEY_HTTP_H
#define RS_SURVEY_HTTP_H

#include "lib/base/bytes.h"

typedef struct rs_http rs_http;

enum {
    RS_HTTP_DELAY = 1000,      /* milliseconds before a request is made again */
    RS_HTTP_DELAY_MAX = 60000, /* what the server or repetition may make of that */
    RS_HTTP_ATTEMPTS = 6,      /* of one request */
};

typedef enum rs_http_status {
    RS_HTTP_OK = 0,
    RS_HTTP_MISSING, /* the server says that it has none */
    RS_HTTP_FAILED,  /* it is too large, or the attempts are used up: the server may have it */
    RS_HTTP_NO_MEMORY,
} rs_http_status;

typedef struct rs_http_reply {
    rs_http_status status;
    uint64_t tag;  /* of the request */
    uint8_t *body; /* from malloc; the caller frees it. NULL unless the status is RS_HTTP_OK */
    size_t size;
} rs_http_reply;

/* `delay` as RS_HTTP_DELAY. NULL if there is no memory. Not for two threads at a time. */
rs_http *rs_http_new(unsigned delay);
void rs_http_free(rs_http *http);

/* Asks for a file of at most `max` bytes. False if there is no memory. */
bool rs_http_start(rs_http *http, const char *url, size_t max, uint64_t tag);

/* Waits for any reply. False if nothing was asked for that is not replied to. */
bool rs_http_wait(rs_http *http, rs_http_reply *reply);

/* Asks for a file and waits for it. Nothing else must have been asked for. */
rs_http_reply rs_http_get(rs_http *http, const char *url, size_t max);

#endif
