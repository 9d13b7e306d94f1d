/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/corpus.h"
#include "tests/fuzz/identity.h"

typedef struct name {
    enum identity_kind kind;
    const char *bytes;
    size_t n;
} name;

#define NAME(kind, s)                                                                              \
    {                                                                                              \
        IDENTITY_##kind, s, sizeof s - 1                                                           \
    }

static const struct {
    const char *file;
    enum identity_list list;
    name names[3];
} identities[] = {
    {"cn_host", IDENTITY_LIST_SUFFIX, {NAME(CN_UTF8, "www.corp.example")}},
    {"cn_host_outside", IDENTITY_LIST_SUFFIX, {NAME(CN_PRINTABLE, "www.evil.example")}},
    {"cn_word", IDENTITY_LIST_CN, {NAME(CN_IA5, "admin")}},
    {"cn_word_outside", IDENTITY_LIST_CN, {NAME(CN_IA5, "postgres")}},
    {"cn_phrase", IDENTITY_LIST_SUFFIX, {NAME(CN_UTF8, "Jane Doe")}},
    {"cn_another_script", IDENTITY_LIST_SUFFIX, {NAME(CN_UTF8, "M\xc3\xbcller")}},
    {"cn_wide_dot", IDENTITY_LIST_SUFFIX, {NAME(CN_UTF8, "evil\xe3\x80\x82\x65xample\xc3\xbc")}},
    {"cn_mailbox", IDENTITY_LIST_MAILBOX, {NAME(CN_UTF8, "jane@corp.example")}},
    {"cn_mailbox_outside", IDENTITY_LIST_MAILBOX, {NAME(CN_UTF8, "joe@corp.example")}},
    {"cn_address", IDENTITY_LIST_IP, {NAME(CN_UTF8, "10.1.2.3")}},
    {"cn_address_outside", IDENTITY_LIST_IP, {NAME(CN_UTF8, "11.1.2.3")}},
    {"cn_bmp", IDENTITY_LIST_SUFFIX, {NAME(CN_BMP, "\0a\0.\0c\0o\0r\0p\0.\0e\0x\0a\0m\0p\0l\0e")}},
    {"cn_bmp_raw", IDENTITY_LIST_SUFFIX, {NAME(CN_BMP, "evil.example")}},
    {"cn_universal_raw", IDENTITY_LIST_SUFFIX, {NAME(CN_UNIVERSAL, "\0\1\0.\0\0\0a")}},
    {"cn_teletex", IDENTITY_LIST_SUFFIX, {NAME(CN_TELETEX, "M\xfcller")}},
    {"cn_bits", IDENTITY_LIST_SUFFIX, {NAME(CN_BITS, "evil.example")}},
    {"cn_any", IDENTITY_LIST_CN_ANY, {NAME(CN_UTF8, "postgres")}},
    {"cn_any_host", IDENTITY_LIST_CN_ANY, {NAME(CN_UTF8, "www.evil.example")}},
    {"cn_any_mailbox", IDENTITY_LIST_CN_ANY, {NAME(CN_UTF8, "joe@evil.example")}},
    {"cn_nul", IDENTITY_LIST_SUFFIX, {NAME(CN_UTF8, "evil.example\0.corp.example")}},
    {"cn_nul_phrase", IDENTITY_LIST_SUFFIX, {NAME(CN_UTF8, "admin\0 is a phrase")}},
    {"cn_two", IDENTITY_LIST_SUFFIX, {NAME(CN_UTF8, "a.corp.example"), NAME(CN_UTF8, "admin")}},
    {"finding_cn_suffix_twice",
     IDENTITY_LIST_SUFFIX,
     {NAME(CN_UTF8, "CORP.EXAMPLE"), NAME(CN_UTF8, "CORP.EXAMPLE")}},
    {"cn_beside_dns", IDENTITY_LIST_SUFFIX, {NAME(DNS, "a.corp.example"), NAME(CN_UTF8, "admin")}},
    {"attribute_mailbox", IDENTITY_LIST_MAILBOX, {NAME(MAIL_IA5, "jane@corp.example")}},
    {"attribute_outside", IDENTITY_LIST_SUFFIX, {NAME(MAIL_UTF8, "joe@evil.example")}},
    {"attribute_word", IDENTITY_LIST_SUFFIX, {NAME(MAIL_IA5, "admin")}},
    {"finding_attribute_two_dots", IDENTITY_LIST_SUFFIX, {NAME(MAIL_UTF8, "none..")}},
    {"attribute_bmp", IDENTITY_LIST_SUFFIX, {NAME(MAIL_BMP, "a@evil.example")}},
    {"dns", IDENTITY_LIST_DNS, {NAME(DNS, "www.corp.example")}},
    {"dns_below", IDENTITY_LIST_BELOW, {NAME(DNS, "corp.example"), NAME(DNS, "a.corp.example")}},
    {"dns_excluded", IDENTITY_LIST_EXCLUDE, {NAME(DNS, "a.hr.corp.example")}},
    {"dns_wildcard", IDENTITY_LIST_EXCLUDE, {NAME(DNS, "*.corp.example")}},
    {"dns_wildcard_good", IDENTITY_LIST_EXCLUDE, {NAME(DNS, "*.it.corp.example")}},
    {"dns_nul", IDENTITY_LIST_DNS, {NAME(DNS, "evil.example\0.corp.example")}},
    {"dns_address", IDENTITY_LIST_IP, {NAME(DNS, "10.1.2.3"), NAME(IP, "\x0a\1\2\3")}},
    {"dns_number", IDENTITY_LIST_IP, {NAME(DNS, "0x7f.1")}},
    {"ip6_mapped", IDENTITY_LIST_IP, {NAME(IP, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\1\2\3")}},
    {"email", IDENTITY_LIST_MAILBOX, {NAME(EMAIL, "jane@corp.example")}},
    {"email_two_at", IDENTITY_LIST_SUFFIX, {NAME(EMAIL, "joe@evil.example@corp.example")}},
    {"email_quoted", IDENTITY_LIST_SUFFIX, {NAME(EMAIL, "\"joe@evil.example\"@corp.example")}},
    {"uri", IDENTITY_LIST_URI, {NAME(URI, "https://user@corp.example:443/a")}},
    {"uri_backslash", IDENTITY_LIST_URI, {NAME(URI, "https://evil.example\\@corp.example/")}},
    {"uri_no_slashes", IDENTITY_LIST_URI, {NAME(URI, "https:evil.example")}},
    {"uri_urn", IDENTITY_LIST_URI, {NAME(URI, "urn:uuid:a b")}},
    {"uri_sip", IDENTITY_LIST_URI, {NAME(URI, "sips:jane@corp.example:5061;transport=tls")}},
    {"uri_file", IDENTITY_LIST_URI, {NAME(URI, "file:///etc/passwd")}},
    {"upn", IDENTITY_LIST_SUFFIX, {NAME(UPN, "admin@corp.example")}},
    {"upn_outside", IDENTITY_LIST_SUFFIX, {NAME(UPN, "admin@evil.example")}},
    {"xmpp", IDENTITY_LIST_SUFFIX, {NAME(XMPP, "a@corp.example/b@evil.example")}},
    {"srv", IDENTITY_LIST_SUFFIX, {NAME(SRV, "_imap.corp.example")}},
    {"smtp_utf8", IDENTITY_LIST_SUFFIX, {NAME(SMTP_UTF8, "j\xc3\xa4ne@corp.example")}},
    {"nai", IDENTITY_LIST_SUFFIX, {NAME(NAI, "radius.corp.example")}},
    {"nai_outside", IDENTITY_LIST_SUFFIX, {NAME(NAI, "evil.example")}},
    {"krb5", IDENTITY_LIST_SUFFIX, {NAME(KRB5, "CORP.EXAMPLE")}},
    {"krb5_outside", IDENTITY_LIST_SUFFIX, {NAME(KRB5, "EVIL.EXAMPLE")}},
    {"single_label", IDENTITY_LIST_SINGLE_LABEL, {NAME(DNS, "srv01"), NAME(CN_UTF8, "2365734589")}},
    {"single_label_outside", IDENTITY_LIST_SINGLE_LABEL, {NAME(DNS, "srv01.evil")}},
    {"one_of_each",
     IDENTITY_LIST_SUFFIX,
     {NAME(CN_UTF8, "Jane Doe"), NAME(EMAIL, "jane@corp.example"), NAME(IP, "\x0a\1\2\3")}},
};

void corpus_put_identities(const char *directory)
{
    for (size_t i = 0; i < sizeof identities / sizeof *identities; i++) {
        unsigned char bytes[1 + 3 * 258] = {(unsigned char)identities[i].list};
        size_t size = 1;
        for (size_t j = 0; j < 3 && identities[i].names[j].n > 0; j++) {
            const name *n = &identities[i].names[j];
            bytes[size++] = (unsigned char)n->kind;
            bytes[size++] = (unsigned char)n->n;
            memcpy(bytes + size, n->bytes, n->n);
            size += n->n;
        }
        corpus_put_file(directory, "identity", identities[i].file, bytes, size);
    }
}
