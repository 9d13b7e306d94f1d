/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/other_name_type.h"

#include "lib/base/utf8.h"
#include "lib/names/der.h"

struct rs_other_name_type {
    uint8_t oid[10];
    uint8_t oid_size;
    uint8_t string_tag;
    rs_form form;
};

static const rs_other_name_type types[] = {
    /* 1.3.6.1.5.5.7.8.9, id-on-SmtpUTF8Mailbox, RFC 9598 */
    {{0x2b, 6, 1, 5, 5, 7, 8, 9}, 8, RS_DER_UTF8_STRING, RS_FORM_EMAIL},
    /* 1.3.6.1.5.5.7.8.7, id-on-dnsSRV, RFC 4985 */
    {{0x2b, 6, 1, 5, 5, 7, 8, 7}, 8, RS_DER_IA5_STRING, RS_FORM_SRV},
    /* 1.3.6.1.5.5.7.8.5, id-on-xmppAddr, RFC 6120 */
    {{0x2b, 6, 1, 5, 5, 7, 8, 5}, 8, RS_DER_UTF8_STRING, RS_FORM_XMPP},
    /* 1.3.6.1.4.1.311.20.2.3, user principal name, [MS-WCCE] */
    {{0x2b, 6, 1, 4, 1, 0x82, 0x37, 20, 2, 3}, 10, RS_DER_UTF8_STRING, RS_FORM_UPN},
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

bool rs_other_name_text(const rs_other_name_type *type, rs_bytes value, rs_bytes *text)
{
    if (!rs_der_only(value, type->string_tag, text))
        return false;
    return type->string_tag == RS_DER_UTF8_STRING ? rs_utf8_is_valid(*text)
                                                  : rs_bytes_are_ascii(*text);
}
