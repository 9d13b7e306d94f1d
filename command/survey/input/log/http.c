/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/log/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* A request that was not replied to. */
typedef struct transfer {
    CURL *easy;
    rs_http_reply reply;
    size_t capacity, max;
    bool is_waiting; /* not given to libcurl yet, or to be given again */
    unsigned attempts;
    struct transfer *next;
} transfer;

struct rs_http {
    CURLM *multi;
    transfer *transfers;
    unsigned delay;
    int64_t resumes_at; /* milliseconds; what waits is made then */
};

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void initialize(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

rs_http *rs_http_new(unsigned delay)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, initialize);
    rs_http *http = calloc(1, sizeof *http);
    CURLM *multi = curl_multi_init();
    if (http == NULL || multi == NULL) {
        curl_multi_cleanup(multi);
        free(http);
        return NULL;
    }
    http->multi = multi;
    http->delay = delay;
    return http;
}

static void free_transfer(rs_http *http, transfer *t)
{
    transfer **link = &http->transfers;
    while (*link != t)
        link = &(*link)->next;
    *link = t->next;
    curl_multi_remove_handle(http->multi, t->easy);
    curl_easy_cleanup(t->easy);
    free(t->reply.body);
    free(t);
}

void rs_http_free(rs_http *http)
{
    if (http == NULL)
        return;
    while (http->transfers != NULL)
        free_transfer(http, http->transfers);
    curl_multi_cleanup(http->multi);
    free(http);
}

/* A CURLOPT_WRITEFUNCTION, which is given expanded bytes. Fewer than it got: it fails. */
static size_t take_bytes(char *bytes, size_t one, size_t n, void *context)
{
    transfer *t = context;
    (void)one;
    if (n > t->max - t->reply.size)
        return 0;
    if (n > t->capacity - t->reply.size) {
        size_t capacity = 2 * (t->reply.size + n);
        uint8_t *body = realloc(t->reply.body, capacity);
        if (body == NULL) {
            t->reply.status = RS_HTTP_NO_MEMORY;
            return 0;
        }
        t->reply.body = body;
        t->capacity = capacity;
    }
    memcpy(t->reply.body + t->reply.size, bytes, n);
    t->reply.size += n;
    return n;
}

static bool set_up(transfer *t, const char *url)
{
    CURL *easy = t->easy;
    return curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, "rootscope/" ROOTSCOPE_VERSION) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, 30L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 100L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, 60L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, t) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PRIVATE, t) == CURLE_OK;
}

bool rs_http_start(rs_http *http, const char *url, size_t max, uint64_t tag)
{
    transfer *t = calloc(1, sizeof *t);
    CURL *easy = curl_easy_init();
    if (t != NULL) {
        t->easy = easy;
        t->max = max;
        t->reply.tag = tag;
        t->is_waiting = true;
    }
    if (t == NULL || easy == NULL || !set_up(t, url)) {
        curl_easy_cleanup(easy);
        free(t);
        return false;
    }
    t->next = http->transfers;
    http->transfers = t;
    return true;
}

/* Whether the same may go well later. */
static bool is_passing(CURLcode result, long code)
{
    if (result != CURLE_OK)
        return result != CURLE_WRITE_ERROR && result != CURLE_URL_MALFORMAT &&
               result != CURLE_UNSUPPORTED_PROTOCOL && result != CURLE_PEER_FAILED_VERIFICATION &&
               result != CURLE_OUT_OF_MEMORY && result != CURLE_BAD_CONTENT_ENCODING;
    return code == 429 || code >= 500;
}

/* How long the server, or what happened before, wants us to wait. */
static int64_t pause_of(const rs_http *http, const transfer *t)
{
    curl_off_t seconds = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &seconds);
    int64_t delay = (int64_t)http->delay << (t->attempts - 1);
    if (seconds > 0 && seconds <= RS_HTTP_DELAY_MAX / 1000 && delay < seconds * 1000)
        delay = seconds * 1000;
    return delay < RS_HTTP_DELAY_MAX ? delay : RS_HTTP_DELAY_MAX;
}

/* Whether the transfer is over for good. If not, it waits to be made again. */
static bool finish(rs_http *http, transfer *t, CURLcode result)
{
    long code = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &code);
    curl_multi_remove_handle(http->multi, t->easy);
    if (result == CURLE_OK && code == 200)
        return true;
    if (is_passing(result, code) && t->attempts < RS_HTTP_ATTEMPTS) {
        int64_t at = now() + pause_of(http, t);
        if (at > http->resumes_at)
            http->resumes_at = at;
        t->reply.size = 0;
        t->is_waiting = true;
        return false;
    }
    if (t->reply.status == RS_HTTP_OK)
        t->reply.status = result == CURLE_OUT_OF_MEMORY                     ? RS_HTTP_NO_MEMORY
                          : result == CURLE_OK && !is_passing(result, code) ? RS_HTTP_MISSING
                                                                            : RS_HTTP_FAILED;
    return true;
}

/* Makes the requests that wait, unless all have to. */
static void make_waiting(rs_http *http)
{
    for (transfer *t = http->transfers; t != NULL; t = t->next) {
        if (t->is_waiting) {
            t->is_waiting = false;
            t->attempts++;
            curl_multi_add_handle(http->multi, t->easy);
        }
    }
}

/* One that is over; NULL: none is. */
static transfer *take_finished(rs_http *http)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
        char *of = NULL;
        CURLcode result = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &of);
        transfer *t = (transfer *)(void *)of;
        if (finish(http, t, result))
            return t;
    }
    return NULL;
}

/* Milliseconds until what waits is to be made; a second if nothing waits, or longer. */
static int time_to_poll(const rs_http *http)
{
    enum { MOST = 1000 };
    const transfer *t = http->transfers;
    while (t != NULL && !t->is_waiting)
        t = t->next;
    int64_t pause = t == NULL ? MOST : http->resumes_at - now();
    return pause < 0 ? 0 : pause < MOST ? (int)pause : MOST;
}

bool rs_http_wait(rs_http *http, rs_http_reply *reply)
{
    transfer *t = NULL;
    while (http->transfers != NULL && t == NULL) {
        int running;
        if (http->resumes_at <= now())
            make_waiting(http);
        curl_multi_perform(http->multi, &running);
        t = take_finished(http);
        if (t == NULL)
            curl_multi_poll(http->multi, NULL, 0, time_to_poll(http), NULL);
    }
    if (t == NULL)
        return false;
    *reply = t->reply;
    if (reply->status != RS_HTTP_OK)
        reply->body = NULL;
    else
        t->reply.body = NULL;
    free_transfer(http, t);
    return true;
}

rs_http_reply rs_http_get(rs_http *http, const char *url, size_t max)
{
    rs_http_reply reply = {.status = RS_HTTP_NO_MEMORY};
    if (rs_http_start(http, url, max, 0))
        (void)rs_http_wait(http, &reply);
    return reply;
}
