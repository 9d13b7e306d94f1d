/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/log/log_url.h"

#include "command/survey/input/log/checkpoint.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <stdio.h>

#define URL "https://log.example/2025h2/"

static void urls_are_told_from_files(void)
{
    CU_ASSERT(rs_log_url_is(URL) && rs_log_url_is("http://log.example"));
    CU_ASSERT(!rs_log_url_is("https:/log") && !rs_log_url_is("log") && !rs_log_url_is(""));
    CU_ASSERT(!rs_log_url_is("HTTPS://log.example/"));
}

static void ranges_are_read(void)
{
    static const struct {
        const char *text;
        uint64_t first, last;
    } rows[] = {
        {URL, 0, RS_CHECKPOINT_SIZE_MAX},
        {URL "#0-0", 0, 0},
        {URL "#0-2047", 0, 2047},
        {URL "#00256-512", 256, 512},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_log_url url;
        CHECK_ROW(rs_log_url_read(rows[i].text, &url) == NULL, rows[i].text);
        CHECK_ROW(url.length == strlen(URL), rows[i].text);
        CHECK_ROW(url.first == rows[i].first && url.last == rows[i].last, rows[i].text);
    }
}

static void numbers_that_no_log_has_are_the_end(void)
{
    rs_log_url url;
    CU_ASSERT_PTR_NULL(rs_log_url_read(URL "#5-99999999999999999999999999", &url));
    CU_ASSERT(url.first == 5 && url.last > RS_CHECKPOINT_SIZE_MAX);
    CU_ASSERT_PTR_NULL(
        rs_log_url_read(URL "#99999999999999999999999999-99999999999999999999999999", &url));
    CU_ASSERT(url.first > RS_CHECKPOINT_SIZE_MAX);
}

static void what_is_wrong_is_told(void)
{
    static const struct {
        const char *text, *problem;
    } rows[] = {
        {URL "#", "expected"},      {URL "#1", "expected"},
        {URL "#1-", "expected"},    {URL "#a-b", "expected"},
        {URL "#1-2x", "expected"},  {URL "#-1-2", "expected"},
        {URL "#1-2#3", "expected"}, {URL "#2-1", "ends before it begins"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_log_url url;
        const char *problem = rs_log_url_read(rows[i].text, &url);
        CHECK_ROW(problem != NULL && strstr(problem, rows[i].problem) != NULL, rows[i].text);
    }
}

static void length_is_bounded(void)
{
    rs_log_url url;
    char text[RS_LOG_URL_MAX + 8];
    snprintf(text, sizeof text, "https://%0*d#1-2", RS_LOG_URL_MAX - 8, 0);
    CU_ASSERT_PTR_NULL(rs_log_url_read(text, &url));
    snprintf(text, sizeof text, "https://%0*d", RS_LOG_URL_MAX - 7, 0);
    CU_ASSERT_PTR_NOT_NULL(rs_log_url_read(text, &url));
}

static CU_TestInfo tests[] = {
    {"urls_are_told_from_files", urls_are_told_from_files},
    {"ranges_are_read", ranges_are_read},
    {"numbers_that_no_log_has_are_the_end", numbers_that_no_log_has_are_the_end},
    {"what_is_wrong_is_told", what_is_wrong_is_told},
    {"length_is_bounded", length_is_bounded},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey log url", tests)
