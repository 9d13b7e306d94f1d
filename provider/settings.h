/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module's settings: the keys of its section in openssl.cnf (rootscope.cnf(5)).
 */
#ifndef RS_SETTINGS_H
#define RS_SETTINGS_H

#include "lib/image/mode.h"

#include <stdbool.h>

#define RS_PATH_MAX 4096 /* bytes of a path, its NUL included */

typedef enum rs_telemetry {
    RS_TELEMETRY_SYSLOG,
    RS_TELEMETRY_OFF,
    RS_TELEMETRY_FILE,
} rs_telemetry;

/* How much telemetry in a file tells of the names in certificates; the system's log has them all. */
typedef enum rs_names {
    RS_NAMES_SUFFIX,
    RS_NAMES_FULL,
} rs_names;

typedef struct rs_settings {
    char list[RS_PATH_MAX];
    rs_mode mode;
    bool allow_without_list; /* on_list_error = allow */
    int64_t refresh;         /* seconds between looks for a newer list; 0: never */
    rs_telemetry telemetry;
    char telemetry_file[RS_PATH_MAX]; /* "" unless telemetry is RS_TELEMETRY_FILE */
    rs_names telemetry_names;
    const char *problem; /* a static phrase: what is wrong with them; NULL: nothing */
} rs_settings;

/* The defaults. */
void rs_settings_init(rs_settings *settings);

/*
 * Takes one key and its value. An unknown key, an unknown word or a value out of range sets
 * `problem` (the first one stays) and changes nothing else: such settings deny.
 */
void rs_settings_set(rs_settings *settings, const char *key, const char *value);

/* The known keys, ended by NULL: for those who can only ask for keys, not list them. */
extern const char *const rs_settings_keys[];

/* Would they make the same policy? */
bool rs_settings_equal(const rs_settings *a, const rs_settings *b);

#endif
