/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/proposal.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/survey/listed.h"
#include "command/survey/store/store.h"
#include "command/survey/store_argument.h"
#include "lib/base/ascii.h"
#include "lib/base/utc.h"
#include "lib/chain/name_check.h"
#include "lib/compiler/idn.h"
#include "lib/names/host_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* What was seen of a root under one suffix; the text is on the arena. */
typedef struct evidence {
    const char *suffix;
    uint64_t domains, certificates, roots; /* so many roots have issued for the suffix */
    bool is_listable;                      /* a list can have it */
    char first[RS_UTC_DAY_SIZE], last[RS_UTC_DAY_SIZE];
} evidence;

typedef struct observed_root {
    uint8_t key[RS_SHA256_SIZE];
    const char *hex, *label;
    evidence *rows;
    size_t count, capacity;
    rs_arena arena;
} observed_root;

typedef struct proposal {
    const rs_proposal_rules *rules;
    size_t proposed, left, empty; /* roots */
} proposal;

/* Whether the list that is in force says something about a root, by name or for all others. */
static bool is_decided(const proposal *p, const observed_root *root)
{
    rs_stanza stanza;
    return p->rules->in_force != NULL && (p->rules->in_force->has_certificate_roots ||
                                          rs_survey_listed(p->rules->in_force, root->key, &stanza));
}

static void print_row(const evidence *row, bool is_permitted)
{
    printf("    %spermit %s  # %" PRIu64 " certificate%s for %" PRIu64 " domain%s, %s to %s%s\n",
           is_permitted ? "" : "# ", row->suffix, row->certificates,
           row->certificates == 1 ? "" : "s", row->domains, row->domains == 1 ? "" : "s",
           row->first, row->last, row->roots == 1 ? ", of no other root" : "");
}

/* What becomes of a row: it is permitted, or a comment. */
typedef enum row_kind { PERMITTED, RARE, NOT_LISTABLE } row_kind;

static row_kind kind_of(const evidence *row, uint64_t threshold)
{
    if (!row->is_listable)
        return NOT_LISTABLE;
    return row->certificates >= threshold ? PERMITTED : RARE;
}

static void print_rows(const observed_root *root, uint64_t threshold, row_kind kind)
{
    for (size_t i = 0; i < root->count; i++)
        if (kind_of(&root->rows[i], threshold) == kind)
            print_row(&root->rows[i], kind == PERMITTED);
}

static size_t count_rows(const observed_root *root, uint64_t threshold, row_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < root->count; i++)
        count += kind_of(&root->rows[i], threshold) == kind;
    return count;
}

static void print_rare(const observed_root *root, uint64_t threshold)
{
    if (count_rows(root, threshold, RARE) > 0) {
        printf("    # Seen fewer than %" PRIu64
               " times; decide whether the root is to have them:\n",
               threshold);
        print_rows(root, threshold, RARE);
    }
}

static void print_not_listable(const observed_root *root, uint64_t threshold)
{
    if (count_rows(root, threshold, NOT_LISTABLE) > 0) {
        puts("    # Not names of IDNA 2008; a list cannot have them:");
        print_rows(root, threshold, NOT_LISTABLE);
    }
}

/* Comments in place of a stanza: what was seen beyond the list in force, if that can be told. */
static void print_decided(const proposal *p, const observed_root *root, const char *label)
{
    rs_stanza stanza;
    bool is_first = true;
    printf("\n# %s spki-sha256:%s is left as the list in force has it.\n", label, root->hex);
    if (!rs_survey_listed(p->rules->in_force, root->key, &stanza))
        return; /* the list may name it by its certificate */
    for (size_t i = 0; i < root->count; i++) {
        if (rs_check_dns(&stanza, rs_bytes_of_string(root->rows[i].suffix)).verdict == RS_PERMITTED)
            continue;
        if (is_first)
            puts("    # Not all of these is permitted there; decide whether the root is to have "
                 "it:");
        is_first = false;
        print_row(&root->rows[i], false);
    }
}

/* A stanza, or comments where there is to be none. */
static void print_root(proposal *p, const observed_root *root)
{
    uint64_t threshold = p->rules->threshold;
    char until[RS_UTC_DAY_SIZE];
    const char *label = rs_text_label((rs_arena *)(uintptr_t)&root->arena, root->label);
    if (!p->rules->allow_wider && is_decided(p, root)) {
        print_decided(p, root, label);
        p->left++;
        return;
    }
    if (count_rows(root, threshold, PERMITTED) == 0) {
        printf("\n# %s spki-sha256:%s was seen too little to propose a scope:\n", label, root->hex);
        print_rows(root, threshold, RARE);
        print_not_listable(root, threshold);
        p->empty++;
        return;
    }
    rs_utc_day_text(p->rules->until, until);
    printf("\nroot spki-sha256:%s %s\n    mode test until %s\n", root->hex, label, until);
    print_rows(root, threshold, PERMITTED);
    print_rare(root, threshold);
    print_not_listable(root, threshold);
    p->proposed++;
}

static rs_bytes text_of(sqlite3_stmt *query, int column)
{
    const unsigned char *text = sqlite3_column_text(query, column);
    return rs_bytes_make(text, text == NULL ? 0 : (size_t)sqlite3_column_bytes(query, column));
}

static bool read_key(rs_bytes hex, uint8_t key[RS_SHA256_SIZE])
{
    if (hex.n != 2 * RS_SHA256_SIZE)
        return false;
    for (size_t i = 0; i < RS_SHA256_SIZE; i++) {
        int high = rs_ascii_hex_value(hex.p[2 * i]), low = rs_ascii_hex_value(hex.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/*
 * A store may be somebody else's: what goes into the source must be a host name, and not the word
 * that permits all names of one label.
 */
static bool is_suffix(rs_bytes text)
{
    rs_host_name host;
    rs_reason why;
    return rs_host_name_read(text, &host, &why) && !host.wildcard &&
           rs_bytes_equal(rs_host_name_bytes(&host), text) &&
           !rs_bytes_equal(text, RS_BYTES_OF_LITERAL("single-label"));
}

/* Makes `root` the one of this row. */
static void start_root(observed_root *root, const uint8_t *key, sqlite3_stmt *query)
{
    rs_arena_clear(&root->arena);
    char *hex = rs_message_need(rs_arena_take(&root->arena, RS_HEX_SIZE));
    memcpy(root->key, key, RS_SHA256_SIZE);
    rs_text_hex(key, hex);
    root->hex = hex;
    root->label = rs_text_printable(&root->arena, text_of(query, 1));
    root->count = 0;
}

static void add_row(observed_root *root, sqlite3_stmt *query)
{
    if (root->count == root->capacity) {
        root->capacity = root->capacity == 0 ? 64 : 2 * root->capacity;
        root->rows = rs_message_need(realloc(root->rows, root->capacity * sizeof *root->rows));
    }
    evidence *row = &root->rows[root->count++];
    rs_bytes suffix = rs_arena_copy(&root->arena, text_of(query, 2));
    *row = (evidence){.suffix = rs_message_need((void *)(uintptr_t)suffix.p),
                      .domains = (uint64_t)sqlite3_column_int64(query, 3),
                      .certificates = (uint64_t)sqlite3_column_int64(query, 4),
                      .roots = (uint64_t)sqlite3_column_int64(query, 7),
                      .is_listable = rs_idn_check(suffix)};
    rs_utc_day_text(sqlite3_column_int64(query, 5), row->first);
    rs_utc_day_text(sqlite3_column_int64(query, 6), row->last);
}

/* Reads the rows, from the one that the query is at, root after root, and prints each root. */
static bool print_roots(proposal *p, rs_survey_store *store, sqlite3_stmt *query)
{
    observed_root root = {.count = 0};
    uint8_t key[RS_SHA256_SIZE];
    int stepped = SQLITE_ROW;
    bool good = true;
    for (; stepped == SQLITE_ROW; stepped = sqlite3_step(query)) {
        good = read_key(text_of(query, 0), key) && is_suffix(text_of(query, 2));
        if (!good) {
            rs_survey_store_damaged();
            break;
        }
        if (root.count > 0 && memcmp(key, root.key, sizeof key) != 0) {
            print_root(p, &root);
            root.count = 0;
        }
        if (root.count == 0)
            start_root(&root, key, query);
        add_row(&root, query);
    }
    if (good && stepped != SQLITE_DONE)
        good = rs_survey_store_failed(store);
    if (good && root.count > 0)
        print_root(p, &root);
    free(root.rows);
    rs_arena_clear(&root.arena);
    return good;
}

static void print_head(const rs_proposal_rules *rules, const char *path)
{
    rs_arena arena = {0};
    printf(
        "# Proposed by `rootscope propose` from %s: what each root was seen to issue for.\n"
        "# A survey counts domains. Addresses, names of one label and internal names are denied\n"
        "# to a root that has a stanza here: add lines for those that it is to have. Read each\n"
        "# stanza, and what it does in mode test, before you enforce it.\n",
        rs_text_printable(&arena, rs_bytes_of_string(path)));
    if (rules->threshold > 1)
        printf("# Suffixes with fewer than %" PRIu64 " certificates are set apart as comments.\n",
               rules->threshold);
    rs_arena_clear(&arena);
}

/* Takes the first row: without one, there is nothing to print. */
static bool has_row(const rs_survey_store *store, const char *path, sqlite3_stmt *query)
{
    int stepped = sqlite3_step(query);
    if (stepped == SQLITE_DONE)
        rs_store_argument_without_root(path);
    else if (stepped != SQLITE_ROW)
        rs_survey_store_failed(store);
    return stepped == SQLITE_ROW;
}

bool rs_proposal_print(const char *path, const rs_proposal_rules *rules)
{
    static const char text[] =
        "SELECT lower(hex(root.key)) AS key, label, suffix, domains, certificates, first, last,"
        " count(*) OVER (PARTITION BY suffix) FROM tally JOIN root ON root.id = tally.root"
        " ORDER BY label, key, suffix";
    proposal p = {.rules = rules};
    rs_survey_store *store = rs_survey_store_open_to_read(path);
    sqlite3_stmt *query =
        store != NULL && rs_suffix_tally(store, rules->level, RS_SUFFIX_TALLY_DOMAINS)
            ? rs_survey_store_query(store, text)
            : NULL;
    bool good = query != NULL && has_row(store, path, query);
    if (good) {
        print_head(rules, path);
        good = print_roots(&p, store, query);
    }
    sqlite3_finalize(query);
    rs_survey_store_close(store);
    if (good)
        fprintf(stderr,
                "Proposed: %zu roots. Left as the list in force has them: %zu. Seen too little: "
                "%zu.\n",
                p.proposed, p.left, p.empty);
    return good;
}
