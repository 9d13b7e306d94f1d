/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The look-up in a compiled list against a loop over all of its suffixes, for lists of up to
 * 100,000: verdict, reason and the rule that decides.
 *
 * usage: against_scan [SEED]
 */
#include "lib/base/ascii.h"
#include "lib/chain/name_check.h"
#include "lib/compiler/image_writer.h"
#include "tests/property/random.h"
#include "tests/property/seeds.h"

#include <stdio.h>
#include <stdlib.h>

/* So many comparisons of a suffix with a name in each list. */
enum { COMPARISONS = 100 * 1000 * 1000, NAMES_MAX = 40 * 1000 };

typedef struct suffixes {
    rs_arena arena;
    rs_rule *rules;
    size_t count;
    unsigned words; /* labels are of so many */
    bool closed;
} suffixes;

static size_t put_labels(const suffixes *s, random_state *random, uint8_t *to)
{
    size_t n = 0;
    for (size_t labels = 1 + random_below(random, 4); labels > 0; labels--) {
        size_t word = random_below(random, s->words);
        int put = snprintf((char *)to + n, 24, word % 7 == 0 ? "b%zx" : "a-%zx", word);
        n += (size_t)put;
        if (labels > 1)
            to[n++] = '.';
    }
    return n;
}

static void make_rule(suffixes *s, rs_rule *rule, random_state *random)
{
    uint8_t text[128];
    size_t n = random_below(random, 2000) == 0 ? 0 : put_labels(s, random, text);
    unsigned parts = 1 + (unsigned)random_below(random, 3);
    *rule = (rs_rule){.kind = RS_RULE_SUFFIX, .forms = 1 << RS_FORM_DNS};
    rule->polarity = random_percent(random, 80) ? RS_PERMIT : RS_EXCLUDE;
    rule->self = n > 0 && (parts & 1) != 0;
    rule->below = n == 0 || (parts & 2) != 0;
    rule->value = rs_arena_copy(&s->arena, rs_bytes_make(text, n));
    if (rule->value.p == NULL)
        abort();
    s->closed |= rule->polarity == RS_PERMIT;
}

static void make_suffixes(suffixes *s, size_t count, random_state *random)
{
    *s = (suffixes){.count = count, .words = (unsigned)(4 + random_below(random, 1 + count / 8))};
    s->rules = rs_arena_take(&s->arena, count * sizeof *s->rules);
    if (s->rules == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        make_rule(s, &s->rules[i], random);
}

/* A name near one of the suffixes, in lower case. */
static size_t make_name(const suffixes *s, random_state *random, uint8_t name[RS_HOST_NAME_MAX])
{
    static const char *const fronts[] = {"x.", "y.x.", "x", "*.", "*.x."};
    rs_bytes base = s->rules[random_below(random, s->count)].value;
    uint8_t text[128];
    if (random_percent(random, 20) || base.n == 0)
        base = rs_bytes_make(text, put_labels(s, random, text));
    const uint8_t *dot = memchr(base.p, '.', base.n);
    if (dot != NULL && random_percent(random, 25))
        base = rs_bytes_skip(base, (size_t)(dot - base.p) + 1);
    const char *front = random_percent(random, 50) ? RANDOM_OF(random, fronts) : "";
    memcpy(name, front, strlen(front));
    memcpy(name + strlen(front), base.p, base.n);
    return strlen(front) + base.n;
}

/* Whether `name` is below `suffix`: every name is below the empty one. */
static bool is_below(rs_bytes name, rs_bytes suffix)
{
    if (suffix.n == 0)
        return true;
    return name.n > suffix.n && name.p[name.n - suffix.n - 1] == '.' &&
           memcmp(name.p + name.n - suffix.n, suffix.p, suffix.n) == 0;
}

/* What the loop says. */
typedef struct scan {
    rs_reason reason;
    size_t rule_length;
} scan;

static scan scan_all(const suffixes *s, rs_bytes name)
{
    bool wildcard = name.p[0] == '*', permitted = false, excluded = false, under = false;
    size_t longest[2] = {0, 0};
    if (wildcard)
        name = rs_bytes_skip(name, name.n == 1 ? 1 : 2);
    for (size_t i = 0; i < s->count; i++) {
        const rs_rule *rule = &s->rules[i];
        rs_bytes suffix = rule->value;
        bool same = rs_bytes_equal(name, suffix), covers;
        if (!wildcard)
            covers = (same && rule->self) || (rule->below && is_below(name, suffix) && !same);
        else if (rule->polarity == RS_PERMIT)
            covers = rule->below && (same || is_below(name, suffix));
        else
            covers = same || (rule->below && is_below(name, suffix));
        under |= wildcard && rule->polarity == RS_EXCLUDE && !same && is_below(suffix, name);
        if (!covers)
            continue;
        *(rule->polarity == RS_PERMIT ? &permitted : &excluded) = true;
        if (suffix.n > longest[rule->polarity])
            longest[rule->polarity] = suffix.n;
    }
    if (excluded)
        return (scan){RS_REASON_EXCLUDED, longest[RS_EXCLUDE]};
    if (under)
        return (scan){RS_REASON_EXCLUDED_BELOW, name.n};
    if (permitted)
        return (scan){RS_REASON_PERMITTED, longest[RS_PERMIT]};
    return (scan){s->closed ? RS_REASON_NOT_PERMITTED : RS_REASON_UNRESTRICTED, 0};
}

static bool compare(const suffixes *s, const rs_stanza *stanza, random_state *random,
                    size_t seen[RS_REASONS])
{
    uint8_t name[RS_HOST_NAME_MAX], spelt[RS_HOST_NAME_MAX + 1];
    size_t n = make_name(s, random, name);
    for (size_t i = 0; i < n; i++)
        spelt[i] =
            random_percent(random, 20) && rs_ascii_is_alpha(name[i]) ? name[i] ^ 0x20 : name[i];
    spelt[n] = '.';
    scan expected = scan_all(s, rs_bytes_make(name, n));
    rs_finding found =
        rs_check_dns(stanza, rs_bytes_make(spelt, n + (random_percent(random, 10) ? 1 : 0)));
    seen[found.reason]++;
    if (found.reason == expected.reason && found.rule.n == expected.rule_length)
        return true;
    fprintf(stderr, "%.*s under %zu suffixes: %s by %.*s, expected %s by a rule of %zu bytes\n",
            (int)n, (const char *)name, s->count, rs_reason_word(found.reason), (int)found.rule.n,
            (const char *)found.rule.p, rs_reason_word(expected.reason), expected.rule_length);
    return false;
}

static bool run_size(size_t count, random_state *random, size_t seen[RS_REASONS])
{
    suffixes s;
    uint8_t *bytes;
    size_t size, names = COMPARISONS / count;
    rs_image image;
    rs_stanza stanza;
    make_suffixes(&s, count, random);
    rs_list_stanza one = {.rules = s.rules, .rule_count = count};
    rs_list list = {.stanzas = &one, .stanza_count = 1};
    if (rs_image_write(&list, &bytes, &size) != RS_WRITE_OK ||
        rs_image_open(rs_bytes_make(bytes, size), &image) != RS_IMAGE_OK)
        abort();
    rs_image_stanza(&image, image.default_stanza, &stanza);
    bool good = true;
    for (size_t i = 0; i < names && i < NAMES_MAX && good; i++)
        good = compare(&s, &stanza, random, seen);
    free(bytes);
    rs_arena_clear(&s.arena);
    return good;
}

static bool run_seed(uint64_t seed)
{
    static const size_t sizes[] = {1, 1, 1, 2, 3, 5, 10, 30, 100, 1000, 10000, 100000};
    random_state random = {.state = seed};
    size_t seen[RS_REASONS] = {0};
    bool good = true;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && good; i++)
        good = run_size(sizes[i], &random, seen);
    for (int reason = 0; reason < RS_REASONS; reason++)
        if (seen[reason] != 0)
            printf("    %-16s %zu\n", rs_reason_word((rs_reason)reason), seen[reason]);
    return good;
}

int main(int argc, char **argv)
{
    return seeds_run(argc, argv, run_seed);
}
