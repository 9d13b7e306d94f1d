/* SPDX-License-Identifier: Apache-2.0 */
#include "command/lint/root_findings.h"

#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/chain/anchor_tool.h"
#include "command/chain/trust_store.h"
#include "command/lint/rule_findings.h"
#include "command/list/hint.h"
#include "command/list/root_hashes.h"
#include "command/list/root_match.h"
#include "command/list/root_stanzas.h"
#include "command/text/name.h"

#include <dirent.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

/* A certificate of a trust store. */
typedef struct trusted {
    X509 *certificate;
    rs_root_hashes hashes;
    const char *path; /* of a file that an administrator put there; NULL: of a whole store */
    const rs_anchor_tool *tool; /* reads it; NULL: not known */
} trusted;

typedef struct search {
    const rs_sources *sources;
    rs_lint_findings *findings;
    STACK_OF(X509) * all; /* owns the certificates */
    trusted *items;
    size_t count;
} search;

/* Takes a stack over. */
static void add_store(search *s, STACK_OF(X509) * store, const char *path,
                      const rs_anchor_tool *tool)
{
    for (int i = 0; i < sk_X509_num(store); i++) {
        X509 *certificate = sk_X509_value(store, i);
        trusted made = {.certificate = certificate, .path = path, .tool = tool};
        if (!rs_root_hashes_of(certificate, &made.hashes))
            continue;
        s->items = rs_message_need(reallocarray(s->items, s->count + 1, sizeof *s->items));
        s->items[s->count++] = made;
        if (X509_up_ref(certificate) != 1 || sk_X509_push(s->all, certificate) <= 0)
            rs_message_need(NULL);
    }
    sk_X509_pop_free(store, X509_free);
}

/* A missing folder, and files that are no certificates, are passed over. */
static void add_anchors(search *s, const char *folder, const rs_anchor_tool *tool)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        const char *path = rs_text_format(&s->findings->arena, "%s/%s", folder, entry->d_name);
        STACK_OF(X509) *store = rs_cert_file_read_found(path);
        if (store != NULL)
            add_store(s, store, path, tool);
    }
    if (directory != NULL)
        closedir(directory);
}

static bool add_stores(search *s, const rs_trust_stores *stores)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    const char *path;
    if (stores->anchors != NULL)
        add_anchors(s, stores->anchors, NULL);
    const rs_anchor_tool *tool;
    for (size_t i = 0; stores->anchors == NULL && (tool = rs_anchor_tool_at(i)) != NULL; i++)
        add_anchors(s, tool->folder, tool);
    if (stores->files.count == 0) {
        STACK_OF(X509) *system = rs_trust_store_read(NULL, &s->findings->arena, &path);
        if (system != NULL)
            add_store(s, system, NULL, NULL);
    }
    for (size_t i = 0; i < stores->files.count; i++) {
        STACK_OF(X509) *store = rs_cert_file_read_all(stores->files.items[i], why);
        if (store == NULL) {
            rs_message_error("%s: %s", stores->files.items[i], why);
            return false;
        }
        add_store(s, store, NULL, NULL);
    }
    return true;
}

static bool is_root(const rs_list_root *root, const rs_root_hashes *hashes)
{
    return memcmp(root->sha256,
                  root->kind == RS_ROOT_SPKI ? hashes->spki_sha256 : hashes->certificate_sha256,
                  RS_SHA256_SIZE) == 0;
}

/* Whether the merged sources name a certificate: a rs_trust_store_lists. */
static bool lists(const void *list, const X509 *certificate)
{
    const rs_list *merged = list;
    rs_root_hashes hashes;
    if (!rs_root_hashes_of(certificate, &hashes))
        return false;
    for (size_t i = 0; i < merged->stanza_count; i++)
        for (size_t k = 0; k < merged->stanzas[i].root_count; k++)
            if (is_root(&merged->stanzas[i].roots[k], &hashes))
                return true;
    return false;
}

static bool has_expired(const X509 *certificate)
{
    return X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
}

/* Re-issued certificates have the same key: one that is not expired is enough. */
static void find_root(const search *s, const rs_list_root *root)
{
    rs_arena *arena = &s->findings->arena;
    bool found = false, valid = false;
    for (size_t i = 0; i < s->count && !valid; i++)
        if (is_root(root, &s->items[i].hashes)) {
            found = true;
            valid = !has_expired(s->items[i].certificate);
        }
    if (valid)
        return;
    const char *fix =
        rs_text_format(arena, "%s %s", rs_hint_command(arena, &s->findings->target, "remove"),
                       rs_root_match_word_of(arena, &s->sources->merged, root));
    if (found)
        rs_lint_findings_add(s->findings, "root-expired", root->file, root->line, fix,
                             "%s has expired", rs_root_stanzas_text(arena, root));
    else
        rs_lint_findings_add(s->findings, "root-not-trusted", root->file, root->line, fix,
                             "%s is in no trust store of this machine",
                             rs_root_stanzas_text(arena, root));
}

/* Limits a CA for a test: its telemetry then says which names it needs. */
static void find_unlisted(const search *s, const trusted *t)
{
    rs_arena *arena = &s->findings->arena;
    if (t->path != NULL && X509_check_ca(t->certificate) != 0 &&
        !lists(&s->sources->merged, t->certificate))
        rs_lint_findings_add(s->findings, "ca-unlimited", t->path, 0,
                             rs_text_format(arena, "%s --mode test %s localhost",
                                            rs_hint_command(arena, &s->findings->target, "add"),
                                            rs_text_shell(arena, t->path)),
                             "%s is trusted on this machine, and no stanza limits it",
                             rs_name_text_of_subject(arena, t->certificate));
}

static const char *fix_of_file(rs_arena *arena, const trusted *t)
{
    if (t->path == NULL)
        return NULL;
    const char *path = rs_text_shell(arena, t->path);
    if (t->tool == NULL)
        return rs_text_format(arena, "rm %s", path);
    return rs_text_format(arena, "rm %s && %s%s%s", path, rs_anchor_tool_name(t->tool),
                          t->tool->removing == NULL ? "" : " ",
                          t->tool->removing == NULL ? "" : t->tool->removing);
}

/* Returns whether there is a finding. */
static bool find_below(const search *s, const trusted *t)
{
    rs_arena *arena = &s->findings->arena;
    const X509 *root;
    if (rs_trust_store_look_above(s->all, t->certificate, lists, &s->sources->merged, &root) !=
        RS_ABOVE_LISTED)
        return false;
    rs_lint_findings_add(s->findings, "store-intermediate", t->path, 0, fix_of_file(arena, t),
                         "the trust store has %s, which the listed root %s issued: programs that "
                         "accept partial chains, such as curl, trust it by itself",
                         rs_name_text_of_subject(arena, t->certificate),
                         rs_name_text_of_subject(arena, root));
    return true;
}

/* The administrator's files come first, and the store repeats them. */
static bool is_repeated(const search *s, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (memcmp(s->items[k].hashes.certificate_sha256, s->items[i].hashes.certificate_sha256,
                   RS_SHA256_SIZE) == 0)
            return true;
    return false;
}

bool rs_root_findings_find(const rs_sources *sources, const rs_trust_stores *stores,
                           rs_lint_findings *findings)
{
    const rs_list *merged = &sources->merged;
    search s = {
        .sources = sources, .findings = findings, .all = rs_message_need(sk_X509_new_null())};
    bool good = add_stores(&s, stores);
    for (size_t i = 0; good && i < merged->stanza_count; i++)
        for (size_t k = 0; k < merged->stanzas[i].root_count; k++)
            if (rs_rule_findings_counts(sources, merged->stanzas[i].roots[k].file))
                find_root(&s, &merged->stanzas[i].roots[k]);
    for (size_t i = 0; good && i < s.count; i++)
        if (!is_repeated(&s, i) && !find_below(&s, &s.items[i]))
            find_unlisted(&s, &s.items[i]);
    sk_X509_pop_free(s.all, X509_free);
    free(s.items);
    return good;
}
