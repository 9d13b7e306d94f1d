/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/other_name_type.h"

#include "lib/base/utf8.h"
#include "lib/names/der.h"

/* What the value of a type is. */
typedef enum syntax {
    UTF8_TEXT,
    ASCII_TEXT,
    PRINCIPAL, /* KRB5PrincipalName */
} syntax;

struct rs_other_name_type {
    uint8_t oid[10];
    uint8_t oid_size;
    syntax syntax;
    rs_form form;
};

static const rs_other_name_type types[] = {
    /* 1.3.6.1.5.5.7.8.9, id-on-SmtpUTF8Mailbox, RFC 9598 */
    {{0x2b, 6, 1, 5, 5, 7, 8, 9}, 8, UTF8_TEXT, RS_FORM_EMAIL},
    /* 1.3.6.1.5.5.7.8.7, id-on-dnsSRV, RFC 4985 */
    {{0x2b, 6, 1, 5, 5, 7, 8, 7}, 8, ASCII_TEXT, RS_FORM_SRV},
    /* 1.3.6.1.5.5.7.8.5, id-on-xmppAddr, RFC 6120 */
    {{0x2b, 6, 1, 5, 5, 7, 8, 5}, 8, UTF8_TEXT, RS_FORM_XMPP},
    /* 1.3.6.1.4.1.311.20.2.3, user principal name, [MS-WCCE] */
    {{0x2b, 6, 1, 4, 1, 0x82, 0x37, 20, 2, 3}, 10, UTF8_TEXT, RS_FORM_UPN},
    /* 1.3.6.1.5.2.2, id-pkinit-san, RFC 4556 */
    {{0x2b, 6, 1, 5, 2, 2}, 6, PRINCIPAL, RS_FORM_KRB5},
    /* 1.3.6.1.5.5.7.8.8, id-on-naiRealm, RFC 7585 */
    {{0x2b, 6, 1, 5, 5, 7, 8, 8}, 8, UTF8_TEXT, RS_FORM_NAI},
};

const rs_other_name_type *rs_other_name_type_of(rs_bytes type_id)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (rs_bytes_equal(type_id, rs_bytes_make(types[i].oid, types[i].oid_size)))
            return &types[i];
    return NULL;
}

rs_form rs_other_name_form(const rs_other_name_type *type)
{
    return type->form;
}

/* KRB5PrincipalName ::= SEQUENCE { realm [0] GeneralString, principalName [1] PrincipalName } */
static bool realm_of_principal(rs_bytes value, rs_bytes *realm)
{
    rs_bytes content;
    rs_der element, name;
    return rs_der_only(value, RS_DER_SEQUENCE, &content) &&
           rs_der_expect(&content, RS_DER_CONTEXT_CONSTRUCTED(0), &element) &&
           rs_der_only(element.value, RS_DER_GENERAL_STRING, realm) &&
           rs_der_expect(&content, RS_DER_CONTEXT_CONSTRUCTED(1), &name) && content.n == 0;
}

bool rs_other_name_text(const rs_other_name_type *type, rs_bytes value, rs_bytes *text)
{
    switch (type->syntax) {
    case UTF8_TEXT:
        return rs_der_only(value, RS_DER_UTF8_STRING, text) && rs_utf8_is_valid(*text);
    case ASCII_TEXT:
        return rs_der_only(value, RS_DER_IA5_STRING, text) && rs_bytes_are_ascii(*text);
    case PRINCIPAL:
        return realm_of_principal(value, text) && rs_bytes_are_ascii(*text);
    }
    return false;
}
