/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/rfc4514.h"

#include "lib/base/ascii.h"
#include "lib/names/der.h"
#include "lib/names/directory_string.h"
#include "lib/names/distinguished_name.h"
#include "lib/names/oid.h"

enum {
    DER_MAX = 16 * 1024,  /* of the whole name */
    VALUE_MAX = 4 * 1024, /* of one value */
    OID_MAX = 128,
};

/*
 * The DER is written from its end to its start: the string begins with the last RDN, and an
 * element's length is known once its content is written.
 */
typedef struct reader {
    const rs_place *place;
    rs_bytes text;
    size_t at; /* how much of the text is read */
    uint8_t der[DER_MAX];
    size_t start; /* the DER written so far is der[start..] */
} reader;

static const struct keyword {
    const char *word;
    const char *oid;
    uint8_t tag;
} keywords[] = {
    {"C", "2.5.4.6", RS_DER_PRINTABLE_STRING},
    {"O", "2.5.4.10", RS_DER_UTF8_STRING},
    {"OU", "2.5.4.11", RS_DER_UTF8_STRING},
    {"CN", "2.5.4.3", RS_DER_UTF8_STRING},
    {"L", "2.5.4.7", RS_DER_UTF8_STRING},
    {"ST", "2.5.4.8", RS_DER_UTF8_STRING},
    {"STREET", "2.5.4.9", RS_DER_UTF8_STRING},
    {"DC", "0.9.2342.19200300.100.1.25", RS_DER_IA5_STRING},
    {"UID", "0.9.2342.19200300.100.1.1", RS_DER_UTF8_STRING},
    {"emailAddress", "1.2.840.113549.1.9.1", RS_DER_IA5_STRING},
    {"serialNumber", "2.5.4.5", RS_DER_PRINTABLE_STRING},
};

bool rs_rfc4514_keyword(rs_bytes oid, const char **word, uint8_t *tag)
{
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        uint8_t content[OID_MAX];
        size_t length;
        if (!rs_oid_from_text(rs_bytes_of_string(keywords[i].oid), content, sizeof content,
                              &length) ||
            !rs_bytes_equal(oid, rs_bytes_make(content, length)))
            continue;
        *word = keywords[i].word;
        *tag = keywords[i].tag;
        return true;
    }
    return false;
}

/* The character that comes next; 0, which no source has, at the end. */
static uint8_t peek(const reader *r)
{
    return r->at < r->text.n ? r->text.p[r->at] : 0;
}

static bool take(reader *r, uint8_t c)
{
    if (r->at == r->text.n || r->text.p[r->at] != c)
        return false;
    r->at++;
    return true;
}

static void skip_spaces(reader *r)
{
    while (take(r, ' '))
        continue;
}

static bool prepend(reader *r, rs_bytes bytes)
{
    if (bytes.n > r->start) {
        rs_place_error(r->place, 0, "distinguished name too long; expected at most %d bytes of DER",
                       DER_MAX);
        return false;
    }
    r->start -= bytes.n;
    if (bytes.n > 0)
        memcpy(r->der + r->start, bytes.p, bytes.n);
    return true;
}

/* Makes what was written before `end` the content of an element. */
static bool wrap(reader *r, size_t end, uint8_t tag)
{
    uint8_t header[RS_DER_HEADER_MAX];
    return prepend(r, rs_bytes_make(header, rs_der_header_put(tag, end - r->start, header)));
}

static bool is_keyword(const char *word, rs_bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (rs_ascii_lower(text.p[i]) != rs_ascii_lower((uint8_t)word[i]))
            return false;
    }
    return word[text.n] == 0;
}

/* Reads a type up to its `=`, into the content of its object identifier. */
static bool read_type(reader *r, uint8_t oid[OID_MAX], size_t *length, uint8_t *tag)
{
    skip_spaces(r);
    size_t start = r->at;
    while (rs_ascii_is_alpha(peek(r)) || rs_ascii_is_digit(peek(r)) || peek(r) == '.')
        r->at++;
    rs_bytes type = rs_bytes_make(r->text.p + start, r->at - start);
    skip_spaces(r);
    if (type.n == 0 || !take(r, '=')) {
        rs_place_error(r->place, start, "\"%s\" in a distinguished name; expected TYPE=VALUE",
                       rs_quote(rs_bytes_skip(r->text, start)).text);
        return false;
    }
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        *tag = keywords[i].tag;
        if (is_keyword(keywords[i].word, type))
            return rs_oid_from_text(rs_bytes_of_string(keywords[i].oid), oid, OID_MAX, length);
    }
    *tag = RS_DER_UTF8_STRING;
    if (rs_oid_from_text(type, oid, OID_MAX, length))
        return true;
    rs_place_error(r->place, start,
                   "unknown attribute type \"%s\"; expected C, O, OU, CN, L, ST, STREET, DC, UID, "
                   "emailAddress, serialNumber or an object identifier",
                   rs_quote(type).text);
    return false;
}

/* Two hexadecimal digits at `at` of the text; -1 if they are not there. */
static int hex_pair(const reader *r, size_t at)
{
    if (at + 2 > r->text.n)
        return -1;
    int high = rs_ascii_hex_value(r->text.p[at]), low = rs_ascii_hex_value(r->text.p[at + 1]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Reads `#` and the hexadecimal digits of one DER element, and writes it. */
static bool read_hex(reader *r)
{
    uint8_t value[VALUE_MAX];
    size_t n = 0, start = r->at++;
    int byte;
    for (; n < sizeof value && (byte = hex_pair(r, r->at)) >= 0; r->at += 2)
        value[n++] = (uint8_t)byte;
    skip_spaces(r);
    rs_bytes rest = rs_bytes_make(value, n);
    rs_der element;
    bool ended = r->at == r->text.n || peek(r) == ',' || peek(r) == '+';
    if (!ended || !rs_der_next(&rest, &element) || rest.n > 0) {
        rs_place_error(r->place, start,
                       "\"%s\" is not a DER value; expected # and one "
                       "element in hexadecimal digits",
                       rs_quote(rs_bytes_skip(r->text, start)).text);
        return false;
    }
    return prepend(r, rs_bytes_make(value, n));
}

/* Reads what follows a backslash: a character of its own kind, or two hexadecimal digits. */
static bool read_escape(reader *r, uint8_t *byte)
{
    static const char special[] = " \"#+,;<=>\\";
    uint8_t next = peek(r);
    int pair = hex_pair(r, r->at);
    if (next != 0 && memchr(special, next, sizeof special - 1) != NULL) {
        *byte = next;
        r->at++;
        return true;
    }
    *byte = (uint8_t)pair;
    r->at += 2;
    return pair >= 0;
}

/* Reads a string value, its escapes resolved, up to the next separator. */
static bool read_string(reader *r, uint8_t value[VALUE_MAX], size_t *length)
{
    size_t n = 0, start = r->at;
    while (r->at < r->text.n && peek(r) != ',' && peek(r) != '+' && n < VALUE_MAX) {
        uint8_t c = peek(r);
        if (c == '"' || c == ';' || c == '<' || c == '>') {
            rs_place_error(r->place, r->at, "%c in a distinguished name; write \\%c", c, c);
            return false;
        }
        r->at++;
        if (c == '\\' && !read_escape(r, &c)) {
            rs_place_error(r->place, start,
                           "bad escape in \"%s\"; expected \\ before one of \"+,;<>\\=# or a "
                           "space, or before two hexadecimal digits",
                           rs_quote(rs_bytes_skip(r->text, start)).text);
            return false;
        }
        value[n++] = c;
    }
    *length = n;
    return true;
}

/* Checks a string against what its type can hold, and writes it. */
static bool write_string(reader *r, size_t start, uint8_t tag, rs_bytes value)
{
    uint8_t utf8[VALUE_MAX];
    size_t length;
    size_t end = r->start;
    rs_bytes spelt = rs_bytes_make(r->text.p + start, r->at - start);
    if (!rs_directory_string_to_utf8(tag, value, utf8, sizeof utf8, &length)) {
        rs_place_error(r->place, start, "\"%s\" is not %s", rs_quote(spelt).text,
                       tag == RS_DER_UTF8_STRING ? "UTF-8" : "ASCII");
        return false;
    }
    if (memchr(utf8, 0, length) != NULL || rs_directory_string_fold(utf8, length) == 0) {
        rs_place_error(r->place, start,
                       "empty value, or a NUL, in a distinguished name; "
                       "expected TYPE=VALUE");
        return false;
    }
    return prepend(r, value) && wrap(r, end, tag);
}

static bool read_value(reader *r, uint8_t tag)
{
    uint8_t value[VALUE_MAX];
    size_t length;
    skip_spaces(r);
    size_t start = r->at;
    if (peek(r) == '#')
        return read_hex(r);
    return read_string(r, value, &length) &&
           write_string(r, start, tag, rs_bytes_make(value, length));
}

/* AttributeTypeAndValue, from `TYPE=VALUE`. */
static bool read_attribute(reader *r)
{
    uint8_t oid[OID_MAX], tag;
    size_t length, end = r->start;
    if (!read_type(r, oid, &length, &tag) || !read_value(r, tag))
        return false;
    size_t oid_end = r->start;
    return prepend(r, rs_bytes_make(oid, length)) && wrap(r, oid_end, RS_DER_OID) &&
           wrap(r, end, RS_DER_SEQUENCE);
}

/* Attributes joined by `+`; their order does not matter to the canonical form. */
static bool read_rdn(reader *r)
{
    size_t end = r->start;
    do {
        if (!read_attribute(r))
            return false;
    } while (take(r, '+'));
    return wrap(r, end, RS_DER_SET);
}

static bool starts_with_country(rs_bytes text)
{
    return text.n > 1 && rs_ascii_lower(text.p[0]) == 'c' && (text.p[1] == '=' || text.p[1] == ' ');
}

bool rs_rfc4514_read(const rs_place *place, rs_bytes text, uint8_t *out, size_t size,
                     size_t *length)
{
    reader r = {.place = place, .text = text, .start = DER_MAX};
    size_t rdns = 0;
    do {
        if (!read_rdn(&r))
            return false;
        rdns++;
    } while (take(&r, ','));
    if (!wrap(&r, DER_MAX, RS_DER_SEQUENCE))
        return false;
    rs_bytes der = rs_bytes_make(r.der + r.start, DER_MAX - r.start);
    if (r.at < text.n || !rs_distinguished_name_canonical(der, out, size, length)) {
        rs_place_error(place, 0,
                       "distinguished name too long, or a value of it does not decode; expected "
                       "at most %d attributes and %d bytes in an RDN, and %zu bytes in all",
                       RS_RDN_ATTRIBUTES_MAX, RS_CANONICAL_RDN_MAX, size);
        return false;
    }
    if (rdns > 1 && starts_with_country(text))
        rs_place_warning(place, 0,
                         "the country comes first; RFC 4514 writes it last, and CN first");
    return true;
}
