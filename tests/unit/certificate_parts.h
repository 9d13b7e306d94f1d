/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of certificates, encoded by tests, and what a stanza finds worst in them.
 */
#ifndef RS_TEST_CERTIFICATE_PARTS_H
#define RS_TEST_CERTIFICATE_PARTS_H

#include "lib/base/arena.h"
#include "lib/chain/scope.h"
#include "lib/names/der.h"
#include "lib/names/general_names.h"
#include "tests/unit/stanza.h"

/* Encodings of tests; given back at the end of each. */
static rs_arena arena;

/* One DER element of up to 65535 bytes. */
static inline rs_bytes element(uint8_t tag, rs_bytes content)
{
    size_t header = content.n < 0x80 ? 2 : 4;
    uint8_t *p = rs_arena_take(&arena, header + content.n);
    p[0] = tag;
    p[1] = (uint8_t)(header == 2 ? content.n : 0x82);
    if (header == 4) {
        p[2] = (uint8_t)(content.n >> 8);
        p[3] = (uint8_t)content.n;
    }
    if (content.n > 0)
        memcpy(p + header, content.p, content.n);
    return rs_bytes_make(p, header + content.n);
}

static inline rs_bytes text_element(uint8_t tag, const char *text)
{
    return element(tag, rs_bytes_of_string(text));
}

static inline rs_bytes join(rs_bytes a, rs_bytes b)
{
    uint8_t *p = rs_arena_take(&arena, a.n + b.n);
    if (a.n > 0)
        memcpy(p, a.p, a.n);
    if (b.n > 0)
        memcpy(p + a.n, b.p, b.n);
    return rs_bytes_make(p, a.n + b.n);
}

#define OID_CN    LITERAL("\x55\x04\x03")
#define OID_O     LITERAL("\x55\x04\x0a")
#define OID_OU    LITERAL("\x55\x04\x0b")
#define OID_EMAIL LITERAL("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01")
#define NOTHING   LITERAL("")

/* An RDN of one attribute. */
static inline rs_bytes rdn(rs_bytes oid, rs_bytes value)
{
    return element(RS_DER_SET, element(RS_DER_SEQUENCE, join(element(RS_DER_OID, oid), value)));
}

static inline rs_bytes common_name(const char *text)
{
    return rdn((rs_bytes)OID_CN, text_element(RS_DER_UTF8_STRING, text));
}

static inline rs_bytes subject_of(rs_bytes rdns)
{
    return element(RS_DER_SEQUENCE, rdns);
}

static inline rs_bytes dns(const char *name)
{
    return text_element(RS_DER_CONTEXT(RS_GENERAL_NAME_DNS), name);
}

static inline rs_extension once(rs_bytes value)
{
    return (rs_extension){.value = value, .count = 1};
}

static inline rs_extension names(rs_bytes general_names)
{
    return once(element(RS_DER_SEQUENCE, general_names));
}

/* A certificate without extensions and with one commonName; "": with an empty subject. */
static inline rs_certificate certificate_of(const char *cn)
{
    rs_bytes nothing = NOTHING;
    return (rs_certificate){.subject = subject_of(*cn == 0 ? nothing : common_name(cn))};
}

static inline rs_finding worst_of(const char *rules, const rs_certificate *certificate)
{
    test_stanza s;
    rs_finding worst;
    stanza_open(&s, rules);
    rs_verdict verdict = rs_scope_check(&s.stanza, certificate, NULL, NULL, &worst);
    CU_ASSERT_EQUAL(verdict, worst.verdict);
    CU_ASSERT_EQUAL(rs_scope_check(&s.stanza, certificate, NULL, NULL, NULL), verdict);
    stanza_close(&s);
    return worst;
}

static inline bool is_worst(const char *rules, const rs_certificate *certificate, rs_form form,
                            rs_reason reason)
{
    rs_finding worst = worst_of(rules, certificate);
    return worst.form == form && worst.reason == reason &&
           worst.verdict == rs_reason_verdict(reason);
}

#endif
