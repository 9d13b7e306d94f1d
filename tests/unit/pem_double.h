/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of PEM files for tests: what is in a file follows from its base name.
 */
#ifndef RS_PEM_DOUBLE_H
#define RS_PEM_DOUBLE_H

#include "lib/compiler/source.h"

#include <stdio.h>

/*
 * "a.pem" has the root whose key hash is 32 times 'a' and whose certificate hash is 32 times 'A';
 * "a2.pem" another certificate of that key, 32 times '2'. A name that starts with a digit cannot
 * be read. The path is copied to `arg`, if that is not NULL, which has 4096 bytes.
 */
static inline bool pem_double(void *arg, const char *path, uint8_t spki_sha256[RS_SHA256_SIZE],
                              uint8_t certificate_sha256[RS_SHA256_SIZE], char why[200])
{
    const char *slash = strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;
    if (arg != NULL)
        snprintf(arg, 4096, "%s", path);
    if (base[0] < 'a' || base[0] > 'z') {
        snprintf(why, 200, "no\ncertificate");
        return false;
    }
    memset(spki_sha256, base[0], RS_SHA256_SIZE);
    memset(certificate_sha256, base[1] == '.' ? base[0] - 'a' + 'A' : base[1], RS_SHA256_SIZE);
    return true;
}

/* Roots as they are written in a source: the key and the certificate of "a.pem". */
#define PEM_KEY_A  "spki-sha256:6161616161616161616161616161616161616161616161616161616161616161"
#define PEM_CERT_A "cert-sha256:4141414141414141414141414141414141414141414141414141414141414141"

#endif
