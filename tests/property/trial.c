/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/trial.h"

#include <stdio.h>

static void text_copy(trial_text *to, const trial_text *from)
{
    to->n = from->n;
    memcpy(to->p, from->p, from->n);
}

static void name_copy(trial_name *to, const trial_name *from)
{
    to->kind = from->kind;
    to->string_type = from->string_type;
    text_copy(&to->value, &from->value);
}

void trial_copy(trial *to, const trial *from)
{
    to->rule_count = from->rule_count;
    to->name_count = from->name_count;
    for (size_t i = 0; i < from->rule_count; i++) {
        to->rules[i].polarity = from->rules[i].polarity;
        to->rules[i].kind = from->rules[i].kind;
        text_copy(&to->rules[i].value, &from->rules[i].value);
    }
    for (size_t i = 0; i < from->name_count; i++)
        name_copy(&to->names[i], &from->names[i]);
    text_copy(&to->rdns, &from->rdns);
    to->usage = from->usage;
    to->is_issuer = from->is_issuer;
}

bool trial_has_dns_name(const trial *t)
{
    for (size_t i = 0; i < t->name_count; i++)
        if (t->names[i].kind == NAME_DNS)
            return true;
    return false;
}

static void text_print(name_kind kind, const trial_text *value)
{
    bool bytes = kind == NAME_IP || kind == NAME_DIRECTORY || kind == NAME_FREE;
    fputc('"', stderr);
    for (size_t i = 0; i < value->n; i++) {
        if (bytes || value->p[i] < 0x20 || value->p[i] > 0x7e)
            fprintf(stderr, "\\x%02x", value->p[i]);
        else
            fputc(value->p[i], stderr);
    }
    fputs("\"\n", stderr);
}

void trial_print(const trial *t)
{
    static const char *const words[] = {
        [NAME_DNS] = "dns",
        [NAME_EMAIL] = "email",
        [NAME_URI] = "uri",
        [NAME_IP] = "ip",
        [NAME_DIRECTORY] = "dirname",
        [NAME_SMTP_UTF8] = "smtputf8",
        [NAME_FREE] = "other",
        [NAME_CN] = "cn",
        [NAME_EMAIL_ATTRIBUTE] = "email attribute",
    };
    for (size_t i = 0; i < t->rule_count; i++) {
        fprintf(stderr, "    %s %s ", t->rules[i].polarity == RS_PERMIT ? "permit" : "exclude",
                words[t->rules[i].kind]);
        text_print(t->rules[i].kind, &t->rules[i].value);
    }
    for (size_t i = 0; i < t->name_count; i++) {
        fprintf(stderr, "    name %s (type %d) ", words[t->names[i].kind], t->names[i].string_type);
        text_print(t->names[i].kind, &t->names[i].value);
    }
    fputs("    rest of the subject ", stderr);
    text_print(NAME_DIRECTORY, &t->rdns);
    fprintf(stderr, "    usage %d\n", (int)t->usage);
}
