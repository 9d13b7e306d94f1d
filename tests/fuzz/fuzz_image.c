/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled list: opened as it is, then with size and checksum made right, so that what is checked
 * behind them is reached. What opens is read to the last byte, and every look-up ends.
 */
#include "lib/base/little_endian.h"
#include "lib/chain/scope.h"
#include "lib/compiler/suffix_walk.h"
#include "lib/image/image.h"
#include "lib/image/image_layout.h"
#include "tests/fuzz/fuzz.h"

static void look_up_host(const rs_suffix_set *set, rs_bytes name)
{
    rs_host_name host = {.length = (uint8_t)name.n};
    CHECK(name.n <= RS_HOST_NAME_MAX);
    if (name.n > 0)
        memcpy(host.text, name.p, name.n);
    rs_host_name_find_dots(&host);
    for (unsigned wildcard = 0; wildcard < 2; wildcard++) {
        host.wildcard = wildcard != 0;
        rs_suffix_match match = rs_suffix_set_match(set, &host);
        CHECK(match.rule.n <= host.length);
        CHECK(!match.excluded_below || match.excluded);
    }
}

static void walk_hosts(const rs_suffix_set *set)
{
    rs_arena arena = {.newest = NULL};
    rs_suffix_node *nodes;
    size_t count;
    if (rs_suffix_walk(set, &arena, &nodes, &count)) {
        for (size_t i = 0; i < count; i++)
            look_up_host(set, nodes[i].name);
    }
    look_up_host(set, rs_bytes_of_string("www.hr.corp.example"));
    rs_arena_clear(&arena);
}

static void walk_ranges(const rs_range_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        rs_ip_address address = {.length = set->width};
        memcpy(address.octets, set->ranges + 2 * (size_t)i * set->width, set->width);
        CHECK(rs_range_set_has(set, &address));
    }
}

static void walk_strings(const rs_string_set *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        CHECK(rs_string_set_has(set, rs_string_set_at(set, i)));
}

static void walk_polar_strings(const rs_polar_strings *strings)
{
    walk_strings(&strings->permit);
    walk_strings(&strings->exclude);
}

/* A certificate with a name of each form. */
static void judge(const rs_stanza *stanza)
{
    static const uint8_t subject[] = {
        0x30, 0x27,                                                             /* Name */
        0x31, 0x0b, 0x30, 0x09, 6,   3,   0x55, 4,   10,  0x0c, 2,    'A', 'b', /* O */
        0x31, 0x18, 0x30, 0x16, 6,   3,   0x55, 4,   3,   0x0c, 0x0f,           /* CN */
        'w',  '.',  'c',  'o',  'r', 'p', '.',  'e', 'x', 'a',  'm',  'p', 'l', 'e', '.',
    };
    static const uint8_t names[] = {
        0x30, 0x2f,                                                /* GeneralNames */
        0x82, 5,    '*',  '.', 'a',  '.', 'b',                     /* dNSName */
        0x81, 5,    'j',  '@', 'a',  '.', 'b',                     /* rfc822Name */
        0x86, 7,    'x',  ':', '/',  '/', 'a',  '.', 'b',          /* URI */
        0x87, 4,    10,   0,   0,    1,                            /* iPAddress */
        0xa0, 9,    6,    2,   0x2a, 3,   0xa0, 3,   0x0c, 1, 'x', /* otherName */
        0xa4, 5,    0x30, 3,   0x31, 1,   0x30,                    /* directoryName, malformed */
    };
    rs_certificate certificate = {
        .subject = {subject, sizeof subject},
        .subject_alt_name = {.value = {names, sizeof names}, .count = 1},
    };
    rs_finding worst;
    rs_verdict verdict = rs_scope_check(stanza, &certificate, NULL, NULL, &worst);
    CHECK(verdict == worst.verdict && verdict == rs_reason_verdict(worst.reason));
}

static void walk_stanza(const rs_image *image, uint32_t index)
{
    rs_stanza stanza;
    rs_image_stanza(image, index, &stanza);
    CHECK((stanza.flags & ~(uint32_t)RS_STANZA_FLAGS) == 0);
    for (unsigned form = 0; form < RS_HOST_FORMS; form++)
        walk_hosts(&stanza.hosts[form]);
    walk_ranges(&stanza.ip4.permit);
    walk_ranges(&stanza.ip4.exclude);
    walk_ranges(&stanza.ip6.permit);
    walk_ranges(&stanza.ip6.exclude);
    walk_polar_strings(&stanza.common_names);
    walk_polar_strings(&stanza.mailboxes);
    walk_polar_strings(&stanza.distinguished_names);
    walk_polar_strings(&stanza.other_names);
    walk_strings(&stanza.organizations);
    judge(&stanza);
}

/* Bytes of a label, so that a read outside the file is seen. */
static size_t sum(rs_bytes bytes)
{
    size_t total = 0;
    for (size_t i = 0; i < bytes.n; i++)
        total += bytes.p[i];
    return total;
}

/* As the module does it: what was not checked is met by look-ups. */
static void judge_unchecked(rs_bytes file, rs_image_status whole)
{
    rs_image image;
    rs_image_status status = rs_image_open_quickly(file, &image);
    CHECK(status == RS_IMAGE_OK || status == whole);
    for (uint32_t i = 0; status == RS_IMAGE_OK && i < image.stanza_count; i++) {
        rs_stanza stanza;
        rs_image_stanza(&image, i, &stanza);
        for (unsigned form = 0; form < RS_HOST_FORMS; form++)
            look_up_host(&stanza.hosts[form], rs_bytes_of_string("www.hr.corp.example"));
        judge(&stanza);
    }
}

static void walk_image(rs_bytes file)
{
    rs_image image;
    rs_image_status status = rs_image_open(file, &image);
    CHECK(rs_image_status_text(status) != NULL);
    judge_unchecked(file, status);
    if (status != RS_IMAGE_OK)
        return;
    for (uint32_t i = 0; i < image.root_count; i++) {
        rs_root root = rs_image_root(&image, i);
        uint32_t found;
        CHECK(rs_image_find_root(&image, root.kind, root.sha256, &found) && found == i);
        CHECK(root.stanza < image.stanza_count);
        CHECK(sum(root.label) <= UINT8_MAX * root.label.n);
    }
    for (uint32_t i = 0; i < image.stanza_count; i++)
        walk_stanza(&image, i);
}

/* Has the frame say what is so: the checksum over all that is behind it. */
static void mend(uint8_t *file, size_t size)
{
    memcpy(file, RS_IMAGE_MAGIC, RS_IMAGE_MAGIC_SIZE);
    rs_le32_put(file + RS_HEADER_VERSION, RS_IMAGE_VERSION);
    rs_le32_put(file + RS_HEADER_FILE_SIZE, (uint32_t)size);
    rs_le64_put(file + RS_HEADER_CHECKSUM, rs_image_checksum(rs_bytes_make(file, size)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *file = fuzz_copy(data, size);
    walk_image(rs_bytes_make(file, size));
    free(file);
    size -= size % RS_IMAGE_BLOCK;
    if (size < RS_HEADER_SIZE)
        return 0;
    file = fuzz_copy(data, size);
    mend(file, size);
    walk_image(rs_bytes_make(file, size));
    free(file);
    return 0;
}
