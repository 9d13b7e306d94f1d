/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/image/image.h"

#include "lib/image/image_layout.h"
#include "tests/unit/made_list.h"
#include "tests/unit/made_set.h"
#include "tests/unit/suite.h"

static void open_reads_the_header(void)
{
    rs_bytes file = made_image(&made_list);
    rs_image image;
    CU_ASSERT_EQUAL_FATAL(rs_image_open(file, &image), RS_IMAGE_OK);
    CU_ASSERT(image.file.p == file.p && image.file.n == file.n);
    CU_ASSERT_EQUAL(image.version, 2);
    CU_ASSERT_EQUAL(image.generation, UINT64_C(0x123456789abcdef0));
    CU_ASSERT_EQUAL(image.checksum, rs_image_checksum(file));
    CU_ASSERT(memcmp(image.sources_sha256, made_list.sources_sha256, RS_SHA256_SIZE) == 0);
    CU_ASSERT(image.mode.mode == RS_MODE_TEST && image.mode.until == 2000000000);
    CU_ASSERT(image.root_count == 4 && image.stanza_count == 3 && image.default_stanza == 2);
    CU_ASSERT(image.has_certificate_roots);
    free((void *)(uintptr_t)file.p);
}

static void empty_list_is_an_image(void)
{
    rs_list list = {.sources_sha256 = {1}};
    rs_bytes file = made_image(&list);
    CU_ASSERT_EQUAL(file.n, RS_HEADER_SIZE);
    rs_image image;
    CU_ASSERT_EQUAL_FATAL(rs_image_open(file, &image), RS_IMAGE_OK);
    CU_ASSERT(image.root_count == 0 && image.stanza_count == 0 && !image.has_certificate_roots);
    CU_ASSERT_EQUAL(image.default_stanza, RS_NO_STANZA);
    CU_ASSERT(image.mode.mode == RS_MODE_ENFORCE && image.mode.until == 0);
    uint32_t index;
    CU_ASSERT_FALSE(rs_image_find_root(&image, RS_ROOT_SPKI, list.sources_sha256, &index));
    free((void *)(uintptr_t)file.p);
}

/* The strictest mode that any stanza has, now and later: of two tests the first to end counts. */
static void strictest_mode_of_all_stanzas(void)
{
    static const struct {
        rs_mode_period stanzas[3], strictest;
    } rows[] = {
        {{{RS_MODE_OFF, 0}, {RS_MODE_OFF, 0}, {RS_MODE_OFF, 0}}, {RS_MODE_OFF, 0}},
        {{{RS_MODE_OFF, 0}, {RS_MODE_TEST, 0}, {RS_MODE_OFF, 0}}, {RS_MODE_TEST, 0}},
        {{{RS_MODE_TEST, 0}, {RS_MODE_TEST, 9}, {RS_MODE_TEST, 0}}, {RS_MODE_TEST, 9}},
        {{{RS_MODE_TEST, 9}, {RS_MODE_TEST, 7}, {RS_MODE_TEST, 8}}, {RS_MODE_TEST, 7}},
        {{{RS_MODE_TEST, 9}, {RS_MODE_OFF, 0}, {RS_MODE_ENFORCE, 0}}, {RS_MODE_ENFORCE, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_list_root roots[3] = {{.sha256 = {1}}, {.sha256 = {2}}, {.sha256 = {3}}};
        rs_list_stanza stanzas[3] = {{.roots = NULL}};
        for (size_t j = 0; j < 3; j++)
            stanzas[j] = (rs_list_stanza){
                .roots = &roots[j], .root_count = 1, .has_mode = true, .mode = rows[i].stanzas[j]};
        rs_list list = {.stanzas = stanzas, .stanza_count = 3};
        rs_bytes file = made_image(&list);
        rs_image image;
        CU_ASSERT_EQUAL_FATAL(rs_image_open(file, &image), RS_IMAGE_OK);
        CU_ASSERT_EQUAL(image.strictest.mode, rows[i].strictest.mode);
        CU_ASSERT_EQUAL(image.strictest.until, rows[i].strictest.until);
        free((void *)(uintptr_t)file.p);
    }
}

static void roots_are_sorted_and_found(void)
{
    rs_bytes file = made_image(&made_list);
    rs_image image;
    CU_ASSERT_EQUAL_FATAL(rs_image_open(file, &image), RS_IMAGE_OK);
    static const unsigned order[] = {3, 2, 0, 1};
    for (uint32_t i = 0; i < 4; i++) {
        const rs_list_root *expected = &made_roots[order[i]];
        rs_root root = rs_image_root(&image, i);
        CU_ASSERT(root.kind == expected->kind && rs_bytes_equal(root.label, expected->label));
        CU_ASSERT(memcmp(root.sha256, expected->sha256, RS_SHA256_SIZE) == 0);
        CU_ASSERT_EQUAL(root.stanza, order[i] < 2 ? 0 : 1);
        uint32_t index = 99;
        CU_ASSERT(rs_image_find_root(&image, root.kind, root.sha256, &index));
        CU_ASSERT_EQUAL(index, i);
        CU_ASSERT_FALSE(rs_image_find_root(&image, !root.kind, root.sha256, &index));
        root.sha256[31] ^= 1;
        CU_ASSERT_FALSE(rs_image_find_root(&image, root.kind, root.sha256, &index));
    }
    free((void *)(uintptr_t)file.p);
}

static bool has_string(const rs_string_set *set, const char *text)
{
    return rs_string_set_has(set, rs_bytes_of_string(text));
}

static void stanza_has_every_set(void)
{
    rs_bytes file = made_image(&made_list);
    rs_image image;
    CU_ASSERT_EQUAL_FATAL(rs_image_open(file, &image), RS_IMAGE_OK);
    rs_stanza stanza;
    memset(&stanza, 0xa5, sizeof stanza);
    rs_image_stanza(&image, 0, &stanza);
    CU_ASSERT(stanza.mode.mode == RS_MODE_TEST && stanza.mode.until == INT64_C(1803859200));
    CU_ASSERT_EQUAL(stanza.flags, RS_STANZA_CLOSED | RS_STANZA_DIRNAMES | RS_STANZA_OTHERNAMES |
                                      RS_STANZA_ORGANIZATIONS);
    for (unsigned form = 0; form < RS_HOST_FORMS; form++) {
        const rs_suffix_set *set = &stanza.hosts[form];
        CU_ASSERT(permits(set, "www.corp.example") && !permits(set, "www.hr.corp.example"));
        CU_ASSERT_EQUAL(permits(set, "dns.example"), form == RS_FORM_DNS || form == RS_FORM_URI);
        CU_ASSERT_EQUAL(permits(set, "mail.example"), form == RS_FORM_EMAIL);
    }
    CU_ASSERT_PTR_EQUAL(stanza.hosts[RS_FORM_SRV].buckets, stanza.hosts[RS_FORM_UPN].buckets);
    CU_ASSERT_PTR_EQUAL(stanza.hosts[RS_FORM_DNS].buckets, stanza.hosts[RS_FORM_URI].buckets);
    rs_ip_address v4 = {{10, 1, 2, 3}, 4}, unmapped = {{11, 0, 0, 9}, 4};
    CU_ASSERT(rs_range_set_has(&stanza.ip4.permit, &v4));
    CU_ASSERT(rs_range_set_has(&stanza.ip4.permit, &unmapped));
    CU_ASSERT(rs_range_set_has(&stanza.ip4.exclude, &v4));
    CU_ASSERT(stanza.ip4.permit.width == 4 && stanza.ip4.permit.count == 1);
    rs_ip_address v6 = {{0x20, 1, 0x0d, 0xb8, 0, 1}, 16};
    CU_ASSERT(rs_range_set_has(&stanza.ip6.permit, &v6));
    CU_ASSERT(rs_range_set_has(&stanza.ip6.exclude, &v6));
    v6.octets[5] = 2;
    CU_ASSERT_FALSE(rs_range_set_has(&stanza.ip6.exclude, &v6));
    CU_ASSERT(has_string(&stanza.mailboxes.permit, "Root@corp.example"));
    CU_ASSERT(has_string(&stanza.mailboxes.exclude, "boss@corp.example"));
    CU_ASSERT(has_string(&stanza.common_names.permit, "jane doe"));
    CU_ASSERT(has_string(&stanza.common_names.exclude, "john doe"));
    CU_ASSERT(has_string(&stanza.distinguished_names.permit, "\x31\x01x"));
    CU_ASSERT(has_string(&stanza.distinguished_names.exclude, "\x31\x01y"));
    CU_ASSERT(has_string(&stanza.other_names.permit, "\x2a\x03"));
    CU_ASSERT(has_string(&stanza.other_names.exclude, "\x2a\x04"));
    CU_ASSERT(has_string(&stanza.organizations, "acme inc"));
    free((void *)(uintptr_t)file.p);
}

static void stanza_lacks_what_it_lacks(void)
{
    rs_bytes file = made_image(&made_list);
    rs_image image;
    CU_ASSERT_EQUAL_FATAL(rs_image_open(file, &image), RS_IMAGE_OK);
    rs_stanza stanza;
    for (uint32_t i = 1; i < 3; i++) {
        memset(&stanza, 0xa5, sizeof stanza);
        rs_image_stanza(&image, i, &stanza);
        CU_ASSERT(stanza.mode.mode == RS_MODE_ENFORCE && stanza.mode.until == 0);
        CU_ASSERT_EQUAL(stanza.flags, RS_STANZA_CLOSED);
        for (unsigned form = 0; form < RS_HOST_FORMS; form++) {
            CU_ASSERT_EQUAL(permits(&stanza.hosts[form], "other.test"), true);
            CU_ASSERT_EQUAL(permits(&stanza.hosts[form], "any.name"), i == 2);
        }
        CU_ASSERT(stanza.ip4.permit.count == 0 && stanza.ip4.exclude.count == 0);
        CU_ASSERT(stanza.ip6.permit.count == 0 && stanza.ip6.exclude.count == 0);
        CU_ASSERT(stanza.mailboxes.permit.count == 0 && stanza.organizations.count == 0);
    }
    free((void *)(uintptr_t)file.p);
}

/* The format depends on it. */
static void checksum_is_what_the_format_says(void)
{
    uint8_t file[96];
    for (size_t i = 0; i < sizeof file; i++)
        file[i] = (uint8_t)(3 * i);
    uint64_t sum = rs_image_checksum(rs_bytes_make(file, sizeof file));
    CU_ASSERT_EQUAL(sum, UINT64_C(0xc0bd4ae0b037cd80));
    memset(file + RS_HEADER_CHECKSUM, 0xff, 8);
    CU_ASSERT_EQUAL(rs_image_checksum(rs_bytes_make(file, sizeof file)), sum);
    file[RS_HEADER_CHECKSUM - 1] ^= 1;
    CU_ASSERT_NOT_EQUAL(rs_image_checksum(rs_bytes_make(file, sizeof file)), sum);
}

static void every_status_has_a_text(void)
{
    for (int i = 0; i <= RS_IMAGE_STRUCTURE + 1; i++) {
        const char *text = rs_image_status_text((rs_image_status)i);
        CU_ASSERT(text != NULL && strncmp(text, "is ", 3) == 0);
        for (int j = 0; j < i; j++)
            CU_ASSERT_STRING_NOT_EQUAL(text, rs_image_status_text((rs_image_status)j));
    }
}

static CU_TestInfo tests[] = {
    {"open reads the header", open_reads_the_header},
    {"the empty list is an image", empty_list_is_an_image},
    {"strictest mode of all stanzas", strictest_mode_of_all_stanzas},
    {"roots are sorted and found", roots_are_sorted_and_found},
    {"a stanza has every set", stanza_has_every_set},
    {"a stanza lacks what it lacks", stanza_lacks_what_it_lacks},
    {"the checksum is what the format says", checksum_is_what_the_format_says},
    {"every status has a text", every_status_has_a_text},
    CU_TEST_INFO_NULL,
};

RS_SUITE("image", tests)
