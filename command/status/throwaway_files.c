/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/throwaway_files.h"

#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/temp_folder.h"
#include "command/base/text.h"
#include "command/list/build.h"
#include "command/list/root_hashes.h"

#include <openssl/pem.h>

const char *rs_throwaway_config(const rs_openssl_config *config, const char *name,
                                const char *lines)
{
    rs_arena arena = {0};
    const char *settings = rs_text_format(&arena, "telemetry = off\n%s", lines);
    const char *text = rs_openssl_config_with(config, &arena, settings);
    const char *path = rs_temp_folder_write(name, rs_bytes_of_string(text));
    rs_arena_clear(&arena);
    return path;
}

const char *rs_throwaway_pem(const char *name, X509 *const *certificates)
{
    BIO *memory = BIO_new(BIO_s_mem());
    bool good = memory != NULL;
    for (; good && *certificates != NULL; certificates++)
        good = PEM_write_bio_X509(memory, *certificates) == 1;
    char *text = NULL;
    long size = good ? BIO_get_mem_data(memory, &text) : 0;
    const char *path = NULL;
    if (good)
        path = rs_temp_folder_write(name, rs_bytes_make(text, (size_t)size));
    else
        rs_message_error("%s: a certificate cannot be written", name);
    BIO_free(memory);
    return path;
}

static bool compile_list(rs_throwaway_files *files)
{
    rs_root_hashes hashes;
    char hex[RS_HEX_SIZE];
    if (!rs_root_hashes_of(files->pki.root, &hashes))
        return false;
    rs_text_hex(hashes.spki_sha256, hex);
    rs_arena arena = {0};
    rs_sources sources = {0};
    const char *source = rs_text_format(&arena, RS_THROWAWAY_LIST, hex);
    rs_sources_replace(&sources, "test.list", rs_bytes_of_string(source));
    files->list = rs_temp_folder_path("test.rsl");
    rs_build build = {.output = files->list, .quiet = true};
    bool built =
        files->list != NULL && rs_sources_parse(&sources, false) && rs_build_run(&sources, &build);
    rs_sources_clear(&sources);
    rs_arena_clear(&arena);
    return built;
}

bool rs_throwaway_files_make(const rs_openssl_config *config, rs_throwaway_files *files)
{
    *files = (rs_throwaway_files){0};
    if (!rs_throwaway_pki_make(&files->pki)) {
        rs_message_error("OpenSSL cannot make test certificates");
        return false;
    }
    if (!rs_temp_folder_make() || !compile_list(files))
        return false;
    if (config == NULL)
        return true;
    rs_arena arena = {0};
    files->config = rs_throwaway_config(
        config, "test.cnf", rs_text_format(&arena, "list = %s\nmode = enforce\n", files->list));
    rs_arena_clear(&arena);
    return files->config != NULL;
}

void rs_throwaway_files_clear(rs_throwaway_files *files)
{
    rs_throwaway_pki_clear(&files->pki);
    *files = (rs_throwaway_files){0};
}
