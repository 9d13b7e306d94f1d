/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/json_chains.h"

#include "tests/unit/command/survey/input/taken.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define A "MAMCAQc="
#define B "MAMCAQg="
#define C "MAMCAQk="

typedef bool decoder(rs_json_reader *reader, uint8_t *text, size_t size,
                     const rs_survey_sink *sink);

static rs_json_reader *reader;
static taken t;

static const char *decoded(decoder *decode, const char *text)
{
    size_t n = strlen(text);
    uint8_t *copy = calloc(1, n + RS_JSON_PADDING);
    if (reader == NULL)
        reader = rs_json_reader_new();
    if (copy == NULL || reader == NULL)
        abort();
    memcpy(copy, text, n);
    rs_survey_sink sink = taken_sink(&t);
    CU_ASSERT(decode(reader, copy, n, &sink));
    free(copy);
    return t.text;
}

static void each_line_has_its_chain(void)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"", ""},
        {"{\"chain\":[\"" A "\"]}", "3003020107 "},
        {"{\"chain\":[\"" A "\"]}\r\n\n{\"chain\":[\"" B "\",\"" C "\"]}\n",
         "3003020107 3003020108<3003020109 "},
        {"{\"ts\": 7, \"x\": {\"chain\": [\"" B "\"]}, \"chain\": [ \"" A "\" ] }\n",
         "3003020107 "},
        {"{\"chain\":[\"MAMCA\\u0051c=\"],\"n\":\"\\n\"}", "3003020107 "},
        {"{\"chain\":[\"MAMCAf\\/=\"]}\n", "!not-base64 "},
        {"{\"chain\":[\"MAMCAf8=\",\"MQA=\",\"" A "\"]}\n", "!not-der 30030201ff<3003020107 "},
        {"{\"chain\":[\"MAMCAf8=\",\"!\",\"" A "\"]}\n", "!not-base64 30030201ff<3003020107 "},
        {"{\"chain\":[\"!\",\"" A "\"]}\n", "!not-base64 "},
        {"{\"chain\":[]}\n", "!no-chain "},
        {"{}\n", "!no-chain "},
        {"{\"other\":[1,[2,{\"chain\":[]}]],\"null\":null}\n", "!no-chain "},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        CHECK_ROW(strcmp(decoded(rs_json_decode_lines, rows[i].text), rows[i].expected) == 0,
                  rows[i].text);
}

static void a_bad_line_is_one_line_less(void)
{
    static const char *const rows[] = {
        "{\"chain\":[\"" A "\"]",
        "{\"chain\":[\"" A "\"",
        "{\"chain\":[\"" A,
        "{\"chain\":[\"" A "\"]}}",
        "{\"chain\":[\"" A "\"]} {}",
        "{\"chain\":\"" A "\"}",
        "{\"chain\":[7]}",
        "{\"chain\":[[]]}",
        "{\"chain\":{}}",
        "[]",
        "7",
        "{",
        "}",
        "\"",
        "\xff",
        "{\"chain\":[\"" A "\"],}",
        "{\"chain\":[\"" A "\"] \"x\":1}",
        "{\"x\":\"\xff\",\"chain\":[\"" A "\"]}",
        "{\"entries\":7}",
        "{\"entries\":[7]}",
        "{\"leaf_input\":7}",
        "{\"server_certificates\":7}",
    };
    char text[512];
    for (size_t i = 0; i < ROWS(rows); i++) {
        snprintf(text, sizeof text, "%s\n{\"chain\":[\"" B "\"]}\n", rows[i]);
        CHECK_ROW(strcmp(decoded(rs_json_decode_lines, text), "!not-json 3003020108 ") == 0, text);
    }
}

static void the_chain_of_zgrab2_is_found_at_any_depth(void)
{
    CU_ASSERT_STRING_EQUAL(
        decoded(rs_json_decode_lines,
                "{\"ip\":\"192.0.2.1\",\"data\":{\"tls\":{\"status\":\"success\",\"result\":"
                "{\"handshake_log\":{\"server_hello\":{\"version\":{\"value\":771}},"
                "\"server_certificates\":{\"certificate\":{\"raw\":\"" A "\",\"parsed\":"
                "{\"version\":3,\"raw\":\"" C "\"}},\"chain\":[{\"raw\":\"" B "\"},"
                "{\"parsed\":{},\"raw\":\"" C "\"}],\"validation\":{}}}}}}}\n"),
        "3003020107<3003020108<3003020109 ");
    CU_ASSERT_STRING_EQUAL(
        decoded(rs_json_decode_lines,
                "{\"a\":[{\"server_certificates\":{\"certificate\":{\"raw\":\"" A "\"}}},"
                "{\"server_certificates\":{\"certificate\":{\"raw\":\"" B "\"}}}]}\n"),
        "3003020107 3003020108 ");
    CU_ASSERT_STRING_EQUAL(decoded(rs_json_decode_lines,
                                   "{\"server_certificates\":{\"chain\":[{\"raw\":\"" B "\"}],"
                                   "\"certificate\":{\"raw\":\"" A "\"}}}\n"),
                           "!not-json ");
}

/* A text of `count` times `part`, between two others; give it back with free. */
static char *repeated(const char *before, const char *part, size_t count, const char *after)
{
    size_t n = strlen(part);
    char *text = malloc(strlen(before) + count * n + strlen(after) + 1), *at;
    if (text == NULL)
        abort();
    at = stpcpy(text, before);
    for (size_t i = 0; i < count; i++)
        at = stpcpy(at, part);
    strcpy(at, after);
    return text;
}

static void depth_and_number_have_a_limit(void)
{
    char *text = repeated("{\"a\":", "[", 100000, "\n");
    CU_ASSERT_STRING_EQUAL(decoded(rs_json_decode_lines, text), "!not-json ");
    free(text);
    text = repeated("{\"chain\":[", "\"" A "\",", 63, "\"" A "\"]}\n");
    decoded(rs_json_decode_lines, text);
    CU_ASSERT(t.entries == 1 && t.rejections == 0);
    free(text);
    text = repeated("{\"chain\":[", "\"" A "\",", 64, "\"" A "\"]}\n");
    CU_ASSERT_STRING_EQUAL(decoded(rs_json_decode_lines, text), "!too-many ");
    free(text);
    text = repeated("{\"chain\":[", "\"" A "\",", 9999, "\"" A "\"]}\n");
    CU_ASSERT_STRING_EQUAL(decoded(rs_json_decode_lines, text), "!too-many ");
    free(text);
    text = repeated("{\"a\":[", "{\"server_certificates\":{\"certificate\":{\"raw\":\"" A "\"}}},",
                    17, "1]}\n");
    CU_ASSERT_STRING_EQUAL(decoded(rs_json_decode_lines, text), "!too-many ");
    free(text);
}

/* One member of an entry, in base64. */
static void answers_to_get_entries_are_taken(void)
{
    static made leaf, extra;
    char leaf_text[256], extra_text[64], text[2048];
    leaf.n = extra.n = 0;
    put_number(&leaf, 2, 0);
    put_log_entry(&leaf, false, "\x30\x03\x02\x01\x07", 5);
    put_number(&extra, 3, 8);
    put_vector(&extra, 3, "\x30\x03\x02\x01\x08", 5);
    snprintf(text, sizeof text, "{\"leaf_input\": \"%s\", \"extra_data\": \"%s\"}\n",
             in_base64(&leaf, leaf_text), in_base64(&extra, extra_text));
    CU_ASSERT_STRING_EQUAL(decoded(rs_json_decode_lines, text), "3003020107l<3003020108 ");
    snprintf(text, sizeof text,
             "{\n \"entries\": [\n  {\"leaf_input\": \"%s\",\n  \"extra_data\": \"%s\"},\n"
             "{\"extra_data\": \"\"}, {\"leaf_input\": \"%s\"}, {\"leaf_input\": \"!\"}]\n}\n"
             "{\"entries\": []}\n{\"entries\": [{\"leaf_input\": \"%s\", \"extra_data\": \"%s\"}",
             leaf_text, extra_text, leaf_text, leaf_text, extra_text);
    CU_ASSERT_STRING_EQUAL(
        decoded(rs_json_decode_answers, text),
        "3003020107l<3003020108 !no-chain !length !not-base64 3003020107l<3003020108 !not-json ");
}

/* Each line once more with a space before it, which no plain line has: the parser reads it then. */
static void plain_lines_are_read_as_all_others(void)
{
    static made leaf, extra;
    char leaf_text[256], extra_text[64], spaced[2048] = " ", *text = spaced + 1;
    char plain[sizeof t.text];
    leaf.n = extra.n = 0;
    put_number(&leaf, 2, 0);
    put_log_entry(&leaf, false, "\x30\x03\x02\x01\x07", 5);
    put_number(&extra, 3, 8);
    put_vector(&extra, 3, "\x30\x03\x02\x01\x08", 5);
    in_base64(&leaf, leaf_text);
    in_base64(&extra, extra_text);
    static const char *const rows[] = {
        "{\"leaf_input\":\"%s\",\"extra_data\":\"%s\"}",
        "{\"leaf_input\": \"%s\", \"extra_data\": \"%s\"}\r",
        "{\"leaf_input\":\"%s\",\"extra_data\":\"%s\"}\r\r",
        "{\"leaf_input\":\"%s\",\"extra_data\":\"%s\"} ",
        "{\"leaf_input\":\"%s\",\"extra_data\":\"%s\"",
        "{\"leaf_input\":\"%s\",\"extra_data\":\"%s\"}}",
        "{\"leaf_input\":\"%s\",\"extra_data\":\"%s!\"}",
        "{\"leaf_input\":\"%s\",\"extra_data\":\"%s\\u0000\"}",
        "{\"leaf_input\":\"%s\",\"extra_data\":\"%s\xff\"}",
        "{\"leaf_input\":\"%s\",\"extra_data\":\"%s\",\"chain\":[\"" A "\"]}",
        "{\"leaf_input\":\"%s\",\"chain\":[\"%s\"]}",
        "{\"leaf_input\":\"%s\",\"extra_data\":[\"%s\"]}",
        "{\"leaf_input\":\"%s\"}",
        "{\"leaf_input\":\"\",\"extra_data\":\"\"}",
        "{\"chain\":[\"" A "\", \"" B "\"],\"leaf_input\":\"%s\"}",
        "{\"chain\":[\"" A "\", \"" B "\"],\"chain\":[\"" C "\"]}",
        "{\"chain\":[\"" A "\", \"" B "\"]}",
        "{\"chain\":[\"" A "\",\"" B "\",]}",
        "{\"chain\":[\"" A "\"\"" B "\"]}",
        "{\"chain\":[\"" A "\",[\"" B "\"]]}",
        "{\"chain\":[\"" A "\",\"\",\"MQA=\"]}",
        "{\"chain\":[\"\"]}",
        "{\"chain\":[]}",
        "{\"chain\":[\"MAMCAQc\"]}",
        "{\"chain\":[\"MAMCA\nQc=\"]}",
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        int n = snprintf(text, sizeof spaced - 1, rows[i], leaf_text, extra_text);
        snprintf(text + n, sizeof spaced - 1 - (size_t)n, "\n{\"chain\":[\"" B "\"]}");
        strcpy(plain, decoded(rs_json_decode_lines, text));
        CHECK_ROW(strcmp(decoded(rs_json_decode_lines, spaced), plain) == 0, text);
    }
}

static void the_sink_can_stop(void)
{
    char text[] = "{\"chain\":[\"" A "\"]}\n{\"chain\":[\"" A "\"]}\n"
                  "                                                                ";
    rs_survey_sink sink = taken_sink(&t);
    t.calls_left = 1;
    CU_ASSERT(
        !rs_json_decode_lines(reader, (uint8_t *)text, strlen(text) - RS_JSON_PADDING, &sink));
    CU_ASSERT(t.entries == 1);
    rs_json_reader_free(reader);
}

static CU_TestInfo tests[] = {
    {"each_line_has_its_chain", each_line_has_its_chain},
    {"a_bad_line_is_one_line_less", a_bad_line_is_one_line_less},
    {"the_chain_of_zgrab2_is_found_at_any_depth", the_chain_of_zgrab2_is_found_at_any_depth},
    {"depth_and_number_have_a_limit", depth_and_number_have_a_limit},
    {"answers_to_get_entries_are_taken", answers_to_get_entries_are_taken},
    {"plain_lines_are_read_as_all_others", plain_lines_are_read_as_all_others},
    {"the_sink_can_stop", the_sink_can_stop},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_json", tests)
