/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/name_sense.h"

#include "tests/property/spelling.h"

rs_bytes common_name(const trial_name *n)
{
    rs_bytes bare = view_of(&n->value);
    while (bare.n > 0 && bare.p[bare.n - 1] == 0)
        bare.n--;
    while (bare.n > 0 && bare.p[bare.n - 1] == ' ')
        bare.n--;
    while (bare.n > 0 && bare.p[0] == ' ')
        bare = rs_bytes_skip(bare, 1);
    return bare;
}

bool is_seen_as_host(const trial_name *n)
{
    rs_bytes text = view_of(&n->value);
    while (text.n > 0 && text.p[text.n - 1] == 0)
        text.n--;
    return is_host_to_openssl(text);
}

bool unmap(trial_text *value, size_t mask_size)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
    static const uint8_t ones[12] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                     0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    if (value->n != 16 + mask_size || memcmp(value->p, prefix, 12) != 0)
        return false;
    if (mask_size > 0 && memcmp(value->p + 16, ones, 12) != 0)
        return false;
    memmove(value->p, value->p + 12, 4);
    if (mask_size > 0)
        memmove(value->p + 4, value->p + 28, 4);
    value->n = mask_size > 0 ? 8 : 4;
    return true;
}

static bool is_all_of_a_family(const trial_rule *r, size_t size)
{
    trial_text value;
    memcpy(value.p, r->value.p, r->value.n);
    value.n = r->value.n;
    (void)unmap(&value, 16);
    for (size_t i = size / 2; i < size; i++)
        if (value.n != size || value.p[i] != 0)
            return false;
    return true;
}

bool is_restricted(const trial *t, name_kind kind)
{
    bool some = false, all = false, all4 = false, all6 = false;
    for (size_t i = 0; i < t->rule_count; i++) {
        const trial_rule *r = &t->rules[i];
        if (r->kind != kind)
            continue;
        if (r->polarity == RS_EXCLUDE)
            return true;
        some = true;
        all |= kind == NAME_DNS ? r->value.n == 0 : r->value.n == 1 && r->value.p[0] == '.';
        all4 |= is_all_of_a_family(r, 8);
        all6 |= is_all_of_a_family(r, 32);
    }
    if (kind == NAME_IP)
        all = all4 && all6;
    return some && (kind == NAME_DIRECTORY || !all);
}

bool restricts_common_names(const trial *t)
{
    return is_restricted(t, NAME_DNS) || is_restricted(t, NAME_IP) || is_restricted(t, NAME_EMAIL);
}

static reading read_text(rs_bytes cn)
{
    uint8_t octets[16];
    rs_bytes bare = cn.n > 1 ? without_last_dot(cn) : cn;
    if (cn.n == 0 || has_byte(cn, ' '))
        return READ_AS_NOTHING;
    if (has_byte(cn, '@'))
        return READ_AS_MAILBOX;
    if (has_non_ascii(cn))
        return has_byte(cn, '.') ? READ_AS_FOREIGN_HOST : READ_AS_NOTHING;
    if (spelt_address(bare, octets) != 0)
        return READ_AS_ADDRESS;
    bool is_word = !has_byte(bare, '.') && !has_byte(bare, '*') && bare.n > 63;
    return is_host_like(cn) && !is_word ? READ_AS_HOST : READ_AS_WORD;
}

reading read_common_name(const trial *t, const trial_name *n)
{
    if (t->usage == USAGE_OTHER || t->is_issuer)
        return READ_AS_NOTHING;
    return read_text(common_name(n));
}

reading read_email_attribute(const trial *t, const trial_name *n)
{
    reading read = read_common_name(t, n);
    rs_bytes cn = common_name(n), bare = cn.n > 1 ? without_last_dot(cn) : cn;
    if (read == READ_AS_HOST && !has_byte(bare, '.') && !has_byte(bare, '*'))
        return READ_AS_NOTHING;
    return read == READ_AS_WORD ? READ_AS_NOTHING : read;
}

static size_t utf8_length(rs_bytes text)
{
    size_t n = text.n;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] > 0x7f;
    return n;
}

/* Attributes of a type that has ASCII alone. */
static bool is_decodable(const trial_name *n)
{
    return (n->string_type != V_ASN1_PRINTABLESTRING && n->string_type != V_ASN1_IA5STRING) ||
           !has_non_ascii(view_of(&n->value));
}

static bool has_directory_rules(const trial *t)
{
    for (size_t i = 0; i < t->rule_count; i++)
        if (t->rules[i].kind == NAME_DIRECTORY)
            return true;
    return false;
}

static bool is_good_host(const trial *t, rs_bytes text)
{
    uint8_t octets[16];
    if (spelt_address(without_last_dot(text), octets) != 0)
        return true;
    if (is_restricted(t, NAME_DNS))
        return is_host(text, true);
    return !is_restricted(t, NAME_IP) || !ends_in_number(text);
}

static bool is_good_reading(const trial *t, const trial_name *n, reading read)
{
    switch (read) {
    case READ_AS_HOST:
        return is_good_host(t, common_name(n));
    case READ_AS_MAILBOX:
        return !is_restricted(t, NAME_EMAIL) || is_mailbox(common_name(n), true);
    case READ_AS_FOREIGN_HOST:
        return !is_restricted(t, NAME_DNS);
    case READ_AS_NOTHING:
    case READ_AS_ADDRESS:
    case READ_AS_WORD:
        break;
    }
    return true;
}

/* Types that are converted: to no more than so many bytes. */
static bool fits(const trial_name *n)
{
    bool converted = n->string_type == V_ASN1_BMPSTRING ||
                     n->string_type == V_ASN1_UNIVERSALSTRING ||
                     (n->string_type == V_ASN1_T61STRING && has_non_ascii(view_of(&n->value)));
    return !converted || utf8_length(view_of(&n->value)) <= 384;
}

static bool is_good_common_name(const trial *t, const trial_name *n)
{
    /* An issuer's is not looked at, but as a part of its whole name. */
    if (t->is_issuer)
        return is_decodable(n) || !has_directory_rules(t);
    if (!restricts_common_names(t))
        return is_decodable(n) || !has_directory_rules(t);
    if (!is_decodable(n) || !fits(n) || has_control(common_name(n)))
        return false;
    return is_good_reading(t, n, read_common_name(t, n));
}

static bool is_good_email_attribute(const trial *t, const trial_name *n)
{
    if (!restricts_common_names(t))
        return is_decodable(n) || !has_directory_rules(t);
    if (!is_decodable(n) || !fits(n))
        return false;
    if (has_byte(view_of(&n->value), '@'))
        return !is_restricted(t, NAME_EMAIL) || is_mailbox(view_of(&n->value), false);
    return t->is_issuer ||
           (!has_control(common_name(n)) && is_good_reading(t, n, read_email_attribute(t, n)));
}

static bool is_good(const trial *t, const trial_name *n)
{
    rs_bytes value = view_of(&n->value), host;
    switch (n->kind) {
    case NAME_DNS:
        return is_good_host(t, value);
    case NAME_EMAIL:
        return !is_restricted(t, NAME_EMAIL) || is_mailbox(value, false);
    case NAME_EMAIL_ATTRIBUTE:
        return is_good_email_attribute(t, n);
    case NAME_SMTP_UTF8:
        return !is_restricted(t, NAME_EMAIL) || is_mailbox(value, true);
    case NAME_URI:
        return !is_restricted(t, NAME_URI) || host_of_uri(value, &host) != URI_MALFORMED;
    case NAME_IP:
        return !is_restricted(t, NAME_IP) || value.n == 4 || value.n == 16;
    case NAME_CN:
        return is_good_common_name(t, n);
    case NAME_DIRECTORY:
    case NAME_FREE:
        break;
    }
    return true;
}

/* An RDN that is too long to be compared with directory names. */
static bool is_long_rdn(const trial *t, const trial_name *n)
{
    return (n->kind == NAME_CN || n->kind == NAME_EMAIL_ATTRIBUTE) && has_directory_rules(t) &&
           utf8_length(view_of(&n->value)) > 751;
}

bool is_malformed(const trial *t, const trial_name *n)
{
    return !is_good(t, n) || is_long_rdn(t, n);
}
