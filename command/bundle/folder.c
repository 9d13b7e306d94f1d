/* SPDX-License-Identifier: Apache-2.0 */
#include "command/bundle/folder.h"

#include "command/base/destination.h"
#include "command/base/message.h"
#include "lib/base/ascii.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HASH_DIGITS = 8, NAME_SIZE = 32 };

/* `0123abcd.0` */
static bool is_ours(const char *name)
{
    if (strlen(name) < HASH_DIGITS + 2 || name[HASH_DIGITS] != '.')
        return false;
    for (size_t i = 0; name[i] != '\0'; i++) {
        bool is_digit = rs_ascii_is_digit((uint8_t)name[i]);
        bool is_letter = name[i] >= 'a' && name[i] <= 'f';
        if (i != HASH_DIGITS && !is_digit && (i > HASH_DIGITS || !is_letter))
            return false;
    }
    return true;
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static DIR *open_folder(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (folder == NULL && fd >= 0)
        close(fd);
    return folder;
}

/* Whether it may be replaced: a folder of files that this command writes. */
static bool is_replaceable(const rs_destination *at, const char *path)
{
    const struct dirent *entry;
    struct stat status;
    if (!at->exists)
        return true;
    DIR *folder = open_folder(at->folder, at->name);
    if (folder == NULL) {
        rs_message_error("%s: %s", path, strerror(errno));
        return false;
    }
    bool all_ours = true;
    while (all_ours && (entry = readdir(folder)) != NULL)
        all_ours = is_dots(entry->d_name) ||
                   (is_ours(entry->d_name) &&
                    fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                    S_ISREG(status.st_mode));
    closedir(folder);
    if (!all_ours)
        rs_message_error("%s has files that no bundle has; name a new folder", path);
    return all_ours;
}

/* Removes a folder of such files, whole or in part. */
static void remove_folder(int parent, const char *name)
{
    const struct dirent *entry;
    DIR *folder = open_folder(parent, name);
    if (folder == NULL)
        return;
    while ((entry = readdir(folder)) != NULL)
        if (is_ours(entry->d_name))
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    (void)unlinkat(parent, name, AT_REMOVEDIR);
}

static bool write_one(int folder, X509 *certificate)
{
    char name[NAME_SIZE];
    int fd = -1;
    unsigned long hash = X509_subject_name_hash(certificate);
    for (int number = 0; fd < 0 && (number == 0 || errno == EEXIST); number++) {
        snprintf(name, sizeof name, "%08lx.%d", hash, number);
        fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    }
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool written = fchmod(fd, 0644) == 0 && PEM_write_X509(file, certificate) == 1 &&
                   fflush(file) == 0 && fdatasync(fd) == 0;
    return fclose(file) == 0 && written;
}

/* What a run that was killed left there has another name. */
static bool make_folder(int parent, char name[NAME_SIZE])
{
    uint64_t number;
    int made;
    do {
        if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
            return false;
        snprintf(name, NAME_SIZE, ".rootscope.%016" PRIx64, number);
        made = mkdirat(parent, name, 0700);
    } while (made != 0 && errno == EEXIST);
    return made == 0;
}

static bool write_all(int parent, const char *name, const STACK_OF(X509) * certificates)
{
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool good = folder >= 0 && fchmod(folder, 0755) == 0;
    for (int i = 0; i < sk_X509_num(certificates) && good; i++)
        good = write_one(folder, sk_X509_value(certificates, i));
    good = good && fsync(folder) == 0;
    if (folder >= 0)
        close(folder);
    return good;
}

static bool put_in_place(const rs_destination *at, const char *made)
{
    if (!at->exists)
        return renameat2(at->folder, made, at->folder, at->name, RENAME_NOREPLACE) == 0;
    if (renameat2(at->folder, made, at->folder, at->name, RENAME_EXCHANGE) != 0)
        return false;
    remove_folder(at->folder, made);
    return true;
}

static bool replace(const rs_destination *at, const char *path, const STACK_OF(X509) * certificates)
{
    char made[NAME_SIZE];
    bool is_made = make_folder(at->folder, made);
    if (is_made && write_all(at->folder, made, certificates) && put_in_place(at, made))
        return true;
    rs_message_error("%s: %s", path, strerror(errno));
    if (is_made)
        remove_folder(at->folder, made);
    return false;
}

bool rs_bundle_write_folder(const STACK_OF(X509) * certificates, const char *path)
{
    rs_destination at;
    if (!rs_destination_open(path, &at))
        return false;
    bool done = is_replaceable(&at, path) && replace(&at, path, certificates);
    rs_destination_close(&at);
    return done;
}
