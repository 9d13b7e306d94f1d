/* SPDX-License-Identifier: Apache-2.0 */
#include "command/trust/anchor.h"

#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/output_file.h"
#include "command/base/text.h"
#include "command/list/root_hashes.h"
#include "lib/base/ascii.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENDING ".crt"

enum { NAME_MAX_LABEL = 40, NAME_HASH_DIGITS = 8 };

/* What a file of the folder has to do with the root. */
typedef enum content { OTHERS, ROOT_ALONE, ROOT_AND_OTHERS } content;

static content look_into(const char *path, const rs_list_root *root)
{
    STACK_OF(X509) *all = rs_cert_file_read_found(path);
    int count = sk_X509_num(all), matching = 0;
    for (int i = 0; i < count; i++)
        matching += rs_root_hashes_match(root, sk_X509_value(all, i));
    sk_X509_pop_free(all, X509_free);
    return matching <= 0 ? OTHERS : matching == count ? ROOT_ALONE : ROOT_AND_OTHERS;
}

/* Adds a path, and leaves room for its end. */
static void add_path(rs_anchor_files *files, rs_arena *arena, const char *path)
{
    const char **grown =
        rs_message_need(rs_arena_take(arena, (files->count + 1) * sizeof *files->paths));
    for (size_t i = 0; i < files->count; i++)
        grown[i] = files->paths[i];
    grown[files->count++] = path;
    files->paths = grown;
}

bool rs_anchor_find(const rs_anchor_tool *tool, const rs_list_root *root, rs_arena *arena,
                    rs_anchor_files *files)
{
    *files = (rs_anchor_files){0};
    DIR *folder = opendir(tool->folder);
    if (folder == NULL && errno == ENOENT)
        return true;
    if (folder == NULL) {
        rs_message_error("%s: %s", tool->folder, strerror(errno));
        return false;
    }
    bool good = true;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        const char *path = rs_text_format(arena, "%s/%s", tool->folder, entry->d_name);
        content found = look_into(path, root);
        if (found == ROOT_ALONE)
            add_path(files, arena, path);
        if (found == ROOT_AND_OTHERS) {
            rs_message_error("%s has other certificates too; put the root into a file of its own",
                             path);
            good = false;
        }
    }
    closedir(folder);
    return good;
}

const char *rs_anchor_get0_read(const rs_anchor_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        const char *name = strrchr(files->paths[i], '/') + 1;
        size_t length = strlen(name);
        if (name[0] != '.' && length > strlen(ENDING) &&
            strcmp(name + length - strlen(ENDING), ENDING) == 0)
            return files->paths[i];
    }
    return NULL;
}

const char *rs_anchor_path(const rs_anchor_tool *tool, const X509 *certificate, const char *label,
                           rs_arena *arena)
{
    rs_root_hashes hashes = {0};
    char hex[RS_HEX_SIZE], name[NAME_MAX_LABEL + 1];
    size_t length = 0;
    for (const char *p = label; *p != '\0' && length < NAME_MAX_LABEL; p++) {
        uint8_t c = rs_ascii_lower((uint8_t)*p);
        if (rs_ascii_is_alpha(c) || rs_ascii_is_digit(c))
            name[length++] = (char)c;
        else if (length > 0 && name[length - 1] != '-')
            name[length++] = '-';
    }
    while (length > 0 && name[length - 1] == '-')
        length--;
    name[length] = '\0';
    rs_root_hashes_of(certificate, &hashes);
    rs_text_hex(hashes.certificate_sha256, hex);
    return rs_text_format(arena, "%s/%s%s%.*s" ENDING, tool->folder, name, length > 0 ? "-" : "",
                          NAME_HASH_DIGITS, hex);
}

bool rs_anchor_write(const char *path, X509 *certificate)
{
    BIO *memory = rs_message_need(BIO_new(BIO_s_mem()));
    char *text = NULL;
    bool good = PEM_write_bio_X509(memory, certificate) == 1;
    long size = BIO_get_mem_data(memory, &text);
    if (!good)
        rs_message_error("%s: the certificate cannot be written", path);
    good = good && rs_output_file_make_folder(path) &&
           rs_output_file_write(path, rs_bytes_make(text, (size_t)size), false);
    BIO_free(memory);
    return good;
}

bool rs_anchor_remove(const rs_anchor_files *files)
{
    bool good = true;
    for (size_t i = 0; i < files->count; i++) {
        if (unlink(files->paths[i]) == 0 || errno == ENOENT)
            continue;
        good = rs_message_file(files->paths[i], errno);
    }
    return good;
}
