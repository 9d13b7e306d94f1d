/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/names/suffixes.h"

#include "lib/base/arena.h"
#include "lib/base/hash.h"
#include "lib/base/hash_index.h"
#include "lib/compiler/idn.h"

#include <libpsl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define SYSTEM_LIST "/usr/share/publicsuffix/public_suffix_list.dat"

enum {
    LINE_SIZE = 4096,
    UNKNOWN = 0,     /* an answer that libpsl was not asked for yet */
    ANSWER_BASE = 1, /* one is this and the number of labels of the suffix, which may be 0 */
};

/*
 * An end of names at which rules differ: a rule, or the end of one. Of two names whose longest such
 * end is the same, and which have another label before it, the suffixes have as many labels.
 */
typedef struct tail {
    rs_bytes text;
    _Atomic uint8_t longer, whole; /* the answers for longer names, and for the tail itself */
} tail;

struct rs_suffixes {
    psl_ctx_t *psl;
    rs_arena arena;
    tail *tails;
    size_t count, capacity;
    rs_hash_index index;
};

static uint32_t hash_of(rs_bytes text)
{
    return rs_hash_finish(rs_hash_bytes(0, text));
}

static bool is_tail(const void *array, uint32_t index, const void *key)
{
    const tail *tails = array;
    return rs_bytes_equal_short(tails[index].text, *(const rs_bytes *)key);
}

static tail *find_tail(const rs_suffixes *suffixes, rs_bytes text)
{
    uint32_t at =
        rs_hash_index_find(&suffixes->index, hash_of(text), is_tail, suffixes->tails, &text);
    return at == RS_HASH_INDEX_NONE ? NULL : &suffixes->tails[at];
}

static bool add_tail(rs_suffixes *suffixes, rs_bytes text)
{
    if (find_tail(suffixes, text) != NULL)
        return true;
    if (suffixes->count == suffixes->capacity) {
        size_t capacity = suffixes->capacity == 0 ? 1024 : 2 * suffixes->capacity;
        tail *grown = realloc(suffixes->tails, capacity * sizeof *grown);
        if (grown == NULL)
            return false;
        suffixes->tails = grown;
        suffixes->capacity = capacity;
    }
    rs_bytes copy = rs_arena_copy(&suffixes->arena, text);
    tail *added = &suffixes->tails[suffixes->count];
    added->text = copy;
    atomic_init(&added->longer, UNKNOWN);
    atomic_init(&added->whole, UNKNOWN);
    return copy.p != NULL && rs_hash_index_add(&suffixes->index, hash_of(text),
                                               (uint32_t)suffixes->count++) == RS_HASH_INDEX_ADDED;
}

/* Enters a rule's text and each end of it. One that has no A-labels can be in no name. */
static bool add_rule(rs_suffixes *suffixes, rs_bytes rule)
{
    uint8_t ascii[RS_IDN_ASCII_MAX];
    size_t length = rule.n;
    if (!rs_bytes_are_ascii(rule) && rs_idn_to_ascii(rule, ascii, &length) != NULL)
        return true;
    rs_bytes text = rs_bytes_are_ascii(rule) ? rule : rs_bytes_make(ascii, length);
    rs_host_name host;
    rs_reason why;
    if (!rs_host_name_read(text, &host, &why))
        return true;
    for (size_t at = host.length; at > 0; at--)
        if ((at == 1 || host.text[at - 2] == '.') && host.text[at - 1] != '.' &&
            !add_tail(suffixes, rs_bytes_make(host.text + at - 1, host.length - at + 1)))
            return false;
    return true;
}

/* Reads the rules (publicsuffix.org/list: up to the first white space, after `!` or `*.`). */
static bool read_rules(rs_suffixes *suffixes, FILE *in)
{
    char line[LINE_SIZE];
    while (fgets(line, sizeof line, in) != NULL) {
        char *rule = line + (line[0] == '!' ? 1 : strncmp(line, "*.", 2) == 0 ? 2 : 0);
        rs_bytes text = rs_bytes_make(rule, strcspn(rule, " \t\r\n"));
        bool is_comment = strncmp(line, "//", 2) == 0;
        if (text.n > 0 && !is_comment && !add_rule(suffixes, text))
            return false;
    }
    return ferror(in) == 0;
}

static bool read_list(rs_suffixes *suffixes, const char *path)
{
    FILE *in = fopen(path, "re");
    if (in == NULL)
        return false;
    /* libpsl and the tails come from the same text, so that they cannot differ. */
    suffixes->psl = psl_load_fp(in);
    rewind(in);
    bool good =
        suffixes->psl != NULL && psl_suffix_count(suffixes->psl) > 0 && read_rules(suffixes, in);
    fclose(in);
    return good;
}

static void empty(rs_suffixes *suffixes)
{
    psl_free(suffixes->psl);
    rs_arena_clear(&suffixes->arena);
    rs_hash_index_clear(&suffixes->index);
    free(suffixes->tails);
    *suffixes = (rs_suffixes){0};
}

rs_suffixes *rs_suffixes_new(const char *path)
{
    rs_suffixes *suffixes = calloc(1, sizeof *suffixes);
    if (suffixes == NULL || read_list(suffixes, path != NULL ? path : SYSTEM_LIST))
        return suffixes;
    empty(suffixes);
    if (path == NULL && (suffixes->psl = psl_latest(NULL)) != NULL)
        return suffixes;
    free(suffixes);
    return NULL;
}

void rs_suffixes_free(rs_suffixes *suffixes)
{
    if (suffixes != NULL)
        empty(suffixes);
    free(suffixes);
}

/* The number of labels of the longest public suffix that starts at `from` or later; 0: none. */
static uint8_t ask(const rs_suffixes *suffixes, const rs_host_name *host, size_t from)
{
    char text[RS_HOST_NAME_MAX + 1];
    memcpy(text, host->text, host->length);
    text[host->length] = '\0';
    for (size_t at = from; at < host->length; at++) {
        bool is_start = at == from || text[at - 1] == '.';
        if (!is_start || psl_is_public_suffix2(suffixes->psl, text + at,
                                               PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 0)
            continue;
        uint8_t labels = 1;
        for (; at < host->length; at++)
            labels = (uint8_t)(labels + (text[at] == '.'));
        return labels;
    }
    return 0;
}

/* The start of the label before the one that starts at `start`; 0 if there is none. */
static size_t label_before(const rs_host_name *host, size_t start)
{
    return start == 0 ? 0 : rs_host_name_label(host, start - 1);
}

/*
 * The number of labels of the name's public suffix; 0: it has none. `*rules_from` becomes the start
 * of the longest end at which rules differ; 0 if that is not known.
 */
static unsigned suffix_labels(rs_suffixes *suffixes, const rs_host_name *host, size_t tld,
                              size_t *rules_from)
{
    *rules_from = 0;
    if (suffixes->count == 0)
        return ask(suffixes, host, 0);
    tail *longest = NULL;
    size_t start = tld, at = tld;
    for (;; start = label_before(host, start)) {
        tail *found = find_tail(suffixes, rs_bytes_skip(rs_host_name_bytes(host), start));
        if (found == NULL)
            break;
        longest = found;
        at = start;
        if (start == 0)
            break;
    }
    if (longest == NULL)
        return 0;
    *rules_from = at;
    _Atomic uint8_t *answer = at == 0 ? &longest->whole : &longest->longer;
    uint8_t known = atomic_load_explicit(answer, memory_order_relaxed);
    if (known == UNKNOWN) {
        known = (uint8_t)(ANSWER_BASE + ask(suffixes, host, label_before(host, at)));
        atomic_store_explicit(answer, known, memory_order_relaxed);
    }
    return (unsigned)known - ANSWER_BASE;
}

rs_suffix_ends rs_suffixes_find(rs_suffixes *suffixes, const rs_host_name *host)
{
    size_t tld = rs_host_name_label(host, host->length), start = tld, rules_from;
    rs_suffix_ends ends = {.tld = (uint8_t)(host->length - tld)};
    unsigned labels = suffix_labels(suffixes, host, tld, &rules_from);
    if (labels == 0)
        return ends;
    for (unsigned i = 1; i < labels; i++)
        start = label_before(host, start);
    size_t domain = label_before(host, start);
    ends.suffix = (uint8_t)(host->length - start);
    ends.domain = (uint8_t)(host->length - domain);
    /* With one label before where rules begin, no rule tells longer names apart. */
    size_t closed = label_before(host, rules_from);
    if (rules_from > 0 && domain < start)
        ends.closed = (uint8_t)(host->length - (domain < closed ? domain : closed));
    return ends;
}
