/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/exit_status.h"
#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/export/formats.h"
#include "command/text/stanza.h"
#include "lib/image/restriction.h"

#include <openssl/evp.h>
#include <stdlib.h>

/* A name and an address that no server has: for a kind of names of which none is permitted. */
static const char no_name[] = "none.invalid", no_address[] = "0.0.0.0/32";

/* What the policy is made from. */
typedef struct policy {
    rs_arena *arena;
    json_t *names, *networks;
    bool all_names, all_networks;
    size_t left_out;
} policy;

static void leave_out(policy *p, rs_rule_word word, const char *value)
{
    rs_message_warning("the policy cannot say: %s %s", rs_rule_word_text(word), value);
    p->left_out++;
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Chrome looks at DNS names and addresses of servers alone: rules of other forms mean nothing. */
static void take_rule(void *arg, rs_rule_word word, const char *value)
{
    policy *p = arg;
    bool is_host = strchr(value, ':') == NULL || starts_with(value, "dns:");
    const char *host = starts_with(value, "dns:") ? value + 4 : value;
    if (word == RS_WORD_ORGANIZATION || strcmp(value, "single-label") == 0) {
        leave_out(p, word, value);
    } else if (is_host || starts_with(value, "ip:")) {
        if (word == RS_WORD_EXCLUDE)
            leave_out(p, word, value);
        else if (strcmp(host, "*") == 0)
            p->all_names = true;
        else if (strcmp(value, "ip:*") == 0)
            p->all_networks = true;
        else if (is_host)
            rs_json_append(p->names, json_string(host));
        else
            rs_json_append(p->networks, json_string(value + 3));
    } else if (starts_with(value, "dirname:")) {
        leave_out(p, word, value);
    }
}

/* Chrome permits every name of a kind that the policy has none of. */
static void set_kind(json_t *constraints, const char *key, json_t *values, bool is_open,
                     const char *none)
{
    if (!is_open && json_array_size(values) == 0)
        rs_json_append(values, json_string(none));
    if (is_open)
        json_decref(values);
    else
        rs_json_set(constraints, key, values);
}

/* The certificate in base64, on the arena; NULL if it cannot be encoded. */
static const char *certificate_text(rs_arena *arena, X509 *certificate)
{
    uint8_t *der = NULL;
    int size = i2d_X509(certificate, &der);
    if (size < 0)
        return NULL;
    unsigned char *text = rs_message_need(rs_arena_take(arena, ((size_t)size + 2) / 3 * 4 + 1));
    EVP_EncodeBlock(text, der, size);
    OPENSSL_free(der);
    return (const char *)text;
}

static void print(const char *certificate, json_t *constraints)
{
    json_t *entry = rs_message_need(json_object());
    json_t *entries = rs_message_need(json_array());
    json_t *top = rs_message_need(json_object());
    rs_json_set(entry, "certificate", json_string(certificate));
    rs_json_set(entry, "constraints", constraints);
    rs_json_append(entries, entry);
    rs_json_set(top, "CACertificatesWithConstraints", entries);
    rs_json_print(top);
}

int rs_export_chrome_policy(const rs_export *e)
{
    rs_arena arena = {0};
    policy p = {.arena = &arena,
                .names = rs_message_need(json_array()),
                .networks = rs_message_need(json_array())};
    rs_rule_printer printer = {.arena = &arena, .each = take_rule, .arg = &p};
    const char *certificate = certificate_text(&arena, e->certificate);
    bool good = rs_rules_each(&e->stanza, &printer) && certificate != NULL;
    /* A stanza without permit lines permits what it does not exclude. */
    bool is_closed = (e->stanza.flags & RS_STANZA_CLOSED) != 0;
    bool all_names = p.all_names || !is_closed, all_networks = p.all_networks || !is_closed;
    if (good && all_names && all_networks) {
        rs_message_error("%s: the policy needs a limit, and the stanza permits all DNS names and "
                         "addresses",
                         e->path);
        good = false;
    } else if (!good) {
        rs_message_error("%s has rules that cannot be read", e->path);
    }
    json_t *constraints = rs_message_need(json_object());
    set_kind(constraints, "permitted_dns_names", p.names, all_names, no_name);
    set_kind(constraints, "permitted_cidrs", p.networks, all_networks, no_address);
    if (good)
        print(certificate, constraints);
    else
        json_decref(constraints);
    rs_arena_clear(&arena);
    return !good ? RS_EXIT_ERROR : p.left_out > 0 ? RS_EXIT_PARTLY : RS_EXIT_OK;
}
