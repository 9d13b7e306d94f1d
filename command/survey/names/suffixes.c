/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/names/suffixes.h"

#include "lib/base/hash.h"
#include "lib/compiler/idn.h"

#include <libpsl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define SYSTEM_LIST "/usr/share/publicsuffix/public_suffix_list.dat"

enum {
    LINE_SIZE = 4096,
    FIRST_CAPACITY = 32 * 1024,
    UNKNOWN = 0,     /* an answer that libpsl was not asked for yet */
    ANSWER_BASE = 1, /* one is this and the number of labels of the suffix, which may be 0 */
    NO_TAIL = 0,
};

/*
 * An end of names at which rules differ: a rule, or the end of one. Of two names whose longest such
 * end is the same, and which have another label before it, the suffixes have as many labels. A
 * tail is known by a word of its first label and the tail behind that. A label of more bytes than a
 * word has room for takes several: only the last of these is one at which rules differ.
 */
typedef struct tail {
    uint64_t word;                 /* 0: none */
    uint32_t behind;               /* a number of a tail; NO_TAIL: the label is the last one */
    _Atomic uint8_t longer, whole; /* the answers for longer names, and for the tail itself */
} tail;

struct rs_suffixes {
    psl_ctx_t *psl;
    tail *tails;            /* a hash table; a tail's number is its index and 1 */
    size_t count, capacity; /* a power of two, or 0 */
    /*
     * Of the hashes of tails. Most labels that are looked for begin none, and these marks tell it:
     * they are in the processor's cache, for which the table is too large.
     */
    uint64_t marks[2048];
};

/*
 * Takes a word off the end of the label from `start` to `*end`, of 7 bytes or of those that are
 * left, with a mark before them.
 */
__attribute__((always_inline)) static inline uint64_t take_word(const uint8_t *text, size_t start,
                                                                size_t *end)
{
    enum { WORD = sizeof(uint64_t), PART = WORD - 1, BEGINS = '.', GOES_ON = 1 };
    size_t left = *end - start, unused = left < PART ? PART - left : 0;
    uint64_t last =
        *end >= WORD ? rs_le64_get(text + *end - WORD) : rs_le64_get(text) << 8 * (WORD - *end);
    *end -= PART - unused;
    return (last >> 8 * unused & ~UINT64_C(0xff)) | BEGINS | (left > PART ? GOES_ON : 0);
}

/* Whether some tail may have a hash. Its upper 17 bits choose the mark. */
static inline bool is_marked(const rs_suffixes *suffixes, uint64_t hash)
{
    return (suffixes->marks[hash >> 53] >> (hash >> 47 & 63) & 1) != 0;
}

static void mark(rs_suffixes *suffixes, uint64_t hash)
{
    suffixes->marks[hash >> 53] |= UINT64_C(1) << (hash >> 47 & 63);
}

/* The slot of a tail, or the free one where it belongs. */
__attribute__((always_inline)) static inline tail *
slot_of(const rs_suffixes *suffixes, uint64_t hash, uint64_t word, uint32_t behind)
{
    for (size_t at = hash;; at++) {
        tail *found = &suffixes->tails[at & (suffixes->capacity - 1)];
        if (found->word == 0 || (found->word == word && found->behind == behind))
            return found;
    }
}

static inline uint32_t number_of(const rs_suffixes *suffixes, const tail *found)
{
    return (uint32_t)(found - suffixes->tails) + 1;
}

/* The number of the tail that begins with a label; NO_TAIL: rules do not differ there. */
__attribute__((always_inline)) static inline uint32_t find_tail(const rs_suffixes *suffixes,
                                                                const uint8_t *text, size_t start,
                                                                size_t end, uint32_t behind)
{
    do {
        uint64_t word = take_word(text, start, &end), hash = rs_hash_step(behind, word);
        if (!is_marked(suffixes, hash))
            return NO_TAIL;
        const tail *found = slot_of(suffixes, hash, word, behind);
        if (found->word == 0)
            return NO_TAIL;
        behind = number_of(suffixes, found);
    } while (end > start);
    return behind;
}

/* The same of a tail that is entered if it is new; NO_TAIL: there is no room. */
static uint32_t add_tail(rs_suffixes *suffixes, const uint8_t *text, size_t start, size_t end,
                         uint32_t behind)
{
    do {
        uint64_t word = take_word(text, start, &end), hash = rs_hash_step(behind, word);
        tail *found = slot_of(suffixes, hash, word, behind);
        if (found->word == 0) {
            if (2 * suffixes->count >= suffixes->capacity)
                return NO_TAIL;
            suffixes->count++;
            mark(suffixes, hash);
            found->word = word;
            found->behind = behind;
        }
        behind = number_of(suffixes, found);
    } while (end > start);
    return behind;
}

/* The start of the label before the one that starts at `start`; 0 if there is none. */
static inline size_t label_before(const rs_host_view *host, size_t start)
{
    return start == 0 ? 0 : rs_host_view_label(host, start - 1);
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
        behind = add_tail(suffixes, host.text, start, end, behind);
        if (behind == NO_TAIL)
            return false;
    }
    return true;
}

/*
 * Reads the rules (publicsuffix.org/list: up to the first white space, after `!` or `*.`). False:
 * there is no room for them.
 */
static bool read_rules(rs_suffixes *suffixes, FILE *in)
{
    char line[LINE_SIZE];
    rewind(in);
    while (fgets(line, sizeof line, in) != NULL) {
        char *rule = line + (line[0] == '!' ? 1 : strncmp(line, "*.", 2) == 0 ? 2 : 0);
        rs_bytes text = rs_bytes_make(rule, strcspn(rule, " \t\r\n"));
        bool is_comment = strncmp(line, "//", 2) == 0;
        if (text.n > 0 && !is_comment && !add_rule(suffixes, text))
            return false;
    }
    return true;
}

/* The same, with as much room as it takes. */
static bool read_all_rules(rs_suffixes *suffixes, FILE *in)
{
    size_t capacity = FIRST_CAPACITY;
    do {
        free(suffixes->tails);
        suffixes->count = 0;
        suffixes->capacity = capacity;
        suffixes->tails = calloc(capacity, sizeof *suffixes->tails);
        capacity *= 2;
        if (suffixes->tails == NULL)
            return false;
    } while (!read_rules(suffixes, in));
    return ferror(in) == 0;
}

static bool read_list(rs_suffixes *suffixes, const char *path)
{
    FILE *in = fopen(path, "re");
    if (in == NULL)
        return false;
    /* libpsl and the tails come from the same text, so that they cannot differ. */
    suffixes->psl = psl_load_fp(in);
    bool good = suffixes->psl != NULL && psl_suffix_count(suffixes->psl) > 0 &&
                read_all_rules(suffixes, in);
    fclose(in);
    return good;
}

static void empty(rs_suffixes *suffixes)
{
    psl_free(suffixes->psl);
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
static uint8_t ask(const rs_suffixes *suffixes, const rs_host_view *host, size_t from)
{
    char text[RS_HOST_NAME_MAX + 1];
    size_t n = host->text.n;
    memcpy(text, host->text.p, n);
    text[n] = '\0';
    for (size_t at = from; at < n; at++) {
        bool is_start = at == from || text[at - 1] == '.';
        if (!is_start || psl_is_public_suffix2(suffixes->psl, text + at,
                                               PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 0)
            continue;
        uint8_t labels = 1;
        for (; at < n; at++)
            labels = (uint8_t)(labels + (text[at] == '.'));
        return labels;
    }
    return 0;
}

/* The end of a name that rules tell apart from others. */
typedef struct known_end {
    uint32_t tail; /* the longest one; NO_TAIL: there is none */
    bool is_whole; /* the tail is the name */
    size_t start;  /* of the last label that was looked at: the one before the tail, if any */
} known_end;

__attribute__((always_inline)) static inline known_end find_end(const rs_suffixes *suffixes,
                                                                const rs_host_view *host)
{
    known_end known = {NO_TAIL, false, 0};
    size_t end = host->text.n;
    do {
        known.start = rs_host_view_label(host, end);
        uint32_t found = find_tail(suffixes, host->text.p, known.start, end, known.tail);
        if (found == NO_TAIL)
            return known;
        known.tail = found;
        end = known.start - 1;
    } while (known.start > 0);
    known.is_whole = true;
    return known;
}

/* The number of labels of a name's public suffix; 0: it has none. */
static inline unsigned suffix_labels(rs_suffixes *suffixes, const rs_host_view *host,
                                     known_end known)
{
    if (known.tail == NO_TAIL)
        return 0;
    tail *found = &suffixes->tails[known.tail - 1];
    _Atomic uint8_t *answer = known.is_whole ? &found->whole : &found->longer;
    uint8_t labels = atomic_load_explicit(answer, memory_order_relaxed);
    if (labels == UNKNOWN) {
        labels = (uint8_t)(ANSWER_BASE + ask(suffixes, host, known.start));
        atomic_store_explicit(answer, labels, memory_order_relaxed);
    }
    return (unsigned)labels - ANSWER_BASE;
}

/* Sets the ends of a name whose public suffix has so many labels. */
static inline void set_ends(const rs_host_view *host, unsigned labels, rs_suffix_ends *ends)
{
    size_t n = host->text.n, start = rs_host_view_label(host, n);
    ends->tld = (uint8_t)(n - start);
    if (labels == 0)
        return;
    for (; labels > 1; labels--)
        start = label_before(host, start);
    ends->suffix = (uint8_t)(n - start);
    ends->domain = (uint8_t)(n - label_before(host, start));
}

rs_suffix_ends rs_suffixes_find(rs_suffixes *suffixes, const rs_host_view *host)
{
    rs_suffix_ends ends = {0};
    if (suffixes->count == 0) {
        set_ends(host, ask(suffixes, host, 0), &ends);
        return ends;
    }
    known_end known = find_end(suffixes, host);
    set_ends(host, suffix_labels(suffixes, host, known), &ends);
    /* With one label before where rules begin, no rule tells longer names apart. */
    size_t closed = host->text.n - known.start;
    if (!known.is_whole && ends.domain > ends.suffix)
        ends.closed = ends.domain > closed ? ends.domain : (uint8_t)closed;
    return ends;
}
