/* SPDX-License-Identifier: Apache-2.0 */
#include "command/trust/proof.h"

#include "command/base/message.h"
#include "command/base/temp_folder.h"
#include "command/list/hint.h"
#include "command/status/config_problems.h"
#include "command/status/live_check.h"
#include "command/status/process_table.h"
#include "command/status/throwaway_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *list_of(const rs_change_target *target)
{
    return target->output == NULL ? ROOTSCOPE_LIST : target->output;
}

static bool is_usable(const rs_proof *proof, const rs_change_target *target, bool only_log,
                      bool will_enable)
{
    const rs_openssl_config *config = &proof->config;
    const rs_settings *settings = &config->settings;
    if (config->from_environment) {
        rs_message_error("OPENSSL_CONF is set, and other programs read another configuration; "
                         "unset it");
        return false;
    }
    if (config->entry == RS_ENTRY_NONE && will_enable)
        return true;
    if (config->entry == RS_ENTRY_NONE) {
        rs_message_error("rootscope is not enabled in %s, so nothing would limit the root; run "
                         "`rootscope enable` first, or give --enable",
                         config->path);
        return false;
    }
    if (settings->mode != RS_MODE_ENFORCE && !(only_log && settings->mode == RS_MODE_TEST)) {
        rs_message_error("%s says `mode = %s`, so nothing would limit the root; remove that line "
                         "first",
                         config->path, rs_mode_word(settings->mode));
        return false;
    }
    if (strcmp(settings->list, list_of(target)) != 0) {
        rs_message_error("%s names the list %s, but %s would be compiled; give --output %s",
                         config->path, settings->list, list_of(target), settings->list);
        return false;
    }
    return true;
}

bool rs_proof_begin(const rs_change_target *target, bool only_log, bool will_enable,
                    rs_proof *proof)
{
    *proof = (rs_proof){0};
    rs_openssl_config_read(NULL, &proof->config, &proof->problems);
    rs_config_problems_find(&proof->config, &proof->problems);
    return is_usable(proof, target, only_log, will_enable);
}

void rs_proof_clear(rs_proof *proof)
{
    rs_openssl_config_clear(&proof->config);
    rs_problems_clear(&proof->problems);
}

static void print_problems(const rs_problems *problems)
{
    for (const rs_problem *p = problems->first; p != NULL; p = p->next)
        if (p->weight == RS_NOT_GUARDED)
            rs_message_error("%s; %s", p->text, p->fix);
}

static bool user_is_guarded(const rs_live_user *user, bool only_log)
{
    bool refuses = user->forged == 1 && user->refused == 1;
    return user->in_force == RS_YES && user->enforces == RS_YES && (refuses || only_log);
}

static void report_unguarded(rs_arena *arena, const rs_live_check *check,
                             const rs_list_status *list, const rs_live_user *user)
{
    if (list->mode != RS_MODE_ENFORCE)
        rs_message_error("the whole list is in mode %s, so nothing would limit the root; run `%s "
                         "enforce --all`",
                         rs_mode_word(list->mode),
                         rs_hint_command(arena, &list->target, "set-mode"));
    else if (check->skipped > 0)
        rs_message_error("it cannot be tried whether programs limit the root: OpenSSL cannot make "
                         "its kind of key");
    else if (check->roots_not_tried != NULL)
        rs_message_error("the root could vouch for %s; give names that leave that out",
                         RS_OUTSIDE_NAME);
    else
        rs_message_error("programs that start now (as %s) do not limit the root", user->name);
}

static bool is_enforced(rs_arena *arena, const rs_live_check *check, const rs_list_status *list,
                        bool only_log)
{
    if (!list->loaded || !list->compared || list->sources_differ) {
        rs_message_error("%s is not made of the sources as they are now; repeat the command",
                         list->path);
        return false;
    }
    for (size_t i = 0; i < RS_LIVE_USERS; i++) {
        const rs_live_user *user = &check->users[i];
        if ((i > 0 && user->name == NULL) || user_is_guarded(user, only_log))
            continue;
        report_unguarded(arena, check, list, user);
        return false;
    }
    return true;
}

bool rs_proof_run(rs_proof *proof, const rs_change_target *target, X509 *root, bool only_log)
{
    rs_problems *problems = &proof->problems;
    rs_list_status list = {0};
    rs_live_check *check = rs_message_need(calloc(1, sizeof *check));
    const rs_list_sources sources = {.shipped = target->shipped, .local = target->local};
    X509 *const only[] = {root, NULL};
    const char *ca_file = rs_temp_folder_make() ? rs_throwaway_pem("trusted-root.pem", only) : NULL;
    bool good = ca_file != NULL;
    if (good) {
        rs_list_status_read(&proof->config.settings, &sources, &list, problems);
        rs_live_check_run(&proof->config, &list, ca_file, check, problems);
        good = is_enforced(&problems->arena, check, &list, only_log) &&
               problems->worst != RS_NOT_GUARDED;
        if (!good)
            print_problems(problems);
    }
    rs_list_status_clear(&list);
    free(check);
    return good;
}

rs_proof_running rs_proof_running_count(const rs_openssl_config *config, int64_t before)
{
    rs_proof_running running = {0};
    struct stat file = {0};
    (void)stat(config->path, &file);
    const rs_process_goal goal = {.config = config->path,
                                  .changed = (int64_t)file.st_mtim.tv_sec * 1000};
    rs_process_table table;
    if (rs_process_table_read(&table, &goal))
        for (const rs_process *p = table.first; p != NULL; p = p->next) {
            bool is_old = p->started < before;
            running.guarded += is_old && p->module != NULL;
            running.without += is_old && p->module == NULL && p->state == RS_PROCESS_RESTART;
        }
    rs_process_table_clear(&table);
    return running;
}
