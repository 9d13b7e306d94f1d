/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests: the trust store of update-ca-certificates in a root directory of its own, with two
 * roots, and a list for one of them.
 */
#ifndef RS_TEST_TRUST_STORE_H
#define RS_TEST_TRUST_STORE_H

#include "command/base/limited_store.h"
#include "command/libraries/plan.h"
#include "tests/unit/issued.h"
#include "tests/unit/own_root.h"

#define SHARE  "/usr/share/ca-certificates"
#define BUNDLE RS_STORE_FOLDER "/" RS_STORE_BUNDLE
#define LIST   "/var/lib/rootscope/test.rsl"

static issued corp, other;

static inline void write_text(const char *path, const char *text)
{
    scratch_write(path, rs_bytes_of_string(text));
}

static inline void link_to(const char *target, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, RS_STORE_FOLDER "/%s", name);
    must(symlink(target, path) == 0);
}

/* A root as update-ca-certificates adds it: a file, a link to it, and one by the subject's hash. */
static inline void add_root(const char *name, const issued *root)
{
    char path[128], pem[64], hash[32];
    rs_arena arena = {0};
    STACK_OF(X509) *one = sk_X509_new_null();
    must(one != NULL && sk_X509_push(one, root->certificate) > 0);
    snprintf(path, sizeof path, SHARE "/%s.crt", name);
    snprintf(pem, sizeof pem, "%s.pem", name);
    snprintf(hash, sizeof hash, "%08lx.0", X509_subject_name_hash(root->certificate));
    scratch_write(path, rs_libraries_pem(&arena, one));
    link_to(path, pem);
    link_to(pem, hash);
    sk_X509_free(one);
    rs_arena_clear(&arena);
}

static inline void write_bundle(const char *path, const issued *first, const issued *second)
{
    rs_arena arena = {0};
    STACK_OF(X509) *all = sk_X509_new_null();
    must(all != NULL && sk_X509_push(all, first->certificate) > 0 &&
         (second == NULL || sk_X509_push(all, second->certificate) > 0));
    scratch_write(path, rs_libraries_pem(&arena, all));
    sk_X509_free(all);
    rs_arena_clear(&arena);
}

static inline void write_list(const char *text)
{
    rs_bytes image = compiled(text);
    scratch_write(LIST, image);
    free((void *)(uintptr_t)image.p);
}

/* `root spki-sha256:…` of the first root, with these lines below. */
static inline void limit_corp(const char *rules)
{
    char text[512];
    snprintf(text, sizeof text, "%s%s", root_line(&corp), rules);
    write_list(text);
}

static inline void make_store(void)
{
    if (corp.certificate == NULL) {
        corp = issue("Corp Root", NULL, NULL);
        other = issue("Other Root", NULL, NULL);
    }
    own_root_empty();
    own_root_make_folder(RS_STORE_FOLDER);
    own_root_make_folder(SHARE);
    own_root_make_folder("/var/lib/rootscope");
    add_root("corp", &corp);
    add_root("other", &other);
    write_bundle(BUNDLE, &corp, &other);
    limit_corp("    permit corp.example\n");
}

static inline void free_roots(void)
{
    issued_free(&corp);
    issued_free(&other);
}

static inline bool leads_to(const char *path, const char *target)
{
    char found[128];
    ssize_t n = readlink(path, found, sizeof found - 1);
    return n > 0 && (found[n] = '\0', strcmp(found, target) == 0);
}

static char state_text[8192];

static inline int state_add(const char *path, const struct stat *status, int flag, struct FTW *walk)
{
    char target[128] = "";
    size_t n = strlen(state_text);
    (void)walk;
    ssize_t length = flag == FTW_SL || flag == FTW_SLN ? readlink(path, target, 127) : 0;
    target[length < 0 ? 0 : length] = '\0';
    snprintf(state_text + n, sizeof state_text - n, "%s %o %ld %s\n", path, status->st_mode,
             S_ISDIR(status->st_mode) ? 0 : (long)status->st_size, target);
    return 0;
}

/* All that is in /etc and what we keep: each file, its size, or where it leads. For strdup. */
static inline const char *state(void)
{
    state_text[0] = '\0';
    nftw("/etc", state_add, 8, FTW_PHYS);
    nftw(RS_STORE_ORIGINALS, state_add, 8, FTW_PHYS);
    return state_text;
}

#endif
