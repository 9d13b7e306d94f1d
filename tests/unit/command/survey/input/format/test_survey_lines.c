/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/lines.h"

#include "tests/unit/command/survey/input/taken.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define SHA1 "0123456789abcdef0123456789abcdef01234567"

typedef bool decoder(uint8_t *text, size_t size, const rs_survey_sink *sink);

static void check(decoder *decode, const char *text, const char *expected)
{
    static taken t;
    rs_bytes copy = exact_copy(rs_bytes_of_string(text));
    rs_survey_sink sink = taken_sink(&t);
    CHECK_ROW(decode((uint8_t *)(uintptr_t)copy.p, copy.n, &sink), text);
    CHECK_ROW(strcmp(t.text, expected) == 0, text);
    exact_free(copy);
}

static void csv_has_a_certificate_on_each_line(void)
{
    check(rs_csv_decode, "", "");
    check(rs_csv_decode, SHA1 ",MAMCAQc=\n\n" SHA1 ",MAMCAQg=\r\n", "3003020107 3003020108 ");
    check(rs_csv_decode, SHA1 ",MAMCAQc=", "3003020107 ");
    check(rs_csv_decode, SHA1 "\n" SHA1 ",\n" SHA1 ",MAMCAQc=\n",
          "!no-chain !no-chain 3003020107 ");
    check(rs_csv_decode, SHA1 ",MAMCAQc\n" SHA1 ",MAMCAQc=,\n" SHA1 ",M*\n",
          "!not-base64 !not-base64 !not-base64 ");
    check(rs_csv_decode, SHA1 ",MQMCAQc=\n", "!not-der ");
}

/* 30 81 80 and 128 octets, which `body` has in hexadecimal. */
#define TEN(x)      x x x x x x x x x x
#define OCTETS      TEN(TEN("00")) TEN("00") TEN("00") "0000000000000000"
#define CERTIFICATE "308180" OCTETS
#define COLONS      TEN(TEN(":00")) TEN(":00") TEN(":00") ":00:00:00:00:00:00:00:00"
#define WITH_COLONS "30:81:80" COLONS

static void hex_has_a_chain_on_each_line(void)
{
    check(rs_hex_decode, "", "");
    check(rs_hex_decode, "\n\t\t\n", "");
    check(rs_hex_decode, CERTIFICATE "\n", CERTIFICATE " ");
    check(rs_hex_decode, WITH_COLONS "\r\n" CERTIFICATE, CERTIFICATE " " CERTIFICATE " ");
    check(rs_hex_decode, CERTIFICATE "," WITH_COLONS "," CERTIFICATE "\n",
          CERTIFICATE "<" CERTIFICATE "<" CERTIFICATE " ");
}

static void other_fields_of_tshark_are_passed_over(void)
{
    check(rs_hex_decode, "7\t192.0.2.1\t\"" CERTIFICATE "\"\t443\n", CERTIFICATE " ");
    check(rs_hex_decode, "7\t192.0.2.1\t\t443\n", "!no-chain ");
}

static void what_is_not_hexadecimal_is_refused(void)
{
    check(rs_hex_decode, CERTIFICATE "0\n", "!not-hex ");
    check(rs_hex_decode, CERTIFICATE ":\n", "!not-hex ");
    check(rs_hex_decode, CERTIFICATE "::00\n", "!not-hex ");
    check(rs_hex_decode, CERTIFICATE "g0\n", "!not-hex ");
    check(rs_hex_decode, CERTIFICATE "00\n", "!not-der ");
    check(rs_hex_decode, CERTIFICATE ",\n", CERTIFICATE " ");
    check(rs_hex_decode, CERTIFICATE ",,3080\n", "!not-der !not-der " CERTIFICATE " ");
}

static void a_line_has_64_certificates_at_most(void)
{
    static char text[70 * sizeof CERTIFICATE];
    for (int count = 64; count <= 65; count++) {
        char *at = text;
        for (int i = 0; i < count; i++)
            at += sprintf(at, "%s%s", i == 0 ? "" : ",", CERTIFICATE);
        static taken t;
        rs_survey_sink sink = taken_sink(&t);
        CU_ASSERT(rs_hex_decode((uint8_t *)text, strlen(text), &sink));
        CU_ASSERT(t.entries == (count == 64) && t.rejections == (count == 65));
    }
}

static CU_TestInfo tests[] = {
    {"csv_has_a_certificate_on_each_line", csv_has_a_certificate_on_each_line},
    {"hex_has_a_chain_on_each_line", hex_has_a_chain_on_each_line},
    {"other_fields_of_tshark_are_passed_over", other_fields_of_tshark_are_passed_over},
    {"what_is_not_hexadecimal_is_refused", what_is_not_hexadecimal_is_refused},
    {"a_line_has_64_certificates_at_most", a_line_has_64_certificates_at_most},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_lines", tests)
