/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/rule.h"

#include "lib/base/ascii.h"
#include "lib/compiler/host_rule.h"
#include "lib/compiler/ip_rule.h"
#include "lib/compiler/rfc4514.h"
#include "lib/names/directory_string.h"
#include "lib/names/distinguished_name.h"
#include "lib/names/host_part.h"
#include "lib/names/oid.h"
#include "lib/names/other_name_type.h"

_Static_assert(RS_RULE_VALUE_MAX >= RS_LINE_MAX, "a value has room for any word");

/* Reads a form's value; rules[0] has all fields set but those that the value decides. */
typedef size_t read_value_fn(const rs_place *place, rs_bytes text, rs_rule rules[2],
                             uint8_t *value);

static size_t read_host(const rs_place *place, rs_bytes text, rs_rule rules[2], uint8_t *value)
{
    return rs_host_rule_read(place, text, rules, value) ? 1 : 0;
}

static size_t read_cn(const rs_place *place, rs_bytes text, rs_rule rules[2], uint8_t *value)
{
    text = rs_common_name_bare(text); /* as those of certificates are read */
    bool any = text.n == 1 && text.p[0] == '*';
    if (text.n == 0) {
        rs_place_error(place, 0, "empty common name; expected one, or *");
        return 0;
    }
    for (size_t i = 0; i < text.n; i++)
        value[i] = rs_ascii_lower(text.p[i]);
    rules[0].value = rs_bytes_make(value, any ? 0 : text.n);
    return 1;
}

static size_t read_dirname(const rs_place *place, rs_bytes text, rs_rule rules[2], uint8_t *value)
{
    size_t length;
    if (!rs_rfc4514_read(place, text, value, RS_RULE_VALUE_MAX, &length))
        return 0;
    rules[0].value = rs_bytes_make(value, length);
    return 1;
}

static size_t read_othername(const rs_place *place, rs_bytes text, rs_rule rules[2], uint8_t *value)
{
    size_t length;
    if (!rs_oid_from_text(text, value, RS_RULE_VALUE_MAX, &length)) {
        rs_place_error(place, 0, "\"%s\" is not an object identifier; expected numbers and dots",
                       rs_quote(text).text);
        return 0;
    }
    rules[0].value = rs_bytes_make(value, length);
    const rs_other_name_type *type = rs_other_name_type_of(rules[0].value);
    if (type != NULL) {
        rs_place_error(place, 0, "names of this type have a form of their own; write %s:",
                       rs_form_word(rs_other_name_form(type)));
        return 0;
    }
    return 1;
}

static const struct form {
    const char *word;
    rs_rule_kind kind;
    rs_form_set forms;
    read_value_fn *read;
} forms[] = {
#define HOST_FORM(form, word, cover, wildcards)                                                    \
    {word, RS_RULE_SUFFIX, 1u << RS_FORM_##form, read_host},
    RS_HOST_FORM_TABLE(HOST_FORM)
#undef HOST_FORM
        {"cn", RS_RULE_CN, 0, read_cn},
    {"ip", RS_RULE_IP, 0, rs_ip_rule_read},
    {"dirname", RS_RULE_DIRNAME, 0, read_dirname},
    {"othername", RS_RULE_OTHERNAME, 0, read_othername},
};

/* A word of its own, without a value. A host of this name is written dns:single-label. */
static const char single_label[] = "single-label";

static size_t make_single_label(const rs_place *place, rs_polarity polarity, rs_rule *rule)
{
    if (polarity == RS_EXCLUDE) {
        rs_place_error(place, 0, "exclude %s; expected permit %s", single_label, single_label);
        return 0;
    }
    *rule = (rs_rule){.kind = RS_RULE_SINGLE_LABEL, .polarity = polarity, .line = place->line};
    return 1;
}

static const struct form any_host = {"", RS_RULE_SUFFIX, RS_ALL_HOST_FORMS, read_host};

static const struct form *find_form(rs_bytes word)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (rs_bytes_equal(word, rs_bytes_of_string(forms[i].word)))
            return &forms[i];
    }
    return NULL;
}

static void report_form(const rs_place *place, rs_bytes text, size_t colon)
{
#define FORM_WORD(form, word, cover, wildcards) word ":, "
    rs_place_error(place, 0,
                   "unknown form \"%s:\"; expected " RS_HOST_FORM_TABLE(
                       FORM_WORD) "cn:, ip:, dirname: or othername:",
                   rs_quote(rs_bytes_make(text.p, colon)).text);
#undef FORM_WORD
}

size_t rs_rule_read(const rs_place *place, const rs_word *word, rs_polarity polarity,
                    rs_rule rules[2], uint8_t value[RS_RULE_VALUE_MAX])
{
    const uint8_t *colon = word->bare == 0 ? NULL : memchr(word->text.p, ':', word->bare);
    size_t before = colon == NULL ? 0 : (size_t)(colon - word->text.p);
    const struct form *form =
        colon == NULL ? &any_host : find_form(rs_bytes_make(word->text.p, before));
    rs_place at = rs_lexer_word_place(place, word, 0);
    if (!word->quoted && rs_bytes_equal(word->text, rs_bytes_of_string(single_label)))
        return make_single_label(&at, polarity, &rules[0]);
    if ((form == NULL || form == &any_host) && rs_ip_rule_is_meant(word->text)) {
        rs_place_error(&at, 0, "address without a form; write ip:%s", rs_quote(word->text).text);
        return 0;
    }
    if (form == &any_host && memchr(word->text.p, '@', word->text.n) != NULL) {
        rs_place_error(&at, 0, "mailbox without a form; write email:%s", rs_quote(word->text).text);
        return 0;
    }
    if (form == NULL) {
        report_form(&at, word->text, before);
        return 0;
    }
    if (colon != NULL)
        at = rs_lexer_word_place(place, word, before + 1);
    rules[0] = (rs_rule){
        .kind = form->kind,
        .polarity = polarity,
        .forms = form->forms,
        .line = place->line,
    };
    return form->read(&at, rs_bytes_skip(word->text, colon == NULL ? 0 : before + 1), rules, value);
}

size_t rs_rule_read_organization(const rs_place *place, const rs_word *word, rs_rule *rule,
                                 uint8_t value[RS_RULE_VALUE_MAX])
{
    rs_place at = rs_lexer_word_place(place, word, 0);
    if (word->text.n > 0)
        memcpy(value, word->text.p, word->text.n);
    size_t length = rs_directory_string_fold(value, word->text.n);
    if (length == 0) {
        rs_place_error(&at, 0, "empty organization; expected its name, as in \"Acme Inc\"");
        return 0;
    }
    *rule = (rs_rule){
        .kind = RS_RULE_ORGANIZATION,
        .polarity = RS_PERMIT,
        .line = place->line,
        .value = rs_bytes_make(value, length),
    };
    return 1;
}
