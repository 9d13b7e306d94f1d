/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines that `rootscope enable` adds to an openssl.cnf: one block between two comments. The
 * rest of the file stays as it is, byte for byte, so that taking the block out undoes all.
 *
 * OpenSSL merges sections of the same name, so the block opens each section that it adds to.
 */
#ifndef RS_CONF_BLOCK_H
#define RS_CONF_BLOCK_H

#include "command/enable/conf_plan.h"

/* What a text is without our blocks. */
typedef struct rs_conf_rest {
    size_t blocks;      /* how many there were */
    bool is_new;        /* the file was made for the block */
    rs_bytes text;      /* on the arena */
    unsigned broken_at; /* the line of a comment that has lost the other one; 0: none */
} rs_conf_rest;

rs_conf_rest rs_conf_block_strip(rs_arena *arena, rs_bytes text);

/*
 * Adds a block with the lines of a plan to the text that the plan was made for: before the line of
 * the section that programs start with, or at the end. `is_new`: there is no file yet.
 *
 * OpenSSL's own parser reads the result. Returns false, and why in `problems`, unless it finds
 * there exactly what it found before and the lines of the plan, and unless rs_conf_block_strip
 * leads back to the text.
 */
bool rs_conf_block_insert(const rs_conf_plan *plan, const char *path, rs_bytes text, bool is_new,
                          rs_bytes *result, rs_problems *problems);

#endif
