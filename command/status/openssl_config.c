/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/openssl_config.h"

#include "command/base/message.h"
#include "command/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <unistd.h>

STACK_OF(CONF_VALUE) * rs_openssl_config_section(const rs_openssl_config *config, const char *name)
{
    ERR_set_mark();
    STACK_OF(CONF_VALUE) *values = name == NULL ? NULL : NCONF_get_section(config->conf, name);
    ERR_pop_to_mark();
    return values;
}

const char *rs_openssl_config_get(const rs_openssl_config *config, const char *section,
                                  const char *key)
{
    /* NCONF_get_string would take a missing key from the default section. */
    STACK_OF(CONF_VALUE) *values = rs_openssl_config_section(config, section);
    const char *found = NULL;
    for (int i = 0; i < sk_CONF_VALUE_num(values); i++) {
        const CONF_VALUE *value = sk_CONF_VALUE_value(values, i);
        if (strcmp(value->name, key) == 0)
            found = value->value;
    }
    return found;
}

bool rs_openssl_config_is_yes(const char *word)
{
    static const char *const yes[] = {"1", "yes", "Yes", "YES", "true", "True", "TRUE", "on"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strcmp(word, yes[i]) == 0)
            return true;
    return false;
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

bool rs_openssl_config_is_module(const char *path)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;
    return base != NULL && strcmp(base, "rootscope.so") == 0;
}

const char *rs_openssl_config_provider(const rs_openssl_config *config, const char *key,
                                       const char *section)
{
    const char *identity = rs_openssl_config_get(config, section, "identity");
    const char *dot = strchr(key, '.');
    return identity != NULL ? identity : dot != NULL ? dot + 1 : key;
}

static const char *file_key(rs_config_entry kind)
{
    return kind == RS_ENTRY_PROVIDER ? "module" : "path";
}

bool rs_openssl_config_is_entry(const rs_openssl_config *config, const CONF_VALUE *entry,
                                rs_config_entry kind)
{
    const char *file = rs_openssl_config_get(config, entry->value, file_key(kind));
    if (file != NULL)
        return rs_openssl_config_is_module(file);
    return strcmp(rs_openssl_config_provider(config, entry->name, entry->value), "rootscope") == 0;
}

static bool find_entry(rs_openssl_config *config, const char *section, rs_config_entry kind)
{
    STACK_OF(CONF_VALUE) *values = rs_openssl_config_section(config, section);
    for (int i = 0; i < sk_CONF_VALUE_num(values); i++) {
        const CONF_VALUE *value = sk_CONF_VALUE_value(values, i);
        if (!rs_openssl_config_is_entry(config, value, kind))
            continue;
        config->entry = kind;
        config->name = rs_openssl_config_provider(config, value->name, value->value);
        config->section = value->value;
        config->module = rs_openssl_config_get(config, value->value, file_key(kind));
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

static void report_error(const char *path, long line, rs_problems *problems)
{
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
}

/*
 * As a daemon reads it: relative paths start at `/`, and no variable of a shell matters. `text`
 * NULL: the file. NULL, and why in `problems`, if it cannot be read.
 */
static CONF *load_as_daemon(const char *path, BIO *text, rs_problems *problems)
{
    long line = 0;
    CONF *conf = rs_message_need(NCONF_new(NULL));
    int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool moved = here >= 0 && chdir("/") == 0;
    unsetenv("OPENSSL_CONF_INCLUDE");
    ERR_set_mark();
    if ((text == NULL ? NCONF_load(conf, path, &line) : NCONF_load_bio(conf, text, &line)) <= 0) {
        report_error(path, line, problems);
        NCONF_free(conf);
        conf = NULL;
    }
    ERR_pop_to_mark();
    if (moved && fchdir(here) != 0)
        rs_message_error("the working directory is gone: %s", strerror(errno));
    if (here >= 0)
        close(here);
    return conf;
}

CONF *rs_openssl_config_parse(const char *path, rs_bytes text, rs_problems *problems)
{
    BIO *memory =
        rs_message_need(BIO_new_mem_buf(text.n == 0 ? (const void *)"" : text.p, (int)text.n));
    CONF *conf = load_as_daemon(path, memory, problems);
    BIO_free(memory);
    return conf;
}

void rs_openssl_config_read(const char *path, rs_openssl_config *config, rs_problems *problems)
{
    *config = (rs_openssl_config){0};
    rs_settings_init(&config->settings);
    set_path(config, path);
    config->conf = load_as_daemon(config->path, NULL, problems);
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

const char *rs_openssl_config_escape(rs_arena *arena, const char *text)
{
    char *escaped = rs_message_need(rs_arena_take(arena, 2 * strlen(text) + 1));
    char *to = escaped;
    for (const char *from = text; *from != '\0'; from++) {
        if (strchr("\\$#;\"'`", *from) != NULL)
            *to++ = '\\';
        *to++ = *from;
    }
    return escaped;
}

const char *rs_openssl_config_with(const rs_openssl_config *config, rs_arena *arena,
                                   const char *lines)
{
    return rs_text_format(arena, ".include %s\n[%s]\n%s",
                          rs_openssl_config_escape(arena, config->path), config->section, lines);
}
