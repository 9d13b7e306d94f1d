/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/openssl_side.h"

#include <openssl/err.h>
#include <stdlib.h>

void *must(void *p)
{
    if (p == NULL)
        abort();
    return p;
}

static void must_be(int good)
{
    if (!good)
        abort();
}

void text_to_utf8(const trial_text *from, uint8_t utf8[2 * TEXT_MAX], size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < from->n; i++) {
        if (from->p[i] >= 0x80)
            utf8[(*n)++] = (uint8_t)(0xc0 | from->p[i] >> 6);
        utf8[(*n)++] = from->p[i] < 0x80 ? from->p[i] : (uint8_t)(0x80 | (from->p[i] & 0x3f));
    }
}

/* As the content of a string of this type. */
static void encode(const trial_text *from, int type, uint8_t content[4 * TEXT_MAX], size_t *n)
{
    size_t width = type == V_ASN1_BMPSTRING ? 2 : type == V_ASN1_UNIVERSALSTRING ? 4 : 1;
    if (type == V_ASN1_UTF8STRING) {
        text_to_utf8(from, content, n);
        return;
    }
    *n = from->n * width;
    memset(content, 0, *n);
    for (size_t i = 0; i < from->n; i++)
        content[i * width + width - 1] = from->p[i];
}

static ASN1_STRING *new_string(int type, const uint8_t *p, size_t n)
{
    ASN1_STRING *string = must(ASN1_STRING_type_new(type));
    must_be(ASN1_STRING_set(string, p, (int)n));
    return string;
}

X509_NAME *openssl_name(const trial_text *codes)
{
    static const int types[RDN_TYPES] = {NID_organizationName, NID_organizationalUnitName,
                                         NID_localityName, NID_stateOrProvinceName};
    static const struct {
        int type;
        size_t n;
        const char *p;
    } values[RDN_VALUES] = {
        {V_ASN1_UTF8STRING, 1, "a"},
        {V_ASN1_PRINTABLESTRING, 1, "A"},
        {V_ASN1_UTF8STRING, 2, " a"},
        {V_ASN1_UTF8STRING, 3, "a b"},
        {V_ASN1_BMPSTRING, 8, "\0A\0 \0 \0B"},
        {V_ASN1_IA5STRING, 1, "b"},
        {V_ASN1_UTF8STRING, 2, "\xc3\xa9"},
        {V_ASN1_T61STRING, 1, "\xe9"},
        {V_ASN1_UTF8STRING, 0, ""},
        {V_ASN1_NUMERICSTRING, 1, "1"},
        {V_ASN1_UNIVERSALSTRING, 8, "\0\0\0B\0\0\0 "},
        {V_ASN1_IA5STRING, 3, "a\tb"},
    };
    X509_NAME *made = must(X509_NAME_new());
    for (size_t i = 0; i < codes->n; i++) {
        uint8_t code = codes->p[i];
        size_t value = (code & 0xfu) % RDN_VALUES;
        must_be(X509_NAME_add_entry_by_NID(
            made, types[code >> 4 & 3], values[value].type, (const unsigned char *)values[value].p,
            (int)values[value].n, -1, i > 0 && (code & RDN_JOINS) != 0 ? -1 : 0));
    }
    return made;
}

static GENERAL_NAME *new_smtp_utf8(const trial_text *value)
{
    uint8_t utf8[2 * TEXT_MAX];
    size_t n;
    text_to_utf8(value, utf8, &n);
    GENERAL_NAME *made = must(GENERAL_NAME_new());
    ASN1_TYPE *type = must(ASN1_TYPE_new());
    ASN1_TYPE_set(type, V_ASN1_UTF8STRING, new_string(V_ASN1_UTF8STRING, utf8, n));
    must_be(GENERAL_NAME_set0_othername(made, OBJ_nid2obj(NID_id_on_SmtpUTF8Mailbox), type));
    return made;
}

static GENERAL_NAME *new_free_name(const trial_text *value)
{
    static const struct {
        const char *type_id;
        int string_type;
        const char *text;
    } others[FREE_NAMES] = {
        {"1.3.6.1.5.5.7.8.7", V_ASN1_IA5STRING, "_imap.evil.test"},
        {"1.3.6.1.5.5.7.8.5", V_ASN1_UTF8STRING, "joe@evil.test/home"},
        {"1.3.6.1.4.1.311.20.2.3", V_ASN1_UTF8STRING, "joe@evil.test"},
        {"1.2.3.4", V_ASN1_PRINTABLESTRING, "evil.test"},
        {NULL, 0, NULL},
    };
    const size_t chosen = value->p[0] % FREE_NAMES;
    GENERAL_NAME *made = must(GENERAL_NAME_new());
    if (others[chosen].type_id == NULL) {
        GENERAL_NAME_set0_value(made, GEN_RID, must(OBJ_txt2obj("1.2.3.4", 1)));
        return made;
    }
    const char *spelt = others[chosen].text;
    ASN1_TYPE *type = must(ASN1_TYPE_new());
    ASN1_TYPE_set(type, others[chosen].string_type,
                  new_string(others[chosen].string_type, (const uint8_t *)spelt, strlen(spelt)));
    must_be(GENERAL_NAME_set0_othername(made, must(OBJ_txt2obj(others[chosen].type_id, 1)), type));
    return made;
}

static GENERAL_NAME *new_general_name(name_kind kind, const trial_text *value)
{
    static const struct {
        int choice, type;
    } strings[] = {
        [NAME_DNS] = {GEN_DNS, V_ASN1_IA5STRING},
        [NAME_EMAIL] = {GEN_EMAIL, V_ASN1_IA5STRING},
        [NAME_URI] = {GEN_URI, V_ASN1_IA5STRING},
        [NAME_IP] = {GEN_IPADD, V_ASN1_OCTET_STRING},
    };
    if (kind == NAME_SMTP_UTF8)
        return new_smtp_utf8(value);
    if (kind == NAME_FREE)
        return new_free_name(value);
    GENERAL_NAME *made = must(GENERAL_NAME_new());
    if (kind == NAME_DIRECTORY)
        GENERAL_NAME_set0_value(made, GEN_DIRNAME, openssl_name(value));
    else
        GENERAL_NAME_set0_value(made, strings[kind].choice,
                                new_string(strings[kind].type, value->p, value->n));
    return made;
}

static STACK_OF(GENERAL_SUBTREE) * new_subtrees(const trial *t, rs_polarity polarity)
{
    STACK_OF(GENERAL_SUBTREE) *made = NULL;
    for (size_t i = 0; i < t->rule_count; i++) {
        if (t->rules[i].polarity != polarity)
            continue;
        if (made == NULL)
            made = must(sk_GENERAL_SUBTREE_new_null());
        GENERAL_SUBTREE *subtree = must(GENERAL_SUBTREE_new());
        GENERAL_NAME_free(subtree->base);
        subtree->base = new_general_name(t->rules[i].kind, &t->rules[i].value);
        must_be(sk_GENERAL_SUBTREE_push(made, subtree));
    }
    return made;
}

NAME_CONSTRAINTS *openssl_constraints(const trial *t)
{
    NAME_CONSTRAINTS *made = must(NAME_CONSTRAINTS_new());
    made->permittedSubtrees = new_subtrees(t, RS_PERMIT);
    made->excludedSubtrees = new_subtrees(t, RS_EXCLUDE);
    return made;
}

static void put_subject(X509 *certificate, const trial *t)
{
    X509_NAME *subject = openssl_name(&t->rdns);
    for (size_t i = 0; i < t->name_count; i++) {
        const trial_name *n = &t->names[i];
        uint8_t content[4 * TEXT_MAX];
        size_t size;
        if (n->kind != NAME_CN && n->kind != NAME_EMAIL_ATTRIBUTE)
            continue;
        encode(&n->value, n->string_type, content, &size);
        must_be(X509_NAME_add_entry_by_NID(
            subject, n->kind == NAME_CN ? NID_commonName : NID_pkcs9_emailAddress, n->string_type,
            content, (int)size, -1, 0));
    }
    must_be(X509_set_subject_name(certificate, subject));
    X509_NAME_free(subject);
}

static void put_usage(X509 *certificate, trial_usage usage)
{
    if (usage == USAGE_NONE)
        return;
    EXTENDED_KEY_USAGE *made = must(sk_ASN1_OBJECT_new_null());
    must_be(sk_ASN1_OBJECT_push(made, OBJ_nid2obj(NID_email_protect)));
    if (usage == USAGE_TLS)
        must_be(sk_ASN1_OBJECT_push(made, OBJ_nid2obj(NID_server_auth)));
    must_be(X509_add1_ext_i2d(certificate, NID_ext_key_usage, made, 0, X509V3_ADD_APPEND));
    sk_ASN1_OBJECT_free(made);
}

void openssl_put_names(X509 *certificate, const trial *t)
{
    GENERAL_NAMES *names = must(GENERAL_NAMES_new());
    for (size_t i = 0; i < t->name_count; i++) {
        const trial_name *n = &t->names[i];
        if (n->kind != NAME_CN && n->kind != NAME_EMAIL_ATTRIBUTE)
            must_be(sk_GENERAL_NAME_push(names, new_general_name(n->kind, &n->value)));
    }
    if (sk_GENERAL_NAME_num(names) > 0)
        must_be(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, X509V3_ADD_APPEND));
    GENERAL_NAMES_free(names);
    put_subject(certificate, t);
    put_usage(certificate, t->usage);
}

bool openssl_permits(X509 *certificate, NAME_CONSTRAINTS *constraints, const trial *t)
{
    (void)X509_get_extension_flags(certificate); /* decodes the SAN */
    int error = NAME_CONSTRAINTS_check(certificate, constraints);
    if (error == X509_V_OK && !trial_has_dns_name(t))
        error = NAME_CONSTRAINTS_check_CN(certificate, constraints);
    ERR_clear_error();
    return error == X509_V_OK;
}
