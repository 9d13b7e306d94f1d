/* SPDX-License-Identifier: Apache-2.0 */
#include "command/import/certificate.h"

#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/root_hashes.h"
#include "command/list/stanza_text.h"
#include "command/text/constraint.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

typedef struct imported {
    rs_import_stanzas *stanzas;
    rs_import_rules rules;
    const char *path;
    bool good;
} imported;

static void take(imported *all, const rs_constraint *constraint)
{
    rs_arena *arena = all->rules.arena;
    rs_constraint_text text = rs_constraint_text_of(arena, constraint);
    if (text.everything && !constraint->excluded) {
        rs_import_rules_open(&all->rules, text.form);
        return;
    }
    const char *why = text.rule == NULL ? text.why
                                        : rs_import_rules_add(&all->rules, text.form,
                                                              constraint->excluded, text.rule);
    if (why == NULL)
        return;
    rs_message_error("%s: %s: %s", all->path, rs_constraint_text_describe(arena, constraint), why);
    all->good = false;
}

/* Reads every constraint of the extension as a rule. Reports those that cannot be rules. */
static bool read_constraints(imported *all, rs_bytes extension)
{
    rs_name_constraints constraints;
    rs_constraint constraint;
    rs_next next = RS_NEXT_MALFORMED;
    all->good = true;
    if (rs_name_constraints_init(&constraints, extension))
        while ((next = rs_name_constraints_next(&constraints, &constraint)) == RS_NEXT_ITEM)
            take(all, &constraint);
    if (next == RS_NEXT_MALFORMED) {
        rs_message_error("%s: the nameConstraints extension cannot be decoded", all->path);
        return false;
    }
    rs_import_rules_close(&all->rules);
    return all->good;
}

/* Finds the nameConstraints extension. Returns false, after a message, if there are none or two. */
static bool find_extension(const char *path, const X509 *certificate, rs_bytes *value)
{
    int index = X509_get_ext_by_NID(certificate, NID_name_constraints, -1);
    if (index < 0) {
        rs_message_error("%s: the certificate has no nameConstraints extension", path);
        return false;
    }
    if (X509_get_ext_by_NID(certificate, NID_name_constraints, index) >= 0) {
        rs_message_error("%s: the certificate has two nameConstraints extensions", path);
        return false;
    }
    const ASN1_STRING *data = X509_EXTENSION_get_data(X509_get_ext(certificate, index));
    *value = rs_bytes_make(ASN1_STRING_get0_data(data), (size_t)ASN1_STRING_length(data));
    return true;
}

static bool print_stanza(const imported *all, const X509 *certificate, const char *label)
{
    rs_root_hashes hashes;
    char hex[RS_HEX_SIZE];
    if (!rs_root_hashes_of(certificate, &hashes)) {
        rs_message_error("%s: the certificate cannot be encoded", all->path);
        return false;
    }
    rs_text_hex(hashes.spki_sha256, hex);
    rs_import_root root = {
        .kind = RS_ROOT_SPKI,
        .hex = hex,
        .label = label == NULL ? rs_stanza_text_label(all->rules.arena, certificate) : label};
    const char *why = rs_import_stanzas_print(all->stanzas, &all->rules, &root);
    if (why != NULL)
        rs_message_error("%s: %s", all->path, why);
    return why == NULL;
}

static bool import_one(rs_import_stanzas *stanzas, const char *path, const X509 *certificate,
                       const char *label)
{
    rs_arena arena = {0};
    imported all = {.stanzas = stanzas, .rules.arena = &arena, .path = path};
    rs_bytes extension;
    bool good = find_extension(path, certificate, &extension) &&
                read_constraints(&all, extension) && print_stanza(&all, certificate, label);
    rs_arena_clear(&arena);
    return good;
}

bool rs_import_certificate(rs_import_stanzas *stanzas, const char *path, const char *label)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    X509 *certificate = rs_cert_file_read_one(path, why);
    if (certificate == NULL) {
        rs_message_error("%s: %s", path, why);
        return false;
    }
    bool good = import_one(stanzas, path, certificate, label);
    X509_free(certificate);
    return good;
}

static bool import_file(rs_import_stanzas *stanzas, const char *path, const char *label)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    bool good = true;
    STACK_OF(X509) *all = rs_cert_file_read_all(path, why);
    if (all == NULL)
        rs_message_warning("%s: %s", path, why);
    for (int i = 0; i < sk_X509_num(all); i++) {
        const X509 *certificate = sk_X509_value(all, i);
        if (X509_get_ext_by_NID(certificate, NID_name_constraints, -1) < 0)
            rs_message_warning("%s: a certificate has no nameConstraints extension, and gets no "
                               "stanza",
                               path);
        else
            good &= import_one(stanzas, path, certificate, label);
    }
    sk_X509_pop_free(all, X509_free);
    return good;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

bool rs_import_certificate_folder(rs_import_stanzas *stanzas, const char *path, const char *label)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_shown, alphasort);
    bool good = count >= 0;
    if (!good)
        rs_message_error("%s: %s", path, strerror(errno));
    for (int i = 0; i < count; i++) {
        rs_arena arena = {0};
        good &=
            import_file(stanzas, rs_text_format(&arena, "%s/%s", path, entries[i]->d_name), label);
        rs_arena_clear(&arena);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return good;
}
