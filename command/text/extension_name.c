/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/extension_name.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/text/oid.h"
#include "lib/base/ascii.h"
#include "lib/names/der.h"
#include "lib/names/distinguished_name.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>

const char *rs_extension_value(rs_arena *arena, const char *text)
{
    char *out = rs_message_need(rs_arena_take(arena, 2 * strlen(text) + 1));
    size_t length = 0;
    for (; *text != '\0'; text++) {
        uint8_t c = (uint8_t)*text;
        if (!rs_ascii_is_alpha(c) && !rs_ascii_is_digit(c) && strchr(" .,-_@:/+=", c) == NULL)
            out[length++] = '\\';
        out[length++] = (char)c;
    }
    return out;
}

/* One attribute into `name` and onto the lines; NULL if OpenSSL does not take it. */
static const char *add_attribute(rs_arena *arena, const char *lines, X509_NAME *name,
                                 const rs_attribute *attribute, bool joined)
{
    const char *oid = rs_oid_text(arena, attribute->oid);
    rs_bytes copy = rs_arena_copy(arena, attribute->value);
    const char *value = rs_message_need((void *)(uintptr_t)copy.p);
    if (oid == NULL || attribute->string_tag != RS_DER_UTF8_STRING || !rs_bytes_are_ascii(copy) ||
        copy.n == 0 || strlen(value) != copy.n)
        return NULL;
    for (size_t i = 0; i < copy.n; i++)
        if (rs_ascii_is_control(copy.p[i]))
            return NULL;
    if (X509_NAME_add_entry_by_txt(name, oid, MBSTRING_ASC, copy.p, (int)copy.n, -1,
                                   joined ? -1 : 0) != 1)
        return NULL;
    int nid = OBJ_txt2nid(oid);
    /* A number stands before the type, or two of the same type would be one line. */
    return rs_text_format(arena, "%s%d.%s%s = %s\n", lines, X509_NAME_entry_count(name),
                          joined ? "+" : "", nid == NID_undef ? oid : OBJ_nid2sn(nid),
                          rs_extension_value(arena, value));
}

static bool has_canonical_form(const X509_NAME *name, rs_bytes expected)
{
    const unsigned char *der;
    size_t size, length;
    uint8_t form[RS_DISTINGUISHED_NAME_MAX];
    return X509_NAME_get0_der(name, &der, &size) == 1 &&
           rs_distinguished_name_canonical(rs_bytes_make(der, size), form, sizeof form, &length) &&
           rs_bytes_equal(rs_bytes_make(form, length), expected);
}

const char *rs_extension_name(rs_arena *arena, rs_bytes canonical)
{
    rs_distinguished_name rdns = {.rdns = canonical};
    rs_attribute attribute;
    X509_NAME *name = rs_message_need(X509_NAME_new());
    const char *lines = "";
    rs_next next;
    bool joined = false;
    while (lines != NULL &&
           (next = rs_distinguished_name_next(&rdns, &attribute)) == RS_NEXT_ITEM) {
        lines = add_attribute(arena, lines, name, &attribute, joined);
        joined = rdns.rdn.n > 0;
    }
    if (lines != NULL && !has_canonical_form(name, canonical))
        lines = NULL;
    X509_NAME_free(name);
    ERR_clear_error();
    return lines;
}
