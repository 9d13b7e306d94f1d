/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/ip_rule.h"

#include "lib/base/ascii.h"
#include "lib/names/ip_address.h"

enum { IP4 = 4, IP6 = 16, MAPPED_BITS = 96 };

/* The bytes before the first `c`, or all. */
static rs_bytes before(rs_bytes text, uint8_t c)
{
    const uint8_t *at = text.n == 0 ? NULL : memchr(text.p, c, text.n);
    return at == NULL ? text : rs_bytes_make(text.p, (size_t)(at - text.p));
}

bool rs_ip_rule_is_meant(rs_bytes text)
{
    rs_ip_address address;
    return rs_ip_address_from_text(before(before(text, '/'), '%'), &address);
}

/* A prefix length in decimal, of at most `max`. */
static bool read_length(rs_bytes text, unsigned max, unsigned *length)
{
    unsigned number = 0;
    if (text.n == 0 || text.n > 3 || (text.n > 1 && text.p[0] == '0'))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (!rs_ascii_is_digit(text.p[i]))
            return false;
        number = number * 10 + text.p[i] - (unsigned)'0';
    }
    *length = number;
    return number <= max;
}

/* The first (`ones` 0) or last (`ones` 0xff) address of the network. */
static rs_ip_address edge(rs_ip_address address, unsigned bits, uint8_t ones)
{
    for (unsigned i = 0; i < address.length; i++) {
        unsigned kept = bits <= i * 8 ? 0 : bits - i * 8 >= 8 ? 8 : bits - i * 8;
        uint8_t mask = (uint8_t)(0xff >> kept);
        address.octets[i] = (uint8_t)((address.octets[i] & (uint8_t)~mask) | (ones & mask));
    }
    return address;
}

static rs_rule rule_of(const rs_rule *like, const rs_ip_address *first, const rs_ip_address *last,
                       uint8_t *value)
{
    rs_rule rule = *like;
    memcpy(value, first->octets, first->length);
    memcpy(value + first->length, last->octets, last->length);
    rule.value = rs_bytes_make(value, 2u * first->length);
    return rule;
}

static size_t read_any(rs_rule rules[2], uint8_t *value)
{
    static const uint8_t widths[] = {IP4, IP6};
    for (size_t i = 0; i < 2; i++) {
        rs_ip_address address = {.length = widths[i]};
        rs_ip_address last = edge(address, 0, 0xff);
        rules[i] = rule_of(&rules[0], &address, &last, value);
        value += rules[i].value.n;
    }
    return 2;
}

/* Certificates' IPv4-mapped addresses are looked up as IPv4: a rule for them would do nothing. */
static bool check_mapped(const rs_place *place, const rs_ip_address *first, unsigned bits)
{
    rs_ip_address mapped;
    char text[RS_IP_TEXT_SIZE];
    rs_ip_address_from_octets(rs_bytes_make(first->octets, first->length), &mapped);
    if (first->length == mapped.length || bits < MAPPED_BITS)
        return true;
    rs_ip_address_to_text(&mapped, text);
    rs_place_error(place, 0, "IPv4-mapped addresses are checked as IPv4; write ip:%s/%u", text,
                   bits - MAPPED_BITS);
    return false;
}

static bool check_host_bits(const rs_place *place, const rs_ip_address *address,
                            const rs_ip_address *first, unsigned bits)
{
    char network[RS_IP_TEXT_SIZE], host[RS_IP_TEXT_SIZE];
    if (memcmp(address->octets, first->octets, address->length) == 0)
        return true;
    rs_ip_address_to_text(first, network);
    rs_ip_address_to_text(address, host);
    rs_place_error(place, 0,
                   "host bits set in %s/%u; write ip:%s/%u for the network, ip:%s for the address",
                   host, bits, network, bits, host);
    return false;
}

size_t rs_ip_rule_read(const rs_place *place, rs_bytes text, rs_rule rules[2], uint8_t *value)
{
    if (text.n == 1 && text.p[0] == '*')
        return read_any(rules, value);
    rs_bytes host = before(text, '/'), bare = before(host, '%');
    rs_ip_address address;
    if (!rs_ip_address_from_text(bare, &address)) {
        rs_place_error(place, 0,
                       "\"%s\" is not an address; expected one as in ip:192.0.2.0/24 or "
                       "ip:2001:db8::/32, or ip:*",
                       rs_quote(text).text);
        return 0;
    }
    if (bare.n < host.n) {
        rs_place_error(place, bare.n, "zone id; write ip:%s, without what follows %%",
                       rs_quote(bare).text);
        return 0;
    }
    unsigned max = address.length * 8u, bits = max;
    if (host.n < text.n && !read_length(rs_bytes_skip(text, host.n + 1), max, &bits)) {
        rs_place_error(place, host.n + 1, "prefix length \"%s\"; expected a number from 0 to %u",
                       rs_quote(rs_bytes_skip(text, host.n + 1)).text, max);
        return 0;
    }
    rs_ip_address first = edge(address, bits, 0), last = edge(address, bits, 0xff);
    if (!check_host_bits(place, &address, &first, bits) || !check_mapped(place, &first, bits))
        return 0;
    rules[0] = rule_of(&rules[0], &first, &last, value);
    return 1;
}
