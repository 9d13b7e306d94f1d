/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/image/set_record.h"

#include "lib/base/little_endian.h"

__attribute__((hot)) rs_set_record rs_set_record_read(const uint8_t *record)
{
    return (rs_set_record){
        .kind = (rs_set_kind)rs_le32_get(record + RS_SET_RECORD_KIND),
        .offset = rs_le32_get(record + RS_SET_RECORD_OFFSET),
        .size = rs_le32_get(record + RS_SET_RECORD_SIZE_OF_SET),
        .count = rs_le32_get(record + RS_SET_RECORD_COUNT),
        .seed = rs_le32_get(record + RS_SET_RECORD_SEED),
        .root_rules = rs_le32_get(record + RS_SET_RECORD_ROOT_RULES),
        .labels = rs_le32_get(record + RS_SET_RECORD_LABELS),
    };
}

/* The table of a suffix set: one offset for each bucket, and one for the end of the last. */
static uint64_t suffix_table_size(const rs_set_record *record)
{
    return 4 * ((uint64_t)record->count + 2);
}

rs_suffix_set rs_set_record_suffixes(const rs_set_record *record, const uint8_t *file)
{
    rs_suffix_set view = {.root_rules = (uint8_t)record->root_rules,
                          .labels = (uint8_t)record->labels};
    if (record->size != 0) {
        view.buckets = file + record->offset;
        view.entries = view.buckets + suffix_table_size(record);
        view.entries_size = record->size - (uint32_t)suffix_table_size(record);
        view.mask = record->count;
        view.seed = record->seed;
    }
    return view;
}

rs_string_set rs_set_record_strings(const rs_set_record *record, const uint8_t *file)
{
    const uint8_t *index = file + record->offset;
    return (rs_string_set){
        .index = index,
        .bytes = index + 8 * (size_t)record->count,
        .count = record->count,
    };
}

rs_range_set rs_set_record_ranges(const rs_set_record *record, const uint8_t *file)
{
    return (rs_range_set){
        .ranges = file + record->offset,
        .count = record->count,
        .width = record->kind == RS_SET_RANGES4 ? 4 : 16,
    };
}

static bool check_suffixes(const rs_set_record *record, const uint8_t *file, bool whole)
{
    if ((record->root_rules & ~(uint32_t)RS_SUFFIX_RULES) != 0 ||
        record->labels > RS_SUFFIX_LABELS_MAX)
        return false;
    if (record->size == 0)
        return record->count == 0 && record->seed == 0 && record->root_rules != 0 &&
               record->labels == 0;
    if (suffix_table_size(record) >= record->size)
        return false;
    rs_suffix_set view = rs_set_record_suffixes(record, file);
    return whole ? rs_suffix_set_check(&view) : rs_suffix_set_check_ends(&view);
}

static bool check_strings(const rs_set_record *record, const uint8_t *file)
{
    if (record->count == 0 || record->count > record->size / 8)
        return false;
    rs_string_set view = rs_set_record_strings(record, file);
    return rs_string_set_check(&view, record->size - 8 * (size_t)record->count);
}

static bool check_ranges(const rs_set_record *record, const uint8_t *file)
{
    rs_range_set view = rs_set_record_ranges(record, file);
    uint32_t range_size = 2u * view.width;
    return record->count != 0 && record->size % range_size == 0 &&
           record->size / range_size == record->count && rs_range_set_check(&view);
}

bool rs_set_record_check(const rs_set_record *record, const uint8_t *file, bool whole)
{
    if (record->kind == RS_SET_SUFFIXES)
        return check_suffixes(record, file, whole);
    if (record->seed != 0 || record->root_rules != 0 || record->labels != 0)
        return false;
    if (record->kind == RS_SET_STRINGS)
        return check_strings(record, file);
    return (record->kind == RS_SET_RANGES4 || record->kind == RS_SET_RANGES16) &&
           check_ranges(record, file);
}
