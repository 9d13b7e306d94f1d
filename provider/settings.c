/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/settings.h"

#include <string.h>

enum {
    REFRESH_DEFAULT = 300,
    REFRESH_MAX = 30 * 86400,
};

void rs_settings_init(rs_settings *settings)
{
    memset(settings, 0, sizeof *settings);
    memcpy(settings->list, ROOTSCOPE_LIST, sizeof ROOTSCOPE_LIST);
    settings->mode = RS_MODE_ENFORCE;
    settings->refresh = REFRESH_DEFAULT;
    settings->telemetry = RS_TELEMETRY_SYSLOG;
    settings->telemetry_names = RS_NAMES_SUFFIX;
}

/* Each setter returns NULL, or what is wrong with the value. */

static const char *set_path(char path[RS_PATH_MAX], const char *value, const char *relative,
                            const char *too_long)
{
    size_t size = strlen(value) + 1;
    if (value[0] != '/')
        return relative;
    if (size > RS_PATH_MAX)
        return too_long;
    memcpy(path, value, size);
    return NULL;
}

static const char *set_list(rs_settings *settings, const char *value)
{
    return set_path(settings->list, value, "list is not an absolute path",
                    "list is too long a path");
}

static const char *set_mode(rs_settings *settings, const char *value)
{
    if (strcmp(value, "enforce") == 0)
        settings->mode = RS_MODE_ENFORCE;
    else if (strcmp(value, "test") == 0)
        settings->mode = RS_MODE_TEST;
    else if (strcmp(value, "off") == 0)
        settings->mode = RS_MODE_OFF;
    else
        return "mode is none of enforce, test, off";
    return NULL;
}

static const char *set_on_list_error(rs_settings *settings, const char *value)
{
    if (strcmp(value, "deny") == 0)
        settings->allow_without_list = false;
    else if (strcmp(value, "allow") == 0)
        settings->allow_without_list = true;
    else
        return "on_list_error is neither deny nor allow";
    return NULL;
}

static const char *set_refresh(rs_settings *settings, const char *value)
{
    static const char wrong[] = "refresh is not a number of seconds from 0 to 2592000";
    int64_t seconds = 0;
    if (value[0] == '\0')
        return wrong;
    for (; *value != '\0'; value++) {
        if (*value < '0' || *value > '9')
            return wrong;
        seconds = seconds * 10 + (*value - '0');
        if (seconds > REFRESH_MAX)
            return wrong;
    }
    settings->refresh = seconds;
    return NULL;
}

static const char *set_telemetry(rs_settings *settings, const char *value)
{
    static const char file[] = "file:";
    if (strncmp(value, file, strlen(file)) == 0) {
        const char *problem = set_path(settings->telemetry_file, value + strlen(file),
                                       "telemetry = file: is not followed by an absolute path",
                                       "telemetry = file: is followed by too long a path");
        if (problem == NULL)
            settings->telemetry = RS_TELEMETRY_FILE;
        return problem;
    }
    if (strcmp(value, "syslog") == 0)
        settings->telemetry = RS_TELEMETRY_SYSLOG;
    else if (strcmp(value, "off") == 0)
        settings->telemetry = RS_TELEMETRY_OFF;
    else
        return "telemetry is none of syslog, file:/path, off";
    settings->telemetry_file[0] = '\0';
    return NULL;
}

static const char *set_telemetry_names(rs_settings *settings, const char *value)
{
    if (strcmp(value, "suffix") == 0)
        settings->telemetry_names = RS_NAMES_SUFFIX;
    else if (strcmp(value, "full") == 0)
        settings->telemetry_names = RS_NAMES_FULL;
    else
        return "telemetry_names is neither suffix nor full";
    return NULL;
}

const char *const rs_settings_keys[] = {
    "list", "mode", "on_list_error", "refresh", "telemetry", "telemetry_names", NULL};

static const char *(*const setters[])(rs_settings *settings, const char *value) = {
    set_list, set_mode, set_on_list_error, set_refresh, set_telemetry, set_telemetry_names};

void rs_settings_set(rs_settings *settings, const char *key, const char *value)
{
    const char *problem = "unknown key";
    for (size_t i = 0; rs_settings_keys[i] != NULL; i++)
        if (strcmp(key, rs_settings_keys[i]) == 0)
            problem = value == NULL ? "a key has no value" : setters[i](settings, value);
    if (settings->problem == NULL)
        settings->problem = problem;
}

bool rs_settings_equal(const rs_settings *a, const rs_settings *b)
{
    return strcmp(a->list, b->list) == 0 && a->mode == b->mode &&
           a->allow_without_list == b->allow_without_list && a->refresh == b->refresh &&
           a->telemetry == b->telemetry && strcmp(a->telemetry_file, b->telemetry_file) == 0 &&
           a->telemetry_names == b->telemetry_names && a->problem == b->problem;
}
