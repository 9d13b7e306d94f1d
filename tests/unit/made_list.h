/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests: lists without a source, and the image of one that has everything.
 */
#ifndef RS_MADE_LIST_H
#define RS_MADE_LIST_H

#include "lib/compiler/image_writer.h"
#include "tests/unit/rows.h"

enum { ALL_FORMS = (1 << RS_HOST_FORMS) - 1 };

#define SUFFIX_RULE(polarity_, forms_, text_)                                                      \
    {                                                                                              \
        .kind = RS_RULE_SUFFIX, .polarity = polarity_, .forms = forms_, .self = true,              \
        .below = true, .value = LITERAL(text_)                                                     \
    }

#define RULE(kind_, polarity_, text_)                                                              \
    {                                                                                              \
        .kind = kind_, .polarity = polarity_, .value = LITERAL(text_)                              \
    }

#define MAPPED "\0\0\0\0\0\0\0\0\0\0\xff\xff"

/* One rule or more for every set that a stanza can have. */
static rs_rule made_full_rules[] = {
    SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "corp.example"),
    SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "example.com"),
    SUFFIX_RULE(RS_EXCLUDE, ALL_FORMS, "hr.corp.example"),
    SUFFIX_RULE(RS_PERMIT, 1 << RS_FORM_DNS | 1 << RS_FORM_URI, "dns.example"),
    SUFFIX_RULE(RS_PERMIT, 1 << RS_FORM_EMAIL, "mail.example"),
    RULE(RS_RULE_MAILBOX, RS_PERMIT, "Root@corp.example"),
    RULE(RS_RULE_MAILBOX, RS_EXCLUDE, "Boss@corp.example"),
    RULE(RS_RULE_IP, RS_PERMIT, "\x0a\0\0\0\x0a\xff\xff\xff"),
    RULE(RS_RULE_IP, RS_PERMIT, MAPPED "\x0b\0\0\0" MAPPED "\x0b\0\0\xff"),
    RULE(RS_RULE_IP, RS_EXCLUDE, "\x0a\x01\0\0\x0a\x01\xff\xff"),
    RULE(RS_RULE_IP, RS_PERMIT,
         "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0"
         "\x20\x01\x0d\xb8\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
    RULE(RS_RULE_IP, RS_EXCLUDE,
         "\x20\x01\x0d\xb8\0\1\0\0\0\0\0\0\0\0\0\0"
         "\x20\x01\x0d\xb8\0\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
    RULE(RS_RULE_CN, RS_PERMIT, "jane doe"),
    RULE(RS_RULE_CN, RS_EXCLUDE, "john doe"),
    RULE(RS_RULE_DIRNAME, RS_PERMIT, "\x31\x01x"),
    RULE(RS_RULE_DIRNAME, RS_EXCLUDE, "\x31\x01y"),
    RULE(RS_RULE_OTHERNAME, RS_PERMIT, "\x2a\x03"),
    RULE(RS_RULE_OTHERNAME, RS_EXCLUDE, "\x2a\x04"),
    RULE(RS_RULE_ORGANIZATION, RS_PERMIT, "acme inc"),
};

static rs_rule made_other_rules[] = {
    SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "other.test"),
};

static rs_rule made_default_rules[] = {
    {.kind = RS_RULE_SUFFIX, .forms = ALL_FORMS, .self = true, .below = true},
};

static rs_list_root made_roots[] = {
    {.kind = RS_ROOT_SPKI, .sha256 = {9, 1}, .label = LITERAL("Corp Root 2024")},
    {.kind = RS_ROOT_CERTIFICATE, .sha256 = {1, 2}, .label = LITERAL("By certificate")},
    {.kind = RS_ROOT_SPKI, .sha256 = {3, 3}},
    {.kind = RS_ROOT_SPKI, .sha256 = {3, 2}, .label = LITERAL("Other")},
};

/* Roots 0 and 1 have everything, 2 and 3 one suffix; then the default. */
static rs_list_stanza made_stanzas[] = {
    {.roots = made_roots,
     .root_count = 2,
     .rules = made_full_rules,
     .rule_count = ROWS(made_full_rules),
     .has_mode = true,
     .mode = {.mode = RS_MODE_TEST, .until = INT64_C(1803859200)}},
    {.roots = made_roots + 2,
     .root_count = 2,
     .rules = made_other_rules,
     .rule_count = ROWS(made_other_rules)},
    {.rules = made_default_rules, .rule_count = ROWS(made_default_rules)},
};

static const rs_list made_list = {
    .has_mode = true,
    .mode = {.mode = RS_MODE_TEST, .until = 2000000000},
    .stanzas = made_stanzas,
    .stanza_count = ROWS(made_stanzas),
    .sources_sha256 = {0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x55, [31] = 0x77},
};

/* The image of a list, to be freed with free. */
static inline rs_bytes made_image(const rs_list *list)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (rs_image_write(list, &bytes, &size) != RS_WRITE_OK)
        abort();
    return rs_bytes_make(bytes, size);
}

#endif
