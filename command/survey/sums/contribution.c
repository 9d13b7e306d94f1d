/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/sums/contribution.h"

#include "command/survey/sums/plain.h"

#include <stdlib.h>

enum {
    VERSION = 1,
    VARINT_MAX = 10,
    REJECTED_MAX = 1 << 30, /* certificates of a unit for one reason */
    LENGTHS = 3,       /* of a domain, its public suffix and its top-level domain: a byte each */
    KEPT = 1024 * 1024 /* a reset gives more than that back */
};

/* No certificate has a time beyond the year 9999: what sums of them compute does not overflow. */
#define NOT_BEFORE_MAX (INT64_C(1) << 40)

static uint8_t *put(uint8_t *at, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *at++ = (uint8_t)(number | 0x80);
    *at++ = (uint8_t)number;
    return at;
}

/* Both signs become small numbers. */
static uint8_t *put_signed(uint8_t *at, int64_t number)
{
    return put(at, (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0));
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t size)
{
    if (size > 0)
        memcpy(at, bytes, size);
    return at + size;
}

void rs_contribution_init(rs_contribution *made)
{
    *made = (rs_contribution){.size = 0};
    rs_counts_init(&made->counts);
}

void rs_contribution_clear(rs_contribution *made)
{
    rs_counts_clear(&made->counts);
    free(made->bytes);
    rs_contribution_init(made);
}

void rs_contribution_reset(rs_contribution *made)
{
    if (made->capacity > KEPT) {
        rs_contribution_clear(made);
        return;
    }
    rs_counts_reset(&made->counts);
    made->size = 0;
    made->certificates = 0;
    made->last = 0;
}

/* Makes room for a certificate. */
static bool reserve(rs_contribution *made, const rs_survey_domain *domains, size_t count)
{
    size_t most = made->size + 3 * VARINT_MAX;
    for (size_t i = 0; i < count; i++)
        most += LENGTHS + domains[i].name.n;
    if (most <= made->capacity)
        return true;
    uint8_t *grown = realloc(made->bytes, 2 * most);
    if (grown == NULL)
        return false;
    made->bytes = grown;
    made->capacity = 2 * most;
    return true;
}

bool rs_contribution_add(rs_contribution *made, rs_bytes issuer, const rs_survey_domain *domains,
                         size_t count, int64_t not_before)
{
    if (count == 0)
        return true;
    uint32_t place = rs_counts_issuer_index(&made->counts, issuer);
    if (place == RS_HASH_INDEX_NONE || !reserve(made, domains, count))
        return false;
    uint8_t *at = put(made->bytes + made->size, place);
    at = put_signed(at, (int64_t)((uint64_t)not_before - (uint64_t)made->last));
    at = put(at, count);
    for (size_t i = 0; i < count; i++) {
        const rs_survey_domain *domain = &domains[i];
        *at++ = (uint8_t)domain->name.n;
        *at++ = domain->suffix_length;
        *at++ = domain->tld_length;
        at = put_bytes(at, domain->name.p, domain->name.n);
    }
    made->size = (size_t)(at - made->bytes);
    made->certificates++;
    made->last = not_before;
    return true;
}

bool rs_contribution_reject(rs_contribution *made, rs_bytes word, uint64_t count)
{
    return rs_counts_reject(&made->counts, word, count);
}

size_t rs_contribution_size(const rs_contribution *made)
{
    return made->size + made->counts.issuer_count * sizeof(rs_counts_issuer);
}

static size_t most_bytes(const rs_contribution *made)
{
    const rs_counts *counts = &made->counts;
    size_t size = 1 + 3 * VARINT_MAX + made->size +
                  counts->reason_count * (1 + RS_COUNTS_WORD_MAX + VARINT_MAX);
    for (size_t i = 0; i < counts->issuer_count; i++)
        size += VARINT_MAX + counts->issuers[i].reference.n;
    return size;
}

static uint8_t *put_reasons(uint8_t *at, const rs_counts *counts)
{
    at = put(at, counts->reason_count);
    for (size_t i = 0; i < counts->reason_count; i++) {
        const rs_counts_reason *reason = &counts->reasons[i];
        size_t length = strlen(reason->word);
        *at++ = (uint8_t)length;
        at = put_bytes(at, reason->word, length);
        at = put(at, reason->count);
    }
    return at;
}

static uint8_t *put_issuers(uint8_t *at, const rs_counts *counts)
{
    at = put(at, counts->issuer_count);
    for (size_t i = 0; i < counts->issuer_count; i++) {
        rs_bytes reference = counts->issuers[i].reference;
        at = put(at, reference.n);
        at = put_bytes(at, reference.p, reference.n);
    }
    return at;
}

rs_bytes rs_contribution_write(const rs_contribution *made)
{
    uint8_t *written = malloc(most_bytes(made)), *at = written;
    if (written == NULL)
        return rs_bytes_make(NULL, 0);
    *at++ = VERSION;
    at = put_reasons(at, &made->counts);
    at = put_issuers(at, &made->counts);
    at = put(at, made->certificates);
    at = put_bytes(at, made->bytes, made->size);
    size_t size = (size_t)(at - written);
    if (size > RS_CONTRIBUTION_MAX) {
        free(written);
        return rs_bytes_make(NULL, 0);
    }
    return rs_bytes_make(written, size);
}

/* Takes bytes off the start; p is NULL if there are fewer. */
static rs_bytes take_bytes(rs_bytes *rest, uint64_t n)
{
    if (n > rest->n)
        return rs_bytes_make(NULL, 0);
    rs_bytes taken = rs_bytes_make(rest->p, (size_t)n);
    *rest = rs_bytes_skip(*rest, (size_t)n);
    return taken;
}

static bool take_long(rs_bytes *rest, uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; shift < 64 && rest->n > 0; shift += 7) {
        uint8_t byte = rest->p[0];
        *rest = rs_bytes_skip(*rest, 1);
        if (shift == 63 && byte > 1)
            return false;
        *number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

/* Most numbers have one byte. */
static inline bool take(rs_bytes *rest, uint64_t *number)
{
    if (rest->n == 0 || rest->p[0] >= 0x80)
        return take_long(rest, number);
    *number = rest->p[0];
    *rest = rs_bytes_skip(*rest, 1);
    return true;
}

static bool take_signed(rs_bytes *rest, int64_t *number)
{
    uint64_t taken;
    if (!take(rest, &taken))
        return false;
    *number = (int64_t)(taken >> 1 ^ (0 - (taken & 1)));
    return true;
}

/* A domain that comes behind `before`, of the same certificate. */
static bool take_domain(rs_bytes *rest, rs_bytes before, rs_survey_domain *domain)
{
    rs_bytes lengths = take_bytes(rest, LENGTHS);
    if (lengths.p == NULL || lengths.p[0] < lengths.p[1] || lengths.p[1] < lengths.p[2] ||
        lengths.p[2] == 0)
        return false;
    rs_bytes name = take_bytes(rest, lengths.p[0]);
    *domain = (rs_survey_domain){name, lengths.p[1], lengths.p[2]};
    return name.p != NULL && (before.n == 0 || rs_bytes_compare(before, name) < 0);
}

/* Counts a certificate; `*not_before` is that of the one before. */
static rs_contribution_result read_certificate(rs_bytes *rest, const uint32_t *issuers,
                                               uint64_t issuer_count, int64_t *not_before,
                                               rs_counts *into)
{
    uint64_t issuer, count;
    int64_t later;
    rs_survey_domain domain = {.name = {NULL, 0}};
    if (!take(rest, &issuer) || issuer >= issuer_count || !take_signed(rest, &later) ||
        !take(rest, &count) || count == 0)
        return RS_CONTRIBUTION_MALFORMED;
    *not_before = (int64_t)((uint64_t)*not_before + (uint64_t)later);
    if (*not_before < -NOT_BEFORE_MAX || *not_before > NOT_BEFORE_MAX)
        return RS_CONTRIBUTION_MALFORMED;
    rs_counts_begin(into, issuers[issuer], *not_before);
    for (; count > 0; count--) {
        if (!take_domain(rest, domain.name, &domain))
            return RS_CONTRIBUTION_MALFORMED;
        rs_counts_added added = rs_counts_add(into, &domain);
        if (added != RS_COUNTS_ADDED)
            return added == RS_COUNTS_NO_MEMORY ? RS_CONTRIBUTION_NO_MEMORY
                                                : RS_CONTRIBUTION_MALFORMED;
    }
    return RS_CONTRIBUTION_ADDED;
}

/* The word of what does count is no reason, and no unit has so many that sums overflow. */
static bool read_reason(rs_bytes *rest, rs_counts *into)
{
    uint64_t length, count;
    rs_bytes word;
    return take(rest, &length) && (word = take_bytes(rest, length)).p != NULL &&
           rs_plain_is(word) && !rs_bytes_equal(word, RS_BYTES_OF_LITERAL(RS_COUNTS_COUNTED)) &&
           take(rest, &count) && count <= REJECTED_MAX && rs_counts_reject(into, word, count);
}

static rs_contribution_result read_certificates(rs_bytes *rest, const uint32_t *issuers,
                                                uint64_t issuer_count, rs_counts *into)
{
    uint64_t count;
    int64_t not_before = 0;
    rs_contribution_result result = RS_CONTRIBUTION_ADDED;
    if (!take(rest, &count))
        return RS_CONTRIBUTION_MALFORMED;
    for (; count > 0 && result == RS_CONTRIBUTION_ADDED; count--)
        result = read_certificate(rest, issuers, issuer_count, &not_before, into);
    return result == RS_CONTRIBUTION_ADDED && rest->n > 0 ? RS_CONTRIBUTION_MALFORMED : result;
}

/* `*at` becomes the issuer's index in `into`. */
static rs_contribution_result read_issuer(rs_bytes *rest, uint32_t *at, rs_counts *into)
{
    uint64_t length;
    rs_bytes reference;
    if (!take(rest, &length) || length > RS_COUNTS_ISSUER_MAX ||
        (reference = take_bytes(rest, length)).p == NULL)
        return RS_CONTRIBUTION_MALFORMED;
    *at = rs_counts_issuer_index(into, reference);
    return *at == RS_HASH_INDEX_NONE ? RS_CONTRIBUTION_NO_MEMORY : RS_CONTRIBUTION_ADDED;
}

static rs_contribution_result read_issuers_and_certificates(rs_bytes *rest, rs_counts *into)
{
    uint64_t count;
    rs_contribution_result result = RS_CONTRIBUTION_ADDED;
    if (!take(rest, &count) || count > rest->n)
        return RS_CONTRIBUTION_MALFORMED;
    uint32_t *issuers = calloc((size_t)count + 1, sizeof *issuers);
    if (issuers == NULL)
        return RS_CONTRIBUTION_NO_MEMORY;
    for (uint64_t i = 0; i < count && result == RS_CONTRIBUTION_ADDED; i++)
        result = read_issuer(rest, &issuers[i], into);
    if (result == RS_CONTRIBUTION_ADDED)
        result = read_certificates(rest, issuers, count, into);
    free(issuers);
    return result;
}

rs_contribution_result rs_contribution_read(rs_bytes written, rs_counts *into)
{
    rs_bytes rest = written, version = take_bytes(&rest, 1);
    uint64_t count;
    if (written.n > RS_CONTRIBUTION_MAX || version.p == NULL || version.p[0] != VERSION ||
        !take(&rest, &count))
        return RS_CONTRIBUTION_MALFORMED;
    for (; count > 0; count--)
        if (!read_reason(&rest, into))
            return RS_CONTRIBUTION_MALFORMED;
    return read_issuers_and_certificates(&rest, into);
}
