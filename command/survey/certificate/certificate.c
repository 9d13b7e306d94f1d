/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/certificate/certificate.h"

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

/* take() of an element with a long length: of two octets, as most are, or any. Not inlined. */
__attribute__((noinline)) static bool take_long(rs_bytes *rest, rs_bytes *content)
{
    enum { SIZE = 2, VALUE = 4 };
    const uint8_t *p = rest->p;
    size_t header = VALUE, size;
    if (rest->n >= VALUE && p[1] == (RS_DER_LONG_LENGTH | 2) && p[SIZE] != 0)
        size = (size_t)p[SIZE] << 8 | p[SIZE + 1];
    else if (!rs_der_long_length_read(*rest, &header, &size))
        return false;
    if (size > rest->n - header)
        return false;
    *content = rs_bytes_make(p + header, size);
    *rest = rs_bytes_make(p + header + size, rest->n - header - size);
    return true;
}

/*
 * rs_der_expect for the content alone: in a few instructions if the length is short, as nearly all
 * are. There are some fifty elements in a certificate.
 */
__attribute__((always_inline)) static inline bool take(rs_bytes *rest, uint8_t tag,
                                                       rs_bytes *content)
{
    enum { TAG = 0, SIZE = 1, VALUE = 2 };
    const uint8_t *p = rest->p;
    if (rest->n < VALUE || p[TAG] != tag)
        return false;
    if (p[SIZE] >= RS_DER_LONG_LENGTH)
        return take_long(rest, content);
    size_t size = p[SIZE];
    if (size > rest->n - VALUE)
        return false;
    *content = rs_bytes_make(p + VALUE, size);
    *rest = rs_bytes_make(p + VALUE + size, rest->n - VALUE - size);
    return true;
}

/* The same of the whole element. */
__attribute__((always_inline)) static inline bool take_whole(rs_bytes *rest, uint8_t tag,
                                                             rs_bytes *whole)
{
    rs_bytes content;
    const uint8_t *start = rest->p;
    if (!take(rest, tag, &content))
        return false;
    *whole = rs_bytes_make(start, (size_t)(rest->p - start));
    return true;
}

/* The content of `encoding` if it is exactly one element with this identifier octet. */
__attribute__((always_inline)) static inline bool take_only(rs_bytes encoding, uint8_t tag,
                                                            rs_bytes *content)
{
    return take(&encoding, tag, content) && encoding.n == 0;
}

/* The number that two digits spell; 100 if they are none. */
static int two_digits(const uint8_t *p)
{
    unsigned tens = p[0] - (unsigned)'0', ones = p[1] - (unsigned)'0';
    return tens > 9 || ones > 9 ? 100 : (int)(10 * tens + ones);
}

/* What is before 1970 is early enough to be 0. */
static bool read_time(int century, rs_bytes rest, int64_t *seconds)
{
    int year = two_digits(rest.p);
    if (century > 99 || year > 99 || rest.p[rest.n - 1] != 'Z')
        return false;
    year += 100 * century;
    *seconds = 0;
    return year < 1970 || rs_utc_read_digits(year, rs_bytes_make(rest.p + 2, rest.n - 3), seconds);
}

static bool read_validity(rs_bytes validity, int64_t *not_before)
{
    rs_bytes text;
    if (take(&validity, UTC_TIME, &text))
        return text.n == UTC_TIME_LENGTH && read_time(text.p[0] < '5' ? 20 : 19, text, not_before);
    return take(&validity, GENERALIZED_TIME, &text) && text.n == GENERALIZED_TIME_LENGTH &&
           read_time(two_digits(text.p), rs_bytes_skip(text, 2), not_before);
}

static bool read_authority_key_id(rs_bytes value, rs_bytes *key_id)
{
    rs_bytes content;
    if (!take_only(value, RS_DER_SEQUENCE, &content))
        return false;
    take(&content, RS_DER_CONTEXT(0), key_id);
    return true;
}

static bool read_basic_constraints(rs_bytes value, bool *is_ca)
{
    rs_bytes content, says;
    if (!take_only(value, RS_DER_SEQUENCE, &content))
        return false;
    *is_ca = take(&content, RS_DER_BOOLEAN, &says) && says.n == 1 && says.p[0] != 0;
    return true;
}

static bool read_key_usage(rs_bytes value, bool *may_sign)
{
    rs_bytes bits;
    if (!take_only(value, RS_DER_BIT_STRING, &bits) || bits.n == 0)
        return false;
    *may_sign = bits.n > 1 && (bits.p[1] & CERT_SIGN_BIT) != 0;
    return true;
}

/* Reads the content of an extension 2.5.29.`type`. */
__attribute__((always_inline)) static inline bool
read_value(uint8_t type, rs_bytes value, rs_survey_certificate *certificate, extensions *found)
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
        return !again && take_only(value, RS_DER_OCTET_STRING, &certificate->subject_key_id);
    case BASIC_CONSTRAINTS:
        return !again && read_basic_constraints(value, &found->is_ca);
    case KEY_USAGE:
        return !again && read_key_usage(value, &found->may_sign);
    default:
        return true;
    }
}

/*
 * Takes the next extension in one go if it is what nearly all are: a short one of a type 2.5.29.N
 * that is all there, and nothing besides. False: it may be any other, or none at all.
 */
static inline bool take_plain_extension(rs_bytes *all, uint8_t *type, rs_bytes *value)
{
    /* SEQUENCE { OBJECT IDENTIFIER, [BOOLEAN,] OCTET STRING } */
    enum { SIZE = 1, OID = 2, N = 6, REST = 7, CRITICAL = 3, HEADER = 2 };
    const uint8_t *p = all->p;
    if (all->n < REST + CRITICAL + HEADER || p[0] != RS_DER_SEQUENCE ||
        p[SIZE] >= RS_DER_LONG_LENGTH || p[SIZE] > all->n - HEADER ||
        memcmp(p + OID, "\x06\x03\x55\x1d", N - OID) != 0)
        return false;
    size_t at = p[REST] == RS_DER_BOOLEAN && p[REST + 1] == 1 ? REST + CRITICAL : REST;
    size_t end = HEADER + (size_t)p[SIZE];
    if (p[at] != RS_DER_OCTET_STRING || at + HEADER + p[at + 1] != end)
        return false;
    *type = p[N];
    *value = rs_bytes_make(p + at + HEADER, p[at + 1]);
    *all = rs_bytes_skip(*all, end);
    return true;
}

static bool take_any_extension(rs_bytes *all, rs_survey_certificate *certificate, extensions *found)
{
    rs_bytes extension, type, critical, value;
    if (!take(all, RS_DER_SEQUENCE, &extension) || !take(&extension, RS_DER_OID, &type))
        return false;
    bool is_known = type.n == 3 && type.p[0] == 0x55 && type.p[1] == 0x1d;
    if (!is_known)
        return true;
    take(&extension, RS_DER_BOOLEAN, &critical);
    return take(&extension, RS_DER_OCTET_STRING, &value) && extension.n == 0 &&
           read_value(type.p[2], value, certificate, found);
}

/* What follows the key: unique identifiers, which nobody uses, and the extensions. */
static bool read_extensions(rs_bytes rest, rs_survey_certificate *certificate)
{
    rs_bytes all, value;
    uint8_t type;
    extensions found = {.may_sign = true};
    take(&rest, RS_DER_CONTEXT(1), &all);
    take(&rest, RS_DER_CONTEXT(2), &all);
    if (rest.n == 0)
        return true;
    if (!take_only(rest, RS_DER_CONTEXT_CONSTRUCTED(3), &rest) ||
        !take_only(rest, RS_DER_SEQUENCE, &all))
        return false;
    while (all.n > 0)
        if (take_plain_extension(&all, &type, &value)
                ? !read_value(type, value, certificate, &found)
                : !take_any_extension(&all, certificate, &found))
            return false;
    certificate->is_ca = found.is_ca && found.may_sign;
    return true;
}

static bool read_tbs(rs_bytes tbs, rs_survey_certificate *certificate)
{
    rs_bytes rest, version, validity;
    if (!take_only(tbs, RS_DER_SEQUENCE, &rest))
        return false;
    take(&rest, RS_DER_CONTEXT_CONSTRUCTED(0), &version);
    return take_whole(&rest, RS_DER_INTEGER, &certificate->serial) &&
           take_whole(&rest, RS_DER_SEQUENCE, &certificate->signed_algorithm) &&
           take_whole(&rest, RS_DER_SEQUENCE, &certificate->issuer) &&
           take(&rest, RS_DER_SEQUENCE, &validity) &&
           take_whole(&rest, RS_DER_SEQUENCE, &certificate->subject) &&
           take_whole(&rest, RS_DER_SEQUENCE, &certificate->key) &&
           read_validity(validity, &certificate->not_before) && read_extensions(rest, certificate);
}

bool rs_survey_certificate_read(rs_bytes der, bool is_tbs, rs_survey_certificate *certificate)
{
    rs_bytes parts, signature;
    *certificate = (rs_survey_certificate){.tbs = der};
    if (is_tbs)
        return read_tbs(der, certificate);
    if (!take_only(der, RS_DER_SEQUENCE, &parts) ||
        !take_whole(&parts, RS_DER_SEQUENCE, &certificate->tbs) ||
        !take_whole(&parts, RS_DER_SEQUENCE, &certificate->algorithm) ||
        !take_only(parts, RS_DER_BIT_STRING, &signature) || signature.n == 0)
        return false;
    certificate->signature = rs_bytes_skip(signature, 1);
    return read_tbs(certificate->tbs, certificate);
}
