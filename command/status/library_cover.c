/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/library_cover.h"

#include "command/base/limited_store.h"
#include "command/base/text.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where distributions have shared libraries. */
#define LIBRARY(name) "{/usr,}/{lib,lib64}{,/*-linux-*}/" name

/* Whose roots a library trusts by itself. */
typedef enum roots { SYSTEM, SYSTEM_BY_P11_KIT, OWN } roots;

static const struct known {
    const char *name;
    const char *files; /* one of them is there if it is installed; NULL: nobody can tell */
    roots roots;
    const char *note;
} others[] = {
    {"GnuTLS", LIBRARY("libgnutls.so.[0-9]*"), SYSTEM, NULL},
    {"Go programs", NULL, SYSTEM, "unless SSL_CERT_FILE or SSL_CERT_DIR is set"},
    {"NSS", LIBRARY("libnss3.so"), SYSTEM_BY_P11_KIT, "it has roots of its own"},
    {"Java", "/usr/lib/jvm/*/{,jre/}bin/java", OWN,
     "it has a copy of the roots, and ignores their constraints"},
    {"mbed TLS", LIBRARY("libmbedx509.so.[0-9]*"), OWN,
     "it refuses everything below a limited root"},
    {"wolfSSL", LIBRARY("libwolfssl.so.[0-9]*"), OWN, "programs name their roots themselves"},
};

enum { OTHERS = sizeof others / sizeof *others };

const char *rs_cover_words(rs_cover cover)
{
    static const char *const words[] = {"nothing", "the limited trust store", "the module"};
    return words[cover];
}

static bool is_there(const char *files)
{
    glob_t found;
    if (files == NULL)
        return true;
    bool is = glob(files, GLOB_BRACE | GLOB_NOSORT, NULL, &found) == 0 && found.gl_pathc > 0;
    globfree(&found);
    return is;
}

/* Some distributions put p11-kit's module in place of NSS's own roots: it reads the store. */
static bool nss_reads_store(void)
{
    glob_t found;
    bool reads = false;
    if (glob(LIBRARY("{,nss/}libnssckbi.so"), GLOB_BRACE, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++) {
            char *path = realpath(found.gl_pathv[i], NULL);
            reads |= path != NULL && strstr(path, "p11-kit") != NULL;
            free(path);
        }
    globfree(&found);
    return reads;
}

static void add(rs_library_cover *cover, const char *name, rs_cover by, const char *why)
{
    cover->items[cover->count++] = (rs_library){name, by, why};
}

static bool is_guarded(const rs_live_check *live)
{
    const rs_live_user *user = &live->users[0];
    return user->name != NULL && user->in_force == RS_YES && user->enforces == RS_YES;
}

static void warn(const rs_limited_store *store, const rs_list_status *list, rs_problems *problems)
{
    bool has_hook = access(RS_STORE_HOOK, X_OK) == 0;
    uint8_t sha256[RS_SHA256_SIZE];
    char hex[RS_HEX_SIZE];
    if (has_hook && store->roots < 0)
        rs_problems_add(problems, RS_DOUBTFUL, "trust-store-not-limited",
                        "run `rootscope enable --all-libraries`, and see what it says",
                        "the trust store is not limited, though %s is there", RS_STORE_HOOK);
    if (!has_hook && store->roots >= 0)
        rs_problems_add(problems, RS_DOUBTFUL, "trust-store-without-hook",
                        "run `rootscope enable --all-libraries`, or `rootscope disable "
                        "--all-libraries`",
                        "the trust store is limited only until update-ca-certificates is run: %s "
                        "is missing",
                        RS_STORE_HOOK);
    if (store->roots < 0 || !list->loaded)
        return;
    rs_sha256_digest(list->image.file, sha256);
    rs_text_hex(sha256, hex);
    if (strncmp(hex, store->list, strlen(store->list)) != 0)
        rs_problems_add(problems, RS_DOUBTFUL, "trust-store-of-another-list",
                        "run `rootscope enable --all-libraries`",
                        "the trust store is limited by another list than %s", list->path);
}

void rs_library_cover_look(const rs_live_check *live, const rs_list_status *list,
                           rs_library_cover *cover, rs_problems *problems)
{
    rs_limited_store store;
    rs_limited_store_read(RS_STORE_FOLDER "/" RS_STORE_BUNDLE, &store);
    bool is_limited = store.roots >= 0;
    *cover = (rs_library_cover){.limited = store.roots};
    add(cover, "OpenSSL",
        is_guarded(live) ? RS_COVER_MODULE
        : is_limited     ? RS_COVER_STORE
                         : RS_COVER_NOTHING,
        NULL);
    for (size_t i = 0; i < OTHERS; i++) {
        const struct known *k = &others[i];
        bool by_store = is_limited && (k->roots == SYSTEM ||
                                       (k->roots == SYSTEM_BY_P11_KIT && nss_reads_store()));
        /* The note of one that reads the store is about its cover, others' about its absence. */
        if (is_there(k->files))
            add(cover, k->name, by_store ? RS_COVER_STORE : RS_COVER_NOTHING,
                by_store == (k->roots == SYSTEM) ? k->note : NULL);
    }
    warn(&store, list, problems);
}
