/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/settings.h"

#include "provider/reserve.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    REFRESH_DEFAULT = 300,
    REFRESH_MAX = 30 * 86400,
};

void rs_settings_init(rs_settings *settings)
{
    memset(settings, 0, offsetof(rs_settings, list));
    memcpy(settings->list, ROOTSCOPE_LIST, sizeof ROOTSCOPE_LIST);
    settings->mode = RS_MODE_ENFORCE;
    settings->refresh = REFRESH_DEFAULT;
    settings->telemetry = RS_SINK_SYSLOG;
}

/* For the first that there is no memory for: what it says is not known without it. */
static rs_settings reserve RS_RESERVE;
static atomic_bool reserve_taken;

rs_settings *rs_settings_new(void)
{
    rs_settings *settings = malloc(sizeof *settings);
    if (settings == NULL && !atomic_exchange(&reserve_taken, true))
        settings = &reserve;
    if (settings != NULL)
        rs_settings_init(settings);
    return settings;
}

void rs_settings_free(rs_settings *settings)
{
    if (settings == &reserve)
        atomic_store(&reserve_taken, false);
    else
        free(settings);
}

static void path_copy(char to[RS_PATH_MAX], const char from[RS_PATH_MAX])
{
    memcpy(to, from, strlen(from) + 1);
}

void rs_settings_copy(rs_settings *to, const rs_settings *from)
{
    memcpy(to, from, offsetof(rs_settings, list));
    path_copy(to->list, from->list);
    if (from->telemetry == RS_SINK_FILE)
        path_copy(to->telemetry_file, from->telemetry_file);
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
                    "the path of list is too long");
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
        return "mode must be enforce, test or off";
    return NULL;
}

static const char *set_on_list_error(rs_settings *settings, const char *value)
{
    if (strcmp(value, "deny") == 0)
        settings->allow_without_list = false;
    else if (strcmp(value, "allow") == 0)
        settings->allow_without_list = true;
    else
        return "on_list_error must be deny or allow";
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
                                       "the path of telemetry = file: is too long");
        if (problem == NULL)
            settings->telemetry = RS_SINK_FILE;
        return problem;
    }
    if (strcmp(value, "syslog") == 0)
        settings->telemetry = RS_SINK_SYSLOG;
    else if (strcmp(value, "off") == 0)
        settings->telemetry = RS_SINK_OFF;
    else
        return "telemetry must be syslog, file:/path or off";
    return NULL;
}

static const char *set_telemetry_names(rs_settings *settings, const char *value)
{
    if (strcmp(value, "suffix") == 0)
        settings->full_names = false;
    else if (strcmp(value, "full") == 0)
        settings->full_names = true;
    else
        return "telemetry_names must be suffix or full";
    return NULL;
}

typedef struct setting {
    const char *key;
    const char *(*set)(rs_settings *settings, const char *value);
} setting;

static const setting known[] = {
    {"list", set_list},
    {"mode", set_mode},
    {"on_list_error", set_on_list_error},
    {"refresh", set_refresh},
    {"telemetry", set_telemetry},
    {"telemetry_names", set_telemetry_names},
};

enum { KNOWN = sizeof known / sizeof *known };

const char *rs_settings_key(size_t index)
{
    return index < KNOWN ? known[index].key : NULL;
}

void rs_settings_set(rs_settings *settings, const char *key, const char *value)
{
    const char *problem = "unknown key";
    for (size_t i = 0; i < KNOWN; i++)
        if (strcmp(key, known[i].key) == 0)
            problem = value == NULL ? "a key has no value" : known[i].set(settings, value);
    if (settings->problem == NULL)
        settings->problem = problem;
}

rs_sink_config rs_settings_sink(const rs_settings *settings)
{
    return (rs_sink_config){.kind = settings->telemetry,
                            .path = settings->telemetry_file,
                            .full_names = settings->full_names};
}

static bool same_sink(const rs_settings *a, const rs_settings *b)
{
    return a->telemetry == b->telemetry &&
           (a->telemetry != RS_SINK_FILE || strcmp(a->telemetry_file, b->telemetry_file) == 0);
}

bool rs_settings_equal(const rs_settings *a, const rs_settings *b)
{
    return strcmp(a->list, b->list) == 0 && a->mode == b->mode &&
           a->allow_without_list == b->allow_without_list && a->refresh == b->refresh &&
           same_sink(a, b) && a->full_names == b->full_names && a->problem == b->problem;
}
