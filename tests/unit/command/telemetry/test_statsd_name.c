/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/statsd_name.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <string.h>

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void words_have_plain_characters_alone(void)
{
    static const char *const rows[][2] = {
        {"dns", "dns"},         {"", "_"},         {"Corp Root 2024", "Corp_Root_2024"},
        {"a.b:c|d", "a_b_c_d"}, {"a\n#@b", "a_b"}, {"\xc3\xbc", "_"},
        {"_-_", "_-_"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char out[RS_STATSD_WORD_SIZE];
        rs_statsd_word(rs_bytes_of_string(rows[i][0]), out);
        CHECK_ROW(strcmp(out, rows[i][1]) == 0, rows[i][0]);
    }
}

static void words_have_a_limit(void)
{
    char text[200], out[RS_STATSD_WORD_SIZE];
    memset(text, 'a', sizeof text);
    rs_statsd_word(rs_bytes_make(text, sizeof text), out);
    CU_ASSERT(strlen(out) == RS_STATSD_LABEL_MAX);
}

static void roots_have_names(void)
{
    static const char *const rows[][4] = {
        {"spki-sha256:" HASH, "Corp", "spki-sha256-0123456789abcdef", "Corp-0123456789abcdef"},
        {"cert-sha256:" HASH, "", "cert-sha256-0123456789abcdef", "cert-sha256-0123456789abcdef"},
        {"default", "Corp", "default", "default"},
        {"spki-sha256:0123", "Corp", "spki-sha256_0123", "spki-sha256_0123"},
        {"spki-sha256:|c\nx:1|c\n0123456789", "", "spki-sha256-_c_x_1_c_0123", NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char out[RS_STATSD_ROOT_SIZE];
        rs_statsd_root_id(rs_bytes_of_string(rows[i][0]), out);
        CHECK_ROW(strncmp(out, rows[i][2], strlen(rows[i][2])) == 0, rows[i][0]);
        CHECK_ROW(strpbrk(out, ":|\n.") == NULL, rows[i][0]);
        if (rows[i][3] == NULL)
            continue;
        rs_statsd_root_name(rs_bytes_of_string(rows[i][0]), rs_bytes_of_string(rows[i][1]), out);
        CHECK_ROW(strcmp(out, rows[i][3]) == 0, rows[i][0]);
    }
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"words_have_plain_characters_alone", words_have_plain_characters_alone},
        {"words_have_a_limit", words_have_a_limit},
        {"roots_have_names", roots_have_names},
        CU_TEST_INFO_NULL,
    };
    return rs_suite_run("statsd_name", tests);
}
