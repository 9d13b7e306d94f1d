/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/file.h"
#include "lib/base/little_endian.h"
#include "lib/compiler/image_writer.h"
#include "lib/compiler/list_merge.h"
#include "lib/compiler/source.h"
#include "lib/image/image_layout.h"
#include "tests/fuzz/corpus.h"

#include <dirent.h>
#include <limits.h>

static bool read_pem(void *arg, const char *path, uint8_t spki_sha256[RS_SHA256_SIZE],
                     uint8_t certificate_sha256[RS_SHA256_SIZE], char why[200])
{
    (void)arg;
    (void)why;
    memset(spki_sha256, path[0], RS_SHA256_SIZE);
    memset(certificate_sha256, path[0] + 1, RS_SHA256_SIZE);
    return true;
}

/* Numbers of an image of one root and one stanza, each made wrong in turn. */
static void put_damaged(const char *directory, uint8_t *image, size_t size)
{
    enum {
        STANZA = RS_HEADER_SIZE + RS_ROOT_RECORD_SIZE,
        SET = STANZA + RS_STANZA_RECORD_SIZE,
    };
    static const struct {
        const char *name;
        size_t offset;
        uint32_t value;
    } damages[] = {
        {"bad_root_count", RS_HEADER_ROOT_COUNT, UINT32_MAX},
        {"bad_stanza_count", RS_HEADER_STANZA_COUNT, UINT32_MAX / RS_STANZA_RECORD_SIZE},
        {"bad_set_count", RS_HEADER_SET_COUNT, 1000},
        {"bad_default_stanza", RS_HEADER_DEFAULT_STANZA, 1},
        {"bad_mode", RS_HEADER_MODE, 3},
        {"bad_root_kind", RS_HEADER_SIZE + RS_ROOT_RECORD_KIND, 2},
        {"bad_root_stanza", RS_HEADER_SIZE + RS_ROOT_RECORD_STANZA, 1},
        {"bad_label", RS_HEADER_SIZE + RS_ROOT_RECORD_LABEL, 0x7fffffff},
        {"bad_label_size", RS_HEADER_SIZE + RS_ROOT_RECORD_LABEL_SIZE, 0x7fffffff},
        {"bad_stanza_mode", STANZA + RS_STANZA_RECORD_MODE, UINT32_MAX},
        {"bad_flags", STANZA + RS_STANZA_RECORD_FLAGS, 64},
        {"bad_slot", STANZA + RS_STANZA_RECORD_SLOTS, 99},
        {"bad_slot_kind", STANZA + RS_STANZA_RECORD_SLOTS + 4 * RS_SLOT_IP4, 1},
        {"bad_set_kind", SET + RS_SET_RECORD_KIND, RS_SET_STRINGS},
        {"bad_set_offset", SET + RS_SET_RECORD_OFFSET, 0x7ffffff0},
        {"bad_set_size", SET + RS_SET_RECORD_SIZE_OF_SET, 0x7ffffff0},
        {"bad_set_mask", SET + RS_SET_RECORD_COUNT, 0x3fffffff},
        {"bad_root_rules", SET + RS_SET_RECORD_ROOT_RULES, 32},
        {"other_root_rules", SET + RS_SET_RECORD_ROOT_RULES, 31},
        {"bad_labels", SET + RS_SET_RECORD_LABELS, 128},
        {"other_seed", SET + RS_SET_RECORD_SEED, 12345},
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        uint32_t good = rs_le32_get(image + damages[i].offset);
        rs_le32_put(image + damages[i].offset, damages[i].value);
        corpus_put_file(directory, "image", damages[i].name, image, size);
        rs_le32_put(image + damages[i].offset, good);
    }
}

static void put_image(const char *directory, const char *name, rs_bytes text)
{
    rs_list list = {.stanzas = NULL}, merged = {.stanzas = NULL};
    rs_list *lists[] = {&list};
    rs_diagnostics diagnostics = {.items = NULL};
    rs_source source = {.file = "fuzz.list", .text = text, .pem.read = read_pem};
    uint8_t *bytes;
    size_t size;
    CHECK(rs_source_parse(&source, &list, &diagnostics));
    CHECK(rs_list_merge(lists, 1, &merged, &diagnostics));
    for (size_t i = 0; i < diagnostics.count; i++)
        fprintf(stderr, "%s:%u: %s\n", name, (unsigned)diagnostics.items[i].line,
                diagnostics.items[i].text);
    CHECK(rs_image_write(&merged, &bytes, &size) == RS_WRITE_OK);
    corpus_put_file(directory, "image", name, bytes, size);
    if (strcmp(name, "good_one_suffix") == 0)
        put_damaged(directory, bytes, size);
    free(bytes);
    rs_list_free(&merged);
    rs_list_free(&list);
    rs_diagnostics_clear(&diagnostics);
}

void corpus_put_images(const char *directory)
{
    char path[PATH_MAX];
    const struct dirent *entry;
    snprintf(path, sizeof path, "%s/source", directory);
    DIR *sources = opendir(path);
    CHECK(sources != NULL);
    while ((entry = readdir(sources)) != NULL) {
        uint8_t *text;
        size_t size;
        if (strncmp(entry->d_name, "good_", 5) != 0)
            continue;
        snprintf(path, sizeof path, "%s/source/%s", directory, entry->d_name);
        CHECK(rs_file_read(path, 1 << 20, &text, &size) == RS_FILE_OK);
        put_image(directory, entry->d_name, rs_bytes_make(text, size));
        free(text);
    }
    closedir(sources);
}
