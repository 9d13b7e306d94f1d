/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/image/image.h"

#include "lib/base/hash.h"
#include "lib/image/set_record.h"

/* No loop: compilers would keep the lanes in memory, and take three times as long. */
static inline void checksum_block(uint64_t lanes[4], const uint8_t *block)
{
    lanes[0] = rs_hash_step(lanes[0], rs_le64_get(block));
    lanes[1] = rs_hash_step(lanes[1], rs_le64_get(block + 8));
    lanes[2] = rs_hash_step(lanes[2], rs_le64_get(block + 16));
    lanes[3] = rs_hash_step(lanes[3], rs_le64_get(block + 24));
}

/* Four independent lanes: one alone would wait for its own multiplications. */
uint64_t rs_image_checksum(rs_bytes file)
{
    uint64_t lanes[4] = {1, 2, 3, 4};
    uint8_t first[RS_IMAGE_BLOCK];
    memcpy(first, file.p, sizeof first);
    memset(first + RS_HEADER_CHECKSUM, 0, 8);
    checksum_block(lanes, first);
    for (size_t at = RS_IMAGE_BLOCK; at < file.n; at += RS_IMAGE_BLOCK)
        checksum_block(lanes, file.p + at);
    uint64_t sum = 0;
    for (unsigned i = 0; i < 4; i++)
        sum = rs_hash_step(sum, lanes[i]);
    return sum;
}

static bool is_zero(const uint8_t *p, size_t n)
{
    uint8_t all = 0;
    for (size_t i = 0; i < n; i++)
        all |= p[i];
    return all == 0;
}

static const uint8_t *root_record(const rs_image *image, uint32_t index)
{
    return image->file.p + RS_HEADER_SIZE + RS_ROOT_RECORD_SIZE * (size_t)index;
}

static const uint8_t *stanza_record(const rs_image *image, uint32_t index)
{
    return root_record(image, image->root_count) + RS_STANZA_RECORD_SIZE * (size_t)index;
}

static const uint8_t *set_record(const rs_image *image, uint32_t index)
{
    return stanza_record(image, image->stanza_count) + RS_SET_RECORD_SIZE * (size_t)index;
}

static rs_mode_period read_period(const uint8_t *period)
{
    return (rs_mode_period){
        .mode = (rs_mode)rs_le32_get(period + RS_PERIOD_MODE),
        .until = (int64_t)rs_le64_get(period + RS_PERIOD_UNTIL),
    };
}

/* Sets lie one after another from `*at` on, with zeros between them; moves `*at` past the last. */
static bool check_sets(const rs_image *image, uint32_t set_count, bool whole, size_t *at)
{
    for (uint32_t i = 0; i < set_count; i++) {
        rs_set_record set = rs_set_record_read(set_record(image, i));
        if (set.offset != *at || set.size > image->file.n - *at ||
            !rs_set_record_check(&set, image->file.p, whole))
            return false;
        *at += set.size;
        size_t gap = (RS_SET_ALIGNMENT - *at % RS_SET_ALIGNMENT) % RS_SET_ALIGNMENT;
        /* The file's size is a multiple of the alignment, so the gap is within the file. */
        if (!is_zero(image->file.p + *at, gap))
            return false;
        *at += gap;
    }
    return true;
}

static bool check_period(const uint8_t *period)
{
    rs_mode_period read = read_period(period);
    return rs_le32_get(period + RS_PERIOD_MODE) <= RS_MODE_OFF &&
           rs_le32_get(period + RS_PERIOD_UNUSED) == 0 && read.until >= 0 &&
           (read.until == 0 || read.mode == RS_MODE_TEST);
}

static rs_set_kind slot_kind(unsigned slot)
{
    if (slot < RS_SLOT_IP4)
        return RS_SET_SUFFIXES;
    if (slot < RS_SLOT_COMMON_NAMES)
        return slot < RS_SLOT_IP6 ? RS_SET_RANGES4 : RS_SET_RANGES16;
    return RS_SET_STRINGS;
}

static bool check_stanza(const rs_image *image, uint32_t index, uint32_t set_count)
{
    const uint8_t *record = stanza_record(image, index);
    if (!check_period(record + RS_STANZA_RECORD_MODE) ||
        (rs_le32_get(record + RS_STANZA_RECORD_FLAGS) & ~(uint32_t)RS_STANZA_FLAGS) != 0)
        return false;
    for (unsigned slot = 0; slot < RS_SLOTS; slot++) {
        uint32_t number = rs_le32_get(record + RS_STANZA_RECORD_SLOTS + 4 * (size_t)slot);
        if (number > set_count ||
            (number != 0 && rs_le32_get(set_record(image, number - 1)) != slot_kind(slot)))
            return false;
    }
    return true;
}

/* By kind, then hash: the kind follows the hash in the record. */
static int compare_root(const uint8_t *record, uint32_t kind, const uint8_t *sha256)
{
    uint32_t of_record = rs_le32_get(record + RS_ROOT_RECORD_KIND);
    if (of_record != kind)
        return of_record < kind ? -1 : 1;
    return memcmp(record + RS_ROOT_RECORD_SHA256, sha256, RS_SHA256_SIZE);
}

/* Labels lie one after another from `*at` on; moves `*at` past the last. */
static bool check_roots(const rs_image *image, size_t *at)
{
    for (uint32_t i = 0; i < image->root_count; i++) {
        const uint8_t *record = root_record(image, i);
        uint32_t kind = rs_le32_get(record + RS_ROOT_RECORD_KIND);
        uint32_t label_size = rs_le32_get(record + RS_ROOT_RECORD_LABEL_SIZE);
        if (kind > RS_ROOT_CERTIFICATE ||
            rs_le32_get(record + RS_ROOT_RECORD_STANZA) >= image->stanza_count ||
            rs_le32_get(record + RS_ROOT_RECORD_LABEL) != *at || label_size > image->file.n - *at ||
            (i > 0 && compare_root(root_record(image, i - 1), kind, record) >= 0))
            return false;
        *at += label_size;
    }
    return true;
}

static bool check_structure(const rs_image *image, uint32_t set_count, bool whole)
{
    const uint8_t *p = image->file.p;
    uint64_t tables_end = RS_HEADER_SIZE + (uint64_t)image->root_count * RS_ROOT_RECORD_SIZE +
                          (uint64_t)image->stanza_count * RS_STANZA_RECORD_SIZE +
                          (uint64_t)set_count * RS_SET_RECORD_SIZE;
    if (!check_period(p + RS_HEADER_MODE) ||
        !is_zero(p + RS_HEADER_UNUSED, RS_HEADER_SIZE - RS_HEADER_UNUSED) ||
        (image->default_stanza >= image->stanza_count && image->default_stanza != RS_NO_STANZA) ||
        tables_end > image->file.n)
        return false;
    size_t at = (size_t)tables_end;
    if (!check_sets(image, set_count, whole, &at))
        return false;
    for (uint32_t i = 0; i < image->stanza_count; i++) {
        if (!check_stanza(image, i, set_count))
            return false;
    }
    return check_roots(image, &at) && image->file.n - at < RS_IMAGE_BLOCK &&
           is_zero(p + at, image->file.n - at);
}

/* The strictest of two at any time: of two tests the one that ends first. */
static rs_mode_period stricter(rs_mode_period a, rs_mode_period b)
{
    if (a.mode != b.mode)
        return a.mode < b.mode ? a : b;
    return a.until != 0 && (b.until == 0 || a.until < b.until) ? a : b;
}

static rs_mode_period strictest_of_stanzas(const rs_image *image)
{
    rs_mode_period strictest = {.mode = RS_MODE_OFF};
    for (uint32_t i = 0; i < image->stanza_count; i++)
        strictest =
            stricter(strictest, read_period(stanza_record(image, i) + RS_STANZA_RECORD_MODE));
    return strictest;
}

/* What tells whether the rest can be read as this version's. */
static rs_image_status check_frame(rs_bytes file)
{
    if (file.n == 0)
        return RS_IMAGE_EMPTY;
    if (file.n < RS_HEADER_SIZE || memcmp(file.p, RS_IMAGE_MAGIC, RS_IMAGE_MAGIC_SIZE) != 0)
        return RS_IMAGE_NOT_A_LIST;
    uint32_t version = rs_le32_get(file.p + RS_HEADER_VERSION);
    if (version < RS_IMAGE_VERSION_OLDEST || version > RS_IMAGE_VERSION)
        return RS_IMAGE_VERSION_BAD;
    if (file.n > RS_IMAGE_SIZE_MAX)
        return RS_IMAGE_TOO_LARGE;
    if (file.n % RS_IMAGE_BLOCK != 0 || rs_le32_get(file.p + RS_HEADER_FILE_SIZE) != file.n)
        return RS_IMAGE_TRUNCATED;
    return rs_le64_get(file.p + RS_HEADER_CHECKSUM) == rs_image_checksum(file) ? RS_IMAGE_OK
                                                                               : RS_IMAGE_CHECKSUM;
}

static rs_image_status open_image(rs_bytes file, bool whole, rs_image *image)
{
    rs_image_status status = check_frame(file);
    if (status != RS_IMAGE_OK)
        return status;
    *image = (rs_image){
        .file = file,
        .version = rs_le32_get(file.p + RS_HEADER_VERSION),
        .mode = read_period(file.p + RS_HEADER_MODE),
        .root_count = rs_le32_get(file.p + RS_HEADER_ROOT_COUNT),
        .stanza_count = rs_le32_get(file.p + RS_HEADER_STANZA_COUNT),
        .default_stanza = rs_le32_get(file.p + RS_HEADER_DEFAULT_STANZA),
    };
    memcpy(image->sources_sha256, file.p + RS_HEADER_SOURCES_SHA256, RS_SHA256_SIZE);
    image->checksum = rs_le64_get(file.p + RS_HEADER_CHECKSUM);
    for (unsigned i = 0; i < 8; i++)
        image->generation = image->generation << 8 | image->sources_sha256[i];
    if (!check_structure(image, rs_le32_get(file.p + RS_HEADER_SET_COUNT), whole))
        return RS_IMAGE_STRUCTURE;
    image->strictest = strictest_of_stanzas(image);
    image->has_certificate_roots =
        image->root_count > 0 &&
        rs_image_root(image, image->root_count - 1).kind == RS_ROOT_CERTIFICATE;
    return RS_IMAGE_OK;
}

rs_image_status rs_image_open(rs_bytes file, rs_image *image)
{
    return open_image(file, true, image);
}

rs_image_status rs_image_open_quickly(rs_bytes file, rs_image *image)
{
    return open_image(file, false, image);
}

const char *rs_image_status_text(rs_image_status status)
{
    switch (status) {
    case RS_IMAGE_OK:
        return "is good";
    case RS_IMAGE_EMPTY:
        return "is empty";
    case RS_IMAGE_NOT_A_LIST:
        return "is not a compiled list";
    case RS_IMAGE_VERSION_BAD:
        return "is of another version of the format; compile it again";
    case RS_IMAGE_TRUNCATED:
        return "is truncated or has bytes added";
    case RS_IMAGE_TOO_LARGE:
        return "is too large";
    case RS_IMAGE_CHECKSUM:
        return "is damaged (checksum)";
    case RS_IMAGE_STRUCTURE:
        return "is damaged (structure)";
    }
    return "is in an unknown state";
}

const char *rs_root_kind_word(rs_root_kind kind)
{
    return kind == RS_ROOT_SPKI ? "spki-sha256" : "cert-sha256";
}

rs_root rs_image_root(const rs_image *image, uint32_t index)
{
    const uint8_t *record = root_record(image, index);
    rs_root root = {
        .kind = (rs_root_kind)rs_le32_get(record + RS_ROOT_RECORD_KIND),
        .stanza = rs_image_root_stanza(image, index),
        .label = rs_bytes_make(image->file.p + rs_le32_get(record + RS_ROOT_RECORD_LABEL),
                               rs_le32_get(record + RS_ROOT_RECORD_LABEL_SIZE)),
    };
    memcpy(root.sha256, record + RS_ROOT_RECORD_SHA256, RS_SHA256_SIZE);
    return root;
}

uint32_t rs_image_root_stanza(const rs_image *image, uint32_t index)
{
    return rs_le32_get(root_record(image, index) + RS_ROOT_RECORD_STANZA);
}

bool rs_image_find_root(const rs_image *image, rs_root_kind kind,
                        const uint8_t sha256[RS_SHA256_SIZE], uint32_t *index)
{
    uint32_t low = 0, high = image->root_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = compare_root(root_record(image, middle), (uint32_t)kind, sha256);
        if (order == 0) {
            *index = middle;
            return true;
        }
        if (order > 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

/* The number of a slot's set, from 1; 0: the empty set, which most are. */
static inline uint32_t slot_set(const uint8_t *stanza, unsigned slot)
{
    return rs_le32_get(stanza + RS_STANZA_RECORD_SLOTS + 4 * (size_t)slot);
}

static rs_suffix_set read_suffixes(const rs_image *image, uint32_t number)
{
    if (number == 0)
        return (rs_suffix_set){0};
    rs_set_record set = rs_set_record_read(set_record(image, number - 1));
    return rs_set_record_suffixes(&set, image->file.p);
}

/* Sets those of all forms, which mostly share theirs. */
static void read_hosts(const rs_image *image, const uint8_t *record,
                       rs_suffix_set hosts[RS_HOST_FORMS])
{
    uint32_t before = 0;
    rs_suffix_set set = {0};
    for (unsigned form = 0; form < RS_HOST_FORMS; form++) {
        uint32_t number = slot_set(record, RS_SLOT_HOSTS + form);
        if (number != before)
            set = read_suffixes(image, number);
        hosts[form] = set;
        before = number;
    }
}

/*
 * Most sets are empty. What reads the others is not inlined: this runs for every chain, and code
 * that it only passes over would take up the processor's cache all the same.
 */
__attribute__((noinline)) static void fill_ranges(const rs_image *image, uint32_t number,
                                                  rs_range_set *ranges)
{
    rs_set_record set = rs_set_record_read(set_record(image, number - 1));
    *ranges = rs_set_record_ranges(&set, image->file.p);
}

__attribute__((noinline)) static void fill_strings(const rs_image *image, uint32_t number,
                                                   rs_string_set *strings)
{
    rs_set_record set = rs_set_record_read(set_record(image, number - 1));
    *strings = rs_set_record_strings(&set, image->file.p);
}

static inline void read_ranges(const rs_image *image, const uint8_t *record, unsigned slot,
                               rs_range_set *ranges)
{
    uint32_t number = slot_set(record, slot);
    if (number != 0)
        fill_ranges(image, number, ranges);
}

static inline void read_strings(const rs_image *image, const uint8_t *record, unsigned slot,
                                rs_string_set *strings)
{
    uint32_t number = slot_set(record, slot);
    if (number != 0)
        fill_strings(image, number, strings);
}

static inline void read_polar_strings(const rs_image *image, const uint8_t *record, unsigned slot,
                                      rs_polar_strings *strings)
{
    read_strings(image, record, slot, &strings->permit);
    read_strings(image, record, slot + 1, &strings->exclude);
}

__attribute__((hot)) void rs_image_stanza(const rs_image *image, uint32_t index, rs_stanza *stanza)
{
    const uint8_t *record = stanza_record(image, index);
    stanza->mode = read_period(record + RS_STANZA_RECORD_MODE);
    stanza->flags = rs_le32_get(record + RS_STANZA_RECORD_FLAGS);
    read_hosts(image, record, stanza->hosts);
    /* The others are set only where they are not empty. */
    size_t others = offsetof(rs_stanza, ip4);
    memset((uint8_t *)stanza + others, 0, sizeof *stanza - others);
    read_ranges(image, record, RS_SLOT_IP4, &stanza->ip4.permit);
    read_ranges(image, record, RS_SLOT_IP4 + 1, &stanza->ip4.exclude);
    read_ranges(image, record, RS_SLOT_IP6, &stanza->ip6.permit);
    read_ranges(image, record, RS_SLOT_IP6 + 1, &stanza->ip6.exclude);
    read_polar_strings(image, record, RS_SLOT_COMMON_NAMES, &stanza->common_names);
    read_polar_strings(image, record, RS_SLOT_MAILBOXES, &stanza->mailboxes);
    read_polar_strings(image, record, RS_SLOT_DISTINGUISHED_NAMES, &stanza->distinguished_names);
    read_polar_strings(image, record, RS_SLOT_OTHER_NAMES, &stanza->other_names);
    read_strings(image, record, RS_SLOT_ORGANIZATIONS, &stanza->organizations);
}
