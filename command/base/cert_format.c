/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/cert_format.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#define GIVE "give the CA's certificate"
static const char private_key[] = "it is a private key; " GIVE;
static const char public_key[] = "it is a public key; " GIVE;
static const char request[] = "it is a certificate request (CSR); " GIVE;
static const char crl[] = "it is a list of revoked certificates (CRL); " GIVE;
static const char pkcs12[] = "it is PKCS #12; run openssl pkcs12 -in FILE -nokeys -out NEW.pem";
static const char keystore[] =
    "it is a Java keystore; run keytool -exportcert -rfc -keystore FILE -alias NAME -file NEW.pem";
static const char web_page[] = "it is a web page (HTML); download the certificate itself";
static const char utf16[] = "it is UTF-16 text; run iconv -f UTF-16 -t UTF-8 FILE >NEW.pem";
static const char base64[] =
    "it is base64 without a BEGIN line; run base64 -di FILE >NEW.der, and give that";
static const char indented[] = "its BEGIN CERTIFICATE is not at the start of a line; remove what "
                               "is before it, on each line";

/* What the start of a file tells. */
static const struct start {
    const char *bytes;
    size_t size;
    const char *instead;
} starts[] = {
#define START(text, instead)                                                                       \
    {                                                                                              \
        text, sizeof(text) - 1, instead                                                            \
    }
    START("\xff\xfe", utf16),
    START("\xfe\xff", utf16),
    START("\xfe\xed\xfe\xed", keystore),
    START("\xce\xce\xce\xce", keystore),
    START("ssh-", "it is an SSH key; " GIVE),
    START("MII", base64),
};

/* What stands anywhere in a text, the most telling first. */
static const struct mark {
    const char *text, *instead;
} marks[] = {
    {"PRIVATE KEY-----", private_key},
    {"PUBLIC KEY-----", public_key},
    {"CERTIFICATE REQUEST-----", request},
    {"-----BEGIN X509 CRL-----", crl},
    {"-----BEGIN PGP ", "it is PGP's; " GIVE},
    {"<!doctype html", web_page},
    {"<!DOCTYPE html", web_page},
    {"<html", web_page},
    {"<HTML", web_page},
    {" -----BEGIN CERTIFICATE-----", indented},
    {"\t-----BEGIN CERTIFICATE-----", indented},
};

/* What the whole file decodes as. */
static const struct type {
    ASN1_ITEM_EXP *item;
    const char *instead;
} types[] = {
    {ASN1_ITEM_ref(X509_REQ), request},       {ASN1_ITEM_ref(X509_CRL), crl},
    {ASN1_ITEM_ref(PKCS12), pkcs12},          {ASN1_ITEM_ref(PKCS8_PRIV_KEY_INFO), private_key},
    {ASN1_ITEM_ref(X509_SIG), private_key}, /* encrypted */
    {ASN1_ITEM_ref(X509_PUBKEY), public_key},
};

static const char *of_type(rs_bytes file)
{
    const unsigned char *p = file.p;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++, p = file.p) {
        const ASN1_ITEM *item = ASN1_ITEM_ptr(types[i].item);
        ASN1_VALUE *value = ASN1_item_d2i(NULL, &p, (long)file.n, item);
        ASN1_item_free(value, item);
        if (value != NULL)
            return types[i].instead;
    }
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)file.n); /* RSA's and EC's own forms */
    EVP_PKEY_free(key);
    return key == NULL ? NULL : private_key;
}

const char *rs_cert_format_instead(rs_bytes file)
{
    if (file.n == 0)
        return "it is empty";
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (file.n >= starts[i].size && memcmp(file.p, starts[i].bytes, starts[i].size) == 0)
            return starts[i].instead;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (memmem(file.p, file.n, marks[i].text, strlen(marks[i].text)) != NULL)
            return marks[i].instead;
    const char *instead = file.p[0] == 0x30 ? of_type(file) : NULL;
    ERR_clear_error();
    return instead;
}
