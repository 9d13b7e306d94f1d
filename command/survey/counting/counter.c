/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/counting/counter.h"

#include "command/survey/input/format/emit.h"

bool rs_survey_counter_init(rs_survey_counter *counter, const rs_survey_scope *scope)
{
    *counter = (rs_survey_counter){.scope = scope};
    rs_contribution_init(&counter->contribution);
    counter->attributor = rs_survey_attributor_new(scope->pool, scope->verify);
    return counter->attributor != NULL;
}

void rs_survey_counter_clear(rs_survey_counter *counter)
{
    rs_survey_attributor_free(counter->attributor);
    rs_survey_names_clear(&counter->names);
    rs_issuer_ids_clear(&counter->issuer_ids);
    rs_contribution_clear(&counter->contribution);
}

static bool reject(rs_survey_counter *counter, const char *word)
{
    return rs_contribution_reject(&counter->contribution, rs_bytes_of_string(word), 1);
}

static bool rejected(void *context, rs_survey_rejection rejection)
{
    return reject(context, rs_survey_rejection_word(rejection));
}

static bool count_names(rs_survey_counter *counter, const rs_survey_certificate *certificate,
                        const rs_ca_node *issuer)
{
    rs_survey_names *names = &counter->names;
    switch (rs_survey_names_read(names, counter->scope->suffixes, certificate)) {
    case RS_SURVEY_NAMES_READ:
        if (names->count == 0)
            return reject(counter, "no-domain");
        return rs_contribution_add(&counter->contribution,
                                   rs_bytes_make(rs_ca_node_id(issuer), RS_SHA256_SIZE),
                                   names->domains, names->count, certificate->not_before);
    case RS_SURVEY_NAMES_UNPARSABLE:
        return reject(counter, rs_survey_attribution_word(RS_SURVEY_LEAF_NAMES_UNPARSABLE));
    case RS_SURVEY_NAMES_TOO_MANY:
        return reject(counter, rs_survey_attribution_word(RS_SURVEY_LEAF_TOO_MANY_NAMES));
    default:
        return false;
    }
}

static bool is_in_period(const rs_survey_scope *scope, int64_t not_before)
{
    return not_before >= scope->since && not_before < scope->until;
}

/* Keeps the CA certificates that an entry has or is, and sets the numbers of the former. */
static bool keep_ca(rs_survey_counter *counter, const rs_survey_entry *entry, bool is_ca,
                    uint64_t ids[RS_SURVEY_CHAIN_MAX])
{
    const rs_survey_scope *scope = counter->scope;
    bool is_new;
    for (size_t i = 0; i < entry->issuer_count; i++) {
        ids[i] = rs_issuer_ids_find(&counter->issuer_ids, entry->issuers[i], &is_new);
        if (is_new && !rs_new_ca_offer(scope->new_ca, scope->pool, entry->issuers[i]))
            return false;
    }
    return !is_ca || entry->is_tbs ||
           rs_new_ca_offer(scope->new_ca, scope->pool, entry->certificate);
}

static bool count_entry(void *context, const rs_survey_entry *given)
{
    rs_survey_counter *counter = context;
    uint64_t ids[RS_SURVEY_CHAIN_MAX];
    rs_survey_entry with_ids = *given;
    const rs_survey_entry *entry = &with_ids;
    with_ids.issuer_ids = ids;
    rs_survey_certificate certificate;
    rs_issuer_answer issuer;
    bool is_read = rs_survey_certificate_read(entry->certificate, entry->is_tbs, &certificate);
    if (!keep_ca(counter, entry, is_read && certificate.is_ca, ids))
        return false;
    if (!is_read)
        return reject(counter, rs_survey_attribution_word(RS_SURVEY_LEAF_UNPARSABLE));
    if (!is_in_period(counter->scope, certificate.not_before))
        return reject(counter, "outside-period");
    rs_survey_attribution attribution =
        rs_survey_leaf_issuer(counter->attributor, entry, &certificate, &issuer);
    counter->may_change |= issuer.may_change;
    if (attribution == RS_SURVEY_LEAF_ATTRIBUTED) {
        bool counted = count_names(counter, &certificate, issuer.node);
        counter->is_too_large =
            rs_contribution_size(&counter->contribution) > RS_SURVEY_CONTRIBUTION_MAX;
        return counted && !counter->is_too_large;
    }
    return reject(counter, rs_survey_attribution_word(attribution));
}

bool rs_survey_counter_read(rs_survey_counter *counter, rs_survey_unit *unit)
{
    rs_survey_sink sink = {counter, count_entry, rejected};
    rs_contribution_reset(&counter->contribution);
    counter->may_change = counter->is_too_large = false;
    counter->generation = rs_ca_pool_generation(counter->scope->pool);
    bool is_read = rs_survey_unit_decode(unit, &sink);
    if (!counter->is_too_large)
        return is_read;
    counter->may_change = false;
    rs_contribution_clear(&counter->contribution);
    return rejected(counter, RS_SURVEY_TOO_LARGE);
}
