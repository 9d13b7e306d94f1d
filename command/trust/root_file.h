/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificate that is to be trusted.
 */
#ifndef RS_ROOT_FILE_H
#define RS_ROOT_FILE_H

#include "lib/base/arena.h"

#include <openssl/x509.h>

/*
 * Reads the only root of a file of any form. Returns NULL, after a message that says what the file
 * has instead, if there is none that a trust store may have: it is not a CA's, not self-signed, not
 * valid now, or the argument is a server. The caller frees it with X509_free.
 */
X509 *rs_root_file_read(const char *path);

/*
 * The file with the root of mkcert, on the arena: in CAROOT, or else where mkcert puts it for this
 * user, or for the user who called sudo. NULL after a message, also if it is not there.
 */
const char *rs_root_file_of_mkcert(rs_arena *arena);

#endif
