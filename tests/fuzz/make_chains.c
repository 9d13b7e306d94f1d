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
    X509_free(rollover);
    X509_free(other_root);
    X509_free(ca);
    X509_free(root);
}
