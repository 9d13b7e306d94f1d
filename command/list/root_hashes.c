/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/root_hashes.h"

#include "command/base/cert_file.h"
#include "lib/chain/openssl_linked.h"
#include "lib/chain/trust_anchor.h"

#include <stdio.h>

bool rs_root_hashes_of(const X509 *certificate, rs_root_hashes *hashes)
{
    const rs_openssl_table *ssl = rs_openssl_linked();
    return rs_trust_anchor_hash(ssl, certificate, RS_ROOT_SPKI, hashes->spki_sha256) &&
           rs_trust_anchor_hash(ssl, certificate, RS_ROOT_CERTIFICATE, hashes->certificate_sha256);
}

bool rs_root_hashes_match(const rs_list_root *root, const X509 *certificate)
{
    uint8_t sha256[RS_SHA256_SIZE];
    return rs_trust_anchor_hash(rs_openssl_linked(), certificate, root->kind, sha256) &&
           memcmp(sha256, root->sha256, RS_SHA256_SIZE) == 0;
}

bool rs_root_hashes_read(void *unused, const char *path, uint8_t spki_sha256[RS_SHA256_SIZE],
                         uint8_t certificate_sha256[RS_SHA256_SIZE], char *why)
{
    (void)unused;
    rs_root_hashes hashes;
    X509 *certificate = rs_cert_file_read_one(path, why);
    if (certificate == NULL)
        return false;
    bool hashed = rs_root_hashes_of(certificate, &hashes);
    if (hashed) {
        memcpy(spki_sha256, hashes.spki_sha256, RS_SHA256_SIZE);
        memcpy(certificate_sha256, hashes.certificate_sha256, RS_SHA256_SIZE);
    } else {
        snprintf(why, RS_CERT_FILE_REASON_SIZE, "the certificate cannot be encoded");
    }
    X509_free(certificate);
    return hashed;
}
