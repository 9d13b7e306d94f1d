/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/real_list_check.h"

#include "command/base/message.h"
#include "command/base/pem.h"
#include "command/base/text.h"
#include "command/chain/judgement.h"
#include "command/status/probe_chain.h"
#include "command/status/throwaway_files.h"

#include <stdlib.h>
#include <time.h>

enum { FORGERIES_MAX = 256 };

static STACK_OF(X509) * read_trust_store(const char *ca_file, rs_arena *arena, const char **path)
{
    char why[RS_PEM_REASON_SIZE];
    *path = ca_file == NULL ? X509_get_default_cert_file() : ca_file;
    STACK_OF(X509) *roots = rs_pem_read_all(*path, why);
    if (roots == NULL && ca_file == NULL) {
        /* Debian has no such file, but all in one beside the single ones. */
        *path = rs_text_format(arena, "%s/ca-certificates.crt", X509_get_default_cert_dir());
        roots = rs_pem_read_all(*path, why);
    }
    return roots;
}

static bool is_listed(const rs_image *image, const X509 *root)
{
    uint8_t spki[RS_SHA256_SIZE], certificate[RS_SHA256_SIZE];
    uint32_t index;
    return rs_pem_hash(root, spki, certificate) &&
           (rs_image_find_root(image, RS_ROOT_SPKI, spki, &index) ||
            rs_image_find_root(image, RS_ROOT_CERTIFICATE, certificate, &index));
}

/* Whether the list refuses it, and OpenSSL without it does not. */
static bool tells_them_apart(const rs_image *image, X509 *forgery, X509 *root)
{
    STACK_OF(X509) *chain = rs_message_need(sk_X509_new_null());
    rs_judgement judgement = {0};
    bool pushed = sk_X509_push(chain, forgery) > 0 && sk_X509_push(chain, root) > 0;
    if (pushed)
        rs_judge(image, chain, NULL, time(NULL), &judgement);
    bool denied = judgement.report.denied_count > 0;
    rs_judgement_clear(&judgement);
    sk_X509_free(chain);
    rs_probe_errors alone = rs_probe_chain(forgery, root);
    return denied && alone.ran && !rs_probe_is_refusal(&alone);
}

/* Fills pairs, ended by NULL: forgeries are the caller's to free, roots of the stack. */
static unsigned forge_all(const rs_image *image, STACK_OF(X509) * roots, rs_throwaway_pki *pki,
                          X509 **pairs)
{
    unsigned count = 0;
    for (int i = 0; i < sk_X509_num(roots) && count < FORGERIES_MAX; i++) {
        X509 *root = sk_X509_value(roots, i);
        X509 *forgery = is_listed(image, root) ? rs_throwaway_forge(pki, root) : NULL;
        if (forgery != NULL && tells_them_apart(image, forgery, root)) {
            pairs[2 * count] = forgery;
            pairs[2 * count + 1] = root;
            count++;
        } else {
            X509_free(forgery);
        }
    }
    return count;
}

static const char *what_prevents(const rs_openssl_config *config, const rs_list_status *list)
{
    if (!list->loaded)
        return "it cannot be used";
    if (config->settings.mode != RS_MODE_ENFORCE || list->mode != RS_MODE_ENFORCE)
        return "it refuses nothing, by its mode";
    if (config->settings.problem != NULL)
        return "the module's settings are bad";
    return NULL;
}

rs_forgeries rs_forgeries_make(const rs_openssl_config *config, const rs_list_status *list,
                               const char *ca_file, rs_throwaway_pki *pki, rs_arena *arena)
{
    rs_forgeries forgeries = {.why_not = what_prevents(config, list)};
    if (forgeries.why_not != NULL)
        return forgeries;
    const char *store;
    STACK_OF(X509) *roots = read_trust_store(ca_file, arena, &store);
    X509 **pairs = rs_message_need(calloc(2 * FORGERIES_MAX + 1, sizeof *pairs));
    forgeries.count = forge_all(&list->image, roots, pki, pairs);
    if (forgeries.count == 0)
        forgeries.why_not =
            rs_text_format(arena, "no root that it limits is in the trust store %s", store);
    else {
        forgeries.file = rs_throwaway_pem("real.pem", pairs);
        forgeries.config = rs_throwaway_config(config, "real.cnf", "");
    }
    for (unsigned i = 0; i < forgeries.count; i++)
        X509_free(pairs[2 * i]);
    free(pairs);
    sk_X509_pop_free(roots, X509_free);
    return forgeries;
}
