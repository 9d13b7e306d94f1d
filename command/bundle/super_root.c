/* SPDX-License-Identifier: Apache-2.0 */
#include "command/bundle/super_root.h"

#include "command/base/random_serial.h"
#include "command/bundle/extensions.h"
#include "lib/base/utc.h"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <stdio.h>

#define COMMENT                                                                                    \
    "It limits roots of the trust store by name constraints. Its key was wiped: it issues "        \
    "nothing more."

enum {
    SECURE_HEAP = 64 * 1024,
    SECURE_LEAST = 32,
    DAY = 86400,
    DIGEST_SHOWN = 8, /* octets of the key's hash in the subject */
};

/*
 * One short attribute, since each twin has it as its issuer, and programs read all twins whenever
 * they start.
 */
static bool set_subject(X509 *certificate, int64_t now)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size;
    char text[ub_common_name + 1];
    char day[RS_UTC_DAY_SIZE];
    if (X509_pubkey_digest(certificate, EVP_sha256(), digest, &size) != 1)
        return false;
    rs_utc_day_text(now, day);
    int length = snprintf(text, sizeof text, "rootscope %s ", day);
    for (int i = 0; i < DIGEST_SHOWN; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%02x", digest[i]);
    X509_NAME *name = X509_NAME_new();
    bool set = name != NULL &&
               X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)text,
                                          length, -1, 0) == 1 &&
               X509_set_subject_name(certificate, name) == 1 &&
               X509_set_issuer_name(certificate, name) == 1;
    X509_NAME_free(name);
    return set;
}

bool rs_super_root_begin(rs_super_root *super, int64_t now)
{
    /* Without the heap, for example for want of memory that may be locked, keys are still wiped. */
    if (CRYPTO_secure_malloc_initialized() == 0)
        CRYPTO_secure_malloc_init(SECURE_HEAP, SECURE_LEAST);
    *super = (rs_super_root){.certificate = X509_new(), .key = EVP_EC_gen("P-256")};
    X509 *made = super->certificate;
    /* Clocks differ by a day at most. */
    return made != NULL && super->key != NULL && X509_set_version(made, X509_VERSION_3) == 1 &&
           rs_random_serial_set(made) && X509_set_pubkey(made, super->key) == 1 &&
           set_subject(made, now) &&
           ASN1_TIME_set(X509_getm_notBefore(made), (time_t)now - DAY) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(made), (time_t)now) != NULL &&
           rs_extensions_add(made, NID_subject_key_identifier, "hash", NULL);
}

/* Whoever verifies wants the super-root to be valid, too. */
static bool cover_dates(X509 *certificate, const X509 *twin)
{
    const ASN1_TIME *last = X509_get0_notAfter(twin);
    int order = ASN1_TIME_compare(last, X509_get0_notAfter(certificate));
    return order == -1 || order == 0 || (order == 1 && X509_set1_notAfter(certificate, last) == 1);
}

static void cover_path(rs_super_root *super, X509 *twin)
{
    long below = X509_get_pathlen(twin);
    if (below < 0)
        super->path_length = -1;
    else if (!super->has_limit || (super->path_length >= 0 && super->path_length < below + 1))
        super->path_length = below + 1;
    super->has_limit = true;
}

bool rs_super_root_sign(rs_super_root *super, X509 *certificate)
{
    if (super->key == NULL || !cover_dates(super->certificate, certificate) ||
        X509_set_issuer_name(certificate, X509_get_subject_name(super->certificate)) != 1 ||
        !rs_extensions_add(certificate, NID_authority_key_identifier, "keyid:always",
                           super->certificate) ||
        X509_sign(certificate, super->key, EVP_sha256()) <= 0)
        return false;
    cover_path(super, certificate);
    return true;
}

static void wipe(rs_super_root *super)
{
    EVP_PKEY_free(super->key); /* overwrites the private number */
    super->key = NULL;
}

bool rs_super_root_finish(rs_super_root *super)
{
    char basic[64];
    X509 *made = super->certificate;
    if (super->has_limit && super->path_length >= 0)
        snprintf(basic, sizeof basic, "critical,CA:TRUE,pathlen:%ld", super->path_length);
    else
        snprintf(basic, sizeof basic, "critical,CA:TRUE");
    bool done = super->key != NULL && rs_extensions_add(made, NID_basic_constraints, basic, NULL) &&
                rs_extensions_add(made, NID_key_usage, "critical,keyCertSign", NULL) &&
                rs_extensions_add(made, NID_netscape_comment, COMMENT, NULL) &&
                X509_sign(made, super->key, EVP_sha256()) > 0;
    wipe(super);
    ERR_clear_error();
    return done;
}

void rs_super_root_clear(rs_super_root *super)
{
    wipe(super);
    X509_free(super->certificate);
    *super = (rs_super_root){0};
}
