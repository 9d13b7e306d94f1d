/* SPDX-License-Identifier: Apache-2.0 */
#include "command/import/foreign.h"

#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/root_hashes.h"
#include "command/list/stanza_text.h"
#include "lib/base/ascii.h"
#include "lib/base/file.h"

#include <errno.h>
#include <stdlib.h>

char *rs_foreign_read(const char *path, size_t *size)
{
    uint8_t *bytes;
    rs_file_status status = rs_file_read(path, RS_FOREIGN_SIZE_MAX, &bytes, size);
    if (status != RS_FILE_OK) {
        rs_message_error("%s: %s", path,
                         status == RS_FILE_SYSTEM ? strerror(errno) : rs_file_status_text(status));
        return NULL;
    }
    char *text = rs_message_need(realloc(bytes, *size + 1));
    text[*size] = '\0';
    return text;
}

void rs_foreign_init(rs_foreign_root *root, rs_import_stanzas *stanzas, const char *path,
                     size_t line)
{
    *root = (rs_foreign_root){.stanzas = stanzas, .path = path, .line = line};
    root->rules.arena = &root->arena;
}

static void complain(rs_foreign_root *root, rs_bytes what, const char *why)
{
    rs_message_error("%s:%zu: %s: %s", root->path, root->line,
                     rs_text_excerpt(&root->arena, what, 100), why);
    root->bad = true;
}

static void permit(rs_foreign_root *root, rs_form form, const char *prefix, rs_bytes value,
                   rs_bytes as_given)
{
    const char *copy = (const char *)rs_arena_copy(&root->arena, value).p;
    rs_message_need((void *)(uintptr_t)copy);
    const char *why = strlen(copy) != value.n
                          ? "it has a NUL"
                          : rs_import_rules_add(&root->rules, form, false,
                                                rs_text_format(&root->arena, "%s%s", prefix, copy));
    if (why != NULL)
        complain(root, as_given, why);
}

void rs_foreign_permit_dns(rs_foreign_root *root, rs_bytes name)
{
    rs_bytes value = name;
    if (value.n > 2 && value.p[0] == '*' && value.p[1] == '.')
        value = rs_bytes_skip(value, 1);
    permit(root, RS_FORM_DNS, "dns:", value, name);
}

void rs_foreign_permit_network(rs_foreign_root *root, rs_bytes network)
{
    permit(root, RS_FORM_IP, "ip:", network, network);
}

bool rs_foreign_take_certificate(rs_foreign_root *root, rs_bytes certificate)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    rs_root_hashes hashes;
    STACK_OF(X509) *all = rs_cert_file_read_bytes(certificate, why);
    bool good = sk_X509_num(all) == 1 && rs_root_hashes_of(sk_X509_value(all, 0), &hashes);
    if (good) {
        rs_text_hex(hashes.certificate_sha256, root->cert_hex);
        rs_text_hex(hashes.spki_sha256, root->spki_hex);
        if (root->label == NULL)
            root->label = rs_stanza_text_label(&root->arena, sk_X509_value(all, 0));
    } else {
        complain(root, rs_bytes_of_string("certificate"), all == NULL ? why : "not one");
    }
    sk_X509_pop_free(all, X509_free);
    return good;
}

bool rs_foreign_take_hash(rs_foreign_root *root, rs_bytes text)
{
    size_t count = 0;
    bool good = true;
    for (size_t i = 0; i < text.n && good; i++) {
        uint8_t c = rs_ascii_lower(text.p[i]);
        if (c == ':')
            continue;
        good = count < 64 && (rs_ascii_is_digit(c) || (c >= 'a' && c <= 'f'));
        if (good)
            root->cert_hex[count++] = (char)c;
    }
    root->cert_hex[good ? count : 0] = '\0';
    if (good && count == 64)
        return true;
    root->cert_hex[0] = '\0';
    complain(root, text, "not a SHA-256 hash of 64 digits");
    return false;
}

bool rs_foreign_print(rs_foreign_root *root)
{
    const char *label = root->label == NULL ? "" : root->label;
    bool has_key = root->spki_hex[0] != '\0';
    if (!root->bad && root->rules.permit_count > 0 && root->cert_hex[0] == '\0')
        complain(root, rs_bytes_of_string("root"), "it has neither a certificate nor a hash");
    if (!root->bad && !rs_stanza_text_is_safe(label))
        complain(root, rs_bytes_of_string(label), "the name has control characters");
    if (!root->bad && root->rules.permit_count > 0) {
        rs_import_root named = {.kind = has_key ? RS_ROOT_SPKI : RS_ROOT_CERTIFICATE,
                                .hex = has_key ? root->spki_hex : root->cert_hex,
                                .label = label};
        rs_import_rules_close(&root->rules);
        const char *why = rs_import_stanzas_print(root->stanzas, &root->rules, &named);
        if (why != NULL)
            complain(root, rs_bytes_of_string(label), why);
    }
    bool good = !root->bad;
    rs_arena_clear(&root->arena);
    return good;
}
