/* SPDX-License-Identifier: Apache-2.0 */
#include "command/trust/issued.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/chain/trust_store.h"
#include "command/list/root_hashes.h"
#include "command/text/name.h"
#include "command/trust/anchor.h"

static bool is_key_of(const void *root, const X509 *certificate)
{
    return rs_root_hashes_match(root, certificate);
}

/* How a list names it by its key. */
static bool name_by_key(const X509 *certificate, rs_list_root *named)
{
    rs_root_hashes hashes;
    *named = (rs_list_root){.kind = RS_ROOT_SPKI};
    if (!rs_root_hashes_of(certificate, &hashes))
        return false;
    memcpy(named->sha256, hashes.spki_sha256, RS_SHA256_SIZE);
    return true;
}

/* The command that takes it out of the trust store; NULL: it is not in the folder. */
static const char *removal(rs_arena *arena, const X509 *certificate, const rs_anchor_tool *tool)
{
    rs_list_root named;
    rs_anchor_files files = {0};
    const char *command = "rm";
    if (!name_by_key(certificate, &named) || !rs_anchor_find(tool, &named, arena, &files) ||
        files.count == 0)
        return NULL;
    for (size_t i = 0; i < files.count; i++)
        command = rs_text_format(arena, "%s %s", command, rs_text_shell(arena, files.paths[i]));
    return rs_text_format(arena, "%s && %s", command, rs_anchor_tool_command(tool, true, arena));
}

static void warn_of(const X509 *certificate, const rs_anchor_tool *tool)
{
    rs_arena arena = {0};
    const char *command = removal(&arena, certificate, tool);
    rs_message_warning("the trust store keeps %s, which this root issued: programs that accept "
                       "partial chains, such as curl, trust it without a limit%s%s",
                       rs_name_text_of_subject(&arena, certificate),
                       command == NULL ? "" : "; to remove it: ", command == NULL ? "" : command);
    rs_arena_clear(&arena);
}

void rs_trust_issued_warn(X509 *root, const rs_anchor_tool *tool)
{
    rs_arena arena = {0};
    const char *path;
    const X509 *above;
    rs_list_root named;
    STACK_OF(X509) *store = rs_trust_store_read(NULL, &arena, &path);
    /* It is looked for above the others, and need not be there any more. */
    bool good = store != NULL && name_by_key(root, &named);
    if (good && sk_X509_push(store, root) <= 0)
        rs_message_need(NULL);
    for (int i = 0; good && i < sk_X509_num(store); i++)
        if (rs_trust_store_look_above(store, sk_X509_value(store, i), is_key_of, &named, &above) ==
            RS_ABOVE_LISTED)
            warn_of(sk_X509_value(store, i), tool);
    if (good)
        (void)sk_X509_pop(store);
    sk_X509_pop_free(store, X509_free);
    rs_arena_clear(&arena);
}
