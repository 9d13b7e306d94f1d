/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/cert_file.h"

#include "command/base/cert_format.h"
#include "command/base/message.h"
#include "lib/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024 * 1024 };

static void say_why(char why[RS_CERT_FILE_REASON_SIZE], const char *text)
{
    snprintf(why, RS_CERT_FILE_REASON_SIZE, "%s", text);
}

/* Takes ownership of the certificate; NULL: it could not be read. */
static bool add(STACK_OF(X509) * all, X509 *certificate)
{
    if (certificate != NULL && sk_X509_push(all, certificate) <= 0)
        rs_message_need(NULL);
    return certificate != NULL;
}

static bool add_der(STACK_OF(X509) * all, rs_bytes der)
{
    const unsigned char *p = der.p;
    return add(all, d2i_X509(NULL, &p, (long)der.n));
}

/* A certificate with OpenSSL's own data behind it: which uses it is trusted for. */
static bool add_trusted(STACK_OF(X509) * all, rs_bytes der)
{
    const unsigned char *p = der.p;
    return add(all, d2i_X509_AUX(NULL, &p, (long)der.n));
}

static bool is_issuer_in(const STACK_OF(X509) * all, const X509 *certificate)
{
    const X509_NAME *subject = X509_get_subject_name(certificate);
    for (int i = 0; i < sk_X509_num(all); i++) {
        const X509 *other = sk_X509_value(all, i);
        if (other != certificate && X509_NAME_cmp(X509_get_issuer_name(other), subject) == 0)
            return true;
    }
    return false;
}

/* A message has its certificates in the order of their encodings. Puts a leaf first, as in PEM. */
static void put_leaf_first(STACK_OF(X509) * all)
{
    for (int i = 0; i < sk_X509_num(all); i++)
        if (!is_issuer_in(all, sk_X509_value(all, i))) {
            X509 *leaf = sk_X509_delete(all, i);
            if (sk_X509_unshift(all, leaf) <= 0)
                rs_message_need(NULL);
            return;
        }
}

/* PKCS #7, the older CMS; most often a message without a signer that only carries certificates. */
static bool add_message(STACK_OF(X509) * all, rs_bytes der)
{
    const unsigned char *p = der.p;
    CMS_ContentInfo *message = d2i_CMS_ContentInfo(NULL, &p, (long)der.n);
    STACK_OF(X509) *carried = message == NULL ? NULL : CMS_get1_certs(message);
    bool some = sk_X509_num(carried) > 0;
    put_leaf_first(carried);
    while (sk_X509_num(carried) > 0)
        add(all, sk_X509_shift(carried));
    sk_X509_free(carried);
    CMS_ContentInfo_free(message);
    return some;
}

static const struct {
    const char *name; /* as after BEGIN */
    bool (*add)(STACK_OF(X509) * all, rs_bytes der);
} pem_blocks[] = {
    {PEM_STRING_X509, add_der},
    {PEM_STRING_X509_OLD, add_der},
    {PEM_STRING_X509_TRUSTED, add_trusted},
    {PEM_STRING_PKCS7, add_message},
    {PEM_STRING_PKCS7_SIGNED, add_message},
    {PEM_STRING_CMS, add_message},
};

static bool add_block(STACK_OF(X509) * all, const char *name, rs_bytes der)
{
    for (size_t i = 0; i < sizeof pem_blocks / sizeof *pem_blocks; i++)
        if (strcmp(name, pem_blocks[i].name) == 0)
            return pem_blocks[i].add(all, der);
    return true;
}

/* Reads every block; false if one is damaged. */
static bool read_pem(STACK_OF(X509) * all, rs_bytes text)
{
    BIO *bio = rs_message_need(BIO_new_mem_buf(text.p, (int)text.n));
    char *name, *header;
    unsigned char *der;
    long size;
    bool good = true;
    while (good && PEM_read_bio(bio, &name, &header, &der, &size) == 1) {
        good = add_block(all, name, rs_bytes_make(der, (size_t)size));
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
    }
    /* The end of the file is reported as an error too: no (further) start line. */
    unsigned long error = ERR_peek_last_error();
    BIO_free(bio);
    return good && ERR_GET_LIB(error) == ERR_LIB_PEM &&
           ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static bool is_der(rs_bytes file)
{
    return file.n > 0 && file.p[0] == 0x30;
}

/* Windows' editors put a mark in front of a text, and OpenSSL does not look behind it. */
static rs_bytes without_mark(rs_bytes file)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    bool has_mark = file.n >= sizeof mark && memcmp(file.p, mark, sizeof mark) == 0;
    return has_mark ? rs_bytes_skip(file, sizeof mark) : file;
}

STACK_OF(X509) * rs_cert_file_read_bytes(rs_bytes file, char why[RS_CERT_FILE_REASON_SIZE])
{
    STACK_OF(X509) *all = rs_message_need(sk_X509_new_null());
    ERR_clear_error();
    bool good = is_der(file) ? add_der(all, file) || add_message(all, file)
                             : read_pem(all, without_mark(file));
    ERR_clear_error();
    if (good && sk_X509_num(all) > 0)
        return all;
    static const char end[] = " CERTIFICATE-----"; /* of a BEGIN line */
    bool is_damaged = !good && memmem(file.p, file.n, end, strlen(end)) != NULL;
    const char *instead = is_damaged ? NULL : rs_cert_format_instead(file);
    if (instead != NULL)
        snprintf(why, RS_CERT_FILE_REASON_SIZE, "no certificate in it; %s", instead);
    else
        say_why(why, !is_damaged ? "no certificate in it; one in PEM starts with "
                                   "-----BEGIN CERTIFICATE-----"
                                 : "a certificate in it cannot be read; it is cut off or damaged");
    sk_X509_pop_free(all, X509_free);
    return NULL;
}

/* Reads to the end: standard input, or a FIFO such as the shell's <(command). */
static rs_file_status read_stream(FILE *in, uint8_t **bytes, size_t *size)
{
    size_t room = 0, n = 0;
    *bytes = NULL;
    do {
        room = room == 0 ? 64 * 1024 : 2 * room;
        *bytes = rs_message_need(realloc(*bytes, room));
        n += fread(*bytes + n, 1, room - n, in);
    } while (n == room && room <= FILE_MAX);
    *size = n;
    if (n <= FILE_MAX && !ferror(in))
        return RS_FILE_OK;
    free(*bytes);
    return n > FILE_MAX ? RS_FILE_TOO_LARGE : RS_FILE_SYSTEM;
}

static rs_file_status read_path(const char *path, uint8_t **bytes, size_t *size)
{
    struct stat status;
    if (strcmp(path, "-") == 0)
        return read_stream(stdin, bytes, size);
    if (stat(path, &status) != 0 || !S_ISFIFO(status.st_mode))
        return rs_file_read(path, FILE_MAX, bytes, size);
    FILE *in = fopen(path, "rbe");
    rs_file_status read = in == NULL ? RS_FILE_SYSTEM : read_stream(in, bytes, size);
    if (in != NULL)
        fclose(in);
    return read;
}

STACK_OF(X509) * rs_cert_file_read_all(const char *path, char why[RS_CERT_FILE_REASON_SIZE])
{
    uint8_t *bytes;
    size_t size;
    struct stat status;
    rs_file_status read = read_path(path, &bytes, &size);
    if (read == RS_FILE_NOT_REGULAR && stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        say_why(why, "it is a folder; give one of its files");
        return NULL;
    }
    if (read != RS_FILE_OK) {
        say_why(why, read == RS_FILE_SYSTEM ? strerror(errno) : rs_file_status_text(read));
        return NULL;
    }
    STACK_OF(X509) *all = rs_cert_file_read_bytes(rs_bytes_make(bytes, size), why);
    free(bytes);
    return all;
}

STACK_OF(X509) * rs_cert_file_read_found(const char *path)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    uint8_t *bytes;
    size_t size;
    if (rs_file_read(path, FILE_MAX, &bytes, &size) != RS_FILE_OK)
        return NULL;
    STACK_OF(X509) *all = rs_cert_file_read_bytes(rs_bytes_make(bytes, size), why);
    free(bytes);
    return all;
}

X509 *rs_cert_file_read_one(const char *path, char why[RS_CERT_FILE_REASON_SIZE])
{
    STACK_OF(X509) *all = rs_cert_file_read_all(path, why);
    X509 *only = NULL;
    if (sk_X509_num(all) == 1)
        only = sk_X509_shift(all);
    else if (all != NULL)
        snprintf(why, RS_CERT_FILE_REASON_SIZE,
                 "%d certificates in it; put the one that is meant into a file of its own",
                 sk_X509_num(all));
    sk_X509_pop_free(all, X509_free);
    return only;
}

static bool is_root(X509 *certificate)
{
    return X509_check_ca(certificate) > 0 && X509_self_signed(certificate, 0) == 1;
}

X509 *rs_cert_file_read_root(const char *path, char why[RS_CERT_FILE_REASON_SIZE])
{
    STACK_OF(X509) *all = rs_cert_file_read_all(path, why);
    int count = sk_X509_num(all), roots = 0;
    X509 *found = count == 1 ? sk_X509_value(all, 0) : NULL;
    for (int i = 0; i < count && count > 1; i++) {
        X509 *next = sk_X509_value(all, i);
        if (!is_root(next) || (found != NULL && X509_cmp(found, next) == 0))
            continue;
        found = next;
        roots++;
    }
    X509 *root = roots <= 1 && found != NULL && X509_up_ref(found) == 1 ? found : NULL;
    if (all != NULL && root == NULL)
        snprintf(why, RS_CERT_FILE_REASON_SIZE,
                 "%d certificates in it, and %d of them are roots; give a file with one root "
                 "(openssl storeutl -noout -text -certs FILE shows them)",
                 count, roots);
    sk_X509_pop_free(all, X509_free);
    return root;
}
