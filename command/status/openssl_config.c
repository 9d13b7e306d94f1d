/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/openssl_config.h"

#include "command/base/message.h"
#include "command/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <unistd.h>

const char *rs_openssl_config_get(const rs_openssl_config *config, const char *section,
                                  const char *key)
{
    ERR_set_mark();
    /* NCONF_get_string would take a missing key from the default section. */
    STACK_OF(CONF_VALUE) *values =
        section == NULL ? NULL : NCONF_get_section(config->conf, section);
    const char *found = NULL;
    for (int i = 0; i < sk_CONF_VALUE_num(values); i++) {
        const CONF_VALUE *value = sk_CONF_VALUE_value(values, i);
        if (strcmp(value->name, key) == 0)
            found = value->value;
    }
    ERR_pop_to_mark();
    return found;
}

const char *rs_config_entry_word(rs_config_entry entry)
{
    static const char *const words[] = {"none", "provider", "configuration module"};
    return words[entry];
}

static void set_path(rs_openssl_config *config, const char *path)
{
    config->from_option = path != NULL;
    config->from_environment = path == NULL && secure_getenv("OPENSSL_CONF") != NULL;
    char *given =
        rs_message_need(path == NULL ? CONF_get1_default_config_file() : OPENSSL_strdup(path));
    char *folder = given[0] == '/' ? NULL : getcwd(NULL, 0);
    config->path = given;
    if (folder == NULL)
        return;
    rs_arena arena = {0};
    config->path = rs_message_need(OPENSSL_strdup(rs_text_format(&arena, "%s/%s", folder, given)));
    rs_arena_clear(&arena);
    free(folder);
    OPENSSL_free(given);
}

static bool is_our_file(const char *path)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;
    return base != NULL && strcmp(base, "rootscope.so") == 0;
}

/* Whether an entry of a section, `name = section`, is the module. */
static bool is_ours(const rs_openssl_config *config, const CONF_VALUE *entry, const char *file_key)
{
    const char *file = rs_openssl_config_get(config, entry->value, file_key);
    if (file != NULL)
        return is_our_file(file);
    const char *identity = rs_openssl_config_get(config, entry->value, "identity");
    return strcmp(identity == NULL ? entry->name : identity, "rootscope") == 0;
}

static bool find_entry(rs_openssl_config *config, const char *section, rs_config_entry kind)
{
    const char *file_key = kind == RS_ENTRY_PROVIDER ? "module" : "path";
    ERR_set_mark();
    STACK_OF(CONF_VALUE) *values =
        section == NULL ? NULL : NCONF_get_section(config->conf, section);
    ERR_pop_to_mark();
    for (int i = 0; i < sk_CONF_VALUE_num(values); i++) {
        const CONF_VALUE *value = sk_CONF_VALUE_value(values, i);
        if (!is_ours(config, value, file_key))
            continue;
        const char *identity = rs_openssl_config_get(config, value->value, "identity");
        config->entry = kind;
        config->name = identity == NULL ? value->name : identity;
        config->section = value->value;
        config->module = rs_openssl_config_get(config, value->value, file_key);
        return true;
    }
    return false;
}

static void read_settings(rs_openssl_config *config)
{
    STACK_OF(CONF_VALUE) *values = NCONF_get_section(config->conf, config->section);
    for (int i = 0; i < sk_CONF_VALUE_num(values); i++) {
        const CONF_VALUE *value = sk_CONF_VALUE_value(values, i);
        for (size_t k = 0; rs_settings_key(k) != NULL; k++)
            if (strcmp(value->name, rs_settings_key(k)) == 0)
                rs_settings_set(&config->settings, value->name, value->value);
    }
}

/* NULL, and why in `problems`, if the file cannot be read. */
static CONF *load(const char *path, rs_problems *problems)
{
    long line = 0;
    CONF *conf = rs_message_need(NCONF_new(NULL));
    ERR_set_mark();
    if (NCONF_load(conf, path, &line) > 0) {
        ERR_pop_to_mark();
        return conf;
    }
    const char *data = NULL;
    int flags = 0;
    unsigned long error = ERR_peek_last_error_all(NULL, NULL, NULL, &data, &flags);
    const char *reason = ERR_reason_error_string(error);
    if (line > 0)
        rs_problems_add(problems, RS_NOT_GUARDED, "config-syntax",
                        "correct that line; until then OpenSSL ignores the whole file",
                        "%s:%ld: %s", path, line, reason == NULL ? "cannot be parsed" : reason);
    else
        rs_problems_add(problems, RS_NOT_GUARDED, "config-unreadable",
                        "make it readable for every user, or restore OpenSSL's own file",
                        "%s: cannot be read%s%s", path, reason == NULL ? "" : ": ",
                        reason == NULL ? "" : reason);
    ERR_pop_to_mark();
    NCONF_free(conf);
    return NULL;
}

/* As a daemon reads it: relative paths start at `/`, and no variable of a shell matters. */
static CONF *load_as_daemon(const char *path, rs_problems *problems)
{
    int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool moved = here >= 0 && chdir("/") == 0;
    unsetenv("OPENSSL_CONF_INCLUDE");
    CONF *conf = load(path, problems);
    if (moved && fchdir(here) != 0)
        rs_message_error("the working directory is gone: %s", strerror(errno));
    if (here >= 0)
        close(here);
    return conf;
}

void rs_openssl_config_read(const char *path, rs_openssl_config *config, rs_problems *problems)
{
    *config = (rs_openssl_config){0};
    rs_settings_init(&config->settings);
    set_path(config, path);
    config->conf = load_as_daemon(config->path, problems);
    if (config->conf == NULL)
        return;
    config->init = rs_openssl_config_get(config, "default", "openssl_conf");
    config->providers = rs_openssl_config_get(config, config->init, "providers");
    if (find_entry(config, config->providers, RS_ENTRY_PROVIDER) ||
        find_entry(config, config->init, RS_ENTRY_CONF_MODULE))
        read_settings(config);
}

void rs_openssl_config_clear(rs_openssl_config *config)
{
    NCONF_free(config->conf);
    OPENSSL_free(config->path);
    *config = (rs_openssl_config){0};
}

/* A path as `.include` takes it: what its parser would read as something else is escaped. */
static const char *include_path(rs_arena *arena, const char *path)
{
    char *escaped = rs_message_need(rs_arena_take(arena, 2 * strlen(path) + 1));
    char *to = escaped;
    for (const char *from = path; *from != '\0'; from++) {
        if (strchr("\\$#;\"'`", *from) != NULL)
            *to++ = '\\';
        *to++ = *from;
    }
    return escaped;
}

const char *rs_openssl_config_with(const rs_openssl_config *config, rs_arena *arena,
                                   const char *lines)
{
    return rs_text_format(arena, ".include %s\n[%s]\n%s", include_path(arena, config->path),
                          config->section, lines);
}
