/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/process_code.h"

#include "command/base/message.h"
#include "lib/base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = 64 * 1024 * 1024, NAME_MAX_SIZE = 32 };

typedef struct rs_process_code_file {
    dev_t device;
    ino_t inode;
    bool verifies;
    struct rs_process_code_file *next;
} rs_process_code_file;

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* systemd compares the signer of a disk image with files, by PKCS7_verify with PKCS7_NOVERIFY: that
 * builds no chain. The library is in process 1 and many services, and verifies nothing else. */
static bool is_of_systemd(const char *path)
{
    static const char name[] = "libsystemd-shared-";
    return strncmp(base_name(path), name, strlen(name)) == 0;
}

/* Symbols stand between NULs, where they are linked and where they are looked up by name. */
static bool has_name(const uint8_t *content, size_t size, bool is_systemd)
{
    static const char names[][NAME_MAX_SIZE] = {
        "PKCS7_verify", /* the first, for systemd */
        "X509_verify_cert", "X509_STORE_CTX_verify", "SSL_CTX_new",
        "CMS_verify",       "OCSP_basic_verify",     "TS_RESP_verify_response",
    };
    for (size_t i = is_systemd ? 1 : 0; i < sizeof names / sizeof *names; i++) {
        char wanted[NAME_MAX_SIZE + 2] = {0};
        size_t length = strlen(names[i]);
        memcpy(wanted + 1, names[i], length);
        if (memmem(content, size, wanted, length + 2) != NULL)
            return true;
    }
    return false;
}

static bool file_verifies(const char *path)
{
    uint8_t *content;
    size_t size;
    if (rs_file_read(path, FILE_MAX, &content, &size) != RS_FILE_OK)
        return true;
    bool found = has_name(content, size, is_of_systemd(path));
    free(content);
    return found;
}

static bool known_verifies(rs_process_code *code, rs_arena *arena, const char *path)
{
    struct stat s;
    if (stat(path, &s) != 0)
        return true;
    for (const rs_process_code_file *f = code->first; f != NULL; f = f->next)
        if (f->device == s.st_dev && f->inode == s.st_ino)
            return f->verifies;
    rs_process_code_file *made = rs_message_need(rs_arena_take(arena, sizeof *made));
    *made = (rs_process_code_file){.device = s.st_dev,
                                   .inode = s.st_ino,
                                   .verifies = file_verifies(path),
                                   .next = code->first};
    code->first = made;
    return made->verifies;
}

/* Of a line of /proc/PID/maps: the file whose code it maps; NULL: none, or libcrypto. */
static const char *code_path(char *line)
{
    const char *rights = strchr(line, ' ');
    char *path = strchr(line, '/');
    if (rights == NULL || path == NULL || rights[3] != 'x')
        return NULL;
    path[strcspn(path, "\n")] = '\0';
    return strncmp(base_name(path), "libcrypto.so.", strlen("libcrypto.so.")) == 0 ? NULL : path;
}

bool rs_process_code_verifies(rs_process_code *code, rs_arena *arena, pid_t pid)
{
    char name[64], *line = NULL;
    size_t capacity = 0;
    snprintf(name, sizeof name, "/proc/%ld/maps", (long)pid);
    FILE *maps = fopen(name, "re");
    bool verifies = maps == NULL;
    while (!verifies && getline(&line, &capacity, maps) > 0) {
        const char *path = code_path(line);
        verifies = path != NULL && known_verifies(code, arena, path);
    }
    free(line);
    if (maps != NULL)
        fclose(maps);
    return verifies;
}
