/* SPDX-License-Identifier: Apache-2.0 */
/* What extensions say of the use of a commonName: part of scope. */
#include "tests/unit/certificate_parts.h"
#include "tests/unit/suite.h"

#define OID_ELEMENT(size, content) LITERAL("\x06" size content)

/* With which key usages the commonName of a peer counts. */
static void key_usages(void)
{
    static const struct {
        const char *row;
        rs_bytes usage;
        bool counts;
    } rows[] = {
        {"serverAuth", OID_ELEMENT("\x08", "\x2b\x06\x01\x05\x05\x07\x03\x01"), true},
        {"clientAuth", OID_ELEMENT("\x08", "\x2b\x06\x01\x05\x05\x07\x03\x02"), true},
        {"any", OID_ELEMENT("\x04", "\x55\x1d\x25\x00"), true},
        {"nsSGC", OID_ELEMENT("\x09", "\x60\x86\x48\x01\x86\xf8\x42\x04\x01"), true},
        {"msSGC", OID_ELEMENT("\x0a", "\x2b\x06\x01\x04\x01\x82\x37\x0a\x03\x03"), true},
        {"codeSigning", OID_ELEMENT("\x08", "\x2b\x06\x01\x05\x05\x07\x03\x03"), false},
        {"emailProtection", OID_ELEMENT("\x08", "\x2b\x06\x01\x05\x05\x07\x03\x04"), false},
        {"a prefix of serverAuth", OID_ELEMENT("\x07", "\x2b\x06\x01\x05\x05\x07\x03"), false},
        {"codeSigning, then serverAuth",
         LITERAL("\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x03\x06\x08\x2b\x06\x01\x05\x05\x07\x03"
                 "\x01"),
         true},
        {"serverAuth, then codeSigning",
         LITERAL("\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01\x06\x08\x2b\x06\x01\x05\x05\x07\x03"
                 "\x03"),
         true},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_certificate certificate = certificate_of("evil.com");
        certificate.extended_key_usage = once(element(RS_DER_SEQUENCE, rows[i].usage));
        rs_finding worst = worst_of("permit corp.example", &certificate);
        CHECK_ROW(worst.verdict == (rows[i].counts ? RS_DENIED : RS_PERMITTED), rows[i].row);
        /* Somebody looks for a peer: what the certificate is for does not matter. */
        certificate.peer_expected = true;
        CHECK_ROW(
            is_worst("permit corp.example", &certificate, RS_FORM_CN, RS_REASON_NOT_PERMITTED),
            rows[i].row);
    }
    rs_certificate without = certificate_of("evil.com");
    CU_ASSERT(is_worst("permit corp.example", &without, RS_FORM_CN, RS_REASON_NOT_PERMITTED));
    rs_arena_clear(&arena);
}

/* A key usage limits what the commonName is taken for, and no other name. */
static void key_usage_leaves_alt_names(void)
{
    rs_bytes code_signing = OID_ELEMENT("\x08", "\x2b\x06\x01\x05\x05\x07\x03\x03");
    rs_certificate certificate = certificate_of("");
    certificate.extended_key_usage = once(element(RS_DER_SEQUENCE, code_signing));
    certificate.subject_alt_name = names(dns("evil.com"));
    CU_ASSERT(is_worst("permit corp.example", &certificate, RS_FORM_DNS, RS_REASON_NOT_PERMITTED));
    rs_arena_clear(&arena);
}

typedef enum where { USAGE, CONSTRAINTS } where;

static void malformed_use(void)
{
    static const struct {
        const char *row;
        where where;
        rs_extension extension;
        rs_reason reason;
    } rows[] = {
        {"usage twice",
         USAGE,
         {LITERAL("\x30\x06\x06\x04\x55\x1d\x25\x00"), 2},
         RS_REASON_DUPLICATE},
        {"usage: nothing", USAGE, {LITERAL(""), 1}, RS_REASON_UNDECODABLE},
        {"usage: no purpose", USAGE, {LITERAL("\x30\x00"), 1}, RS_REASON_UNDECODABLE},
        {"usage: not a sequence",
         USAGE,
         {LITERAL("\x31\x06\x06\x04\x55\x1d\x25\x00"), 1},
         RS_REASON_UNDECODABLE},
        {"usage: no OID", USAGE, {LITERAL("\x30\x02\x05\x00"), 1}, RS_REASON_UNDECODABLE},
        {"usage: no second OID",
         USAGE,
         {LITERAL("\x30\x08\x06\x04\x55\x1d\x25\x00\x05\x00"), 1},
         RS_REASON_UNDECODABLE},
        {"usage: bytes after",
         USAGE,
         {LITERAL("\x30\x06\x06\x04\x55\x1d\x25\x00\x00"), 1},
         RS_REASON_UNDECODABLE},
        {"constraints twice", CONSTRAINTS, {LITERAL("\x30\x00"), 2}, RS_REASON_DUPLICATE},
        {"constraints: nothing", CONSTRAINTS, {LITERAL(""), 1}, RS_REASON_UNDECODABLE},
        {"constraints: not a sequence",
         CONSTRAINTS,
         {LITERAL("\x01\x01\xff"), 1},
         RS_REASON_UNDECODABLE},
        {"constraints: empty boolean",
         CONSTRAINTS,
         {LITERAL("\x30\x02\x01\x00"), 1},
         RS_REASON_UNDECODABLE},
        {"constraints: long boolean",
         CONSTRAINTS,
         {LITERAL("\x30\x04\x01\x02\xff\xff"), 1},
         RS_REASON_UNDECODABLE},
        {"constraints: not a boolean",
         CONSTRAINTS,
         {LITERAL("\x30\x02\x05\x00"), 1},
         RS_REASON_UNDECODABLE},
        {"constraints: no length",
         CONSTRAINTS,
         {LITERAL("\x30\x05\x01\x01\xff\x05\x00"), 1},
         RS_REASON_UNDECODABLE},
        {"constraints: more than a length",
         CONSTRAINTS,
         {LITERAL("\x30\x09\x01\x01\xff\x02\x01\x00\x02\x01\x00"), 1},
         RS_REASON_UNDECODABLE},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_certificate certificate = certificate_of("");
        if (rows[i].where == USAGE)
            certificate.extended_key_usage = rows[i].extension;
        else
            certificate.basic_constraints = rows[i].extension;
        rs_finding worst = worst_of("permit *", &certificate);
        CHECK_ROW(worst.verdict == RS_MALFORMED && worst.reason == rows[i].reason, rows[i].row);
        CHECK_ROW(worst.form == RS_FORM_EXTENSION, rows[i].row);
        CHECK_ROW(rs_bytes_equal(worst.name, rows[i].extension.value), rows[i].row);
    }
    rs_arena_clear(&arena);
}

/* Whose commonName counts: everybody's but that of a CA that acts as one. */
static void authorities(void)
{
    static const struct {
        const char *row;
        rs_bytes constraints;
        bool issuer, counts;
    } rows[] = {
        {"CA", LITERAL("\x30\x03\x01\x01\xff"), true, false},
        {"CA, BER", LITERAL("\x30\x03\x01\x01\x01"), true, false},
        {"CA with a length", LITERAL("\x30\x06\x01\x01\xff\x02\x01\x00"), true, false},
        {"CA that is a peer", LITERAL("\x30\x03\x01\x01\xff"), false, true},
        {"issuer that is no CA", LITERAL("\x30\x00"), true, true},
        {"issuer that says so", LITERAL("\x30\x03\x01\x01\x00"), true, true},
        {"issuer with a length", LITERAL("\x30\x03\x02\x01\x00"), true, true},
        {"peer", LITERAL("\x30\x00"), false, true},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_certificate certificate = certificate_of("evil.com");
        certificate.basic_constraints = once(rows[i].constraints);
        certificate.is_issuer = rows[i].issuer;
        rs_finding worst = worst_of("permit corp.example", &certificate);
        CHECK_ROW(worst.verdict == (rows[i].counts ? RS_DENIED : RS_PERMITTED), rows[i].row);
        worst = worst_of("exclude cn:*", &certificate);
        CHECK_ROW(worst.verdict == (rows[i].counts ? RS_DENIED : RS_PERMITTED), rows[i].row);
    }
    rs_certificate without = certificate_of("evil.com");
    without.is_issuer = true;
    CU_ASSERT(is_worst("permit corp.example", &without, RS_FORM_CN, RS_REASON_NOT_PERMITTED));
    rs_arena_clear(&arena);
}

static CU_TestInfo tests[] = {
    {"key usages", key_usages},
    {"key usage leaves alt names", key_usage_leaves_alt_names},
    {"malformed use", malformed_use},
    {"authorities", authorities},
    CU_TEST_INFO_NULL,
};

RS_SUITE("certificate_use", tests)
