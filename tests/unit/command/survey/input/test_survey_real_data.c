/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Real data that is not part of the source: two tiles of logs, of one of which the log itself wrote
 * down the names, and chains of packet captures. Skipped without it.
 */
#include "command/survey/input/feed.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <jansson.h>
#include <openssl/x509v3.h>

#define NAVIGLI "sunlight_navigli2025h2_tile_"

enum { SKIPPED = 77, TILE_ENTRIES = 256, CHAINS = 172 };

static const char *data_folder(void)
{
    const char *folder = getenv("ROOTSCOPE_TEST_DATA");
    return folder != NULL ? folder : TEST_DATA_DEFAULT;
}

static char *path_of(const char *file)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", data_folder(), file);
    return path;
}

typedef struct expected {
    FILE *names; /* a line of JSON for each entry; NULL: none */
    size_t entries, rejections, issuers;
} expected;

/* A certificate around a TBSCertificate, with a signature algorithm and a signature of no use. */
static X509 *certificate_of(const rs_survey_entry *entry)
{
    static const uint8_t rest[] = {0x30, 0x03, 0x06, 0x01, 0x2a, 0x03, 0x02, 0x00, 0x00};
    if (!entry->is_tbs) {
        const unsigned char *p = entry->certificate.p;
        return d2i_X509(NULL, &p, (long)entry->certificate.n);
    }
    size_t n = entry->certificate.n + sizeof rest;
    uint8_t *der = malloc(4 + n);
    CU_ASSERT_FATAL(der != NULL && n > 255 && n < 65536);
    const uint8_t header[4] = {0x30, 0x82, (uint8_t)(n >> 8), (uint8_t)n};
    memcpy(der, header, 4);
    memcpy(der + 4, entry->certificate.p, entry->certificate.n);
    memcpy(der + 4 + entry->certificate.n, rest, sizeof rest);
    const unsigned char *p = der;
    X509 *certificate = d2i_X509(NULL, &p, (long)(4 + n));
    free(der);
    return certificate;
}

static json_t *dns_names(X509 *certificate)
{
    json_t *array = json_array();
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_DNS)
            json_array_append_new(array,
                                  json_stringn((const char *)ASN1_STRING_get0_data(name->d.ia5),
                                               (size_t)ASN1_STRING_length(name->d.ia5)));
    }
    GENERAL_NAMES_free(names);
    return array;
}

/* What the log wrote of this entry. */
static void compare_names(FILE *names, X509 *certificate)
{
    char line[16384], common_name[256] = "";
    CU_ASSERT_FATAL(fgets(line, sizeof line, names) != NULL);
    json_t *told = json_loads(line, 0, NULL), *dns = dns_names(certificate);
    CU_ASSERT_FATAL(told != NULL);
    CHECK_ROW(json_equal(json_object_get(told, "DNS"), dns), line);
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, common_name,
                              sizeof common_name);
    json_t *told_name = json_object_get(json_object_get(told, "Subject"), "CommonName");
    CHECK_ROW(strcmp(common_name, told_name == NULL ? "" : json_string_value(told_name)) == 0,
              line);
    json_decref(dns);
    json_decref(told);
}

static bool take_entry(void *context, const rs_survey_entry *entry)
{
    expected *e = context;
    X509 *certificate = certificate_of(entry);
    CU_ASSERT_FATAL(certificate != NULL);
    if (e->names != NULL)
        compare_names(e->names, certificate);
    X509_free(certificate);
    if (entry->from_log) {
        const unsigned char *p = entry->precertificate.p;
        certificate = entry->is_tbs ? d2i_X509(NULL, &p, (long)entry->precertificate.n) : NULL;
        CU_ASSERT((certificate != NULL) == entry->is_tbs);
        X509_free(certificate);
        CU_ASSERT(entry->fingerprint_count > 0);
    }
    e->entries++;
    e->issuers += entry->issuer_count;
    return true;
}

static bool take_rejection(void *context, rs_survey_rejection rejection)
{
    expected *e = context;
    fprintf(stderr, "%s\n", rs_survey_rejection_word(rejection));
    e->rejections++;
    return true;
}

static bool no_issuer(void *context, rs_bytes certificate)
{
    (void)context, (void)certificate;
    return true;
}

static void read_file(const char *file, expected *e)
{
    char *paths[] = {path_of(file)};
    rs_survey_unit unit = {.name = NULL};
    rs_survey_sink sink = {.context = e, .entry = take_entry, .rejected = take_rejection};
    rs_survey_feed *feed = rs_survey_feed_new(paths, 1, no_issuer, NULL, NULL);
    CU_ASSERT_FATAL(feed != NULL);
    while (rs_survey_feed_next(feed, &unit))
        CU_ASSERT(rs_survey_unit_decode(&unit, &sink));
    rs_survey_unit_clear(&unit);
    rs_survey_feed_free(feed);
}

static void a_tile_has_the_names_that_its_log_wrote_down(void)
{
    expected e = {.names = fopen(path_of(NAVIGLI "names_000"), "r")};
    CU_ASSERT_FATAL(e.names != NULL);
    read_file(NAVIGLI "data_000", &e);
    CU_ASSERT(e.entries == TILE_ENTRIES && e.rejections == 0);
    CU_ASSERT(fgetc(e.names) == EOF);
    fclose(e.names);
}

static void another_log_s_tile_is_whole(void)
{
    expected e = {.names = NULL};
    read_file("tesseract_example_tile", &e);
    CU_ASSERT(e.entries == TILE_ENTRIES && e.rejections == 0);
}

static void each_line_of_captured_chains_is_a_chain(void)
{
    expected e = {.names = NULL};
    read_file("ndpi_pcap_chains.jsonl.gz", &e);
    CU_ASSERT(e.entries == CHAINS && e.rejections == 0 && e.issuers > CHAINS);
}

static CU_TestInfo tests[] = {
    {"a_tile_has_the_names_that_its_log_wrote_down", a_tile_has_the_names_that_its_log_wrote_down},
    {"another_log_s_tile_is_whole", another_log_s_tile_is_whole},
    {"each_line_of_captured_chains_is_a_chain", each_line_of_captured_chains_is_a_chain},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    FILE *file = fopen(path_of(NAVIGLI "data_000"), "rb");
    if (file == NULL) {
        printf("SKIPPED [3] test_survey_real_data.c:1: no real data; set ROOTSCOPE_TEST_DATA to the"
               " folder that has it\n");
        return SKIPPED;
    }
    fclose(file);
    return rs_suite_run("survey_real_data", tests);
}
