/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/stanza.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/text/dirname.h"
#include "command/text/ip_block.h"
#include "command/text/oid.h"
#include "command/text/stanza_hosts.h"

const char *rs_rule_word_text(rs_rule_word word)
{
    static const char *const words[RS_RULE_WORDS] = {
        [RS_WORD_PERMIT] = "permit",
        [RS_WORD_EXCLUDE] = "exclude",
        [RS_WORD_ORGANIZATION] = "organization",
    };
    return words[word];
}

static void print_value(const rs_rule_printer *out, rs_rule_word word, const char *prefix,
                        const char *text)
{
    out->each(out->arg, word,
              rs_text_format(out->arena, "%s%s", prefix, rs_text_quoted(out->arena, text)));
}

/* A mailbox whose host is in U-labels only repeats one in A-labels. */
static bool is_unicode_mailbox(rs_bytes mailbox)
{
    const uint8_t *at = mailbox.n == 0 ? NULL : memchr(mailbox.p, '@', mailbox.n);
    return at != NULL && !rs_bytes_are_ascii(rs_bytes_skip(mailbox, (size_t)(at - mailbox.p)));
}

static void print_mailboxes(const rs_rule_printer *out, rs_rule_word word, const rs_string_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        rs_bytes mailbox = rs_string_set_at(set, i);
        if (!is_unicode_mailbox(mailbox))
            print_value(out, word, "email:", rs_text_printable(out->arena, mailbox));
    }
}

/* How a set's bytes become the text after the prefix; NULL if they are not what they should be. */
typedef const char *(*text_fn)(rs_arena *arena, rs_bytes bytes);

static bool print_strings(const rs_rule_printer *out, rs_rule_word word, const char *prefix,
                          const rs_string_set *set, text_fn text)
{
    for (uint32_t i = 0; i < set->count; i++) {
        const char *value = text(out->arena, rs_string_set_at(set, i));
        if (value == NULL)
            return false;
        print_value(out, word, prefix, value);
    }
    return true;
}

static bool print_polar_strings(const rs_rule_printer *out, const char *prefix,
                                const rs_polar_strings *strings, text_fn text)
{
    return print_strings(out, RS_WORD_PERMIT, prefix, &strings->permit, text) &&
           print_strings(out, RS_WORD_EXCLUDE, prefix, &strings->exclude, text);
}

static void print_range(const rs_rule_printer *out, rs_rule_word word, const uint8_t *range,
                        uint8_t width)
{
    rs_ip_address address = {.length = width};
    memcpy(address.octets, range, width);
    const uint8_t *last = range + width;
    unsigned prefix;
    do {
        prefix = rs_ip_block_prefix(address.octets, last, width);
        char text[RS_IP_TEXT_SIZE];
        rs_ip_address_to_text(&address, text);
        print_value(out, word, "ip:", rs_text_format(out->arena, "%s/%u", text, prefix));
    } while (rs_ip_block_next(address.octets, prefix) && memcmp(address.octets, last, width) <= 0);
}

static void print_ranges(const rs_rule_printer *out, rs_rule_word word, const rs_range_set *ip4,
                         const rs_range_set *ip6)
{
    if (rs_range_set_is_all(ip4) && rs_range_set_is_all(ip6)) {
        print_value(out, word, "ip:", "*");
        return;
    }
    const rs_range_set *const families[] = {ip4, ip6};
    for (size_t i = 0; i < 2; i++)
        for (uint32_t k = 0; k < families[i]->count; k++) {
            size_t pair = 2 * (size_t)families[i]->width;
            print_range(out, word, families[i]->ranges + k * pair, families[i]->width);
        }
}

static bool print_common_names(const rs_rule_printer *out, const rs_stanza *stanza)
{
    if ((stanza->flags & RS_STANZA_SINGLE_LABEL) != 0)
        out->each(out->arg, RS_WORD_PERMIT, "single-label");
    if ((stanza->flags & RS_STANZA_CN_ANY) != 0)
        print_value(out, RS_WORD_PERMIT, "cn:", "*");
    if ((stanza->flags & RS_STANZA_CN_NONE) != 0)
        print_value(out, RS_WORD_EXCLUDE, "cn:", "*");
    return print_polar_strings(out, "cn:", &stanza->common_names, rs_text_printable);
}

bool rs_rules_each(const rs_stanza *stanza, const rs_rule_printer *out)
{
    if (!rs_host_rules_each(stanza, out))
        return false;
    print_mailboxes(out, RS_WORD_PERMIT, &stanza->mailboxes.permit);
    print_mailboxes(out, RS_WORD_EXCLUDE, &stanza->mailboxes.exclude);
    print_ranges(out, RS_WORD_PERMIT, &stanza->ip4.permit, &stanza->ip6.permit);
    print_ranges(out, RS_WORD_EXCLUDE, &stanza->ip4.exclude, &stanza->ip6.exclude);
    return print_common_names(out, stanza) &&
           print_polar_strings(out, "dirname:", &stanza->distinguished_names, rs_dirname_text) &&
           print_polar_strings(out, "othername:", &stanza->other_names, rs_oid_text) &&
           print_strings(out, RS_WORD_ORGANIZATION, "", &stanza->organizations, rs_text_printable);
}
