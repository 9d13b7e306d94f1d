/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/store_file.h"

#include "command/base/message.h"
#include "command/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is wrong, and the command that mends it. Returns false. */
static bool tell_remedy(const char *path, const char *wrong, const char *inputs)
{
    rs_arena arena = {0};
    rs_message_error("%s: %s: rootscope survey --store %s%s", path, wrong,
                     rs_text_shell(&arena, path), inputs);
    rs_arena_clear(&arena);
    return false;
}

static bool make_file(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0)
        return rs_message_file(path, errno);
    close(file);
    return true;
}

bool rs_store_file_check(const char *path, bool may_be_new)
{
    struct stat status;
    if (*path == '\0') {
        rs_message_error("the name of the store is empty");
        return false;
    }
    if (stat(path, &status) != 0) {
        if (errno != ENOENT)
            return rs_message_file(path, errno);
        return may_be_new ? make_file(path)
                          : tell_remedy(path, "no such file; this makes a store", " INPUT...");
    }
    if (!S_ISREG(status.st_mode)) {
        rs_message_error("%s is %s; name a file", path,
                         S_ISDIR(status.st_mode) ? "a folder" : "a pipe or a device");
        return false;
    }
    return status.st_size > 0 || may_be_new ||
           tell_remedy(path, "it is empty; this makes it a store", " INPUT...");
}

bool rs_store_file_failed(const char *path, sqlite3 *database)
{
    const char *name = *path == '\0' ? "the survey's temporary file" : path;
    int code = sqlite3_extended_errcode(database), error = sqlite3_system_errno(database);
    if (code == SQLITE_READONLY_ROLLBACK)
        return tell_remedy(path, "a survey was killed while it wrote; this puts it right", "");
    switch (code & 0xff) {
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        if (error != 0)
            return rs_message_file(name, error);
        break;
    case SQLITE_NOTADB:
        rs_message_error("%s is not an SQLite file; name a store made by rootscope survey --store",
                         path);
        return false;
    case SQLITE_READONLY:
        rs_message_error("%s: you may not write to it, or not to its folder; use a copy", path);
        return false;
    default:
        break;
    }
    rs_message_error("%s: %s", name, sqlite3_errmsg(database));
    return false;
}
