/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL's configuration file, read with OpenSSL's own parser: where our module is in it.
 */
#ifndef RS_OPENSSL_CONFIG_H
#define RS_OPENSSL_CONFIG_H

#include "command/status/problems.h"
#include "provider/settings.h"

#include <openssl/conf.h>

typedef enum rs_config_entry {
    RS_ENTRY_NONE,       /* nothing leads to the module */
    RS_ENTRY_PROVIDER,   /* under `providers` */
    RS_ENTRY_CONF_MODULE /* a line of [openssl_init] with `path` */
} rs_config_entry;

/* All texts live as long as the configuration. NULL: not there. */
typedef struct rs_openssl_config {
    char *path;            /* owned, absolute */
    bool from_environment; /* OPENSSL_CONF names it */
    bool from_option;      /* --config names it */
    CONF *conf;            /* NULL: it could not be read */
    const char *init;      /* the section that `openssl_conf` names */
    const char *providers; /* the section that `providers` there names */
    rs_config_entry entry;
    const char *name;    /* what the module is called there */
    const char *section; /* its section */
    const char *module;  /* its file, as written */
    rs_settings settings;
} rs_openssl_config;

/*
 * Reads the file as a program does that starts in the directory `/`. NULL: the one that every
 * application reads. If it cannot be read, the reason goes to `problems`. Clear it whatever was
 * found. It changes the working directory for a moment: for a program with one thread.
 */
void rs_openssl_config_read(const char *path, rs_openssl_config *config, rs_problems *problems);
void rs_openssl_config_clear(rs_openssl_config *config);

/* The value of a key in a section; NULL, and no error of OpenSSL's left, if it is not there. */
const char *rs_openssl_config_get(const rs_openssl_config *config, const char *section,
                                  const char *key);

/* The lines of a section in their order; NULL, and no error left, if it is not there. */
STACK_OF(CONF_VALUE) * rs_openssl_config_section(const rs_openssl_config *config, const char *name);

/*
 * Parses a text as rs_openssl_config_read does a file. NULL, and the reason in `problems` with
 * `path` as the file's name, if it is not a configuration. The caller frees it.
 */
CONF *rs_openssl_config_parse(const char *path, rs_bytes text, rs_problems *problems);

/* Whether a path has the file name of our module. NULL has not. */
bool rs_openssl_config_is_module(const char *path);

/* What OpenSSL calls the provider of an entry; what precedes a dot in its key does not count. */
const char *rs_openssl_config_provider(const rs_openssl_config *config, const char *key,
                                       const char *section);

/* Whether an entry of a section, `name = section`, is our module. */
bool rs_openssl_config_is_entry(const rs_openssl_config *config, const CONF_VALUE *entry,
                                rs_config_entry kind);

/* Whether a word turns `activate` on in every version; 3.0 takes any word, `0` too, for yes. */
bool rs_openssl_config_is_yes(const char *word);

/* "provider", "configuration module" or "none". */
const char *rs_config_entry_word(rs_config_entry entry);

/* A text as the parser takes it for a value: what it would read as something else is escaped. */
const char *rs_openssl_config_escape(rs_arena *arena, const char *text);

/*
 * A configuration that is this one with other settings in the module's section: its text, on the
 * arena. `lines` has them, each with its newline.
 */
const char *rs_openssl_config_with(const rs_openssl_config *config, rs_arena *arena,
                                   const char *lines);

#endif
