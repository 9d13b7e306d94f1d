/* SPDX-License-Identifier: Apache-2.0 */
#include "command/diff/address_changes.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/text/ip_block.h"
#include "lib/chain/name_check.h"

#include <stdlib.h>

/* Addresses of one family at which a verdict may change: between two of them it cannot. */
typedef struct borders {
    uint8_t (*octets)[16];
    size_t count;
    unsigned width;
} borders;

static void add(borders *all, const uint8_t *octets)
{
    memcpy(all->octets[all->count++], octets, all->width);
}

/* Moves to the next address (by = 1) or the one before (by = -1); false if there is none. */
static bool step(uint8_t *octets, unsigned width, int by)
{
    uint8_t wrapped = by > 0 ? 0 : 0xff;
    for (unsigned i = width; i-- > 0;) {
        octets[i] = (uint8_t)(octets[i] + by);
        if (octets[i] != wrapped)
            return true;
    }
    return false;
}

/* A range starts at its first address, and what follows it starts behind its last one. */
static void add_ranges(borders *all, const rs_range_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        const uint8_t *first = set->ranges + 2 * (size_t)i * all->width;
        uint8_t behind[16];
        memcpy(behind, first + all->width, all->width);
        add(all, first);
        if (step(behind, all->width, 1))
            add(all, behind);
    }
}

static int compare4(const void *a, const void *b)
{
    return memcmp(a, b, 4);
}

static int compare16(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

static borders collect(rs_arena *arena, const rs_polar_ranges *before, const rs_polar_ranges *after,
                       unsigned width)
{
    /* IPv4-mapped addresses are judged as IPv4: those behind them are for all around them. */
    static const uint8_t behind_mapped[16] = {[9] = 1};
    static const uint8_t zero[16];
    const rs_range_set *const sets[] = {&before->permit, &before->exclude, &after->permit,
                                        &after->exclude};
    size_t room = 2;
    for (size_t i = 0; i < 4; i++)
        room += 2 * (size_t)sets[i]->count;
    borders all = {.octets = rs_message_need(rs_arena_take(arena, room * sizeof *all.octets)),
                   .width = width};
    add(&all, zero);
    if (width == 16)
        add(&all, behind_mapped);
    for (size_t i = 0; i < 4; i++)
        add_ranges(&all, sets[i]);
    qsort(all.octets, all.count, sizeof *all.octets, width == 4 ? compare4 : compare16);
    return all;
}

/* 1 gained, -1 lost, 0 neither: of all addresses from a border up to the next. */
static int change_at(const rs_name_changes *changes, const borders *all, size_t i)
{
    rs_ip_address judged;
    rs_bytes address = rs_bytes_make(all->octets[i], all->width);
    if (!rs_ip_address_from_octets(address, &judged) || judged.length != all->width)
        return 0; /* it is IPv4, which is told there */
    bool was = rs_check_ip(changes->before, address).verdict == RS_PERMITTED;
    bool is = rs_check_ip(changes->after, address).verdict == RS_PERMITTED;
    return is - was;
}

static const char *text_of(rs_arena *arena, const uint8_t *octets, unsigned width)
{
    rs_ip_address address = {.length = (uint8_t)width};
    char text[RS_IP_TEXT_SIZE];
    memcpy(address.octets, octets, width);
    rs_ip_address_to_text(&address, text);
    return rs_text_format(arena, "%s", text);
}

/* "10.0.0.0/8", or "10.0.0.0 to 10.0.2.255". */
static const char *range_text(rs_arena *arena, const uint8_t *first, const uint8_t *last,
                              unsigned width)
{
    unsigned prefix = rs_ip_block_prefix(first, last, width);
    uint8_t behind[16], next[16];
    memcpy(behind, first, width);
    memcpy(next, last, width);
    bool has_behind = rs_ip_block_next(behind, prefix), has_next = step(next, width, 1);
    const char *from = text_of(arena, first, width);
    if (has_behind == has_next && (!has_next || memcmp(behind, next, width) == 0))
        return rs_text_format(arena, "%s/%u", from, prefix);
    return rs_text_format(arena, "%s to %s", from, text_of(arena, last, width));
}

static void find(rs_name_changes *changes, const borders *all)
{
    for (size_t i = 0, end; i < all->count; i = end) {
        int change = change_at(changes, all, i);
        uint8_t last[16];
        for (end = i + 1; end < all->count && change_at(changes, all, end) == change;)
            end++;
        if (change == 0)
            continue;
        memset(last, 0xff, sizeof last);
        if (end < all->count) {
            memcpy(last, all->octets[end], all->width);
            step(last, all->width, -1);
        }
        rs_name_changes_add(changes, change > 0, 1u << RS_FORM_IP, RS_COVERS_RANGE,
                            range_text(changes->arena, all->octets[i], last, all->width));
    }
}

void rs_address_changes_find(rs_name_changes *changes)
{
    borders ip4 = collect(changes->arena, &changes->before->ip4, &changes->after->ip4, 4);
    borders ip6 = collect(changes->arena, &changes->before->ip6, &changes->after->ip6, 16);
    find(changes, &ip4);
    find(changes, &ip6);
}
