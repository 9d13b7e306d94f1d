/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that the command writes. A file is replaced at once: whoever opens it sees the old content
 * or the new, whole.
 */
#ifndef RS_OUTPUT_FILE_H
#define RS_OUTPUT_FILE_H

#include "lib/base/bytes.h"

/*
 * Writes a temporary file beside `path`, to the disk, and renames it to `path`. A symbolic link on
 * the way is followed, and stays, if it belongs to this user or to root; one of another user is an
 * error, and nothing that happens meanwhile can lead elsewhere. What is there must be a regular
 * file: nobody wants /dev/null replaced.
 *
 * The mode is 0644 whatever the umask. With `keep`, it is the mode of the file that is replaced, if
 * there is one, and so are owner and group and, where the system allows it, the extended
 * attributes: access lists, the label of SELinux.
 *
 * Returns false, after a message and with nothing changed, if anything fails.
 */
bool rs_output_file_write(const char *path, rs_bytes content, bool keep);

/* The same, with all that `keep` keeps taken from `like`, a regular file or a link to one. */
bool rs_output_file_write_like(const char *path, rs_bytes content, const char *like);

/*
 * Makes the folder of `path`, with mode 0755 whatever the umask, unless it exists. Returns false
 * after a message.
 */
bool rs_output_file_make_folder(const char *path);

#endif
