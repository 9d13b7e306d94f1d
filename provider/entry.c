/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/entry.h"

#include "provider/hook.h"
#include "provider/telemetry/event.h"

bool rs_entry_tells(const rs_settings *settings)
{
    return settings == NULL ||
           (settings->telemetry != RS_SINK_OFF && settings->mode != RS_MODE_OFF);
}

rs_entry rs_entry_guard(const rs_openssl_copy *copy, OSSL_LIB_CTX *libctx,
                        const rs_settings *settings)
{
    rs_entry entry = {false, NULL};
    if (copy == NULL)
        return entry;
    entry.policy = rs_policy_load(settings);
    entry.is_guarding = rs_hook_install(copy, libctx);
    if (!entry.is_guarding && rs_entry_tells(settings))
        rs_event_unguarded("", "OpenSSL had no memory to register the hook");
    return entry;
}
