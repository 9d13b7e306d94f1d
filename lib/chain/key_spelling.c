/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/key_spelling.h"

#include "lib/chain/certificate.h"
#include "lib/names/der.h"

#include <openssl/core_names.h>
#include <openssl/objects.h>
#include <openssl/params.h>
#include <stdlib.h>

enum {
    RSA_NUMBER_MAX = 2048, /* octets; OpenSSL verifies with none over 16,384 bits */
    EC_FIELD_MAX = 72,     /* octets; of sect571r1 */
    CURVE_NAME_SIZE = 64,
    POINT_UNCOMPRESSED = 4,
    HEADERS_MAX = 64, /* octets that all headers, and what else is not a number, take together */
};

/* A SubjectPublicKeyInfo, taken apart. */
typedef struct key_parts {
    rs_bytes algorithm;  /* content of the OID */
    rs_bytes parameters; /* all that follows it: one element or none */
    rs_bytes key;        /* content of the BIT STRING, without the count of unused bits */
} key_parts;

/* Takes it apart; unused bits become none. */
static bool take_apart(rs_bytes spki, key_parts *parts)
{
    rs_bytes content;
    rs_der algorithm, oid, key;
    if (!rs_der_only(spki, RS_DER_SEQUENCE, &content) ||
        !rs_der_expect(&content, RS_DER_SEQUENCE, &algorithm) ||
        !rs_der_expect(&content, RS_DER_BIT_STRING, &key) || key.value.n < 2 ||
        !rs_der_expect(&algorithm.value, RS_DER_OID, &oid))
        return false;
    *(uint8_t *)(uintptr_t)key.value.p = 0;
    *parts = (key_parts){oid.value, algorithm.value, rs_bytes_skip(key.value, 1)};
    return true;
}

static const uint8_t rsa_oids[][10] = {
    {9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1},  /* rsaEncryption */
    {9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10}, /* id-RSASSA-PSS */
    {4, 0x55, 8, 1, 1},                                /* rsa, of X.500 */
};
static const uint8_t ec_oids[][10] = {
    {7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1},          /* id-ecPublicKey */
    {8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d}, /* sm2 */
};
/* Curves that have a second name, of WTLS: that one, and in the same place the first. */
static const uint8_t wtls_curves[][10] = {
    {5, 0x67, 0x2b, 1, 4, 3},  {5, 0x67, 0x2b, 1, 4, 4},  {5, 0x67, 0x2b, 1, 4, 5},
    {5, 0x67, 0x2b, 1, 4, 6},  {5, 0x67, 0x2b, 1, 4, 7},  {5, 0x67, 0x2b, 1, 4, 10},
    {5, 0x67, 0x2b, 1, 4, 11}, {5, 0x67, 0x2b, 1, 4, 12},
};
static const uint8_t twin_curves[][10] = {
    {5, 0x2b, 0x81, 4, 0, 1},                   /* sect163k1 */
    {5, 0x2b, 0x81, 4, 0, 4},                   /* sect113r1 */
    {8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 0, 1}, /* c2pnb163v1 */
    {5, 0x2b, 0x81, 4, 0, 6},                   /* secp112r1 */
    {5, 0x2b, 0x81, 4, 0, 30},                  /* secp160r2 */
    {5, 0x2b, 0x81, 4, 0, 26},                  /* sect233k1 */
    {5, 0x2b, 0x81, 4, 0, 27},                  /* sect233r1 */
    {5, 0x2b, 0x81, 4, 0, 33},                  /* secp224r1 */
};

/* The place in a table whose rows start with their length; `count` if it is not there. */
static size_t place_of(rs_bytes oid, const uint8_t table[][10], size_t count)
{
    size_t i = 0;
    while (i < count && !rs_bytes_equal(oid, rs_bytes_make(table[i] + 1, table[i][0])))
        i++;
    return i;
}

#define COUNT(table) (sizeof(table) / sizeof *(table))

_Static_assert(COUNT(wtls_curves) == COUNT(twin_curves), "one row for each");

/* Takes a positive number in its shortest form. */
static bool take_number(rs_bytes *rest)
{
    rs_der number;
    if (!rs_der_expect(rest, RS_DER_INTEGER, &number) || number.value.n == 0)
        return false;
    const uint8_t *p = number.value.p;
    return p[0] != 0 ? p[0] < 0x80 : number.value.n > 1 && p[1] >= 0x80;
}

static bool is_standard_rsa(const key_parts *parts)
{
    static const uint8_t null[] = {5, 0};
    rs_bytes numbers;
    return place_of(parts->algorithm, rsa_oids, COUNT(rsa_oids)) == 0 &&
           rs_bytes_equal(parts->parameters, rs_bytes_make(null, sizeof null)) &&
           rs_der_only(parts->key, RS_DER_SEQUENCE, &numbers) && take_number(&numbers) &&
           take_number(&numbers) && numbers.n == 0;
}

/* Is the curve named? `*twin` is then its place among those with two names, or past them. */
static bool names_curve(const key_parts *parts, size_t *twin)
{
    rs_bytes oid;
    if (!rs_der_only(parts->parameters, RS_DER_OID, &oid))
        return false;
    *twin = place_of(oid, wtls_curves, COUNT(wtls_curves));
    return true;
}

static bool is_standard_ec(const key_parts *parts)
{
    size_t twin;
    return place_of(parts->algorithm, ec_oids, COUNT(ec_oids)) == 0 && names_curve(parts, &twin) &&
           twin == COUNT(wtls_curves) && parts->key.p[0] == POINT_UNCOMPRESSED;
}

/* Algorithms without parameters whose keys OpenSSL reads in one spelling only. */
static bool has_one_spelling(const key_parts *parts)
{
    static const uint8_t edwards[] = {0x2b, 0x65};
    static const uint8_t nist[] = {0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3};
    rs_bytes oid = parts->algorithm;
    if (parts->parameters.n > 0 || oid.n < sizeof edwards + 1)
        return false;
    uint8_t last = oid.p[oid.n - 1];
    rs_bytes arc = rs_bytes_make(oid.p, oid.n - 1);
    return (rs_bytes_equal(arc, rs_bytes_make(edwards, sizeof edwards)) && last >= 112 &&
            last <= 113) || /* Ed25519, Ed448 */
           (rs_bytes_equal(arc, rs_bytes_make(nist, sizeof nist)) && last >= 17 &&
            last <= 31); /* ML-DSA, SLH-DSA */
}

/* An encoding that is written from its end to its start. */
typedef struct encoder {
    uint8_t *start, *at, *end;
} encoder;

static void put(encoder *e, rs_bytes bytes)
{
    e->at -= bytes.n;
    memcpy(e->at, bytes.p, bytes.n);
}

static void put_octet(encoder *e, uint8_t octet)
{
    put(e, rs_bytes_make(&octet, 1));
}

/* Makes all before `end` the content of an element. */
static void wrap(encoder *e, uint8_t tag, const uint8_t *end)
{
    uint8_t header[RS_DER_HEADER_MAX];
    put(e, rs_bytes_make(header, rs_der_header_put(tag, (size_t)(end - e->at), header)));
}

static void put_oid(encoder *e, const uint8_t row[10])
{
    const uint8_t *end = e->at;
    put(e, rs_bytes_make(row + 1, row[0]));
    wrap(e, RS_DER_OID, end);
}

/* OpenSSL gives numbers in the machine's order. */
static void make_big_endian(uint8_t *number, size_t n)
{
    const uint16_t one = 1;
    for (size_t i = 0; i < n / 2 && *(const uint8_t *)&one == 1; i++) {
        uint8_t octet = number[i];
        number[i] = number[n - 1 - i];
        number[n - 1 - i] = octet;
    }
}

/* Two numbers of a key, big-endian and filled up to `n` octets each, into `to`. */
static bool get_numbers(const rs_openssl_table *ssl, const EVP_PKEY *key, const char *first,
                        const char *second, uint8_t *to, size_t n)
{
    OSSL_PARAM wanted[] = {
        {first, OSSL_PARAM_UNSIGNED_INTEGER, to, n, OSSL_PARAM_UNMODIFIED},
        {second, OSSL_PARAM_UNSIGNED_INTEGER, to + n, n, OSSL_PARAM_UNMODIFIED},
        {NULL, 0, NULL, 0, 0},
    };
    if (key == NULL || ssl->EVP_PKEY_get_params(key, wanted) != 1 || wanted[0].return_size != n ||
        wanted[1].return_size != n)
        return false;
    make_big_endian(to, n);
    make_big_endian(to + n, n);
    return true;
}

static void put_number(encoder *e, rs_bytes number)
{
    const uint8_t *end = e->at;
    while (number.n > 1 && number.p[0] == 0)
        number = rs_bytes_skip(number, 1);
    put(e, number);
    if (number.p[0] >= 0x80)
        put_octet(e, 0);
    wrap(e, RS_DER_INTEGER, end);
}

static bool respell_rsa(const rs_openssl_table *ssl, const EVP_PKEY *key, encoder *e)
{
    static const uint8_t null[] = {5, 0};
    uint8_t *numbers = e->start;
    if (!get_numbers(ssl, key, OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, numbers,
                     RSA_NUMBER_MAX))
        return false;
    put_number(e, rs_bytes_make(numbers + RSA_NUMBER_MAX, RSA_NUMBER_MAX));
    put_number(e, rs_bytes_make(numbers, RSA_NUMBER_MAX));
    wrap(e, RS_DER_SEQUENCE, e->end);
    put_octet(e, 0);
    wrap(e, RS_DER_BIT_STRING, e->end);
    const uint8_t *end = e->at;
    put(e, rs_bytes_make(null, sizeof null));
    put_oid(e, rsa_oids[0]);
    wrap(e, RS_DER_SEQUENCE, end);
    wrap(e, RS_DER_SEQUENCE, e->end);
    return true;
}

/* The OID of a curve that is spelt by its parameters, if it has one. */
static bool put_curve(const rs_openssl_table *ssl, const EVP_PKEY *key, encoder *e)
{
    char name[CURVE_NAME_SIZE];
    const uint8_t *end = e->at;
    OSSL_PARAM wanted[] = {
        {OSSL_PKEY_PARAM_GROUP_NAME, OSSL_PARAM_UTF8_STRING, name, sizeof name,
         OSSL_PARAM_UNMODIFIED},
        {NULL, 0, NULL, 0, 0},
    };
    if (ssl->EVP_PKEY_get_params(key, wanted) != 1 || wanted[0].return_size >= sizeof name)
        return false;
    name[wanted[0].return_size] = '\0';
    int number = ssl->OBJ_sn2nid(name);
    const ASN1_OBJECT *curve = number == NID_undef ? NULL : ssl->OBJ_nid2obj(number);
    if (curve == NULL || ssl->OBJ_length(curve) == 0 || ssl->OBJ_length(curve) > HEADERS_MAX / 2)
        return false;
    put(e, rs_bytes_make(ssl->OBJ_get0_data(curve), ssl->OBJ_length(curve)));
    wrap(e, RS_DER_OID, end);
    return true;
}

/* A compressed point has one coordinate after its first octet, any other two. */
static size_t field_size(rs_bytes point)
{
    bool compressed = point.p[0] == 2 || point.p[0] == 3;
    return compressed ? point.n - 1 : (point.n - 1) / 2;
}

static bool respell_ec(const rs_openssl_table *ssl, const EVP_PKEY *key, const key_parts *parts,
                       encoder *e)
{
    size_t n = field_size(parts->key);
    if (n == 0 || n > EC_FIELD_MAX || parts->parameters.n > RSA_NUMBER_MAX ||
        !get_numbers(ssl, key, OSSL_PKEY_PARAM_EC_PUB_X, OSSL_PKEY_PARAM_EC_PUB_Y, e->start, n))
        return false;
    put(e, rs_bytes_make(e->start, 2 * n));
    put_octet(e, POINT_UNCOMPRESSED);
    put_octet(e, 0);
    wrap(e, RS_DER_BIT_STRING, e->end);
    const uint8_t *end = e->at;
    size_t twin;
    if (!names_curve(parts, &twin)) {
        if (!put_curve(ssl, key, e))
            return false;
    } else if (twin < COUNT(twin_curves)) {
        put_oid(e, twin_curves[twin]);
    } else {
        put(e, parts->parameters);
    }
    put_oid(e, ec_oids[0]);
    wrap(e, RS_DER_SEQUENCE, end);
    wrap(e, RS_DER_SEQUENCE, e->end);
    return true;
}

/* In memory of its own: its numbers would take too much of the stack. */
static bool respell_numbers(const rs_openssl_table *ssl, const EVP_PKEY *key,
                            const key_parts *parts, bool is_rsa, uint8_t sha256[RS_SHA256_SIZE])
{
    /* The numbers as they are read, and behind them the encoding. */
    const size_t size = (size_t)4 * RSA_NUMBER_MAX + HEADERS_MAX;
    uint8_t *memory = malloc(size);
    encoder e = {memory, memory + size, memory + size};
    bool done =
        memory != NULL && (is_rsa ? respell_rsa(ssl, key, &e) : respell_ec(ssl, key, parts, &e));
    if (done)
        rs_sha256_digest(rs_bytes_make(e.at, (size_t)(e.end - e.at)), sha256);
    free(memory);
    return done;
}

/* A key that OpenSSL cannot read verifies nothing here, so it may stand for itself. */
static rs_key_spelling respell_other(const rs_openssl_table *ssl, const EVP_PKEY *key,
                                     rs_bytes spki, uint8_t sha256[RS_SHA256_SIZE])
{
    if (key == NULL) {
        rs_sha256_digest(spki, sha256);
        return RS_KEY_UNREAD;
    }
    unsigned char *der = NULL;
    int size = ssl->i2d_PUBKEY(key, &der);
    if (size <= 0)
        return RS_KEY_UNKNOWN;
    rs_sha256_digest(rs_bytes_make(der, (size_t)size), sha256);
    ssl->CRYPTO_free(der, __FILE__, __LINE__);
    return RS_KEY_RESPELT;
}

static rs_key_spelling respell_key(const rs_openssl_table *ssl, const X509 *certificate,
                                   rs_bytes spki, const key_parts *parts,
                                   uint8_t sha256[RS_SHA256_SIZE])
{
    const EVP_PKEY *key = ssl->X509_get0_pubkey(certificate);
    bool is_rsa = place_of(parts->algorithm, rsa_oids, COUNT(rsa_oids)) < COUNT(rsa_oids);
    bool is_ec = place_of(parts->algorithm, ec_oids, COUNT(ec_oids)) < COUNT(ec_oids);
    if (!is_rsa && !is_ec)
        return respell_other(ssl, key, spki, sha256);
    return respell_numbers(ssl, key, parts, is_rsa, sha256) ? RS_KEY_RESPELT : RS_KEY_UNKNOWN;
}

rs_key_spelling rs_key_spelling_hash(const rs_openssl_table *ssl, const X509 *certificate,
                                     rs_bytes spki, bool respell, uint8_t sha256[RS_SHA256_SIZE])
{
    key_parts parts;
    if (!take_apart(spki, &parts))
        return RS_KEY_UNKNOWN;
    if (is_standard_rsa(&parts) || is_standard_ec(&parts) || has_one_spelling(&parts)) {
        rs_sha256_digest(spki, sha256);
        return RS_KEY_STANDARD;
    }
    if (!respell)
        return RS_KEY_UNKNOWN;
    ssl->ERR_set_mark();
    rs_key_spelling spelling = respell_key(ssl, certificate, spki, &parts, sha256);
    ssl->ERR_pop_to_mark();
    return spelling;
}
