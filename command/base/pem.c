/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/pem.h"

#include "lib/base/bytes.h"
#include "lib/base/file.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>

enum { PEM_FILE_MAX = 64 * 1024 * 1024 };

static void say_why(char why[RS_PEM_REASON_SIZE], const char *text)
{
    snprintf(why, RS_PEM_REASON_SIZE, "%s", text);
}

/* PEM_read_bio_X509 reports the end of the file as an error too: no (further) start line. */
static bool ended_well(void)
{
    unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static STACK_OF(X509) * read_certificates(BIO *bio, char why[RS_PEM_REASON_SIZE])
{
    STACK_OF(X509) *all = sk_X509_new_null();
    X509 *certificate = NULL;
    ERR_clear_error();
    while (all != NULL && (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        if (sk_X509_push(all, certificate) <= 0) {
            X509_free(certificate);
            break;
        }
    }
    bool good = all != NULL && certificate == NULL && ended_well();
    ERR_clear_error();
    if (good && sk_X509_num(all) > 0)
        return all;
    say_why(why, good ? "no certificate in it" : "a certificate in it cannot be read");
    sk_X509_pop_free(all, X509_free);
    return NULL;
}

static STACK_OF(X509) * read_from_bio(BIO *bio, char why[RS_PEM_REASON_SIZE])
{
    STACK_OF(X509) *all = NULL;
    if (bio == NULL)
        say_why(why, "out of memory");
    else
        all = read_certificates(bio, why);
    BIO_free(bio);
    return all;
}

/* What a file without a certificate in PEM has instead; NULL: nothing that is known. */
static const char *other_format(rs_bytes file)
{
    static const char trusted[] = "-----BEGIN TRUSTED CERTIFICATE-----";
    static const char pkcs7[] = "-----BEGIN PKCS7-----";
    if (file.n > 0 && file.p[0] == 0x30)
        return "it is not PEM but DER; run openssl x509 -inform DER -in FILE -out NEW.pem";
    if (memmem(file.p, file.n, trusted, strlen(trusted)) != NULL)
        return "it has a TRUSTED CERTIFICATE; run openssl x509 -in FILE -out NEW.pem";
    if (memmem(file.p, file.n, pkcs7, strlen(pkcs7)) != NULL)
        return "it is PKCS #7; run openssl pkcs7 -print_certs -in FILE -out NEW.pem";
    return NULL;
}

STACK_OF(X509) * rs_pem_read_all(const char *path, char why[RS_PEM_REASON_SIZE])
{
    if (strcmp(path, "-") == 0)
        return read_from_bio(BIO_new_fp(stdin, BIO_NOCLOSE), why);
    uint8_t *text;
    size_t size;
    rs_file_status status = rs_file_read(path, PEM_FILE_MAX, &text, &size);
    if (status != RS_FILE_OK) {
        say_why(why, status == RS_FILE_SYSTEM ? strerror(errno) : rs_file_status_text(status));
        return NULL;
    }
    STACK_OF(X509) *all = read_from_bio(BIO_new_mem_buf(text, (int)size), why);
    const char *format = all == NULL ? other_format(rs_bytes_make(text, size)) : NULL;
    if (format != NULL)
        snprintf(why, RS_PEM_REASON_SIZE, "no certificate in it; %s", format);
    free(text);
    return all;
}

X509 *rs_pem_read_one(const char *path, char why[RS_PEM_REASON_SIZE])
{
    STACK_OF(X509) *all = rs_pem_read_all(path, why);
    X509 *only = NULL;
    if (all != NULL && sk_X509_num(all) == 1)
        only = sk_X509_shift(all);
    else if (all != NULL)
        say_why(why, "more than one certificate in it");
    sk_X509_pop_free(all, X509_free);
    return only;
}
