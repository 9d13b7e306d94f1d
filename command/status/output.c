/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/output.h"

#include "command/base/json.h"
#include "command/base/limited_store.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/list_json.h"

#include <inttypes.h>
#include <stdio.h>

static void print_row(const char *name, const char *value)
{
    printf("%-16s%s\n", name, value);
}

static const char *printable(rs_arena *arena, const char *text)
{
    return rs_text_printable(arena, rs_bytes_of_string(text));
}

static const char *where_from(const rs_openssl_config *config)
{
    if (config->from_environment)
        return " (OPENSSL_CONF)";
    return config->from_option ? " (--config)" : "";
}

static void print_config(const rs_status *s, rs_arena *arena)
{
    const rs_openssl_config *config = &s->config;
    print_row("configuration",
              rs_text_format(arena, "%s%s", printable(arena, config->path), where_from(config)));
    if (config->entry == RS_ENTRY_NONE) {
        print_row("module", "not in the configuration");
        return;
    }
    print_row(
        "module",
        rs_text_format(arena, "%s, as a %s, mode %s",
                       config->module == NULL ? "rootscope.so" : printable(arena, config->module),
                       rs_config_entry_word(config->entry), rs_mode_word(config->settings.mode)));
}

static void print_list(const rs_list_status *list, rs_arena *arena)
{
    if (list->path == NULL)
        return;
    print_row("list", printable(arena, list->path));
    if (!list->loaded)
        return;
    const rs_image *image = &list->image;
    char hex[RS_HEX_SIZE];
    rs_text_hex(image->sources_sha256, hex);
    print_row("", rs_text_format(arena, "generation %016" PRIx64 ", %s root%s, mode %s",
                                 image->generation, rs_text_number(arena, image->root_count),
                                 image->root_count == 1 ? "" : "s", rs_mode_word(list->mode)));
    print_row("", rs_text_format(arena, "sources sha256:%s", hex));
    print_row("", !list->compared        ? "not compared with its sources"
                  : list->sources_differ ? "older than its sources"
                                         : "up to date with its sources");
    if (list->linted && list->lint_warnings > 0)
        print_row("", rs_text_format(arena, "the sources: %zu warning%s; run `rootscope lint`",
                                     list->lint_warnings, list->lint_warnings == 1 ? "" : "s"));
}

static const char *answer_text(rs_answer answer, const char *yes, const char *no)
{
    return answer == RS_UNKNOWN ? "not tried" : answer == RS_YES ? yes : no;
}

static const char *listed_roots_text(const rs_live_check *live, const rs_live_user *user,
                                     rs_arena *arena)
{
    if (live->roots_not_tried != NULL)
        return rs_text_format(arena, "not tried: %s", live->roots_not_tried);
    return rs_text_format(arena,
                          "%u of %u in the trust store refuse a forged certificate outside their "
                          "scope",
                          user->refused, user->forged);
}

static void print_user(const rs_live_check *live, const rs_live_user *user, rs_arena *arena)
{
    if (user->name == NULL)
        return;
    print_row(rs_text_format(arena, "as %s", user->name),
              user->openssl == NULL ? "no program could be tried" : user->openssl);
    if (user->build_info != NULL)
        print_row("  module", user->build_info);
    print_row("  verification", answer_text(user->in_force, "goes through the module",
                                            "does NOT go through the module"));
    print_row("  test root",
              answer_text(user->enforces, "certificate outside its scope refused, within accepted",
                          "NOT enforced"));
    print_row("  listed roots", listed_roots_text(live, user, arena));
    if (live->skipped > 0)
        print_row("", rs_text_format(arena, "%u not tried, for their kind of key: %s",
                                     live->skipped, live->skipped_names));
}

static void print_libraries(const rs_library_cover *cover, rs_arena *arena)
{
    for (size_t i = 0; i < cover->count; i++) {
        const rs_library *l = &cover->items[i];
        const char *by = rs_text_format(
            arena, "%s%s%s%s", l->cover == RS_COVER_NOTHING ? "not covered" : "covered by ",
            l->cover == RS_COVER_NOTHING ? "" : rs_cover_words(l->cover),
            l->why == NULL                 ? ""
            : l->cover == RS_COVER_NOTHING ? ": "
                                           : ", ",
            l->why == NULL ? "" : l->why);
        print_row(l->name, by);
    }
    if (cover->limited >= 0)
        print_row("trust store", rs_text_format(arena, "%d root%s limited in " RS_STORE_FOLDER,
                                                cover->limited, cover->limited == 1 ? "" : "s"));
}

static void print_services(const rs_own_services *services, rs_arena *arena)
{
    for (size_t i = 0; i < services->count; i++)
        print_row("service",
                  rs_text_format(arena,
                                 "%s has a configuration of its own: see `rootscope status "
                                 "--config %s`",
                                 printable(arena, services->items[i].unit),
                                 rs_text_shell(arena, services->items[i].config)));
}

void rs_status_print_problems(const rs_problems *problems)
{
    for (const rs_problem *p = problems->first; p != NULL; p = p->next)
        printf("\n%s: %s\n  %s\n", p->weight == RS_NOT_GUARDED ? "ERROR" : "warning", p->text,
               p->fix);
}

void rs_status_print_text(const rs_status *status)
{
    rs_arena arena = {0};
    printf("%s%s\n\n", rs_weight_word(status->problems.worst),
           status->live.users[0].refuses_all ? ": every certificate is refused" : "");
    print_config(status, &arena);
    print_list(&status->list, &arena);
    for (int i = 0; i < RS_LIVE_USERS; i++)
        print_user(&status->live, &status->live.users[i], &arena);
    print_libraries(&status->libraries, &arena);
    print_services(&status->services, &arena);
    rs_status_print_problems(&status->problems);
    rs_arena_clear(&arena);
}

static json_t *answer_as_json(rs_answer answer)
{
    return answer == RS_UNKNOWN ? json_null() : json_boolean(answer == RS_YES);
}

static json_t *config_as_json(const rs_openssl_config *config, rs_arena *arena)
{
    json_t *object = rs_message_need(json_object());
    rs_json_set(object, "path", json_string(printable(arena, config->path)));
    rs_json_set(object, "from",
                json_string(config->from_option        ? "option"
                            : config->from_environment ? "environment"
                                                       : "default"));
    rs_json_set(object, "entry", json_string(rs_config_entry_word(config->entry)));
    rs_json_set(object, "module",
                config->module == NULL ? json_null()
                                       : json_string(printable(arena, config->module)));
    rs_json_set(object, "mode",
                config->entry == RS_ENTRY_NONE ? json_null()
                                               : json_string(rs_mode_word(config->settings.mode)));
    return object;
}

static json_t *list_as_json(const rs_list_status *list, rs_arena *arena)
{
    if (!list->loaded)
        return json_null();
    char hex[RS_HEX_SIZE];
    rs_text_hex(list->image.sources_sha256, hex);
    json_t *object = rs_list_json_of_image(arena, list->path, &list->image);
    rs_json_set(object, "sources_sha256", json_string(hex));
    rs_json_set(object, "roots", json_integer(list->image.root_count));
    rs_json_set(object, "mode", json_string(rs_mode_word(list->mode)));
    rs_json_set(object, "sources_differ",
                list->compared ? json_boolean(list->sources_differ) : json_null());
    rs_json_set(object, "lint_warnings",
                list->linted ? json_integer((json_int_t)list->lint_warnings) : json_null());
    return object;
}

static json_t *users_as_json(const rs_live_check *live)
{
    json_t *users = rs_message_need(json_array());
    for (int i = 0; i < RS_LIVE_USERS; i++) {
        const rs_live_user *user = &live->users[i];
        if (user->name == NULL)
            continue;
        json_t *object = rs_message_need(json_object());
        rs_json_set(object, "user", json_string(user->name));
        rs_json_set(object, "openssl", rs_json_of_text(user->openssl));
        rs_json_set(object, "build_info", rs_json_of_text(user->build_info));
        rs_json_set(object, "refuses_all", json_boolean(user->refuses_all));
        rs_json_set(object, "verification_guarded", answer_as_json(user->in_force));
        rs_json_set(object, "test_root_enforced", answer_as_json(user->enforces));
        rs_json_set(object, "listed_roots_tried", json_integer(user->forged));
        rs_json_set(object, "listed_roots_refusing", json_integer(user->refused));
        rs_json_append(users, object);
    }
    return users;
}

static json_t *libraries_as_json(const rs_library_cover *cover)
{
    static const char *const words[] = {NULL, "trust-store", "module"};
    json_t *libraries = rs_message_need(json_array());
    for (size_t i = 0; i < cover->count; i++) {
        json_t *object = rs_message_need(json_object());
        rs_json_set(object, "name", json_string(cover->items[i].name));
        rs_json_set(object, "covered_by", rs_json_of_text(words[cover->items[i].cover]));
        rs_json_append(libraries, object);
    }
    return libraries;
}

static json_t *services_as_json(const rs_own_services *services, rs_arena *arena)
{
    json_t *array = rs_message_need(json_array());
    for (size_t i = 0; i < services->count; i++) {
        json_t *object = rs_message_need(json_object());
        rs_json_set(object, "unit", json_string(printable(arena, services->items[i].unit)));
        rs_json_set(object, "configuration",
                    json_string(printable(arena, services->items[i].config)));
        rs_json_append(array, object);
    }
    return array;
}

json_t *rs_status_problems_json(const rs_problems *problems)
{
    json_t *array = rs_message_need(json_array());
    for (const rs_problem *p = problems->first; p != NULL; p = p->next) {
        json_t *object = rs_message_need(json_object());
        rs_json_set(object, "id", json_string(p->id));
        rs_json_set(object, "severity",
                    json_string(p->weight == RS_NOT_GUARDED ? "error" : "warning"));
        rs_json_set(object, "text", json_string(p->text));
        rs_json_set(object, "fix", json_string(p->fix));
        rs_json_append(array, object);
    }
    return array;
}

void rs_status_print_json(const rs_status *status)
{
    rs_arena arena = {0};
    json_t *top = rs_message_need(json_object());
    rs_json_set(top, "status", json_string(rs_weight_word(status->problems.worst)));
    rs_json_set(top, "configuration", config_as_json(&status->config, &arena));
    rs_json_set(top, "list", list_as_json(&status->list, &arena));
    rs_json_set(top, "programs", users_as_json(&status->live));
    rs_json_set(top, "listed_roots_not_tried", rs_json_of_text(status->live.roots_not_tried));
    rs_json_set(top, "listed_roots_skipped", json_integer(status->live.skipped));
    rs_json_set(top, "libraries", libraries_as_json(&status->libraries));
    rs_json_set(top, "roots_limited_in_trust_store",
                status->libraries.limited < 0 ? json_null()
                                              : json_integer(status->libraries.limited));
    rs_json_set(top, "services", services_as_json(&status->services, &arena));
    rs_json_set(top, "problems", rs_status_problems_json(&status->problems));
    rs_json_print(top);
    rs_arena_clear(&arena);
}
