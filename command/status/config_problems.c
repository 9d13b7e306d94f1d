/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/config_problems.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/status/config_includes.h"

/* The first section other than `default` that has this key, of value `value` unless NULL. */
static const char *section_with(const rs_openssl_config *config, const char *key, const char *value)
{
    STACK_OF(OPENSSL_CSTRING) *names = NCONF_get_section_names(config->conf);
    const char *found = NULL;
    for (int i = 0; found == NULL && i < sk_OPENSSL_CSTRING_num(names); i++) {
        const char *name = sk_OPENSSL_CSTRING_value(names, i);
        const char *present = rs_openssl_config_get(config, name, key);
        if (strcmp(name, "default") != 0 && present != NULL &&
            (value == NULL || strcmp(present, value) == 0))
            found = name;
    }
    sk_OPENSSL_CSTRING_free(names);
    return found;
}

/* A section with the module's file name that nothing leads to. */
static const char *stray_section(const rs_openssl_config *config)
{
    STACK_OF(OPENSSL_CSTRING) *names = NCONF_get_section_names(config->conf);
    const char *found = NULL;
    for (int i = 0; found == NULL && i < sk_OPENSSL_CSTRING_num(names); i++) {
        const char *name = sk_OPENSSL_CSTRING_value(names, i);
        const char *file = rs_openssl_config_get(config, name, "module");
        if (file == NULL)
            file = rs_openssl_config_get(config, name, "path");
        if (file != NULL && strstr(file, "rootscope.so") != NULL)
            found = name;
    }
    sk_OPENSSL_CSTRING_free(names);
    return found;
}

/* What adds the lines that are missing, ready to paste. */
static const char *enable_command(const rs_openssl_config *config, rs_problems *problems)
{
    if (!config->from_option)
        return "run `rootscope enable`";
    return rs_text_format(&problems->arena, "run `rootscope enable --config %s`",
                          rs_text_shell(&problems->arena, config->path));
}

static void find_start(const rs_openssl_config *config, rs_problems *problems)
{
    const char *elsewhere = section_with(config, "openssl_conf", NULL);
    if (config->init != NULL) {
        if (rs_openssl_config_section(config, config->init) == NULL)
            rs_problems_add(
                problems, RS_NOT_GUARDED, "init-section-missing", enable_command(config, problems),
                "openssl_conf names the section [%s], which does not exist", config->init);
        return;
    }
    if (elsewhere != NULL)
        rs_problems_add(problems, RS_NOT_GUARDED, "openssl-conf-misplaced",
                        "put that line before the first section, or under [default]",
                        "`openssl_conf = ...` is in the section [%s], where OpenSSL does not "
                        "look for it",
                        elsewhere);
    else
        rs_problems_add(problems, RS_NOT_GUARDED, "openssl-conf-missing",
                        enable_command(config, problems),
                        "the line `openssl_conf = ...` is missing or a comment: OpenSSL takes "
                        "nothing from the file");
}

static void find_lost_entry(const rs_openssl_config *config, rs_problems *problems)
{
    if (config->init == NULL || rs_openssl_config_section(config, config->init) == NULL)
        return;
    const char *stray = stray_section(config);
    if (config->providers != NULL && rs_openssl_config_section(config, config->providers) == NULL)
        rs_problems_add(
            problems, RS_NOT_GUARDED, "providers-section-missing", enable_command(config, problems),
            "`providers` names the section [%s], which does not exist", config->providers);
    else if (stray != NULL && config->providers == NULL)
        rs_problems_add(problems, RS_NOT_GUARDED, "providers-missing",
                        enable_command(config, problems),
                        "[%s] exists, but [%s] has no line `providers = ...` that leads to it",
                        stray, config->init);
    else if (stray != NULL)
        rs_problems_add(problems, RS_NOT_GUARDED, "entry-missing",
                        "write `rootscope = ` and that section's name under the providers' section",
                        "[%s] exists, but [%s] does not name it", stray, config->providers);
    else
        rs_problems_add(problems, RS_NOT_GUARDED, "not-configured",
                        enable_command(config, problems), "the module is not in the configuration");
}

static bool is_active(const rs_openssl_config *config, const char *section)
{
    return rs_openssl_config_get(config, section, "activate") != NULL;
}

static void find_default_lost(const rs_openssl_config *config, rs_problems *problems)
{
    STACK_OF(CONF_VALUE) *values = rs_openssl_config_section(config, config->providers);
    const char *other = NULL;
    for (int i = 0; i < sk_CONF_VALUE_num(values); i++) {
        const CONF_VALUE *value = sk_CONF_VALUE_value(values, i);
        const char *name = rs_openssl_config_provider(config, value->name, value->value);
        bool active = is_active(config, value->value);
        if (active && (strcmp(name, "default") == 0 || strcmp(name, "fips") == 0))
            return;
        if (active)
            other = name;
    }
    if (other != NULL)
        rs_problems_add(problems, RS_NOT_GUARDED, "default-not-activated",
                        "write `default = default_sect` under the providers' section, and "
                        "[default_sect] with `activate = 1`",
                        "the provider %s is activated and the default provider is not: programs "
                        "have no algorithms",
                        other);
}

static void find_provider(const rs_openssl_config *config, rs_problems *problems)
{
    const char *activate = rs_openssl_config_get(config, config->section, "activate");
    if (rs_openssl_config_section(config, config->section) == NULL)
        rs_problems_add(
            problems, RS_NOT_GUARDED, "section-missing", enable_command(config, problems),
            "%s is named, but the section [%s] does not exist", config->name, config->section);
    else if (activate == NULL)
        rs_problems_add(
            problems, RS_NOT_GUARDED, "not-activated", "write `activate = 1` into that section",
            "[%s] has no `activate`: OpenSSL does not load the module", config->section);
    else if (!rs_openssl_config_is_yes(activate))
        rs_problems_add(
            problems, RS_NOT_GUARDED, "not-activated", "write `activate = 1`",
            "[%s] has `activate = %s`, which means different things to different versions of "
            "OpenSSL",
            config->section, activate);
    if (config->module == NULL && rs_openssl_config_section(config, config->section) != NULL)
        rs_problems_add(problems, RS_DOUBTFUL, "module-unnamed",
                        "write `module = ` and its absolute path into that section",
                        "[%s] has no `module`: OpenSSL looks for rootscope.so in a directory that "
                        "a program may have changed",
                        config->section);
}

static void find_relative(const rs_openssl_config *config, rs_problems *problems)
{
    if (config->module != NULL && config->module[0] != '/')
        rs_problems_add(problems, RS_DOUBTFUL, "module-relative", "write its absolute path",
                        "the module's path %s is not absolute: where OpenSSL looks for it depends "
                        "on the program",
                        config->module);
}

static bool is_known_key(const rs_openssl_config *config, const char *key)
{
    static const char *const of_provider[] = {"identity", "module", "activate", "soft_load", NULL};
    static const char *const of_module[] = {"path", "init", "finish", NULL};
    const char *const *openssl = config->entry == RS_ENTRY_PROVIDER ? of_provider : of_module;
    for (; *openssl != NULL; openssl++)
        if (strcmp(key, *openssl) == 0)
            return true;
    for (size_t i = 0; rs_settings_key(i) != NULL; i++)
        if (strcmp(key, rs_settings_key(i)) == 0)
            return true;
    return false;
}

static const char *known_keys(rs_arena *arena)
{
    const char *all = "the keys are: ";
    for (size_t i = 0; rs_settings_key(i) != NULL; i++)
        all = rs_text_format(arena, "%s%s%s", all, i == 0 ? "" : ", ", rs_settings_key(i));
    return rs_text_format(arena, "%s; see rootscope.cnf(5)", all);
}

/* A misspelt key has no effect (provider), or makes the module deny (configuration module). */
static void find_keys(const rs_openssl_config *config, rs_problems *problems)
{
    STACK_OF(CONF_VALUE) *values = rs_openssl_config_section(config, config->section);
    bool is_provider = config->entry == RS_ENTRY_PROVIDER;
    for (int i = 0; i < sk_CONF_VALUE_num(values); i++) {
        const char *key = sk_CONF_VALUE_value(values, i)->name;
        if (!is_known_key(config, key))
            rs_problems_add(
                problems, is_provider ? RS_DOUBTFUL : RS_NOT_GUARDED, "unknown-key",
                known_keys(&problems->arena), "[%s] has an unknown key %s: it %s", config->section,
                key, is_provider ? "has no effect" : "makes the module refuse every certificate");
    }
    if (config->settings.problem != NULL)
        rs_problems_add(problems, RS_NOT_GUARDED, "bad-setting",
                        "write a value that rootscope.cnf(5) names", "%s: [%s]: %s",
                        config->settings.mode == RS_MODE_ENFORCE ? "every certificate is refused"
                                                                 : "nothing is checked",
                        config->section, config->settings.problem);
    if (config->settings.mode == RS_MODE_OFF)
        rs_problems_add(problems, RS_NOT_GUARDED, "mode-off", "write `mode = enforce`",
                        "[%s] has `mode = off`: nothing is checked", config->section);
    if (config->settings.mode == RS_MODE_TEST)
        rs_problems_add(problems, RS_DOUBTFUL, "mode-test",
                        "write `mode = enforce` once the reports are as expected",
                        "[%s] has `mode = test`: violations are reported and nothing is refused",
                        config->section);
    if (config->settings.allow_without_list)
        rs_problems_add(problems, RS_DOUBTFUL, "on-list-error-allow",
                        "write `on_list_error = deny`",
                        "[%s] has `on_list_error = allow`: a process that finds no list accepts "
                        "every certificate",
                        config->section);
}

/* Whether OpenSSL knows a line of the first section. At an unknown line it stops. */
static bool does_something(const rs_openssl_config *config, const CONF_VALUE *line)
{
    static const char *const own[] = {"oid_section", "stbl_section", "engines", "alg_section",
                                      "providers",   "random",       "ssl_conf"};
    /* OpenSSL ignores what follows a dot, and takes the start of a name for the name. */
    size_t length = strcspn(line->name, ".");
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strncmp(own[i], line->name, length) == 0)
            return true;
    return rs_openssl_config_get(config, line->value, "path") != NULL;
}

/* Why OpenSSL stops at a line; NULL: it does not, as far as the text shows. */
static const char *stops_at(const rs_openssl_config *config, const CONF_VALUE *line)
{
    STACK_OF(CONF_VALUE) *section = rs_openssl_config_section(config, line->value);
    if (strncmp(line->name, "ssl_conf", 8) == 0 && sk_CONF_VALUE_num(section) <= 0)
        return "names a section that is empty or missing";
    if (!does_something(config, line))
        return "is not a line that OpenSSL knows";
    return NULL;
}

static bool leads_to_us(const rs_openssl_config *config, const CONF_VALUE *line)
{
    if (config->entry == RS_ENTRY_PROVIDER)
        return strcmp(line->name, "providers") == 0;
    return strcmp(line->name, config->name) == 0;
}

static void find_order(const rs_openssl_config *config, rs_problems *problems)
{
    STACK_OF(CONF_VALUE) *lines = rs_openssl_config_section(config, config->init);
    bool seen = false;
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        const char *why = stops_at(config, line);
        if (leads_to_us(config, line)) {
            seen = true;
            if (config->entry == RS_ENTRY_CONF_MODULE && i + 1 < sk_CONF_VALUE_num(lines))
                rs_problems_add(problems, RS_DOUBTFUL, "conf-module-not-last",
                                "move it to the end of that section",
                                "`%s` is not last in [%s]: if its file goes missing, OpenSSL "
                                "skips what follows",
                                line->name, config->init);
        } else if (why != NULL) {
            rs_problems_add(
                problems, seen ? RS_DOUBTFUL : RS_NOT_GUARDED,
                strncmp(line->name, "ssl_conf", 8) == 0 ? "ssl-conf-empty" : "init-line-unknown",
                seen ? "remove the line, or fill in what it names"
                     : "remove the line, fill in what it names, or move it to the end",
                "`%s = %s` in [%s] %s: OpenSSL reads no further, without a message%s", line->name,
                line->value, config->init, why, seen ? "" : "; so it does not load the module");
        }
    }
}

void rs_config_problems_find(const rs_openssl_config *config, rs_problems *problems)
{
    if (config->conf == NULL)
        return;
    rs_config_includes_find(config, problems);
    find_start(config, problems);
    find_default_lost(config, problems);
    if (config->entry == RS_ENTRY_NONE) {
        find_lost_entry(config, problems);
        return;
    }
    find_order(config, problems);
    if (config->entry == RS_ENTRY_PROVIDER)
        find_provider(config, problems);
    find_relative(config, problems);
    find_keys(config, problems);
}

void rs_config_problems_add_failure(const rs_openssl_config *config, const char *name,
                                    const char *reason, rs_problems *problems)
{
    STACK_OF(CONF_VALUE) *lines = rs_openssl_config_section(config, config->init);
    bool seen = false;
    /* The text alone has already shown the cause. */
    if (rs_problems_have(problems, "init-line-failed") ||
        rs_problems_have(problems, "init-line-unknown") ||
        rs_problems_have(problems, "ssl-conf-empty"))
        return;
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        if (strcmp(line->name, name) == 0) {
            rs_problems_add(
                problems, seen ? RS_DOUBTFUL : RS_NOT_GUARDED, "init-line-failed",
                seen ? "correct or remove the line"
                     : "correct or remove the line, or move it to the end of the section",
                "`%s = %s` in [%s] fails%s: OpenSSL reads no further, without a message%s",
                line->name, line->value, config->init, reason,
                seen ? "" : "; so it does not load the module");
            return;
        }
        seen |= leads_to_us(config, line);
    }
}
