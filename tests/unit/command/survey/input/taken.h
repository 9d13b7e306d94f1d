/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of readers: a sink that writes down what it is handed, and bytes that are put together.
 */
#ifndef RS_TAKEN_H
#define RS_TAKEN_H

#include "command/survey/input/format/entry.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * A word for each call, with a space behind it. A rejection: `!` and its word. An entry: its
 * certificate in hexadecimal; `t` if that is a TBSCertificate, `l` if it is from a log; `=` and the
 * precertificate, `k` and the first octet of the issuer's hash, `<` and each issuer, `#` and the
 * first octet of each fingerprint.
 */
typedef struct taken {
    char text[1 << 16]; /* what does not fit is not in it, but counted */
    size_t n;
    size_t entries, rejections;
    size_t calls_left; /* after so many, it says stop; SIZE_MAX: never */
} taken;

static inline void taken_write(taken *t, const char *format, unsigned value)
{
    if (t->n + 32 < sizeof t->text)
        t->n += (size_t)snprintf(t->text + t->n, sizeof t->text - t->n, format, value);
}

static inline void taken_write_hex(taken *t, const char *before, rs_bytes bytes)
{
    taken_write(t, before, 0);
    for (size_t i = 0; i < bytes.n; i++)
        taken_write(t, "%02x", bytes.p[i]);
}

static inline bool taken_goes_on(taken *t)
{
    taken_write(t, " ", 0);
    return t->calls_left == SIZE_MAX || --t->calls_left > 0;
}

static inline bool taken_entry(void *context, const rs_survey_entry *entry)
{
    taken *t = context;
    t->entries++;
    taken_write_hex(t, "", entry->certificate);
    taken_write(t, entry->is_tbs ? "t" : "", 0);
    taken_write(t, entry->from_log ? "l" : "", 0);
    if (entry->precertificate.n > 0)
        taken_write_hex(t, "=", entry->precertificate);
    if (entry->issuer_key_hash != NULL)
        taken_write(t, "k%02x", entry->issuer_key_hash[0]);
    for (size_t i = 0; i < entry->issuer_count; i++)
        taken_write_hex(t, "<", entry->issuers[i]);
    for (size_t i = 0; i < entry->fingerprint_count; i++)
        taken_write(t, "#%02x", entry->issuer_fingerprints[i][0]);
    return taken_goes_on(t);
}

static inline bool taken_rejected(void *context, rs_survey_rejection rejection)
{
    taken *t = context;
    t->rejections++;
    if (t->n + 64 < sizeof t->text)
        t->n += (size_t)snprintf(t->text + t->n, sizeof t->text - t->n, "!%s",
                                 rs_survey_rejection_word(rejection));
    return taken_goes_on(t);
}

static inline rs_survey_sink taken_sink(taken *t)
{
    t->n = t->entries = t->rejections = 0;
    t->text[0] = '\0';
    t->calls_left = SIZE_MAX;
    rs_survey_sink sink = {.context = t, .entry = taken_entry, .rejected = taken_rejected};
    return sink;
}

/* Bytes, one after another. */
typedef struct made {
    uint8_t bytes[1 << 16];
    size_t n;
} made;

static inline void put(made *m, const void *bytes, size_t n)
{
    if (n > sizeof m->bytes - m->n)
        abort();
    if (n > 0)
        memcpy(m->bytes + m->n, bytes, n);
    m->n += n;
}

/* Big-endian. */
static inline void put_number(made *m, size_t octets, uint64_t number)
{
    for (size_t i = octets; i-- > 0;) {
        uint8_t octet = (uint8_t)(number >> 8 * i);
        put(m, &octet, 1);
    }
}

static inline void put_filled(made *m, size_t n, uint8_t with)
{
    for (size_t i = 0; i < n; i++)
        put(m, &with, 1);
}

/* opaque<0..2^(8 * octets) - 1> */
static inline void put_vector(made *m, size_t octets, const void *bytes, size_t n)
{
    put_number(m, octets, n);
    put(m, bytes, n);
}

/* The TimestampedEntry of a precertificate, or of a certificate. */
static inline void put_log_entry(made *m, bool is_tbs, const char *der, size_t n)
{
    put_number(m, 8, UINT64_C(1746292399101));
    put_number(m, 2, is_tbs);
    if (is_tbs)
        put_filled(m, RS_SURVEY_SHA256_SIZE, 0xab);
    put_vector(m, 3, der, n);
    put_vector(m, 2, "\0\0\5\0\0\0\0\1", 8);
}

static inline rs_bytes made_bytes(const made *m)
{
    return rs_bytes_make(m->bytes, m->n);
}

/* Writes it in base64 to a text that has room for it. */
static inline const char *in_base64(const made *m, char *text)
{
    EVP_EncodeBlock((unsigned char *)text, m->bytes, (int)m->n);
    return text;
}

#endif
