/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/store_check.h"

#include "command/base/cert_file.h"
#include "command/base/text.h"
#include "command/chain/trust_store.h"
#include "command/list/hint.h"
#include "command/text/name.h"

static bool lists(const void *list, const X509 *certificate)
{
    return rs_list_status_has(list, certificate);
}

static void judge(const rs_list_status *list, const STACK_OF(X509) * store, X509 *certificate,
                  rs_problems *problems)
{
    rs_arena *arena = &problems->arena;
    const X509 *root;
    switch (rs_trust_store_look_above(store, certificate, lists, list, &root)) {
    case RS_ABOVE_LISTED:
        rs_problems_add(problems, RS_DOUBTFUL, "store-intermediate",
                        "remove it from the trust store, which has its root",
                        "the trust store has %s, which the listed root %s issued: programs that "
                        "accept partial chains, such as curl, trust it by itself",
                        rs_name_text_of_subject(arena, certificate),
                        rs_name_text_of_subject(arena, root));
        return;
    case RS_ABOVE_MISSING:
        rs_problems_add(problems, RS_DOUBTFUL, "store-intermediate-alone",
                        rs_text_format(arena,
                                       "replace it by its root, or limit it: `%s FILE NAME...`",
                                       rs_hint_command(arena, &list->target, "add")),
                        "the trust store has %s without the root that issued it: no listed root "
                        "limits it",
                        rs_name_text_of_subject(arena, certificate));
        return;
    case RS_ABOVE_NOT_NEEDED:
    case RS_ABOVE_UNLISTED:
        return;
    }
}

void rs_store_check(const rs_list_status *list, const char *ca_file, rs_problems *problems)
{
    const char *path;
    if (!list->loaded || list->image.root_count == 0)
        return;
    STACK_OF(X509) *store = rs_trust_store_read(ca_file, &problems->arena, &path);
    for (int i = 0; i < sk_X509_num(store); i++)
        judge(list, store, sk_X509_value(store, i), problems);
    sk_X509_pop_free(store, X509_free);
}
