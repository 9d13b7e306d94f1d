/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list source: whatever it is, it is parsed or refused with messages that can be shown; if it is
 * good, it compiles, its image opens, and each of its rules is found in it.
 */
#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/compiler/image_writer.h"
#include "lib/compiler/list_merge.h"
#include "lib/compiler/source.h"
#include "lib/names/host_name.h"
#include "tests/fuzz/fuzz.h"

/* Every path has a certificate, which its name makes. */
static bool read_pem(void *arg, const char *path, uint8_t spki_sha256[RS_SHA256_SIZE],
                     uint8_t certificate_sha256[RS_SHA256_SIZE], char why[200])
{
    rs_sha256 hash;
    (void)arg;
    if (strstr(path, "missing") != NULL) {
        snprintf(why, 200, "no such file");
        return false;
    }
    rs_sha256_init(&hash);
    rs_sha256_update(&hash, rs_bytes_of_string(path));
    rs_sha256_final(&hash, spki_sha256);
    memcpy(certificate_sha256, spki_sha256, RS_SHA256_SIZE);
    certificate_sha256[0] ^= 1;
    return true;
}

static void check_messages(const rs_diagnostics *all)
{
    CHECK(!all->incomplete || all->count == RS_DIAGNOSTICS_MAX);
    for (size_t i = 0; i < all->count; i++) {
        rs_bytes text = rs_bytes_of_string(all->items[i].text);
        CHECK(text.n > 0);
        while (text.n > 0) {
            uint32_t character;
            size_t size = rs_utf8_get(text, &character);
            CHECK(size > 0 && !rs_ascii_is_control(text.p[0]));
            text = rs_bytes_skip(text, size);
        }
    }
}

static rs_suffix_match match(const rs_suffix_set *set, rs_bytes front, rs_bytes suffix)
{
    rs_host_name host = {.length = (uint8_t)(front.n + suffix.n)};
    memcpy(host.text, front.p, front.n);
    if (suffix.n > 0)
        memcpy(host.text + front.n, suffix.p, suffix.n);
    rs_host_name_find_dots(&host);
    return rs_suffix_set_match(set, &host);
}

static bool says(rs_suffix_match found, rs_polarity polarity)
{
    return polarity == RS_PERMIT ? found.permitted : found.excluded;
}

static void check_suffix(const rs_stanza *stanza, const rs_rule *rule)
{
    static const uint8_t below[] = {'z', '.'};
    size_t front = rule->value.n == 0 ? 1 : 2;
    CHECK(rule->value.n <= RS_HOST_NAME_MAX);
    for (unsigned form = 0; form < RS_HOST_FORMS; form++) {
        const rs_suffix_set *set = &stanza->hosts[form];
        if ((rule->forms >> form & 1) == 0)
            continue;
        if (rule->self)
            CHECK(says(match(set, rs_bytes_make(below, 0), rule->value), rule->polarity));
        if (rule->below && rule->value.n <= RS_HOST_NAME_MAX - front)
            CHECK(says(match(set, rs_bytes_make(below, front), rule->value), rule->polarity));
    }
}

static void check_range(const rs_stanza *stanza, const rs_rule *rule)
{
    size_t width = rule->value.n / 2;
    for (size_t end = 0; end < 2; end++) {
        rs_ip_address address = {.length = (uint8_t)width};
        memcpy(address.octets, rule->value.p + end * width, width);
        /* ::ffff:0:0/96 and what is in it is written as IPv4; a larger range is not. */
        rs_ip_address first = {.length = 0};
        rs_ip_address last = {.length = 0};
        CHECK(rs_ip_address_from_octets(rs_bytes_make(rule->value.p, width), &first));
        CHECK(rs_ip_address_from_octets(rs_bytes_make(rule->value.p + width, width), &last));
        if (first.length == 4 && last.length == 4)
            address = end == 0 ? first : last;
        const rs_polar_ranges *ranges = address.length == 4 ? &stanza->ip4 : &stanza->ip6;
        CHECK(rs_range_set_has(rule->polarity == RS_PERMIT ? &ranges->permit : &ranges->exclude,
                               &address));
    }
}

static bool strings_have(const rs_polar_strings *strings, const rs_rule *rule)
{
    return rs_string_set_has(rule->polarity == RS_PERMIT ? &strings->permit : &strings->exclude,
                             rule->value);
}

static void check_rule(const rs_stanza *stanza, const rs_rule *rule)
{
    if (rule->polarity == RS_PERMIT && rule->kind != RS_RULE_ORGANIZATION)
        CHECK(stanza->flags & RS_STANZA_CLOSED);
    switch (rule->kind) {
    case RS_RULE_SUFFIX:
        check_suffix(stanza, rule);
        return;
    case RS_RULE_MAILBOX:
        CHECK(strings_have(&stanza->mailboxes, rule));
        return;
    case RS_RULE_IP:
        check_range(stanza, rule);
        return;
    case RS_RULE_CN:
        if (rule->value.n > 0)
            CHECK(strings_have(&stanza->common_names, rule));
        else
            CHECK(stanza->flags &
                  (rule->polarity == RS_PERMIT ? RS_STANZA_CN_ANY : RS_STANZA_CN_NONE));
        return;
    case RS_RULE_DIRNAME:
        CHECK(strings_have(&stanza->distinguished_names, rule));
        return;
    case RS_RULE_ORGANIZATION:
        CHECK(stanza->flags & RS_STANZA_ORGANIZATIONS);
        CHECK(rs_string_set_has(&stanza->organizations, rule->value));
        return;
    case RS_RULE_OTHERNAME:
        CHECK(strings_have(&stanza->other_names, rule));
        return;
    case RS_RULE_SINGLE_LABEL:
        CHECK(stanza->flags & RS_STANZA_SINGLE_LABEL);
        return;
    }
    CHECK(false);
}

static void check_stanza(const rs_image *image, const rs_list_stanza *stanza)
{
    rs_stanza compiled;
    uint32_t index = image->default_stanza;
    for (size_t i = 0; i < stanza->root_count; i++) {
        const rs_list_root *root = &stanza->roots[i];
        uint32_t found;
        CHECK(rs_image_find_root(image, root->kind, root->sha256, &found));
        CHECK(rs_bytes_equal(rs_image_root(image, found).label, root->label));
        index = rs_image_root(image, found).stanza;
    }
    CHECK(index < image->stanza_count);
    rs_image_stanza(image, index, &compiled);
    CHECK(!stanza->has_mode ||
          (stanza->mode.mode == compiled.mode.mode && stanza->mode.until == compiled.mode.until));
    for (size_t i = 0; i < stanza->rule_count; i++)
        check_rule(&compiled, &stanza->rules[i]);
}

static void check_image(const rs_list *list)
{
    uint8_t *bytes, *again;
    size_t size, size_again;
    rs_image image;
    CHECK(rs_image_write(list, &bytes, &size) == RS_WRITE_OK);
    CHECK(rs_image_write(list, &again, &size_again) == RS_WRITE_OK);
    CHECK(rs_bytes_equal(rs_bytes_make(bytes, size), rs_bytes_make(again, size_again)));
    free(again);
    CHECK(rs_image_open(rs_bytes_make(bytes, size), &image) == RS_IMAGE_OK);
    CHECK(!list->has_mode ||
          (image.mode.mode == list->mode.mode && image.mode.until == list->mode.until));
    for (size_t i = 0; i < list->stanza_count; i++)
        check_stanza(&image, &list->stanzas[i]);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rs_list list = {.stanzas = NULL}, merged = {.stanzas = NULL};
    rs_list *lists[] = {&list};
    rs_diagnostics diagnostics = {.items = NULL};
    uint8_t *text = fuzz_copy(data, size);
    rs_source source = {
        .file = "lists/fuzz.list", .text = rs_bytes_make(text, size), .pem.read = read_pem};
    CHECK(rs_source_parse(&source, &list, &diagnostics));
    free(text);
    if (diagnostics.errors == 0)
        CHECK(rs_list_merge(lists, 1, &merged, &diagnostics));
    if (diagnostics.errors == 0)
        check_image(&merged);
    check_messages(&diagnostics);
    rs_list_free(&merged);
    rs_list_free(&list);
    rs_diagnostics_clear(&diagnostics);
    return 0;
}
