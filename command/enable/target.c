/* SPDX-License-Identifier: Apache-2.0 */
#include "command/enable/target.h"

#include "command/base/edit_lock.h"
#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/list/build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a program needs to find itself: libraries, and the settings of tools that test it. */
static bool is_kept(const char *variable)
{
    static const char *const kept[] = {"PATH=", "TMPDIR=", "LD_", "OPENSSL_CONF="};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strncmp(variable, kept[i], strlen(kept[i])) == 0)
            return true;
    return strstr(variable, "SAN_OPTIONS=") != NULL;
}

/* Variables of a shell would hide what daemons lack: `$ENV::HOME` is an error for them. */
static void clean_environment(void)
{
    size_t kept = 0;
    for (size_t i = 0; environ[i] != NULL; i++)
        if (is_kept(environ[i]))
            environ[kept++] = environ[i];
    environ[kept] = NULL;
}

static bool enter_root(rs_target *target)
{
    static const char *const usual[] = {"/usr/lib/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf",
                                        "/etc/ssl/openssl.cnf"};
    if (chroot(target->root) != 0 || chdir("/") != 0) {
        rs_message_error("--root %s: %s%s", target->root, strerror(errno),
                         errno == EPERM ? "; run this as root, or with `unshare --map-root-user`"
                                        : "");
        return false;
    }
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    for (size_t i = 0; target->config == NULL && i < sizeof usual / sizeof *usual; i++)
        if (access(usual[i], F_OK) == 0)
            target->config = usual[i];
    if (target->config == NULL)
        rs_message_error("--root %s: it has no openssl.cnf in a usual place; name the file with "
                         "--config",
                         target->root);
    return target->config != NULL;
}

static bool is_path(const char *option, const char *path)
{
    if (path == NULL || (path[0] == '/' && strpbrk(path, "\r\n") == NULL))
        return true;
    rs_message_error("%s %s: give an absolute path: each program has a working directory of its "
                     "own",
                     option, path);
    return false;
}

static bool enter(rs_target *target)
{
    clean_environment();
    return is_path("--module", target->module) && is_path("--list", target->list) &&
           (target->root == NULL || enter_root(target));
}

bool rs_target_make_list(const rs_target *target)
{
    if (target->list != NULL || target->dry_run || access(ROOTSCOPE_LIST, F_OK) == 0)
        return true;
    rs_sources sources = {0};
    const rs_build build = {.output = ROOTSCOPE_LIST, .make_folder = true};
    rs_edit_lock lock;
    bool good =
        rs_edit_lock_take(&lock, ROOTSCOPE_SOURCES_LOCAL, RS_EDIT_LOCK_SECONDS) &&
        rs_sources_add_folders(&sources, ROOTSCOPE_SOURCES_SHIPPED, ROOTSCOPE_SOURCES_LOCAL) &&
        (sources.count == 0 ||
         (rs_sources_parse(&sources, true) && rs_build_run(&sources, &build)));
    rs_edit_lock_release(&lock);
    rs_sources_clear(&sources);
    return good;
}

static int work_on(rs_target *target, const rs_target_work *work)
{
    if (!enter(target))
        return RS_EXIT_ERROR;
    if (target->all_libraries)
        return work->libraries(target);
    if (target->services.count == 0)
        return work->machine(target);
    int status = RS_EXIT_OK;
    for (size_t i = 0; i < target->services.count && status == RS_EXIT_OK; i++)
        status = work->service(target, target->services.items[i]);
    return status;
}

/* Whether there are options that make no sense for a trust store. */
static bool is_about_openssl(const rs_target *target)
{
    return target->config != NULL || target->services.count > 0 || target->list != NULL ||
           strcmp(target->module, ROOTSCOPE_MODULE) != 0;
}

int rs_target_run(const rs_subcommand *command, int argc, char **argv, const rs_target_work *work)
{
    rs_words rest;
    rs_target target = {
        .module = ROOTSCOPE_MODULE,
        .services.items = rs_message_need(calloc((size_t)argc + 1, sizeof(char *))),
    };
    int status = rs_options_read(command, argc, argv, &target, &rest);
    if (status == RS_OPTIONS_READ && rest.count > 0)
        status = rs_message_usage(command, "unexpected argument: %s", rest.items[0]);
    if (status == RS_OPTIONS_READ && target.all_libraries && is_about_openssl(&target))
        status = rs_message_usage(command, "--all-libraries is for the trust store; it takes "
                                           "--root and --dry-run only");
    if (status == RS_OPTIONS_READ)
        status = work_on(&target, work);
    free(target.services.items);
    return status;
}

#define COMMON_OPTIONS                                                                             \
    {"root",         0,                                                                            \
     "DIR",          "work on the system in DIR, such as an image's root directory",               \
     rs_option_text, offsetof(rs_target, root)},                                                   \
        {"config",       0,                                                                        \
         "FILE",         "change FILE instead of the openssl.cnf that applications read",          \
         rs_option_text, offsetof(rs_target, config)},                                             \
        {"service",       0,                                                                       \
         "UNIT",          "change only this service of systemd; may be given several times",       \
         rs_option_words, offsetof(rs_target, services)},                                          \
        {"all-libraries",                                                                          \
         0,                                                                                        \
         NULL,                                                                                     \
         "change the trust store, for programs without OpenSSL",                                   \
         rs_option_flag,                                                                           \
         offsetof(rs_target, all_libraries)},                                                      \
    {                                                                                              \
        "dry-run", 0, NULL, "show what would be changed, and try it; change nothing",              \
            rs_option_flag, offsetof(rs_target, dry_run)                                           \
    }

const rs_option rs_target_enable_options[] = {
    COMMON_OPTIONS,
    {"list", 0, "FILE", "let the module read the compiled list FILE", rs_option_text,
     offsetof(rs_target, list)},
    {"module", 0, "FILE", "load the module from FILE (default: the installed one)", rs_option_text,
     offsetof(rs_target, module)},
    {0},
};

const rs_option rs_target_disable_options[] = {
    COMMON_OPTIONS,
    {0},
};
