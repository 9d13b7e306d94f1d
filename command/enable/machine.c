/* SPDX-License-Identifier: Apache-2.0 */
#include "command/enable/machine.h"

#include "command/base/edit_lock.h"
#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/base/temp_folder.h"
#include "command/enable/conf_block.h"
#include "command/enable/file_change.h"
#include "command/enable/proof.h"
#include "command/status/processes.h"

#include <libgen.h>
#include <openssl/conf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* All that is known of the machine's configuration. */
typedef struct machine {
    const rs_target *target;
    rs_arena arena;
    rs_problems problems;
    rs_openssl_config config;
    rs_file_change change;
    rs_conf_rest rest; /* the file without our blocks */
    rs_edit_lock lock; /* of its folder */
} machine;

/* Before it is read. The folder is known by then, but somebody else may be changing the file. */
static bool lock_machine(machine *m)
{
    rs_problems problems = {0};
    rs_openssl_config config;
    rs_openssl_config_read(m->target->config, &config, &problems);
    char *file = realpath(config.path, NULL);
    bool good = file == NULL || m->target->dry_run ||
                rs_edit_lock_take(&m->lock, dirname(file), RS_EDIT_LOCK_SECONDS);
    free(file);
    rs_openssl_config_clear(&config);
    rs_problems_clear(&problems);
    return good;
}

/* Reads the configuration as it is. False after a message. */
static bool open_machine(machine *m, const rs_target *target)
{
    *m = (machine){.target = target, .lock.fd = -1};
    if (!lock_machine(m))
        return false;
    rs_openssl_config_read(target->config, &m->config, &m->problems);
    if (!rs_file_change_read(&m->change, &m->arena, m->config.path))
        return false;
    m->rest = rs_conf_block_strip(&m->arena, m->change.old);
    if (m->rest.broken_at > 0) {
        rs_message_error("%s:%u: one of the two comments around the lines of `rootscope enable` is "
                         "missing; remove the other one, and the lines, by hand",
                         m->config.path, m->rest.broken_at);
        return false;
    }
    if (m->config.conf == NULL && m->change.exists) {
        rs_proof_print(&m->problems, false);
        return false;
    }
    return true;
}

static void close_machine(machine *m)
{
    rs_edit_lock_release(&m->lock);
    rs_openssl_config_clear(&m->config);
    rs_problems_clear(&m->problems);
    rs_arena_clear(&m->arena);
}

/* The file as the checks name it: NULL if applications find it by themselves. */
static const char *checked_path(const machine *m)
{
    bool by_itself = !m->config.from_option && m->target->root == NULL;
    return by_itself ? NULL : m->config.path;
}

/* Proves the file that is in place; prints what is wrong or doubtful. */
static bool prove_in_place(const machine *m)
{
    rs_problems problems = {0};
    rs_proof proof = rs_proof_guarded(checked_path(m), m->target->root != NULL, &problems);
    rs_proof_print(&problems, true);
    rs_problems_clear(&problems);
    return proof != RS_PROOF_FAILED;
}

/* Proves the new text before any program can read it. */
static bool prove_copy(const machine *m)
{
    rs_problems problems = {0};
    const char *copy =
        rs_temp_folder_make() ? rs_temp_folder_write("openssl.cnf", m->change.new) : NULL;
    bool good = copy != NULL &&
                rs_proof_guarded(copy, m->target->root != NULL, &problems) != RS_PROOF_FAILED;
    if (!good) {
        rs_proof_print(&problems, false);
        rs_message_error("%s: not changed, because the new configuration does not work",
                         m->config.path);
    }
    rs_problems_clear(&problems);
    return good;
}

/* Names the processes that run with what was before. */
static void name_processes(const machine *m)
{
    if (m->config.from_option || m->config.from_environment || m->target->root != NULL)
        return;
    rs_problems problems = {0};
    rs_openssl_config now;
    rs_openssl_config_read(NULL, &now, &problems);
    rs_status_processes_started(&now, &problems);
    rs_proof_print(&problems, true);
    rs_openssl_config_clear(&now);
    rs_problems_clear(&problems);
}

static bool is_enabled(const machine *m)
{
    const rs_openssl_config *c = &m->config;
    if (c->entry != RS_ENTRY_PROVIDER)
        return c->entry == RS_ENTRY_CONF_MODULE;
    const char *activate = rs_openssl_config_get(c, c->section, "activate");
    return c->module != NULL && activate != NULL && rs_openssl_config_is_yes(activate);
}

/* Everybody's programs read it, or are not guarded; and the copy that is proved is not secret. */
static bool is_public(const machine *m)
{
    struct stat file;
    if (stat(m->config.path, &file) != 0 || (file.st_mode & S_IROTH) != 0)
        return true;
    rs_message_error("%s: not every user can read it, and programs that cannot are not guarded; "
                     "chmod o+r it",
                     m->config.path);
    return false;
}

static bool plan_change(machine *m)
{
    rs_openssl_config before = {
        .conf = rs_openssl_config_parse(m->config.path, m->rest.text, &m->problems)};
    rs_conf_plan plan = {.arena = &m->arena,
                         .config = &before,
                         .module = m->target->module,
                         .list = m->target->list};
    bool is_new = !m->change.exists || m->rest.is_new, good = before.conf != NULL;
    if (good) {
        rs_conf_plan_make(&plan);
        good = rs_conf_block_insert(&plan, m->config.path, m->rest.text, is_new, &m->change.new,
                                    &m->problems);
    }
    NCONF_free(before.conf);
    m->change.remains = true;
    if (!good)
        rs_proof_print(&m->problems, false);
    return good;
}

/* Writes the file, and takes it back if it does not work in its place. */
static bool write_and_prove(machine *m)
{
    if (m->change.exists && rs_file_change_keep(&m->change, &m->arena, m->rest.text) == NULL)
        return false;
    bool made = rs_file_change_make(&m->change);
    if (made && prove_in_place(m))
        return true;
    if (made && rs_file_change_undo(&m->change))
        rs_message_error("%s: is as it was before, because the new configuration does not work "
                         "there",
                         m->config.path);
    rs_file_change_drop(&m->change, &m->arena, m->rest.text);
    return false;
}

static int enable(machine *m)
{
    if (is_enabled(m)) {
        rs_message_done("%s: rootscope is enabled already", m->config.path);
        return prove_in_place(m) ? RS_EXIT_OK : RS_EXIT_ERROR;
    }
    if (!is_public(m) || !plan_change(m) || !rs_target_make_list(m->target))
        return RS_EXIT_ERROR;
    rs_file_change_print(&m->change);
    fflush(stdout);
    if (!prove_copy(m))
        return RS_EXIT_ERROR;
    if (m->target->dry_run)
        return RS_EXIT_OK;
    if (!write_and_prove(m))
        return RS_EXIT_ERROR;
    rs_message_done("%s: rootscope is enabled; `rootscope disable` takes it back", m->config.path);
    fflush(stdout);
    name_processes(m);
    return RS_EXIT_OK;
}

int rs_machine_enable(const rs_target *target)
{
    machine m;
    int status = open_machine(&m, target) ? enable(&m) : RS_EXIT_ERROR;
    close_machine(&m);
    return status;
}

/* Whether programs still work afterwards: somebody may rely on the default provider by now. */
static bool works_without(const machine *m)
{
    if (m->target->root != NULL || !m->change.remains || !rs_temp_folder_make())
        return true;
    const char *copy = rs_temp_folder_write("openssl.cnf", m->change.new);
    if (copy == NULL || rs_proof_works(copy) || !rs_proof_works(m->config.path))
        return true;
    rs_message_error("%s: not changed, because nothing would work without these lines: another "
                     "provider is activated, so activate the default provider, too (config(5ossl))",
                     m->config.path);
    return false;
}

static int disable(machine *m)
{
    if (m->rest.blocks == 0 && m->config.entry == RS_ENTRY_NONE) {
        rs_message_done("%s: rootscope is not enabled", m->config.path);
    } else if (m->rest.blocks == 0) {
        rs_message_error(
            "%s: leads to rootscope, but not by lines of `rootscope enable`; remove the "
            "section [%s] and what leads to it by hand",
            m->config.path, m->config.section);
        return RS_EXIT_ERROR;
    } else {
        m->change.new = m->rest.text;
        m->change.remains = !m->rest.is_new || m->rest.text.n > 0;
        rs_file_change_print(&m->change);
        fflush(stdout);
        if (!works_without(m))
            return RS_EXIT_ERROR;
        if (m->target->dry_run)
            return RS_EXIT_OK;
        if (!rs_file_change_make(&m->change))
            return RS_EXIT_ERROR;
        rs_message_done("%s: rootscope is disabled", m->config.path);
    }
    if (m->target->dry_run)
        return RS_EXIT_OK;
    fflush(stdout);
    const char *kept = rs_file_change_drop(&m->change, &m->arena, m->rest.text);
    if (kept != NULL)
        rs_message_warning("%s: kept, because it differs from %s; it is from before `rootscope "
                           "enable`",
                           kept, m->config.path);
    name_processes(m);
    return RS_EXIT_OK;
}

int rs_machine_disable(const rs_target *target)
{
    machine m;
    int status = open_machine(&m, target) ? disable(&m) : RS_EXIT_ERROR;
    close_machine(&m);
    return status;
}
