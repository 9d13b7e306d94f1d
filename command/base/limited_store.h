/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trust store of update-ca-certificates while `rootscope enable --all-libraries` has roots in
 * it replaced by their limited twins: where what it replaced is kept.
 */
#ifndef RS_LIMITED_STORE_H
#define RS_LIMITED_STORE_H

#include <stdbool.h>

/* What programs read: a folder of links, and all certificates in one file there. */
#define RS_STORE_FOLDER "/etc/ssl/certs"
#define RS_STORE_BUNDLE "ca-certificates.crt"

/* Below that folder, so that whoever may read the one reads the other: the twins. */
#define RS_STORE_TWINS "rootscope"

/*
 * Beside the twins, so that it takes no room to put one in the place of the other: the last bundle
 * with twins, and the one of update-ca-certificates while the last one is in its place.
 */
#define RS_STORE_LAST RS_STORE_FOLDER "/" RS_STORE_TWINS "/.limited.crt"
#define RS_STORE_NEXT RS_STORE_FOLDER "/" RS_STORE_TWINS "/.original.crt"

/* The first words of a bundle with twins. Programs skip text outside of the PEM blocks. */
#define RS_STORE_MARK "# rootscope enable --all-libraries: "
/* The rest of that line: how many, and the hashes of the original and of the list. */
#define RS_STORE_PRINT "%d limited, of %.16s by %.16s"
#define RS_STORE_SCAN  "%d limited, of %*16s by %16[0-9a-f]"

/* update-ca-certificates runs it last; it is there as long as the store is to be limited. */
#define RS_STORE_HOOKS "/etc/ca-certificates/update.d"
#define RS_STORE_HOOK  RS_STORE_HOOKS "/rootscope-libraries"

/* What the first line of such a bundle tells. */
typedef struct rs_limited_store {
    int roots;     /* that are limited; -1: it is not such a bundle */
    char list[17]; /* the start of the hash of the list, in hexadecimal; or empty */
} rs_limited_store;

void rs_limited_store_read(const char *path, rs_limited_store *store);

/* Whether the file of this path is a bundle with twins. */
bool rs_limited_store_is(const char *path);

/* Runs the hook, if it is there. Warns if it fails. */
void rs_limited_store_renew(void);

/* Where the file that it replaced is kept, if it is one and that can be read; else the path. */
const char *rs_limited_store_original(const char *path);

#endif
