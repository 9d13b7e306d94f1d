/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The links of the trust store's folder that lead out of it, one for each root. Beside them are
 * links named by hashes, which lead to these, and follow wherever these lead; and files that
 * somebody else put there.
 */
#ifndef RS_STORE_LINKS_H
#define RS_STORE_LINKS_H

#include "lib/base/arena.h"

#define RS_STORE_ORIGINALS ROOTSCOPE_ORIGINALS

typedef struct rs_store_link {
    const char *name;     /* in the folder */
    const char *original; /* where update-ca-certificates had it lead; NULL: nobody knows */
    bool is_limited;      /* it leads to a file of ours */
    bool is_file;         /* it is not a link at all, and not ours to change */
} rs_store_link;

typedef struct rs_store_links {
    rs_store_link *items; /* in the order of their names */
    size_t count;
} rs_store_links;

/* Reads them, onto the arena. Returns false after a message. Exits if there is no memory. */
bool rs_store_links_read(rs_arena *arena, rs_store_links *links);

/* The path of a file of this name: our own, or the link to what was there before. On the arena. */
const char *rs_store_links_twin(rs_arena *arena, const char *name);
const char *rs_store_links_kept(rs_arena *arena, const char *name);

/* Keeps where a link leads that is to be limited. Returns false after a message. */
bool rs_store_links_keep(const rs_store_link *link);

/*
 * Makes or changes a symbolic link, at once: `path` leads to the old target or to the new one at
 * any moment. Returns false after a message.
 */
bool rs_store_links_point(const char *path, const char *target);

/* Removes what a run that was killed may have left in a folder. */
void rs_store_links_sweep(const char *folder);

/*
 * Whether there is the link by which OpenSSL finds the root in a file of the folder: `openssl
 * rehash` takes it away from a file with more than one certificate. `hash`: that of the root's
 * subject. With `make`, it is made; false is after a message then.
 */
bool rs_store_links_by_hash(const char *name, unsigned long hash, bool make);

#endif
