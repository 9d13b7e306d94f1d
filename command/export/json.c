/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/json.h"
#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/export/formats.h"
#include "command/list/list_json.h"
#include "command/list/mode_plan.h"
#include "command/text/stanza.h"

static void add_rule(void *rules, rs_rule_word word, const char *value)
{
    rs_json_append(((json_t **)rules)[word], json_string(value));
}

int rs_export_json(const rs_export *e)
{
    rs_arena arena = {0};
    json_t *top = rs_message_need(json_object());
    json_t *rules[RS_RULE_WORDS];
    rs_json_set(top, "root", rs_list_json_of_root(&arena, &e->root));
    rs_json_set(top, "mode", json_string(rs_mode_plan_text(&arena, e->stanza.mode)));
    for (rs_rule_word word = 0; word < RS_RULE_WORDS; word++) {
        rules[word] = rs_message_need(json_array());
        rs_json_set(top, rs_rule_word_text(word), rules[word]);
    }
    rs_rule_printer printer = {.arena = &arena, .each = add_rule, .arg = rules};
    bool good = rs_rules_each(&e->stanza, &printer);
    if (good)
        rs_json_print(top);
    else
        rs_message_error("%s has rules that cannot be read", e->path);
    if (!good)
        json_decref(top);
    rs_arena_clear(&arena);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}
