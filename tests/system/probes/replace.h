/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that change under a running process.
 */
#ifndef PROBE_REPLACE_H
#define PROBE_REPLACE_H

/* Puts a copy of one file in the place of another, at once, as `rootscope compile` does. */
void replace_file(const char *path, const char *with);

#endif
