/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A static CT log behind a server on loopback, which has its moods.
 */
#include "command/survey/input/log/log.h"

#include "command/survey/input/log/http.h"
#include "command/survey/input/log/log_tree.h"
#include "tests/unit/command/survey/input/taken.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <netinet/in.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TILES = 3, SIZE = TILES * RS_TILE_WIDTH + 88 };

static const uint8_t issuer[] = {0x30, 0x03, 0x02, 0x01, 0x2a};

/* ---- the log ---- */

static made tiles[TILES];
static rs_merkle_hash leaves[SIZE];
static char checkpoint[256], issuer_path[80];

static void make_entry(uint64_t i)
{
    static made entry;
    uint8_t fingerprint[RS_SHA256_SIZE];
    char der[] = {0x30, 0x04, 0x02, 0x02, (char)(i / RS_TILE_WIDTH), (char)i};
    entry.n = 0;
    put_log_entry(&entry, false, der, sizeof der);
    leaves[i] = rs_merkle_leaf(made_bytes(&entry));
    if (i / RS_TILE_WIDTH >= TILES)
        return;
    rs_sha256_digest(rs_bytes_make(issuer, sizeof issuer), fingerprint);
    put(&tiles[i / RS_TILE_WIDTH], entry.bytes, entry.n);
    put_vector(&tiles[i / RS_TILE_WIDTH], 2, fingerprint, sizeof fingerprint);
}

static rs_merkle_hash tile_root(uint64_t index)
{
    rs_merkle_hash hashes[RS_TILE_WIDTH];
    memcpy(hashes, leaves + index * RS_TILE_WIDTH, sizeof hashes);
    return rs_merkle_root(hashes, RS_TILE_WIDTH);
}

static void make_log(void)
{
    static rs_merkle_hash copy[SIZE];
    uint8_t digest[RS_SHA256_SIZE];
    unsigned char root_text[64];
    for (uint64_t i = 0; i < SIZE; i++)
        make_entry(i);
    memcpy(copy, leaves, sizeof copy);
    rs_merkle_hash root = rs_merkle_root(copy, SIZE);
    EVP_EncodeBlock(root_text, root.octets, sizeof root.octets);
    snprintf(checkpoint, sizeof checkpoint, "127.0.0.1/log\n%d\n%s\n\n", SIZE, root_text);
    rs_sha256_digest(rs_bytes_make(issuer, sizeof issuer), digest);
    int n = snprintf(issuer_path, sizeof issuer_path, "issuer/");
    for (size_t i = 0; i < sizeof digest; i++)
        n += snprintf(issuer_path + n, sizeof issuer_path - (size_t)n, "%02x", digest[i]);
}

/* What the log has under a path; false: nothing. */
static bool look_up(const char *path, rs_bytes *body)
{
    static rs_merkle_hash roots[TILES];
    char name[RS_LOG_TILE_PATH_MAX];
    if (strcmp(path, "checkpoint") == 0)
        *body = rs_bytes_of_string(checkpoint);
    else if (strcmp(path, issuer_path) == 0)
        *body = rs_bytes_make(issuer, sizeof issuer);
    else if (strcmp(path, "tile/0/003.p/88") == 0)
        *body = rs_bytes_make(leaves + TILES * RS_TILE_WIDTH, 88 * sizeof *leaves);
    else if (strcmp(path, "tile/1/000.p/3") == 0)
        *body = rs_bytes_make(roots, sizeof roots);
    for (uint64_t i = 0; i < TILES; i++) {
        roots[i] = tile_root(i);
        rs_log_tile_path("data", i, RS_TILE_WIDTH, name);
        if (strcmp(path, name) == 0)
            *body = made_bytes(&tiles[i]);
    }
    return body->p != NULL;
}

/* ---- the server ---- */

static struct {
    int fd;
    unsigned port;
    pthread_t thread;
    size_t requests;
    size_t busy_for;     /* so many requests are answered by 503 */
    const char *busy;    /* a path that is always answered so */
    const char *broken;  /* a path whose first byte is another one */
    const char *missing; /* a path that is not there */
    const char *endless; /* a path that is larger than anything */
} server;

static void send_all(int fd, const void *p, size_t n)
{
    const char *at = p;
    while (n > 0) {
        ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        at += sent;
        n -= (size_t)sent;
    }
}

static void send_endless(int fd)
{
    static const char block[1 << 16];
    send_all(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", 38);
    for (int i = 0; i < 17 << 4; i++)
        send_all(fd, block, sizeof block);
}

static void answer(int fd, const char *path)
{
    char header[256];
    rs_bytes body = {.p = NULL};
    const char *status = "200 OK";
    if (server.endless != NULL && strcmp(path, server.endless) == 0) {
        send_endless(fd);
        return;
    }
    if (server.busy_for > 0 || (server.busy != NULL && strcmp(path, server.busy) == 0)) {
        server.busy_for -= server.busy_for > 0;
        status = "503 Service Unavailable";
    } else if ((server.missing != NULL && strcmp(path, server.missing) == 0) ||
               !look_up(path, &body)) {
        status = "404 Not Found";
        body.n = 0;
    }
    int n =
        snprintf(header, sizeof header,
                 "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", status, body.n);
    send_all(fd, header, (size_t)n);
    if (server.broken != NULL && strcmp(path, server.broken) == 0 && body.n > 0) {
        uint8_t first = body.p[0] ^ 1;
        send_all(fd, &first, 1);
        send_all(fd, body.p + 1, body.n - 1);
    } else {
        send_all(fd, body.p, body.n);
    }
}

static void *serve(void *unused)
{
    int fd;
    while ((fd = accept(server.fd, NULL, NULL)) >= 0) {
        char request[4096] = "", *path, *end;
        size_t n = 0;
        ssize_t got;
        while (strstr(request, "\r\n\r\n") == NULL && n + 1 < sizeof request &&
               (got = read(fd, request + n, sizeof request - 1 - n)) > 0)
            n += (size_t)got;
        server.requests++;
        if ((path = strstr(request, "/log/")) != NULL && (end = strchr(path, ' ')) != NULL) {
            *end = '\0';
            answer(fd, path + 5);
        }
        close(fd);
    }
    return unused;
}

static void start_server(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t n = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CU_ASSERT_FATAL(server.fd >= 0 && bind(server.fd, (struct sockaddr *)&address, n) == 0 &&
                    listen(server.fd, 64) == 0 &&
                    getsockname(server.fd, (struct sockaddr *)&address, &n) == 0);
    server.port = ntohs(address.sin_port);
    CU_ASSERT_FATAL(pthread_create(&server.thread, NULL, serve, NULL) == 0);
}

static void stop_server(void)
{
    shutdown(server.fd, SHUT_RDWR);
    pthread_join(server.thread, NULL);
    close(server.fd);
    memset(&server, 0, sizeof server);
}

/* ---- what is read ---- */

static taken t;
static size_t issuers, units, known_count, asked;
static uint8_t known[TILES][RS_SHA256_SIZE]; /* hashes of tiles that are not needed */

static bool take_issuer(void *context, rs_bytes certificate)
{
    (void)context;
    issuers++;
    CU_ASSERT(t.entries == 0);
    CU_ASSERT(rs_bytes_equal(certificate, rs_bytes_make(issuer, sizeof issuer)));
    return true;
}

static bool wants_tile(void *context, const uint8_t hash[RS_SHA256_SIZE])
{
    bool is_wanted = true;
    (void)context;
    asked++;
    for (size_t i = 0; i < known_count; i++)
        is_wanted = is_wanted && memcmp(known[i], hash, RS_SHA256_SIZE) != 0;
    return is_wanted;
}

/* Reads the log whole; `range` is what is behind its URL. */
static void read_log(const char *range)
{
    char url[128];
    rs_survey_unit unit = {.name = NULL};
    rs_survey_sink sink = taken_sink(&t);
    rs_stream_status status;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/log%s", server.port, range);
    rs_log *log = rs_log_new(url, take_issuer, wants_tile, NULL, 1);
    CU_ASSERT_FATAL(log != NULL);
    issuers = units = asked = 0;
    while ((status = rs_log_next(log, &unit)) == RS_STREAM_OK || status == RS_STREAM_LAST) {
        units++;
        rs_survey_unit_seal(&unit, rs_log_position(log));
        if (!unit.is_rejected) {
            rs_merkle_hash hash = tile_root(rs_log_position(log));
            CU_ASSERT(memcmp(unit.tile, hash.octets, sizeof unit.tile) == 0);
        }
        CU_ASSERT(rs_survey_unit_decode(&unit, &sink));
        if (status == RS_STREAM_LAST)
            break;
    }
    CU_ASSERT(status != RS_STREAM_NO_MEMORY);
    rs_survey_unit_clear(&unit);
    rs_log_free(log);
}

static void whole_tiles_are_read_and_each_issuer_once(void)
{
    setenv("no_proxy", "*", 1);
    make_log();
    start_server();
    read_log("");
    CU_ASSERT(units == TILES && issuers == 1);
    CU_ASSERT(t.entries == TILES * RS_TILE_WIDTH && t.rejections == 0);
    /* A checkpoint, two edges, an issuer. */
    CU_ASSERT(server.requests == TILES + 4);
    read_log("/");
    CU_ASSERT(t.entries == TILES * RS_TILE_WIDTH && t.rejections == 0);
    stop_server();
}

static void tiles_that_are_not_needed_are_not_asked_for(void)
{
    start_server();
    for (known_count = 0; known_count <= TILES; known_count++) {
        server.requests = 0;
        read_log("");
        CU_ASSERT(asked == TILES && units == TILES - known_count);
        CU_ASSERT(t.entries == units * RS_TILE_WIDTH && t.rejections == 0);
        /* A checkpoint, two edges, and an issuer if there is a tile. */
        CU_ASSERT(server.requests == units + (units > 0 ? 4 : 3));
        /* From the last one on, so that none stands for those before it. */
        if (known_count < TILES)
            memcpy(known[known_count], tile_root(TILES - 1 - known_count).octets, sizeof *known);
    }
    known_count = 0;
    stop_server();
}

static void ranges_share_no_tile(void)
{
    static const struct {
        const char *range;
        size_t units;
    } rows[] = {
        {"#0-0", 1},   {"#0-255", 1},    {"#0-256", 2},     {"#1-256", 1},
        {"#1-255", 0}, {"/#257-512", 1}, {"#513-99999", 0}, {"#0-1099511627776", 3},
    };
    start_server();
    for (size_t i = 0; i < ROWS(rows); i++) {
        read_log(rows[i].range);
        CHECK_ROW(units == rows[i].units && t.rejections == 0, rows[i].range);
    }
    read_log("#2-1");
    CU_ASSERT_STRING_EQUAL(t.text, "!unreadable ");
    stop_server();
}

static void a_busy_server_is_asked_again(void)
{
    start_server();
    server.busy_for = 5;
    read_log("");
    CU_ASSERT(t.entries == TILES * RS_TILE_WIDTH && t.rejections == 0);
    CU_ASSERT(server.requests == TILES + 4 + 5);
    server.busy_for = 1000;
    read_log("");
    CU_ASSERT_STRING_EQUAL(t.text, "!unreadable ");
    stop_server();
}

/* It may have the issuer. Later its tiles are new to a store; now it is asked no more than once. */
static void tiles_whose_issuer_is_not_given_are_left_out(void)
{
    start_server();
    server.busy = issuer_path;
    read_log("");
    CU_ASSERT(units == TILES && t.entries == 0 && t.rejections == TILES && issuers == 0);
    CU_ASSERT(strncmp(t.text, "!unreadable ", 12) == 0);
    CU_ASSERT(server.requests == TILES + 3 + RS_HTTP_ATTEMPTS);
    stop_server();
}

static void what_is_not_in_the_tree_is_not_read(void)
{
    static const struct {
        const char *path;
        const char *whole; /* the log has nothing else; NULL: two tiles are read */
    } rows[] = {
        {"tile/0/003.p/88", "!not-in-tree "},
        {"tile/1/000.p/3", "!not-in-tree "},
        {"tile/data/001", NULL},
    };
    start_server();
    for (size_t i = 0; i < ROWS(rows); i++) {
        server.broken = rows[i].path;
        read_log("");
        if (rows[i].whole != NULL)
            CHECK_ROW(strcmp(t.text, rows[i].whole) == 0, rows[i].path);
        else
            CHECK_ROW(t.entries == (TILES - 1) * RS_TILE_WIDTH && t.rejections == 1 &&
                          strstr(t.text, "!not-in-tree ") != NULL,
                      rows[i].path);
    }
    stop_server();
}

static void what_a_log_does_not_have_is_counted(void)
{
    static const struct {
        const char *path;
        size_t entries, rejections, issuers;
    } rows[] = {
        {"checkpoint", 0, 1, 0},
        {"tile/0/003.p/88", 0, 1, 0},
        {"tile/data/001", (TILES - 1) * RS_TILE_WIDTH, 1, 1},
        {issuer_path, TILES * RS_TILE_WIDTH, 0, 0},
    };
    start_server();
    for (size_t i = 0; i < ROWS(rows); i++) {
        server.missing = rows[i].path;
        read_log("");
        CHECK_ROW(t.entries == rows[i].entries && t.rejections == rows[i].rejections &&
                      issuers == rows[i].issuers,
                  rows[i].path);
    }
    server.missing = NULL;
    server.endless = "tile/data/002";
    read_log("");
    CU_ASSERT(t.entries == (TILES - 1) * RS_TILE_WIDTH && t.rejections == 1);
    stop_server();
}

static CU_TestInfo tests[] = {
    {"whole_tiles_are_read_and_each_issuer_once", whole_tiles_are_read_and_each_issuer_once},
    {"tiles_that_are_not_needed_are_not_asked_for", tiles_that_are_not_needed_are_not_asked_for},
    {"ranges_share_no_tile", ranges_share_no_tile},
    {"a_busy_server_is_asked_again", a_busy_server_is_asked_again},
    {"tiles_whose_issuer_is_not_given_are_left_out", tiles_whose_issuer_is_not_given_are_left_out},
    {"what_is_not_in_the_tree_is_not_read", what_is_not_in_the_tree_is_not_read},
    {"what_a_log_does_not_have_is_counted", what_a_log_does_not_have_is_counted},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_log", tests)
