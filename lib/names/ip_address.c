/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/ip_address.h"

#include "lib/base/ascii.h"

enum { IP4 = 4, IP6 = 16, GROUPS = 8 };

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};

static bool is_mapped(const uint8_t octets[IP6])
{
    return memcmp(octets, mapped_prefix, sizeof mapped_prefix) == 0;
}

bool rs_ip_address_from_octets(rs_bytes octets, rs_ip_address *address)
{
    if (octets.n != IP4 && octets.n != IP6)
        return false;
    if (octets.n == IP6 && is_mapped(octets.p))
        octets = rs_bytes_tail(octets, IP4);
    memcpy(address->octets, octets.p, octets.n);
    address->length = (uint8_t)octets.n;
    return true;
}

/* One decimal number below 256, without leading zeros, off the front of the text. */
static bool ip4_octet_read(rs_bytes *text, uint8_t *octet)
{
    unsigned value = 0;
    size_t digits = 0;
    for (; digits < text->n && rs_ascii_is_digit(text->p[digits]); digits++) {
        if (digits > 0 && value == 0)
            return false;
        value = value * 10 + (unsigned)(text->p[digits] - '0');
        if (value > UINT8_MAX)
            return false;
    }
    *octet = (uint8_t)value;
    *text = rs_bytes_skip(*text, digits);
    return digits > 0;
}

static bool separator_read(rs_bytes *text, char separator)
{
    if (text->n == 0 || text->p[0] != separator)
        return false;
    *text = rs_bytes_skip(*text, 1);
    return true;
}

static bool ip4_read(rs_bytes text, uint8_t octets[IP4])
{
    for (size_t i = 0; i < IP4; i++) {
        if ((i > 0 && !separator_read(&text, '.')) || !ip4_octet_read(&text, &octets[i]))
            return false;
    }
    return text.n == 0;
}

/* One to four hexadecimal digits off the front of the text. */
static bool ip6_group_read(rs_bytes *text, uint8_t octets[2])
{
    unsigned value = 0;
    size_t digits = 0;
    for (; digits < text->n && rs_ascii_hex_value(text->p[digits]) >= 0; digits++) {
        if (digits == 4)
            return false;
        value = value << 4 | (unsigned)rs_ascii_hex_value(text->p[digits]);
    }
    octets[0] = (uint8_t)(value >> 8);
    octets[1] = (uint8_t)(value & 0xff);
    *text = rs_bytes_skip(*text, digits);
    return digits > 0;
}

/*
 * Groups separated by `:`, up to the end of the text or to a `::`, which is taken off too. The
 * last group may be an IPv4 address. Returns the number of octets read, 0 for bad text.
 */
static size_t ip6_groups_read(rs_bytes *text, uint8_t *octets, size_t room, bool *gap)
{
    size_t n = 0;
    *gap = false;
    for (;;) {
        rs_bytes group = *text;
        if (room - n >= IP4 && ip4_read(*text, octets + n)) {
            *text = rs_bytes_tail(*text, 0);
            return n + IP4;
        }
        if (room - n < 2 || !ip6_group_read(&group, octets + n))
            return 0;
        n += 2;
        *text = group;
        if (text->n == 0)
            return n;
        if (!separator_read(text, ':'))
            return 0;
        *gap = separator_read(text, ':');
        if (*gap)
            return n;
    }
}

/* With a `::`, the text is some groups, at least one group of zeros, and some groups. */
static bool ip6_read(rs_bytes text, uint8_t octets[IP6])
{
    uint8_t after[IP6];
    size_t before_n = 0, after_n = 0;
    bool gap = text.n >= 2 && text.p[0] == ':' && text.p[1] == ':', second_gap;
    if (gap) {
        text = rs_bytes_skip(text, 2);
    } else {
        before_n = ip6_groups_read(&text, octets, IP6, &gap);
        if (!gap)
            return before_n == IP6;
    }
    if (text.n > 0) {
        after_n = ip6_groups_read(&text, after, IP6, &second_gap);
        if (after_n == 0 || second_gap)
            return false;
    }
    if (before_n + after_n > IP6 - 2)
        return false;
    memset(octets + before_n, 0, IP6 - before_n - after_n);
    memcpy(octets + IP6 - after_n, after, after_n);
    return true;
}

bool rs_ip_address_from_text(rs_bytes text, rs_ip_address *address)
{
    rs_ip_address read = {.length = IP4};
    if (!ip4_read(text, read.octets)) {
        read.length = IP6;
        if (!ip6_read(text, read.octets))
            return false;
    }
    *address = read;
    return true;
}

bool rs_ip_address_from_text_unmapped(rs_bytes text, rs_ip_address *address)
{
    rs_ip_address spelt;
    return rs_ip_address_from_text(text, &spelt) &&
           rs_ip_address_from_octets(rs_bytes_make(spelt.octets, spelt.length), address);
}

static char *number_put(char *out, unsigned value, unsigned base)
{
    if (value >= base)
        out = number_put(out, value / base, base);
    *out = "0123456789abcdef"[value % base];
    return out + 1;
}

static char *ip4_put(char *out, const uint8_t octets[IP4])
{
    for (size_t i = 0; i < IP4; i++) {
        if (i > 0)
            *out++ = '.';
        out = number_put(out, octets[i], 10);
    }
    return out;
}

/* The first of the longest runs of two or more zero groups; GROUPS if there is none. */
static size_t zero_run_find(const unsigned groups[GROUPS], size_t *length)
{
    size_t best = GROUPS;
    *length = 1;
    for (size_t i = 0, run = 0; i < GROUPS; i++) {
        run = groups[i] == 0 ? run + 1 : 0;
        if (run > *length) {
            best = i + 1 - run;
            *length = run;
        }
    }
    return best;
}

static char *ip6_put(char *out, const uint8_t octets[IP6])
{
    unsigned groups[GROUPS];
    for (size_t i = 0; i < GROUPS; i++)
        groups[i] = (unsigned)octets[2 * i] << 8 | octets[2 * i + 1];
    size_t run_length;
    size_t run = zero_run_find(groups, &run_length);
    for (size_t i = 0; i < GROUPS; i++) {
        if (i == run) {
            *out++ = ':';
            *out++ = ':';
            i += run_length - 1;
            continue;
        }
        if (i > 0 && i != run + run_length)
            *out++ = ':';
        if (i == GROUPS - 2 && is_mapped(octets))
            return ip4_put(out, octets + sizeof mapped_prefix);
        out = number_put(out, groups[i], 16);
    }
    return out;
}

void rs_ip_address_to_text(const rs_ip_address *address, char out[RS_IP_TEXT_SIZE])
{
    if (address->length == IP4)
        out = ip4_put(out, address->octets);
    else
        out = ip6_put(out, address->octets);
    *out = '\0';
}
