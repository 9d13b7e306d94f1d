/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/xz.h"

#include <lzma.h>
#include <stdlib.h>

#define MEMORY_MAX ((uint64_t)256 * 1024 * 1024) /* for its dictionary; xz -9 takes 65 MiB */

bool rs_xz_is(rs_bytes bytes)
{
    static const uint8_t magic[] = {0xfd, '7', 'z', 'X', 'Z', 0};
    return bytes.n >= sizeof magic && memcmp(bytes.p, magic, sizeof magic) == 0;
}

/* Doubles the room for what comes out, to `limit` and one byte more at most. */
static bool make_room(lzma_stream *stream, uint8_t **out, size_t *room, size_t limit)
{
    size_t used = *room - stream->avail_out, more = *room == 0 ? 1 << 20 : 2 * *room;
    if (more > limit + 1)
        more = limit + 1;
    uint8_t *grown = realloc(*out, more);
    if (grown == NULL)
        return false;
    *out = grown;
    *room = more;
    stream->next_out = grown + used;
    stream->avail_out = more - used;
    return true;
}

static const char *expand(lzma_stream *stream, size_t limit, uint8_t **out, size_t *size)
{
    static const char no_memory[] = "it takes more memory to expand than there is";
    size_t room = 0;
    lzma_ret result = LZMA_OK;
    while (result == LZMA_OK) {
        if (stream->avail_out == 0 && !make_room(stream, out, &room, limit))
            return no_memory;
        result = lzma_code(stream, LZMA_FINISH);
        *size = room - stream->avail_out;
        if (*size > limit)
            return "it expands to more than is read at once";
    }
    if (result == LZMA_STREAM_END)
        return NULL;
    return result == LZMA_MEM_ERROR || result == LZMA_MEMLIMIT_ERROR
               ? no_memory
               : "its compressed data is damaged or ends early";
}

const char *rs_xz_expand(rs_bytes compressed, size_t limit, uint8_t **expanded, size_t *size)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    uint8_t *out = NULL;
    if (lzma_stream_decoder(&stream, MEMORY_MAX, LZMA_CONCATENATED) != LZMA_OK)
        return "it cannot be expanded: liblzma does not start";
    stream.next_in = compressed.p;
    stream.avail_in = compressed.n;
    const char *why = expand(&stream, limit, &out, size);
    lzma_end(&stream);
    if (why != NULL)
        free(out);
    else
        *expanded = out;
    return why;
}
