/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images that are damaged, or made to harm: they are refused, and nothing outside of them is read.
 */
#include "lib/base/little_endian.h"
#include "lib/image/image.h"
#include "lib/image/image_layout.h"
#include "tests/unit/made_list.h"
#include "tests/unit/made_set.h"
#include "tests/unit/random.h"
#include "tests/unit/suite.h"

/* Looks at everything that an image has; under AddressSanitizer, a read outside of it ends all. */
static uint32_t walk(const rs_image *image)
{
    static const char *const names[] = {"*", "com", "www.corp.example", "*.hr.corp.example"};
    uint32_t seen = 0, index;
    for (uint32_t i = 0; i < image->root_count; i++) {
        rs_root root = rs_image_root(image, i);
        for (size_t j = 0; j < root.label.n; j++)
            seen += root.label.p[j];
        seen += root.stanza + rs_image_find_root(image, root.kind, root.sha256, &index);
    }
    for (uint32_t i = 0; i < image->stanza_count; i++) {
        rs_stanza stanza;
        rs_image_stanza(image, i, &stanza);
        for (unsigned form = 0; form < RS_HOST_FORMS; form++) {
            for (size_t j = 0; j < ROWS(names); j++)
                seen += permits(&stanza.hosts[form], names[j]);
        }
        const rs_range_set *ranges[] = {&stanza.ip4.permit, &stanza.ip4.exclude, &stanza.ip6.permit,
                                        &stanza.ip6.exclude};
        for (size_t j = 0; j < ROWS(ranges); j++) {
            rs_ip_address address = {.octets = {10}, .length = ranges[j]->width};
            seen += rs_range_set_has(ranges[j], &address);
        }
        const rs_string_set *strings[] = {&stanza.common_names.permit,
                                          &stanza.common_names.exclude,
                                          &stanza.mailboxes.permit,
                                          &stanza.mailboxes.exclude,
                                          &stanza.distinguished_names.permit,
                                          &stanza.distinguished_names.exclude,
                                          &stanza.other_names.permit,
                                          &stanza.other_names.exclude,
                                          &stanza.organizations};
        for (size_t j = 0; j < ROWS(strings); j++) {
            for (uint32_t k = 0; k < strings[j]->count; k++)
                seen += rs_string_set_has(strings[j], rs_string_set_at(strings[j], k));
        }
    }
    return seen;
}

static void every_changed_byte_is_refused(void)
{
    rs_bytes file = made_image(&made_list);
    uint8_t *p = (uint8_t *)(uintptr_t)file.p;
    rs_image image;
    for (size_t i = 0; i < file.n; i++) {
        uint8_t kept = p[i];
        for (unsigned change = 1; change < 256; change++) {
            p[i] = (uint8_t)(kept ^ change);
            if (rs_image_open(file, &image) == RS_IMAGE_OK)
                CU_FAIL("a changed byte was not seen");
        }
        p[i] = kept;
    }
    CU_ASSERT_EQUAL(rs_image_open(file, &image), RS_IMAGE_OK);
    free(p);
}

static void every_truncation_is_refused(void)
{
    rs_bytes file = made_image(&made_list);
    rs_image image;
    for (size_t n = 0; n < file.n; n++) {
        rs_bytes part = exact_copy(rs_bytes_make(file.p, n));
        rs_image_status status = rs_image_open(part, &image);
        CU_ASSERT_EQUAL(status, n == 0               ? RS_IMAGE_EMPTY
                                : n < RS_HEADER_SIZE ? RS_IMAGE_NOT_A_LIST
                                                     : RS_IMAGE_TRUNCATED);
        exact_free(part);
    }
    free((void *)(uintptr_t)file.p);
}

static void seal(uint8_t *p, size_t n)
{
    rs_le64_put(p + RS_HEADER_CHECKSUM, rs_image_checksum(rs_bytes_make(p, n)));
}

/* Changes of single numbers with the checksum put right, and what comes of them. */
static void header_is_checked(void)
{
    static const struct {
        const char *name;
        uint32_t at, value;
        rs_image_status status;
    } rows[] = {
        {"magic", RS_HEADER_MAGIC, 0x4c53528b, RS_IMAGE_NOT_A_LIST},
        {"end of the magic", RS_HEADER_MAGIC + 4, 0x0a1a0a0a, RS_IMAGE_NOT_A_LIST},
        {"version 0", RS_HEADER_VERSION, 0, RS_IMAGE_VERSION_BAD},
        {"of another hash", RS_HEADER_VERSION, 1, RS_IMAGE_VERSION_BAD},
        {"a later version", RS_HEADER_VERSION, RS_IMAGE_VERSION + 1, RS_IMAGE_VERSION_BAD},
        {"size 0", RS_HEADER_FILE_SIZE, 0, RS_IMAGE_TRUNCATED},
        {"no roots, records left", RS_HEADER_ROOT_COUNT, 0, RS_IMAGE_STRUCTURE},
        {"too many roots", RS_HEADER_ROOT_COUNT, UINT32_MAX, RS_IMAGE_STRUCTURE},
        {"too many stanzas", RS_HEADER_STANZA_COUNT, UINT32_MAX, RS_IMAGE_STRUCTURE},
        {"too many sets", RS_HEADER_SET_COUNT, UINT32_MAX, RS_IMAGE_STRUCTURE},
        {"one set fewer", RS_HEADER_SET_COUNT, 17, RS_IMAGE_STRUCTURE},
        {"one set more", RS_HEADER_SET_COUNT, 19, RS_IMAGE_STRUCTURE},
        {"default beyond", RS_HEADER_DEFAULT_STANZA, 3, RS_IMAGE_STRUCTURE},
        {"default far beyond", RS_HEADER_DEFAULT_STANZA, UINT32_MAX - 1, RS_IMAGE_STRUCTURE},
        {"no default", RS_HEADER_DEFAULT_STANZA, RS_NO_STANZA, RS_IMAGE_OK},
        {"mode", RS_HEADER_MODE, 3, RS_IMAGE_STRUCTURE},
        {"mode far off", RS_HEADER_MODE, UINT32_MAX, RS_IMAGE_STRUCTURE},
        {"an end for enforce", RS_HEADER_MODE, 0, RS_IMAGE_STRUCTURE},
        {"an end for off", RS_HEADER_MODE, 2, RS_IMAGE_STRUCTURE},
        {"unused in the mode", RS_HEADER_MODE + 4, 1, RS_IMAGE_STRUCTURE},
        {"negative end", RS_HEADER_MODE + 12, 0x80000000, RS_IMAGE_STRUCTURE},
        {"unused, first", RS_HEADER_UNUSED, 1, RS_IMAGE_STRUCTURE},
        {"unused, last", RS_HEADER_UNUSED + 4, 0x80000000, RS_IMAGE_STRUCTURE},
        {"sources", RS_HEADER_SOURCES_SHA256, 1, RS_IMAGE_OK},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes file = made_image(&made_list);
        uint8_t *p = (uint8_t *)(uintptr_t)file.p;
        rs_le32_put(p + rows[i].at, rows[i].value);
        seal(p, file.n);
        rs_image image;
        CHECK_ROW(rs_image_open(file, &image) == rows[i].status, rows[i].name);
        free(p);
    }
}

static void records_are_checked(void)
{
    enum {
        ROOTS = RS_HEADER_SIZE,
        STANZAS = ROOTS + 4 * RS_ROOT_RECORD_SIZE,
        SETS = STANZAS + 3 * RS_STANZA_RECORD_SIZE,
        SLOTS = STANZAS + RS_STANZA_RECORD_SLOTS,
    };
    rs_bytes file = made_image(&made_list);
    uint8_t *p = (uint8_t *)(uintptr_t)file.p;
    uint32_t set_count = rs_le32_get(p + RS_HEADER_SET_COUNT);
    const struct {
        const char *name;
        uint32_t at, value;
        bool good;
    } rows[] = {
        {"root's kind", ROOTS + RS_ROOT_RECORD_KIND, 2, false},
        {"root's kind, unsorted", ROOTS + RS_ROOT_RECORD_KIND, 1, false},
        {"root's stanza", ROOTS + RS_ROOT_RECORD_STANZA, 2, true},
        {"root's stanza beyond", ROOTS + RS_ROOT_RECORD_STANZA, 3, false},
        {"root's label moved", ROOTS + RS_ROOT_RECORD_LABEL, 0, false},
        {"root's label longer", ROOTS + RS_ROOT_RECORD_LABEL_SIZE, 6, false},
        {"root's label far longer", ROOTS + RS_ROOT_RECORD_LABEL_SIZE, UINT32_MAX, false},
        {"last root's label shorter", STANZAS - 4, 1, false},
        {"roots unsorted", ROOTS, UINT32_MAX, false},
        {"roots sorted otherwise", ROOTS, 0, true},
        {"roots equal", ROOTS, 0x0303, false},
        {"stanza's mode", STANZAS, 3, false},
        {"stanza's mode, unused", STANZAS + 4, 1, false},
        {"stanza's flags", STANZAS + RS_STANZA_RECORD_FLAGS, 127, true},
        {"unknown flag", STANZAS + RS_STANZA_RECORD_FLAGS, 128, false},
        {"slot empty", SLOTS, 0, true},
        {"slot beyond", SLOTS, set_count + 1, false},
        {"slot far beyond", SLOTS, UINT32_MAX, false},
        {"slot of another stanza", SLOTS, 2, true},
        {"hosts: ranges", SLOTS, rs_le32_get(p + SLOTS + 4 * RS_SLOT_IP4), false},
        {"hosts: strings", SLOTS, rs_le32_get(p + SLOTS + 4 * RS_SLOT_MAILBOXES), false},
        {"IPv4: IPv6", SLOTS + 4 * RS_SLOT_IP4, rs_le32_get(p + SLOTS + 4 * RS_SLOT_IP6), false},
        {"IPv6: IPv4", SLOTS + 4 * RS_SLOT_IP6 + 4, rs_le32_get(p + SLOTS + 4 * RS_SLOT_IP4),
         false},
        {"strings: IPv6", SLOTS + 4 * RS_SLOT_COMMON_NAMES,
         rs_le32_get(p + SLOTS + 4 * RS_SLOT_IP6), false},
        {"organizations: hosts", SLOTS + 4 * RS_SLOT_ORGANIZATIONS, 1, false},
        {"set's kind", SETS, RS_SET_STRINGS, false},
        {"set moved", SETS + RS_SET_RECORD_OFFSET, 0, false},
        {"set longer", SETS + RS_SET_RECORD_SIZE_OF_SET, 1 << 20, false},
        {"set far longer", SETS + RS_SET_RECORD_SIZE_OF_SET, UINT32_MAX, false},
        {"last set's record", SETS + (set_count - 1) * RS_SET_RECORD_SIZE, 0, false},
        {"last bytes", (uint32_t)file.n - 4, 0x01000000, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint8_t kept[4];
        memcpy(kept, p + rows[i].at, 4);
        rs_le32_put(p + rows[i].at, rows[i].value);
        seal(p, file.n);
        rs_image image;
        rs_image_status status = rs_image_open(file, &image);
        CHECK_ROW(status == (rows[i].good ? RS_IMAGE_OK : RS_IMAGE_STRUCTURE), rows[i].name);
        if (status == RS_IMAGE_OK)
            walk(&image);
        memcpy(p + rows[i].at, kept, 4);
    }
    free(p);
}

/* A byte between two sets. */
static void gaps_are_checked(void)
{
    rs_bytes file = made_image(&made_list);
    uint8_t *p = (uint8_t *)(uintptr_t)file.p;
    uint8_t *sets = p + RS_HEADER_SIZE + 4 * RS_ROOT_RECORD_SIZE + 3 * RS_STANZA_RECORD_SIZE;
    unsigned gaps = 0;
    for (uint32_t i = 0; i < rs_le32_get(p + RS_HEADER_SET_COUNT); i++) {
        const uint8_t *record = sets + (size_t)i * RS_SET_RECORD_SIZE;
        uint32_t end = rs_le32_get(record + RS_SET_RECORD_OFFSET) +
                       rs_le32_get(record + RS_SET_RECORD_SIZE_OF_SET);
        for (; end % RS_SET_ALIGNMENT != 0; end++) {
            gaps++;
            p[end] = 1;
            seal(p, file.n);
            rs_image image;
            CU_ASSERT_EQUAL(rs_image_open(file, &image), RS_IMAGE_STRUCTURE);
            p[end] = 0;
        }
    }
    CU_ASSERT(gaps > 0);
    free(p);
}

/* Opens a copy of a changed file, in memory of exactly its size. */
static rs_image_status open_exact(rs_bytes file)
{
    seal((uint8_t *)(uintptr_t)file.p, file.n);
    rs_bytes exact = exact_copy(file);
    rs_image image;
    rs_image_status status = rs_image_open(exact, &image);
    exact_free(exact);
    return status;
}

/* Records just beyond the end of the file. */
static void tables_end_within_the_file(void)
{
    rs_list list = {.stanza_count = 0};
    static const uint32_t counts[] = {RS_HEADER_ROOT_COUNT, RS_HEADER_STANZA_COUNT,
                                      RS_HEADER_SET_COUNT};
    for (size_t i = 0; i < ROWS(counts); i++) {
        rs_bytes file = made_image(&list);
        uint8_t *p = (uint8_t *)(uintptr_t)file.p;
        rs_le32_put(p + counts[i], 1);
        CU_ASSERT_EQUAL(open_exact(file), RS_IMAGE_STRUCTURE);
        free(p);
    }
}

/* A slot that refers to what follows the last record, which happens to look like one. */
static void slots_end_with_the_sets(void)
{
    rs_rule rule = RULE(RS_RULE_IP, RS_PERMIT, "\1\0\0\0\2\0\0\0");
    rs_list_stanza stanza = {.rules = &rule, .rule_count = 1};
    rs_list list = {.stanzas = &stanza, .stanza_count = 1};
    rs_bytes file = made_image(&list);
    uint8_t *p = (uint8_t *)(uintptr_t)file.p;
    rs_le32_put(p + RS_HEADER_SIZE + RS_STANZA_RECORD_SLOTS, 2);
    CU_ASSERT_EQUAL(open_exact(file), RS_IMAGE_STRUCTURE);
    free(p);
}

/* A set that says that it goes on beyond the file, and strings that do. */
static void sets_end_within_the_file(void)
{
    rs_rule rules[] = {RULE(RS_RULE_CN, RS_PERMIT, "aa"), RULE(RS_RULE_CN, RS_PERMIT, "bb")};
    rs_list_stanza stanza = {.rules = rules, .rule_count = 2};
    rs_list list = {.stanzas = &stanza, .stanza_count = 1};
    rs_bytes file = made_image(&list);
    uint8_t *p = (uint8_t *)(uintptr_t)file.p;
    uint8_t *record = p + RS_HEADER_SIZE + RS_STANZA_RECORD_SIZE;
    uint8_t *index = p + rs_le32_get(record + RS_SET_RECORD_OFFSET);
    rs_le32_put(record + RS_SET_RECORD_SIZE_OF_SET, 16 + 2 * 60);
    rs_le32_put(index + 4, 60);
    rs_le32_put(index + 8, 60);
    rs_le32_put(index + 12, 60);
    CU_ASSERT_EQUAL(open_exact(file), RS_IMAGE_STRUCTURE);
    free(p);
}

static void bytes_added_are_refused(void)
{
    rs_bytes file = made_image(&made_list);
    uint8_t *longer = calloc(1, file.n + RS_IMAGE_BLOCK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(longer);
    memcpy(longer, file.p, file.n);
    rs_image image;
    CU_ASSERT_EQUAL(rs_image_open(rs_bytes_make(longer, file.n + 1), &image), RS_IMAGE_TRUNCATED);
    size_t n = file.n + RS_IMAGE_BLOCK;
    CU_ASSERT_EQUAL(rs_image_open(rs_bytes_make(longer, n), &image), RS_IMAGE_TRUNCATED);
    rs_le32_put(longer + RS_HEADER_FILE_SIZE, (uint32_t)n);
    seal(longer, n);
    CU_ASSERT_EQUAL(rs_image_open(rs_bytes_make(longer, n), &image), RS_IMAGE_STRUCTURE);
    free(longer);
    free((void *)(uintptr_t)file.p);
}

static void too_large_is_refused(void)
{
    rs_bytes file = made_image(&made_list);
    uint8_t *large = calloc(1, RS_IMAGE_SIZE_MAX + RS_IMAGE_BLOCK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(large);
    memcpy(large, file.p, file.n);
    rs_image image;
    CU_ASSERT_EQUAL(rs_image_open(rs_bytes_make(large, RS_IMAGE_SIZE_MAX + 1), &image),
                    RS_IMAGE_TOO_LARGE);
    CU_ASSERT_EQUAL(rs_image_open(rs_bytes_make(large, RS_IMAGE_SIZE_MAX), &image),
                    RS_IMAGE_TRUNCATED);
    free(large);
    free((void *)(uintptr_t)file.p);
}

/* How many look-ups in an image whose buckets were not checked meet damage. */
static uint32_t look_up_everywhere(const rs_image *image)
{
    uint32_t unreadable = 0;
    rs_host_name host = made_host("www.corp.example");
    for (uint32_t i = 0; i < image->stanza_count; i++) {
        rs_stanza stanza;
        rs_image_stanza(image, i, &stanza);
        for (unsigned form = 0; form < RS_HOST_FORMS; form++)
            unreadable += rs_suffix_set_match(&stanza.hosts[form], &host).unreadable;
    }
    return unreadable;
}

/* Whatever an image says, once the checksum is right, nothing outside of it is read. */
static void changed_images_are_read_safely(void)
{
    static const uint8_t telling[] = {0, 1, 2, 3, 4, 5, 0x3f, 0x40, 0x7f, 0x80, 0xc1, 0xfe, 0xff};
    rs_bytes file = made_image(&made_list);
    rs_bytes exact = exact_copy(file);
    uint8_t *p = (uint8_t *)(uintptr_t)exact.p;
    random_start();
    unsigned opened = 0, refused = 0;
    uint32_t seen = 0, unreadable = 0;
    for (unsigned round = 0; round < 60000; round++) {
        memcpy(p, file.p, file.n);
        for (uint32_t changes = 1 + random_below(3); changes > 0; changes--) {
            size_t at = RS_HEADER_ROOT_COUNT + random_below((uint32_t)file.n - 24);
            p[at] = random_below(2) == 0 ? telling[random_below(ROWS(telling))]
                                         : (uint8_t)random_below(256);
        }
        seal(p, file.n);
        rs_image image;
        rs_image_status status = rs_image_open(exact, &image);
        if (status == RS_IMAGE_OK)
            seen += walk(&image);
        else if (rs_image_open_quickly(exact, &image) == RS_IMAGE_OK)
            unreadable += look_up_everywhere(&image);
        opened += status == RS_IMAGE_OK;
        refused += status == RS_IMAGE_STRUCTURE;
    }
    CU_ASSERT_EQUAL(opened + refused, 60000);
    CU_ASSERT(opened > 1000 && refused > 1000 && seen > 0 && unreadable > 0);
    exact_free(exact);
    free((void *)(uintptr_t)file.p);
}

static CU_TestInfo tests[] = {
    {"every changed byte is refused", every_changed_byte_is_refused},
    {"every truncation is refused", every_truncation_is_refused},
    {"the header is checked", header_is_checked},
    {"records are checked", records_are_checked},
    {"gaps are checked", gaps_are_checked},
    {"tables end within the file", tables_end_within_the_file},
    {"slots end with the sets", slots_end_with_the_sets},
    {"sets end within the file", sets_end_within_the_file},
    {"bytes added are refused", bytes_added_are_refused},
    {"too large is refused", too_large_is_refused},
    {"changed images are read safely", changed_images_are_read_safely},
    CU_TEST_INFO_NULL,
};

RS_SUITE("image_damage", tests)
