/* SPDX-License-Identifier: Apache-2.0 */
#include "command/libraries/hook.h"

#include "command/base/limited_store.h"
#include "command/base/message.h"
#include "command/base/output_file.h"
#include "command/base/text.h"
#include "command/libraries/store_links.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What it says each time is of no interest unless it fails. */
#define HOOK                                                                                       \
    "#!/bin/sh\n"                                                                                  \
    "# Written by `rootscope enable --all-libraries`; `rootscope disable --all-libraries` "        \
    "removes it.\n"                                                                                \
    "# Limits the trust store for programs without OpenSSL after each update.\n"                   \
    "[ -x %s ] || exit 0\n"                                                                        \
    "said=$(%s enable --all-libraries 2>&1) && exit 0\n"                                           \
    "printf '%%s\\n' \"$said\" >&2\n"                                                              \
    "exit 1\n"

bool rs_libraries_hook_is_there(void)
{
    return access(RS_STORE_HOOK, X_OK) == 0;
}

bool rs_libraries_hook_write(const char *command)
{
    rs_arena arena = {0};
    const char *word = rs_text_shell(&arena, command);
    const char *text = rs_text_format(&arena, HOOK, word, word);
    bool good = rs_output_file_make_folder(RS_STORE_HOOK) &&
                rs_output_file_write(RS_STORE_HOOK, rs_bytes_of_string(text), false);
    if (good && chmod(RS_STORE_HOOK, 0755) != 0)
        good = rs_message_file(RS_STORE_HOOK, errno);
    rs_arena_clear(&arena);
    return good;
}

bool rs_libraries_hook_remove(void)
{
    rs_store_links_sweep(RS_STORE_HOOKS);
    if (unlink(RS_STORE_HOOK) == 0 || errno == ENOENT || errno == ENOTDIR)
        return true;
    return rs_message_file(RS_STORE_HOOK, errno);
}
