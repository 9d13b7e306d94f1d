/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/real_list_check.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/chain/judgement.h"
#include "command/chain/trust_store.h"
#include "command/status/probe_chain.h"
#include "command/status/throwaway_files.h"
#include "command/text/name.h"

#include <stdlib.h>
#include <time.h>

enum { FORGERIES_MAX = 256, SKIPPED_NAMED = 3 };

/* Whether the list refuses it, and OpenSSL without it does not. */
static bool tells_them_apart(const rs_image *image, X509 *forgery, X509 *root)
{
    STACK_OF(X509) *chain = rs_message_need(sk_X509_new_null());
    rs_judgement judgement = {0};
    bool pushed = sk_X509_push(chain, forgery) > 0 && sk_X509_push(chain, root) > 0;
    if (pushed)
        rs_judge(image, chain, NULL, NULL, time(NULL), &judgement);
    bool denied = judgement.report.denied_count > 0;
    rs_judgement_clear(&judgement);
    sk_X509_free(chain);
    rs_probe_errors alone = rs_probe_chain(forgery, root);
    return denied && alone.ran && !rs_probe_is_refusal(&alone);
}

/* A root with a kind of key that OpenSSL cannot make here: it needs an engine, for instance. */
static void skip(rs_forgeries *made, const X509 *root, rs_arena *arena)
{
    const char *name = rs_name_text_of_x509(arena, X509_get_subject_name(root));
    name = name == NULL ? "(undecodable)" : rs_name_text_shorten(arena, name);
    if (made->skipped++ == 0)
        made->skipped_names = name;
    else if (made->skipped <= SKIPPED_NAMED)
        made->skipped_names = rs_text_format(arena, "%s; %s", made->skipped_names, name);
}

/* Fills pairs, ended by NULL: forgeries are the caller's to free, roots of the stack. */
static void forge_all(rs_forgeries *made, const rs_list_status *list, STACK_OF(X509) * roots,
                      rs_throwaway_pki *pki, X509 **pairs, rs_arena *arena)
{
    for (int i = 0; i < sk_X509_num(roots) && made->count < FORGERIES_MAX; i++) {
        X509 *root = sk_X509_value(roots, i);
        if (!rs_list_status_has(list, root))
            continue;
        X509 *forgery = rs_throwaway_forge(pki, root);
        if (forgery == NULL) {
            skip(made, root, arena);
        } else if (tells_them_apart(&list->image, forgery, root)) {
            pairs[2 * made->count] = forgery;
            pairs[2 * made->count + 1] = root;
            made->count++;
        } else {
            X509_free(forgery);
        }
    }
}

static const char *what_prevents(const rs_openssl_config *config, const rs_list_status *list)
{
    if (!list->loaded)
        return "the list cannot be used";
    if (config->settings.mode != RS_MODE_ENFORCE || list->mode != RS_MODE_ENFORCE)
        return "nothing is refused in this mode";
    if (config->settings.problem != NULL)
        return "the module's settings are wrong";
    return NULL;
}

rs_forgeries rs_forgeries_make(const rs_openssl_config *config, const rs_list_status *list,
                               const char *ca_file, rs_throwaway_pki *pki, rs_arena *arena)
{
    rs_forgeries forgeries = {.why_not = what_prevents(config, list)};
    if (forgeries.why_not != NULL)
        return forgeries;
    const char *store;
    STACK_OF(X509) *roots = rs_trust_store_read(ca_file, arena, &store);
    X509 **pairs = rs_message_need(calloc(2 * FORGERIES_MAX + 1, sizeof *pairs));
    forge_all(&forgeries, list, roots, pki, pairs, arena);
    if (forgeries.count > 0) {
        forgeries.file = rs_throwaway_pem("forged.pem", pairs);
        forgeries.config = rs_throwaway_config(config, "forged.cnf", "");
    } else if (forgeries.skipped > 0) {
        forgeries.why_not = rs_text_format(
            arena, "OpenSSL cannot make the kind of key that the roots in %s have", store);
    } else {
        forgeries.why_not =
            rs_text_format(arena, "no root that the list limits is in the trust store %s", store);
    }
    for (unsigned i = 0; i < forgeries.count; i++)
        X509_free(pairs[2 * i]);
    free(pairs);
    sk_X509_pop_free(roots, X509_free);
    return forgeries;
}
