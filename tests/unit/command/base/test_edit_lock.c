/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/edit_lock.h"

#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* Whether this user has a place for locks at all. */
static bool has_place(void)
{
    char path[64] = "/run";
    if (geteuid() != 0)
        snprintf(path, sizeof path, "/run/user/%lu", (unsigned long)geteuid());
    if (access(path, W_OK) == 0)
        return true;
    printf("SKIPPED: %s cannot be written: nothing is locked\n", path);
    return false;
}

/* A process that takes the lock, says so, and holds it until it is killed or its input ends. */
typedef struct holder {
    pid_t process;
    int input;
} holder;

static holder hold(const char *folder)
{
    int said[2], input[2];
    CU_ASSERT_FATAL(pipe(said) == 0 && pipe(input) == 0);
    pid_t process = fork();
    if (process == 0) {
        rs_edit_lock lock;
        char byte = rs_edit_lock_take(&lock, folder, 0) ? 'y' : 'n';
        close(input[1]);
        if (write(said[1], &byte, 1) != 1 || read(input[0], &byte, 1) != 0)
            _exit(1);
        rs_edit_lock_release(&lock);
        _exit(0);
    }
    char byte = 'n';
    close(said[1]);
    close(input[0]);
    CU_ASSERT(read(said[0], &byte, 1) == 1 && byte == 'y');
    close(said[0]);
    return (holder){process, input[1]};
}

static void let_go(const holder *h)
{
    close(h->input);
    CU_ASSERT(waitpid(h->process, NULL, 0) == h->process);
}

/* Takes it; `said` gets what was written to standard error. */
static bool take(rs_edit_lock *lock, const char *folder, unsigned seconds, char said[512])
{
    scratch_path path = scratch("said");
    int err = dup(STDERR_FILENO), file = open(path.text, O_RDWR | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDERR_FILENO);
    bool taken = rs_edit_lock_take(lock, folder, seconds);
    fflush(stderr);
    dup2(err, STDERR_FILENO);
    close(err);
    ssize_t n = pread(file, said, 511, 0);
    said[n < 0 ? 0 : n] = '\0';
    close(file);
    return taken;
}

static void test_another_holder_is_named(void)
{
    if (!has_place())
        return;
    scratch_path place = scratch("");
    const char *folder = place.text;
    char said[512], number[32];
    rs_edit_lock lock;
    holder h = hold(folder);
    CU_ASSERT(!take(&lock, folder, 0, said));
    snprintf(number, sizeof number, "process %ld is", (long)h.process);
    CU_ASSERT(strstr(said, number) != NULL);
    CU_ASSERT(strstr(said, "test_edit_lock)") != NULL);
    CU_ASSERT(strstr(said, "run the command again") != NULL);
    rs_edit_lock_release(&lock);
    let_go(&h);
    CU_ASSERT(take(&lock, folder, 0, said) && lock.fd >= 0 && said[0] == '\0');
    rs_edit_lock_release(&lock);
}

static void test_it_waits(void)
{
    if (!has_place())
        return;
    scratch_path place = scratch("");
    const char *folder = place.text;
    char said[512];
    rs_edit_lock lock;
    holder h = hold(folder);
    pid_t later = fork();
    if (later == 0) {
        usleep(200000);
        kill(h.process, SIGKILL);
        _exit(0);
    }
    /* One that is killed leaves its file, and nothing that anybody would wait for. */
    CU_ASSERT(take(&lock, folder, 60, said) && said[0] == '\0');
    rs_edit_lock_release(&lock);
    waitpid(later, NULL, 0);
    let_go(&h);
}

static void test_the_file_goes_with_the_lock(void)
{
    if (!has_place())
        return;
    scratch_path place = scratch("");
    const char *folder = place.text;
    rs_edit_lock lock;
    struct stat file;
    CU_ASSERT(rs_edit_lock_take(&lock, folder, 0));
    CU_ASSERT(lstat(lock.path, &file) == 0 && (file.st_mode & 07777) == 0600);
    rs_edit_lock_release(&lock);
    CU_ASSERT(lstat(lock.path, &file) != 0 && lock.fd == -1);
    rs_edit_lock_release(&lock);
}

static void test_taken_twice_it_is_held_until_the_first_is_released(void)
{
    if (!has_place())
        return;
    scratch_path place = scratch("");
    const char *folder = place.text;
    rs_edit_lock outer, inner;
    struct stat file;
    CU_ASSERT(rs_edit_lock_take(&outer, folder, 0) && rs_edit_lock_take(&inner, folder, 0));
    CU_ASSERT(inner.fd == -1);
    rs_edit_lock_release(&inner);
    CU_ASSERT(lstat(outer.path, &file) == 0);
    rs_edit_lock_release(&outer);
}

static void test_other_folders_are_not_locked(void)
{
    scratch_path other = scratch("other");
    rs_edit_lock lock;
    scratch_path place = scratch("");
    holder h = hold(place.text);
    CU_ASSERT(mkdir(other.text, 0700) == 0);
    CU_ASSERT(rs_edit_lock_take(&lock, other.text, 0));
    rs_edit_lock_release(&lock);
    scratch_path missing = scratch("missing");
    CU_ASSERT(rs_edit_lock_take(&lock, missing.text, 0) && lock.fd == -1);
    rs_edit_lock_release(&lock);
    let_go(&h);
}

/* A link where the file should be is not followed. */
static void test_a_link_is_not_followed(void)
{
    if (!has_place())
        return;
    scratch_path place = scratch("");
    const char *folder = place.text;
    scratch_path target = scratch("target");
    rs_edit_lock lock;
    CU_ASSERT(rs_edit_lock_take(&lock, folder, 0));
    char path[sizeof lock.path];
    memcpy(path, lock.path, sizeof path);
    rs_edit_lock_release(&lock);
    CU_ASSERT(symlink(target.text, path) == 0);
    CU_ASSERT(rs_edit_lock_take(&lock, folder, 0) && lock.fd == -1);
    rs_edit_lock_release(&lock);
    CU_ASSERT(access(target.text, F_OK) != 0);
    CU_ASSERT(unlink(path) == 0);
}

static CU_TestInfo tests[] = {
    {"another holder is named", test_another_holder_is_named},
    {"it waits", test_it_waits},
    {"the file goes with the lock", test_the_file_goes_with_the_lock},
    {"taken twice", test_taken_twice_it_is_held_until_the_first_is_released},
    {"other folders", test_other_folders_are_not_locked},
    {"a link is not followed", test_a_link_is_not_followed},
    CU_TEST_INFO_NULL,
};

RS_SUITE("edit_lock", tests)
