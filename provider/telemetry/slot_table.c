/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/slot_table.h"

/* A word: how many pins; the state; a number that grows with each claim; the tag. */
#define PINS       UINT64_C(0xffff)
#define READY      (UINT64_C(1) << 16)
#define CLAIMED    (UINT64_C(1) << 17)
#define SERIAL_ONE (UINT64_C(1) << 18)
#define SERIAL     (UINT64_C(0x3fff) * SERIAL_ONE)

enum { TAG_SHIFT = 32 };

static uint32_t reach(const rs_slot_table *slots)
{
    return slots->count < RS_SLOT_REACH ? slots->count : RS_SLOT_REACH;
}

static uint32_t slot_at(const rs_slot_table *slots, uint32_t tag, uint32_t step)
{
    return (tag + step) & (slots->count - 1);
}

static uint64_t load(const rs_slot_table *slots, uint32_t slot)
{
    return atomic_load_explicit(&slots->words[slot], memory_order_acquire);
}

static bool is_free(uint64_t word)
{
    return (word & (READY | CLAIMED)) == 0;
}

void rs_slot_table_unpin(const rs_slot_table *slots, uint32_t slot)
{
    atomic_fetch_sub_explicit(&slots->words[slot], 1, memory_order_release);
}

bool rs_slot_table_pin_marked(const rs_slot_table *slots, uint32_t slot, uint64_t mark)
{
    uint64_t word = atomic_fetch_add_explicit(&slots->words[slot], 1, memory_order_acquire);
    if ((word & ~PINS) == mark)
        return true;
    rs_slot_table_unpin(slots, slot);
    return false;
}

bool rs_slot_table_pin(const rs_slot_table *slots, uint32_t slot)
{
    uint64_t word = load(slots, slot);
    return (word & READY) != 0 && rs_slot_table_pin_marked(slots, slot, word & ~PINS);
}

uint64_t rs_slot_table_mark(const rs_slot_table *slots, uint32_t slot)
{
    return load(slots, slot) & ~PINS;
}

uint32_t rs_slot_table_find(const rs_slot_table *slots, uint32_t tag, rs_slot_table_test *is_it,
                            const void *arg)
{
    for (uint32_t step = 0; step < reach(slots); step++) {
        uint32_t slot = slot_at(slots, tag, step);
        uint64_t word = load(slots, slot);
        if (is_free(word)) /* slots are taken in this order, and never become free again */
            break;
        if ((word & READY) == 0 || word >> TAG_SHIFT != tag ||
            !rs_slot_table_pin_marked(slots, slot, word & ~PINS))
            continue;
        if (is_it(arg, slot))
            return slot;
        rs_slot_table_unpin(slots, slot);
    }
    return RS_NO_SLOT;
}

/* The word of a claimed slot; whoever just tries to pin it is still counted in. */
static uint64_t claimed(uint64_t before, uint32_t tag)
{
    return (before & PINS) | CLAIMED | ((before + SERIAL_ONE) & SERIAL) |
           (uint64_t)tag << TAG_SHIFT;
}

static bool claim_free(const rs_slot_table *slots, uint32_t slot, uint32_t tag)
{
    unsigned long long word = load(slots, slot);
    while (is_free(word))
        if (atomic_compare_exchange_weak(&slots->words[slot], &word, claimed(word, tag)))
            return true;
    return false;
}

static bool claim_ready(const rs_slot_table *slots, uint32_t slot, uint32_t tag,
                        rs_slot_table_test *may_go, const void *arg)
{
    unsigned long long word = load(slots, slot);
    if ((word & READY) == 0 || (word & PINS) != 0 || !may_go(arg, slot))
        return false;
    unsigned long long mine = claimed(word, tag);
    if (!atomic_compare_exchange_strong(&slots->words[slot], &word, mine))
        return false;
    if (may_go(arg, slot))
        return true;
    /* Somebody used it between the two; by a difference, so that no pin is lost. */
    atomic_fetch_add(&slots->words[slot], word - mine);
    return false;
}

uint32_t rs_slot_table_claim(const rs_slot_table *slots, uint32_t tag, rs_slot_table_test *may_go,
                             const void *arg)
{
    for (uint32_t step = 0; step < reach(slots); step++)
        if (claim_free(slots, slot_at(slots, tag, step), tag))
            return slot_at(slots, tag, step);
    for (uint32_t step = 0; step < reach(slots); step++)
        if (claim_ready(slots, slot_at(slots, tag, step), tag, may_go, arg))
            return slot_at(slots, tag, step);
    return RS_NO_SLOT;
}

void rs_slot_table_publish(const rs_slot_table *slots, uint32_t slot)
{
    atomic_fetch_add_explicit(&slots->words[slot], READY - CLAIMED + 1, memory_order_release);
}

void rs_slot_table_reset(const rs_slot_table *slots)
{
    for (uint32_t slot = 0; slot < slots->count; slot++)
        if (load(slots, slot) != 0) /* memory that was never written stays shared after a fork */
            atomic_store(&slots->words[slot], load(slots, slot) & SERIAL);
}
