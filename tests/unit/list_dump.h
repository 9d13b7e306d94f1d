/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list as text, for tests to compare.
 */
#ifndef RS_LIST_DUMP_H
#define RS_LIST_DUMP_H

#include "lib/compiler/list.h"

#include <stdio.h>

typedef struct list_dump {
    char text[8192];
    size_t n;
} list_dump;

static inline void dump_mode(list_dump *out, rs_mode_period mode)
{
    out->n += (size_t)snprintf(out->text + out->n, sizeof out->text - out->n, " mode %s %lld",
                               rs_mode_word(mode.mode), (long long)mode.until);
}

/* `+suffix:corp.example@LINE`; the values of the other kinds by their length. */
static inline void dump_rule(list_dump *out, const rs_rule *rule)
{
    static const char *const kinds[] = {"suffix",  "mailbox",      "ip",       "cn",
                                        "dirname", "organization", "othername"};
    bool text = rule->kind != RS_RULE_IP && rule->kind != RS_RULE_DIRNAME &&
                rule->kind != RS_RULE_OTHERNAME;
    out->n += (size_t)snprintf(out->text + out->n, sizeof out->text - out->n, " %c%s:%.*s",
                               rule->polarity == RS_PERMIT ? '+' : '-', kinds[rule->kind],
                               text ? (int)rule->value.n : 0, (const char *)rule->value.p);
    if (!text)
        out->n +=
            (size_t)snprintf(out->text + out->n, sizeof out->text - out->n, "%zu", rule->value.n);
    out->n += (size_t)snprintf(out->text + out->n, sizeof out->text - out->n, "@%u",
                               (unsigned)rule->line);
}

/*
 * One line for the list's mode, if it has one, and one for each stanza:
 * `FILE:LINE: spki:61"label" cert:42 mode test 0 +suffix:x@4`.
 */
static inline const char *list_dumped(const rs_list *list)
{
    static list_dump out;
    out.n = 0;
    out.text[0] = 0;
    if (list->has_mode) {
        out.n = (size_t)snprintf(out.text, sizeof out.text, "%s:%u:", list->mode_file,
                                 (unsigned)list->mode_line);
        dump_mode(&out, list->mode);
        out.n += (size_t)snprintf(out.text + out.n, sizeof out.text - out.n, "\n");
    }
    for (size_t i = 0; i < list->stanza_count; i++) {
        const rs_list_stanza *stanza = &list->stanzas[i];
        out.n += (size_t)snprintf(out.text + out.n, sizeof out.text - out.n, "%s:%u:", stanza->file,
                                  (unsigned)stanza->line);
        if (stanza->root_count == 0)
            out.n += (size_t)snprintf(out.text + out.n, sizeof out.text - out.n, " default");
        for (size_t j = 0; j < stanza->root_count; j++) {
            const rs_list_root *root = &stanza->roots[j];
            out.n += (size_t)snprintf(
                out.text + out.n, sizeof out.text - out.n, " %s:%02x\"%.*s\"@%u",
                root->kind == RS_ROOT_SPKI ? "spki" : "cert", (unsigned)root->sha256[31],
                (int)root->label.n, (const char *)root->label.p, (unsigned)root->line);
        }
        if (stanza->has_mode)
            dump_mode(&out, stanza->mode);
        for (size_t j = 0; j < stanza->rule_count; j++)
            dump_rule(&out, &stanza->rules[j]);
        out.n += (size_t)snprintf(out.text + out.n, sizeof out.text - out.n, "\n");
    }
    return out.text;
}

#endif
