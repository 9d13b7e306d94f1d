/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of one set in a compiled list, and the views that it stands for.
 */
#ifndef RS_SET_RECORD_H
#define RS_SET_RECORD_H

#include "lib/image/image_layout.h"
#include "lib/image/range_set.h"
#include "lib/image/string_set.h"
#include "lib/image/suffix_set.h"

/* A record as it stands in the file; do not rely on it before it was checked. */
typedef struct rs_set_record {
    rs_set_kind kind;
    uint32_t offset, size; /* the set's bytes in the file */
    uint32_t count, seed, root_rules, labels;
} rs_set_record;

/* Reads the RS_SET_RECORD_SIZE bytes of a record. */
rs_set_record rs_set_record_read(const uint8_t *record);

/*
 * Checks a set whose bytes, as the record tells them, are all in `file`; of suffixes without
 * `whole` only where their buckets are.
 */
bool rs_set_record_check(const rs_set_record *record, const uint8_t *file, bool whole);

/* Views of a checked set of the kind that they are for; they live as long as `file`. */
rs_suffix_set rs_set_record_suffixes(const rs_set_record *record, const uint8_t *file);
rs_string_set rs_set_record_strings(const rs_set_record *record, const uint8_t *file);
rs_range_set rs_set_record_ranges(const rs_set_record *record, const uint8_t *file);

#endif
