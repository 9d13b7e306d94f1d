/* SPDX-License-Identifier: Apache-2.0 */
#include "command/libraries/proof.h"

#include "command/base/child_process.h"
#include "command/base/limited_store.h"
#include "command/base/message.h"
#include "command/base/temp_folder.h"
#include "command/base/text.h"
#include "command/bundle/constraints.h"
#include "command/bundle/twin.h"
#include "command/list/open_list.h"
#include "command/status/throwaway_files.h"
#include "command/text/name.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { VERIFIER_SECONDS = 60, WORDS_MAX = 8 };

/* A program that verifies a certificate; NULL of its words stand for the bundle and that one. */
typedef struct verifier {
    const char *words[WORDS_MAX];
    int count, bundle, leaf;
} verifier;

static const verifier verifiers[] = {
    {{"openssl", "verify", "-no-CApath", "-CAfile", NULL, NULL}, 6, 4, 5},
    {{"certtool", "--verify", "--load-ca-certificate", NULL, "--infile", NULL}, 6, 3, 5},
};

enum { VERIFIERS = sizeof verifiers / sizeof *verifiers };

typedef enum verdict { NOT_RUN, ACCEPTED, REFUSED } verdict;

static verdict ask(const verifier *v, const char *bundle, const char *leaf)
{
    static const rs_child_variable without_module[] = {{"OPENSSL_CONF", "/dev/null"}, {NULL, NULL}};
    char *argv[WORDS_MAX + 1] = {NULL};
    for (int i = 0; i < v->count; i++) {
        const char *word = i == v->bundle ? bundle : i == v->leaf ? leaf : v->words[i];
        argv[i] = (char *)(uintptr_t)word;
    }
    const rs_child child = {.argv = argv,
                            .environment = without_module,
                            .seconds = VERIFIER_SECONDS,
                            .join_errors = true};
    rs_child_result *result = rs_message_need(malloc(sizeof *result));
    rs_child_run(&child, result);
    bool is_missing = result->end == RS_CHILD_NOT_RUN && result->code == ENOENT;
    bool accepts = result->end == RS_CHILD_EXITED && result->code == 0;
    free(result);
    return is_missing ? NOT_RUN : accepts ? ACCEPTED : REFUSED;
}

static bool asks_all(const char *bundle, const char *good, const char *bad)
{
    int asked = 0;
    for (int i = 0; i < VERIFIERS; i++) {
        const verifier *v = &verifiers[i];
        verdict of_good = ask(v, bundle, good), of_bad = ask(v, bundle, bad);
        if (of_good == NOT_RUN)
            continue;
        if (of_good != ACCEPTED || of_bad != REFUSED) {
            rs_message_error(
                "%s, which knows nothing of the list, %s with the new trust store", v->words[0],
                of_good != ACCEPTED ? "refuses a certificate within the scope of its root"
                                    : "accepts a certificate outside the scope of its root");
            return false;
        }
        asked++;
    }
    if (asked == 0)
        rs_message_error("neither openssl nor certtool can be run, so nothing can be tried; "
                         "install the package openssl");
    return asked > 0;
}

/* The twin of the test root and its super-root; what constraints cannot say is of no interest. */
static bool make_test_twin(const rs_throwaway_files *files, rs_arena *arena, rs_bytes *pem)
{
    uint8_t *bytes = NULL;
    rs_image image;
    rs_super_root super = {0};
    X509 *twin = NULL;
    if (!rs_open_list(files->list, &bytes, &image))
        return false;
    rs_constraints_cache cache = {.image = &image};
    const rs_constraints *constraints = rs_constraints_get0(&cache, 0);
    bool good =
        constraints->is_good && rs_super_root_begin(&super, time(NULL)) &&
        rs_twin_make(files->pki.root, constraints->extension, &super, &twin) == RS_TWIN_MADE &&
        rs_super_root_finish(&super);
    if (good) {
        STACK_OF(X509) *both = rs_message_need(sk_X509_new_null());
        if (sk_X509_push(both, twin) == 0 || sk_X509_push(both, super.certificate) == 0)
            rs_message_need(NULL);
        *pem = rs_libraries_pem(arena, both);
        sk_X509_free(both);
    } else {
        rs_message_error("OpenSSL cannot make a limited test root");
    }
    X509_free(twin);
    rs_super_root_clear(&super);
    rs_constraints_clear(&cache);
    free(bytes);
    return good;
}

bool rs_libraries_prove_copy(const rs_libraries_plan *plan)
{
    rs_arena arena = {0};
    rs_throwaway_files files;
    rs_bytes pem;
    bool good = rs_throwaway_files_make(NULL, &files) && make_test_twin(&files, &arena, &pem);
    if (good) {
        const char *text =
            rs_text_format(&arena, "%.*s%.*s", (int)plan->text.n, (const char *)plan->text.p,
                           (int)pem.n, (const char *)pem.p);
        const char *bundle = rs_temp_folder_write("bundle.pem", rs_bytes_of_string(text));
        const char *within = rs_throwaway_pem("within.pem", (X509 *[]){files.pki.good, NULL});
        const char *outside = rs_throwaway_pem("outside.pem", (X509 *[]){files.pki.bad, NULL});
        good = bundle != NULL && within != NULL && outside != NULL &&
               asks_all(bundle, within, outside);
    }
    rs_throwaway_files_clear(&files);
    rs_arena_clear(&arena);
    return good;
}

/*
 * Those of the same key as a twin, found by its subject: one of the same issuer, and no other.
 * There are several if the root is there several times. `may_miss`: none is good, too.
 */
static bool finds_alone(X509_STORE *store, const X509 *twin, bool may_miss)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *found = NULL;
    if (context != NULL && X509_STORE_CTX_init(context, store, NULL, NULL) == 1)
        found = X509_STORE_CTX_get1_certs(context, X509_get_subject_name(twin));
    bool has = false, has_other = false;
    for (int i = 0; i < sk_X509_num(found); i++) {
        const X509 *one = sk_X509_value(found, i);
        if (EVP_PKEY_eq(X509_get0_pubkey(one), X509_get0_pubkey(twin)) != 1)
            continue;
        bool is_limited = X509_NAME_cmp(X509_get_issuer_name(one), X509_get_issuer_name(twin)) == 0;
        has |= is_limited;
        has_other |= !is_limited;
    }
    sk_X509_pop_free(found, X509_free);
    X509_STORE_CTX_free(context);
    return (has || may_miss) && !has_other;
}

static bool prove_place(const rs_libraries_plan *plan, X509_STORE *store, const char *place,
                        bool may_miss)
{
    const STACK_OF(X509) *all = plan->bundle.certificates;
    for (int i = 1; plan->limited > 0 && i < sk_X509_num(all); i++) {
        X509 *one = sk_X509_value(all, i);
        rs_arena arena = {0};
        bool is_twin = X509_NAME_cmp(X509_get_issuer_name(one),
                                     X509_get_subject_name(sk_X509_value(all, 0))) == 0;
        bool good = !is_twin || finds_alone(store, one, may_miss);
        if (!good)
            rs_message_error("%s does not lead from %s to its limited twin alone", place,
                             rs_name_text_of_subject(&arena, one));
        rs_arena_clear(&arena);
        if (!good)
            return false;
    }
    return true;
}

bool rs_libraries_prove_in_place(const rs_libraries_plan *plan)
{
    static const char bundle[] = RS_STORE_FOLDER "/" RS_STORE_BUNDLE;
    X509_STORE *file = rs_message_need(X509_STORE_new()),
               *folder = rs_message_need(X509_STORE_new());
    bool good = X509_STORE_load_file(file, bundle) == 1 &&
                X509_STORE_load_path(folder, RS_STORE_FOLDER) == 1;
    if (!good)
        rs_message_error("%s: OpenSSL cannot read it", bundle);
    /* Somebody removed a root, and update-ca-certificates was not run yet. */
    bool is_gone = false;
    for (size_t i = 0; i < plan->file_count; i++)
        is_gone |= plan->files[i].is_gone;
    good = good && prove_place(plan, file, bundle, false) &&
           prove_place(plan, folder, RS_STORE_FOLDER, is_gone);
    X509_STORE_free(file);
    X509_STORE_free(folder);
    ERR_clear_error();
    return good;
}
