/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/image_writer.h"

#include "lib/base/little_endian.h"
#include "lib/compiler/stanza_writer.h"

#include <stdlib.h>

/* A root, and the stanza that it heads. */
typedef struct root_entry {
    const rs_list_root *root;
    uint32_t stanza;
} root_entry;

typedef struct image_writer {
    const rs_list *list;
    rs_arena arena;
    rs_set_pool pool;
    rs_byte_buffer stanzas; /* their records */
    root_entry *roots;
    size_t root_count;
    uint32_t default_stanza;
} image_writer;

static rs_write_status write_stanzas(image_writer *writer)
{
    const rs_list *list = writer->list;
    writer->default_stanza = RS_NO_STANZA;
    for (size_t i = 0; i < list->stanza_count; i++) {
        const rs_list_stanza *stanza = &list->stanzas[i];
        rs_write_status status = rs_stanza_write(stanza, &writer->pool, &writer->stanzas);
        if (status != RS_WRITE_OK)
            return status;
        writer->root_count += stanza->root_count;
        if (stanza->root_count > 0)
            continue;
        if (writer->default_stanza != RS_NO_STANZA)
            return RS_WRITE_BAD_LIST;
        writer->default_stanza = (uint32_t)i;
    }
    return RS_WRITE_OK;
}

static int compare_roots(const void *a, const void *b)
{
    const rs_list_root *x = ((const root_entry *)a)->root, *y = ((const root_entry *)b)->root;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return memcmp(x->sha256, y->sha256, RS_SHA256_SIZE);
}

static rs_write_status sort_roots(image_writer *writer)
{
    const rs_list *list = writer->list;
    writer->roots = rs_arena_take(&writer->arena, writer->root_count * sizeof *writer->roots);
    if (writer->roots == NULL)
        return RS_WRITE_NO_MEMORY;
    size_t count = 0;
    for (uint32_t i = 0; i < list->stanza_count; i++) {
        const rs_list_stanza *stanza = &list->stanzas[i];
        for (size_t j = 0; j < stanza->root_count; j++) {
            if ((unsigned)stanza->roots[j].kind > RS_ROOT_CERTIFICATE)
                return RS_WRITE_BAD_LIST;
            writer->roots[count++] = (root_entry){&stanza->roots[j], i};
        }
    }
    qsort(writer->roots, count, sizeof *writer->roots, compare_roots);
    for (size_t i = 1; i < count; i++) {
        if (compare_roots(&writer->roots[i - 1], &writer->roots[i]) == 0)
            return RS_WRITE_BAD_LIST;
    }
    return RS_WRITE_OK;
}

static rs_write_status put_header(const image_writer *writer, uint8_t *p, size_t size)
{
    const rs_list *list = writer->list;
    memcpy(p + RS_HEADER_MAGIC, RS_IMAGE_MAGIC, RS_IMAGE_MAGIC_SIZE);
    rs_le32_put(p + RS_HEADER_VERSION, RS_IMAGE_VERSION);
    rs_le32_put(p + RS_HEADER_FILE_SIZE, (uint32_t)size);
    rs_le32_put(p + RS_HEADER_ROOT_COUNT, (uint32_t)writer->root_count);
    rs_le32_put(p + RS_HEADER_STANZA_COUNT, (uint32_t)list->stanza_count);
    memcpy(p + RS_HEADER_SOURCES_SHA256, list->sources_sha256, RS_SHA256_SIZE);
    rs_le32_put(p + RS_HEADER_SET_COUNT, (uint32_t)writer->pool.count);
    rs_le32_put(p + RS_HEADER_DEFAULT_STANZA, writer->default_stanza);
    return rs_period_write(list->has_mode, list->mode, p + RS_HEADER_MODE);
}

/* The labels go to `labels`, `offset` bytes into the file. */
static void put_roots(const image_writer *writer, uint8_t *record, uint8_t *labels, size_t offset)
{
    for (size_t i = 0; i < writer->root_count; i++) {
        const rs_list_root *root = writer->roots[i].root;
        memcpy(record + RS_ROOT_RECORD_SHA256, root->sha256, RS_SHA256_SIZE);
        rs_le32_put(record + RS_ROOT_RECORD_KIND, (uint32_t)root->kind);
        rs_le32_put(record + RS_ROOT_RECORD_STANZA, writer->roots[i].stanza);
        rs_le32_put(record + RS_ROOT_RECORD_LABEL, (uint32_t)offset);
        rs_le32_put(record + RS_ROOT_RECORD_LABEL_SIZE, (uint32_t)root->label.n);
        if (root->label.n > 0)
            memcpy(labels, root->label.p, root->label.n);
        labels += root->label.n;
        offset += root->label.n;
        record += RS_ROOT_RECORD_SIZE;
    }
}

static void put_sets(const rs_set_pool *pool, uint8_t *record, size_t offset)
{
    for (size_t i = 0; i < pool->count; i++) {
        const rs_set_record *set = &pool->records[i];
        rs_le32_put(record + RS_SET_RECORD_KIND, (uint32_t)set->kind);
        rs_le32_put(record + RS_SET_RECORD_OFFSET, (uint32_t)(set->offset + offset));
        rs_le32_put(record + RS_SET_RECORD_SIZE_OF_SET, set->size);
        rs_le32_put(record + RS_SET_RECORD_COUNT, set->count);
        rs_le32_put(record + RS_SET_RECORD_SEED, set->seed);
        rs_le32_put(record + RS_SET_RECORD_ROOT_RULES, set->root_rules);
        rs_le32_put(record + RS_SET_RECORD_LABELS, set->labels);
        record += RS_SET_RECORD_SIZE;
    }
}

/* The size of the labels; RS_WRITE_TOO_LARGE already if it alone is. */
static rs_write_status measure_labels(const image_writer *writer, size_t *size)
{
    *size = 0;
    for (size_t i = 0; i < writer->root_count; i++) {
        size_t n = writer->roots[i].root->label.n;
        if (n > RS_IMAGE_SIZE_MAX - *size)
            return RS_WRITE_TOO_LARGE;
        *size += n;
    }
    return RS_WRITE_OK;
}

/* Puts the parts, all made, into one file. */
static rs_write_status compose(const image_writer *writer, rs_byte_buffer *file)
{
    size_t labels_size;
    rs_write_status status = measure_labels(writer, &labels_size);
    if (status != RS_WRITE_OK)
        return status;
    size_t roots = RS_HEADER_SIZE;
    size_t stanzas = roots + writer->root_count * RS_ROOT_RECORD_SIZE;
    size_t sets = stanzas + writer->stanzas.n;
    size_t payload = sets + writer->pool.count * RS_SET_RECORD_SIZE;
    size_t labels = payload + writer->pool.bytes.n;
    size_t end = labels + labels_size;
    size_t size = (end + RS_IMAGE_BLOCK - 1) / RS_IMAGE_BLOCK * RS_IMAGE_BLOCK;
    uint8_t *p;
    status = rs_byte_buffer_add(file, size, &p);
    if (status == RS_WRITE_OK)
        status = put_header(writer, p, size);
    if (status != RS_WRITE_OK)
        return status;
    put_roots(writer, p + roots, p + labels, labels);
    if (writer->stanzas.n > 0)
        memcpy(p + stanzas, writer->stanzas.p, writer->stanzas.n);
    put_sets(&writer->pool, p + sets, payload);
    if (writer->pool.bytes.n > 0)
        memcpy(p + payload, writer->pool.bytes.p, writer->pool.bytes.n);
    rs_le64_put(p + RS_HEADER_CHECKSUM, rs_image_checksum(rs_bytes_make(p, size)));
    return RS_WRITE_OK;
}

rs_write_status rs_image_write(const rs_list *list, uint8_t **bytes, size_t *size)
{
    image_writer writer = {.list = list};
    /* Depends on all that the sources say, and on nothing else. */
    writer.pool.key = rs_le64_get(list->sources_sha256 + 8);
    rs_byte_buffer file = {0};
    rs_write_status status = write_stanzas(&writer);
    if (status == RS_WRITE_OK)
        status = sort_roots(&writer);
    if (status == RS_WRITE_OK)
        status = compose(&writer, &file);
    rs_arena_clear(&writer.arena);
    rs_set_pool_clear(&writer.pool);
    rs_byte_buffer_clear(&writer.stanzas);
    if (status == RS_WRITE_OK) {
        *bytes = file.p;
        *size = file.n;
    } else {
        rs_byte_buffer_clear(&file);
    }
    return status;
}
