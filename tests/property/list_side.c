/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/list_side.h"

#include "lib/base/ascii.h"
#include "lib/compiler/image_writer.h"
#include "lib/names/distinguished_name.h"
#include "tests/property/openssl_side.h"

#include <stdlib.h>

/* What is added for open forms: hosts, and addresses of both families. */
enum { ADDED_MAX = 3, CANONICAL_MAX = 512 };

static void put_host_rule(rs_rule *to, const trial_rule *from, uint8_t *value)
{
    static const rs_form_set forms[] = {
        [NAME_DNS] = 1 << RS_FORM_DNS,
        [NAME_EMAIL] = 1 << RS_FORM_EMAIL,
        [NAME_URI] = 1 << RS_FORM_URI,
    };
    size_t dot = from->value.n > 0 && from->value.p[0] == '.' ? 1 : 0;
    const uint8_t *at = memchr(from->value.p, '@', from->value.n);
    size_t local = at == NULL ? 0 : (size_t)(at - from->value.p);
    to->kind = at == NULL ? RS_RULE_SUFFIX : RS_RULE_MAILBOX;
    to->forms = at == NULL ? forms[from->kind] : 0;
    to->self = at == NULL && dot == 0 && from->value.n > 0;
    to->below = at == NULL && (dot == 1 || from->kind == NAME_DNS);
    for (size_t i = dot; i < from->value.n; i++)
        value[i - dot] = i < local ? from->value.p[i] : rs_ascii_lower(from->value.p[i]);
    to->value = rs_bytes_make(value, from->value.n - dot);
}

static void put_address_rule(rs_rule *to, const trial_rule *from, uint8_t *value)
{
    size_t width = from->value.n / 2;
    to->kind = RS_RULE_IP;
    for (size_t i = 0; i < width; i++) {
        uint8_t mask = from->value.p[width + i];
        value[i] = from->value.p[i] & mask;
        value[width + i] = from->value.p[i] | (uint8_t)~mask;
    }
    to->value = rs_bytes_make(value, 2 * width);
}

static void put_directory_rule(rs_rule *to, const trial_rule *from, uint8_t *value)
{
    X509_NAME *name = openssl_name(&from->value);
    const unsigned char *der;
    size_t size, length;
    if (!X509_NAME_get0_der(name, &der, &size) ||
        !rs_distinguished_name_canonical(rs_bytes_make(der, size), value, CANONICAL_MAX, &length))
        abort();
    X509_NAME_free(name);
    to->kind = RS_RULE_DIRNAME;
    to->value = rs_bytes_make(value, length);
}

static void put_rule(rs_rule *to, const trial_rule *from, rs_arena *arena)
{
    uint8_t *value = must(rs_arena_take(arena, CANONICAL_MAX));
    to->polarity = from->polarity;
    if (from->kind == NAME_IP)
        put_address_rule(to, from, value);
    else if (from->kind == NAME_DIRECTORY)
        put_directory_rule(to, from, value);
    else
        put_host_rule(to, from, value);
}

/* Permits all of the forms that have no permitted subtree. Returns how many rules were added. */
static size_t open_forms(rs_rule added[ADDED_MAX], const trial *t)
{
    static const uint8_t all6[32] = {[16] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                     0xff,        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t all4[8] = {[4] = 0xff, 0xff, 0xff, 0xff};
    bool permits = false, has[NAME_DIRECTORY + 1] = {false};
    for (size_t i = 0; i < t->rule_count; i++) {
        permits |= t->rules[i].polarity == RS_PERMIT;
        has[t->rules[i].kind] |= t->rules[i].polarity == RS_PERMIT;
    }
    if (!permits)
        return 0;
    unsigned forms =
        RS_ALL_HOST_FORMS & ~(1u << RS_FORM_DNS | 1u << RS_FORM_EMAIL | 1u << RS_FORM_URI);
    forms |= has[NAME_DNS] ? 0 : 1u << RS_FORM_DNS;
    forms |= has[NAME_EMAIL] ? 0 : 1u << RS_FORM_EMAIL;
    forms |= has[NAME_URI] ? 0 : 1u << RS_FORM_URI;
    added[0] = (rs_rule){.kind = RS_RULE_SUFFIX, .forms = (rs_form_set)forms, .below = true};
    if (has[NAME_IP])
        return 1;
    added[1] = (rs_rule){.kind = RS_RULE_IP, .value = rs_bytes_make(all4, sizeof all4)};
    added[2] = (rs_rule){.kind = RS_RULE_IP, .value = rs_bytes_make(all6, sizeof all6)};
    return 3;
}

void list_make(made_list *made, const trial *trials, const uint8_t (*keys)[RS_SHA256_SIZE],
               size_t count)
{
    rs_list list = {.stanza_count = count};
    size_t size;
    list.stanzas = must(rs_arena_take(&list.arena, count * sizeof *list.stanzas));
    for (size_t i = 0; i < count; i++) {
        rs_list_stanza *stanza = &list.stanzas[i];
        const trial *t = &trials[i];
        stanza->roots = must(rs_arena_take(&list.arena, sizeof *stanza->roots));
        stanza->root_count = 1;
        memcpy(stanza->roots->sha256, keys[i], RS_SHA256_SIZE);
        stanza->rules =
            must(rs_arena_take(&list.arena, (t->rule_count + ADDED_MAX) * sizeof *stanza->rules));
        for (size_t j = 0; j < t->rule_count; j++)
            put_rule(&stanza->rules[j], &t->rules[j], &list.arena);
        stanza->rule_count = t->rule_count + open_forms(stanza->rules + t->rule_count, t);
    }
    if (rs_image_write(&list, &made->bytes, &size) != RS_WRITE_OK ||
        rs_image_open(rs_bytes_make(made->bytes, size), &made->image) != RS_IMAGE_OK)
        abort();
    rs_arena_clear(&list.arena);
}

void list_clear(made_list *made)
{
    free(made->bytes);
}

void list_stanza(const made_list *made, const uint8_t key[RS_SHA256_SIZE], rs_stanza *stanza)
{
    uint32_t root;
    if (!rs_image_find_root(&made->image, RS_ROOT_SPKI, key, &root))
        abort();
    rs_image_stanza(&made->image, rs_image_root(&made->image, root).stanza, stanza);
}
