/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that may be compressed, by gzip or zstd: it is read to its end or to a reason, and gives
 * the same bytes whatever the size of the pieces that it is asked for.
 */
#include "command/survey/input/file/expand.h"
#include "lib/base/hash.h"
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

enum { PIECE_MAX = 1 << 20, EXPANDED_MAX = 80 << 20 };

typedef struct expanded {
    uint64_t hash;
    size_t size;
    bool is_rejected;
    rs_survey_rejection rejection;
} expanded;

/* Byte by byte into the hash, so that pieces do not show in it. */
static void add(expanded *e, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        e->hash = rs_hash_step(e->hash, p[i]);
    e->size += n;
}

static expanded expand(int file, size_t piece)
{
    static uint8_t buffer[PIECE_MAX];
    expanded e = {.hash = 0};
    int fd = dup(file);
    size_t got;
    CHECK(fd >= 0 && lseek(fd, 0, SEEK_SET) == 0);
    rs_expander *expander = rs_expander_new(fd);
    CHECK(expander != NULL);
    do {
        got = rs_expander_read(expander, buffer, piece);
        add(&e, buffer, got);
    } while (got == piece);
    e.is_rejected = rs_expander_rejection(expander, &e.rejection);
    CHECK(e.size <= EXPANDED_MAX);
    rs_expander_free(expander);
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    CHECK(file >= 0 && write(file, data, size) == (ssize_t)size);
    expanded one = expand(file, PIECE_MAX);
    /* A rejection may come before or after the last bytes, by the pieces. */
    expanded other = expand(file, 4099);
    CHECK(one.is_rejected == other.is_rejected);
    CHECK(one.is_rejected || (one.size == other.size && one.hash == other.hash));
    close(file);
    return 0;
}
