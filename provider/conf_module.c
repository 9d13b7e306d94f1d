/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry as a dynamic configuration module (config(5ossl)): guards without a provider section,
 * and so leaves the implicit default provider as it is.
 */
#include "provider/entry.h"

#include <errno.h>
#include <string.h>

/* By other names in C: libcrypto's headers have an OPENSSL_init of their own. */
int conf_module_init(CONF_IMODULE *module, const CONF *config) __asm__("OPENSSL_init")
    __attribute__((visibility("default")));
void conf_module_finish(CONF_IMODULE *module) __asm__("OPENSSL_finish")
    __attribute__((visibility("default")));

static void read_section(const rs_openssl_copy *copy, const char *section, const CONF *config,
                         rs_settings *settings)
{
    STACK_OF(CONF_VALUE) *values =
        section == NULL ? NULL : copy->NCONF_get_section(config, section);
    if (values == NULL) {
        settings->problem = "its section is missing";
        return;
    }
    int count = copy->table.OPENSSL_sk_num(values);
    for (int i = 0; i < count; i++) {
        const CONF_VALUE *value = copy->table.OPENSSL_sk_value(values, i);
        if (strcmp(value->name, "path") != 0) /* OpenSSL's own: where the module is */
            rs_settings_set(settings, value->name, value->value);
    }
}

int conf_module_init(CONF_IMODULE *module, const CONF *config)
{
    int saved_errno = errno;
    const rs_openssl_copy *copy = rs_openssl_copy_of(__builtin_return_address(0), true);
    if (copy != NULL) {
        rs_settings *settings = rs_settings_new();
        copy->table.ERR_set_mark();
        if (settings != NULL)
            read_section(copy, copy->CONF_imodule_get_value(module), config, settings);
        copy->table.ERR_pop_to_mark();
        rs_entry_guard(copy, copy->NCONF_get0_libctx(config), settings);
        rs_settings_free(settings);
    }
    errno = saved_errno;
    return 1;
}

void conf_module_finish(CONF_IMODULE *module)
{
    (void)module; /* the guard stays */
}
