/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/module_file.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Class, byte order and machine are at the same place for 32 and 64 bits. */
static bool read_header(const char *path, Elf32_Ehdr *header)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool is_elf = read(fd, header, sizeof *header) == (ssize_t)sizeof *header &&
                  memcmp(header->e_ident, ELFMAG, SELFMAG) == 0;
    close(fd);
    return is_elf;
}

/* The linker's name for the header of this program, as it is in memory. */
extern const uint8_t own_header[] __asm__("__ehdr_start") __attribute__((visibility("hidden")));

int rs_module_file_is_foreign(const char *path)
{
    Elf32_Ehdr theirs, ours;
    if (!read_header(path, &theirs))
        return -1;
    memcpy(&ours, own_header, sizeof ours);
    return theirs.e_ident[EI_CLASS] != ours.e_ident[EI_CLASS] ||
           theirs.e_ident[EI_DATA] != ours.e_ident[EI_DATA] || theirs.e_machine != ours.e_machine;
}

static void check_permissions(const char *path, const struct stat *s, rs_problems *problems)
{
    if ((s->st_mode & (S_IWGRP | S_IWOTH)) != 0)
        rs_problems_add(problems, RS_DOUBTFUL, "module-writable", "chmod go-w it",
                        "its group or others may write to %s: they can switch it off, and run code "
                        "in every program",
                        path);
    if ((s->st_mode & S_IROTH) == 0)
        rs_problems_add(problems, RS_NOT_GUARDED, "module-unreadable", "chmod 0644 it",
                        "not every user can read %s: their programs are not guarded", path);
}

void rs_module_file_check(const rs_openssl_config *config, rs_problems *problems)
{
    const char *path = config->module;
    struct stat s;
    if (path == NULL || path[0] != '/')
        return;
    if (stat(path, &s) != 0) {
        rs_problems_add(problems, RS_NOT_GUARDED, "module-missing",
                        "install rootscope, or write the path of the installed module",
                        "%s: %s; OpenSSL goes on without it and prints no message", path,
                        strerror(errno));
        return;
    }
    int foreign = rs_module_file_is_foreign(path);
    if (foreign < 0)
        rs_problems_add(problems, RS_NOT_GUARDED, "module-not-loadable", "install rootscope again",
                        "%s is not a shared object", path);
    else if (foreign > 0)
        rs_problems_add(problems, RS_NOT_GUARDED, "module-architecture",
                        "install rootscope for this machine's architecture",
                        "%s is for another architecture", path);
    check_permissions(path, &s, problems);
}
