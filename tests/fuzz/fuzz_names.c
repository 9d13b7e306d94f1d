/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The readers of names against OpenSSL's. The input is the value of a subjectAltName and, a second
 * time, a Name. Where both decode it, both see the same names, of the same types and bytes; ours
 * may refuse what OpenSSL takes, and then everything is denied.
 */
#include "lib/names/der.h"
#include "lib/names/directory_string.h"
#include "lib/names/distinguished_name.h"
#include "lib/names/general_names.h"
#include "tests/fuzz/fuzz.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

enum { TEXT_MAX = 4096 };

static rs_bytes bytes_of(const ASN1_STRING *string)
{
    return rs_bytes_make(ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
}

static rs_bytes bytes_of_oid(const ASN1_OBJECT *oid)
{
    return rs_bytes_make(OBJ_get0_data(oid), OBJ_length(oid));
}

/* The types whose content OpenSSL keeps as it stands. */
static bool is_string(int type)
{
    return type == V_ASN1_UTF8STRING || type == V_ASN1_PRINTABLESTRING ||
           type == V_ASN1_IA5STRING || type == V_ASN1_T61STRING || type == V_ASN1_BMPSTRING ||
           type == V_ASN1_UNIVERSALSTRING || type == V_ASN1_VISIBLESTRING ||
           type == V_ASN1_NUMERICSTRING;
}

/* What both can convert comes out the same. */
static void compare_utf8(uint8_t tag, rs_bytes value, const ASN1_STRING *string)
{
    uint8_t ours[TEXT_MAX];
    size_t length;
    unsigned char *theirs = NULL;
    if (!rs_directory_string_to_utf8(tag, value, ours, sizeof ours, &length))
        return;
    int n = ASN1_STRING_to_UTF8(&theirs, string);
    CHECK(n < 0 || rs_bytes_equal(rs_bytes_make(ours, length), rs_bytes_make(theirs, (size_t)n)));
    OPENSSL_free(theirs);
    size_t folded = rs_directory_string_fold(ours, length);
    CHECK(folded <= length && rs_directory_string_fold(ours, folded) == folded);
}

static void compare_attribute(const rs_attribute *ours, const X509_NAME_ENTRY *theirs)
{
    const ASN1_STRING *value = X509_NAME_ENTRY_get_data(theirs);
    const ASN1_OBJECT *type = X509_NAME_ENTRY_get_object(theirs);
    int nid = OBJ_obj2nid(type);
    CHECK(rs_bytes_equal(ours->oid, bytes_of_oid(type)));
    CHECK((ours->type == RS_ATTRIBUTE_COMMON_NAME) == (nid == NID_commonName));
    CHECK((ours->type == RS_ATTRIBUTE_ORGANIZATION) == (nid == NID_organizationName));
    CHECK((ours->type == RS_ATTRIBUTE_EMAIL_ADDRESS) == (nid == NID_pkcs9_emailAddress));
    if (!is_string(ASN1_STRING_type(value)))
        return;
    CHECK(ours->string_tag == ASN1_STRING_type(value));
    CHECK(rs_bytes_equal(ours->value, bytes_of(value)));
    compare_utf8(ours->string_tag, ours->value, value);
}

/* The canonical form is that of the RDNs, one after another. */
static void check_canonical(rs_bytes der)
{
    uint8_t canonical[TEXT_MAX], rdn[RS_CANONICAL_RDN_MAX];
    size_t length, size;
    rs_distinguished_name name;
    if (!rs_distinguished_name_canonical(der, canonical, sizeof canonical, &length))
        return;
    CHECK(length <= sizeof canonical);
    CHECK(rs_distinguished_name_init(&name, der));
    rs_bytes rest = rs_bytes_make(canonical, length);
    rs_next next;
    while ((next = rs_distinguished_name_next_rdn(&name, rdn, sizeof rdn, &size)) == RS_NEXT_ITEM) {
        CHECK(size <= rest.n && memcmp(rest.p, rdn, size) == 0);
        rest = rs_bytes_skip(rest, size);
    }
    CHECK(next == RS_NEXT_END && rest.n == 0);
}

/* How many attributes; or -1: the name is refused. `theirs` NULL: nothing to compare with. */
static int walk_name(rs_bytes der, const X509_NAME *theirs)
{
    rs_distinguished_name name;
    rs_attribute attribute;
    rs_next next;
    int count = 0;
    if (!rs_distinguished_name_init(&name, der))
        return -1;
    while ((next = rs_distinguished_name_next(&name, &attribute)) == RS_NEXT_ITEM) {
        if (theirs != NULL && count < X509_NAME_entry_count(theirs))
            compare_attribute(&attribute, X509_NAME_get_entry(theirs, count));
        count++;
    }
    CHECK(next == rs_distinguished_name_next(&name, &attribute));
    return next == RS_NEXT_END ? count : -1;
}

static void compare_name(rs_bytes der, const X509_NAME *theirs)
{
    int count = walk_name(der, NULL);
    check_canonical(der);
    if (theirs == NULL || count < 0)
        return;
    CHECK(count == X509_NAME_entry_count(theirs));
    walk_name(der, theirs);
}

static void compare_other_name(const rs_general_name *ours, const OTHERNAME *theirs)
{
    rs_bytes rest = ours->value;
    rs_der element;
    int type = ASN1_TYPE_get(theirs->value);
    CHECK(rs_bytes_equal(ours->type_id, bytes_of_oid(theirs->type_id)));
    CHECK(rs_der_next(&rest, &element) && rest.n == 0);
    /* A string in pieces is left to who wants a string: it then is not one. */
    if (!is_string(type) || element.tag == (type | V_ASN1_CONSTRUCTED))
        return;
    CHECK(element.tag == type);
    CHECK(rs_bytes_equal(element.value, bytes_of(theirs->value->value.asn1_string)));
}

static void compare_general_name(const rs_general_name *ours, const GENERAL_NAME *theirs)
{
    const unsigned char *der;
    size_t size;
    CHECK((int)ours->type == theirs->type);
    switch (ours->type) {
    case RS_GENERAL_NAME_EMAIL:
    case RS_GENERAL_NAME_DNS:
    case RS_GENERAL_NAME_URI:
    case RS_GENERAL_NAME_IP:
        CHECK(rs_bytes_equal(ours->value, bytes_of(theirs->d.ia5)));
        return;
    case RS_GENERAL_NAME_REGISTERED_ID:
        CHECK(rs_bytes_equal(ours->value, bytes_of_oid(theirs->d.rid)));
        return;
    case RS_GENERAL_NAME_DIRECTORY:
        CHECK(X509_NAME_get0_der(theirs->d.directoryName, &der, &size));
        CHECK(rs_bytes_equal(ours->value, rs_bytes_make(der, size)));
        compare_name(ours->value, theirs->d.directoryName);
        return;
    case RS_GENERAL_NAME_OTHER:
        compare_other_name(ours, theirs->d.otherName);
        return;
    case RS_GENERAL_NAME_X400:
    case RS_GENERAL_NAME_EDI_PARTY:
        return;
    }
    CHECK(false);
}

/* As walk_name. */
static int walk_names(rs_bytes der, const GENERAL_NAMES *theirs)
{
    rs_general_names names;
    rs_general_name name;
    rs_next next;
    int count = 0;
    if (!rs_general_names_init(&names, der))
        return -1;
    while ((next = rs_general_names_next(&names, &name)) == RS_NEXT_ITEM) {
        if (theirs != NULL && count < sk_GENERAL_NAME_num(theirs))
            compare_general_name(&name, sk_GENERAL_NAME_value(theirs, count));
        count++;
    }
    CHECK(next == rs_general_names_next(&names, &name));
    return next == RS_NEXT_END ? count : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = fuzz_copy(data, size);
    rs_bytes der = rs_bytes_make(copy, size);
    const unsigned char *p = copy;
    GENERAL_NAMES *names = d2i_GENERAL_NAMES(NULL, &p, (long)size);
    int count = walk_names(der, NULL);
    if (names != NULL && count >= 0) {
        CHECK(count == sk_GENERAL_NAME_num(names));
        walk_names(der, names);
    }
    GENERAL_NAMES_free(names);
    p = copy;
    X509_NAME *name = d2i_X509_NAME(NULL, &p, (long)size);
    compare_name(der, name);
    X509_NAME_free(name);
    ERR_clear_error();
    free(copy);
    return 0;
}
