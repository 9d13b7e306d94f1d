/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/trial_random.h"

#include "lib/base/ascii.h"
#include "tests/property/international_mail.h"

#include <arpa/inet.h>
#include <stdlib.h>

static void append(trial_text *t, const void *p, size_t n)
{
    if (n > TEXT_MAX - t->n)
        abort();
    memcpy(t->p + t->n, p, n);
    t->n += n;
}

static void append_string(trial_text *t, const char *s)
{
    append(t, s, strlen(s));
}

static void append_byte(trial_text *t, uint8_t byte)
{
    append(t, &byte, 1);
}

static void append_label(trial_text *t, random_state *random)
{
    static const char *const labels[] = {"a",    "b",  "aa",    "example", "com",   "test", "x-1",
                                         "corp", "_s", A_LABEL, "b-",      "-b",    "1",    "com",
                                         "a",    "b",  "corp",  "example", A_LABEL, A_LABEL};
    if (!random_percent(random, 1)) {
        append_string(t, RANDOM_OF(random, labels));
        return;
    }
    for (size_t n = 62 + random_below(random, 3); n > 0; n--)
        append_byte(t, 'l');
}

static void append_host(trial_text *t, random_state *random)
{
    for (size_t labels = 1 + random_below(random, 3); labels > 0; labels--) {
        append_label(t, random);
        if (labels > 1)
            append_byte(t, '.');
    }
}

static const char *random_local(random_state *random)
{
    static const char *const locals[] = {"joe", "Joe", "JOE", "a.b", "x", "a"};
    return RANDOM_OF(random, locals);
}

static void any_case(trial_text *t, random_state *random)
{
    for (size_t i = 0; i < t->n; i++)
        if (rs_ascii_is_alpha(t->p[i]) && random_percent(random, 30))
            t->p[i] ^= 0x20;
}

static void append_rdns(trial_text *t, random_state *random, size_t count)
{
    for (size_t i = 0; i < count; i++)
        append_byte(t, rdn_code(random_below(random, RDN_TYPES), random_below(random, RDN_VALUES),
                                i > 0 && random_percent(random, 15)));
}

static void append_address(trial_text *t, random_state *random)
{
    static const char *const addresses[] = {
        "192.0.2.1",   "192.0.2.200", "192.0.3.1",        "10.0.0.1",
        "10.255.0.1",  "2001:db8::1", "2001:db8:1::ffff", "2001:db9::1",
        "::192.0.2.1", "::1",         "::ffff:192.0.2.1", "::ffff:10.0.0.1"};
    const char *spelt = RANDOM_OF(random, addresses);
    uint8_t octets[16];
    if (inet_pton(AF_INET, spelt, octets) == 1)
        append(t, octets, 4);
    else if (inet_pton(AF_INET6, spelt, octets) == 1)
        append(t, octets, 16);
}

static void append_mask(trial_text *t, random_state *random)
{
    static const size_t often[] = {0, 8, 16, 24, 31, 32, 33, 64, 95, 96, 97, 104, 120, 127, 128};
    size_t bits = 8 * t->n, ones = RANDOM_OF(random, often);
    if (ones > bits)
        ones = bits;
    for (size_t i = 0; i < bits; i += 8) {
        size_t left = ones > i ? ones - i : 0;
        append_byte(t, (uint8_t)(left >= 8 ? 0xffu : 0xff00u >> left));
    }
}

static void random_rule(trial_rule *r, random_state *random)
{
    static const name_kind kinds[] = {NAME_DNS,   NAME_DNS, NAME_DNS, NAME_EMAIL,
                                      NAME_EMAIL, NAME_URI, NAME_IP,  NAME_DIRECTORY};
    r->kind = RANDOM_OF(random, kinds);
    r->polarity = random_percent(random, 60) ? RS_PERMIT : RS_EXCLUDE;
    r->value.n = 0;
    if (r->kind == NAME_IP) {
        append_address(&r->value, random);
        append_mask(&r->value, random);
    } else if (r->kind == NAME_DIRECTORY) {
        append_rdns(&r->value, random, random_below(random, 3));
    } else if (r->kind != NAME_DNS || !random_percent(random, 3)) {
        if (r->kind == NAME_EMAIL && random_percent(random, 40)) {
            append_string(&r->value, random_local(random));
            append_byte(&r->value, '@');
        } else if (random_percent(random, 25)) {
            append_byte(&r->value, '.');
        }
        append_host(&r->value, random);
    }
}

/* No longer than a list's names can be, and no label longer: those are errors in a source. */
static bool is_good_rule(const trial_rule *r)
{
    size_t label = 0;
    if (r->kind == NAME_IP || r->kind == NAME_DIRECTORY)
        return true;
    for (size_t i = 0; i < r->value.n; i++) {
        label = r->value.p[i] == '.' || r->value.p[i] == '@' ? 0 : label + 1;
        if (label > 63)
            return false;
    }
    return r->value.n < 250;
}

void trial_random_rules(trial *t, random_state *random)
{
    t->rule_count = random_below(random, RULES_MAX);
    for (size_t i = 0; i < t->rule_count; i++) {
        do
            random_rule(&t->rules[i], random);
        while (!is_good_rule(&t->rules[i]));
    }
}

/* The host of some rule, without the dot in front; false if the rule has none. */
static bool append_host_of_rule(trial_text *t, const trial *from, random_state *random)
{
    if (from->rule_count == 0)
        return false;
    const trial_rule *r = &from->rules[random_below(random, from->rule_count)];
    if (r->kind == NAME_IP || r->kind == NAME_DIRECTORY || r->value.n == 0)
        return false;
    const uint8_t *at = memchr(r->value.p, '@', r->value.n);
    size_t start = at != NULL ? (size_t)(at - r->value.p) + 1 : r->value.p[0] == '.' ? 1 : 0;
    append(t, r->value.p + start, r->value.n - start);
    return true;
}

/* Puts one of a few bytes somewhere into a text. */
static void damage(trial_text *t, random_state *random)
{
    static const uint8_t bytes[] = {' ', 0,    '\n', 0xe9, '@', '*', ':', '/', '%', '\\',
                                    '"', '-',  '.',  '[',  '?', '#', ';', '.', '_', 0x7f,
                                    '=', 0xff, '.',  '*',  ',', '&', '+', '~', '(', '\t'};
    size_t at = random_below(random, t->n + 1);
    if (t->n == TEXT_MAX)
        return;
    memmove(t->p + at + 1, t->p + at, t->n - at);
    t->p[at] = RANDOM_OF(random, bytes);
    t->n++;
}

/* A host near the rules: one of theirs, above or below it, or only seemingly below. */
static void append_near_host(trial_text *t, const trial *from, random_state *random)
{
    static const char *const fronts[] = {"a.", "b.a.", "x", "-", "*.", "*.a.", "a.*.", ".", "b_."};
    static const char *const odd[] = {"*", "192.0.2.1", "*.2.0.192", "1.2.3.4.5", "", "localhost"};
    trial_text host = {.n = 0};
    if (random_percent(random, 2)) {
        append_string(t, RANDOM_OF(random, odd));
        return;
    }
    if (random_percent(random, 20) || !append_host_of_rule(&host, from, random))
        append_host(&host, random);
    const uint8_t *dot = memchr(host.p, '.', host.n);
    size_t skip = dot != NULL && random_percent(random, 15) ? (size_t)(dot - host.p) + 1 : 0;
    if (random_percent(random, 50))
        append_string(t, RANDOM_OF(random, fronts));
    if (random_percent(random, 1)) {
        /* Up to, and over, 253 bytes. */
        for (size_t end = t->n + 246 + random_below(random, 10); t->n + host.n - skip < end;)
            append_string(t, t->n % 50 == 49 ? "." : "m");
        append_byte(t, '.');
    }
    append(t, host.p + skip, host.n - skip);
    if (random_percent(random, 5))
        append_byte(t, '.');
}

static void append_mailbox(trial_text *t, const trial *from, random_state *random)
{
    if (random_percent(random, 1)) {
        /* A local part of 254 to 257 bytes. */
        for (size_t n = 254 + random_below(random, 4); n > 0; n--)
            append_byte(t, 'm');
    } else {
        append_string(t, random_local(random));
    }
    append_byte(t, '@');
    append_near_host(t, from, random);
}

static void append_uri(trial_text *t, const trial *from, random_state *random)
{
    static const char *const schemes[] = {"http", "https", "ldap", "urn", "sip",
                                          "SIPS", "tag",   "x+y",  "1x",  "Https"};
    static const char *const users[] = {"joe@", "joe:pw@", "a@b@", ":@"};
    static const char *const ends[] = {
        "",    "/",    ":80",  ":80/p:q/", ":",       "/a:b", "?q", "#f", "/?q@r",  "/a%20b",
        ":8x", ";u=v", "?a@b", "/a@b.com", ":80?x=y", "/p;q", "",   "/",  ";a@b.c", "//"};
    append_string(t, RANDOM_OF(random, schemes));
    append_byte(t, ':');
    if (random_percent(random, 85))
        append_string(t, "//");
    if (random_percent(random, 10))
        append_string(t, RANDOM_OF(random, users));
    append_near_host(t, from, random);
    append_string(t, RANDOM_OF(random, ends));
}

static void append_common_name(trial_text *t, const trial *from, random_state *random)
{
    static const char *const others[] = {
        "Jane Doe",  "192.0.2.1", "10.0.0.1.", "::1",         "::ffff:192.0.2.1",
        "localhost", "postgres",  "caf\xe9",   "2001:db8::1", "",
        "..",        "a..b",      "127.1",     "4711",        "joe+x",
        "0x7f.1"};
    if (random_percent(random, 5))
        append_mailbox(t, from, random);
    else if (random_percent(random, 15))
        append_string(t, RANDOM_OF(random, others));
    else
        append_near_host(t, from, random);
    if (random_percent(random, 2))
        append(t, "\0\0", 1 + random_below(random, 2));
    if (random_below(random, 500) == 0)
        while (t->n < TEXT_MAX && (t->n < 1020 || random_percent(random, 70)))
            append_byte(t, ' ');
}

static void append_directory(trial_text *t, const trial *from, random_state *random)
{
    size_t chosen = from->rule_count == 0 ? 0 : random_below(random, from->rule_count);
    if (from->rule_count > 0 && from->rules[chosen].kind == NAME_DIRECTORY)
        append(t, from->rules[chosen].value.p, from->rules[chosen].value.n);
    append_rdns(t, random, random_below(random, 3));
    if (t->n > 0 && random_percent(random, 20))
        t->p[random_below(random, t->n)] ^= (uint8_t)(1 + random_below(random, 3));
}

/* A host with some labels as people write them, or as nobody should. */
static void internationalise(trial_text *mailbox, random_state *random)
{
    static const char a_label[] = A_LABEL;
    static const char *const labels[] = {U_LABEL, U_LABEL, U_LABEL, "caf\xc9", "\xe9", A_LABEL};
    for (size_t i = 0; i + sizeof a_label - 1 <= mailbox->n; i++) {
        const char *label = RANDOM_OF(random, labels);
        size_t n = strlen(label), rest = mailbox->n - i - (sizeof a_label - 1);
        if (memcmp(mailbox->p + i, a_label, sizeof a_label - 1) != 0)
            continue;
        memmove(mailbox->p + i + n, mailbox->p + i + sizeof a_label - 1, rest);
        memcpy(mailbox->p + i, label, n);
        mailbox->n = i + n + rest;
    }
}

static int random_string_type(random_state *random)
{
    static const int types[] = {V_ASN1_PRINTABLESTRING, V_ASN1_IA5STRING, V_ASN1_T61STRING,
                                V_ASN1_BMPSTRING, V_ASN1_UNIVERSALSTRING};
    return random_percent(random, 60) ? V_ASN1_UTF8STRING : RANDOM_OF(random, types);
}

void trial_random_name(trial *t, name_kind kind, random_state *random)
{
    static const char *const addresses[] = {"192.0.2.1", "10.0.0.1.", "127.1", "::1", "1.0x7f"};
    trial_name *added = &t->names[t->name_count++];
    added->kind = kind;
    added->string_type = random_string_type(random);
    added->value.n = 0;
    switch (kind) {
    case NAME_DNS:
        if (random_percent(random, 3))
            append_string(&added->value, RANDOM_OF(random, addresses));
        else
            append_near_host(&added->value, t, random);
        break;
    case NAME_EMAIL_ATTRIBUTE:
        if (random_percent(random, 80))
            added->string_type = V_ASN1_IA5STRING;
        if (random_percent(random, 90))
            append_mailbox(&added->value, t, random);
        else
            append_common_name(&added->value, t, random);
        break;
    case NAME_EMAIL:
    case NAME_SMTP_UTF8:
        append_mailbox(&added->value, t, random);
        break;
    case NAME_URI:
        append_uri(&added->value, t, random);
        break;
    case NAME_CN:
        append_common_name(&added->value, t, random);
        break;
    case NAME_IP:
        append_address(&added->value, random);
        if (random_percent(random, 5))
            added->value.n = random_below(random, added->value.n + 1);
        return;
    case NAME_DIRECTORY:
        append_directory(&added->value, t, random);
        return;
    case NAME_FREE:
        append_byte(&added->value, (uint8_t)random_below(random, FREE_NAMES));
        return;
    }
    if (kind == NAME_SMTP_UTF8)
        internationalise(&added->value, random);
    any_case(&added->value, random);
    if (random_percent(random, 5))
        damage(&added->value, random);
}

void trial_random_subject(trial *t, random_state *random)
{
    t->rdns.n = 0;
    if (random_percent(random, 60))
        append_directory(&t->rdns, t, random);
    t->usage = random_percent(random, 70)   ? USAGE_NONE
               : random_percent(random, 50) ? USAGE_TLS
                                            : USAGE_OTHER;
}

name_kind trial_random_kind(random_state *random)
{
    static const name_kind kinds[] = {NAME_DNS,       NAME_DNS,       NAME_DNS,
                                      NAME_DNS,       NAME_DNS,       NAME_DNS,
                                      NAME_EMAIL,     NAME_EMAIL,     NAME_EMAIL,
                                      NAME_URI,       NAME_URI,       NAME_URI,
                                      NAME_IP,        NAME_IP,        NAME_DIRECTORY,
                                      NAME_DIRECTORY, NAME_SMTP_UTF8, NAME_CN,
                                      NAME_CN,        NAME_CN,        NAME_EMAIL_ATTRIBUTE,
                                      NAME_FREE,      NAME_SMTP_UTF8};
    return RANDOM_OF(random, kinds);
}
