/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two entry points have in common: put settings in force in the copy that called.
 */
#ifndef RS_ENTRY_H
#define RS_ENTRY_H

#include "openssl_copy.h"
#include "policy.h"

/*
 * Loads the policy and installs the hook. Never fails towards OpenSSL, which would silently go on
 * without us: bad settings make a policy that denies. Returns the policy for those who describe
 * it; NULL if none could be made.
 */
rs_policy *rs_entry_guard(const rs_openssl_copy *copy, OSSL_LIB_CTX *libctx,
                          const rs_settings *settings);

#endif
