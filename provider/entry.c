/* SPDX-License-Identifier: Apache-2.0 */
#include "entry.h"

#include "event.h"
#include "hook.h"

rs_policy *rs_entry_guard(const rs_openssl_copy *copy, OSSL_LIB_CTX *libctx,
                          const rs_settings *settings)
{
    if (settings->problem != NULL)
        rs_event_settings_problem(settings);
    rs_policy *policy = rs_policy_load(settings);
    rs_hook_install(copy, libctx);
    return policy;
}
