/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry is compiled in and given to OpenSSL as a configuration module, so that OpenSSL calls
 * it as it calls a dynamic one.
 */
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"
#include "tests/unit/syslog_double.h"

#include <openssl/bio.h>

#include "provider/conf_module.c"

/* Loads a configuration in which the module has this section. */
static void configure(const char *section)
{
    char text[1000];
    snprintf(text, sizeof text, "openssl_conf = all\n[all]\nscoped = scoped\n%s", section);
    CONF *config = NCONF_new(NULL);
    BIO *bio = BIO_new_mem_buf(text, -1);
    CU_ASSERT_FATAL(config != NULL && bio != NULL);
    CU_ASSERT_FATAL(NCONF_load_bio(config, bio, NULL) == 1);
    CU_ASSERT(CONF_modules_load(config, NULL, 0) == 1);
    BIO_free(bio);
    NCONF_free(config);
}

static const rs_settings *last_settings(void)
{
    rs_policy *policy = NULL, *next;
    for (unsigned place = 0; (next = rs_policy_at(place)) != NULL; place++)
        policy = next;
    CU_ASSERT_FATAL(policy != NULL);
    return rs_policy_settings(policy);
}

static void section_gives_the_settings(void)
{
    static const struct {
        const char *section, *problem; /* NULL: none */
        rs_mode mode;
    } rows[] = {
        {"", "its section is missing", RS_MODE_ENFORCE},
        {"[scoped]\npath = /nonexistent/module.so\ntelemetry = off\nmode = test\n", NULL,
         RS_MODE_TEST},
        {"[scoped]\ntelemetry = off\nmodus = test\n", "unknown key", RS_MODE_ENFORCE},
    };
    CU_ASSERT_FATAL(CONF_module_add("scoped", conf_module_init, conf_module_finish) == 1);
    for (size_t i = 0; i < ROWS(rows); i++) {
        configure(rows[i].section);
        const rs_settings *settings = last_settings();
        CHECK_ROW(settings->mode == rows[i].mode, rows[i].section);
        CHECK_ROW(rows[i].problem == NULL ? settings->problem == NULL
                                          : settings->problem != NULL &&
                                                strcmp(settings->problem, rows[i].problem) == 0,
                  rows[i].section);
    }
}

static CU_TestInfo tests[] = {
    {"section gives the settings", section_gives_the_settings},
    CU_TEST_INFO_NULL,
};

RS_SUITE("conf_module", tests)
