/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/stanza_text.h"

#include "command/base/text.h"
#include "lib/base/ascii.h"

#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <openssl/objects.h>

bool rs_stanza_text_is_safe(const char *text)
{
    for (; *text != '\0'; text++)
        if (rs_ascii_is_control((uint8_t)*text))
            return false;
    return true;
}

const char *rs_stanza_text_take(void *into, const char *value)
{
    *(const char **)into = value;
    return rs_stanza_text_is_safe(value) ? NULL : "text without control characters";
}

/* `form:value` with the value in quotes where it needs them; the source allows them only there. */
static const char *quote_value(rs_arena *arena, const char *text)
{
    const char *colon = strchr(text, ':');
    if (colon == NULL)
        return rs_text_quoted(arena, text);
    int form_size = (int)(colon - text) + 1;
    return colon[1] == '\0'
               ? text
               : rs_text_format(arena, "%.*s%s", form_size, text, rs_text_quoted(arena, colon + 1));
}

const char *rs_stanza_text_rule(rs_arena *arena, const char *word, const char *name)
{
    static const char organization[] = "organization:";
    if (strncmp(name, organization, strlen(organization)) == 0)
        return rs_text_format(arena, "organization %s",
                              rs_text_label(arena, name + strlen(organization)));
    return rs_text_format(arena, "%s %s", word, quote_value(arena, name));
}

static const char *append_rules(rs_arena *arena, const char *text, const char *word,
                                char *const *values)
{
    for (; *values != NULL; values++)
        text = rs_text_format(arena, "%s    %s\n", text, rs_stanza_text_rule(arena, word, *values));
    return text;
}

const char *rs_stanza_text_write(rs_arena *arena, const rs_stanza_text *stanza)
{
    const char *text = stanza->spki_sha256 != NULL
                           ? rs_text_format(arena, "root spki-sha256:%s", stanza->spki_sha256)
                           : rs_text_format(arena, "root cert-sha256:%s", stanza->cert_sha256);
    if (stanza->label[0] != '\0')
        text = rs_text_format(arena, "%s %s", text, rs_text_label(arena, stanza->label));
    text = rs_text_format(arena, "%s\n", text);
    text = append_rules(arena, text, "permit", stanza->permit);
    text = append_rules(arena, text, "exclude", stanza->exclude);
    if (stanza->mode != NULL)
        text = rs_text_format(arena, "%s    mode %s\n", text, stanza->mode);
    return text;
}

static const char *last_attribute(rs_arena *arena, const X509_NAME *subject, int nid)
{
    int last = -1, next;
    while ((next = X509_NAME_get_index_by_NID(subject, nid, last)) >= 0)
        last = next;
    if (last < 0)
        return NULL;
    unsigned char *utf8 = NULL;
    int length =
        ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)));
    if (length < 0)
        return NULL;
    const char *text = rs_text_excerpt(arena, rs_bytes_make(utf8, (size_t)length), 200);
    OPENSSL_free(utf8);
    return text;
}

const char *rs_stanza_text_label_of_name(rs_arena *arena, const X509_NAME *subject)
{
    const char *label = last_attribute(arena, subject, NID_commonName);
    if (label == NULL)
        label = last_attribute(arena, subject, NID_organizationName);
    return label == NULL ? "" : label;
}

const char *rs_stanza_text_label(rs_arena *arena, const X509 *certificate)
{
    return rs_stanza_text_label_of_name(arena, X509_get_subject_name(certificate));
}
