/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the corpora of fuzz_image, fuzz_names and fuzz_chain, the same bytes each time. The list
 * sources of fuzz_source are written by hand; those named good_* become the images.
 *
 * usage: make_corpus CORPUS-DIRECTORY
 */
#include "file.h"
#include "fuzz.h"
#include "fuzz_keys.h"
#include "image_writer.h"
#include "list_merge.h"
#include "source.h"

#include <dirent.h>
#include <limits.h>
#include <openssl/x509v3.h>

static void put_file(const char *directory, const char *kind, const char *name, const void *p,
                     size_t n)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s/%s", directory, kind, name);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(p, 1, n, file) == n && fclose(file) == 0);
}

/* ---- images ---- */

static bool read_pem(void *arg, const char *path, uint8_t spki_sha256[RS_SHA256_SIZE],
                     uint8_t certificate_sha256[RS_SHA256_SIZE], char why[200])
{
    (void)arg;
    (void)why;
    memset(spki_sha256, path[0], RS_SHA256_SIZE);
    memset(certificate_sha256, path[0] + 1, RS_SHA256_SIZE);
    return true;
}

static void put_image(const char *directory, const char *name, rs_bytes text)
{
    rs_list list = {.stanzas = NULL}, merged = {.stanzas = NULL};
    rs_list *lists[] = {&list};
    rs_diagnostics diagnostics = {.items = NULL};
    rs_source source = {.file = "fuzz.list", .text = text, .read_pem = read_pem};
    uint8_t *bytes;
    size_t size;
    CHECK(rs_source_parse(&source, &list, &diagnostics));
    CHECK(rs_list_merge(lists, 1, &merged, &diagnostics));
    for (size_t i = 0; i < diagnostics.count; i++)
        fprintf(stderr, "%s:%u: %s\n", name, (unsigned)diagnostics.items[i].line,
                diagnostics.items[i].text);
    CHECK(rs_image_write(&merged, &bytes, &size) == RS_WRITE_OK);
    put_file(directory, "image", name, bytes, size);
    free(bytes);
    rs_list_free(&merged);
    rs_list_free(&list);
    rs_diagnostics_clear(&diagnostics);
}

static void put_images(const char *directory)
{
    char path[PATH_MAX];
    const struct dirent *entry;
    snprintf(path, sizeof path, "%s/source", directory);
    DIR *sources = opendir(path);
    CHECK(sources != NULL);
    while ((entry = readdir(sources)) != NULL) {
        uint8_t *text;
        size_t size;
        if (strncmp(entry->d_name, "good_", 5) != 0)
            continue;
        snprintf(path, sizeof path, "%s/source/%s", directory, entry->d_name);
        CHECK(rs_file_read(path, 1 << 20, &text, &size) == RS_FILE_OK);
        put_image(directory, entry->d_name, rs_bytes_make(text, size));
        free(text);
    }
    closedir(sources);
}

/* ---- names ---- */

/* The value of an extension as openssl.cnf spells it; free it with X509_EXTENSION_free. */
static X509_EXTENSION *extension(int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, NULL, NULL, NULL, NULL, 0);
    X509_EXTENSION *made = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    CHECK(made != NULL);
    return made;
}

static const struct san {
    const char *name, *value;
} sans[] = {
    {"dns", "DNS:www.corp.example"},
    {"dns_two", "DNS:www.corp.example,DNS:corp.example"},
    {"dns_outside", "DNS:www.evil.example"},
    {"dns_excluded", "DNS:www.hr.corp.example"},
    {"dns_wildcard", "DNS:*.corp.example"},
    {"dns_trailing_dot", "DNS:www.corp.example."},
    {"dns_upper_case", "DNS:WWW.CORP.EXAMPLE"},
    {"dns_address_text", "DNS:192.0.2.1"},
    {"dns_underscore", "DNS:_dmarc.corp.example"},
    {"email", "email:joe@corp.example"},
    {"email_outside", "email:joe@evil.example"},
    {"uri", "URI:https://www.corp.example:8443/path?query#fragment"},
    {"uri_user", "URI:ldap://joe:secret@ldap.corp.example/"},
    {"uri_urn", "URI:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"},
    {"uri_sip", "URI:sip:joe@corp.example;transport=tls"},
    {"uri_address", "URI:https://[2001:db8::1]/"},
    {"ip4", "IP:10.1.2.3"},
    {"ip4_outside", "IP:192.0.2.1"},
    {"ip6", "IP:2001:db8::1"},
    {"ip6_mapped", "IP:::ffff:10.1.2.3"},
    {"rid", "RID:1.2.3.4"},
    {"other_unknown", "otherName:1.2.3.5;UTF8:some text"},
    {"other_sequence", "otherName:1.2.3.5;NULL:"},
    {"other_smtp_utf8", "otherName:1.3.6.1.5.5.7.8.9;UTF8:joe@corp.example"},
    {"other_srv", "otherName:1.3.6.1.5.5.7.8.7;IA5:_imap.corp.example"},
    {"other_xmpp", "otherName:1.3.6.1.5.5.7.8.5;UTF8:joe@corp.example/home"},
    {"other_upn", "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:joe@corp.example"},
    {"many", "DNS:a.corp.example,email:a@corp.example,URI:x://corp.example/,IP:10.0.0.1,"
             "RID:1.2.3,otherName:1.3.6.1.5.5.7.8.7;IA5:_x.corp.example,DNS:b.corp.example"},
};

static const struct subject {
    const char *name;
    struct attribute {
        const char *field;
        int type;
        const char *value; /* wide ones with their bytes */
        int size, set;
    } attributes[4];
} subjects[] = {
    {"empty", {{NULL, 0, NULL, 0, 0}}},
    {"cn_host", {{"CN", V_ASN1_UTF8STRING, "www.corp.example", 16, 0}}},
    {"cn_outside", {{"CN", V_ASN1_UTF8STRING, "www.evil.example", 16, 0}}},
    {"cn_address", {{"CN", V_ASN1_PRINTABLESTRING, "10.0.0.1", 8, 0}}},
    {"cn_word", {{"CN", V_ASN1_PRINTABLESTRING, "localhost", 9, 0}}},
    {"cn_person", {{"CN", V_ASN1_UTF8STRING, "Jane Doe", 8, 0}}},
    {"cn_bmp", {{"CN", V_ASN1_BMPSTRING, "\0w\0.\0c\0o", 8, 0}}},
    {"cn_universal", {{"CN", V_ASN1_UNIVERSALSTRING, "\0\0\0w\0\0\0.\0\1\0\0", 12, 0}}},
    {"cn_teletex", {{"CN", V_ASN1_T61STRING, "caf\xe9", 4, 0}}},
    {"cn_utf8", {{"CN", V_ASN1_UTF8STRING, "caf\xc3\xa9", 5, 0}}},
    {"cn_nul", {{"CN", V_ASN1_UTF8STRING, "www.corp.example\0.evil.example", 30, 0}}},
    {"cn_two",
     {{"CN", V_ASN1_UTF8STRING, "www.corp.example", 16, 0},
      {"CN", V_ASN1_UTF8STRING, "www.evil.example", 16, 0}}},
    {"email", {{"emailAddress", V_ASN1_IA5STRING, "joe@corp.example", 16, 0}}},
    {"organization", {{"O", V_ASN1_UTF8STRING, " Acme  Inc ", 11, 0}}},
    {"excluded_dirname",
     {{"O", V_ASN1_PRINTABLESTRING, "EVIL", 4, 0}, {"OU", V_ASN1_UTF8STRING, "x", 1, 0}}},
    {"rdn_of_three",
     {{"O", V_ASN1_UTF8STRING, "Acme", 4, 0},
      {"OU", V_ASN1_UTF8STRING, "x", 1, -1},
      {"CN", V_ASN1_UTF8STRING, "www", 3, -1},
      {"serialNumber", V_ASN1_NUMERICSTRING, "1", 1, 0}}},
};

enum { SANS = sizeof sans / sizeof *sans, SUBJECTS = sizeof subjects / sizeof *subjects };

static X509_NAME *subject_name(const struct subject *subject)
{
    X509_NAME *made = X509_NAME_new();
    for (size_t i = 0; i < 4 && subject->attributes[i].field != NULL; i++) {
        const struct attribute *a = &subject->attributes[i];
        CHECK(X509_NAME_add_entry_by_txt(made, a->field, a->type, (const unsigned char *)a->value,
                                         a->size, -1, a->set));
    }
    return made;
}

static void put_names(const char *directory)
{
    char name[64];
    for (size_t i = 0; i < SANS; i++) {
        X509_EXTENSION *made = extension(NID_subject_alt_name, sans[i].value);
        const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(made);
        const unsigned char *p = ASN1_STRING_get0_data(value);
        size_t n = (size_t)ASN1_STRING_length(value);
        snprintf(name, sizeof name, "san_%s", sans[i].name);
        put_file(directory, "names", name, p, n);
        X509_EXTENSION_free(made);
    }
    for (size_t i = 0; i < SUBJECTS; i++) {
        X509_NAME *made = subject_name(&subjects[i]);
        unsigned char *der = NULL;
        int n = i2d_X509_NAME(made, &der);
        CHECK(n > 0);
        snprintf(name, sizeof name, "subject_%s", subjects[i].name);
        put_file(directory, "names", name, der, (size_t)n);
        OPENSSL_free(der);
        X509_NAME_free(made);
    }
}

/* What OpenSSL does not write. */
static void put_odd_names(const char *directory)
{
    static const struct {
        const char *name;
        size_t n;
        const char *p;
    } odd[] = {
        {"odd_empty", 0, ""},
        {"odd_no_names", 2, "\x30\x00"},
        {"odd_indefinite", 8,
         "\x30\x80\x82\x02"
         "ab\x00\x00"},
        {"odd_long_length", 7,
         "\x30\x81\x04\x82\x02"
         "ab"},
        {"odd_constructed_string", 8,
         "\x30\x06\xa2\x04\x16\x02"
         "ab"},
        {"odd_after_the_end", 7,
         "\x30\x04\x82\x02"
         "abX"},
        {"odd_truncated", 5,
         "\x30\x04\x82\x02"
         "a"},
        {"odd_x400", 6, "\x30\x04\xa3\x02\x30\x00"},
        {"odd_edi", 9,
         "\x30\x07\xa5\x05\xa1\x03\x0c\x01"
         "x"},
        {"odd_unknown_choice", 4, "\x30\x02\x89\x00"},
        {"odd_directory_implicit", 4, "\x30\x02\xa4\x00"},
        {"odd_empty_rdn", 4, "\x30\x02\x31\x00"},
        {"odd_surrogates", 17,
         "\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x1e\x04\xd8\x00\xdc"
         "\x00"},
        {"odd_bad_utf8", 15, "\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02\xc0\x80"},
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        put_file(directory, "names", odd[i].name, odd[i].p, odd[i].n);
}

/* ---- chains ---- */

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
    X509_EXTENSION *made = extension(nid, value);
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
    put_file(directory, "chain", name, all, size);
    free(all);
}

static void put_chains(const char *directory)
{
    static const char *const usages[] = {"serverAuth", "clientAuth", "emailProtection", "1.2.3"};
    char name[64];
    X509 *root = new_ca(0, "Root", NULL, 0), *ca = new_ca(1, "CA", root, 0);
    X509 *rollover = new_ca(2, "CA", ca, 1), *other_root = new_ca(3, "Other", NULL, 3);
    add(rollover, NID_subject_alt_name, "DNS:www.evil.example");
    sign(rollover, ca, 1);
    for (size_t i = 0; i < SANS; i++) {
        X509 *leaf = new_certificate(4, NULL);
        add(leaf, NID_subject_alt_name, sans[i].value);
        add(leaf, NID_ext_key_usage, usages[i % 4]);
        sign(leaf, ca, 1);
        snprintf(name, sizeof name, "san_%s", sans[i].name);
        put_chain(directory, name, (X509 *[]){leaf, ca, root, NULL});
        X509_free(leaf);
    }
    for (size_t i = 0; i < SUBJECTS; i++) {
        X509 *leaf = new_certificate(4, NULL);
        X509_NAME *subject = subject_name(&subjects[i]);
        CHECK(X509_set_subject_name(leaf, subject));
        X509_NAME_free(subject);
        sign(leaf, other_root, 3);
        snprintf(name, sizeof name, "subject_%s", subjects[i].name);
        put_chain(directory, name, (X509 *[]){leaf, other_root, NULL});
        X509_free(leaf);
    }
    X509 *leaf = new_certificate(4, "www.corp.example");
    add(leaf, NID_subject_alt_name, "DNS:www.corp.example");
    sign(leaf, rollover, 2);
    put_chain(directory, "of_one_leaf", (X509 *[]){leaf, NULL});
    put_chain(directory, "of_one_root", (X509 *[]){root, NULL});
    put_chain(directory, "self_issued_ca", (X509 *[]){leaf, rollover, ca, root, NULL});
    put_chain(directory, "root_in_the_middle", (X509 *[]){leaf, root, rollover, other_root, NULL});
    add(leaf, NID_subject_alt_name, "DNS:www.evil.example");
    sign(leaf, ca, 1);
    put_chain(directory, "san_twice", (X509 *[]){leaf, ca, root, NULL});
    X509_free(leaf);
    X509_free(rollover);
    X509_free(other_root);
    X509_free(ca);
    X509_free(root);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s CORPUS-DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    put_images(argv[1]);
    put_names(argv[1]);
    put_odd_names(argv[1]);
    put_chains(argv[1]);
    return EXIT_SUCCESS;
}
