/* SPDX-License-Identifier: Apache-2.0 */
#include "command/libraries/hook.h"

#include "command/base/limited_store.h"
#include "tests/unit/own_root.h"

#include <string.h>

static const char *content(void)
{
    static char text[1024];
    FILE *file = fopen(RS_STORE_HOOK, "r");
    size_t n = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
    text[n] = '\0';
    if (file != NULL)
        fclose(file);
    return text;
}

static void is_written_and_removed(void)
{
    struct stat status;
    own_root_empty();
    own_root_make_folder("/etc");
    CU_ASSERT_FALSE(rs_libraries_hook_is_there());
    own_root_make_folder("/etc/ca-certificates");
    CU_ASSERT(rs_libraries_hook_write("/usr/bin/rootscope")); /* with its folder */
    CU_ASSERT(rs_libraries_hook_is_there());
    CU_ASSERT(stat(RS_STORE_HOOK, &status) == 0 && (status.st_mode & 07777) == 0755);
    CU_ASSERT_EQUAL(strncmp(content(), "#!/bin/sh\n", 10), 0);
    CU_ASSERT(strstr(content(), "/usr/bin/rootscope enable --all-libraries") != NULL);
    CU_ASSERT(rs_libraries_hook_remove());
    CU_ASSERT_FALSE(rs_libraries_hook_is_there());
    CU_ASSERT(rs_libraries_hook_remove()); /* there is none */
}

static void a_path_with_spaces_is_one_word(void)
{
    own_root_make_folder(RS_STORE_HOOKS);
    CU_ASSERT(rs_libraries_hook_write("/opt/a b/root'scope"));
    CU_ASSERT(strstr(content(), "[ -x '/opt/a b/root'\\''scope' ]") != NULL);
}

static void what_nobody_runs_is_not_there(void)
{
    own_root_make_folder(RS_STORE_HOOKS);
    CU_ASSERT(rs_libraries_hook_write("/usr/bin/rootscope"));
    CU_ASSERT(chmod(RS_STORE_HOOK, 0644) == 0);
    CU_ASSERT_FALSE(rs_libraries_hook_is_there());
}

static void what_cannot_be_written_or_removed_is_told(void)
{
    own_root_empty();
    own_root_make_folder("/etc/ca-certificates");
    scratch_write(RS_STORE_HOOKS, rs_bytes_of_string("a file"));
    CU_ASSERT_FALSE(rs_libraries_hook_write("/usr/bin/rootscope"));
    CU_ASSERT(rs_libraries_hook_remove()); /* no hook can be below it */
    own_root_empty();
    own_root_make_folder(RS_STORE_HOOK "/x");
    CU_ASSERT_FALSE(rs_libraries_hook_remove());
}

static CU_TestInfo tests[] = {
    {"it is written and removed", is_written_and_removed},
    {"a path with spaces is one word", a_path_with_spaces_is_one_word},
    {"what nobody runs is not there", what_nobody_runs_is_not_there},
    {"what cannot be written or removed is told", what_cannot_be_written_or_removed_is_told},
    CU_TEST_INFO_NULL,
};

OWN_ROOT_SUITE("libraries_hook", tests)
