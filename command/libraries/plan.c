/* SPDX-License-Identifier: Apache-2.0 */
#include "command/libraries/plan.h"

#include "command/base/cert_file.h"
#include "command/base/limited_store.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/bundle/scope.h"
#include "command/list/open_list.h"
#include "command/text/name.h"
#include "lib/base/file.h"
#include "lib/chain/openssl_linked.h"
#include "lib/chain/trust_anchor.h"

#include <errno.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BUNDLE RS_STORE_FOLDER "/" RS_STORE_BUNDLE

enum { BUNDLE_SIZE_MAX = 64 << 20 };

/* What is needed while it is made. */
typedef struct maker {
    rs_libraries_plan *plan;
    rs_image image;
    int64_t now;
    const X509 *super; /* of the bundle; NULL: there are no twins */
} maker;

static bool read_file(rs_arena *arena, const char *path, rs_bytes *content)
{
    uint8_t *bytes;
    size_t size;
    rs_file_status status = rs_file_read(path, BUNDLE_SIZE_MAX, &bytes, &size);
    if (status != RS_FILE_OK) {
        rs_message_error("%s: %s", path,
                         status == RS_FILE_SYSTEM ? strerror(errno) : rs_file_status_text(status));
        return false;
    }
    *content = rs_arena_copy(arena, rs_bytes_make(bytes, size));
    free(bytes);
    rs_message_need((void *)(uintptr_t)content->p);
    return true;
}

static bool read_original(rs_libraries_plan *plan)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    const char *path = rs_limited_store_original(BUNDLE);
    plan->is_new = strcmp(path, RS_STORE_ORIGINALS "/" RS_STORE_BUNDLE) != 0;
    if (strcmp(path, BUNDLE) == 0 && rs_limited_store_is(BUNDLE)) {
        rs_message_error("%s is limited, and what was there before is lost; run "
                         "update-ca-certificates, then this again",
                         path);
        return false;
    }
    if (!read_file(&plan->arena, path, &plan->original))
        return false;
    plan->store = rs_cert_file_read_bytes(plan->original, why);
    if (plan->store == NULL)
        rs_message_error("%s: %s", path, why);
    return plan->store != NULL;
}

static bool is_named_by_certificate(const rs_image *image, const X509 *certificate)
{
    rs_anchor_search search = {.openssl = rs_openssl_linked(), .image = image};
    rs_listed_as found;
    return rs_trust_anchor_find(&search, certificate, &found) && found.by_certificate != RS_NO_ROOT;
}

/* A root may be there twice, issued again with other dates: each has its own twin. */
static bool has_dates_of(const X509 *twin, const X509 *root)
{
    return ASN1_TIME_compare(X509_get0_notBefore(twin), X509_get0_notBefore(root)) == 0 &&
           ASN1_TIME_compare(X509_get0_notAfter(twin), X509_get0_notAfter(root)) == 0;
}

/* The certificate that programs are to trust in place of another one; NULL: the bundle has none. */
static X509 *counterpart(const maker *m, const X509 *certificate)
{
    const STACK_OF(X509) *all = m->plan->bundle.certificates;
    X509 *twin = NULL;
    for (int i = 0; i < sk_X509_num(all); i++) {
        X509 *one = sk_X509_value(all, i);
        if (X509_cmp(one, certificate) == 0)
            return one;
        if (twin == NULL && m->super != NULL &&
            X509_NAME_cmp(X509_get_issuer_name(one), X509_get_subject_name(m->super)) == 0 &&
            X509_NAME_cmp(X509_get_subject_name(one), X509_get_subject_name(certificate)) == 0 &&
            has_dates_of(one, certificate) &&
            EVP_PKEY_eq(X509_get0_pubkey(one), X509_get0_pubkey(certificate)) == 1)
            twin = one;
    }
    return twin;
}

static void push(STACK_OF(X509) * stack, X509 *certificate)
{
    if (X509_up_ref(certificate) != 1 || sk_X509_push(stack, certificate) == 0)
        rs_message_need(NULL);
}

static void tell_kept(X509 *certificate, const char *why)
{
    rs_arena arena = {0};
    rs_message_warning("%s stays in the trust store as it is: %s",
                       rs_name_text_of_subject(&arena, certificate), why);
    rs_arena_clear(&arena);
}

/* The bundle that the list makes of the store. False after a message. */
static bool make_bundle(maker *m, const char *list, uint8_t **bytes)
{
    rs_libraries_plan *plan = m->plan;
    if (!rs_open_list(list, bytes, &m->image)) {
        *bytes = NULL;
        m->image = (rs_image){0};
        return false;
    }
    STACK_OF(X509) *by_key = rs_message_need(sk_X509_new_null());
    for (int i = 0; i < sk_X509_num(plan->store); i++)
        if (!is_named_by_certificate(&m->image, sk_X509_value(plan->store, i)))
            push(by_key, sk_X509_value(plan->store, i));
    bool good = rs_bundle_make(&m->image, by_key, m->now, true, &plan->bundle);
    sk_X509_pop_free(by_key, X509_free);
    return good;
}

/* Better the limits of the last list than none. */
static bool take_last_bundle(maker *m)
{
    rs_bytes last;
    char why[RS_CERT_FILE_REASON_SIZE];
    rs_libraries_plan *plan = m->plan;
    if (access(RS_STORE_LAST, F_OK) != 0 || !read_file(&plan->arena, RS_STORE_LAST, &last))
        return false;
    plan->is_old = true;
    plan->bundle.certificates = rs_cert_file_read_bytes(last, why);
    return plan->bundle.certificates != NULL;
}

static bool has(const STACK_OF(X509) * all, const X509 *certificate)
{
    for (int i = 0; i < sk_X509_num(all); i++)
        if (X509_cmp(sk_X509_value(all, i), certificate) == 0)
            return true;
    return false;
}

/* Counts the twins, and adds what the bundle was not made of. */
static void complete_bundle(maker *m)
{
    rs_libraries_plan *plan = m->plan;
    X509 *first = sk_X509_value(plan->bundle.certificates, 0);
    if (first != NULL && !has(plan->store, first))
        m->super = first;
    for (int i = 0; i < sk_X509_num(plan->store); i++) {
        X509 *certificate = sk_X509_value(plan->store, i), *found = counterpart(m, certificate);
        if (found == NULL) {
            tell_kept(certificate, plan->is_old ? "it is new since the last list"
                                                : "the list names its certificate; name its key");
            push(plan->bundle.certificates, certificate);
        } else if (X509_cmp(found, certificate) != 0) {
            plan->limited++;
        }
    }
}

rs_bytes rs_libraries_pem(rs_arena *arena, const STACK_OF(X509) * certificates)
{
    BIO *memory = rs_message_need(BIO_new(BIO_s_mem()));
    char *text = NULL;
    for (int i = 0; i < sk_X509_num(certificates); i++)
        if (PEM_write_bio_X509(memory, sk_X509_value(certificates, i)) != 1)
            rs_message_need(NULL);
    long size = BIO_get_mem_data(memory, &text);
    rs_bytes made = rs_arena_copy(arena, rs_bytes_make(text, size < 0 ? 0 : (size_t)size));
    BIO_free(memory);
    rs_message_need((void *)(uintptr_t)made.p);
    return made;
}

/* The first line of a bundle tells what it was made of: the same again need not be written. */
static void write_text(maker *m)
{
    rs_libraries_plan *plan = m->plan;
    uint8_t sha256[RS_SHA256_SIZE];
    char original[RS_HEX_SIZE], list[RS_HEX_SIZE];
    rs_sha256_digest(plan->original, sha256);
    rs_text_hex(sha256, original);
    rs_sha256_digest(m->image.file, sha256);
    rs_text_hex(sha256, list);
    rs_bytes pem = rs_libraries_pem(&plan->arena, plan->bundle.certificates);
    plan->text = rs_bytes_of_string(
        rs_text_format(&plan->arena, RS_STORE_MARK RS_STORE_PRINT "\n%.*s", plan->limited, original,
                       list, (int)pem.n, (const char *)pem.p));
}

/* Roots of the list beside the bundle's: programs that read the folder trust them, too. */
static void warn_of_strangers(const maker *m, const char *path, const STACK_OF(X509) * all)
{
    for (int i = 0; i < sk_X509_num(all); i++) {
        X509 *one = sk_X509_value(all, i);
        if (!m->plan->is_old && !has(m->plan->bundle.certificates, one) &&
            rs_bundle_scope_of(&m->image, m->plan->store, one, m->now).finding ==
                RS_BUNDLE_ENFORCED)
            rs_message_warning("%s has a root of the list, which git and programs in Go trust "
                               "without limits; move it to /usr/local/share/ca-certificates",
                               path);
    }
}

/* Where what a link led to before can be read. */
static const char *path_of(rs_arena *arena, const rs_store_link *link)
{
    const char *to = link->is_file ? link->name : link->original;
    return to == NULL || to[0] == '/' ? to : rs_text_format(arena, RS_STORE_FOLDER "/%s", to);
}

static void plan_file(maker *m, const rs_store_link *link)
{
    rs_libraries_plan *plan = m->plan;
    const char *path = path_of(&plan->arena, link);
    STACK_OF(X509) *all = path == NULL ? NULL : rs_cert_file_read_found(path);
    if (link->is_file) {
        warn_of_strangers(m, path, all);
        sk_X509_pop_free(all, X509_free);
        return;
    }
    rs_libraries_file *file = &plan->files[plan->file_count++];
    *file = (rs_libraries_file){.link = *link};
    STACK_OF(X509) *twins = rs_message_need(sk_X509_new_null());
    bool is_limited = false;
    for (int i = 0; i < sk_X509_num(all); i++) {
        X509 *one = sk_X509_value(all, i), *found = counterpart(m, one);
        is_limited |= found != NULL && X509_cmp(found, one) != 0;
        push(twins, found == NULL ? one : found);
    }
    file->is_one = sk_X509_num(all) == 1;
    if (file->is_one)
        file->hash = X509_subject_name_hash(sk_X509_value(all, 0));
    file->is_gone =
        link->is_limited &&
        (all == NULL || (file->is_one && counterpart(m, sk_X509_value(all, 0)) == NULL));
    if (!is_limited)
        warn_of_strangers(m, path, all);
    if (is_limited && !file->is_gone) {
        push(twins, (X509 *)(uintptr_t)m->super);
        file->twins = rs_libraries_pem(&plan->arena, twins);
    }
    sk_X509_pop_free(twins, X509_free);
    sk_X509_pop_free(all, X509_free);
}

static bool plan_files(maker *m)
{
    rs_libraries_plan *plan = m->plan;
    rs_store_links links;
    if (!rs_store_links_read(&plan->arena, &links))
        return false;
    plan->files =
        rs_message_need(rs_arena_take(&plan->arena, (links.count + 1) * sizeof *plan->files));
    for (size_t i = 0; i < links.count; i++)
        plan_file(m, &links.items[i]);
    return true;
}

/* Whether the bundle in place was made of the same, and each link leads where it should. */
static bool is_in_place(rs_libraries_plan *plan)
{
    rs_bytes now;
    const uint8_t *end = memchr(plan->text.p, '\n', plan->text.n);
    size_t length = end == NULL ? plan->text.n : (size_t)(end - plan->text.p);
    if (plan->is_new || !read_file(&plan->arena, BUNDLE, &now) || now.n < length ||
        memcmp(now.p, plan->text.p, length) != 0)
        return false;
    for (size_t i = 0; i < plan->file_count; i++) {
        const rs_libraries_file *file = &plan->files[i];
        bool has_twins = file->twins.n > 0;
        if (file->link.is_limited != has_twins ||
            (has_twins && file->is_one &&
             !rs_store_links_by_hash(file->link.name, file->hash, false)))
            return false;
    }
    return true;
}

bool rs_libraries_plan_make(rs_libraries_plan *plan, const char *list)
{
    uint8_t *bytes = NULL;
    maker m = {.plan = plan, .now = time(NULL)};
    *plan = (rs_libraries_plan){0};
    bool good = read_original(plan) && (make_bundle(&m, list, &bytes) || take_last_bundle(&m));
    if (good) {
        complete_bundle(&m);
        write_text(&m);
        good = plan_files(&m);
    }
    plan->is_done = good && is_in_place(plan);
    free(bytes);
    return good;
}

void rs_libraries_plan_clear(rs_libraries_plan *plan)
{
    sk_X509_pop_free(plan->store, X509_free);
    rs_bundle_clear(&plan->bundle);
    rs_arena_clear(&plan->arena);
}
