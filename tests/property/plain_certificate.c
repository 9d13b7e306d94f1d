/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/plain_certificate.h"

#include "lib/base/ascii.h"
#include "lib/base/utc.h"
#include "lib/names/der.h"

enum {
    UTC_TIME = 0x17,
    GENERALIZED_TIME = 0x18,
    UTC_TIME_LENGTH = 13,         /* YYMMDDHHMMSSZ */
    GENERALIZED_TIME_LENGTH = 15, /* YYYYMMDDHHMMSSZ */
    CERT_SIGN_BIT = 0x04,         /* of the first byte of keyUsage's bits */
};

/* The last byte of 2.5.29.x. */
enum {
    SUBJECT_KEY_ID = 14,
    KEY_USAGE = 15,
    ALT_NAMES = 17,
    BASIC_CONSTRAINTS = 19,
    AUTHORITY_KEY_ID = 35,
};

/* What the extensions say that takes more than one of them. */
typedef struct extensions {
    uint64_t seen; /* bit x: there was 2.5.29.x */
    bool is_ca, may_sign;
} extensions;

static bool are_digits(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!rs_ascii_is_digit((uint8_t)text[i]))
            return false;
    return true;
}

/* Bytes before 1970 are early enough to be 0. */
static bool read_time(const rs_der *element, int64_t *seconds)
{
    rs_bytes text = element->value;
    char iso[RS_UTC_TEXT_SIZE] = "19YY-MM-DDTHH:MM:SSZ";
    bool is_short = element->tag == UTC_TIME && text.n == UTC_TIME_LENGTH;
    if (!is_short && (element->tag != GENERALIZED_TIME || text.n != GENERALIZED_TIME_LENGTH))
        return false;
    const char *p = (const char *)text.p;
    if (is_short)
        memcpy(iso, p[0] < '5' ? "20" : "19", 2);
    else
        memcpy(iso, p, 2);
    p += is_short ? 0 : 2;
    memcpy(iso + 2, p, 2);
    for (size_t i = 1; i < 6; i++)
        memcpy(iso + 2 + 3 * i, p + 2 * i, 2);
    if (p[12] != 'Z' || !are_digits(iso, 4))
        return false;
    if (memcmp(iso, "1970", 4) < 0) {
        *seconds = 0;
        return true;
    }
    return rs_utc_read(rs_bytes_make(iso, sizeof iso - 1), seconds);
}

static bool read_validity(rs_bytes validity, int64_t *not_before)
{
    rs_der element;
    return rs_der_next(&validity, &element) && read_time(&element, not_before);
}

static bool read_authority_key_id(rs_bytes value, rs_bytes *key_id)
{
    rs_der element;
    if (!rs_der_only(value, RS_DER_SEQUENCE, &value))
        return false;
    if (rs_der_expect(&value, RS_DER_CONTEXT(0), &element))
        *key_id = element.value;
    return true;
}

static bool read_basic_constraints(rs_bytes value, bool *is_ca)
{
    rs_der element;
    if (!rs_der_only(value, RS_DER_SEQUENCE, &value))
        return false;
    *is_ca = rs_der_expect(&value, RS_DER_BOOLEAN, &element) && element.value.n == 1 &&
             element.value.p[0] != 0;
    return true;
}

static bool read_key_usage(rs_bytes value, bool *may_sign)
{
    if (!rs_der_only(value, RS_DER_BIT_STRING, &value) || value.n == 0)
        return false;
    *may_sign = value.n > 1 && (value.p[1] & CERT_SIGN_BIT) != 0;
    return true;
}

/* Reads the content of an extension 2.5.29.`type`. */
static bool read_value(uint8_t type, rs_bytes value, rs_survey_certificate *certificate,
                       extensions *found)
{
    if (type >= 64)
        return true;
    bool again = (found->seen >> type & 1) != 0;
    found->seen |= UINT64_C(1) << type;
    switch (type) {
    case ALT_NAMES:
        certificate->alt_names = value;
        certificate->has_alt_names = true;
        return !again;
    case AUTHORITY_KEY_ID:
        return !again && read_authority_key_id(value, &certificate->authority_key_id);
    case SUBJECT_KEY_ID:
        return !again && rs_der_only(value, RS_DER_OCTET_STRING, &certificate->subject_key_id);
    case BASIC_CONSTRAINTS:
        return !again && read_basic_constraints(value, &found->is_ca);
    case KEY_USAGE:
        return !again && read_key_usage(value, &found->may_sign);
    default:
        return true;
    }
}

static bool read_extension(rs_bytes extension, rs_survey_certificate *certificate,
                           extensions *found)
{
    rs_der type, critical, value;
    if (!rs_der_expect(&extension, RS_DER_OID, &type))
        return false;
    bool is_known = type.value.n == 3 && type.value.p[0] == 0x55 && type.value.p[1] == 0x1d;
    if (!is_known)
        return true;
    rs_der_expect(&extension, RS_DER_BOOLEAN, &critical);
    return rs_der_expect(&extension, RS_DER_OCTET_STRING, &value) && extension.n == 0 &&
           read_value(type.value.p[2], value.value, certificate, found);
}

/* What follows the key: unique identifiers, which nobody uses, and the extensions. */
static bool read_extensions(rs_bytes rest, rs_survey_certificate *certificate)
{
    rs_der element;
    rs_bytes all;
    extensions found = {.may_sign = true};
    rs_der_expect(&rest, RS_DER_CONTEXT(1), &element);
    rs_der_expect(&rest, RS_DER_CONTEXT(2), &element);
    if (rest.n == 0)
        return true;
    if (!rs_der_only(rest, RS_DER_CONTEXT_CONSTRUCTED(3), &all) ||
        !rs_der_only(all, RS_DER_SEQUENCE, &all))
        return false;
    while (all.n > 0)
        if (!rs_der_expect(&all, RS_DER_SEQUENCE, &element) ||
            !read_extension(element.value, certificate, &found))
            return false;
    certificate->is_ca = found.is_ca && found.may_sign;
    return true;
}

static bool read_tbs(rs_bytes tbs, rs_survey_certificate *certificate)
{
    rs_der skipped, serial, algorithm, validity, issuer, subject, key;
    if (!rs_der_only(tbs, RS_DER_SEQUENCE, &tbs))
        return false;
    rs_der_expect(&tbs, RS_DER_CONTEXT_CONSTRUCTED(0), &skipped); /* the version */
    if (!rs_der_expect(&tbs, RS_DER_INTEGER, &serial) ||
        !rs_der_expect(&tbs, RS_DER_SEQUENCE, &algorithm) ||
        !rs_der_expect(&tbs, RS_DER_SEQUENCE, &issuer) ||
        !rs_der_expect(&tbs, RS_DER_SEQUENCE, &validity) ||
        !rs_der_expect(&tbs, RS_DER_SEQUENCE, &subject) ||
        !rs_der_expect(&tbs, RS_DER_SEQUENCE, &key))
        return false;
    certificate->signed_algorithm = algorithm.whole;
    certificate->serial = serial.whole;
    certificate->issuer = issuer.whole;
    certificate->subject = subject.whole;
    certificate->key = key.whole;
    return read_validity(validity.value, &certificate->not_before) &&
           read_extensions(tbs, certificate);
}

bool plain_certificate_read(rs_bytes der, bool is_tbs, rs_survey_certificate *certificate)
{
    rs_der tbs, algorithm, signature;
    *certificate = (rs_survey_certificate){.tbs = der};
    if (is_tbs)
        return read_tbs(der, certificate);
    if (!rs_der_only(der, RS_DER_SEQUENCE, &der) || !rs_der_expect(&der, RS_DER_SEQUENCE, &tbs) ||
        !rs_der_expect(&der, RS_DER_SEQUENCE, &algorithm) ||
        !rs_der_expect(&der, RS_DER_BIT_STRING, &signature) || der.n > 0 || signature.value.n == 0)
        return false;
    certificate->tbs = tbs.whole;
    certificate->algorithm = algorithm.whole;
    certificate->signature = rs_bytes_skip(signature.value, 1);
    return read_tbs(tbs.whole, certificate);
}
