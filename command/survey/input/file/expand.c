/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/file/expand.h"

#include <errno.h>
#include <lzma.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { INPUT_SIZE = 256 * 1024, WINDOW_LOG_MAX = 27, GZIP_WINDOW = 15 + 16 };

#define XZ_MEMORY_MAX (((uint64_t)1 << WINDOW_LOG_MAX) + (1 << 20)) /* window, and the rest */

typedef enum compression { UNTOLD, NONE, GZIP, ZSTD, XZ } compression;

struct rs_expander {
    int fd;
    compression compression;
    bool at_end;   /* of the file */
    bool in_frame; /* of compressed data, which must not end here */
    bool is_rejected;
    rs_survey_rejection rejection;
    int error;         /* of the system, or 0 */
    uint64_t position; /* in the file */
    uint64_t expanded; /* bytes given out */
    z_stream gzip;
    ZSTD_DStream *zstd;
    lzma_stream xz;
    uint8_t *input; /* what is compressed; NULL: nothing is */
    size_t used, filled;
};

rs_expander *rs_expander_new(int fd)
{
    rs_expander *e = calloc(1, sizeof *e);
    if (e == NULL) {
        close(fd);
        return NULL;
    }
    e->fd = fd;
    return e;
}

void rs_expander_free(rs_expander *e)
{
    if (e == NULL)
        return;
    if (e->compression == GZIP)
        inflateEnd(&e->gzip);
    ZSTD_freeDStream(e->zstd);
    lzma_end(&e->xz);
    close(e->fd);
    free(e->input);
    free(e);
}

static void reject(rs_expander *e, rs_survey_rejection rejection)
{
    e->is_rejected = true;
    e->rejection = rejection;
}

/* Reads up to `n` bytes of the file as they are. */
static size_t read_file(rs_expander *e, uint8_t *p, size_t n)
{
    size_t done = 0;
    while (done < n && !e->at_end && !e->is_rejected) {
        ssize_t got = read(e->fd, p + done, n - done);
        if (got < 0 && errno != EINTR) {
            e->error = errno;
            reject(e, RS_SURVEY_UNREADABLE);
        }
        e->at_end = got == 0;
        done += got > 0 ? (size_t)got : 0;
    }
    e->position += done;
    return done;
}

static bool refill(rs_expander *e)
{
    if (e->used == e->filled) {
        e->used = 0;
        e->filled = read_file(e, e->input, INPUT_SIZE);
    }
    return e->used < e->filled;
}

static compression tell_compression(rs_bytes start)
{
    static const uint8_t gzip[] = {0x1f, 0x8b}, zstd[] = {0x28, 0xb5, 0x2f, 0xfd},
                         skipped[] = {0x2a, 0x4d, 0x18}, xz[] = {0xfd, '7', 'z', 'X', 'Z', 0};
    if (start.n >= sizeof gzip && memcmp(start.p, gzip, sizeof gzip) == 0)
        return GZIP;
    if (start.n >= sizeof xz && memcmp(start.p, xz, sizeof xz) == 0)
        return XZ;
    bool is_zstd = start.n >= sizeof zstd && memcmp(start.p, zstd, sizeof zstd) == 0;
    /* A frame to be skipped, which pzstd begins with. */
    is_zstd |=
        start.n >= 4 && start.p[0] >> 4 == 5 && memcmp(start.p + 1, skipped, sizeof skipped) == 0;
    return is_zstd ? ZSTD : NONE;
}

/* Prepares what expands the file, of which these are the first bytes. */
static void begin_expanding(rs_expander *e, rs_bytes start)
{
    e->input = malloc(INPUT_SIZE);
    bool ok = e->input != NULL &&
              (e->compression != XZ ||
               lzma_stream_decoder(&e->xz, XZ_MEMORY_MAX, LZMA_CONCATENATED) == LZMA_OK);
    if (e->compression == GZIP && inflateInit2(&e->gzip, GZIP_WINDOW) != Z_OK) {
        e->compression = NONE;
        ok = false;
    } else if (e->compression == ZSTD) {
        e->zstd = ZSTD_createDStream();
        ok = ok && e->zstd != NULL &&
             !ZSTD_isError(ZSTD_DCtx_setParameter(e->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX));
    }
    if (!ok) {
        reject(e, RS_SURVEY_UNREADABLE);
        return;
    }
    memcpy(e->input, start.p, start.n);
    e->filled = start.n;
}

/* Reads the first bytes to where they belong if they are not compressed; returns 0 if they are. */
static size_t read_first(rs_expander *e, uint8_t *p, size_t n)
{
    size_t got = read_file(e, p, n < INPUT_SIZE ? n : INPUT_SIZE);
    rs_bytes start = rs_bytes_make(p, got);
    e->compression = tell_compression(start);
    if (e->compression == NONE)
        return got;
    begin_expanding(e, start);
    return 0;
}

/* Expands some of the input; members of a gzip file follow each other. */
static size_t step_gzip(rs_expander *e, uint8_t *p, size_t n)
{
    size_t most = n < INPUT_SIZE ? n : INPUT_SIZE;
    e->gzip.next_in = e->input + e->used;
    e->gzip.avail_in = (unsigned)(e->filled - e->used);
    e->gzip.next_out = p;
    e->gzip.avail_out = (unsigned)most;
    int status = inflate(&e->gzip, Z_NO_FLUSH);
    e->used = e->filled - e->gzip.avail_in;
    e->in_frame = status != Z_STREAM_END;
    if (status == Z_STREAM_END)
        (void)inflateReset(&e->gzip);
    else if (status != Z_OK && status != Z_BUF_ERROR)
        reject(e, RS_SURVEY_DAMAGED);
    return most - e->gzip.avail_out;
}

static size_t step_zstd(rs_expander *e, uint8_t *p, size_t n)
{
    ZSTD_inBuffer in = {.src = e->input, .size = e->filled, .pos = e->used};
    ZSTD_outBuffer out = {.dst = p, .size = n};
    size_t status = ZSTD_decompressStream(e->zstd, &out, &in);
    e->used = in.pos;
    e->in_frame = status != 0;
    if (ZSTD_isError(status))
        reject(e, RS_SURVEY_DAMAGED);
    return out.pos;
}

static size_t step_xz(rs_expander *e, uint8_t *p, size_t n)
{
    e->xz.next_in = e->input + e->used;
    e->xz.avail_in = e->filled - e->used;
    e->xz.next_out = p;
    e->xz.avail_out = n;
    /* Streams follow each other, so that only the end of the file is the end. */
    lzma_ret status = lzma_code(&e->xz, e->used < e->filled ? LZMA_RUN : LZMA_FINISH);
    e->used = e->filled - e->xz.avail_in;
    e->in_frame = status != LZMA_STREAM_END;
    if (status == LZMA_MEMLIMIT_ERROR)
        reject(e, RS_SURVEY_TOO_LARGE);
    else if (e->in_frame && status != LZMA_OK && status != LZMA_BUF_ERROR)
        reject(e, RS_SURVEY_DAMAGED);
    return n - e->xz.avail_out;
}

static size_t step(rs_expander *e, uint8_t *p, size_t n)
{
    return e->compression == GZIP ? step_gzip(e, p, n)
           : e->compression == XZ ? step_xz(e, p, n)
                                  : step_zstd(e, p, n);
}

static bool is_trap(const rs_expander *e)
{
    return e->expanded > RS_EXPANDER_FREE &&
           e->expanded / RS_EXPANDER_RATIO_MAX > e->position - (e->filled - e->used);
}

static size_t read_compressed(rs_expander *e, uint8_t *p, size_t n)
{
    size_t done = 0;
    while (done < n && !e->is_rejected) {
        bool has_input = refill(e);
        if (!has_input && !e->in_frame)
            break;
        /* Without more input, it may still have output that found no room. */
        size_t got = step(e, p + done, n - done);
        done += got;
        e->expanded += got;
        if (!has_input && got == 0 && e->in_frame && !e->is_rejected)
            reject(e, RS_SURVEY_DAMAGED);
        else if (is_trap(e))
            reject(e, RS_SURVEY_EXPANDS);
    }
    return done;
}

size_t rs_expander_read(rs_expander *e, uint8_t *p, size_t n)
{
    size_t first = e->compression == UNTOLD ? read_first(e, p, n) : 0;
    return e->compression == NONE ? first + read_file(e, p + first, n - first)
                                  : read_compressed(e, p, n);
}

bool rs_expander_rejection(const rs_expander *e, rs_survey_rejection *rejection)
{
    *rejection = e->rejection;
    return e->is_rejected;
}

int rs_expander_error(const rs_expander *e)
{
    return e->error;
}

uint64_t rs_expander_position(const rs_expander *e)
{
    return e->position;
}
