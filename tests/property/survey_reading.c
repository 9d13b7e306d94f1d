/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a survey reads quickly, beside the same read plainly, for any bytes: a certificate's parts,
 * and its names, of which a plain reader takes each alone.
 */
#include "command/survey/names/names.h"
#include "lib/names/der.h"
#include "tests/property/plain_certificate.h"
#include "tests/property/random.h"
#include "tests/property/seeds.h"

#include <stdio.h>
#include <stdlib.h>

enum { CERTIFICATES = 200000, NAME_SETS = 40000, NAMES = 6, ROOM = 4096 };

typedef struct writer {
    uint8_t bytes[ROOM];
    size_t n;
} writer;

static void put(writer *w, const void *bytes, size_t n)
{
    if (n > ROOM / 2 - w->n)
        abort();
    memcpy(w->bytes + w->n, bytes, n);
    w->n += n;
}

/* Makes what was put from `start` on the content of an element. */
static void wrap(writer *w, size_t start, uint8_t tag)
{
    uint8_t header[RS_DER_HEADER_MAX];
    size_t n = rs_der_header_put(tag, w->n - start, header);
    memmove(w->bytes + start + n, w->bytes + start, w->n - start);
    memcpy(w->bytes + start, header, n);
    w->n += n;
}

/* An element of so many random bytes. */
static void put_random(writer *w, random_state *random, uint8_t tag, size_t n)
{
    size_t start = w->n;
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = (uint8_t)random_next(random);
        put(w, &byte, 1);
    }
    wrap(w, start, tag);
}

static void put_time(writer *w, random_state *random)
{
    static const char *const utc[] = {"250402010203Z", "491231235959Z", "500101000000Z",
                                      "690229000000Z", "240229235960Z", "9a0101000000Z"},
                             *const generalized[] = {"20250402010203Z", "19700101000000Z",
                                                     "19691231235959Z", "20230229000000Z",
                                                     "99991231235959Z", "20240131240000Z"};
    size_t start = w->n;
    bool is_short = random_percent(random, 50);
    const char *text = is_short ? RANDOM_OF(random, utc) : RANDOM_OF(random, generalized);
    put(w, text, strlen(text));
    wrap(w, start, is_short ? 0x17 : 0x18);
}

/* The content of an extension 2.5.29.`type`, mostly as it should be. */
static void put_value(writer *w, random_state *random, uint8_t type)
{
    size_t start = w->n;
    switch (type) {
    case 14:
        put_random(w, random, RS_DER_OCTET_STRING, random_below(random, 200));
        break;
    case 15:
        put_random(w, random, RS_DER_BIT_STRING, random_below(random, 4));
        break;
    case 19:
        if (random_percent(random, 70))
            put(w, random_percent(random, 70) ? "\1\1\xff" : "\1\1\0", 3);
        wrap(w, start, RS_DER_SEQUENCE);
        break;
    case 35:
        put_random(w, random, RS_DER_CONTEXT(random_below(random, 10) == 0), 20);
        wrap(w, start, RS_DER_SEQUENCE);
        break;
    default:
        put_random(w, random, RS_DER_SEQUENCE, random_below(random, 150));
        break;
    }
    wrap(w, start, RS_DER_OCTET_STRING);
}

static void put_extension(writer *w, random_state *random)
{
    static const uint8_t types[] = {14, 15, 17, 19, 35, 31, 32, 37, 99};
    uint8_t type[] = {0x55, 0x1d, RANDOM_OF(random, types)};
    size_t start = w->n;
    if (random_percent(random, 15)) {
        put_random(w, random, RS_DER_OID, 8);
        put_random(w, random, RS_DER_OCTET_STRING, random_below(random, 200));
    } else {
        put(w, type, sizeof type);
        wrap(w, start, RS_DER_OID);
        if (random_percent(random, 30))
            put(w, "\1\1\xff", 3);
        put_value(w, random, type[2]);
    }
    wrap(w, start, RS_DER_SEQUENCE);
}

static void put_tbs(writer *w, random_state *random)
{
    size_t start = w->n;
    if (random_percent(random, 90))
        put(w, "\xa0\3\2\1\2", 5);
    put_random(w, random, RS_DER_INTEGER, 8);
    put_random(w, random, RS_DER_SEQUENCE, 10);
    put_random(w, random, RS_DER_SEQUENCE, 50);
    size_t validity = w->n;
    put_time(w, random);
    wrap(w, validity, RS_DER_SEQUENCE);
    put_random(w, random, RS_DER_SEQUENCE, random_below(random, 300));
    put_random(w, random, RS_DER_SEQUENCE, random_below(random, 300));
    if (random_percent(random, 10))
        put_random(w, random, random_percent(random, 50) ? RS_DER_CONTEXT(1) : RS_DER_CONTEXT(2),
                   4);
    size_t extensions = w->n, count = random_below(random, 6);
    for (size_t i = 0; i < count; i++)
        put_extension(w, random);
    if (count > 0) {
        wrap(w, extensions, RS_DER_SEQUENCE);
        wrap(w, extensions, RS_DER_CONTEXT_CONSTRUCTED(3));
    }
    wrap(w, start, RS_DER_SEQUENCE);
}

static void put_certificate(writer *w, random_state *random)
{
    size_t start = w->n;
    put_tbs(w, random);
    put_random(w, random, RS_DER_SEQUENCE, 10);
    put_random(w, random, RS_DER_BIT_STRING, 1 + random_below(random, 70));
    wrap(w, start, RS_DER_SEQUENCE);
}

/* Changes some bytes, most often those near to a length, or cuts the end off. */
static void damage(writer *w, random_state *random)
{
    static const uint8_t often[] = {0, 1, 2, 3, 4, 6, 0x17, 0x18, 0x30, 0x7f, 0x80, 0x81, 0x82};
    size_t changes = random_below(random, 3);
    for (size_t i = 0; i < changes; i++) {
        uint8_t *byte = &w->bytes[random_below(random, w->n)];
        *byte = random_percent(random, 50) ? RANDOM_OF(random, often) : (uint8_t)(*byte + 1);
    }
    if (random_percent(random, 5))
        w->n = random_below(random, w->n);
}

static bool is_same_view(rs_bytes a, rs_bytes b)
{
    return a.n == b.n && (a.n == 0 || a.p == b.p);
}

static bool is_same(const rs_survey_certificate *a, const rs_survey_certificate *b)
{
    return is_same_view(a->tbs, b->tbs) && is_same_view(a->signed_algorithm, b->signed_algorithm) &&
           is_same_view(a->algorithm, b->algorithm) && is_same_view(a->signature, b->signature) &&
           is_same_view(a->serial, b->serial) && is_same_view(a->issuer, b->issuer) &&
           is_same_view(a->subject, b->subject) && is_same_view(a->key, b->key) &&
           is_same_view(a->alt_names, b->alt_names) &&
           is_same_view(a->authority_key_id, b->authority_key_id) &&
           is_same_view(a->subject_key_id, b->subject_key_id) && a->not_before == b->not_before &&
           a->has_alt_names == b->has_alt_names && a->is_ca == b->is_ca;
}

static bool compare_certificates(random_state *random)
{
    size_t readable = 0;
    for (size_t i = 0; i < CERTIFICATES; i++) {
        writer w;
        rs_survey_certificate quick, plain;
        bool is_tbs = random_percent(random, 50);
        w.n = 0;
        if (is_tbs)
            put_tbs(&w, random);
        else
            put_certificate(&w, random);
        damage(&w, random);
        rs_bytes der = rs_bytes_make(w.bytes, w.n);
        bool reads = rs_survey_certificate_read(der, is_tbs, &quick);
        if (reads != plain_certificate_read(der, is_tbs, &plain) ||
            (reads && !is_same(&quick, &plain))) {
            fprintf(stderr, "certificate %zu is read in two ways\n", i);
            return false;
        }
        readable += reads;
    }
    printf("    %zu of %d certificates can be read\n", readable, CERTIFICATES);
    return readable > CERTIFICATES / 20 && readable < CERTIFICATES;
}

/* A dNSName that has much in common with others, well-formed or not. */
static void put_name(writer *w, random_state *random)
{
    static const char *const labels[] = {
        "a", "www", "*", "s3",        "b_c",  "A",    "xn--a", "x y",      "-",
        "",  "*x",  "1", "amazonaws", "0x1f", "\xc3", "city",  "kawasaki", "compute"};
    static const char *const ends[] = {
        "example.com", "EXAMPLE.com",      "example.co.uk", "com",
        "co.uk",       "example.com.",     "kawasaki.jp",   "b.c.test",
        "ample.com",   "s3.amazonaws.com", "10.1",          "www.ck"};
    size_t start = w->n, count = random_below(random, 4);
    for (size_t i = 0; i < count; i++) {
        const char *label = RANDOM_OF(random, labels);
        size_t times = random_percent(random, 2) ? 1 + random_below(random, 40) : 1;
        for (size_t k = 0; k < times; k++)
            put(w, label, strlen(label));
        put(w, ".", random_percent(random, 98) ? 1 : 0);
    }
    const char *end = RANDOM_OF(random, ends);
    put(w, end, strlen(end));
    wrap(w, start, RS_DER_CONTEXT(2));
}

static rs_survey_names names_of(rs_suffixes *suffixes, rs_bytes general_names, writer *w)
{
    rs_survey_names names = {0};
    w->n = 0;
    put(w, general_names.p, general_names.n);
    wrap(w, 0, RS_DER_SEQUENCE);
    rs_survey_certificate certificate = {.alt_names = rs_bytes_make(w->bytes, w->n),
                                         .has_alt_names = true,
                                         .subject = RS_BYTES_OF_LITERAL("0\0")};
    if (rs_survey_names_read(&names, suffixes, &certificate) != RS_SURVEY_NAMES_READ)
        abort();
    return names;
}

static bool has_domain(const rs_survey_names *names, const rs_survey_domain *domain)
{
    for (size_t i = 0; i < names->count; i++)
        if (rs_bytes_equal(names->domains[i].name, domain->name))
            return names->domains[i].suffix_length == domain->suffix_length &&
                   names->domains[i].tld_length == domain->tld_length;
    return false;
}

/* Takes from what all have what one alone has. False: not all have it. */
static bool take_away(rs_survey_names *all, const rs_survey_names *one, bool found[NAMES])
{
    all->addresses -= one->addresses;
    all->words -= one->words;
    all->unsuffixed -= one->unsuffixed;
    all->malformed -= one->malformed;
    for (size_t i = 0; i < all->count; i++)
        found[i] = found[i] || (one->count == 1 && has_domain(one, &all->domains[i]));
    return one->count == 0 || (one->count == 1 && has_domain(all, &one->domains[0]));
}

static bool compare_names(random_state *random, rs_suffixes *suffixes)
{
    static writer general, together, alone;
    size_t ends[NAMES], start = 0;
    bool found[NAMES] = {false}, good = true;
    general.n = 0;
    for (size_t i = 0; i < NAMES; i++) {
        put_name(&general, random);
        ends[i] = general.n;
    }
    rs_survey_names all = names_of(suffixes, rs_bytes_make(general.bytes, general.n), &together);
    for (size_t i = 0; i < NAMES; start = ends[i], i++) {
        rs_survey_names one =
            names_of(suffixes, rs_bytes_make(general.bytes + start, ends[i] - start), &alone);
        good = take_away(&all, &one, found) && good;
        rs_survey_names_clear(&one);
    }
    good = good && all.addresses + all.words + all.unsuffixed + all.malformed == 0;
    for (size_t i = 0; i < all.count; i++)
        good = good && found[i];
    rs_survey_names_clear(&all);
    if (!good)
        fprintf(stderr, "together, names count otherwise: %.*s\n", (int)general.n,
                (const char *)general.bytes);
    return good;
}

static bool run_seed(uint64_t seed)
{
    random_state random = {.state = seed};
    rs_suffixes *suffixes = rs_suffixes_new(NULL);
    bool good = suffixes != NULL && compare_certificates(&random);
    for (size_t i = 0; i < NAME_SETS && good; i++)
        good = compare_names(&random, suffixes);
    rs_suffixes_free(suffixes);
    return good;
}

int main(int argc, char **argv)
{
    return seeds_run(argc, argv, run_seed);
}
