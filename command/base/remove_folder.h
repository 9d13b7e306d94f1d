/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RS_REMOVE_FOLDER_H
#define RS_REMOVE_FOLDER_H

#include <stdbool.h>

/*
 * Removes a folder of our own with the files in it, but not one that has folders. Returns true if
 * it is gone or was not there, false after a message.
 */
bool rs_remove_folder(const char *folder);

#endif
