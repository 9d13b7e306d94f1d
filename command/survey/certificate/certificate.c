/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/certificate/certificate.h"

#include "lib/base/little_endian.h"
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
    uint64_t seen; /* bit x: there was 2.5.29.x, of those that are read */
    bool is_ca, may_sign;
} extensions;

/* The size of the element that `rest`, of two octets or more, begins with. */
__attribute__((always_inline)) static inline rs_der_size measure(rs_bytes rest)
{
    enum { SIZE = 1, SHORT = 2, LONG = 4 };
    const uint8_t *p = rest.p;
    if (p[SIZE] < RS_DER_LONG_LENGTH)
        return (rs_der_size){SHORT, p[SIZE]};
    if (p[SIZE] == (RS_DER_LONG_LENGTH | 2) && rest.n >= LONG && p[SHORT] != 0)
        return (rs_der_size){LONG, (size_t)p[SHORT] << 8 | p[SHORT + 1]};
    return rs_der_long_size(rest);
}

/*
 * rs_der_expect for the content alone: in a few instructions if the length is short, as nearly all
 * are. There are some fifty elements in a certificate.
 */
__attribute__((always_inline)) static inline bool take(rs_bytes *rest, uint8_t tag,
                                                       rs_bytes *content)
{
    if (rest->n < 2 || rest->p[0] != tag)
        return false;
    rs_der_size size = measure(*rest);
    if (size.content > rest->n - size.header)
        return false;
    *content = rs_bytes_make(rest->p + size.header, size.content);
    *rest = rs_bytes_make(content->p + size.content, rest->n - size.header - size.content);
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

static bool read_basic_constraints(rs_bytes value, bool *is_ca, rs_bytes *path_length)
{
    rs_bytes content, says;
    if (!take_only(value, RS_DER_SEQUENCE, &content))
        return false;
    *is_ca = take(&content, RS_DER_BOOLEAN, &says) && says.n == 1 && says.p[0] != 0;
    if (*is_ca)
        take(&content, RS_DER_INTEGER, path_length);
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

/* Whether it is the first 2.5.29.`type`. */
static inline bool is_first(uint8_t type, extensions *found)
{
    bool was_seen = (found->seen >> type & 1) != 0;
    found->seen |= UINT64_C(1) << type;
    return !was_seen;
}

/* Reads the content of an extension 2.5.29.`type`. */
__attribute__((always_inline)) static inline bool
read_value(uint8_t type, rs_bytes value, rs_survey_certificate *certificate, extensions *found)
{
    switch (type) {
    case ALT_NAMES:
        certificate->alt_names = value;
        certificate->has_alt_names = true;
        return is_first(ALT_NAMES, found);
    case AUTHORITY_KEY_ID:
        return is_first(AUTHORITY_KEY_ID, found) &&
               read_authority_key_id(value, &certificate->authority_key_id);
    case SUBJECT_KEY_ID:
        return is_first(SUBJECT_KEY_ID, found) &&
               take_only(value, RS_DER_OCTET_STRING, &certificate->subject_key_id);
    case BASIC_CONSTRAINTS:
        return is_first(BASIC_CONSTRAINTS, found) &&
               read_basic_constraints(value, &found->is_ca, &certificate->path_length);
    case KEY_USAGE:
        return is_first(KEY_USAGE, found) && read_key_usage(value, &found->may_sign);
    default:
        return true;
    }
}

/*
 * Takes the next extension in one go if it is what nearly all are: a short one of a type 2.5.29.N
 * that is all there, and nothing besides. False: it may be any other, or none at all.
 */
__attribute__((always_inline)) static inline bool take_plain(rs_bytes *all, uint8_t *type,
                                                             rs_bytes *value)
{
    /* SEQUENCE { OBJECT IDENTIFIER, [BOOLEAN,] OCTET STRING } */
    enum { HEADER = 2, N = 6, REST = 7, CRITICAL = 3 };
    /* 30 SIZE 06 03 55 1d, with the bit of a long SIZE */
    const uint64_t begin = UINT64_C(0x1d5503060030), those = UINT64_C(0xffffffff80ff);
    const uint8_t *p = all->p;
    if (all->n < REST + CRITICAL + HEADER || (rs_le64_get(p) & those) != begin)
        return false;
    size_t at = p[REST] == RS_DER_BOOLEAN && p[REST + 1] == 1 ? REST + CRITICAL : REST;
    size_t size = HEADER + (size_t)p[1];
    if (size > all->n || p[at] != RS_DER_OCTET_STRING || at + HEADER + p[at + 1] != size)
        return false;
    *type = p[N];
    *value = rs_bytes_make(p + at + HEADER, p[at + 1]);
    *all = rs_bytes_make(p + size, all->n - size);
    return true;
}

/* Takes any extension, with no value if it is not of a type 2.5.29.N. False: it is malformed. */
static bool take_any(rs_bytes *all, uint8_t *type, rs_bytes *value)
{
    rs_bytes extension, oid, critical;
    if (!take(all, RS_DER_SEQUENCE, &extension) || !take(&extension, RS_DER_OID, &oid))
        return false;
    if (oid.n != 3 || oid.p[0] != 0x55 || oid.p[1] != 0x1d)
        return true;
    *type = oid.p[2];
    take(&extension, RS_DER_BOOLEAN, &critical);
    return take(&extension, RS_DER_OCTET_STRING, value) && extension.n == 0;
}

/* What follows the key: unique identifiers, which nobody uses, and the extensions. */
static bool read_extensions(rs_bytes rest, rs_survey_certificate *certificate)
{
    rs_bytes all;
    extensions found = {.may_sign = true};
    take(&rest, RS_DER_CONTEXT(1), &all);
    take(&rest, RS_DER_CONTEXT(2), &all);
    if (rest.n == 0)
        return true;
    if (!take_only(rest, RS_DER_CONTEXT_CONSTRUCTED(3), &rest) ||
        !take_only(rest, RS_DER_SEQUENCE, &all))
        return false;
    while (all.n > 0) {
        uint8_t type = 0;
        rs_bytes value;
        if ((!take_plain(&all, &type, &value) && !take_any(&all, &type, &value)) ||
            !read_value(type, value, certificate, &found))
            return false;
    }
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
    const rs_bytes none = rs_bytes_make(NULL, 0);
    rs_bytes parts, signature;
    /* The other members are always there. */
    certificate->tbs = der;
    certificate->algorithm = certificate->signature = none;
    certificate->alt_names = certificate->authority_key_id = certificate->subject_key_id = none;
    certificate->path_length = none;
    certificate->has_alt_names = certificate->is_ca = false;
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
