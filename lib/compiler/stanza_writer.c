/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/stanza_writer.h"

#include "lib/base/ascii.h"
#include "lib/base/little_endian.h"
#include "lib/compiler/range_set_writer.h"
#include "lib/compiler/string_set_writer.h"
#include "lib/compiler/suffix_set_writer.h"
#include "lib/compiler/unicode_mail.h"

/* What is written: one stanza, its sets into the pool. */
typedef struct stanza_writer {
    const rs_list_stanza *stanza;
    rs_rule *companions; /* more rules, for internationalised mail */
    size_t companion_count;
    size_t rule_count; /* of both */
    rs_set_pool *pool;
    rs_arena arena;                  /* for what is collected on the way */
    size_t counts[RS_RULE_KINDS][2]; /* rules by kind and polarity */
    uint32_t flags;
} stanza_writer;

/* One of the stanza's rules, or behind them of their companions. */
static const rs_rule *rule_at(const stanza_writer *writer, size_t index)
{
    size_t own = writer->stanza->rule_count;
    return index < own ? &writer->stanza->rules[index] : &writer->companions[index - own];
}

static uint32_t rule_flags(const rs_rule *rule)
{
    bool permit = rule->polarity == RS_PERMIT;
    switch (rule->kind) {
    case RS_RULE_ORGANIZATION:
        return RS_STANZA_ORGANIZATIONS;
    case RS_RULE_DIRNAME:
        return permit ? RS_STANZA_CLOSED | RS_STANZA_DIRNAMES : 0;
    case RS_RULE_OTHERNAME:
        return permit ? RS_STANZA_CLOSED | RS_STANZA_OTHERNAMES : 0;
    case RS_RULE_CN:
        if (rule->value.n == 0)
            return permit ? RS_STANZA_CLOSED | RS_STANZA_CN_ANY : RS_STANZA_CN_NONE;
        break;
    case RS_RULE_SINGLE_LABEL:
        return RS_STANZA_CLOSED | RS_STANZA_SINGLE_LABEL;
    case RS_RULE_SUFFIX:
    case RS_RULE_MAILBOX:
    case RS_RULE_IP:
        break;
    }
    return permit ? RS_STANZA_CLOSED : 0;
}

/* Counts the rules of each kind, so that the sets that most stanzas lack cost no pass. */
static rs_write_status survey_rules(stanza_writer *writer)
{
    for (size_t i = 0; i < writer->rule_count; i++) {
        const rs_rule *rule = rule_at(writer, i);
        bool exclude = rule->polarity == RS_EXCLUDE;
        bool permits_only =
            rule->kind == RS_RULE_ORGANIZATION || rule->kind == RS_RULE_SINGLE_LABEL;
        if ((unsigned)rule->kind >= RS_RULE_KINDS || (unsigned)rule->polarity > RS_EXCLUDE ||
            (permits_only && exclude))
            return RS_WRITE_BAD_LIST;
        writer->counts[rule->kind][rule->polarity]++;
        writer->flags |= rule_flags(rule);
    }
    return RS_WRITE_OK;
}

static bool is_mapped(const uint8_t *address)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(address, prefix, sizeof prefix) == 0;
}

/* The octets of one address of an IP rule's range, 0 if the rule is not sound. */
static size_t read_range(rs_bytes value, rs_address_range *range)
{
    size_t width = value.n / 2;
    if (value.n != 8 && value.n != 32)
        return 0;
    const uint8_t *first = value.p, *last = value.p + width;
    if (width == 16 && is_mapped(first) && is_mapped(last)) {
        first += 12;
        last += 12;
        width = 4;
    }
    *range = (rs_address_range){{0}, {0}};
    memcpy(range->first, first, width);
    memcpy(range->last, last, width);
    return memcmp(first, last, width) <= 0 ? width : 0;
}

static rs_write_status write_ranges(stanza_writer *writer, rs_polarity polarity, size_t width,
                                    uint32_t *number)
{
    size_t rule_count = writer->counts[RS_RULE_IP][polarity], count = 0;
    if (rule_count == 0)
        return RS_WRITE_OK;
    rs_address_range *ranges = rs_arena_take(&writer->arena, rule_count * sizeof *ranges);
    if (ranges == NULL)
        return RS_WRITE_NO_MEMORY;
    for (size_t i = 0; i < writer->rule_count; i++) {
        const rs_rule *rule = rule_at(writer, i);
        if (rule->kind != RS_RULE_IP || rule->polarity != polarity)
            continue;
        size_t found = read_range(rule->value, &ranges[count]);
        if (found == 0)
            return RS_WRITE_BAD_LIST;
        count += found == width;
    }
    if (count == 0)
        return RS_WRITE_OK;
    rs_set_record record = {
        .kind = width == 4 ? RS_SET_RANGES4 : RS_SET_RANGES16,
        .offset = (uint32_t)writer->pool->bytes.n,
    };
    rs_write_status status =
        rs_range_set_write(ranges, count, width, &writer->pool->bytes, &record.count);
    return status == RS_WRITE_OK ? rs_set_pool_add(writer->pool, record, number) : status;
}

/* Excluded mailboxes are compared without regard to case. False if there is no memory. */
static bool fold(rs_arena *arena, rs_bytes *string)
{
    uint8_t *folded = rs_arena_take(arena, string->n);
    if (folded == NULL)
        return false;
    for (size_t i = 0; i < string->n; i++)
        folded[i] = rs_ascii_lower(string->p[i]);
    *string = rs_bytes_make(folded, string->n);
    return true;
}

static rs_write_status write_strings(stanza_writer *writer, rs_rule_kind kind, rs_polarity polarity,
                                     uint32_t *number)
{
    size_t rule_count = writer->counts[kind][polarity], count = 0;
    if (rule_count == 0)
        return RS_WRITE_OK;
    rs_bytes *strings = rs_arena_take(&writer->arena, rule_count * sizeof *strings);
    if (strings == NULL)
        return RS_WRITE_NO_MEMORY;
    for (size_t i = 0; i < writer->rule_count; i++) {
        const rs_rule *rule = rule_at(writer, i);
        if (rule->kind != kind || rule->polarity != polarity)
            continue;
        /* `cn:*` is a flag, not a string. */
        if (kind == RS_RULE_CN && rule->value.n == 0)
            continue;
        strings[count] = rule->value;
        if (kind == RS_RULE_MAILBOX && polarity == RS_EXCLUDE &&
            !fold(&writer->arena, &strings[count]))
            return RS_WRITE_NO_MEMORY;
        count++;
    }
    if (count == 0)
        return RS_WRITE_OK;
    rs_set_record record = {.kind = RS_SET_STRINGS, .offset = (uint32_t)writer->pool->bytes.n};
    rs_write_status status =
        rs_string_set_write(strings, count, &writer->pool->bytes, &record.count);
    return status == RS_WRITE_OK ? rs_set_pool_add(writer->pool, record, number) : status;
}

static uint8_t suffix_rules(const rs_rule *rule)
{
    bool permit = rule->polarity == RS_PERMIT;
    uint8_t rules = 0;
    /* `*` is all names, and none of them is the empty one. */
    if (rule->self && rule->value.n > 0)
        rules |= permit ? RS_SUFFIX_PERMIT_SELF : RS_SUFFIX_EXCLUDE_SELF;
    if (rule->below)
        rules |= permit ? RS_SUFFIX_PERMIT_BELOW : RS_SUFFIX_EXCLUDE_BELOW;
    return rules;
}

static rs_write_status write_tree(stanza_writer *writer, rs_suffix_tree *tree, uint32_t *number)
{
    rs_set_record record = {.kind = RS_SET_SUFFIXES, .offset = (uint32_t)writer->pool->bytes.n};
    rs_suffix_shape shape;
    rs_write_status status = rs_suffix_tree_finish(tree);
    if (status == RS_WRITE_OK)
        status = rs_suffix_set_write(tree, &writer->pool->bytes, &shape);
    if (status != RS_WRITE_OK)
        return status;
    record.count = shape.mask;
    record.seed = shape.seed;
    record.root_rules = shape.root_rules;
    record.labels = shape.labels;
    return rs_set_pool_add(writer->pool, record, number);
}

/* The set of one host-bearing form. */
static rs_write_status write_suffixes(stanza_writer *writer, unsigned form, uint32_t *number)
{
    rs_suffix_tree tree = {.key = writer->pool->key};
    rs_write_status status = RS_WRITE_OK;
    for (size_t i = 0; i < writer->rule_count && status == RS_WRITE_OK; i++) {
        const rs_rule *rule = rule_at(writer, i);
        if (rule->kind == RS_RULE_SUFFIX && (rule->forms >> form & 1) != 0)
            status = rs_suffix_tree_add(&tree, rule->value, suffix_rules(rule));
    }
    if (status == RS_WRITE_OK && tree.count > 0)
        status = write_tree(writer, &tree, number);
    rs_suffix_tree_clear(&tree);
    return status;
}

/* For each form, which forms have the very same rules, as bits. */
static rs_write_status find_same_forms(const stanza_writer *writer, rs_form_set same[RS_HOST_FORMS])
{
    for (unsigned form = 0; form < RS_HOST_FORMS; form++)
        same[form] = RS_ALL_HOST_FORMS;
    for (size_t i = 0; i < writer->rule_count; i++) {
        const rs_rule *rule = rule_at(writer, i);
        if (rule->kind != RS_RULE_SUFFIX || rule->forms == RS_ALL_HOST_FORMS)
            continue;
        if (rule->forms == 0 || rule->forms > RS_ALL_HOST_FORMS)
            return RS_WRITE_BAD_LIST;
        for (unsigned form = 0; form < RS_HOST_FORMS; form++)
            same[form] &=
                (rs_form_set)((rule->forms >> form & 1) != 0 ? rule->forms : ~rule->forms);
    }
    return RS_WRITE_OK;
}

static rs_write_status write_host_sets(stanza_writer *writer, uint32_t numbers[RS_HOST_FORMS])
{
    rs_form_set same[RS_HOST_FORMS];
    rs_write_status status = find_same_forms(writer, same);
    for (unsigned form = 0; form < RS_HOST_FORMS && status == RS_WRITE_OK; form++) {
        unsigned first = 0;
        while ((same[form] >> first & 1) == 0)
            first++;
        if (first < form)
            numbers[form] = numbers[first];
        else
            status = write_suffixes(writer, form, &numbers[form]);
    }
    return status;
}

static rs_write_status write_sets(stanza_writer *writer, uint32_t numbers[RS_SLOTS])
{
    static const struct {
        rs_rule_kind kind;
        rs_slot slot;
    } strings[] = {
        {RS_RULE_CN, RS_SLOT_COMMON_NAMES},
        {RS_RULE_MAILBOX, RS_SLOT_MAILBOXES},
        {RS_RULE_DIRNAME, RS_SLOT_DISTINGUISHED_NAMES},
        {RS_RULE_OTHERNAME, RS_SLOT_OTHER_NAMES},
    };
    rs_write_status status = write_host_sets(writer, numbers + RS_SLOT_HOSTS);
    for (unsigned polarity = RS_PERMIT; polarity <= RS_EXCLUDE; polarity++) {
        if (status == RS_WRITE_OK)
            status = write_ranges(writer, polarity, 4, &numbers[RS_SLOT_IP4 + polarity]);
        if (status == RS_WRITE_OK)
            status = write_ranges(writer, polarity, 16, &numbers[RS_SLOT_IP6 + polarity]);
        for (size_t i = 0; i < sizeof strings / sizeof *strings && status == RS_WRITE_OK; i++)
            status = write_strings(writer, strings[i].kind, polarity,
                                   &numbers[strings[i].slot + polarity]);
    }
    if (status == RS_WRITE_OK)
        status =
            write_strings(writer, RS_RULE_ORGANIZATION, RS_PERMIT, &numbers[RS_SLOT_ORGANIZATIONS]);
    return status;
}

static rs_write_status put_record(const stanza_writer *writer, const uint32_t numbers[RS_SLOTS],
                                  rs_byte_buffer *records)
{
    uint8_t *record;
    rs_write_status status = rs_byte_buffer_add(records, RS_STANZA_RECORD_SIZE, &record);
    if (status != RS_WRITE_OK)
        return status;
    rs_le32_put(record + RS_STANZA_RECORD_FLAGS, writer->flags);
    for (unsigned slot = 0; slot < RS_SLOTS; slot++)
        rs_le32_put(record + RS_STANZA_RECORD_SLOTS + 4 * (size_t)slot, numbers[slot]);
    return rs_period_write(writer->stanza->has_mode, writer->stanza->mode,
                           record + RS_STANZA_RECORD_MODE);
}

rs_write_status rs_stanza_write(const rs_list_stanza *stanza, rs_set_pool *pool,
                                rs_byte_buffer *records)
{
    stanza_writer state = {.stanza = stanza, .pool = pool};
    uint32_t numbers[RS_SLOTS] = {0};
    rs_write_status status =
        rs_unicode_mail_rules(stanza, &state.arena, &state.companions, &state.companion_count);
    state.rule_count = stanza->rule_count + state.companion_count;
    if (status == RS_WRITE_OK)
        status = survey_rules(&state);
    if (status == RS_WRITE_OK)
        status = write_sets(&state, numbers);
    rs_arena_clear(&state.arena);
    return status == RS_WRITE_OK ? put_record(&state, numbers, records) : status;
}

rs_write_status rs_period_write(bool has_mode, rs_mode_period mode, uint8_t *period)
{
    if (!has_mode)
        return RS_WRITE_OK;
    if ((unsigned)mode.mode > RS_MODE_OFF || mode.until < 0 ||
        (mode.until != 0 && mode.mode != RS_MODE_TEST))
        return RS_WRITE_BAD_LIST;
    rs_le32_put(period + RS_PERIOD_MODE, (uint32_t)mode.mode);
    rs_le64_put(period + RS_PERIOD_UNTIL, (uint64_t)mode.until);
    return RS_WRITE_OK;
}
