/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two entry points have in common: put settings in force in the copy that called.
 */
#ifndef RS_ENTRY_H
#define RS_ENTRY_H

#include "provider/openssl_copy.h"
#include "provider/policy.h"

/* What came of an entry. */
typedef struct rs_entry {
    bool is_guarding;  /* false: the copy hides its functions, or had no memory for the hook */
    rs_policy *policy; /* NULL: none could be made */
} rs_entry;

/*
 * Loads the policy and installs the hook. Never fails towards OpenSSL, which would silently go on
 * without us: bad settings make a policy that denies. `copy` NULL: it cannot be guarded, and
 * nothing is done. `settings` NULL: there was no memory for them, and the process denies.
 */
rs_entry rs_entry_guard(const rs_openssl_copy *copy, OSSL_LIB_CTX *libctx,
                        const rs_settings *settings);

/* Do these settings want the administrator to be told of what goes wrong? */
bool rs_entry_tells(const rs_settings *settings);

#endif
