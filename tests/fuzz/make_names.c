/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/corpus.h"

/* The value of an extension as openssl.cnf spells it; free it with X509_EXTENSION_free. */
X509_EXTENSION *corpus_extension(int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, NULL, NULL, NULL, NULL, 0);
    X509_EXTENSION *made = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    CHECK(made != NULL);
    return made;
}

const corpus_san corpus_sans[CORPUS_SANS] = {
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

const corpus_subject corpus_subjects[CORPUS_SUBJECTS] = {
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

X509_NAME *corpus_subject_name(const corpus_subject *subject)
{
    X509_NAME *made = X509_NAME_new();
    for (size_t i = 0; i < 4 && subject->attributes[i].field != NULL; i++) {
        const corpus_attribute *a = &subject->attributes[i];
        CHECK(X509_NAME_add_entry_by_txt(made, a->field, a->type, (const unsigned char *)a->value,
                                         a->size, -1, a->set));
    }
    return made;
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
        corpus_put_file(directory, "names", odd[i].name, odd[i].p, odd[i].n);
}

void corpus_put_names(const char *directory)
{
    char name[64];
    for (size_t i = 0; i < CORPUS_SANS; i++) {
        X509_EXTENSION *made = corpus_extension(NID_subject_alt_name, corpus_sans[i].value);
        const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(made);
        const unsigned char *p = ASN1_STRING_get0_data(value);
        size_t n = (size_t)ASN1_STRING_length(value);
        snprintf(name, sizeof name, "san_%s", corpus_sans[i].name);
        corpus_put_file(directory, "names", name, p, n);
        X509_EXTENSION_free(made);
    }
    for (size_t i = 0; i < CORPUS_SUBJECTS; i++) {
        X509_NAME *made = corpus_subject_name(&corpus_subjects[i]);
        unsigned char *der = NULL;
        int n = i2d_X509_NAME(made, &der);
        CHECK(n > 0);
        snprintf(name, sizeof name, "subject_%s", corpus_subjects[i].name);
        corpus_put_file(directory, "names", name, der, (size_t)n);
        OPENSSL_free(der);
        X509_NAME_free(made);
    }
    put_odd_names(directory);
}
