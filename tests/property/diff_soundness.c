/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where `rootscope diff` says that no root is wider, no name that the second list lets pass is one
 * that the first denies, or reports: random pairs of lists, and random names and times, judged by
 * the code that judges certificates. And where it says that a root is wider by a name, there is
 * such a name: mostly the random names find one, too, which is counted.
 *
 * usage: diff_soundness [SEED]
 */
#include "command/diff/root_changes.h"
#include "lib/chain/common_name.h"
#include "lib/chain/name_check.h"
#include "lib/compiler/image_writer.h"
#include "lib/compiler/list_merge.h"
#include "lib/compiler/source.h"
#include "lib/names/der.h"
#include "tests/property/random.h"
#include "tests/property/seeds.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAIRS = 400, NAMES = 400, ROOTS = 3, TEXT_SIZE = 8192, NAME_SIZE = 128 };

/* Times around the dates that lists have, and "now" among them. */
static const int64_t times[] = {1767225600, 1767225600 + 86400 * 40, 1767225600 + 86400 * 400,
                                INT64_C(4102444800)};

static const char *const labels[] = {"a", "b", "c", "localhost", "xn--4ca", "xx"};
static const char *const words[] = {"a", "b", "joe", "joe+x", "joe x", "a.b", "joe@a", "10.0.0.1"};
static const char *const addresses[] = {
    "10.0.0.0/8",    "10.1.0.0/16",     "10.0.0.1",      "0.0.0.0/1",
    "2001:db8::/32", "2001:db8:1::/48", "::fffe:0:0/95", "*"};
static const char *const names[] = {"CN=a", "O=Acme", "CN=a,O=Acme", "CN=b,O=Acme"};
static const char *const types[] = {"1.2.3", "2.5.29.99"};
static const char *const modes[] = {"enforce", "test", "test until 2026-02-01",
                                    "test until 2027-01-01", "off"};

typedef struct list_text {
    char text[TEXT_SIZE];
    size_t length;
} list_text;

static void put(list_text *list, const char *text)
{
    size_t n = strlen(text);
    if (list->length + n >= TEXT_SIZE)
        abort();
    memcpy(list->text + list->length, text, n + 1);
    list->length += n;
}

/* A host of one to three labels. */
static void random_host(random_state *random, char *out)
{
    size_t count = 1 + random_below(random, 3), length = 0;
    for (size_t i = 0; i < count; i++)
        length +=
            (size_t)sprintf(out + length, "%s%s", i == 0 ? "" : ".", RANDOM_OF(random, labels));
}

static void random_host_rule(random_state *random, list_text *list)
{
    static const char *const forms[] = {"",     "",      "",     "dns:",  "email:", "uri:",
                                        "srv:", "xmpp:", "upn:", "krb5:", "nai:",   "email:joe@"};
    char host[NAME_SIZE];
    const char *form = RANDOM_OF(random, forms);
    random_host(random, host);
    put(list, form);
    if (form[0] != '\0' && form[strlen(form) - 1] == '@')
        put(list, host);
    else if (random_percent(random, 12))
        put(list, "*");
    else {
        put(list, random_percent(random, 30) ? "." : "");
        put(list, host);
    }
}

static void random_rule(random_state *random, list_text *list)
{
    bool exclude = random_percent(random, 40);
    put(list, exclude ? "  exclude " : "  permit ");
    size_t choice = random_below(random, 20);
    if (choice == 0) {
        put(list, "dirname:\"");
        put(list, RANDOM_OF(random, names));
        put(list, "\"");
    } else if (choice == 1) {
        put(list, "othername:");
        put(list, RANDOM_OF(random, types));
    } else if (choice <= 4) {
        put(list, "ip:");
        put(list, RANDOM_OF(random, addresses));
    } else if (choice <= 7) {
        put(list, "cn:\"");
        put(list, random_percent(random, 20) ? "*" : RANDOM_OF(random, words));
        put(list, "\"");
    } else if (choice == 8 && !exclude) {
        put(list, "single-label");
    } else {
        random_host_rule(random, list);
    }
    put(list, "\n");
}

static void random_stanza(random_state *random, list_text *list)
{
    size_t rules = random_below(random, 6);
    if (random_percent(random, 15))
        put(list, "  organization \"Acme\"\n");
    else
        rules++;
    for (size_t i = 0; i < rules; i++)
        random_rule(random, list);
    if (random_percent(random, 20)) {
        put(list, "  mode ");
        put(list, RANDOM_OF(random, modes));
        put(list, "\n");
    }
}

static void random_list(random_state *random, list_text *list)
{
    char line[128];
    *list = (list_text){.length = 0};
    if (random_percent(random, 15)) {
        put(list, "mode ");
        put(list, RANDOM_OF(random, modes));
        put(list, "\n");
    }
    for (unsigned i = 0; i < ROOTS; i++)
        if (random_percent(random, 75)) {
            sprintf(line, "root spki-sha256:%064u\n", i + 1);
            put(list, line);
            random_stanza(random, list);
        }
    if (random_percent(random, 50)) {
        put(list, "default\n");
        random_stanza(random, list);
    }
}

/* The first list with lines left out or put in: pairs that are nearly the same. */
static void changed_list(random_state *random, const list_text *from, list_text *to)
{
    *to = (list_text){.length = 0};
    for (const char *line = from->text; *line != '\0';) {
        char copy[512];
        size_t n = strcspn(line, "\n") + 1;
        snprintf(copy, sizeof copy, "%.*s", (int)n, line);
        if (copy[0] != ' ' || strncmp(copy, "  mode", 6) == 0 || random_percent(random, 88))
            put(to, copy);
        else
            random_rule(random, to);
        line += n;
    }
}

static bool compile(const list_text *list, uint8_t **bytes, rs_image *image)
{
    rs_diagnostics diagnostics = {0};
    rs_list parsed = {0}, merged = {0};
    rs_list *const lists[] = {&parsed};
    size_t size;
    rs_source source = {.file = "x.list", .text = rs_bytes_of_string(list->text)};
    bool good = rs_source_parse(&source, &parsed, &diagnostics) && diagnostics.errors == 0 &&
                rs_list_merge(lists, 1, &merged, &diagnostics) && diagnostics.errors == 0 &&
                rs_image_write(&merged, bytes, &size) == RS_WRITE_OK;
    if (good && rs_image_open(rs_bytes_make(*bytes, size), image) != RS_IMAGE_OK)
        abort();
    rs_list_free(&merged);
    rs_list_free(&parsed);
    rs_diagnostics_clear(&diagnostics);
    return good;
}

/* A name, in one of the places where certificates have names. */
typedef struct random_name {
    rs_form form;
    char text[2 * NAME_SIZE];
    uint8_t octets[16];
    rs_bytes bytes;
    unsigned place; /* of a common name */
} random_name;

static void random_text_name(random_state *random, random_name *name)
{
    static const char *const in_front[] = {"", "joe@", "https://", "_s.", "", "joe@", "", ""};
    char host[NAME_SIZE];
    static const char *const first[] = {"", "", "", "*.", "www.", "\303\274.", "q.", "\303\244."};
    random_host(random, host);
    name->form = (rs_form)random_below(random, RS_HOST_FORMS + 1);
    const char *user = in_front[name->form % RS_HOST_FORMS];
    if (name->form == RS_FORM_EMAIL && random_percent(random, 40))
        user = random_percent(random, 50) ? "Joe@" : "ann@";
    if (name->form == RS_HOST_FORMS) {
        name->form = RS_FORM_CN;
        user = random_percent(random, 30) ? "joe@" : "";
    }
    snprintf(name->text, sizeof name->text, "%s%s%s", user, RANDOM_OF(random, first), host);
    if (name->form == RS_FORM_CN && random_percent(random, 50))
        snprintf(name->text, sizeof name->text, "%s", RANDOM_OF(random, words));
    if (random_percent(random, 3))
        snprintf(name->text, sizeof name->text, "a..b");
    name->place = (unsigned)random_below(random, 4);
    name->bytes = rs_bytes_of_string(name->text);
}

static void random_address(random_state *random, random_name *name)
{
    static const uint8_t tables[][16] = {{10, 0, 0, 1},
                                         {10, 1, 2, 3},
                                         {192, 0, 2, 1},
                                         {0x20, 1, 0x0d, 0xb8, 0, 1},
                                         {0x20, 1, 0x0d, 0xb8, 0, 2},
                                         {[9] = 1, [15] = 1},
                                         {[10] = 0xff, [11] = 0xfe},
                                         {[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1}};
    size_t choice = random_below(random, sizeof tables / sizeof *tables);
    name->form = RS_FORM_IP;
    memcpy(name->octets, tables[choice], 16);
    name->bytes = rs_bytes_make(name->octets, choice < 3 ? 4 : random_percent(random, 95) ? 16 : 5);
}

/* Some names in DER: CN=a | O=Acme | O=Acme,CN=a | O=Acme,CN=b | CN=zz. */
static void random_directory_name(random_state *random, random_name *name)
{
    static const uint8_t acme[] = {0x31, 13, 0x30, 11,  6,   3,   0x55, 4,
                                   10,   12, 4,    'A', 'c', 'm', 'e'};
    uint8_t cn[] = {0x31, 10, 0x30, 8,  6, 3,
                    0x55, 4,  3,    12, 1, (uint8_t) "abz"[random_below(random, 3)]};
    uint8_t *out = (uint8_t *)name->text + 2;
    size_t n = 0;
    if (random_percent(random, 60)) {
        memcpy(out, acme, sizeof acme);
        n += sizeof acme;
    }
    if (random_percent(random, 60)) {
        memcpy(out + n, cn, sizeof cn);
        n += sizeof cn;
    }
    name->text[0] = 0x30;
    name->text[1] = (char)n;
    name->form = RS_FORM_DIRNAME;
    name->bytes = rs_bytes_make(name->text, n + 2);
}

static void random_any_name(random_state *random, random_name *name)
{
    static const uint8_t oids[][3] = {{0x2a, 3}, {0x55, 0x1d, 99}, {0x2a, 4}};
    size_t choice = random_below(random, 20);
    if (choice < 14) {
        random_text_name(random, name);
    } else if (choice < 16) {
        random_address(random, name);
    } else if (choice < 18) {
        random_directory_name(random, name);
    } else if (choice == 18) {
        name->form = RS_FORM_ORGANIZATION;
        name->bytes = rs_bytes_of_string(random_percent(random, 50) ? "ACME" : "Other");
    } else {
        name->form = RS_FORM_OTHERNAME;
        size_t i = random_below(random, 3);
        name->bytes = rs_bytes_make(oids[i], i == 1 ? 3 : 2);
    }
}

static rs_verdict judge(const rs_stanza *stanza, const random_name *name)
{
    rs_common_name_use use = {.ignored = name->place % 2 == 1};
    rs_general_name other = {.type = RS_GENERAL_NAME_OTHER, .type_id = name->bytes};
    switch (name->form) {
    case RS_FORM_IP:
        return rs_check_ip(stanza, name->bytes).verdict;
    case RS_FORM_DIRNAME:
        return rs_check_directory_name(stanza, name->bytes).verdict;
    case RS_FORM_ORGANIZATION:
        return rs_check_organization(stanza, RS_DER_UTF8_STRING, name->bytes).verdict;
    case RS_FORM_OTHERNAME:
        return rs_check_other_name(stanza, &other).verdict;
    case RS_FORM_CN:
        return name->place < 2
                   ? rs_check_common_name(stanza, RS_DER_UTF8_STRING, name->bytes, use).verdict
                   : rs_check_email_attribute(stanza, RS_DER_UTF8_STRING, name->bytes, use).verdict;
    default:
        return rs_check_host_bearing(stanza, name->form, name->bytes).verdict;
    }
}

/* How a list treats a name below some roots at a time: 0 lets it pass, 1 reports, 2 denies it. */
static int treatment(const rs_image *image, unsigned roots, const random_name *name, int64_t now)
{
    int worst = 0;
    bool listed = false;
    for (unsigned i = 0; i <= ROOTS; i++) {
        uint32_t index, number = image->default_stanza;
        uint8_t key[RS_SHA256_SIZE] = {[RS_SHA256_SIZE - 1] = (uint8_t)(i + 1)};
        rs_stanza stanza;
        if (i < ROOTS) {
            if ((roots & 1u << i) == 0 || !rs_image_find_root(image, RS_ROOT_SPKI, key, &index))
                continue;
            number = rs_image_root(image, index).stanza;
            listed = true;
        } else if (listed || number == RS_NO_STANZA) {
            continue;
        }
        rs_image_stanza(image, number, &stanza);
        rs_mode mode = rs_mode_weakest(rs_mode_at(image->mode, now), rs_mode_at(stanza.mode, now));
        if (mode == RS_MODE_OFF || judge(&stanza, name) == RS_PERMITTED)
            continue;
        worst = mode == RS_MODE_ENFORCE ? 2 : worst > 1 ? worst : 1;
    }
    return worst;
}

static size_t not_wider, wider, wider_found;

static bool check_pair(random_state *random, const rs_image *before, const rs_image *after)
{
    rs_root_changes changes = {0};
    if (!rs_root_changes_find(before, after, times[1], &changes))
        return false;
    bool found = false;
    random_name name;
    for (size_t i = 0; i < NAMES && !found; i++) {
        random_any_name(random, &name);
        unsigned roots = (unsigned)random_below(random, 1u << ROOTS);
        int64_t now = times[1 + random_below(random, 3)];
        found = treatment(after, roots, &name, now) < treatment(before, roots, &name, now);
    }
    bool good = !found || changes.wider > 0;
    if (!good)
        fprintf(stderr, "not wider, but for a name of form %s: %.*s\n", rs_form_word(name.form),
                (int)name.bytes.n, (const char *)name.bytes.p);
    not_wider += changes.wider == 0;
    wider += changes.wider > 0;
    wider_found += changes.wider > 0 && found;
    rs_root_changes_clear(&changes);
    return good;
}

static bool run_pair(random_state *random)
{
    static list_text a, b;
    uint8_t *bytes_a = NULL, *bytes_b = NULL;
    rs_image before, after;
    random_list(random, &a);
    if (random_percent(random, 80))
        changed_list(random, &a, &b);
    else
        random_list(random, &b);
    bool good = true;
    if (compile(&a, &bytes_a, &before) && compile(&b, &bytes_b, &after))
        good = check_pair(random, &before, &after);
    if (!good)
        fprintf(stderr, "--- before\n%s--- after\n%s", a.text, b.text);
    free(bytes_a);
    free(bytes_b);
    return good;
}

static bool run_seed(uint64_t seed)
{
    random_state random = {.state = seed};
    for (size_t i = 0; i < PAIRS; i++)
        if (!run_pair(&random))
            return false;
    return true;
}

int main(int argc, char **argv)
{
    int status = seeds_run(argc, argv, run_seed);
    printf("%zu pairs not wider, %zu wider, of which random names found %zu\n", not_wider, wider,
           wider_found);
    return status;
}
