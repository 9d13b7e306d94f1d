/* SPDX-License-Identifier: Apache-2.0 */
#include "command/libraries/libraries.h"

#include "command/base/edit_lock.h"
#include "command/base/exit_status.h"
#include "command/base/limited_store.h"
#include "command/base/message.h"
#include "command/base/own_path.h"
#include "command/libraries/hook.h"
#include "command/libraries/proof.h"
#include "command/libraries/store_switch.h"
#include "command/list/sources.h"

#include <stdio.h>
#include <unistd.h>

#define BUNDLE RS_STORE_FOLDER "/" RS_STORE_BUNDLE

/* Other distributions have other folders, and nothing that would limit them after each update. */
static bool is_known_store(void)
{
    if (access("/usr/sbin/update-ca-certificates", X_OK) == 0 && access(BUNDLE, F_OK) == 0 &&
        access("/etc/pki/trust", F_OK) != 0)
        return true;
    rs_message_error("this machine's trust store is not one of update-ca-certificates of Debian; "
                     "give each program a bundle of its own, made by `rootscope export bundle`");
    return false;
}

/* A source may name a certificate by a file of the store, which has other certificates now. */
static bool sources_still_compile(void)
{
    rs_sources sources = {0};
    bool good =
        rs_sources_add_folders(&sources, ROOTSCOPE_SOURCES_SHIPPED, ROOTSCOPE_SOURCES_LOCAL) &&
        rs_sources_parse(&sources, false);
    rs_sources_clear(&sources);
    if (!good)
        rs_message_error("the list's sources have errors with the limited trust store; let `root "
                         "pem:` name files in /usr/share/ca-certificates, not in " RS_STORE_FOLDER);
    return good;
}

static void print_plan(const rs_libraries_plan *plan, const char *start)
{
    printf("%s %d of %d roots of the trust store in " RS_STORE_FOLDER "\n", start, plan->limited,
           sk_X509_num(plan->store));
    fflush(stdout);
}

static bool put_and_prove(const rs_libraries_work *work, const rs_libraries_plan *plan)
{
    char command[PATH_MAX];
    bool was_enabled = rs_libraries_hook_is_there();
    bool good = rs_store_switch_put(plan) && rs_libraries_prove_in_place(plan) &&
                sources_still_compile() &&
                (was_enabled || rs_libraries_hook_write(rs_own_path(work->in_root, command)));
    if (good || was_enabled)
        return good;
    if (rs_libraries_hook_remove() && rs_store_switch_restore())
        rs_message_error("the trust store is as it was before");
    return false;
}

static int enable(const rs_libraries_work *work, const rs_libraries_plan *plan)
{
    if (plan->is_done && !plan->is_old && rs_libraries_hook_is_there()) {
        print_plan(plan, "limited already:");
        return RS_EXIT_OK;
    }
    print_plan(plan, work->dry_run ? "would limit" : "limiting");
    if (plan->limited == 0)
        rs_message_warning("the list enforces nothing for any root of the trust store yet");
    if (!rs_libraries_prove_copy(plan)) {
        rs_message_error("the trust store is not changed");
        return RS_EXIT_ERROR;
    }
    if (work->dry_run)
        return RS_EXIT_OK;
    if (!put_and_prove(work, plan))
        return RS_EXIT_ERROR;
    if (plan->is_old) {
        rs_message_error("the trust store has the limits of the last list, and none for new roots");
        return RS_EXIT_ERROR;
    }
    printf("limited, also after each update, by " RS_STORE_HOOK "; `rootscope disable "
           "--all-libraries` takes it back\n");
    return RS_EXIT_OK;
}

int rs_libraries_enable(const rs_libraries_work *work)
{
    rs_libraries_plan plan;
    rs_edit_lock lock = {.fd = -1};
    int status = RS_EXIT_ERROR;
    if (is_known_store() &&
        (work->dry_run || rs_edit_lock_take(&lock, RS_STORE_FOLDER, RS_EDIT_LOCK_SECONDS))) {
        bool is_update = !work->dry_run && rs_libraries_hook_is_there();
        if (is_update)
            rs_store_switch_hold();
        if (rs_libraries_plan_make(&plan, ROOTSCOPE_LIST))
            status = enable(work, &plan);
        rs_libraries_plan_clear(&plan);
        if (status != RS_EXIT_OK && is_update && rs_store_switch_is_held())
            rs_message_error("the trust store has the roots and limits of before its last update; "
                             "solve what is told above, then run this again: `rootscope enable "
                             "--all-libraries`");
    }
    rs_edit_lock_release(&lock);
    return status;
}

static int disable(const rs_libraries_work *work)
{
    if (!rs_store_switch_is_put() && access(RS_STORE_HOOK, F_OK) != 0) {
        printf("the trust store is not limited\n");
        return RS_EXIT_OK;
    }
    if (work->dry_run) {
        printf("would give " RS_STORE_FOLDER
               " back as update-ca-certificates left it, and remove " RS_STORE_HOOK "\n");
        return RS_EXIT_OK;
    }
    if (!rs_libraries_hook_remove() || !rs_store_switch_restore())
        return RS_EXIT_ERROR;
    printf(RS_STORE_FOLDER " is as update-ca-certificates left it\n");
    return RS_EXIT_OK;
}

int rs_libraries_disable(const rs_libraries_work *work)
{
    rs_edit_lock lock = {.fd = -1};
    bool locked = work->dry_run || rs_edit_lock_take(&lock, RS_STORE_FOLDER, RS_EDIT_LOCK_SECONDS);
    int status = locked ? disable(work) : RS_EXIT_ERROR;
    rs_edit_lock_release(&lock);
    return status;
}
