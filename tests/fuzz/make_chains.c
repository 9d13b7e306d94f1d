/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/corpus.h"
#include "tests/fuzz/fuzz_keys.h"

static void set_common_name(X509_NAME *name, const char *text)
{
    CHECK(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)text, -1, -1,
                                     0));
}

static X509 *new_certificate(unsigned char key_number, const char *subject)
{
    EVP_PKEY *key = fuzz_key(key_number);
    X509 *made = X509_new();
    X509_NAME *name = X509_NAME_new();
    CHECK(key != NULL && made != NULL && name != NULL);
    if (subject != NULL)
        set_common_name(name, subject);
    CHECK(X509_set_version(made, X509_VERSION_3) && X509_set_subject_name(made, name) &&
          ASN1_INTEGER_set(X509_get_serialNumber(made), 1) &&
          ASN1_TIME_set_string(X509_getm_notBefore(made), "20250101000000Z") &&
          ASN1_TIME_set_string(X509_getm_notAfter(made), "20450101000000Z") &&
          X509_set_pubkey(made, key));
    X509_NAME_free(name);
    EVP_PKEY_free(key);
    return made;
}

static void add(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *made = corpus_extension(nid, value);
    CHECK(X509_add_ext(certificate, made, -1));
    X509_EXTENSION_free(made);
}

static void sign(X509 *certificate, const X509 *issuer, unsigned char key_number)
{
    EVP_PKEY *key = fuzz_key(key_number);
    CHECK(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) &&
          X509_sign(certificate, key, NULL) > 0);
    EVP_PKEY_free(key);
}

static X509 *new_ca(unsigned char key_number, const char *subject, const X509 *issuer,
                    unsigned char issuer_key)
{
    X509 *made = new_certificate(key_number, subject);
    add(made, NID_basic_constraints, "critical,CA:TRUE");
    sign(made, issuer == NULL ? made : issuer, issuer_key);
    return made;
}

/* Writes certificates one after another; NULL ends them. */
static void put_chain(const char *directory, const char *name, X509 *const *chain)
{
    unsigned char *all = NULL;
    size_t size = 0;
    for (; *chain != NULL; chain++) {
        unsigned char *der = NULL;
        int n = i2d_X509(*chain, &der);
        CHECK(n > 0 && (all = realloc(all, size + (size_t)n)) != NULL);
        memcpy(all + size, der, (size_t)n);
        size += (size_t)n;
        OPENSSL_free(der);
    }
    corpus_put_file(directory, "chain", name, all, size);
    free(all);
}

typedef struct issuers {
    X509 *root, *ca, *rollover, *other_root;
} issuers;

static void put_pieces(const char *directory, const issuers *by)
{
    /* An excluded organisation as a string in pieces, which OpenSSL joins. */
    static const unsigned char pieces[] = {0x30, 17,   0x31, 15,   0x30, 13,  6,   3,   0x55, 4,
                                           10,   0x2c, 6,    0x0c, 4,    'E', 'v', 'i', 'l'};
    const unsigned char *p = pieces;
    X509_NAME *evil = d2i_X509_NAME(NULL, &p, sizeof pieces);
    X509 *leaf = new_certificate(4, NULL);
    CHECK(evil != NULL && X509_set_subject_name(leaf, evil));
    X509_NAME_free(evil);
    sign(leaf, by->ca, 1);
    put_chain(directory, "finding_string_in_pieces", (X509 *[]){leaf, by->ca, by->root, NULL});
    X509_free(leaf);
}

/* Chains that are odd as a whole. */
static void put_odd_chains(const char *directory, const issuers *by)
{
    X509 *leaf = new_certificate(4, "www.corp.example");
    add(leaf, NID_subject_alt_name, "DNS:www.corp.example");
    sign(leaf, by->rollover, 2);
    put_chain(directory, "of_one_leaf", (X509 *[]){leaf, NULL});
    put_chain(directory, "of_one_root", (X509 *[]){by->root, NULL});
    put_chain(directory, "self_issued_ca", (X509 *[]){leaf, by->rollover, by->ca, by->root, NULL});
    X509 *below = new_certificate(2, "Below");
    add(below, NID_basic_constraints, "critical,CA:TRUE");
    add(below, NID_subject_alt_name, "DNS:www.evil.example");
    sign(below, by->ca, 1);
    put_chain(directory, "ca_outside", (X509 *[]){leaf, below, by->root, NULL});
    X509_free(below);
    put_chain(directory, "root_in_the_middle",
              (X509 *[]){leaf, by->root, by->rollover, by->other_root, NULL});
    add(leaf, NID_subject_alt_name, "DNS:www.evil.example");
    sign(leaf, by->ca, 1);
    put_chain(directory, "san_twice", (X509 *[]){leaf, by->ca, by->root, NULL});
    X509_free(leaf);
}

/* P-256's generator, which is the key of number 1, and a modulus of 512 bits. */
static const unsigned char ec_point[] = {
    4,    0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5,
    0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4,
    0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a,
    0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33,
    0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};

/* A CA whose key is spelt as given. */
static X509 *new_spelt(int algorithm, int type, void *parameter, const unsigned char *bits,
                       size_t n, const issuers *by)
{
    X509 *made = new_ca(5, "Spelt", by->root, 0);
    unsigned char *copy = OPENSSL_memdup(bits, n);
    CHECK(copy != NULL && X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(made), OBJ_nid2obj(algorithm),
                                                 type, parameter, copy, (int)n));
    sign(made, by->root, 0);
    return made;
}

/* One key in several spellings. */
static void put_spellings(const char *directory, const issuers *by)
{
    enum { COMPRESSED = 33, MODULUS = 64 };
    unsigned char compressed[COMPRESSED] = {3}, hybrid[sizeof ec_point] = {7}, rsa[256];
    memcpy(compressed + 1, ec_point + 1, COMPRESSED - 1);
    memcpy(hybrid + 1, ec_point + 1, sizeof hybrid - 1);
    ASN1_OBJECT *curve = OBJ_nid2obj(NID_X9_62_prime256v1);
    X509 *ec[] = {
        new_spelt(NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, curve, ec_point, sizeof ec_point, by),
        new_spelt(NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, curve, compressed, sizeof compressed,
                  by),
        new_spelt(NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, curve, hybrid, sizeof hybrid, by),
        by->root, NULL};
    put_chain(directory, "keys_of_ec", ec);
    const unsigned char head[] = {0x30, 0x48, 2, 0x41, 0}, tail[] = {2, 3, 1, 0, 1, 0};
    memcpy(rsa, head, sizeof head);
    memset(rsa + sizeof head, 0xd7, MODULUS);
    memcpy(rsa + sizeof head + MODULUS, tail, sizeof tail);
    const size_t n = sizeof head + MODULUS + sizeof tail - 1;
    X509 *rsa_keys[] = {new_spelt(NID_rsaEncryption, V_ASN1_NULL, NULL, rsa, n, by),
                        new_spelt(NID_rsaEncryption, V_ASN1_UNDEF, NULL, rsa, n, by),
                        new_spelt(NID_rsaEncryption, V_ASN1_NULL, NULL, rsa, n + 1, by),
                        new_spelt(NID_rsassaPss, V_ASN1_UNDEF, NULL, rsa, n, by),
                        by->root,
                        NULL};
    put_chain(directory, "keys_of_rsa", rsa_keys);
    for (size_t i = 0; i < 3; i++)
        X509_free(ec[i]);
    for (size_t i = 0; i < 4; i++)
        X509_free(rsa_keys[i]);
}

/* Several certificates above one, and some that have only the name. */
static void put_stores(const char *directory, const issuers *by)
{
    X509 *leaf = new_certificate(4, NULL), *again = new_ca(0, "Root", NULL, 0);
    X509 *stranger = new_ca(3, "Root", NULL, 3), *cross = new_ca(0, "Root", by->other_root, 3);
    add(leaf, NID_subject_alt_name, "DNS:www.evil.example");
    sign(leaf, by->ca, 1);
    CHECK(ASN1_INTEGER_set(X509_get_serialNumber(again), 2));
    sign(again, again, 0);
    put_chain(directory, "store_of_several",
              (X509 *[]){leaf, by->ca, stranger, again, cross, by->other_root, by->root, NULL});
    put_chain(directory, "store_in_a_circle",
              (X509 *[]){leaf, by->ca, by->rollover, cross, cross, NULL});
    X509_free(leaf);
    X509_free(again);
    X509_free(stranger);
    X509_free(cross);
}

void corpus_put_chains(const char *directory)
{
    static const char *const usages[] = {"serverAuth", "clientAuth", "emailProtection", "1.2.3"};
    char name[64];
    X509 *root = new_ca(0, "Root", NULL, 0), *ca = new_ca(1, "CA", root, 0);
    X509 *rollover = new_ca(2, "CA", ca, 1), *other_root = new_ca(3, "Other", NULL, 3);
    add(rollover, NID_subject_alt_name, "DNS:www.evil.example");
    sign(rollover, ca, 1);
    for (size_t i = 0; i < CORPUS_SANS; i++) {
        X509 *leaf = new_certificate(4, NULL);
        add(leaf, NID_subject_alt_name, corpus_sans[i].value);
        add(leaf, NID_ext_key_usage, usages[i % 4]);
        sign(leaf, ca, 1);
        snprintf(name, sizeof name, "san_%s", corpus_sans[i].name);
        put_chain(directory, name, (X509 *[]){leaf, ca, root, NULL});
        X509_free(leaf);
    }
    for (size_t i = 0; i < CORPUS_SUBJECTS; i++) {
        X509 *leaf = new_certificate(4, NULL);
        X509_NAME *subject = corpus_subject_name(&corpus_subjects[i]);
        CHECK(X509_set_subject_name(leaf, subject));
        X509_NAME_free(subject);
        sign(leaf, other_root, 3);
        snprintf(name, sizeof name, "subject_%s", corpus_subjects[i].name);
        put_chain(directory, name, (X509 *[]){leaf, other_root, NULL});
        X509_free(leaf);
    }
    const issuers by = {root, ca, rollover, other_root};
    put_pieces(directory, &by);
    put_odd_chains(directory, &by);
    put_spellings(directory, &by);
    put_stores(directory, &by);
    X509_free(rollover);
    X509_free(other_root);
    X509_free(ca);
    X509_free(root);
}
