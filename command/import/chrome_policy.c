/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/import/foreign.h"
#include "command/import/formats.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>

static const char policy[] = "CACertificatesWithConstraints";

static void refuse(rs_foreign_root *root, const char *what, const char *why)
{
    rs_message_error("%s: entry %zu: %s%s", root->path, root->line,
                     rs_text_excerpt(&root->arena, rs_bytes_of_string(what), 100), why);
    root->bad = true;
}

static void take_certificate(rs_foreign_root *root, const json_t *value)
{
    const char *text = json_string_value(value);
    size_t size = json_string_length(value);
    if (text == NULL || size == 0 || size > RS_FOREIGN_SIZE_MAX || size % 4 != 0) {
        refuse(root, "certificate", " is not text in base64");
        return;
    }
    uint8_t *der = rs_message_need(rs_arena_take(&root->arena, size / 4 * 3));
    int n = EVP_DecodeBlock(der, (const unsigned char *)text, (int)size);
    if (n < 0) {
        refuse(root, "certificate", " is not text in base64");
        return;
    }
    /* The padding was decoded, too. */
    n -= (text[size - 1] == '=') + (text[size - 2] == '=');
    rs_foreign_take_certificate(root, rs_bytes_make(der, (size_t)n));
}

static void take_values(rs_foreign_root *root, const char *key, const json_t *values,
                        void (*permit)(rs_foreign_root *, rs_bytes))
{
    size_t i;
    const json_t *value;
    if (!json_is_array(values)) {
        refuse(root, key, " is not an array");
        return;
    }
    json_array_foreach(values, i, value)
    {
        if (json_is_string(value))
            permit(root, rs_bytes_make(json_string_value(value), json_string_length(value)));
        else
            refuse(root, key, " has something other than text");
    }
}

static void take_constraints(rs_foreign_root *root, json_t *constraints)
{
    const char *key;
    json_t *values;
    json_object_foreach(constraints, key, values)
    {
        if (strcmp(key, "permitted_dns_names") == 0)
            take_values(root, key, values, rs_foreign_permit_dns);
        else if (strcmp(key, "permitted_cidrs") == 0)
            take_values(root, key, values, rs_foreign_permit_network);
        else
            refuse(root, key, " is an unknown kind of constraint");
    }
}

static bool import_entry(rs_import_stanzas *stanzas, const char *path, size_t number,
                         const json_t *entry)
{
    rs_foreign_root root;
    rs_foreign_init(&root, stanzas, path, number);
    take_certificate(&root, json_object_get(entry, "certificate"));
    take_constraints(&root, json_object_get(entry, "constraints"));
    return rs_foreign_print(&root);
}

bool rs_import_chrome_policy(rs_import_stanzas *stanzas, const char *path, rs_bytes text)
{
    json_error_t error;
    json_t *top = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &error);
    bool good = top != NULL;
    if (!good)
        rs_message_error("%s:%d: not JSON: %s", path, error.line, error.text);
    const json_t *entries = json_is_object(top) ? json_object_get(top, policy) : top;
    if (good && !json_is_array(entries)) {
        rs_message_error("%s: it has no array %s", path, policy);
        good = false;
    }
    size_t i;
    const json_t *entry;
    json_array_foreach(entries, i, entry) good &= import_entry(stanzas, path, i + 1, entry);
    json_decref(top);
    return good;
}
