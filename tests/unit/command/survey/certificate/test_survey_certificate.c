/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/suite.h"

#include "command/survey/certificate/certificate.h"
#include "tests/unit/command/survey/survey_pki.h"

static EVP_PKEY *key;

static bool is_text(rs_bytes bytes, const char *text)
{
    return rs_bytes_equal(bytes, rs_bytes_of_string(text));
}

static void parts_are_found(void)
{
    rs_survey_certificate parts;
    rs_bytes der = new_der((wanted){.subject = "leaf",
                                    .issuer = "CA",
                                    .key = key,
                                    .key_id = "own",
                                    .authority_key_id = "above",
                                    .alt_name = "DNS:a.example"});
    CU_ASSERT_TRUE_FATAL(rs_survey_certificate_read(der, false, &parts));
    CU_ASSERT_TRUE(is_text(parts.subject_key_id, "own"));
    CU_ASSERT_TRUE(is_text(parts.authority_key_id, "above"));
    CU_ASSERT_EQUAL(parts.not_before, 1743555723);
    CU_ASSERT_TRUE(parts.has_alt_names);
    CU_ASSERT_FALSE(parts.is_ca);
    CU_ASSERT_EQUAL(parts.alt_names.n, 13);
    CU_ASSERT_TRUE(parts.tbs.p > der.p && parts.tbs.n < der.n);
    rs_survey_certificate bare;
    CU_ASSERT_TRUE(rs_survey_certificate_read(parts.tbs, true, &bare));
    CU_ASSERT_TRUE(rs_bytes_equal(bare.issuer, parts.issuer));
    CU_ASSERT_TRUE(rs_bytes_equal(bare.key, parts.key));
    CU_ASSERT_EQUAL(bare.signature.n, 0);
    der_free(der);
}

static void ca_is_who_may_sign(void)
{
    static const struct {
        bool is_ca;
        const char *usage;
        bool expected;
    } rows[] = {
        {true, NULL, true},
        {true, "keyCertSign", true},
        {true, "cRLSign,keyCertSign", true},
        {true, "digitalSignature", false},
        {false, NULL, false},
        {false, "keyCertSign", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_survey_certificate parts;
        rs_bytes der = new_der(
            (wanted){.subject = "CA", .key = key, .is_ca = rows[i].is_ca, .usage = rows[i].usage});
        CU_ASSERT_TRUE(rs_survey_certificate_read(der, false, &parts));
        CU_ASSERT_EQUAL(parts.is_ca, rows[i].expected);
        der_free(der);
    }
}

/* No byte that is cut off makes it read further than it is. */
static void cut_off_is_refused(void)
{
    rs_survey_certificate parts;
    rs_bytes der = new_der((wanted){.subject = "leaf", .key = key, .alt_name = "DNS:a.example"});
    for (size_t n = 0; n < der.n; n++) {
        uint8_t *copy = malloc(n + 1);
        memcpy(copy, der.p, n);
        CU_ASSERT_FALSE(rs_survey_certificate_read(rs_bytes_make(copy, n), false, &parts));
        free(copy);
    }
    der_free(der);
}

static void bytes_behind_are_refused(void)
{
    rs_survey_certificate parts;
    rs_bytes der = new_der((wanted){.subject = "leaf", .key = key});
    uint8_t *longer = calloc(1, der.n + 1);
    memcpy(longer, der.p, der.n);
    CU_ASSERT_TRUE(rs_survey_certificate_read(rs_bytes_make(longer, der.n), false, &parts));
    CU_ASSERT_FALSE(rs_survey_certificate_read(rs_bytes_make(longer, der.n + 1), false, &parts));
    free(longer);
    der_free(der);
}

static void extension_twice_is_refused(void)
{
    rs_survey_certificate parts;
    wanted w = {.subject = "leaf", .key = key, .alt_name = "DNS:a.example"};
    X509 *certificate = new_x509(&w);
    add_extension(certificate, NID_subject_alt_name, "DNS:b.example");
    done(X509_sign(certificate, key, EVP_sha256()) > 0);
    rs_bytes der = der_of(certificate);
    CU_ASSERT_FALSE(rs_survey_certificate_read(der, false, &parts));
    der_free(der);
    X509_free(certificate);
}

static void times_are_read(void)
{
    static const struct {
        const char *text;
        int64_t seconds;
        bool good;
    } rows[] = {
        {"19700101000000Z", 0, true},          {"19520101000000Z", 0, true},
        {"20491231235959Z", 2524607999, true}, {"20500101000000Z", 2524608000, true},
        {"20240229000000Z", 1709164800, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_survey_certificate parts;
        wanted w = {.subject = "leaf", .key = key};
        X509 *certificate = new_x509(&w);
        done(ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), rows[i].text));
        done(X509_sign(certificate, key, EVP_sha256()) > 0);
        rs_bytes der = der_of(certificate);
        CU_ASSERT_EQUAL(rs_survey_certificate_read(der, false, &parts), rows[i].good);
        CU_ASSERT_EQUAL(parts.not_before, rows[i].seconds);
        der_free(der);
        X509_free(certificate);
    }
}

static CU_TestInfo tests[] = {
    {"parts are found", parts_are_found},
    {"a CA is who may sign certificates", ca_is_who_may_sign},
    {"what is cut off is refused", cut_off_is_refused},
    {"bytes behind the end are refused", bytes_behind_are_refused},
    {"an extension twice is refused", extension_twice_is_refused},
    {"times are read", times_are_read},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    key = new_key();
    int status = rs_suite_run("survey certificate", tests);
    EVP_PKEY_free(key);
    return status;
}
