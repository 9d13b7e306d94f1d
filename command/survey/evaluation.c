/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/evaluation.h"

#include "command/base/growing_array.h"
#include "command/base/json.h"
#include "command/base/text.h"
#include "command/survey/listed.h"
#include "command/survey/store/store.h"
#include "command/survey/store_argument.h"
#include "lib/chain/name_check.h"

#include <inttypes.h>
#include <stdlib.h>

/* A root of the store, and what the list does to it. */
typedef struct judged_root {
    sqlite3_int64 id;
    char hex[RS_HEX_SIZE];
    const char *label;
    bool is_listed;
    rs_stanza stanza; /* if it is */
    bool permits;     /* the domain that is looked at */
    uint64_t after;   /* domains that it may still vouch for */
    uint64_t certificates;
    uint64_t uses, refused;
} judged_root;

typedef struct evaluation {
    rs_survey_store *store;
    const rs_image *image;
    judged_root *roots; /* by id */
    size_t count;
    uint64_t domains, certificates;
    rs_arena arena;
} evaluation;

static rs_bytes value_of(sqlite3_stmt *query, int column)
{
    const void *value = sqlite3_column_blob(query, column);
    return rs_bytes_make(value, value == NULL ? 0 : (size_t)sqlite3_column_bytes(query, column));
}

static bool add_root(evaluation *e, sqlite3_stmt *query)
{
    rs_bytes key = value_of(query, 1);
    if (key.n != RS_SHA256_SIZE)
        return rs_survey_store_damaged();
    e->roots = rs_growing_array(e->roots, e->count, sizeof *e->roots);
    judged_root *root = &e->roots[e->count++];
    *root = (judged_root){.id = sqlite3_column_int64(query, 0),
                          .label = rs_text_printable(&e->arena, value_of(query, 2)),
                          .certificates = (uint64_t)sqlite3_column_int64(query, 3)};
    rs_text_hex(key.p, root->hex);
    root->is_listed = rs_survey_listed(e->image, key.p, &root->stanza);
    return true;
}

static bool read_roots(evaluation *e)
{
    sqlite3_stmt *query = rs_survey_store_query(
        e->store, "SELECT root.id, key, label, sum(certificates) FROM root"
                  " LEFT JOIN reaches ON reaches.root = root.id"
                  " LEFT JOIN issuer ON issuer.id = reaches.issuer GROUP BY root.id ORDER BY 1");
    bool good = query != NULL;
    while (good && rs_survey_store_next(e->store, query, &good))
        good = add_root(e, query);
    sqlite3_finalize(query);
    return good;
}

/* How many certificates lead to some root. */
static bool read_certificates(evaluation *e)
{
    sqlite3_stmt *query = rs_survey_store_query(
        e->store, "SELECT sum(certificates) FROM issuer WHERE id IN (SELECT issuer FROM reaches)");
    bool good = query != NULL;
    while (good && rs_survey_store_next(e->store, query, &good))
        e->certificates = (uint64_t)sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return good;
}

static int compare_ids(const void *key, const void *member)
{
    sqlite3_int64 id = *(const sqlite3_int64 *)key, other = ((const judged_root *)member)->id;
    return (id > other) - (id < other);
}

/* Judges a domain for every root, whether it has issued for it or not. */
static void judge_domain(evaluation *e, rs_bytes domain)
{
    e->domains++;
    for (size_t i = 0; i < e->count; i++) {
        judged_root *root = &e->roots[i];
        root->permits =
            !root->is_listed || rs_check_dns(&root->stanza, domain).verdict == RS_PERMITTED;
        root->after += root->permits;
    }
}

static bool take_use(evaluation *e, sqlite3_int64 id, sqlite3_int64 certificates)
{
    judged_root *root = bsearch(&id, e->roots, e->count, sizeof *e->roots, compare_ids);
    if (root == NULL || certificates < 0)
        return rs_survey_store_damaged();
    root->uses += (uint64_t)certificates;
    root->refused += root->permits ? 0 : (uint64_t)certificates;
    return true;
}

/* Each domain of the store, with what each root that has issued for it did. */
static bool read_uses(evaluation *e)
{
    sqlite3_stmt *query =
        rs_survey_store_query(e->store, "SELECT domain, root, sum(certificates) FROM part"
                                        " JOIN reaches ON reaches.issuer = part.issuer"
                                        " GROUP BY domain, root ORDER BY domain, root");
    uint8_t before[256];
    size_t length = 0;
    bool good = query != NULL;
    while (good && rs_survey_store_next(e->store, query, &good)) {
        rs_bytes domain = value_of(query, 0);
        if (domain.n == 0 || domain.n > sizeof before) {
            good = rs_survey_store_damaged();
            break;
        }
        if (!rs_bytes_equal(domain, rs_bytes_make(before, length)))
            judge_domain(e, domain);
        length = domain.n;
        memcpy(before, domain.p, length);
        good = take_use(e, sqlite3_column_int64(query, 1), sqlite3_column_int64(query, 2));
    }
    sqlite3_finalize(query);
    return good;
}

/* Sums over all roots. */
typedef struct sums {
    uint64_t before, after, uses, refused;
} sums;

static sums add_up(const evaluation *e)
{
    sums all = {.before = e->domains * e->count};
    for (size_t i = 0; i < e->count; i++) {
        all.after += e->roots[i].after;
        all.uses += e->roots[i].uses;
        all.refused += e->roots[i].refused;
    }
    return all;
}

static int compare_roots(const void *a, const void *b)
{
    const judged_root *left = a, *right = b;
    int order = strcmp(left->label, right->label);
    return order != 0 ? order : strcmp(left->hex, right->hex);
}

static double share(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : (double)part / (double)whole;
}

/* Of the column with the labels. */
static int label_width(const evaluation *e)
{
    size_t width = strlen("ROOT");
    for (size_t i = 0; i < e->count; i++) {
        size_t length = strlen(e->roots[i].label);
        width = length > width ? length : width;
    }
    return (int)width;
}

static void print_text(const evaluation *e)
{
    sums all = add_up(e);
    int width = label_width(e);
    rs_arena arena = {0};
    printf("%-*s  %-8s  %10s  %10s  %10s  %10s\n", width, "ROOT", "KEY", "DOMAINS", "PERMITTED",
           "USES", "REFUSED");
    for (size_t i = 0; i < e->count; i++) {
        const judged_root *root = &e->roots[i];
        printf("%-*s  %.8s  %10" PRIu64 "  %10" PRIu64 "  %10" PRIu64 "  %10" PRIu64 "%s\n", width,
               root->label, root->hex, e->domains, root->after, root->uses, root->refused,
               root->is_listed ? "" : "  not listed");
    }
    printf("Judged: %s certificates for %s domains, of %zu roots.\n",
           rs_text_number(&arena, e->certificates), rs_text_number(&arena, e->domains), e->count);
    printf("Attack surface: %s pairs of a root and a domain, before %s; ",
           rs_text_number(&arena, all.after), rs_text_number(&arena, all.before));
    if (all.after == 0)
        printf("nothing is left.\n");
    else
        printf("smaller by a factor of %.2f.\n", share(all.before, all.after));
    printf("Refused: %s of %s uses of a domain by a certificate (%.3f %%).\n",
           rs_text_number(&arena, all.refused), rs_text_number(&arena, all.uses),
           100 * share(all.refused, all.uses));
    rs_arena_clear(&arena);
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static void print_json(const evaluation *e)
{
    sums all = add_up(e);
    json_t *answer = json_object(), *roots = json_array();
    for (size_t i = 0; i < e->count; i++) {
        const judged_root *root = &e->roots[i];
        json_t *object = json_object();
        rs_json_set(object, "root", json_sprintf("spki-sha256:%s", root->hex));
        rs_json_set(object, "label", json_string(root->label));
        rs_json_set(object, "listed", json_boolean(root->is_listed));
        rs_json_set(object, "certificates", number(root->certificates));
        rs_json_set(object, "permitted", number(root->after));
        rs_json_set(object, "uses", number(root->uses));
        rs_json_set(object, "refused", number(root->refused));
        rs_json_append(roots, object);
    }
    rs_json_set(answer, "certificates", number(e->certificates));
    rs_json_set(answer, "domains", number(e->domains));
    rs_json_set(answer, "before", number(all.before));
    rs_json_set(answer, "after", number(all.after));
    rs_json_set(answer, "factor",
                all.after == 0 ? json_null() : json_real(share(all.before, all.after)));
    rs_json_set(answer, "uses", number(all.uses));
    rs_json_set(answer, "refused", number(all.refused));
    rs_json_set(answer, "roots", roots);
    rs_json_print(answer);
}

bool rs_evaluation_print(const char *path, const rs_image *image, bool as_json)
{
    evaluation e = {.image = image, .store = rs_survey_store_open_to_read(path)};
    bool good = e.store != NULL && read_roots(&e) && read_certificates(&e) && read_uses(&e);
    if (good && e.domains == 0)
        good = rs_store_argument_without_root(path);
    if (good) {
        qsort(e.roots, e.count, sizeof *e.roots, compare_roots);
        if (as_json)
            print_json(&e);
        else
            print_text(&e);
    }
    rs_survey_store_close(e.store);
    free(e.roots);
    rs_arena_clear(&e.arena);
    return good;
}
