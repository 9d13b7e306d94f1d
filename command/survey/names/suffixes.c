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

#define NO_TAIL RS_HASH_INDEX_NONE

enum {
    LINE_SIZE = 4096,
    UNKNOWN = 0,     /* an answer that libpsl was not asked for yet */
    ANSWER_BASE = 1, /* one is this and the number of labels of the suffix, which may be 0 */
};

/* A label, by words that are compared sooner than bytes. */
typedef struct label_words {
    uint64_t begin, end; /* its first and its last 8 bytes; of fewer, all of them, twice */
    const uint8_t *text;
    uint8_t length;
} label_words;

/*
 * An end of names at which rules differ: a rule, or the end of one, known by its first label and
 * the tail behind that. Of two names whose longest such end is the same, and which have another
 * label before it, the suffixes have as many labels.
 */
typedef struct tail {
    label_words label;
    _Atomic uint8_t longer, whole; /* the answers for longer names, and for the tail itself */
    uint32_t behind;               /* an index of `tails`; NO_TAIL: the label is the last one */
} tail;

struct rs_suffixes {
    psl_ctx_t *psl;
    rs_arena arena;
    tail *tails;
    size_t count, capacity;
    rs_hash_index index;
};

/* The label from `start` to `end` of a name. */
__attribute__((always_inline)) static inline label_words label_at(const rs_host_name *host,
                                                                  size_t start, size_t end)
{
    enum { WORD = sizeof(uint64_t) };
    const uint8_t *text = host->text;
    size_t n = end - start;
    uint64_t last =
        end >= WORD ? rs_le64_get(text + end - WORD) : rs_le64_get(text) << 8 * (WORD - end);
    if (n < WORD)
        last >>= 8 * (WORD - n);
    return (label_words){n < WORD ? last : rs_le64_get(text + start), last, text + start,
                         (uint8_t)n};
}

/* A tail to look for. */
typedef struct tail_key {
    label_words label;
    uint32_t behind;
} tail_key;

__attribute__((always_inline)) static inline uint32_t hash_of(const tail_key *key)
{
    return rs_hash_finish(rs_hash_fold(key->label.begin + key->behind) ^ key->label.end);
}

__attribute__((always_inline)) static inline bool is_tail(const void *array, uint32_t index,
                                                          const void *key)
{
    const tail *found = &((const tail *)array)[index];
    const tail_key *wanted = key;
    const label_words *a = &found->label, *b = &wanted->label;
    return a->begin == b->begin && a->end == b->end && a->length == b->length &&
           found->behind == wanted->behind &&
           (a->length <= sizeof a->begin + sizeof a->end ||
            memcmp(a->text, b->text, a->length) == 0);
}

/* The index of a tail; NO_TAIL: rules do not differ there. */
__attribute__((always_inline)) static inline uint32_t find_tail(const rs_suffixes *suffixes,
                                                                const tail_key *key)
{
    return rs_hash_index_find(&suffixes->index, hash_of(key), is_tail, suffixes->tails, key);
}

/* The index of a tail, which is entered if it is new; NO_TAIL: no memory. */
static uint32_t add_tail(rs_suffixes *suffixes, const tail_key *key)
{
    uint32_t added = find_tail(suffixes, key);
    if (added != NO_TAIL)
        return added;
    if (suffixes->count == suffixes->capacity) {
        size_t capacity = suffixes->capacity == 0 ? 1024 : 2 * suffixes->capacity;
        tail *grown = realloc(suffixes->tails, capacity * sizeof *grown);
        if (grown == NULL)
            return NO_TAIL;
        suffixes->tails = grown;
        suffixes->capacity = capacity;
    }
    added = (uint32_t)suffixes->count;
    tail *made = &suffixes->tails[added];
    made->label = key->label;
    made->label.text =
        rs_arena_copy(&suffixes->arena, rs_bytes_make(key->label.text, key->label.length)).p;
    made->behind = key->behind;
    atomic_init(&made->longer, UNKNOWN);
    atomic_init(&made->whole, UNKNOWN);
    if (made->label.text == NULL ||
        rs_hash_index_add(&suffixes->index, hash_of(key), added) != RS_HASH_INDEX_ADDED)
        return NO_TAIL;
    suffixes->count++;
    return added;
}

/* The start of the label before the one that starts at `start`; 0 if there is none. */
static inline size_t label_before(const rs_host_name *host, size_t start)
{
    return start == 0 ? 0 : rs_host_name_label(host, start - 1);
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
    uint32_t behind = NO_TAIL;
    for (size_t end = host.length, start = end + 1; start > 0; end = start - 1) {
        start = rs_host_name_label(&host, end);
        tail_key key = {label_at(&host, start, end), behind};
        behind = add_tail(suffixes, &key);
        if (behind == NO_TAIL)
            return false;
    }
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

/* The labels at the end of a name, up to the first one where no tail starts. */
typedef struct end_labels {
    uint32_t tail;                            /* the longest tail; NO_TAIL: there is none */
    unsigned tail_labels, count;              /* of the tail, and one more if the name is longer */
    uint8_t starts[RS_HOST_NAME_MAX / 2 + 1]; /* the last label's first */
} end_labels;

__attribute__((always_inline)) static inline void
find_labels(const rs_suffixes *suffixes, const rs_host_name *host, end_labels *labels)
{
    labels->tail = NO_TAIL;
    labels->tail_labels = labels->count = 0;
    for (size_t end = host->length, start = end + 1; start > 0; end = start - 1) {
        start = rs_host_name_label(host, end);
        labels->starts[labels->count++] = (uint8_t)start;
        tail_key key = {label_at(host, start, end), labels->tail};
        uint32_t found = find_tail(suffixes, &key);
        if (found == NO_TAIL)
            return;
        labels->tail = found;
        labels->tail_labels++;
    }
}

/* The number of labels of a name's public suffix; 0: it has none. */
static inline unsigned suffix_labels(rs_suffixes *suffixes, const rs_host_name *host,
                                     const end_labels *labels)
{
    if (labels->tail == NO_TAIL)
        return 0;
    tail *found = &suffixes->tails[labels->tail];
    bool is_whole = labels->count == labels->tail_labels;
    _Atomic uint8_t *answer = is_whole ? &found->whole : &found->longer;
    uint8_t known = atomic_load_explicit(answer, memory_order_relaxed);
    if (known == UNKNOWN) {
        known = (uint8_t)(ANSWER_BASE + ask(suffixes, host, labels->starts[labels->count - 1]));
        atomic_store_explicit(answer, known, memory_order_relaxed);
    }
    return (unsigned)known - ANSWER_BASE;
}

/* The ends of a name by what libpsl says of it. */
static rs_suffix_ends find_without_list(const rs_suffixes *suffixes, const rs_host_name *host)
{
    size_t start = rs_host_name_label(host, host->length);
    rs_suffix_ends ends = {.tld = (uint8_t)(host->length - start)};
    unsigned labels = ask(suffixes, host, 0);
    if (labels == 0)
        return ends;
    for (unsigned i = 1; i < labels; i++)
        start = label_before(host, start);
    ends.suffix = (uint8_t)(host->length - start);
    ends.domain = (uint8_t)(host->length - label_before(host, start));
    return ends;
}

rs_suffix_ends rs_suffixes_find(rs_suffixes *suffixes, const rs_host_name *host)
{
    if (suffixes->count == 0)
        return find_without_list(suffixes, host);
    end_labels labels;
    find_labels(suffixes, host, &labels);
    rs_suffix_ends ends = {.tld = (uint8_t)(host->length - labels.starts[0])};
    unsigned count = suffix_labels(suffixes, host, &labels);
    if (count == 0)
        return ends;
    size_t start = labels.starts[count - 1];
    size_t domain = count < labels.count ? labels.starts[count] : label_before(host, start);
    ends.suffix = (uint8_t)(host->length - start);
    ends.domain = (uint8_t)(host->length - domain);
    /* With one label before where rules begin, no rule tells longer names apart. */
    size_t closed = labels.starts[labels.count - 1];
    if (labels.count > labels.tail_labels && domain < start)
        ends.closed = (uint8_t)(host->length - (domain < closed ? domain : closed));
    return ends;
}
