/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/key_spelling.h"

#include "lib/names/der.h"
#include "tests/unit/certificates.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

/* OpenSSL, where the certificate's key is the one that the test has at hand. */
static rs_openssl_table openssl;
static EVP_PKEY *decoded;

/* Leaves an error if it cannot be read, as the function that it stands for does. */
static EVP_PKEY *decoded_key(const X509 *certificate)
{
    (void)certificate;
    if (decoded == NULL)
        ERR_raise(ERR_LIB_USER, 1);
    return decoded;
}

/* A SubjectPublicKeyInfo in DER, written from its end. */
typedef struct spki {
    uint8_t bytes[4096];
    uint8_t *at;
} spki;

static rs_bytes view_of(const spki *s)
{
    return rs_bytes_make(s->at, (size_t)(s->bytes + sizeof s->bytes - s->at));
}

static void put(spki *s, rs_bytes bytes)
{
    s->at -= bytes.n;
    if (bytes.n > 0)
        memcpy(s->at, bytes.p, bytes.n);
}

static void wrap(spki *s, uint8_t tag, const uint8_t *end)
{
    size_t n = (size_t)(end - s->at);
    const uint8_t header[] = {tag, 0x82, (uint8_t)(n >> 8), (uint8_t)n};
    const uint8_t middle[] = {tag, 0x81, (uint8_t)n};
    const uint8_t small[] = {tag, (uint8_t)n};
    put(s, n >= 256   ? rs_bytes_make(header, sizeof header)
           : n >= 128 ? rs_bytes_make(middle, sizeof middle)
                      : rs_bytes_make(small, sizeof small));
}

static void spki_make(spki *s, rs_bytes algorithm, rs_bytes bits, uint8_t unused)
{
    const uint8_t *end = s->at = s->bytes + sizeof s->bytes;
    put(s, bits);
    put(s, rs_bytes_make(&unused, 1));
    wrap(s, 3, end);
    const uint8_t *middle = s->at;
    put(s, algorithm);
    wrap(s, 0x30, middle);
    wrap(s, 0x30, end);
}

static rs_bytes bytes_of(const void *p, size_t n)
{
    return rs_bytes_make(p, n);
}

/* The hash, with the key that OpenSSL reads from this spelling. */
static rs_key_spelling hash_of(rs_bytes der, uint8_t sha256[RS_SHA256_SIZE])
{
    openssl = *rs_openssl_linked();
    openssl.X509_get0_pubkey = decoded_key;
    const unsigned char *p = der.p;
    decoded = d2i_PUBKEY(NULL, &p, (long)der.n);
    ERR_clear_error();
    rs_key_spelling spelling = rs_key_spelling_hash(&openssl, NULL, der, true, sha256);
    uint8_t unasked[RS_SHA256_SIZE];
    CU_ASSERT_EQUAL(rs_key_spelling_hash(&openssl, NULL, der, false, unasked),
                    spelling == RS_KEY_STANDARD ? RS_KEY_STANDARD : RS_KEY_UNKNOWN);
    EVP_PKEY_free(decoded);
    CU_ASSERT_EQUAL(ERR_peek_error(), 0);
    return spelling;
}

/* Is it told of this spelling, and is the hash the standard spelling's? */
static bool is_spelt(rs_bytes der, rs_key_spelling expected, rs_bytes standard)
{
    uint8_t sha256[RS_SHA256_SIZE], expected_sha256[RS_SHA256_SIZE];
    rs_sha256_digest(standard, expected_sha256);
    return hash_of(der, sha256) == expected && memcmp(sha256, expected_sha256, sizeof sha256) == 0;
}

static rs_bytes encode(EVP_PKEY *key)
{
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(key, &der);
    done(size > 0);
    return rs_bytes_make(der, (size_t)size);
}

/* What OpenSSL writes is standard, and costs nothing more. */
static void standard_spellings(void)
{
    EVP_PKEY *keys[] = {made(EVP_RSA_gen(2048)),
                        made(EVP_EC_gen("P-256")),
                        made(EVP_EC_gen("secp521r1")),
                        made(EVP_EC_gen("sect571r1")),
                        made(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")),
                        made(EVP_PKEY_Q_keygen(NULL, NULL, "ED448"))};
    for (size_t i = 0; i < ROWS(keys); i++) {
        rs_bytes der = encode(keys[i]);
        CU_ASSERT(is_spelt(der, RS_KEY_STANDARD, der));
        OPENSSL_free((void *)(uintptr_t)der.p);
        EVP_PKEY_free(keys[i]);
    }
}

#define RSA_OID "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define PSS_OID "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"

/* The numbers of a key as they may stand in it. */
static rs_bytes rsa_bits(spki *s, rs_bytes standard, int variant)
{
    rs_bytes content = rs_bytes_skip(standard, 4); /* of the SEQUENCE, over 255 bytes */
    s->at = s->bytes + sizeof s->bytes;
    const uint8_t *end = s->at;
    static const uint8_t padding[] = {2, 0x82, 1, 2, 0, 0};
    const uint8_t long_length[] = {0x30, 0x83, 0, standard.p[2], standard.p[3]};
    switch (variant) {
    case 0: /* as it is, and an octet behind it */
        put(s, bytes_of("", 1));
        put(s, standard);
        break;
    case 1: /* a length in more octets than it needs */
        put(s, content);
        put(s, bytes_of(long_length, sizeof long_length));
        break;
    case 2: /* a modulus with one zero more in front */
        put(s, rs_bytes_skip(content, 5));
        put(s, bytes_of(padding, sizeof padding));
        wrap(s, 0x30, end);
        break;
    default: /* without a definite length */
        put(s, bytes_of("\0\0", 2));
        put(s, content);
        put(s, bytes_of("\x30\x80", 2));
    }
    return view_of(s);
}

static void spellings_of_rsa(void)
{
    static const struct {
        const char *row, *algorithm;
        size_t size;
    } algorithms[] = {
        {"without parameters", RSA_OID, 11},
        {"parameters of another type", RSA_OID "\x04\x01x", 14},
        {"id-RSASSA-PSS", PSS_OID, 11},
        {"id-RSASSA-PSS, parameters", PSS_OID "\x30\x00", 13},
    };
    EVP_PKEY *key = made(EVP_RSA_gen(2048));
    rs_bytes standard = encode(key);
    rs_bytes bits = rs_bytes_skip(standard, 24); /* a 2,048-bit key's headers have this size */
    spki s, numbers;
    for (size_t i = 0; i < ROWS(algorithms); i++) {
        spki_make(&s, bytes_of(algorithms[i].algorithm, algorithms[i].size), bits, 0);
        CHECK_ROW(is_spelt(view_of(&s), RS_KEY_RESPELT, standard), algorithms[i].row);
    }
    for (int variant = 0; variant < 4; variant++) {
        spki_make(&s, bytes_of(RSA_OID "\x05\0", 13), rsa_bits(&numbers, bits, variant), 0);
        CU_ASSERT(is_spelt(view_of(&s), RS_KEY_RESPELT, standard));
    }
    OPENSSL_free((void *)(uintptr_t)standard.p);
    EVP_PKEY_free(key);
}

static EVP_PKEY *with_param(EVP_PKEY *key, const char *name, const char *value)
{
    EVP_PKEY *changed = made(EVP_PKEY_dup(key));
    done(EVP_PKEY_set_utf8_string_param(changed, name, value));
    return changed;
}

static void spellings_of_ec(void)
{
    static const char *const formats[] = {"compressed", "hybrid"};
    static const char *const curves[] = {"P-256",           "P-384",     "secp521r1",
                                         "brainpoolP256r1", "sect571r1", "secp160r1"};
    for (size_t i = 0; i < ROWS(curves); i++) {
        EVP_PKEY *key = made(EVP_EC_gen(curves[i]));
        rs_bytes standard = encode(key);
        for (size_t j = 0; j < ROWS(formats); j++) {
            EVP_PKEY *form =
                with_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, formats[j]);
            EVP_PKEY *both = with_param(form, OSSL_PKEY_PARAM_EC_ENCODING, "explicit");
            rs_bytes der = encode(form), explicit = encode(both);
            CHECK_ROW(is_spelt(der, RS_KEY_RESPELT, standard), curves[i]);
            CHECK_ROW(is_spelt(explicit, RS_KEY_RESPELT, standard), curves[i]);
            OPENSSL_free((void *)(uintptr_t)der.p);
            OPENSSL_free((void *)(uintptr_t) explicit.p);
            EVP_PKEY_free(form);
            EVP_PKEY_free(both);
        }
        EVP_PKEY *explicit = with_param(key, OSSL_PKEY_PARAM_EC_ENCODING, "explicit");
        rs_bytes der = encode(explicit);
        CHECK_ROW(is_spelt(der, RS_KEY_RESPELT, standard), curves[i]);
        OPENSSL_free((void *)(uintptr_t)der.p);
        OPENSSL_free((void *)(uintptr_t)standard.p);
        EVP_PKEY_free(explicit);
        EVP_PKEY_free(key);
    }
}

/* The names of WTLS are second names of curves that have one. */
static void curves_with_two_names(void)
{
    static const struct {
        const char *wtls, *name;
    } rows[] = {
        {"wap-wsg-idm-ecid-wtls3", "sect163k1"},  {"wap-wsg-idm-ecid-wtls4", "sect113r1"},
        {"wap-wsg-idm-ecid-wtls5", "c2pnb163v1"}, {"wap-wsg-idm-ecid-wtls6", "secp112r1"},
        {"wap-wsg-idm-ecid-wtls7", "secp160r2"},  {"wap-wsg-idm-ecid-wtls10", "sect233k1"},
        {"wap-wsg-idm-ecid-wtls11", "sect233r1"}, {"wap-wsg-idm-ecid-wtls12", "secp224r1"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        const ASN1_OBJECT *wtls = OBJ_nid2obj(OBJ_sn2nid(rows[i].wtls));
        EVP_PKEY *key = made(EVP_EC_gen(rows[i].name));
        rs_bytes standard = encode(key);
        uint8_t point[64], algorithm[32] = "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06";
        size_t point_size, n = OBJ_length(wtls);
        done(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point,
                                             &point_size));
        algorithm[10] = (uint8_t)n;
        memcpy(algorithm + 11, OBJ_get0_data(wtls), n);
        spki other;
        spki_make(&other, bytes_of(algorithm, 11 + n), bytes_of(point, point_size), 0);
        CHECK_ROW(is_spelt(view_of(&other), RS_KEY_RESPELT, standard), rows[i].wtls);
        OPENSSL_free((void *)(uintptr_t)standard.p);
        EVP_PKEY_free(key);
    }
}

static EVP_PKEY *new_dsa(void)
{
    EVP_PKEY *parameters = NULL, *key = NULL;
    EVP_PKEY_CTX *of_parameters = made(EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL));
    done(EVP_PKEY_paramgen_init(of_parameters));
    done(EVP_PKEY_CTX_set_dsa_paramgen_bits(of_parameters, 1024));
    done(EVP_PKEY_paramgen(of_parameters, &parameters));
    EVP_PKEY_CTX *of_key = made(EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL));
    done(EVP_PKEY_keygen_init(of_key));
    done(EVP_PKEY_keygen(of_key, &key));
    EVP_PKEY_CTX_free(of_parameters);
    EVP_PKEY_CTX_free(of_key);
    EVP_PKEY_free(parameters);
    return key;
}

/* Others are spelt as OpenSSL writes what it has read. */
static void spellings_of_others(void)
{
    EVP_PKEY *key = new_dsa();
    rs_bytes standard = encode(key), algorithm, bits, rest;
    rs_der element;
    done(rs_der_only(standard, RS_DER_SEQUENCE, &rest) &&
         rs_der_expect(&rest, RS_DER_SEQUENCE, &element));
    algorithm = element.value;
    done(rs_der_expect(&rest, RS_DER_BIT_STRING, &element));
    bits = rs_bytes_skip(element.value, 1);
    CU_ASSERT(is_spelt(standard, RS_KEY_RESPELT, standard));
    /* A number whose length takes one octet more. */
    uint8_t longer[256] = {2, 0x82, 0};
    done(bits.p[1] == 0x81 && bits.n < 200);
    memcpy(longer + 3, bits.p + 2, bits.n - 2);
    spki s;
    spki_make(&s, algorithm, bytes_of(longer, bits.n + 1), 0);
    CU_ASSERT(is_spelt(view_of(&s), RS_KEY_RESPELT, standard));
    OPENSSL_free((void *)(uintptr_t)standard.p);
    EVP_PKEY_free(key);
}

/* OpenSSL's functions never see how many bits of a key's last octet are unused. */
static void unused_bits(void)
{
    EVP_PKEY *key = made(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
    rs_bytes standard = encode(key);
    ((uint8_t *)(uintptr_t)standard.p)[standard.n - 1] &= 0xf0;
    spki s;
    spki_make(&s, bytes_of("\x06\x03\x2b\x65\x70", 5), rs_bytes_tail(standard, 32), 4);
    CU_ASSERT(is_spelt(view_of(&s), RS_KEY_STANDARD, standard));
    OPENSSL_free((void *)(uintptr_t)standard.p);
    EVP_PKEY_free(key);
}

#define EC_OIDS "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"

/* What OpenSSL cannot read: unknown if there is more than one spelling, else it is itself. */
static void keys_that_cannot_be_read(void)
{
    static const struct {
        const char *row, *algorithm;
        size_t size;
        const char *bits;
        size_t bits_size;
        rs_key_spelling expected;
    } rows[] = {
        {"RSA without numbers", RSA_OID "\x05\0", 13, "\x30\0", 2, RS_KEY_UNKNOWN},
        {"RSA, no sequence", RSA_OID "\x05\0", 13, "xyz", 3, RS_KEY_UNKNOWN},
        {"point of one octet", EC_OIDS, 19, "\2", 1, RS_KEY_UNKNOWN},
        {"point at infinity", EC_OIDS, 19, "\0", 1, RS_KEY_UNKNOWN},
        {"no such point", EC_OIDS, 19, "\2\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11,
         RS_KEY_UNKNOWN},
        {"curve without a name", EC_OIDS, 9, "\4xy", 3, RS_KEY_UNKNOWN},
        {"another algorithm", "\x06\x03\x2a\x03\x04", 5, "xyz", 3, RS_KEY_UNREAD},
        {"Ed25519 with parameters", "\x06\x03\x2b\x65\x70\x05\0", 7, "xyz", 3, RS_KEY_UNREAD},
        {"no key", "\x06\x03\x2b\x65\x70", 5, "", 0, RS_KEY_UNKNOWN},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint8_t sha256[RS_SHA256_SIZE];
        spki s;
        spki_make(&s, bytes_of(rows[i].algorithm, rows[i].size),
                  bytes_of(rows[i].bits, rows[i].bits_size), 0);
        CHECK_ROW(hash_of(view_of(&s), sha256) == rows[i].expected, rows[i].row);
    }
    uint8_t sha256[RS_SHA256_SIZE];
    CU_ASSERT_EQUAL(hash_of(bytes_of(NULL, 0), sha256), RS_KEY_UNKNOWN);
}

static CU_TestInfo tests[] = {
    {"standard spellings", standard_spellings},
    {"spellings of RSA", spellings_of_rsa},
    {"spellings of EC", spellings_of_ec},
    {"curves with two names", curves_with_two_names},
    {"spellings of others", spellings_of_others},
    {"unused bits", unused_bits},
    {"keys that cannot be read", keys_that_cannot_be_read},
    CU_TEST_INFO_NULL,
};

RS_SUITE("key_spelling", tests)
