/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file replaced at once: whoever opens it sees the old content or the new, whole.
 */
#ifndef RS_REPLACE_FILE_H
#define RS_REPLACE_FILE_H

#include "lib/base/bytes.h"

/*
 * Writes a temporary file beside `path`, to the disk, and gives it that name. A symbolic link is
 * followed, so that it stays. What is there must be a regular file: nobody wants /dev/null
 * replaced.
 *
 * The mode is 0644 whatever the umask; with `keep` that, the owner and the group of the file that
 * is replaced, if there is one.
 *
 * Returns false, with the reason on standard error and nothing changed, if anything fails.
 */
bool rs_replace_file(const char *path, rs_bytes content, bool keep);

/* Makes the folder of `path` (mode 0755 whatever the umask) unless it is there; as above. */
bool rs_replace_file_make_folder(const char *path);

#endif
