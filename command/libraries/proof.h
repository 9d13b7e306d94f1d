/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proves a limited trust store.
 */
#ifndef RS_LIBRARIES_PROOF_H
#define RS_LIBRARIES_PROOF_H

#include "command/libraries/plan.h"

/*
 * Before it is in place: programs that know nothing of the list (openssl with an empty
 * configuration, and certtool if it is there) read a copy of the bundle with the twin of a test
 * root beside. They must accept a certificate within the scope of that root and refuse one that is
 * not. Returns false after a message.
 */
bool rs_libraries_prove_copy(const rs_libraries_plan *plan);

/*
 * Once it is in place: whoever looks a limited root up in the bundle, or in the folder by the hash
 * of its name, finds its twin and nothing else of its key. Returns false after a message.
 */
bool rs_libraries_prove_in_place(const rs_libraries_plan *plan);

#endif
