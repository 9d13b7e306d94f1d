/* SPDX-License-Identifier: Apache-2.0 */
#include "command/enable/service.h"

#include "command/base/edit_lock.h"
#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/base/output_file.h"
#include "command/base/own_path.h"
#include "command/base/temp_folder.h"
#include "command/base/text.h"
#include "command/enable/conf_block.h"
#include "command/enable/environment_files.h"
#include "command/enable/file_change.h"
#include "command/enable/proof.h"
#include "command/status/own_services.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ENDING ".service"
#define HEADER                                                                                     \
    "# Written by `rootscope enable --service %s`.\n"                                              \
    "# `rootscope disable --service %s` removes it.\n"

typedef struct service {
    const rs_target *target;
    rs_arena arena;
    rs_problems problems;
    const char *unit, *folder; /* with its ending; that of its drop-ins */
    rs_file_change conf, drop_in;
    rs_edit_lock lock; /* of the units' folder */
} service;

/* The unit's full name; NULL after a message. */
static const char *unit_name(rs_arena *arena, const char *given)
{
    size_t length = strlen(given), tail = strlen(ENDING);
    bool is_plain = given[0] != '.' && length > 0 && length < NAME_MAX - 32;
    for (const char *c = given; is_plain && *c != '\0'; c++)
        is_plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                   (*c >= '0' && *c <= '9') || strchr(":_.@-", *c) != NULL;
    if (!is_plain) {
        rs_message_error("--service %s: not the name of a service, such as nginx or nginx.service",
                         given);
        return NULL;
    }
    bool is_full = length > tail && strcmp(given + length - tail, ENDING) == 0;
    return rs_text_format(arena, "%s%s", given, is_full ? "" : ENDING);
}

static bool open_service(service *s, const rs_target *target, const char *given)
{
    *s = (service){.target = target, .lock.fd = -1};
    s->unit = unit_name(&s->arena, given);
    if (s->unit == NULL ||
        (!target->dry_run && !rs_edit_lock_take(&s->lock, RS_SERVICE_UNITS, RS_EDIT_LOCK_SECONDS)))
        return false;
    s->folder = rs_text_format(&s->arena, RS_SERVICE_UNITS "/%s.d", s->unit);
    const char *conf = rs_own_service_config(&s->arena, s->unit);
    return rs_file_change_read(&s->conf, &s->arena, conf) &&
           rs_file_change_read(&s->drop_in, &s->arena,
                               rs_text_format(&s->arena, "%s/" RS_SERVICE_DROP_IN, s->folder));
}

static void close_service(service *s)
{
    rs_edit_lock_release(&s->lock);
    rs_problems_clear(&s->problems);
    rs_arena_clear(&s->arena);
}

static const char *header(service *s)
{
    return rs_text_format(&s->arena, HEADER, s->unit, s->unit);
}

static void plan_drop_in(service *s)
{
    char command[PATH_MAX];
    s->drop_in.remains = true;
    s->drop_in.new = rs_bytes_of_string(rs_text_format(
        &s->arena,
        "%s\n[Service]\nEnvironment=OPENSSL_CONF=%s\n"
        "# The service does not start unless this configuration guards.\n"
        "ExecStartPre=+%s status --quiet --ignore-warnings --config %s\n",
        header(s), s->conf.path, rs_own_path(s->target->root != NULL, command), s->conf.path));
}

/* A configuration that holds whatever becomes of the machine's: all lines are in it. */
static bool plan_conf(service *s)
{
    rs_openssl_config base, machine;
    rs_openssl_config_read(s->target->config, &machine, &s->problems);
    const char *text = rs_text_format(&s->arena, "%s\n.include %s\n", header(s),
                                      rs_openssl_config_escape(&s->arena, machine.path));
    base = (rs_openssl_config){
        .conf = rs_openssl_config_parse(s->conf.path, rs_bytes_of_string(text), &s->problems)};
    rs_conf_plan plan = {.arena = &s->arena,
                         .config = &base,
                         .module = s->target->module,
                         .list = s->target->list == NULL ? ROOTSCOPE_LIST : s->target->list,
                         .whole = true};
    bool good = base.conf != NULL && machine.conf != NULL;
    if (good) {
        rs_conf_plan_make(&plan);
        good = rs_conf_block_insert(&plan, s->conf.path, rs_bytes_of_string(text), false,
                                    &s->conf.new, &s->problems);
    }
    NCONF_free(base.conf);
    rs_openssl_config_clear(&machine);
    s->conf.remains = true;
    return good;
}

static bool prove(const service *s, const char *path, bool all)
{
    rs_problems problems = {0};
    rs_proof proof =
        path == NULL ? RS_PROOF_FAILED : rs_proof_guarded(path, s->target->root != NULL, &problems);
    rs_proof_print(&problems, all);
    rs_problems_clear(&problems);
    return proof != RS_PROOF_FAILED;
}

static bool prove_copy(const service *s)
{
    return rs_temp_folder_make() &&
           prove(s, rs_temp_folder_write("openssl.cnf", s->conf.new), false);
}

/* The drop-in comes last: it makes the service use the rest. */
static bool write_and_prove(const service *s)
{
    if (!rs_output_file_make_folder(s->conf.path) || !rs_file_change_make(&s->conf))
        return false;
    if (prove(s, s->conf.path, true) && rs_output_file_make_folder(s->drop_in.path) &&
        rs_file_change_make(&s->drop_in))
        return true;
    if (rs_file_change_undo(&s->conf))
        rs_message_error("%s: is as it was before", s->conf.path);
    return false;
}

static bool is_known_unit(const char *unit)
{
    static const char *const folders[] = {RS_SERVICE_UNITS, "/run/systemd/system",
                                          "/usr/lib/systemd/system", "/lib/systemd/system",
                                          "/etc/init.d"};
    char path[PATH_MAX];
    const char *at = strchr(unit, '@');
    int length = at != NULL ? (int)(at - unit) + 1 : (int)(strlen(unit) - strlen(ENDING));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        bool is_script = i + 1 == sizeof folders / sizeof *folders;
        int n = snprintf(path, sizeof path, "%s/%.*s%s", folders[i], length, unit,
                         is_script ? "" : ENDING);
        if (n > 0 && n < (int)sizeof path && access(path, F_OK) == 0)
            return true;
    }
    return false;
}

static void print_changes(const service *s)
{
    rs_file_change_print(&s->conf);
    rs_file_change_print(&s->drop_in);
    fflush(stdout);
}

static void print_end(const service *s, const char *what)
{
    rs_message_done(
        "%s: rootscope is %s; now run: systemctl daemon-reload && systemctl try-restart %s",
        s->unit, what, s->unit);
}

/* False after a message. */
static bool is_ours(service *s, const rs_file_change *change)
{
    const char *start = header(s);
    size_t n = strlen(start);
    if (!change->exists || (change->old.n >= n && memcmp(change->old.p, start, n) == 0))
        return true;
    rs_message_error("%s: not written by `rootscope enable`; remove it by hand", change->path);
    return false;
}

static int enable(service *s)
{
    if (!is_ours(s, &s->drop_in) || !is_ours(s, &s->conf))
        return RS_EXIT_ERROR;
    if (!plan_conf(s)) {
        rs_proof_print(&s->problems, false);
        return RS_EXIT_ERROR;
    }
    if (!rs_target_make_list(s->target))
        return RS_EXIT_ERROR;
    plan_drop_in(s);
    if (!is_known_unit(s->unit))
        rs_message_warning("%s: this machine has no such unit yet", s->unit);
    rs_environment_files_warn(s->unit);
    print_changes(s);
    if (!prove_copy(s)) {
        rs_message_error("%s: not changed, because the new configuration does not work", s->unit);
        return RS_EXIT_ERROR;
    }
    if (s->target->dry_run)
        return RS_EXIT_OK;
    if (!write_and_prove(s))
        return RS_EXIT_ERROR;
    print_end(s, "enabled");
    return RS_EXIT_OK;
}

int rs_service_enable(const rs_target *target, const char *unit)
{
    service s;
    int status = open_service(&s, target, unit) ? enable(&s) : RS_EXIT_ERROR;
    close_service(&s);
    return status;
}

static void plan_removal(rs_file_change *change)
{
    change->remains = false;
    change->new = rs_bytes_make("", 0);
}

static int disable(service *s)
{
    if (!s->conf.exists && !s->drop_in.exists) {
        rs_message_done("%s: rootscope is not enabled", s->unit);
        return RS_EXIT_OK;
    }
    if (!is_ours(s, &s->drop_in) || !is_ours(s, &s->conf))
        return RS_EXIT_ERROR;
    plan_removal(&s->drop_in);
    plan_removal(&s->conf);
    print_changes(s);
    if (s->target->dry_run)
        return RS_EXIT_OK;
    if ((s->drop_in.exists && !rs_file_change_make(&s->drop_in)) ||
        (s->conf.exists && !rs_file_change_make(&s->conf)))
        return RS_EXIT_ERROR;
    /* Others may have drop-ins there. */
    if (rmdir(s->folder) != 0 && errno != ENOTEMPTY && errno != ENOENT)
        rs_message_warning("%s: %s", s->folder, strerror(errno));
    print_end(s, "disabled");
    return RS_EXIT_OK;
}

int rs_service_disable(const rs_target *target, const char *unit)
{
    service s;
    int status = open_service(&s, target, unit) ? disable(&s) : RS_EXIT_ERROR;
    close_service(&s);
    return status;
}
