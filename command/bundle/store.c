/* SPDX-License-Identifier: Apache-2.0 */
#include "command/bundle/store.h"

#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/chain/trust_store.h"
#include "command/text/name.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool has(const STACK_OF(X509) * store, const X509 *certificate)
{
    for (int i = 0; i < sk_X509_num(store); i++)
        if (X509_cmp(sk_X509_value(store, i), certificate) == 0)
            return true;
    return false;
}

static bool is_rejected(X509 *certificate)
{
    rs_arena arena = {0};
    bool rejected = X509_get0_reject_objects(certificate) != NULL;
    if (rejected)
        rs_message_warning("%s is left out: the trust store rejects some of its uses, and a "
                           "bundle cannot say so",
                           rs_name_text_of_subject(&arena, certificate));
    rs_arena_clear(&arena);
    return rejected;
}

/* Moves certificates from one stack, which is freed, to the other. */
static void take(STACK_OF(X509) * from, STACK_OF(X509) * to)
{
    X509 *certificate;
    while ((certificate = sk_X509_shift(from)) != NULL)
        if (has(to, certificate) || is_rejected(certificate))
            X509_free(certificate);
        else if (sk_X509_push(to, certificate) == 0)
            rs_message_need(NULL);
    sk_X509_free(from);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void take_file(const char *folder, const char *name, STACK_OF(X509) * to)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    struct stat status;
    rs_arena arena = {0};
    const char *path = rs_text_format(&arena, "%s/%s", folder, name);
    /* A link to nothing, or another folder, has no certificate for any program. */
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
        STACK_OF(X509) *read = rs_cert_file_read_all(path, why);
        if (read == NULL)
            rs_message_warning("%s is left out: %s", path, why);
        else
            take(read, to);
    }
    rs_arena_clear(&arena);
}

static bool take_folder(const char *folder, STACK_OF(X509) * to)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, by_name);
    if (count < 0) {
        rs_message_error("%s: %s", folder, strerror(errno));
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.')
            take_file(folder, entries[i]->d_name, to);
        free(entries[i]);
    }
    free(entries);
    return true;
}

static bool take_path(const char *path, STACK_OF(X509) * to)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    rs_arena arena = {0};
    const char *looked_into;
    STACK_OF(X509) *read = path == NULL ? rs_trust_store_read(NULL, &arena, &looked_into)
                                        : rs_cert_file_read_all(path, why);
    if (read != NULL)
        take(read, to);
    else if (path == NULL)
        rs_message_error("no trust store of this machine can be read; name one with --store");
    else
        rs_message_error("%s: %s", path, why);
    rs_arena_clear(&arena);
    return read != NULL;
}

STACK_OF(X509) * rs_bundle_store_read(const char *path)
{
    struct stat status;
    STACK_OF(X509) *store = rs_message_need(sk_X509_new_null());
    bool is_folder = path != NULL && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    bool good = is_folder ? take_folder(path, store) : take_path(path, store);
    if (good && sk_X509_num(store) == 0)
        rs_message_error("%s has no certificate", path == NULL ? "the trust store" : path);
    if (good && sk_X509_num(store) > 0)
        return store;
    sk_X509_pop_free(store, X509_free);
    return NULL;
}
