/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/slot_table.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <pthread.h>
#include <string.h>

enum { COUNT = 32 };

static atomic_ullong words[COUNT];
static const rs_slot_table table = {words, COUNT};

/* What the entries are: a key each, and whether it may go. */
static unsigned keys[COUNT];
static bool idle[COUNT];
static unsigned asked; /* how often whether an entry may go */

static bool is_key(const void *arg, uint32_t slot)
{
    return keys[slot] == *(const unsigned *)arg;
}

static bool may_go(const void *arg, uint32_t slot)
{
    (void)arg;
    asked++;
    return idle[slot];
}

/* Idle when asked first, used by the time of the second question. */
static bool may_go_at_first(const void *arg, uint32_t slot)
{
    (void)slot;
    (void)arg;
    return asked++ == 0;
}

static void start(void)
{
    for (size_t i = 0; i < COUNT; i++)
        atomic_store(&words[i], 0);
    memset(idle, 0, sizeof idle);
    asked = 0;
}

static uint32_t find(unsigned key, uint32_t tag)
{
    uint32_t slot = rs_slot_table_find(&table, tag, is_key, &key);
    if (slot != RS_NO_SLOT)
        rs_slot_table_unpin(&table, slot);
    return slot;
}

static uint32_t put(unsigned key, uint32_t tag)
{
    uint32_t slot = rs_slot_table_claim(&table, tag, may_go, NULL);
    if (slot == RS_NO_SLOT)
        return slot;
    keys[slot] = key;
    rs_slot_table_publish(&table, slot);
    rs_slot_table_unpin(&table, slot);
    return slot;
}

static void entries_are_found(void)
{
    start();
    CU_ASSERT(find(1, 7) == RS_NO_SLOT);
    uint32_t first = put(1, 7), second = put(2, 7), third = put(3, 8);
    CU_ASSERT(first == 7 && second == 8 && third == 9);
    CU_ASSERT(find(1, 7) == first && find(2, 7) == second && find(3, 8) == third);
    CU_ASSERT(find(4, 7) == RS_NO_SLOT);
    CU_ASSERT(find(1, 7 + COUNT) == RS_NO_SLOT); /* another tag is another key */
}

static void unfinished_entry_is_not_there(void)
{
    start();
    uint32_t slot = rs_slot_table_claim(&table, 5, may_go, NULL);
    keys[slot] = 1;
    CU_ASSERT(find(1, 5) == RS_NO_SLOT && !rs_slot_table_pin(&table, slot));
    CU_ASSERT(put(2, 5) == slot + 1 && find(2, 5) == slot + 1);
    rs_slot_table_publish(&table, slot);
    CU_ASSERT(find(1, 5) == slot);
    rs_slot_table_unpin(&table, slot);
}

/* Within its reach, and only where nobody has it pinned, is idle, and stays so. */
static void full_table_makes_room(void)
{
    start();
    for (unsigned key = 0; key < RS_SLOT_REACH; key++)
        CU_ASSERT(put(key, 3) != RS_NO_SLOT);
    CU_ASSERT(put(100, 3) == RS_NO_SLOT);
    idle[5] = true;
    CU_ASSERT_FATAL(rs_slot_table_pin(&table, 5));
    CU_ASSERT(put(100, 3) == RS_NO_SLOT);
    rs_slot_table_unpin(&table, 5);
    asked = 0;
    CU_ASSERT(rs_slot_table_claim(&table, 3, may_go_at_first, NULL) == RS_NO_SLOT);
    CU_ASSERT(find(2, 3) == 5); /* as it was */
    CU_ASSERT(put(100, 3) == 5);
    CU_ASSERT(find(100, 3) == 5 && find(2, 3) == RS_NO_SLOT);
}

static void mark_is_of_one_entry(void)
{
    start();
    uint32_t slot = put(1, 9);
    uint64_t mark = rs_slot_table_mark(&table, slot);
    CU_ASSERT(rs_slot_table_pin_marked(&table, slot, mark));
    CU_ASSERT(rs_slot_table_mark(&table, slot) == mark);
    rs_slot_table_unpin(&table, slot);
    for (unsigned key = 2; key < 2 + RS_SLOT_REACH; key++)
        put(key, 9);
    idle[slot] = true;
    CU_ASSERT(put(1, 9) == slot); /* the same key once more is another entry */
    CU_ASSERT(!rs_slot_table_pin_marked(&table, slot, mark));
    mark = rs_slot_table_mark(&table, slot);
    rs_slot_table_reset(&table);
    CU_ASSERT(!rs_slot_table_pin_marked(&table, slot, mark) && find(1, 9) == RS_NO_SLOT);
    CU_ASSERT(put(1, 9) == slot);
    CU_ASSERT(!rs_slot_table_pin_marked(&table, slot, mark));
}

/* A fork in the middle: a slot that was claimed, and pins, of threads that are no more. */
static void reset_frees_what_was_claimed(void)
{
    start();
    uint32_t claimed = rs_slot_table_claim(&table, 1, may_go, NULL);
    uint32_t pinned = put(2, 20);
    CU_ASSERT(rs_slot_table_pin(&table, pinned));
    rs_slot_table_reset(&table);
    CU_ASSERT(put(3, 1) == claimed && put(4, 20) == pinned);
}

enum { THREADS = 8, ROUNDS = 4000, KEYS = 40 };

/* Each entry says its key twice; whoever has it pinned must see the same in both. */
static struct {
    unsigned a, b;
    atomic_uint pending;
} entries[COUNT];
static atomic_uint torn, added, evicted;

static bool is_entry(const void *arg, uint32_t slot)
{
    if (entries[slot].a != entries[slot].b)
        atomic_fetch_add(&torn, 1);
    return entries[slot].a == *(const unsigned *)arg;
}

static bool is_told(const void *arg, uint32_t slot)
{
    (void)arg;
    return atomic_load(&entries[slot].pending) == 0;
}

static void *work(void *arg)
{
    unsigned seed = *(unsigned *)arg;
    for (unsigned i = 0; i < ROUNDS; i++) {
        seed = seed * 1103515245 + 12345;
        unsigned key = (seed >> 16) % KEYS, tag = key * 7;
        uint32_t slot = rs_slot_table_find(&table, tag, is_entry, &key);
        if (slot == RS_NO_SLOT) {
            slot = rs_slot_table_claim(&table, tag, is_told, NULL);
            if (slot == RS_NO_SLOT)
                continue;
            atomic_fetch_add(&evicted, atomic_load(&entries[slot].pending));
            entries[slot].a = entries[slot].b = key;
            rs_slot_table_publish(&table, slot);
        }
        atomic_fetch_add(&entries[slot].pending, 1);
        atomic_fetch_add(&added, 1);
        if (i % 3 == 0)
            atomic_fetch_sub(&added, atomic_exchange(&entries[slot].pending, 0));
        rs_slot_table_unpin(&table, slot);
    }
    return NULL;
}

static void threads_lose_nothing(void)
{
    pthread_t threads[THREADS];
    unsigned seeds[THREADS], left = 0;
    start();
    for (unsigned i = 0; i < THREADS; i++) {
        seeds[i] = i + 1;
        CU_ASSERT_FATAL(pthread_create(&threads[i], NULL, work, &seeds[i]) == 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < COUNT; i++)
        left += atomic_load(&entries[i].pending);
    CU_ASSERT(torn == 0 && evicted == 0);
    CU_ASSERT_EQUAL(left, added);
    for (uint32_t i = 0; i < COUNT; i++)
        CU_ASSERT((atomic_load(&words[i]) & 0xffff) == 0); /* all pins are gone */
}

static CU_TestInfo tests[] = {
    {"entries are found", entries_are_found},
    {"unfinished entry is not there", unfinished_entry_is_not_there},
    {"full table makes room", full_table_makes_room},
    {"mark is of one entry", mark_is_of_one_entry},
    {"reset frees what was claimed", reset_frees_what_was_claimed},
    {"threads lose nothing", threads_lose_nothing},
    CU_TEST_INFO_NULL,
};

RS_SUITE("entry_table", tests)
