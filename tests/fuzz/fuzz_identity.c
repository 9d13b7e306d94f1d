/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever identity a program could read from a certificate that is within scope is in scope, as a
 * naive comparison finds with the few lines of the list: each common name as octets and as text,
 * as they stand, cut at a NUL, and joined by dots; e-mail attributes likewise; each name of the
 * SAN, cut at a NUL too; of a name with several `@`, what stands behind each. Nothing here is
 * shared with the verdict: OpenSSL writes the names and reads them again.
 */
#include "tests/fuzz/identity.h"

#include "lib/chain/scope.h"
#include "lib/compiler/image_writer.h"
#include "lib/compiler/list_merge.h"
#include "lib/compiler/source.h"
#include "tests/fuzz/fuzz.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

/* ---- the lists, each in two spellings ---- */

enum { DNS = 1, EMAIL = 2, URI = 4, OTHER = 8, ALL = 15, RULES_MAX = 2 };

typedef struct rule {
    const char *suffix;
    unsigned forms;
    bool self, below, exclude;
} rule;

static const struct scope {
    const char *lines;
    rule rules[RULES_MAX];
    const char *mailbox, *common_name;
    bool any_common_name, net10, single_label;
} scopes[IDENTITY_LISTS] = {
    [IDENTITY_LIST_SUFFIX] = {.lines = "permit corp.example\n",
                              .rules = {{"corp.example", ALL, true, true, false}}},
    [IDENTITY_LIST_BELOW] = {.lines = "permit .corp.example\n",
                             .rules = {{"corp.example", ALL, false, true, false}}},
    [IDENTITY_LIST_EXCLUDE] = {.lines = "permit corp.example\n exclude hr.corp.example\n",
                               .rules = {{"corp.example", ALL, true, true, false},
                                         {"hr.corp.example", ALL, true, true, true}}},
    [IDENTITY_LIST_DNS] = {.lines = "permit dns:corp.example\n",
                           .rules = {{"corp.example", DNS, true, true, false}}},
    [IDENTITY_LIST_URI] = {.lines = "permit uri:corp.example\n",
                           .rules = {{"corp.example", URI, true, false, false}}},
    [IDENTITY_LIST_MAILBOX] = {.lines = "permit email:jane@corp.example\n",
                               .mailbox = "jane@corp.example"},
    [IDENTITY_LIST_IP] = {.lines = "permit ip:10.0.0.0/8\n", .net10 = true},
    [IDENTITY_LIST_CN] = {.lines = "permit cn:admin\n", .common_name = "admin"},
    [IDENTITY_LIST_CN_ANY] = {.lines = "permit cn:*\n", .any_common_name = true},
    [IDENTITY_LIST_SINGLE_LABEL] = {.lines = "permit single-label\n", .single_label = true},
};

static rs_stanza stanzas[IDENTITY_LISTS]; /* views of the images */
static uint8_t *images[IDENTITY_LISTS];

static void make_stanza(const char *lines, uint8_t **bytes, rs_stanza *stanza)
{
    char text[512];
    rs_list list = {.stanzas = NULL}, merged = {.stanzas = NULL};
    rs_list *lists[] = {&list};
    rs_diagnostics diagnostics = {.items = NULL};
    size_t size;
    rs_image image;
    int n = snprintf(text, sizeof text, "default\n %s", lines);
    rs_source source = {.file = "fuzz.list", .text = rs_bytes_make(text, (size_t)n)};
    CHECK(rs_source_parse(&source, &list, &diagnostics));
    CHECK(rs_list_merge(lists, 1, &merged, &diagnostics) && diagnostics.errors == 0);
    CHECK(rs_image_write(&merged, bytes, &size) == RS_WRITE_OK);
    CHECK(rs_image_open(rs_bytes_make(*bytes, size), &image) == RS_IMAGE_OK);
    rs_image_stanza(&image, 0, stanza);
    rs_list_free(&merged);
    rs_list_free(&list);
    rs_diagnostics_clear(&diagnostics);
}

/* ---- the naive comparison ---- */

static bool is_same(rs_bytes a, const char *b)
{
    return a.n == strlen(b) && OPENSSL_strncasecmp((const char *)a.p, b, a.n) == 0;
}

static bool contains(rs_bytes text, const char *part)
{
    return text.n > 0 && memmem(text.p, text.n, part, strlen(part)) != NULL;
}

static bool has_dot(rs_bytes text)
{
    return contains(text, ".") || contains(text, "\xe3\x80\x82") ||
           contains(text, "\xef\xbc\x8e") || contains(text, "\xef\xbd\xa1");
}

/* No host of several labels; one dot at the end is none between labels. */
static bool is_one_label(rs_bytes name)
{
    if (name.n > 1 && name.p[name.n - 1] == '.')
        name.n--;
    return !has_dot(name);
}

/* Whether `name` lies below `suffix`. */
static bool is_below(rs_bytes name, rs_bytes suffix)
{
    return name.n > suffix.n + 1 && name.p[name.n - suffix.n - 1] == '.' &&
           OPENSSL_strncasecmp((const char *)name.p + name.n - suffix.n, (const char *)suffix.p,
                               suffix.n) == 0;
}

static bool matches(const rule *r, rs_bytes name, bool wildcard)
{
    rs_bytes suffix = rs_bytes_of_string(r->suffix);
    bool self = is_same(name, r->suffix), below = is_below(name, suffix);
    if (!wildcard)
        return (r->self && self) || (r->below && below);
    return (r->below && (self || below)) || (r->exclude && (self || is_below(suffix, name)));
}

static bool host_in_scope(const struct scope *scope, unsigned form, rs_bytes name)
{
    bool permitted = false;
    if (name.n > 0 && name.p[name.n - 1] == '.')
        name.n--;
    if (form == DNS && scope->single_label && is_one_label(name) && !contains(name, "*"))
        return true;
    bool wildcard = name.n > 2 && memcmp(name.p, "*.", 2) == 0;
    if (wildcard)
        name = rs_bytes_skip(name, 2);
    for (size_t i = 0; i < RULES_MAX && scope->rules[i].suffix != NULL; i++) {
        const rule *r = &scope->rules[i];
        if ((r->forms & form) == 0 || !matches(r, name, wildcard))
            continue;
        if (r->exclude)
            return false;
        permitted = true;
    }
    return permitted;
}

static bool address_in_scope(const struct scope *scope, rs_bytes octets)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (octets.n == 16 && memcmp(octets.p, mapped, sizeof mapped) == 0)
        octets = rs_bytes_skip(octets, sizeof mapped);
    return scope->net10 && octets.n == 4 && octets.p[0] == 10;
}

/* Whether a text is an address; sets whether that is in scope. */
static bool read_address(const struct scope *scope, rs_bytes text, bool *in_scope)
{
    char copy[64];
    uint8_t octets[16];
    if (text.n == 0 || text.n >= sizeof copy || memchr(text.p, 0, text.n) != NULL)
        return false;
    memcpy(copy, text.p, text.n);
    /* One dot at the end is that of a host name. */
    copy[text.p[text.n - 1] == '.' ? text.n - 1 : text.n] = '\0';
    size_t n = inet_pton(AF_INET, copy, octets) == 1    ? 4
               : inet_pton(AF_INET6, copy, octets) == 1 ? 16
                                                        : 0;
    *in_scope = address_in_scope(scope, rs_bytes_make(octets, n));
    return n > 0;
}

/* A mailbox, or any text of the kind USER@HOST: what follows each `@` is a host in scope. */
static bool user_in_scope(const struct scope *scope, unsigned form, rs_bytes name)
{
    bool found = false;
    if (form == EMAIL && scope->mailbox != NULL)
        return is_same(name, scope->mailbox) && memcmp(name.p, scope->mailbox, 4) == 0;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] != '@')
            continue;
        found = true;
        if (!host_in_scope(scope, form, rs_bytes_skip(name, i + 1)))
            return false;
    }
    return found;
}

/* Characters of host names alone, from `from` on. */
static bool is_host_like(rs_bytes text, size_t from)
{
    static const char others[] = ".*-_";
    for (size_t i = from; i < text.n; i++) {
        uint8_t c = text.p[i], lower = c | 0x20;
        if (!(lower >= 'a' && lower <= 'z') && !(c >= '0' && c <= '9') &&
            memchr(others, c, sizeof others - 1) == NULL)
            return false;
    }
    return text.n > from;
}

/* What a program would take for a name: not a phrase, nor one word of another script. */
static bool common_name_in_scope(const struct scope *scope, rs_bytes name)
{
    bool address_is;
    if (name.n == 0 || contains(name, " "))
        return true;
    if (scope->common_name != NULL && is_same(name, scope->common_name))
        return true;
    if (contains(name, "@"))
        return user_in_scope(scope, EMAIL, name);
    if (!rs_bytes_are_ascii(name))
        return !has_dot(name);
    if (read_address(scope, name, &address_is))
        return address_is;
    return host_in_scope(scope, DNS, name) ||
           (scope->any_common_name && (is_one_label(name) || !is_host_like(name, 0)));
}

static bool dns_in_scope(const struct scope *scope, rs_bytes name)
{
    bool address_is;
    return read_address(scope, name, &address_is) ? address_is : host_in_scope(scope, DNS, name);
}

static size_t span(rs_bytes text, const char *of, bool in)
{
    size_t n = 0;
    while (n < text.n && (text.p[n] != 0 && strchr(of, text.p[n]) != NULL) == in)
        n++;
    return n;
}

/* Whether a URI's scheme, which ends at its first colon, is one of these. */
static bool has_scheme(rs_bytes uri, const char *const *schemes)
{
    rs_bytes scheme = rs_bytes_make(uri.p, span(uri, ":", false));
    while (*schemes != NULL && !is_same(scheme, *schemes))
        schemes++;
    return *schemes != NULL;
}

/* The host as lenient readers find it: of the web's, after slashes of any kind and number. */
static bool uri_in_scope(const struct scope *scope, rs_bytes name)
{
    static const char *const webs[] = {"http", "https", "ws", "wss", "ftp", NULL};
    static const char *const phones[] = {"sip", "sips", NULL};
    size_t colon = span(name, ":", false);
    rs_bytes rest = rs_bytes_skip(name, colon < name.n ? colon + 1 : name.n);
    bool has_slashes = rest.n >= 2 && memcmp(rest.p, "//", 2) == 0;
    const char *end = "/\\?#";
    if (has_scheme(name, webs))
        rest = rs_bytes_skip(rest, span(rest, "/\\", true));
    else if (has_scheme(name, phones))
        end = ";?";
    else if (has_slashes)
        rest = rs_bytes_skip(rest, 2);
    else
        return true;
    rs_bytes authority = rs_bytes_make(rest.p, span(rest, end, false));
    for (size_t at; (at = span(authority, "@", false)) < authority.n;)
        authority = rs_bytes_skip(authority, at + 1);
    authority.n = span(authority, ":", false);
    return authority.n == 0 || host_in_scope(scope, URI, authority);
}

static bool xmpp_in_scope(const struct scope *scope, rs_bytes name)
{
    name.n = span(name, "/", false);
    return contains(name, "@") ? user_in_scope(scope, OTHER, name)
                               : host_in_scope(scope, OTHER, name);
}

static bool srv_in_scope(const struct scope *scope, rs_bytes name)
{
    size_t dot = span(name, ".", false);
    return dot < name.n && host_in_scope(scope, OTHER, rs_bytes_skip(name, dot + 1));
}

static bool mail_in_scope(const struct scope *scope, rs_bytes name)
{
    return user_in_scope(scope, EMAIL, name);
}

static bool upn_in_scope(const struct scope *scope, rs_bytes name)
{
    return user_in_scope(scope, OTHER, name);
}

/* A realm may be a wildcard, as a DNS name may. */
static bool nai_in_scope(const struct scope *scope, rs_bytes name)
{
    return host_in_scope(scope, OTHER, name);
}

/* The realm stands behind the heads of SEQUENCE, [0] and GeneralString. */
static bool krb5_in_scope(const struct scope *scope, rs_bytes der)
{
    const unsigned char *p = der.p;
    for (int i = 0; i < 3; i++) {
        long length;
        int tag, class;
        if ((ASN1_get_object(&p, &length, &tag, &class, (long)der.n - (p - der.p)) & 0x80) != 0)
            return true;
        if (i == 2)
            return host_in_scope(scope, OTHER, rs_bytes_make(p, (size_t)length));
    }
    return true;
}

/* As it is, and up to a NUL, where C ends. */
static void check_text(const struct scope *scope, rs_bytes name,
                       bool in_scope(const struct scope *scope, rs_bytes name))
{
    const uint8_t *nul = name.n == 0 ? NULL : memchr(name.p, 0, name.n);
    CHECK(in_scope(scope, name));
    if (nul != NULL && nul > name.p)
        CHECK(in_scope(scope, rs_bytes_make(name.p, (size_t)(nul - name.p))));
}

/* ---- what programs read ---- */

static rs_bytes bytes_of(const ASN1_STRING *string)
{
    return rs_bytes_make(ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
}

/* Without an `@`, a host or an address; other words are nobody's. */
static bool attribute_in_scope(const struct scope *scope, rs_bytes name)
{
    bool address_is;
    if (contains(name, "@"))
        return mail_in_scope(scope, name);
    bool spells_host = is_host_like(name, 0) && !is_one_label(name);
    return (!spells_host && !read_address(scope, name, &address_is) && rs_bytes_are_ascii(name)) ||
           common_name_in_scope(scope, name);
}

/* Of short labels, none empty, the last one ending in a letter. */
static bool is_plain_host(rs_bytes text)
{
    size_t label = 0;
    for (size_t i = 0; i < text.n; i++) {
        label = text.p[i] == '.' ? 0 : label + 1;
        if (label > 63 || (text.p[i] == '.' && (i == 0 || text.p[i - 1] == '.')))
            return false;
    }
    return is_host_like(text, 0) && text.n <= 253 && !contains(text, "*") &&
           (text.p[text.n - 1] | 0x20) >= 'a' && text.p[text.n - 1] != '_';
}

/* Octets that are not the text are a name by accident or malice: what spells one counts. */
static bool spells_name(rs_bytes octets)
{
    bool address_is;
    size_t at = span(octets, "@", false);
    return read_address(&scopes[0], octets, &address_is) || is_host_like(octets, 0) ||
           (at < octets.n && is_plain_host(rs_bytes_skip(octets, at + 1)) &&
            is_host_like(rs_bytes_make(octets.p, at), 0));
}

typedef struct joined {
    uint8_t bytes[4096];
    size_t n;
} joined;

static void join(joined *all, rs_bytes value)
{
    if (value.n == 0 || value.n >= sizeof all->bytes - all->n)
        return;
    if (all->n > 0)
        all->bytes[all->n++] = '.';
    memcpy(all->bytes + all->n, value.p, value.n);
    all->n += value.n;
}

static void check_text_of(const struct scope *scope, bool is_mail, const ASN1_STRING *string,
                          joined *all)
{
    unsigned char *utf8 = NULL;
    int n = ASN1_STRING_to_UTF8(&utf8, string);
    rs_bytes text = rs_bytes_make(utf8, n < 0 ? 0 : (size_t)n);
    /* NULs at the end are those of C. */
    while (text.n > 0 && text.p[text.n - 1] == '\0')
        text.n--;
    check_text(scope, text, is_mail ? attribute_in_scope : common_name_in_scope);
    if (!is_mail)
        join(all, text);
    OPENSSL_free(utf8);
}

static void check_attribute(const struct scope *scope, const X509_NAME_ENTRY *entry, joined *all)
{
    const ASN1_STRING *string = X509_NAME_ENTRY_get_data(entry);
    int nid = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)), type = ASN1_STRING_type(string);
    bool is_mail = nid == NID_pkcs9_emailAddress;
    if (!is_mail && nid != NID_commonName)
        return;
    check_text_of(scope, is_mail, string, all);
    /* As C reads them. */
    rs_bytes octets = bytes_of(string);
    octets.n = strnlen((const char *)octets.p, octets.n);
    bool is_wide = type == V_ASN1_BMPSTRING || type == V_ASN1_UNIVERSALSTRING;
    if (octets.n == 0 || ((is_wide || type == V_ASN1_T61STRING) && !spells_name(octets)))
        return;
    CHECK((is_mail ? attribute_in_scope : common_name_in_scope)(scope, octets));
}

static void check_subject(const struct scope *scope, rs_bytes der)
{
    const unsigned char *p = der.p;
    static joined all;
    X509_NAME *name = d2i_X509_NAME(NULL, &p, (long)der.n);
    all.n = 0;
    for (int i = 0; name != NULL && i < X509_NAME_entry_count(name); i++)
        check_attribute(scope, X509_NAME_get_entry(name, i), &all);
    X509_NAME_free(name);
    /* With a suffix, what is joined from hosts in scope lies below the last of them. */
    rs_bytes joint = rs_bytes_make(all.bytes, all.n);
    if (scope->rules[0].suffix != NULL && rs_bytes_are_ascii(joint) && !contains(joint, "@"))
        check_text(scope, joint, common_name_in_scope);
}

static void check_other_name(const struct scope *scope, const OTHERNAME *other)
{
    static const struct {
        const char *oid;
        bool (*in_scope)(const struct scope *scope, rs_bytes name);
    } known[] = {
        {"1.3.6.1.4.1.311.20.2.3", upn_in_scope}, {"1.3.6.1.5.5.7.8.5", xmpp_in_scope},
        {"1.3.6.1.5.5.7.8.7", srv_in_scope},      {"1.3.6.1.5.5.7.8.9", mail_in_scope},
        {"1.3.6.1.5.5.7.8.8", nai_in_scope},      {"1.3.6.1.5.2.2", krb5_in_scope},
    };
    char oid[64];
    OBJ_obj2txt(oid, sizeof oid, other->type_id, 1);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(oid, known[i].oid) != 0)
            continue;
        rs_bytes value = bytes_of(other->value->value.asn1_string);
        if (known[i].in_scope == krb5_in_scope)
            CHECK(krb5_in_scope(scope, value));
        else
            check_text(scope, value, known[i].in_scope);
    }
}

static void check_alternative(const struct scope *scope, const GENERAL_NAME *name)
{
    switch (name->type) {
    case GEN_DNS:
        check_text(scope, bytes_of(name->d.ia5), dns_in_scope);
        break;
    case GEN_EMAIL:
        check_text(scope, bytes_of(name->d.ia5), mail_in_scope);
        break;
    case GEN_URI:
        check_text(scope, bytes_of(name->d.ia5), uri_in_scope);
        break;
    case GEN_IPADD:
        CHECK(address_in_scope(scope, bytes_of(name->d.ip)));
        break;
    case GEN_OTHERNAME:
        check_other_name(scope, name->d.otherName);
        break;
    default:
        break;
    }
}

static void check_alternatives(const struct scope *scope, rs_bytes der)
{
    const unsigned char *p = der.p;
    GENERAL_NAMES *names = d2i_GENERAL_NAMES(NULL, &p, (long)der.n);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
        check_alternative(scope, sk_GENERAL_NAME_value(names, i));
    GENERAL_NAMES_free(names);
}

/* ---- the certificate ---- */

static void add_attribute(X509_NAME *subject, int nid, int type, rs_bytes value)
{
    /* OpenSSL does not take every string for one of its type. */
    (void)X509_NAME_add_entry_by_NID(subject, nid, type, value.p, (int)value.n, -1, 0);
}

static void add_alternative(GENERAL_NAMES *names, int choice, rs_bytes value)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_STRING *string =
        ASN1_STRING_type_new(choice == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING);
    CHECK(name != NULL && string != NULL && ASN1_STRING_set(string, value.p, (int)value.n));
    GENERAL_NAME_set0_value(name, choice, string);
    CHECK(sk_GENERAL_NAME_push(names, name));
}

static void add_other_name(GENERAL_NAMES *names, const char *oid, int type, rs_bytes value)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_STRING *string = ASN1_STRING_type_new(type);
    ASN1_TYPE *wrapped = ASN1_TYPE_new();
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    CHECK(name != NULL && string != NULL && wrapped != NULL && object != NULL);
    CHECK(ASN1_STRING_set(string, value.p, (int)value.n));
    ASN1_TYPE_set(wrapped, type, string);
    CHECK(GENERAL_NAME_set0_othername(name, object, wrapped));
    CHECK(sk_GENERAL_NAME_push(names, name));
}

/* KRB5PrincipalName: "admin" of a realm of up to 100 bytes, in DER. Good until the next call. */
static rs_bytes principal_of(rs_bytes realm)
{
    static const uint8_t admin[] = {0xa1, 16, 0x30, 14, 0xa0, 3, 2,   1,   1,
                                    0xa1, 7,  0x30, 5,  0x1b, 3, 'a', 'd', 'm'};
    static uint8_t der[256];
    size_t n = realm.n < 100 ? realm.n : 100;
    uint8_t head[] = {0x30,      (uint8_t)(4 + n + sizeof admin), 0xa0, (uint8_t)(2 + n), 0x1b,
                      (uint8_t)n};
    memcpy(der, head, sizeof head);
    memcpy(der + sizeof head, realm.p, n);
    memcpy(der + sizeof head + n, admin, sizeof admin);
    return rs_bytes_make(der, sizeof head + n + sizeof admin);
}

static void add_name(X509_NAME *subject, GENERAL_NAMES *names, unsigned kind, rs_bytes value)
{
    static const int cn_types[] = {
        V_ASN1_UTF8STRING, V_ASN1_PRINTABLESTRING, V_ASN1_IA5STRING, V_ASN1_T61STRING,
        V_ASN1_BMPSTRING,  V_ASN1_UNIVERSALSTRING, V_ASN1_BIT_STRING};
    static const int mail_types[] = {V_ASN1_IA5STRING, V_ASN1_UTF8STRING, V_ASN1_BMPSTRING};
    static const int choices[] = {GEN_DNS, GEN_EMAIL, GEN_URI, GEN_IPADD};
    static const struct {
        const char *oid;
        int type;
    } others[] = {
        {"1.3.6.1.4.1.311.20.2.3", V_ASN1_UTF8STRING}, {"1.3.6.1.5.5.7.8.5", V_ASN1_UTF8STRING},
        {"1.3.6.1.5.5.7.8.7", V_ASN1_IA5STRING},       {"1.3.6.1.5.5.7.8.9", V_ASN1_UTF8STRING},
        {"1.3.6.1.5.5.7.8.8", V_ASN1_UTF8STRING},      {"1.3.6.1.5.2.2", V_ASN1_SEQUENCE},
    };
    if (kind < IDENTITY_MAIL_IA5)
        add_attribute(subject, NID_commonName, cn_types[kind - IDENTITY_CN_UTF8], value);
    else if (kind < IDENTITY_DNS)
        add_attribute(subject, NID_pkcs9_emailAddress, mail_types[kind - IDENTITY_MAIL_IA5], value);
    else if (kind < IDENTITY_UPN)
        add_alternative(names, choices[kind - IDENTITY_DNS], value);
    else
        add_other_name(names, others[kind - IDENTITY_UPN].oid, others[kind - IDENTITY_UPN].type,
                       kind == IDENTITY_KRB5 ? principal_of(value) : value);
}

static void add_names(X509_NAME *subject, GENERAL_NAMES *names, rs_bytes rest)
{
    while (rest.n >= 2) {
        unsigned kind = rest.p[0] % IDENTITY_KINDS;
        size_t n = rest.p[1];
        rest = rs_bytes_skip(rest, 2);
        n = n < rest.n ? n : rest.n;
        /* OpenSSL takes an empty value for one that was not set. */
        if (n > 0)
            add_name(subject, names, kind, rs_bytes_make(rest.p, n));
        rest = rs_bytes_skip(rest, n);
    }
}

static void check_certificate(unsigned list, const X509_NAME *subject, const GENERAL_NAMES *names)
{
    unsigned char *subject_der = NULL, *names_der = NULL;
    int subject_size = i2d_X509_NAME(subject, &subject_der);
    int names_size = i2d_GENERAL_NAMES(names, &names_der);
    rs_finding worst;
    if (subject_size > 0 && names_size > 0) {
        rs_certificate certificate = {.subject = rs_bytes_make(subject_der, (size_t)subject_size)};
        if (sk_GENERAL_NAME_num(names) > 0)
            certificate.subject_alt_name =
                (rs_extension){rs_bytes_make(names_der, (size_t)names_size), 1};
        if (rs_scope_check(&stanzas[list], &certificate, NULL, NULL, &worst) == RS_PERMITTED) {
            check_subject(&scopes[list], certificate.subject);
            check_alternatives(&scopes[list], certificate.subject_alt_name.value);
        }
    }
    OPENSSL_free(subject_der);
    OPENSSL_free(names_der);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (stanzas[0].flags == 0) {
        for (size_t i = 0; i < IDENTITY_LISTS; i++)
            make_stanza(scopes[i].lines, &images[i], &stanzas[i]);
    }
    if (size == 0)
        return 0;
    uint8_t *copy = fuzz_copy(data, size);
    X509_NAME *subject = X509_NAME_new();
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    CHECK(subject != NULL && names != NULL);
    add_names(subject, names, rs_bytes_make(copy + 1, size - 1));
    check_certificate(copy[0] % IDENTITY_LISTS, subject, names);
    X509_NAME_free(subject);
    GENERAL_NAMES_free(names);
    ERR_clear_error();
    free(copy);
    return 0;
}
