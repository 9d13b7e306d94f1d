/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_files.h"

#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/chain/trust_store.h"
#include "command/import/csv.h"
#include "command/survey/ca/xz.h"
#include "lib/base/file.h"
#include "lib/names/der.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>

#define FILE_MAX     ((size_t)1024 * 1024 * 1024)
#define EXPANDED_MAX FILE_MAX

typedef struct target {
    rs_ca_pool *pool;
    rs_ca_source source;
    rs_ca_files_count *count;
    size_t seen; /* certificates, whatever became of them */
} target;

static void add_der(target *to, rs_bytes der)
{
    to->seen++;
    switch (rs_ca_pool_add(to->pool, der, to->source)) {
    case RS_CA_NO_MEMORY:
        rs_message_need(NULL);
        break;
    case RS_CA_UNPARSABLE:
    case RS_CA_FULL:
        to->count->unparsable++;
        break;
    case RS_CA_NOT_CA:
        to->count->not_ca++;
        break;
    case RS_CA_KNOWN:
        to->count->known++;
        break;
    case RS_CA_ADDED:
        to->count->added++;
        break;
    }
}

/* A block of PEM; what OpenSSL's own blocks have behind the certificate is left out. */
static void add_block(target *to, const char *name, rs_bytes data)
{
    rs_der certificate;
    bool is_trusted = strcmp(name, PEM_STRING_X509_TRUSTED) == 0;
    if (strcmp(name, PEM_STRING_X509) != 0 && strcmp(name, PEM_STRING_X509_OLD) != 0 && !is_trusted)
        return;
    if (is_trusted && rs_der_next(&data, &certificate))
        data = certificate.whole;
    add_der(to, data);
}

static void add_pem(target *to, rs_bytes text)
{
    char *name, *header;
    unsigned char *data;
    long size;
    BIO *in = rs_message_need(BIO_new_mem_buf(text.p, (int)text.n));
    /* A block that is damaged is not the end: the next search starts behind its first line. */
    for (;;) {
        if (PEM_read_bio(in, &name, &header, &data, &size) != 1) {
            if (ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE)
                break;
            ERR_clear_error();
            to->seen++;
            to->count->unparsable++;
            continue;
        }
        add_block(to, name, rs_bytes_make(data, (size_t)size));
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(data);
    }
    ERR_clear_error();
    BIO_free(in);
}

/* The column with certificates in PEM, which reports call `PEM Info` and by other names. */
static size_t find_column(const rs_csv *csv)
{
    for (size_t i = 0; i < csv->count; i++)
        if (memmem(csv->fields[i].p, csv->fields[i].n, "PEM", 3) != NULL)
            return i;
    return SIZE_MAX;
}

/* False: the text is not CSV with such a column. It is changed. */
static bool add_csv(target *to, char *text)
{
    rs_csv csv;
    size_t column;
    rs_csv_init(&csv, text);
    if (!rs_csv_next(&csv) || (column = find_column(&csv)) == SIZE_MAX)
        return false;
    while (rs_csv_next(&csv)) {
        /* The report has a quote before it, so that spreadsheets take it for text. */
        rs_bytes field = rs_csv_field(&csv, column);
        const uint8_t *begin = memmem(field.p, field.n, "-----BEGIN ", 11);
        if (begin != NULL)
            add_pem(to, rs_bytes_skip(field, (size_t)(begin - field.p)));
    }
    return true;
}

static void add_stack(target *to, STACK_OF(X509) * all)
{
    for (int i = 0; i < sk_X509_num(all); i++) {
        unsigned char *der = NULL;
        int size = i2d_X509(sk_X509_value(all, i), &der);
        if (size > 0)
            add_der(to, rs_bytes_make(der, (size_t)size));
        OPENSSL_free(der);
    }
    sk_X509_pop_free(all, X509_free);
}

/* The first line of a PEM file may be a comment, with commas too; it has no PEM in a column. */
static bool has_pem_first(rs_bytes text)
{
    const uint8_t *begin = memmem(text.p, text.n, "-----BEGIN ", 11);
    const uint8_t *end = begin == NULL ? NULL : memchr(text.p, ',', (size_t)(begin - text.p));
    return begin != NULL && end == NULL;
}

/* `text` has a NUL behind it. */
static bool add_bytes(target *to, rs_bytes text, const char *path)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    rs_bytes content = {0};
    if (rs_der_only(text, RS_DER_SEQUENCE, &content) && text.n < RS_CA_CERTIFICATE_MAX)
        add_der(to, text);
    else if (!has_pem_first(text) && add_csv(to, (char *)(uintptr_t)text.p))
        content = text;
    else
        add_pem(to, text);
    if (to->seen > to->count->unparsable)
        return true;
    STACK_OF(X509) *all = rs_cert_file_read_bytes(text, why);
    if (all == NULL) {
        rs_message_error("%s: %s", path, why);
        return false;
    }
    add_stack(to, all);
    return true;
}

/* Replaces what is compressed by what it was; false, and an error was printed: it cannot be. */
static bool expand(uint8_t **bytes, size_t *size, const char *path)
{
    uint8_t *expanded;
    size_t expanded_size;
    if (!rs_xz_is(rs_bytes_make(*bytes, *size)))
        return true;
    const char *why =
        rs_xz_expand(rs_bytes_make(*bytes, *size), EXPANDED_MAX, &expanded, &expanded_size);
    if (why != NULL) {
        rs_message_error("%s: %s", path, why);
        return false;
    }
    free(*bytes);
    *bytes = expanded;
    *size = expanded_size;
    return true;
}

bool rs_ca_files_add(rs_ca_pool *pool, const char *path, rs_ca_source source,
                     rs_ca_files_count *count)
{
    uint8_t *bytes;
    size_t size;
    target to = {.pool = pool, .source = source, .count = count};
    rs_file_status read = rs_file_read(path, FILE_MAX, &bytes, &size);
    if (read != RS_FILE_OK) {
        rs_message_error("%s: %s", path,
                         read == RS_FILE_SYSTEM ? strerror(errno) : rs_file_status_text(read));
        return false;
    }
    bool good = expand(&bytes, &size, path);
    if (good) {
        bytes = rs_message_need(realloc(bytes, size + 1));
        bytes[size] = '\0';
        good = add_bytes(&to, rs_bytes_make(bytes, size), path);
    }
    free(bytes);
    return good;
}

bool rs_ca_files_add_roots(rs_ca_pool *pool, const char *path, rs_arena *arena,
                           const char **path_read, rs_ca_files_count *count)
{
    target to = {.pool = pool, .source = RS_CA_ROOT, .count = count};
    *path_read = path;
    if (path != NULL)
        return rs_ca_files_add(pool, path, RS_CA_ROOT, count);
    STACK_OF(X509) *all = rs_trust_store_read(NULL, arena, path_read);
    if (all == NULL) {
        rs_message_error("%s: no roots can be read from it; install ca-certificates, or give a "
                         "file with --roots",
                         *path_read);
        return false;
    }
    add_stack(&to, all);
    return true;
}
