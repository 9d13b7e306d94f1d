/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/sums/contribution.h"

#include <stdlib.h>

enum { VERSION = 1, VARINT_MAX = 10 };

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
    memcpy(at, bytes, size);
    return at + size;
}

static uint8_t *put_row(uint8_t *at, const rs_counts_row *row)
{
    at = put(at, row->issuer);
    *at++ = row->name_length;
    *at++ = row->suffix_length;
    *at++ = row->tld_length;
    at = put_bytes(at, row->name, row->name_length);
    at = put(at, row->sum.certificates);
    at = put(at, row->sum.suffix_certificates);
    at = put(at, row->sum.tld_certificates);
    at = put_signed(at, row->sum.first);
    return put(at, (uint64_t)row->sum.last - (uint64_t)row->sum.first);
}

static size_t most_bytes(const rs_counts *counts)
{
    size_t size = 1 + 4 * VARINT_MAX + counts->reason_count * (1 + RS_COUNTS_WORD_MAX + VARINT_MAX);
    for (size_t i = 0; i < counts->issuer_count; i++)
        size += 2 * VARINT_MAX + counts->issuers[i].reference.n;
    for (size_t i = 0; i < counts->row_count; i++)
        size += 6 * VARINT_MAX + 3 + counts->rows[i].name_length;
    return size;
}

rs_bytes rs_contribution_write(const rs_counts *counts)
{
    uint8_t *written = malloc(most_bytes(counts)), *at = written;
    if (written == NULL)
        return rs_bytes_make(NULL, 0);
    *at++ = VERSION;
    at = put(at, counts->reason_count);
    for (size_t i = 0; i < counts->reason_count; i++) {
        const rs_counts_reason *reason = &counts->reasons[i];
        size_t length = strlen(reason->word);
        *at++ = (uint8_t)length;
        at = put_bytes(at, reason->word, length);
        at = put(at, reason->count);
    }
    at = put(at, counts->issuer_count);
    for (size_t i = 0; i < counts->issuer_count; i++) {
        const rs_counts_issuer *issuer = &counts->issuers[i];
        at = put(at, issuer->reference.n);
        at = put_bytes(at, issuer->reference.p, issuer->reference.n);
        at = put(at, issuer->certificates);
    }
    at = put(at, counts->row_count);
    for (size_t i = 0; i < counts->row_count; i++)
        at = put_row(at, &counts->rows[i]);
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

static bool take(rs_bytes *rest, uint64_t *number)
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

static bool take_signed(rs_bytes *rest, int64_t *number)
{
    uint64_t taken;
    if (!take(rest, &taken))
        return false;
    *number = (int64_t)(taken >> 1 ^ (0 - (taken & 1)));
    return true;
}

/* A sum that certificates can lead to. */
static bool take_sum(rs_bytes *rest, rs_counts_sum *sum)
{
    uint64_t span;
    if (!take(rest, &sum->certificates) || !take(rest, &sum->suffix_certificates) ||
        !take(rest, &sum->tld_certificates) || !take_signed(rest, &sum->first) ||
        !take(rest, &span) || span > (uint64_t)INT64_MAX - (uint64_t)sum->first)
        return false;
    sum->last = (int64_t)((uint64_t)sum->first + span);
    return sum->certificates > 0 && sum->certificates <= INT64_MAX &&
           sum->suffix_certificates <= sum->certificates &&
           sum->tld_certificates <= sum->suffix_certificates;
}

/* A store of strangers must not write to a terminal. */
static bool is_printable(rs_bytes name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] <= ' ' || name.p[i] > '~')
            return false;
    return true;
}

static rs_contribution_result read_row(rs_bytes *rest, const rs_bytes *issuers,
                                       uint64_t issuer_count, rs_counts *into)
{
    uint64_t issuer;
    rs_bytes lengths, name;
    rs_counts_sum sum;
    if (!take(rest, &issuer) || issuer >= issuer_count ||
        (lengths = take_bytes(rest, 3)).p == NULL || lengths.p[0] < lengths.p[1] ||
        lengths.p[1] < lengths.p[2] || lengths.p[2] == 0 ||
        (name = take_bytes(rest, lengths.p[0])).p == NULL || !is_printable(name) ||
        !take_sum(rest, &sum))
        return RS_CONTRIBUTION_MALFORMED;
    rs_survey_domain domain = {name, lengths.p[1], lengths.p[2]};
    bool added = rs_counts_add(into, issuers[issuer], &domain, &sum);
    return added ? RS_CONTRIBUTION_ADDED : RS_CONTRIBUTION_NO_MEMORY;
}

static bool read_reason(rs_bytes *rest, rs_counts *into)
{
    uint64_t length, count;
    rs_bytes word;
    return take(rest, &length) && (word = take_bytes(rest, length)).p != NULL &&
           is_printable(word) && take(rest, &count) && rs_counts_reject(into, word, count);
}

static rs_contribution_result read_rows(rs_bytes *rest, const rs_bytes *issuers,
                                        uint64_t issuer_count, rs_counts *into)
{
    uint64_t count;
    rs_contribution_result result = RS_CONTRIBUTION_ADDED;
    if (!take(rest, &count))
        return RS_CONTRIBUTION_MALFORMED;
    for (; count > 0 && result == RS_CONTRIBUTION_ADDED; count--)
        result = read_row(rest, issuers, issuer_count, into);
    return result == RS_CONTRIBUTION_ADDED && rest->n > 0 ? RS_CONTRIBUTION_MALFORMED : result;
}

static rs_contribution_result read_issuer(rs_bytes *rest, rs_bytes *reference, rs_counts *into)
{
    uint64_t length, certificates;
    if (!take(rest, &length) || length > RS_COUNTS_ISSUER_MAX ||
        (*reference = take_bytes(rest, length)).p == NULL || !take(rest, &certificates) ||
        certificates == 0 || certificates > INT64_MAX)
        return RS_CONTRIBUTION_MALFORMED;
    rs_counts_issuer issuer = {*reference, certificates};
    return rs_counts_add_issuer(into, &issuer) ? RS_CONTRIBUTION_ADDED : RS_CONTRIBUTION_NO_MEMORY;
}

static rs_contribution_result read_issuers_and_rows(rs_bytes *rest, rs_counts *into)
{
    uint64_t count;
    rs_contribution_result result = RS_CONTRIBUTION_ADDED;
    if (!take(rest, &count) || count > rest->n)
        return RS_CONTRIBUTION_MALFORMED;
    rs_bytes *issuers = calloc((size_t)count + 1, sizeof *issuers);
    if (issuers == NULL)
        return RS_CONTRIBUTION_NO_MEMORY;
    for (uint64_t i = 0; i < count && result == RS_CONTRIBUTION_ADDED; i++)
        result = read_issuer(rest, &issuers[i], into);
    if (result == RS_CONTRIBUTION_ADDED)
        result = read_rows(rest, issuers, count, into);
    free(issuers);
    return result;
}

rs_contribution_result rs_contribution_read(rs_bytes written, rs_counts *into)
{
    rs_bytes rest = written, version = take_bytes(&rest, 1);
    uint64_t count;
    if (version.p == NULL || version.p[0] != VERSION || !take(&rest, &count))
        return RS_CONTRIBUTION_MALFORMED;
    for (; count > 0; count--)
        if (!read_reason(&rest, into))
            return RS_CONTRIBUTION_MALFORMED;
    return read_issuers_and_rows(&rest, into);
}
