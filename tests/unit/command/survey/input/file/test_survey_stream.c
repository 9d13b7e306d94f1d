/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/file/stream.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* As much as is read at once; the second line is longer than a unit is at first. */
enum { FIRST = RS_STREAM_UNIT + 1024, SIZE = RS_STREAM_UNIT_MAX, SECOND = SIZE - FIRST };

static uint8_t *make_lines(void)
{
    uint8_t *text = malloc(SIZE);
    CU_ASSERT_FATAL(text != NULL);
    memset(text, 'A', SIZE);
    memcpy(text, "{\"chain\": [\"", 12);
    text[FIRST - 1] = '\n';
    return text;
}

static rs_stream *stream_of(int fd, const uint8_t *text)
{
    char name[64];
    for (size_t done = 0; done < SIZE;) {
        ssize_t n = write(fd, text + done, SIZE - done);
        CU_ASSERT_FATAL(n > 0);
        done += (size_t)n;
    }
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    rs_stream *stream = rs_stream_new(name);
    CU_ASSERT_FATAL(stream != NULL);
    return stream;
}

/* Each thread has a unit of its own, and its memory may be less than another has read. */
static void a_unit_takes_what_another_has_read(void)
{
    uint8_t *text = make_lines();
    int fd = memfd_create("lines", MFD_CLOEXEC);
    CU_ASSERT_FATAL(fd >= 0);
    rs_stream *stream = stream_of(fd, text);
    rs_survey_unit first = {.name = NULL}, second = {.name = NULL};
    CU_ASSERT_EQUAL(rs_stream_next(stream, &first), RS_STREAM_OK);
    CU_ASSERT(rs_bytes_equal(first.bytes, rs_bytes_make(text, FIRST)));
    CU_ASSERT_NOT_EQUAL(rs_stream_next(stream, &second), RS_STREAM_NO_MEMORY);
    CU_ASSERT(rs_bytes_equal(second.bytes, rs_bytes_make(text + FIRST, SECOND)));
    rs_survey_unit_clear(&first);
    rs_survey_unit_clear(&second);
    rs_stream_free(stream);
    close(fd);
    free(text);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"a_unit_takes_what_another_has_read", a_unit_takes_what_another_has_read},
        CU_TEST_INFO_NULL,
    };
    return rs_suite_run("survey_stream", tests);
}
