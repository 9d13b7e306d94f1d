/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/tally.h"

#include "lib/base/hash.h"
#include "provider/telemetry/slot_table.h"

#include <sys/mman.h>

enum {
    ROOTS = 256,
    VERIFIED = 64,
    UNVERIFIED = 16,
};

typedef struct root_entry {
    rs_reported_root root;
    atomic_ullong pending[RS_TALLY_RESULTS];
    atomic_ullong total;
} root_entry;

typedef struct violation_entry {
    rs_reported_violation violation; /* the first one: depth, peer and name are that one's */
    atomic_ullong pending;
    atomic_ullong total;
} violation_entry;

/* A table of violations, and the budget for telling of them. */
typedef struct violation_table {
    rs_slot_table slots;
    violation_entry *entries;
    rs_budget budget;
} violation_table;

struct rs_tally {
    rs_sink *sink;
    rs_slot_table root_slots;
    violation_table verified, unverified;
    atomic_ullong words[ROOTS + VERIFIED + UNVERIFIED];
    root_entry roots[ROOTS];
    violation_entry violations[VERIFIED + UNVERIFIED];
};

rs_tally *rs_tally_new(rs_sink *sink)
{
    /* Zeros that nobody has touched, which calloc's may not be: memory is used as entries are. */
    rs_tally *tally =
        mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (tally == MAP_FAILED)
        return NULL;
    tally->sink = sink;
    tally->root_slots = (rs_slot_table){tally->words, ROOTS};
    tally->verified =
        (violation_table){{tally->words + ROOTS, VERIFIED}, tally->violations, RS_BUDGET_VERIFIED};
    tally->unverified = (violation_table){{tally->words + ROOTS + VERIFIED, UNVERIFIED},
                                          tally->violations + VERIFIED,
                                          RS_BUDGET_UNVERIFIED};
    return tally;
}

void rs_tally_free(rs_tally *tally)
{
    if (tally != NULL)
        munmap(tally, sizeof *tally);
}

rs_sink *rs_tally_sink(const rs_tally *tally)
{
    return tally->sink;
}

static bool is_power_of_two(uint64_t n)
{
    return (n & (n - 1)) == 0;
}

/* What a look-up of a root compares. */
typedef struct root_key {
    const root_entry *entries;
    rs_reported_kind kind;
    rs_mode mode;
    const uint8_t *sha256;
} root_key;

static bool is_root(const void *arg, uint32_t slot)
{
    const root_key *key = arg;
    const rs_reported_root *root = &key->entries[slot].root;
    return root->kind == key->kind && root->mode == key->mode &&
           memcmp(root->sha256, key->sha256, sizeof root->sha256) == 0;
}

static uint64_t pending_of(const root_entry *entry)
{
    uint64_t sum = 0;
    for (unsigned result = 0; result < RS_TALLY_RESULTS; result++)
        sum += atomic_load_explicit(&entry->pending[result], memory_order_relaxed);
    return sum;
}

static void clear_pending(root_entry *entry)
{
    for (unsigned result = 0; result < RS_TALLY_RESULTS; result++)
        atomic_store_explicit(&entry->pending[result], 0, memory_order_relaxed);
}

/* What is known for sure of the root: forged chains must not keep others from being counted. */
static bool root_is_told(const void *arg, uint32_t slot)
{
    const root_entry *entries = arg;
    const atomic_ullong *pending = entries[slot].pending;
    return atomic_load_explicit(&pending[RS_TALLY_PERMITTED], memory_order_relaxed) == 0 &&
           atomic_load_explicit(&pending[RS_TALLY_VIOLATED], memory_order_relaxed) == 0;
}

static uint32_t make_root(rs_tally *tally, const rs_reported_root *root, uint32_t tag)
{
    uint32_t slot = rs_slot_table_claim(&tally->root_slots, tag, root_is_told, tally->roots);
    if (slot == RS_NO_SLOT)
        return RS_NO_SLOT;
    root_entry *entry = &tally->roots[slot];
    uint64_t untold = pending_of(entry); /* of the one before */
    if (untold > 0)
        rs_sink_drop(tally->sink, untold);
    entry->root = *root;
    clear_pending(entry);
    atomic_store_explicit(&entry->total, 0, memory_order_relaxed);
    rs_slot_table_publish(&tally->root_slots, slot);
    return slot;
}

bool rs_tally_find_root(rs_tally *tally, const rs_image *image, uint32_t root, rs_mode mode,
                        rs_tally_place *place)
{
    static const uint8_t none[RS_SHA256_SIZE];
    root_key key = {tally->roots, RS_REPORTED_DEFAULT, mode, none};
    uint32_t tag = (uint32_t)mode;
    rs_root listed;
    if (root != RS_NO_ROOT) {
        listed = rs_image_root(image, root);
        key.kind = listed.kind == RS_ROOT_SPKI ? RS_REPORTED_SPKI : RS_REPORTED_CERTIFICATE;
        key.sha256 = listed.sha256;
        tag ^= rs_le32_get(listed.sha256);
    }
    uint32_t slot = rs_slot_table_find(&tally->root_slots, tag, is_root, &key);
    if (slot == RS_NO_SLOT) {
        rs_reported_root reported;
        rs_reported_root_init(&reported, image, root, mode);
        slot = make_root(tally, &reported, tag);
    }
    if (slot == RS_NO_SLOT) {
        rs_sink_drop(tally->sink, 1);
        return false;
    }
    *place = (rs_tally_place){rs_slot_table_mark(&tally->root_slots, slot), slot};
    rs_slot_table_unpin(&tally->root_slots, slot);
    return true;
}

/* Puts back what was taken for a line that is not written now. */
static void put_back(root_entry *entry, const rs_reported_checks *checks)
{
    atomic_fetch_add(&entry->pending[RS_TALLY_PERMITTED], checks->permitted);
    atomic_fetch_add(&entry->pending[RS_TALLY_VIOLATED], checks->violated);
    atomic_fetch_add(&entry->pending[RS_TALLY_UNVERIFIED], checks->unverified);
}

/* Of a pinned entry. */
static void tell_root(rs_tally *tally, root_entry *entry)
{
    rs_reported_checks checks = {
        .permitted = atomic_exchange(&entry->pending[RS_TALLY_PERMITTED], 0),
        .violated = atomic_exchange(&entry->pending[RS_TALLY_VIOLATED], 0),
        .unverified = atomic_exchange(&entry->pending[RS_TALLY_UNVERIFIED], 0),
    };
    uint64_t verified = checks.permitted + checks.violated, all = verified + checks.unverified;
    if (all == 0)
        return; /* another thread was faster */
    if (!rs_sink_admits(tally->sink, verified > 0 ? RS_BUDGET_VERIFIED : RS_BUDGET_UNVERIFIED))
        put_back(entry, &checks);
    else if (!rs_event_checks(tally->sink, &entry->root, &checks))
        rs_sink_drop(tally->sink, all - 1);
}

void rs_tally_count(rs_tally *tally, rs_tally_place place, rs_tally_result result)
{
    /* An entry that had to make room meanwhile had nothing pending; this count is lost with it. */
    if (!rs_slot_table_pin_marked(&tally->root_slots, place.slot, place.mark)) {
        rs_sink_drop(tally->sink, 1);
        return;
    }
    root_entry *entry = &tally->roots[place.slot];
    atomic_fetch_add_explicit(&entry->pending[result], 1, memory_order_relaxed);
    if (is_power_of_two(1 + atomic_fetch_add_explicit(&entry->total, 1, memory_order_relaxed)))
        tell_root(tally, entry);
    rs_slot_table_unpin(&tally->root_slots, place.slot);
}

typedef struct violation_key {
    const violation_entry *entries;
    const rs_reported_violation *violation;
} violation_key;

static bool same_violation(const void *arg, uint32_t slot)
{
    const violation_key *key = arg;
    const rs_reported_violation *a = &key->entries[slot].violation, *b = key->violation;
    return a->root.kind == b->root.kind && a->verdict == b->verdict &&
           a->signatures == b->signatures && a->form == b->form && a->reason == b->reason &&
           a->suffix_size == b->suffix_size && memcmp(a->suffix, b->suffix, b->suffix_size) == 0 &&
           memcmp(a->root.sha256, b->root.sha256, sizeof a->root.sha256) == 0;
}

static bool violation_is_told(const void *arg, uint32_t slot)
{
    const violation_entry *entries = arg;
    return atomic_load_explicit(&entries[slot].pending, memory_order_relaxed) == 0;
}

static uint32_t violation_tag(const rs_reported_violation *violation)
{
    uint64_t hash = rs_hash_bytes(rs_le32_get(violation->root.sha256),
                                  rs_bytes_make(violation->suffix, violation->suffix_size));
    hash = rs_hash_step(hash, (uint64_t)violation->verdict << 24 |
                                  (uint64_t)violation->signatures << 16 |
                                  (uint64_t)violation->form << 8 | (uint64_t)violation->reason);
    return rs_hash_finish(hash);
}

/* The entry of a violation, pinned; RS_NO_SLOT: there is no room. */
static uint32_t take_entry(const violation_table *table, const rs_reported_violation *violation)
{
    violation_key key = {table->entries, violation};
    uint32_t tag = violation_tag(violation);
    uint32_t slot = rs_slot_table_find(&table->slots, tag, same_violation, &key);
    if (slot != RS_NO_SLOT)
        return slot;
    slot = rs_slot_table_claim(&table->slots, tag, violation_is_told, table->entries);
    if (slot == RS_NO_SLOT)
        return RS_NO_SLOT;
    table->entries[slot].violation = *violation;
    atomic_store_explicit(&table->entries[slot].pending, 0, memory_order_relaxed);
    atomic_store_explicit(&table->entries[slot].total, 0, memory_order_relaxed);
    rs_slot_table_publish(&table->slots, slot);
    return slot;
}

/* Of a pinned entry; `violation` is it, or the latest of its like. */
static void tell_violation(rs_tally *tally, const violation_table *table, violation_entry *entry,
                           const rs_reported_violation *violation)
{
    uint64_t count = atomic_exchange(&entry->pending, 0);
    if (count == 0)
        return;
    if (!rs_sink_admits(tally->sink, table->budget))
        atomic_fetch_add(&entry->pending, count);
    else if (!rs_event_violation(tally->sink, violation, count))
        rs_sink_drop(tally->sink, count - 1);
}

void rs_tally_add_violation(rs_tally *tally, const rs_reported_violation *violation)
{
    const violation_table *table =
        violation->signatures == RS_SIGNATURES_VALID ? &tally->verified : &tally->unverified;
    uint32_t slot = take_entry(table, violation);
    if (slot == RS_NO_SLOT) {
        rs_sink_drop(tally->sink, 1);
        return;
    }
    violation_entry *entry = &table->entries[slot];
    atomic_fetch_add(&entry->pending, 1);
    if (is_power_of_two(1 + atomic_fetch_add(&entry->total, 1)))
        tell_violation(tally, table, entry, violation);
    rs_slot_table_unpin(&table->slots, slot);
}

static void flush_violations(rs_tally *tally, const violation_table *table)
{
    for (uint32_t slot = 0; slot < table->slots.count; slot++) {
        if (!rs_slot_table_pin(&table->slots, slot))
            continue;
        tell_violation(tally, table, &table->entries[slot], &table->entries[slot].violation);
        rs_slot_table_unpin(&table->slots, slot);
    }
}

void rs_tally_flush(rs_tally *tally)
{
    flush_violations(tally, &tally->verified);
    flush_violations(tally, &tally->unverified);
    for (uint32_t slot = 0; slot < ROOTS; slot++) {
        if (!rs_slot_table_pin(&tally->root_slots, slot))
            continue;
        tell_root(tally, &tally->roots[slot]);
        rs_slot_table_unpin(&tally->root_slots, slot);
    }
}

void rs_tally_reset(rs_tally *tally)
{
    for (uint32_t slot = 0; slot < ROOTS; slot++)
        if (rs_slot_table_pin(&tally->root_slots, slot))
            clear_pending(&tally->roots[slot]);
    rs_slot_table_reset(&tally->root_slots);
    rs_slot_table_reset(&tally->verified.slots);
    rs_slot_table_reset(&tally->unverified.slots);
}
