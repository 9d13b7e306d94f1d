/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module's settings: the keys of its section in openssl.cnf (rootscope.cnf(5)).
 */
#ifndef RS_SETTINGS_H
#define RS_SETTINGS_H

#include "lib/image/mode.h"
#include "provider/telemetry/sink.h"

#include <stdbool.h>

#define RS_PATH_MAX 4096 /* bytes of a path, its NUL included */

/* Paths come last, and are not written beyond their ends: what is not written takes no memory. */
typedef struct rs_settings {
    rs_mode mode;
    bool allow_without_list; /* on_list_error = allow */
    bool full_names;         /* telemetry_names = full */
    int64_t refresh;         /* seconds between looks for a newer list; 0: never */
    rs_sink_kind telemetry;
    const char *problem; /* a static phrase: what is wrong with them; NULL: nothing */
    char list[RS_PATH_MAX];
    char telemetry_file[RS_PATH_MAX]; /* unset unless telemetry is RS_SINK_FILE */
} rs_settings;

/* The defaults. */
void rs_settings_init(rs_settings *settings);

/*
 * The same in memory of its own, for those with a small stack. NULL: there is no memory, not even
 * what is kept for the first that finds none. Go on with that: it denies.
 */
rs_settings *rs_settings_new(void);

/* NULL does nothing. */
void rs_settings_free(rs_settings *settings);

void rs_settings_copy(rs_settings *to, const rs_settings *from);

/*
 * Takes one key and its value. An unknown key, an unknown word or a value out of range sets
 * `problem` (the first one stays) and changes nothing else: such settings deny.
 */
void rs_settings_set(rs_settings *settings, const char *key, const char *value);

/* The known keys, one after the other from index 0; NULL: there are no more. */
const char *rs_settings_key(size_t index);

/* Where their telemetry goes; has a view of them. */
rs_sink_config rs_settings_sink(const rs_settings *settings);

/* Would they make the same policy? */
bool rs_settings_equal(const rs_settings *a, const rs_settings *b);

#endif
