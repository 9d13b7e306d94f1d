/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/store_file.h"

#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <sys/stat.h>
#include <unistd.h>

static void a_new_store_is_an_empty_file(void)
{
    struct stat status;
    scratch_path path = scratch("new");
    CU_ASSERT(!rs_store_file_check(path.text, false));
    CU_ASSERT(access(path.text, F_OK) != 0);
    CU_ASSERT(rs_store_file_check(path.text, true));
    CU_ASSERT(stat(path.text, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0);
    CU_ASSERT(rs_store_file_check(path.text, true) && !rs_store_file_check(path.text, false));
    scratch_write(path.text, rs_bytes_of_string("x"));
    CU_ASSERT(rs_store_file_check(path.text, true) && rs_store_file_check(path.text, false));
}

static void what_is_no_file_is_refused(void)
{
    scratch_path folder = scratch("folder"), fifo = scratch("fifo"), link = scratch("link"),
                 deep = scratch("folder/a/b");
    CU_ASSERT(mkdir(folder.text, 0755) == 0 && mkfifo(fifo.text, 0600) == 0 &&
              symlink(link.text, link.text) == 0);
    const char *const paths[] = {folder.text, fifo.text, link.text, "/dev/null", deep.text};
    for (size_t i = 0; i < ROWS(paths); i++)
        CU_ASSERT(!rs_store_file_check(paths[i], false) && !rs_store_file_check(paths[i], true));
}

static CU_TestInfo tests[] = {
    {"a_new_store_is_an_empty_file", a_new_store_is_an_empty_file},
    {"what_is_no_file_is_refused", what_is_no_file_is_refused},
    CU_TEST_INFO_NULL,
};

RS_SUITE("store_file", tests)
