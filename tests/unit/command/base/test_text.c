/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/text.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static void numbers_are_digits_alone(void)
{
    static const struct {
        const char *text;
        uint64_t most;
        bool good;
        uint64_t number;
    } rows[] = {
        {"0", 65535, true, 0},
        {"443", 65535, true, 443},
        {"00443", 65535, true, 443},
        {"65535", 65535, true, 65535},
        {"65536", 65535, false, 0},
        {"9", 8, false, 0},
        {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, false, 0},
        {"99999999999999999999999", UINT64_MAX, false, 0},
        {"", 65535, false, 0},
        {" 1", 65535, false, 0},
        {"1 ", 65535, false, 0},
        {"+1", 65535, false, 0},
        {"-1", 65535, false, 0},
        {"0x1", 65535, false, 0},
        {"/", 65535, false, 0},
        {":", 65535, false, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint64_t number;
        bool good = rs_text_read_number(rows[i].text, rows[i].most, &number);
        CHECK_ROW(good == rows[i].good && (!good || number == rows[i].number), rows[i].text);
    }
}

static CU_TestInfo tests[] = {
    {"numbers_are_digits_alone", numbers_are_digits_alone},
    CU_TEST_INFO_NULL,
};

RS_SUITE("text", tests)
