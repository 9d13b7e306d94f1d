/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/command.h"
#include "command/list/list_json.h"
#include "command/list/open_list.h"
#include "command/list/root_match.h"
#include "command/text/stanza.h"
#include "lib/base/utc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct options {
    const char *path;
    const char *root; /* NULL: all */
    bool json;
} options;

/* A list with its roots grouped by stanza: the first root of each stanza, and the next of each
 * root. */
typedef struct view {
    rs_image image;
    const options *options;
    uint32_t *first, *next; /* UINT32_MAX: none */
    uint32_t selected;      /* how many roots are shown */
} view;

static void view_init(view *v)
{
    const rs_image *image = &v->image;
    v->first = rs_message_need(calloc((size_t)image->stanza_count + 1, sizeof *v->first));
    v->next = rs_message_need(calloc((size_t)image->root_count + 1, sizeof *v->next));
    memset(v->first, 0xff, ((size_t)image->stanza_count + 1) * sizeof *v->first);
    for (uint32_t i = image->root_count; i-- > 0;) {
        rs_root root = rs_image_root(image, i);
        if (v->options->root != NULL && !rs_root_match(v->options->root, &root))
            continue;
        v->next[i] = v->first[root.stanza];
        v->first[root.stanza] = i;
        v->selected++;
    }
}

static void view_clear(view *v)
{
    free(v->first);
    free(v->next);
}

static bool is_shown(const view *v, uint32_t stanza)
{
    bool is_default = stanza == v->image.default_stanza;
    return v->first[stanza] != UINT32_MAX || (is_default && v->options->root == NULL);
}

static void print_mode(const char *indent, rs_mode_period mode)
{
    char date[RS_UTC_DAY_SIZE];
    if (mode.mode == RS_MODE_ENFORCE)
        return;
    printf("%smode %s", indent, rs_mode_word(mode.mode));
    if (mode.until != 0) {
        rs_utc_day_text(mode.until, date);
        printf(" until %s%s", date,
               rs_mode_at(mode, time(NULL)) == RS_MODE_ENFORCE ? "  # over: enforce" : "");
    }
    putchar('\n');
}

static void print_line(void *arg, rs_rule_word word, const char *value)
{
    (void)arg;
    printf("    %s %s\n", rs_rule_word_text(word), value);
}

static bool print_stanza(const view *v, uint32_t index)
{
    rs_arena arena = {0};
    if (index == v->image.default_stanza)
        puts("\ndefault");
    else
        putchar('\n');
    for (uint32_t i = v->first[index]; i != UINT32_MAX; i = v->next[i]) {
        rs_root root = rs_image_root(&v->image, i);
        char hex[RS_HEX_SIZE];
        rs_text_hex(root.sha256, hex);
        printf("root %s:%s", rs_root_kind_word(root.kind), hex);
        if (root.label.n > 0)
            printf(" %s", rs_text_label(&arena, rs_text_printable(&arena, root.label)));
        putchar('\n');
    }
    rs_stanza stanza;
    rs_image_stanza(&v->image, index, &stanza);
    print_mode("    ", stanza.mode);
    rs_rule_printer printer = {.arena = &arena, .each = print_line};
    bool good = rs_rules_each(&stanza, &printer);
    rs_arena_clear(&arena);
    return good;
}

/* Prints a list source. Comments have what is not part of a source. */
static bool print_text(const view *v)
{
    const rs_image *image = &v->image;
    rs_arena arena = {0};
    char hex[RS_HEX_SIZE];
    rs_text_hex(image->sources_sha256, hex);
    printf("# %s\n", rs_text_printable(&arena, rs_bytes_of_string(v->options->path)));
    printf("# format %u, generation %016" PRIx64 ", %s bytes, %s root%s\n", image->version,
           image->generation, rs_text_number(&arena, image->file.n),
           rs_text_number(&arena, image->root_count), image->root_count == 1 ? "" : "s");
    printf("# sources sha256:%s\n", hex);
    print_mode("", image->mode);
    bool good = true;
    for (uint32_t i = 0; i < image->stanza_count; i++)
        if (is_shown(v, i))
            good &= print_stanza(v, i);
    rs_arena_clear(&arena);
    return good;
}

static void set_mode(json_t *object, rs_mode_period mode)
{
    char date[RS_UTC_DAY_SIZE];
    rs_json_set(object, "mode", json_string(rs_mode_word(mode.mode)));
    if (mode.until != 0) {
        rs_utc_day_text(mode.until, date);
        rs_json_set(object, "mode_until", json_string(date));
    }
}

static void append_line(void *arg, rs_rule_word word, const char *value)
{
    rs_json_append(json_object_get(arg, rs_rule_word_text(word)), json_string(value));
}

static json_t *roots_as_json(const view *v, uint32_t stanza, rs_arena *arena)
{
    json_t *roots = rs_message_need(json_array());
    for (uint32_t i = v->first[stanza]; i != UINT32_MAX; i = v->next[i]) {
        rs_root root = rs_image_root(&v->image, i);
        rs_json_append(roots, rs_list_json_of_root(arena, &root));
    }
    return roots;
}

static json_t *stanza_as_json(const view *v, uint32_t index, bool *good)
{
    rs_arena arena = {0};
    rs_stanza stanza;
    rs_image_stanza(&v->image, index, &stanza);
    json_t *object = rs_message_need(json_object());
    rs_json_set(object, "default", json_boolean(index == v->image.default_stanza));
    rs_json_set(object, "roots", roots_as_json(v, index, &arena));
    set_mode(object, stanza.mode);
    for (rs_rule_word word = 0; word < RS_RULE_WORDS; word++)
        rs_json_set(object, rs_rule_word_text(word), json_array());
    rs_rule_printer printer = {.arena = &arena, .each = append_line, .arg = object};
    *good &= rs_rules_each(&stanza, &printer);
    rs_arena_clear(&arena);
    return object;
}

static bool print_json(const view *v)
{
    const rs_image *image = &v->image;
    rs_arena arena = {0};
    char hex[RS_HEX_SIZE];
    bool good = true;
    rs_text_hex(image->sources_sha256, hex);
    json_t *top = rs_list_json_of_image(&arena, v->options->path, image);
    rs_json_set(top, "sources_sha256", json_string(hex));
    set_mode(top, image->mode);
    json_t *stanzas = rs_message_need(json_array());
    for (uint32_t i = 0; i < image->stanza_count; i++)
        if (is_shown(v, i))
            rs_json_append(stanzas, stanza_as_json(v, i, &good));
    rs_json_set(top, "stanzas", stanzas);
    rs_json_print(top);
    rs_arena_clear(&arena);
    return good;
}

static int show(const options *o)
{
    view v = {.options = o};
    uint8_t *bytes;
    if (!rs_open_list(o->path, &bytes, &v.image))
        return RS_EXIT_ERROR;
    view_init(&v);
    bool good = true;
    if (o->root != NULL && v.selected == 0) {
        rs_root_match_report(o->path, o->root);
        good = false;
    } else {
        good = o->json ? print_json(&v) : print_text(&v);
        if (!good)
            rs_message_error("%s has rules that cannot be shown", o->path);
    }
    view_clear(&v);
    free(bytes);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

static int run(int argc, char **argv)
{
    options o = {.path = ROOTSCOPE_LIST};
    rs_words arguments;
    int status = rs_options_read(&rs_command_show, argc, argv, &o, &arguments);
    if (status != RS_OPTIONS_READ)
        return status;
    if (arguments.count > 1)
        return rs_message_usage(&rs_command_show, "unknown argument: %s", arguments.items[1]);
    if (arguments.count == 1)
        o.path = arguments.items[0];
    return show(&o);
}

static const rs_option known[] = {
    {"json", 'j', NULL, "print JSON", rs_option_flag, offsetof(options, json)},
    {"root", 'r', "ROOT", "show only this root: its label, or 8 or more digits of its hash",
     rs_option_text, offsetof(options, root)},
    {0},
};

const rs_subcommand rs_command_show = {
    .name = "show",
    .summary = "print a compiled list",
    .usage = "Usage: rootscope show [--json] [--root ROOT] [FILE.rsl]\n"
             "\n"
             "Prints a compiled list (default: " ROOTSCOPE_LIST ")\n"
             "in the language of list sources. Names appear as they are compared: in lower\n"
             "case, international names in their ASCII form, adjacent address ranges joined.\n",
    .options = known,
    .run = run,
};
