/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The slots of a fixed hash table that any number of threads fill and use at once, without a lock:
 * which are taken, and by what. The entries lie in an array of the caller's, beside.
 *
 * A slot is free, being filled by one thread, or ready. A ready one is used only while it is
 * pinned, and given to another entry only while nobody has it pinned; so what is read of an entry
 * between a pin and its end is whole. Pins are short: nothing of others runs between. Two threads
 * that add the same key at the same moment may make two entries of it.
 */
#ifndef RS_SLOT_TABLE_H
#define RS_SLOT_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define RS_NO_SLOT UINT32_MAX

/* How far from its place an entry may lie: bounds what a look-up costs. */
#define RS_SLOT_REACH 16

typedef struct rs_slot_table {
    atomic_ullong *words; /* one for each slot, all zero at first; the caller's */
    uint32_t count;       /* a power of two */
} rs_slot_table;

/* Something that the caller knows of an entry. */
typedef bool rs_slot_table_test(const void *arg, uint32_t slot);

/*
 * The slot that `is_it` knows, pinned; RS_NO_SLOT: there is none. `tag` is a hash of the key; the
 * test is asked only of entries with the same one.
 */
uint32_t rs_slot_table_find(const rs_slot_table *slots, uint32_t tag, rs_slot_table_test *is_it,
                            const void *arg);

/*
 * A slot to fill for a key that is not there: a free one, or else one whose entry `may_go`, which
 * is then lost. RS_NO_SLOT: there is none. What may go is asked twice, the second time when nobody
 * can pin the entry any more.
 */
uint32_t rs_slot_table_claim(const rs_slot_table *slots, uint32_t tag, rs_slot_table_test *may_go,
                             const void *arg);

/* Makes a slot that was claimed ready, and pins it. */
void rs_slot_table_publish(const rs_slot_table *slots, uint32_t slot);

/* Pins a slot if it is ready. */
bool rs_slot_table_pin(const rs_slot_table *slots, uint32_t slot);
void rs_slot_table_unpin(const rs_slot_table *slots, uint32_t slot);

/* What tells the entry in a pinned slot from those that come after it. */
uint64_t rs_slot_table_mark(const rs_slot_table *slots, uint32_t slot);

/* Pins a slot if it still has the entry of this mark. */
bool rs_slot_table_pin_marked(const rs_slot_table *slots, uint32_t slot, uint64_t mark);

/* Frees all; nobody else may use the slots meanwhile. Marks from before stay worthless. */
void rs_slot_table_reset(const rs_slot_table *slots);

#endif
